// zip_format: the numbers of the format (PKWARE APPNOTE 6.3.10) that writers and reader share; for kit/zip_*.c only.
#pragma once
#include "kit/zip.h"

enum {
    ZIP_LOCAL = 0x04034b50,
    ZIP_CENTRAL = 0x02014b50,
    ZIP_DESCRIPTOR = 0x08074b50,
    ZIP_END = 0x06054b50,
    ZIP_END64 = 0x06064b50,
    ZIP_LOCATOR64 = 0x07064b50,
    ZIP_LOCAL_BYTES = 30,
    ZIP_CENTRAL_BYTES = 46,
    ZIP_END_BYTES = 22,
    ZIP_END64_BYTES = 56,
    ZIP_LOCATOR64_BYTES = 20,
    ZIP_FLAG_SECRET = 1,
    ZIP_FLAG_DESCRIPTOR = 8,
    ZIP_FLAG_UTF8 = 0x800,
    ZIP_STORED = 0,
    ZIP_DEFLATED = 8,
    ZIP_EXTRA64 = 1,
    ZIP_VERSION = 20,
    ZIP_VERSION64 = 45,
};
#define ZIP_MAX32 0xFFFFFFFFu
#define ZIP_MAX16 0xFFFFu

// An entry as the directory has it. `streamed`: its header was written before its sizes were known.
typedef struct ZipListed {
    ZipEntry e;
    i64 at; // of its local header
    bool streamed;
} ZipListed;
void zip_put(Buf *, u64 value, int bytes); // little-endian
void zip_put_local(Buf *, const ZipListed *);
void zip_put_central(Buf *, const ZipListed *);
// What follows n directory records of `size` bytes that began at `at`.
void zip_put_end(Buf *, i64 n, i64 at, i64 size);
// BAD_INPUT when the name cannot stand in an archive.
fallible zip_name_check(Arena *, Str name);
