// JSON: what was read and written can be read and written again to the same bytes, in every style.
#include "kit/json.h"
#include "fuzz.h"

static Str written(Arena *a, const Json *value, JsonStyle style)
{
    Buf out = {.a = a};
    JsonOut w = json_begin(&out, style);
    json_value(&w, value);
    return buf_str(&out);
}

FUZZ
{
    static const JsonStyle styles[] = {JSON_COMPACT, JSON_PYTHON, JSON_PRETTY};
    const Json *first, *again;
    if (json_parse(a, input, &first)) return;
    Str plain = written(a, first, JSON_COMPACT);
    for (isize i = 0; i < COUNT(styles); i++) {
        must(!json_parse(a, written(a, first, styles[i]), &again));
        must(str_eq(written(a, again, JSON_COMPACT), plain));
    }
}
