// One file as people read it.
#include "view/view.h"

#include <unistd.h>

#include "base/encode.h"
#include "base/str.h"
#include "kit/csv.h"
#include "os/file.h"
#include "os/own.h"

static const struct {
    const char *suffix;
    ViewKind kind;
    const char *mime;
} kinds[] = {
    {".csv",  VIEW_TABLE,    "text/csv; charset=utf-8"                 },
    {".tsv",  VIEW_TABLE,    "text/tab-separated-values; charset=utf-8"},
    {".png",  VIEW_PICTURE,  "image/png"                               },
    {".jpg",  VIEW_PICTURE,  "image/jpeg"                              },
    {".jpeg", VIEW_PICTURE,  "image/jpeg"                              },
    {".gif",  VIEW_PICTURE,  "image/gif"                               },
    {".svg",  VIEW_PICTURE,  "image/svg+xml"                           },
    {".html", VIEW_PAGE,     "text/html; charset=utf-8"                },
    {".htm",  VIEW_PAGE,     "text/html; charset=utf-8"                },
    {".txt",  VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".log",  VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".md",   VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".json", VIEW_TEXT,     "application/json"                        },
    {".yaml", VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".r",    VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".py",   VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".sh",   VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".do",   VIEW_TEXT,     "text/plain; charset=utf-8"               },
    {".pdf",  VIEW_DOWNLOAD, "application/pdf"                         },
    {".svgz", VIEW_DOWNLOAD, "application/gzip"                        },
    {"",      VIEW_DOWNLOAD, "application/octet-stream"                }, // ends the search
};

static isize kind_at(Str name)
{
    isize i = 0;
    for (; i < COUNT(kinds) - 1; i++) {
        Str suffix = str_from(kinds[i].suffix);
        if (name.n > suffix.n && str_eq_nocase(str_skip(name, name.n - suffix.n), suffix)) break;
    }
    return i;
}

ViewKind view_kind(Str name)
{
    return kinds[kind_at(name)].kind;
}
Str view_mime(Str name)
{
    return str_from(kinds[kind_at(name)].mime);
}

static fallible beginning_read(Arena *a, Str path, Str *out, bool *cut)
{
    int opened;
    FileFacts facts;
    TRY(file_open(a, path, &opened));
    owned_fd fd = opened;
    TRY(file_facts_fd(a, fd, &facts));
    isize want = facts.size < VIEW_BYTES_MAX ? (isize)facts.size : VIEW_BYTES_MAX, have = 0;
    char *bytes = make(a, char, want + 1);
    for (ssize_t n; have < want && (n = read(fd, bytes + have, (size_t)(want - have))) > 0;)
        have += n;
    *out = (Str){bytes, have};
    *cut = facts.size > have;
    return NULL;
}

static bool is_number(Str cell)
{
    double x;
    return str_f64(str_trim(cell), &x);
}

static void row_put(Buf *b, const CsvRow *r, isize columns, const char *tag)
{
    buf_put(b, S("<tr>"));
    for (isize c = 0; c < columns; c++) {
        Str cell = c < r->n ? r->v[c] : (Str){0};
        buf_fmt(b, "<%s%s>", tag, is_number(cell) ? " class=\"num\"" : "");
        html_text(b, str_printable(b->a, cell));
        buf_fmt(b, "</%s>", tag);
    }
    buf_put(b, S("</tr>"));
}

static void table_make(Arena *a, Str name, Str text, View *out)
{
    Csv t;
    Buf b = {.a = a};
    bool tabs = str_ends(str_lower(a, name), S(".tsv"));
    csv_read(a, text, tabs ? '\t' : csv_separator(text), VIEW_ROWS_MAX + 1, 200, &t);
    // The last line of a beginning may be half a line.
    if (out->cut && !t.more_rows && t.n > 1) t.n--;
    out->rows = t.n ? t.n - 1 : 0;
    out->cut |= t.more_rows || t.more_columns;
    buf_put(&b, S("<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                  "aria-label=\"Table\"><table class=\"data\">"));
    if (t.n) {
        buf_put(&b, S("<thead>"));
        row_put(&b, &t.v[0], t.columns, "th");
        buf_put(&b, S("</thead><tbody>"));
        for (isize i = 1; i < t.n; i++)
            row_put(&b, &t.v[i], t.columns, "td");
        buf_put(&b, S("</tbody>"));
    }
    buf_put(&b, S("</table></div>"));
    out->inside = (Html){buf_str(&b)};
}

static void text_make(Arena *a, Str text, View *out)
{
    Buf b = {.a = a};
    buf_put(&b, S("<pre class=\"log\" tabindex=\"0\">"));
    html_text(&b, str_printable(a, str_replace(a, text, S("\r\n"), S("\n"))));
    buf_put(&b, S("</pre>"));
    out->inside = (Html){buf_str(&b)};
}

fallible view_make(Arena *a, Str path, Str name, View *out)
{
    Str text;
    *out = (View){.kind = view_kind(name)};
    if (out->kind != VIEW_TABLE && out->kind != VIEW_TEXT) return NULL;
    TRY(beginning_read(a, path, &text, &out->cut));
    if (out->kind == VIEW_TABLE)
        table_make(a, name, text, out);
    else
        text_make(a, text, out);
    return NULL;
}

Html view_markup(Arena *a, const View *v, Str raw, Str name)
{
    Buf b = {.a = a};
    switch (v->kind) {
    case VIEW_TABLE:
    case VIEW_TEXT:
        if (v->kind == VIEW_TABLE)
            buf_fmt(&b, "<p class=\"dim\">%lld rows%s</p>", (long long)v->rows,
                    v->cut ? ", only the beginning is shown" : "");
        else if (v->cut)
            buf_put(&b, S("<p class=\"dim\">Only the beginning is shown.</p>"));
        buf_put(&b, v->inside.trusted);
        break;
    case VIEW_PICTURE:
        buf_put(&b, S("<img class=\"picture\" src=\""));
        html_url(&b, raw);
        buf_put(&b, S("\" alt=\"The picture "));
        html_attr(&b, name);
        buf_put(&b, S("\">"));
        break;
    case VIEW_PAGE:
        buf_put(&b, S("<iframe class=\"framed\" sandbox src=\""));
        html_url(&b, raw);
        buf_put(&b, S("\" title=\"The page "));
        html_attr(&b, name);
        buf_put(&b, S("\"></iframe>"));
        break;
    case VIEW_DOWNLOAD:
        buf_put(&b, S("<p>This kind of file is not shown here.</p><p><a class=\"button\" href=\""));
        html_url(&b, raw);
        buf_put(&b, S("\">Download it</a></p>"));
        break;
    }
    return (Html){buf_str(&b)};
}

Str view_href(Arena *a, Str base, Str name)
{
    Buf b = {.a = a};
    Str part;
    buf_put(&b, base);
    for (bool first = true; str_next(&name, '/', &part); first = false) {
        if (!first) buf_byte(&b, '/');
        buf_put(&b, percent_encode(a, part));
    }
    return buf_str(&b);
}
