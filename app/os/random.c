// Randomness comes from getrandom(2) alone, which needs no file and no library.
#include <math.h>
#include <sys/random.h>

#include "base/encode.h"
#include "os/random.h"
#include "os/random_words.h"

void random_fill(void *p, isize n)
{
    u8 *at = p;
    while (n > 0) {
        ssize_t got = getrandom(at, (size_t)n, 0);
        if (got < 0) continue; // interrupted; nothing else can happen to a valid buffer
        at += got;
        n -= got;
    }
}

Str random_bytes(Arena *a, isize n)
{
    char *p = make(a, char, n + 1);
    random_fill(p, n);
    return (Str){p, n};
}

Str random_hex(Arena *a, isize bytes)
{
    return hex_encode(a, random_bytes(a, bytes));
}

Str random_base64url(Arena *a, isize bytes)
{
    return base64url_encode(a, random_bytes(a, bytes));
}

Str random_words(Arena *a, int n)
{
    Buf b = {.a = a};
    for (int i = 0; i < n; i++) {
        uint16_t pick;
        random_fill(&pick, sizeof pick);
        if (i) buf_byte(&b, '-');
        buf_put(&b, str_from(random_word_list[pick % RANDOM_WORDS]));
    }
    return buf_str(&b);
}

double random_word_bits(void)
{
    return log2(RANDOM_WORDS);
}
