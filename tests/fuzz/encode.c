// Bytes as text: what is encoded decodes to the same, and what decodes was legal.
#include "base/encode.h"
#include "fuzz.h"

typedef Str Encode(Arena *, Str);
typedef bool Decode(Arena *, Str, Str *);

static bool percent_decode_plain(Arena *a, Str text, Str *out)
{
    return percent_decode(a, text, false, out);
}

FUZZ
{
    static const struct {
        Encode *encode;
        Decode *decode;
    } pairs[] = {
        {hex_encode,       hex_decode          },
        {base32_encode,    base32_decode       },
        {base64_encode,    base64_decode       },
        {base64url_encode, base64_decode       },
        {percent_encode,   percent_decode_plain},
    };
    for (isize i = 0; i < COUNT(pairs); i++) {
        Str back, strange;
        must(pairs[i].decode(a, pairs[i].encode(a, input), &back) && str_eq(back, input));
        if (pairs[i].decode(a, input, &strange)) must(strange.n <= input.n);
    }
}
