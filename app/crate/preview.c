// The few values that the page for people computes.
#include "crate/preview.h"

#include "base/str.h"

Str preview_person(CratePerson p, CratePerson otherwise)
{
    CratePerson who = p.username.n ? p : otherwise;
    return who.name.n ? who.name : who.username;
}

// The page stands alone in a folder: its look is inside.
Html preview_style(void)
{
    static const char style[] =
        "<style>\n"
        "body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; "
        "padding: 0 1rem; color: #1b1f24; background: #fff; }\n"
        "h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }\n"
        "table { border-collapse: collapse; width: 100%; } th, td { text-align: left; "
        "vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #c8ccd1; }\n"
        "dt { font-weight: 600; } dd { margin: 0 0 .5rem 0; } code { overflow-wrap: anywhere; }\n"
        ".gone { color: #8a1c1c; }\n"
        "</style>\n";
    return (Html){S(style)};
}

// The id of a path has nothing in it that HTML would have to escape.
Html preview_link(Arena *a, Str path)
{
    Buf b = {.a = a};
    buf_fmt(&b, "<a href=\"./%.*s\">", STR(crate_path_id(a, path)));
    html_put_str(&b, str_visible(a, path));
    buf_put(&b, S("</a>"));
    return (Html){buf_str(&b)};
}

Str preview_size(Arena *a, i64 bytes)
{
    return arena_fmt(a, "%lld %s", (long long)bytes, bytes == 1 ? "byte" : "bytes");
}

void preview_text(Graph *g)
{
    preview_head(g->out, g->crate, g->a);
    for (FileWalk w = file_walk(g); file_next(&w);)
        preview_row(g->out, w.file, g->a);
    preview_foot(g->out, g->crate);
}
