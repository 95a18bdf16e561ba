// Arenas: chunks from malloc, handed out from the front, all given back at once.
#include "base/base.h"

typedef struct Chunk {
    struct Chunk *next;
    isize size; // of the whole chunk, this header included
} Chunk;

enum { CHUNK_FIRST = 4 * 1024, CHUNK_BYTES = 64 * 1024, CHUNK_KEPT_MAX = 1024 * 1024 };

// Small at first: hundreds of idle connections hold an arena each.
static void arena_grow(Arena *a, isize need)
{
    const Chunk *last = a->chunks;
    isize want = last ? last->size * 4 : CHUNK_FIRST;
    if (want > CHUNK_BYTES) want = CHUNK_BYTES;
    if (want < need + (isize)sizeof(Chunk)) want = need + (isize)sizeof(Chunk);
    Chunk *c = malloc((size_t)want);
    if (!c) abort();
    c->next = a->chunks;
    c->size = want;
    a->chunks = c;
    a->at = (char *)(c + 1);
    a->end = (char *)c + want;
}

void *arena_alloc(Arena *a, isize count, isize size, isize align)
{
    if (count < 0 || count > (PTRDIFF_MAX - CHUNK_BYTES) / size) abort();
    isize bytes = count * size;
    isize pad = (isize)(-(uintptr_t)a->at & (uintptr_t)(align - 1));
    if (!a->at || bytes > a->end - a->at - pad) {
        arena_grow(a, bytes + align);
        pad = (isize)(-(uintptr_t)a->at & (uintptr_t)(align - 1));
    }
    void *p = a->at + pad;
    a->at += pad + bytes;
    // Zeroed when handed out, not by the chunk: most processes never touch most of their first chunk.
    return memset(p, 0, (size_t)bytes);
}

void arena_free(Arena *a)
{
    for (Chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *a = (Arena){0};
}

void arena_reset(Arena *a)
{
    Chunk *kept = a->chunks;
    if (!kept || kept->size > CHUNK_KEPT_MAX) {
        arena_free(a);
        return;
    }
    for (Chunk *c = kept->next, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    kept->next = NULL;
    a->end = (char *)kept + kept->size;
    a->at = (char *)(kept + 1);
}

Str arena_str(Arena *a, const void *s, isize n)
{
    char *p = make(a, char, n + 1);
    if (n) memcpy(p, s, (size_t)n);
    return (Str){p, n};
}

Str str_copy(Arena *a, Str s)
{
    return arena_str(a, s.s, s.n);
}

char *cstr(Arena *a, Str s)
{
    char *p = make(a, char, s.n + 1);
    if (s.n) memcpy(p, s.s, (size_t)s.n);
    return p;
}

Str str_from(const char *s)
{
    return s ? (Str){s, (isize)strlen(s)} : (Str){0};
}

Str arena_vfmt(Arena *a, const char *fmt, va_list ap)
{
    // Most texts fit into what is left of the chunk, and formatting twice is what a page spends most of its time on.
    va_list again;
    va_copy(again, ap);
    char *at = a->at;
    isize room = a->end - a->at;
    int n = vsnprintf(at, (size_t)room, fmt, again);
    va_end(again);
    if (n < 0) abort();
    if (n < room) {
        a->at += n + 1;
        return (Str){at, n};
    }
    char *p = make(a, char, n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    return (Str){p, n};
}

Str arena_fmt(Arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Str s = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return s;
}
