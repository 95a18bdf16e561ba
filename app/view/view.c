// One file as people read it: what it is decides what ways there are to look at it.
#include "view/view.h"

#include "base/encode.h"
#include "os/file.h"
#include "os/own.h"
#include "view/own.h"
#include "view/view.page.h"

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

ViewWish view_wish(const Req *q)
{
    return (ViewWish){.show = req_query(q, "show"),
                      .sort = req_query_i64(q, "sort", 0),
                      .row = req_query_i64(q, "row", 1),
                      .with = req_query_i64(q, "with", 0),
                      .place = req_query_i64(q, "place", 0),
                      .down = req_query(q, "down").n > 0,
                      .count = req_query(q, "count").n > 0,
                      .scripts = req_query(q, "scripts").n > 0,
                      .may = view_scripts(q)};
}

const ViewBefore *view_before(const ViewAsk *ask)
{
    i64 with = ask->wish.with;
    return &ask->befores[with > 0 && with < ask->befores_n ? with : 0];
}

Str view_with_href(Arena *a, isize with)
{
    return arena_fmt(a, "?show=changes&with=%td", with);
}

Str number_grouped(Arena *a, i64 n)
{
    Str plain = arena_fmt(a, "%lld", (long long)n);
    Buf b = {.a = a};
    for (isize i = 0; i < plain.n; i++) {
        if (i && (plain.n - i) % 3 == 0 && plain.s[i - 1] != '-') buf_byte(&b, ',');
        buf_byte(&b, plain.s[i]);
    }
    return buf_str(&b);
}

Str view_counted(Arena *a, i64 n, const char *what)
{
    return arena_fmt(a, "%.*s %s%s", STR(number_grouped(a, n)), what, n == 1 ? "" : "s");
}

Str view_rows_text(Arena *a, const SheetPage *p)
{
    const char *unit = p->sheet->separator == ROWS_LINES ? "Lines" : "Rows";
    if (!p->n) return p->of > 0 ? S("No rows here") : S("No rows");
    Str from = number_grouped(a, p->from), to = number_grouped(a, p->from + p->n - 1);
    if (p->of < 0) return arena_fmt(a, "%s %.*s to %.*s", unit, STR(from), STR(to));
    return arena_fmt(a, "%s %.*s to %.*s of %.*s", unit, STR(from), STR(to),
                     STR(number_grouped(a, p->of)));
}

typedef struct Making {
    Sheet sheet;
    ViewTabs tabs;
    Picture picture;
    View *out;
    Buf body;
} Making;

static bool wants(const Making *m, const char *show)
{
    return str_eq(m->sheet.ask->wish.show, str_from(show));
}

static void tab(Making *m, const char *label, const char *show)
{
    m->tabs.v[m->tabs.n++] =
        (ViewTab){str_from(label), *show ? arena_fmt(m->sheet.a, "?show=%s", show) : S("?"),
                  *show ? wants(m, show) : false};
}

// The first way is where one is when no other is asked for.
static void tabs_end(Making *m)
{
    bool other = false;
    for (isize i = 1; i < m->tabs.n; i++)
        other |= m->tabs.v[i].here;
    m->tabs.v[0].here = !other;
    Buf b = {.a = m->sheet.a};
    view_tabs(&b, &m->tabs);
    buf_put(&b, buf_str(&m->body));
    m->out->inside = (Html){buf_str(&b)};
}

static fallible changes_make(Making *m)
{
    ChangePage p;
    TRY(change_rows(&m->sheet, &p));
    view_changes(&m->body, &p);
    m->out->look = S("changes");
    return NULL;
}

static fallible table_make(Making *m)
{
    Sheet *s = &m->sheet;
    SheetPage p;
    s->separator = rows_separator(s->a, s->fd, s->ask->name);
    tab(m, "Table", "");
    tab(m, "Columns", "columns");
    if (s->ask->befores_n) tab(m, "Changes", "changes");
    if (s->ask->befores_n && wants(m, "changes")) return changes_make(m);
    bool columns = wants(m, "columns");
    TRY(sheet_survey(s, s->ask->wish.count || (columns && !s->ask->live.n), NULL));
    m->out->look = columns ? S("columns") : S("table");
    if (columns && s->surveyed) {
        view_columns(&m->body, &s->survey);
        return NULL;
    }
    if (columns) view_columns_wait(&m->body, s); // over the first rows
    sheet_rows(s, &p);
    view_table(&m->body, &p);
    return NULL;
}

static fallible lines_make(Making *m, const char *show)
{
    SheetPage p;
    m->sheet.separator = ROWS_LINES;
    if (m->sheet.ask->befores_n && wants(m, "changes")) return changes_make(m);
    TRY(sheet_survey(&m->sheet, m->sheet.ask->wish.count, NULL));
    sheet_lines(&m->sheet, &p);
    view_lines(&m->body, &p, arena_fmt(m->sheet.a, "?count=1%s%s", *show ? "&show=" : "", show));
    m->out->look = *show ? S("source") : S("text");
    return NULL;
}

static fallible text_make(Making *m)
{
    tab(m, "Text", "");
    if (m->sheet.ask->befores_n) tab(m, "Changes", "changes");
    return lines_make(m, "");
}

// A page in UTF-16 would pass by what view_serve takes out of it; a huge one is not for a frame.
static bool page_is_shown(const Making *m)
{
    u8 mark[2] = {0};
    bool wide = pread(m->sheet.fd, mark, 2, 0) == 2 &&
                ((mark[0] == 0xff && mark[1] == 0xfe) || (mark[0] == 0xfe && mark[1] == 0xff));
    return !wide && m->sheet.bytes <= VIEW_PAGE_MOST;
}

static fallible page_make(Making *m)
{
    tab(m, "Page", "");
    tab(m, "Source", "source");
    if (m->sheet.ask->befores_n) tab(m, "Changes in the source", "changes");
    if (wants(m, "source") || wants(m, "changes")) return lines_make(m, "source");
    if (m->sheet.ask->wish.scripts) TRY(view_scripts_check(m->sheet.a, m->sheet.ask->wish.may));
    if (page_is_shown(m)) {
        view_frame(&m->body, m->sheet.ask);
        m->out->look = m->sheet.ask->wish.scripts ? S("scripts") : S("page");
        return NULL;
    }
    view_only_download(
        &m->body, S("This page is too large, or written in an encoding that is not shown here."));
    m->out->look = S("facts");
    return NULL;
}

static fallible picture_make(Making *m)
{
    const ViewAsk *ask = m->sheet.ask;
    PictureShow x = {.now = m->picture, .ask = ask};
    int opened;
    tab(m, "Picture", "");
    if (ask->befores_n) tab(m, "Changes", "changes");
    if (m->picture.kind == PICTURE_SVG) tab(m, "Source", "source");
    if (m->picture.kind == PICTURE_SVG && wants(m, "source")) return lines_make(m, "source");
    m->out->look = S("picture");
    if (!ask->befores_n || !wants(m, "changes")) {
        view_picture(&m->body, &x);
        return NULL;
    }
    TRY(file_open(m->sheet.a, view_before(ask)->path, &opened));
    owned_fd fd = opened;
    picture_sniff(m->sheet.a, fd, &x.before);
    view_pictures(&m->body, &x);
    m->out->look = S("changes");
    return NULL;
}

static fallible download_make(Making *m, const char *why)
{
    tab(m, "About", "");
    view_only_download(&m->body, str_from(why));
    m->out->look = S("facts");
    return NULL;
}

static fallible kind_make(Making *m)
{
    picture_sniff(m->sheet.a, m->sheet.fd, &m->picture);
    if (m->out->kind == VIEW_DOWNLOAD && m->picture.kind && m->picture.kind != PICTURE_SVG &&
        str_find_byte(path_name(m->sheet.ask->name), '.') < 0)
        m->out->kind = VIEW_PICTURE; // a picture whose name says nothing
    switch (m->out->kind) {
    case VIEW_TABLE:
        return table_make(m);
    case VIEW_TEXT:
        return text_make(m);
    case VIEW_PAGE:
        return page_make(m);
    case VIEW_PICTURE:
        if (m->picture.kind) return picture_make(m);
        m->out->kind = VIEW_DOWNLOAD;
        return download_make(m, "The name says that this is a picture, but its bytes do not.");
    case VIEW_DOWNLOAD:
        break;
    }
    return download_make(m, "This kind of file is not shown here.");
}

fallible view_make(Arena *a, const ViewAsk *ask, View *out)
{
    int opened;
    FileFacts facts;
    *out = (View){.kind = view_kind(ask->name)};
    TRY(file_open(a, ask->path, &opened));
    owned_fd fd = opened;
    TRY(file_facts_fd(a, fd, &facts));
    Making m = {
        .sheet = {.ask = ask,           .fd = fd, .bytes = facts.size, .a = a},
        .tabs = {.raw = ask->raw, .name = ask->name, .bytes = facts.size},
        .body = {.a = a                   },
        .out = out
    };
    TRY(kind_make(&m));
    tabs_end(&m);
    return NULL;
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
