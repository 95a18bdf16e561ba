// The head of a request: what the guard lets through is plain enough that no proxy could read it differently.
#include "fuzz.h"
#include "web/guard.h"

static void path_holds(Arena *a, Str path)
{
    Str decoded;
    StrList segments = {0};
    must(path.n > 0 && (path.s[0] == '/' || str_eq(path, S("*"))));
    if (!guard_path(a, path, &decoded, &segments)) return;
    must(str_is_utf8(decoded));
    for (isize i = 0; i < segments.n; i++)
        must(!str_eq(segments.v[i], S(".")) && !str_eq(segments.v[i], S("..")));
}

FUZZ
{
    Head h;
    const char *why = NULL;
    int status = guard_head(a, input, &h, &why);
    must((status == 0) == (why == NULL));
    must(status == 0 || (status >= 400 && status < 600));
    if (status) return;
    must(str_ends(input, S("\r\n\r\n")));
    must(!(h.chunked && h.length >= 0));
    path_holds(a, h.path);
    for (isize i = 0; i < h.lines_n; i++) {
        must(h.lines[i].name.n > 0);
        for (isize k = 0; k < h.lines[i].value.n; k++)
            must(h.lines[i].value.s[k] != '\r' && h.lines[i].value.s[k] != '\n' &&
                 h.lines[i].value.s[k]);
    }
}
