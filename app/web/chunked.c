// Framing is read byte by byte, so that nothing of the next request is taken.
#include "web/chunked.h"

enum { LINE_MAX_BYTES = 256, TRAILER_LINES_MAX = 32 };

// One line without its CR LF; its length, or -1.
static isize read_line(ChunkSource in, char *line, isize room)
{
    isize n = 0;
    char c;
    while (in.read(in.self, &c, 1) == 1) {
        if (c == '\r') return in.read(in.self, &c, 1) == 1 && c == '\n' ? n : -1;
        bool control = ((u8)c < 0x20 && c != '\t') || c == 0x7f;
        if (control || n == room) return -1;
        line[n++] = c;
    }
    return -1;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// "1a2b" or "1a2b;extension", which is ignored.
static bool read_size(ChunkSource in, i64 *size)
{
    char line[LINE_MAX_BYTES];
    isize n = read_line(in, line, sizeof line), i = 0;
    *size = 0;
    for (; i < n && hex_digit(line[i]) >= 0; i++) {
        if (i == 15) return false; // more than any disk holds
        *size = *size * 16 + hex_digit(line[i]);
    }
    return i > 0 && (i == n || line[i] == ';');
}

static bool skip_trailer(ChunkSource in)
{
    char line[LINE_MAX_BYTES * 4];
    for (int i = 0; i < TRAILER_LINES_MAX; i++) {
        isize n = read_line(in, line, sizeof line);
        if (n <= 0) return n == 0;
    }
    return false;
}

static isize next_chunk(Chunks *c, ChunkSource in)
{
    char end[2];
    if (c->begun && read_line(in, end, sizeof end) != 0) return -1;
    c->begun = true;
    if (!read_size(in, &c->left)) return -1;
    if (c->left) return 1;
    if (!skip_trailer(in)) return -1;
    c->over = true;
    return 0;
}

isize chunks_read(Chunks *c, ChunkSource in, char *into, isize room)
{
    if (c->over) return 0;
    if (!c->left) {
        isize more = next_chunk(c, in);
        if (more <= 0) return more;
    }
    isize n = in.read(in.self, into, room < c->left ? room : (isize)c->left);
    if (n <= 0) return -1;
    c->left -= n;
    return n;
}
