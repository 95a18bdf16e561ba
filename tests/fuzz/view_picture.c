// Any bytes are looked at as a picture: what is said of it is never negative, and nothing huge is shown.
#include "fuzz_file.h"
#include "os/own.h"
#include "view/picture.h"
#include "view/view.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    Picture p;
    Str text = arena_str(&a, data, (isize)n);
    owned_fd fd = fuzz_file(text);
    picture_sniff(&a, fd, &p);
    must(p.width >= 0 && p.height >= 0 && p.behind >= 0 && p.texts >= 0);
    must(p.too_large || (p.width <= PICTURE_SIDE_MAX && p.height <= PICTURE_SIDE_MAX));
    must(p.behind <= (i64)n && (p.kind == PICTURE_NONE) == !p.mime.n);
    Str shown =
        view_shown(&a, text, 200); // and what is shown of any text is UTF-8 without control bytes
    must(str_is_utf8(shown));
    for (isize i = 0; i < shown.n; i++)
        must((u8)shown.s[i] >= ' ' || shown.s[i] == '\n' || shown.s[i] == '\t');
    arena_free(&a);
    return 0;
}
