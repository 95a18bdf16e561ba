// zip: archives (also kit/zip_plan.h), written so that equal contents give equal bytes, and read with suspicion. ZIP64 where it is needed.
//
// Names are UTF-8, relative and plain (path_is_plain), each once; there are no folder entries, times are UTC.
#pragma once
#include "base/time.h"
#include "kit/deflate.h"

bool zip_name_is_safe(Str); // plain, and no drive letter at its start

typedef struct ZipEntry {
    Str name;
    Time when;         // 0, or before 1980: 1980-01-01
    bool deflated;     // else stored
    u32 crc;           // of the plain bytes
    i64 bytes, packed; // packed == bytes for stored entries
    i64 data_at;       // where its data starts in the archive
} ZipEntry;

// --- an archive written as it comes, to a function or a descriptor
typedef struct ZipWriter ZipWriter;
typedef Err *ZipTake(void *who, Str piece);
ZipWriter *zip_writer(Arena *, ZipTake *, void *who);
ZipWriter *zip_writer_fd(Arena *, int fd);
fallible zip_add(ZipWriter *, Str name, Time when,
                 Str bytes); // compressed here, or stored when that is smaller
fallible zip_add_fd(ZipWriter *, Str name, Time when, int fd); // a file of any size, from its start
fallible zip_add_packed(ZipWriter *, const ZipEntry *,
                        int fd); // raw deflated bytes as deflate_fd wrote them
fallible zip_end(ZipWriter *);   // the directory; without it the archive is not one

// --- reading
// The entries in the order of the directory. BAD_INPUT for everything unusual: names that are not plain or come twice,
// overlapping or encrypted entries, several disks, other methods, more than `most` entries.
fallible zip_entries(Arena *, int fd, isize most, ZipEntry **out, isize *n);
fallible zip_entry_read(Arena *, int fd, const ZipEntry *, i64 cap,
                        Str *out);                           // checks length and CRC
fallible zip_entry_check(Arena *, int fd, const ZipEntry *); // the same without keeping the bytes
