// Compressed bytes from a stranger never grow over the cap; what we compress comes back as it was.
#include "fuzz.h"
#include "kit/deflate.h"

FUZZ
{
    Str out;
    if (!inflate_bytes(a, input, 1 << 16, &out)) must(out.n <= 1 << 16);
    if (!gunzip_bytes(a, input, 1 << 16, &out)) must(out.n <= 1 << 16);
    must(!gunzip_bytes(a, gzip_bytes(a, input, DEFLATE_LEVEL), input.n, &out) &&
         str_eq(out, input));
    must(!inflate_bytes(a, deflate_bytes(a, input, 1), input.n, &out) && str_eq(out, input));
}
