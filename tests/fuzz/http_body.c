// A body in chunks: read in pieces of any size it gives the same bytes, and never more than were sent.
#include "fuzz.h"
#include "web/chunked.h"

typedef struct Feed {
    Str rest;
    isize step; // at most so many bytes at once
} Feed;

static isize feed_read(void *self, char *into, isize room)
{
    Feed *f = self;
    isize n = f->rest.n < room ? f->rest.n : room;
    if (n > f->step) n = f->step;
    if (n) memcpy(into, f->rest.s, (size_t)n);
    f->rest.s += n;
    f->rest.n -= n;
    return n;
}

// True when the body was well formed to its end.
static bool body_take(Str wire, isize step, isize room, Buf *out, isize *left)
{
    Feed feed = {wire, step};
    Chunks c = {0};
    char piece[64];
    isize n;
    while ((n = chunks_read(&c, (ChunkSource){&feed, feed_read}, piece, room)) > 0) {
        must(n <= room);
        buf_put(out, (Str){piece, n});
    }
    *left = feed.rest.n;
    return n == 0;
}

FUZZ
{
    Buf whole = {.a = a}, slow = {.a = a};
    isize left = 0, slow_left = 0;
    bool good = body_take(input, 64, 64, &whole, &left);
    must(body_take(input, 1, 3, &slow, &slow_left) == good);
    must(buf_str(&whole).n <= input.n);
    if (!good) return;
    must(str_eq(buf_str(&whole), buf_str(&slow)));
    must(left == slow_left); // the next request starts at the same byte
}
