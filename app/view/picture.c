// Sniffing by bytes, not by names: a name says what its giver wants to be believed.
#include "view/picture.h"

#include <unistd.h>

#include "base/str.h"

enum { HEAD_BYTES = 4096, PIECES_MAX = 100000, JPEG_MARKERS_MAX = 1000 };

static isize read_at(int fd, u8 *to, isize n, i64 at)
{
    ssize_t got = pread(fd, to, (size_t)n, at);
    return got > 0 ? got : 0;
}

static i64 big(const u8 *p, int bytes)
{
    i64 v = 0;
    for (int i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

static i64 little(const u8 *p, int bytes)
{
    i64 v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

// Each piece: length, four letters, content, checksum. IEND is the last; what comes after it is no part of the picture.
static void png_walk(int fd, Picture *p)
{
    u8 head[8];
    i64 at = 8, end = lseek(fd, 0, SEEK_END);
    for (int i = 0; i < PIECES_MAX && read_at(fd, head, 8, at) == 8; i++) {
        Str name = {(const char *)head + 4, 4};
        i64 n = big(head, 4);
        if (str_eq(name, S("tEXt")) || str_eq(name, S("zTXt")) || str_eq(name, S("iTXt")))
            p->texts += n;
        at += 12 + n;
        if (!str_eq(name, S("IEND"))) continue;
        if (end > at) p->behind = end - at;
        return;
    }
}

static void png_read(int fd, const u8 *head, isize n, Picture *p)
{
    p->kind = PICTURE_PNG;
    p->mime = S("image/png");
    if (n >= 24) p->width = big(head + 16, 4), p->height = big(head + 20, 4);
    png_walk(fd, p);
}

// Markers follow each other until the frame header, which tells the size.
static void jpeg_read(int fd, Picture *p)
{
    u8 m[9];
    i64 at = 2;
    p->kind = PICTURE_JPEG;
    p->mime = S("image/jpeg");
    for (int i = 0; i < JPEG_MARKERS_MAX && read_at(fd, m, 9, at) == 9 && m[0] == 0xff; i++) {
        bool frame = m[1] >= 0xc0 && m[1] <= 0xcf && m[1] != 0xc4 && m[1] != 0xc8 && m[1] != 0xcc;
        if (frame) {
            p->height = big(m + 5, 2);
            p->width = big(m + 7, 2);
            return;
        }
        at += m[1] == 0xff ? 1 : 2 + big(m + 2, 2);
    }
}

static void gif_read(const u8 *head, isize n, Picture *p)
{
    p->kind = PICTURE_GIF;
    p->mime = S("image/gif");
    if (n >= 10) p->width = little(head + 6, 2), p->height = little(head + 8, 2);
}

static void webp_read(const u8 *head, isize n, Picture *p)
{
    p->kind = PICTURE_WEBP;
    p->mime = S("image/webp");
    if (n >= 30 && !memcmp(head + 12, "VP8X", 4))
        p->width = little(head + 24, 3) + 1, p->height = little(head + 27, 3) + 1;
    else if (n >= 30 && !memcmp(head + 12, "VP8 ", 4))
        p->width = little(head + 26, 2) & 0x3fff, p->height = little(head + 28, 2) & 0x3fff;
}

// The first element is svg, behind a byte order mark, blanks, declarations and comments.
static bool is_svg(Str s)
{
    if (str_starts(s, S("\xEF\xBB\xBF"))) s = str_skip(s, 3);
    for (;;) {
        s = str_trim(s);
        Str end = str_starts(s, S("<!--"))                                    ? S("-->")
                  : str_starts(s, S("<?"))                                    ? S("?>")
                  : s.n >= 9 && str_eq_nocase(str_take(s, 9), S("<!doctype")) ? S(">")
                                                                              : (Str){0};
        if (!end.n) return s.n >= 5 && str_eq_nocase(str_take(s, 4), S("<svg"));
        isize at = str_find(s, end);
        if (at < 0) return false;
        s = str_skip(s, at + end.n);
    }
}

void picture_sniff(Arena *a, int fd, Picture *out)
{
    u8 *head = make(a, u8, HEAD_BYTES);
    isize n = read_at(fd, head, HEAD_BYTES, 0);
    Str s = {(const char *)head, n};
    *out = (Picture){0};
    if (str_starts(s, S("\x89PNG\r\n\x1a\n")))
        png_read(fd, head, n, out);
    else if (n >= 3 && head[0] == 0xff && head[1] == 0xd8 && head[2] == 0xff)
        jpeg_read(fd, out);
    else if (str_starts(s, S("GIF87a")) || str_starts(s, S("GIF89a")))
        gif_read(head, n, out);
    else if (n >= 16 && str_starts(s, S("RIFF")) && !memcmp(head + 8, "WEBP", 4))
        webp_read(head, n, out);
    else if (is_svg(s))
        *out = (Picture){.kind = PICTURE_SVG, .mime = S("image/svg+xml")};
    out->too_large = out->width > PICTURE_SIDE_MAX || out->height > PICTURE_SIDE_MAX ||
                     out->width * out->height > PICTURE_PIXELS_MAX;
}
