// The headers of entries and the records that end an archive, as bytes.
#include "base/str.h"
#include "kit/zip_format.h"
#include "os/file.h"

void zip_put(Buf *b, u64 value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_byte(b, (char)(value >> (8 * i)));
}

// "c:a" means a drive to some systems that unpack archives.
bool zip_name_is_safe(Str name)
{
    return path_is_plain(name) && !(name.n > 1 && name.s[1] == ':');
}

fallible zip_name_check(Arena *a, Str name)
{
    if (zip_name_is_safe(name)) return NULL;
    return fail(a, ERR_BAD_INPUT, "%.*s cannot be a name in an archive: rename the file",
                STR(str_printable(a, name)));
}

static u32 dos_time(Time when)
{
    TimeParts p = time_parts(when);
    if (p.year < 1980) return 0x210000; // 1980-01-01 00:00
    if (p.year > 2107) p.year = 2107;
    return (u32)(p.year - 1980) << 25 | (u32)p.month << 21 | (u32)p.day << 16 | (u32)p.hour << 11 |
           (u32)p.minute << 5 | (u32)p.second / 2;
}

static bool is_large(const ZipListed *l)
{
    return l->streamed || l->e.bytes >= (i64)ZIP_MAX32 || l->e.packed >= (i64)ZIP_MAX32;
}

// The part that local and central headers have in common: from "version needed" to the sizes.
static void put_facts(Buf *b, const ZipListed *l, bool local, bool version64)
{
    const ZipEntry *e = &l->e;
    bool unknown = local && l->streamed, large = is_large(l);
    zip_put(b, version64 ? ZIP_VERSION64 : ZIP_VERSION, 2);
    zip_put(b, ZIP_FLAG_UTF8 | (l->streamed ? ZIP_FLAG_DESCRIPTOR : 0), 2);
    zip_put(b, e->deflated ? ZIP_DEFLATED : ZIP_STORED, 2);
    zip_put(b, dos_time(e->when), 4);
    zip_put(b, unknown ? 0 : e->crc, 4);
    zip_put(b, large ? ZIP_MAX32 : (u64)e->packed, 4);
    zip_put(b, large ? ZIP_MAX32 : (u64)e->bytes, 4);
    zip_put(b, (u64)e->name.n, 2);
}

void zip_put_local(Buf *b, const ZipListed *l)
{
    bool large = is_large(l);
    zip_put(b, ZIP_LOCAL, 4);
    put_facts(b, l, true, large);
    zip_put(b, large ? 20 : 0, 2);
    buf_put(b, l->e.name);
    if (!large) return;
    zip_put(b, ZIP_EXTRA64, 2);
    zip_put(b, 16, 2);
    zip_put(b, l->streamed ? 0 : (u64)l->e.bytes, 8);
    zip_put(b, l->streamed ? 0 : (u64)l->e.packed, 8);
}

void zip_put_central(Buf *b, const ZipListed *l)
{
    bool large = is_large(l), far = l->at >= (i64)ZIP_MAX32;
    int extra = (large ? 16 : 0) + (far ? 8 : 0);
    zip_put(b, ZIP_CENTRAL, 4);
    zip_put(b, 3 << 8 | ZIP_VERSION64, 2); // made on Unix, so that the mode below counts
    put_facts(b, l, false, extra > 0);
    zip_put(b, extra ? (u64)extra + 4 : 0, 2);
    zip_put(b, 0, 2 + 2 + 2); // no comment, first disk, no internal attributes
    zip_put(b, 0100644u << 16, 4);
    zip_put(b, far ? ZIP_MAX32 : (u64)l->at, 4);
    buf_put(b, l->e.name);
    if (!extra) return;
    zip_put(b, ZIP_EXTRA64, 2);
    zip_put(b, (u64)extra, 2);
    if (large) zip_put(b, (u64)l->e.bytes, 8);
    if (large) zip_put(b, (u64)l->e.packed, 8);
    if (far) zip_put(b, (u64)l->at, 8);
}

void zip_put_end(Buf *b, i64 n, i64 at, i64 size)
{
    bool large = n >= (i64)ZIP_MAX16 || at >= (i64)ZIP_MAX32 || size >= (i64)ZIP_MAX32;
    if (large) {
        zip_put(b, ZIP_END64, 4);
        zip_put(b, ZIP_END64_BYTES - 12, 8);
        zip_put(b, 3 << 8 | ZIP_VERSION64, 2);
        zip_put(b, ZIP_VERSION64, 2);
        zip_put(b, 0, 4 + 4);
        zip_put(b, (u64)n, 8);
        zip_put(b, (u64)n, 8);
        zip_put(b, (u64)size, 8);
        zip_put(b, (u64)at, 8);
        zip_put(b, ZIP_LOCATOR64, 4);
        zip_put(b, 0, 4);
        zip_put(b, (u64)(at + size), 8);
        zip_put(b, 1, 4);
    }
    zip_put(b, ZIP_END, 4);
    zip_put(b, 0, 2 + 2);
    zip_put(b, large ? ZIP_MAX16 : (u64)n, 2);
    zip_put(b, large ? ZIP_MAX16 : (u64)n, 2);
    zip_put(b, large ? ZIP_MAX32 : (u64)size, 4);
    zip_put(b, large ? ZIP_MAX32 : (u64)at, 4);
    zip_put(b, 0, 2);
}
