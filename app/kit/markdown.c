// md4c finds the structure; every byte of HTML is written here.
#include <md4c.h>

#include "base/map.h"
#include "kit/markdown.h"

enum { MARKDOWN_MAX = 4 << 20, HEADINGS_MAX = 2000, SPANS_MAX = 100 };

typedef struct Render {
    Arena *a;
    Buf out;
    // What closes each open span; NULL when nothing was written for it. md4c ends spans out of order on strange
    // texts, so its word for which one ends is not taken.
    const char *open[SPANS_MAX];
    int open_n;
    int picture; // 1 + the place in `open` of the picture that we are inside of; 0: none. Only its words count.
    Buf heading;      // the plain text of the heading under way
    isize heading_at; // where its tag is missing its id
    bool in_heading;
    Map ids; // to how often they were wanted
    Markdown *result;
    isize cap;
} Render;

static void put_escaped(Buf *b, Str s)
{
    for (isize i = 0; i < s.n; i++) {
        switch (s.s[i]) {
        case '&':
            buf_put(b, S("&amp;"));
            break;
        case '<':
            buf_put(b, S("&lt;"));
            break;
        case '>':
            buf_put(b, S("&gt;"));
            break;
        case '"':
            buf_put(b, S("&quot;"));
            break;
        case '\'':
            buf_put(b, S("&#39;"));
            break;
        default:
            buf_byte(b, s.s[i]);
        }
    }
}

// The few entities that may be part of an address; 0 for every other one, which spoils the address.
static char entity_char(Str e)
{
    static const struct {
        const char *name;
        char c;
    } known[] = {
        {"&amp;",  '&' },
        {"&lt;",   '<' },
        {"&gt;",   '>' },
        {"&quot;", '"' },
        {"&apos;", '\''},
        {"&#38;",  '&' }
    };
    for (isize i = 0; i < COUNT(known); i++)
        if (str_eq(e, str_from(known[i].name))) return known[i].c;
    return 0;
}

// An attribute's text with its entities resolved. False when one of them is not known.
static bool attribute_text(Arena *a, const MD_ATTRIBUTE *at, Str *out)
{
    Buf b = {.a = a};
    bool known = true;
    for (unsigned i = 0; at->text && at->substr_offsets[i] < at->size; i++) {
        Str part = {at->text + at->substr_offsets[i],
                    (isize)(at->substr_offsets[i + 1] - at->substr_offsets[i])};
        char c = at->substr_types[i] == MD_TEXT_ENTITY ? entity_char(part) : 0;
        if (at->substr_types[i] == MD_TEXT_NORMAL)
            buf_put(&b, part);
        else if (c)
            buf_byte(&b, c);
        else
            known = false;
    }
    *out = buf_str(&b);
    return known;
}

static bool is_relative(Str url)
{
    for (isize i = 0; i < url.n; i++) {
        if (url.s[i] == ':') return false;
        if (strchr("/?#", url.s[i])) break;
    }
    return !str_starts(url, S("//"));
}

static bool address_is_safe(Str url)
{
    for (isize i = 0; i < url.n; i++)
        if ((u8)url.s[i] < ' ' || url.s[i] == 0x7F || url.s[i] == '\\') return false;
    Str start = str_take(url, 8);
    return url.n && (is_relative(url) || str_eq_nocase(str_take(start, 8), S("https://")) ||
                     str_eq_nocase(str_take(start, 7), S("mailto:")));
}

static void put_address(Buf *b, Str url)
{
    for (isize i = 0; i < url.n; i++) {
        if (url.s[i] == ' ')
            buf_put(b, S("%20"));
        else
            put_escaped(b, str_span(url, i, i + 1));
    }
}

static Str heading_id(Render *r, Str text)
{
    Buf b = {.a = r->a};
    for (isize i = 0; i < text.n && b.n < 60; i++) {
        char c = text.s[i];
        bool upper = c >= 'A' && c <= 'Z';
        if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buf_byte(&b, upper ? (char)(c + 32) : c);
        else if (b.n && b.s[b.n - 1] != '-')
            buf_byte(&b, '-');
    }
    while (b.n && b.s[b.n - 1] == '-')
        b.n--;
    Str id = str_copy(r->a, b.n ? buf_str(&b) : S("part")), plain = id;
    void **seen = map_at(r->a, &r->ids, plain);
    for (int *times = *seen; times && map_get(&r->ids, id);)
        id = arena_fmt(r->a, "%.*s-%d", STR(plain), ++*times);
    int *once = make(r->a, int, 1);
    *once = 1;
    *map_at(r->a, &r->ids, id) = once;
    return id;
}

static void heading_end(Render *r, int level)
{
    Str text = str_copy(r->a, str_trim(buf_str(&r->heading))), id = heading_id(r, text);
    Str inside = str_copy(r->a, str_skip(buf_str(&r->out), r->heading_at));
    r->out.n = r->heading_at;
    buf_fmt(&r->out, "<h%d id=\"%.*s\">%.*s</h%d>\n", level, STR(id), STR(inside), level);
    r->in_heading = false;
    Markdown *m = r->result;
    if (m->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 16;
        MarkdownHeading *v = make(r->a, MarkdownHeading, r->cap);
        if (m->n) memcpy(v, m->headings, (size_t)m->n * sizeof *v);
        m->headings = v;
    }
    m->headings[m->n++] = (MarkdownHeading){level, id, text};
}

static void code_start(Render *r, const MD_BLOCK_CODE_DETAIL *d)
{
    Str lang;
    bool plain = attribute_text(r->a, &d->lang, &lang) && lang.n > 0 && lang.n < 30;
    for (isize i = 0; i < lang.n; i++) {
        char c = lang.s[i];
        plain = plain && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-');
    }
    if (plain)
        buf_fmt(&r->out, "<pre><code class=\"language-%.*s\">", STR(lang));
    else
        buf_put(&r->out, S("<pre><code>"));
}

static void cell_start(Render *r, const MD_BLOCK_TD_DETAIL *d, bool head)
{
    const char *align = d->align == MD_ALIGN_RIGHT    ? " class=\"right\""
                        : d->align == MD_ALIGN_CENTER ? " class=\"center\""
                                                      : "";
    buf_fmt(&r->out, head ? "<th scope=\"col\"%s>" : "<td%s>", align);
}

// Blocks that are nothing but a pair of tags.
static const struct {
    const char *start, *end;
} block_tags[] = {
    [MD_BLOCK_DOC] = {"",               ""               },
    [MD_BLOCK_QUOTE] = {"<blockquote>\n", "</blockquote>\n"},
    [MD_BLOCK_UL] = {"<ul>\n",         "</ul>\n"        },
    [MD_BLOCK_OL] = {"<ol>\n",         "</ol>\n"        },
    [MD_BLOCK_LI] = {"<li>",           "</li>\n"        },
    [MD_BLOCK_HR] = {"<hr>\n",         ""               },
    [MD_BLOCK_H] = {"",               ""               },
    [MD_BLOCK_CODE] = {"",               "</code></pre>\n"},
    [MD_BLOCK_HTML] = {"",               ""               },
    [MD_BLOCK_P] = {"<p>",            "</p>\n"         },
    [MD_BLOCK_TABLE] = {"<table>\n",      "</table>\n"     },
    [MD_BLOCK_THEAD] = {"<thead>\n",      "</thead>\n"     },
    [MD_BLOCK_TBODY] = {"<tbody>\n",      "</tbody>\n"     },
    [MD_BLOCK_TR] = {"<tr>",           "</tr>\n"        },
    [MD_BLOCK_TH] = {"",               "</th>"          },
    [MD_BLOCK_TD] = {"",               "</td>"          },
};
static const struct {
    const char *start, *end;
} span_tags[] = {
    [MD_SPAN_EM] = {"<em>",     "</em>"    },
      [MD_SPAN_STRONG] = {"<strong>", "</strong>"},
    [MD_SPAN_CODE] = {"<code>",   "</code>"  },
      [MD_SPAN_DEL] = {"<del>",    "</del>"   },
    [MD_SPAN_U] = {"<u>",      "</u>"     }, // the last one: asked for or not, it must be in range
};

static int on_block_start(MD_BLOCKTYPE type, void *detail, void *who)
{
    Render *r = who;
    const MD_BLOCK_OL_DETAIL *ol = detail;
    if (type == MD_BLOCK_OL && ol->start != 1) {
        buf_fmt(&r->out, "<ol start=\"%u\">\n", ol->start);
        return 0;
    }
    buf_put(&r->out, str_from(block_tags[type].start));
    if (type == MD_BLOCK_H) {
        if (r->result->n >= HEADINGS_MAX) return 1;
        r->heading = (Buf){.a = r->a};
        r->heading_at = r->out.n;
        r->in_heading = true;
    }
    if (type == MD_BLOCK_CODE) code_start(r, detail);
    if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) cell_start(r, detail, type == MD_BLOCK_TH);
    return 0;
}

static void put_title(Render *r, const MD_ATTRIBUTE *title)
{
    Str text;
    if (!title->size || !attribute_text(r->a, title, &text)) return;
    buf_put(&r->out, S(" title=\""));
    put_escaped(&r->out, text);
    buf_byte(&r->out, '"');
}

static void span_close(Render *r)
{
    const char *close = r->open[--r->open_n];
    if (r->picture > r->open_n) r->picture = 0;
    if (close) buf_put(&r->out, str_from(close));
}

static void link_start(Render *r, const MD_SPAN_A_DETAIL *d, const char **close)
{
    Str url;
    if (!attribute_text(r->a, &d->href, &url) || !address_is_safe(url)) return;
    buf_put(&r->out, S("<a href=\""));
    put_address(&r->out, url);
    buf_byte(&r->out, '"');
    if (!is_relative(url)) buf_put(&r->out, S(" rel=\"noopener noreferrer\""));
    put_title(r, &d->title);
    buf_byte(&r->out, '>');
    *close = "</a>";
}

static void picture_start(Render *r, const MD_SPAN_IMG_DETAIL *d, const char **close)
{
    Str url;
    bool safe = attribute_text(r->a, &d->src, &url) && address_is_safe(url) && is_relative(url);
    buf_put(&r->out, S("<img src=\""));
    if (safe) put_address(&r->out, url);
    buf_byte(&r->out, '"');
    put_title(r, &d->title);
    buf_put(&r->out, S(" alt=\""));
    r->picture = r->open_n + 1;
    *close = "\">";
}

static int on_span_start(MD_SPANTYPE type, void *detail, void *who)
{
    Render *r = who;
    const char *close = NULL;
    if (r->open_n == SPANS_MAX) return 1;
    if (!r->picture && type == MD_SPAN_A) {
        link_start(r, detail, &close);
    } else if (!r->picture && type == MD_SPAN_IMG) {
        picture_start(r, detail, &close);
    } else if (!r->picture && type <= MD_SPAN_U && span_tags[type].start) {
        buf_put(&r->out, str_from(span_tags[type].start));
        close = span_tags[type].end;
    }
    r->open[r->open_n++] = close;
    return 0;
}

static int on_span_end(MD_SPANTYPE type, void *detail, void *who)
{
    Render *r = who;
    (void)type;
    (void)detail;
    if (r->open_n) span_close(r);
    return 0;
}

static int on_block_end(MD_BLOCKTYPE type, void *detail, void *who)
{
    Render *r = who;
    while (r->open_n)
        span_close(r);
    if (type == MD_BLOCK_H) heading_end(r, (int)((MD_BLOCK_H_DETAIL *)detail)->level);
    buf_put(&r->out, str_from(block_tags[type].end));
    return 0;
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE n, void *who)
{
    Render *r = who;
    Str text = {s, (isize)n};
    switch (type) {
    case MD_TEXT_NULLCHAR:
        buf_put(&r->out, S("\xEF\xBF\xBD"));
        break;
    case MD_TEXT_BR:
        buf_put(&r->out, r->picture ? S(" ") : S("<br>\n"));
        break;
    case MD_TEXT_SOFTBR:
        buf_put(&r->out, r->picture ? S(" ") : S("\n"));
        break;
    case MD_TEXT_ENTITY:
        buf_put(&r->out, text);
        break; // md4c saw that it is "&", letters or digits, ";"
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
        put_escaped(&r->out, text);
        break;
    }
    if (r->in_heading && (type == MD_TEXT_NORMAL || type == MD_TEXT_CODE))
        buf_put(&r->heading, text);
    if (r->in_heading && type == MD_TEXT_SOFTBR) buf_byte(&r->heading, ' ');
    return 0;
}

fallible markdown_html(Arena *a, Str text, Markdown *out)
{
    if (text.n > MARKDOWN_MAX)
        return fail(a, ERR_TOO_LARGE, "a text of more than 4 MiB is not shown");
    if (!str_is_utf8(text))
        return fail(a, ERR_BAD_INPUT, "the text is not UTF-8: save it in that encoding");
    *out = (Markdown){0};
    Render r = {.a = a, .out = {.a = a}, .result = out};
    MD_PARSER p = {.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH |
                            MD_FLAG_PERMISSIVEURLAUTOLINKS,
                   .enter_block = on_block_start,
                   .leave_block = on_block_end,
                   .enter_span = on_span_start,
                   .leave_span = on_span_end,
                   .text = on_text};
    if (md_parse(text.n ? text.s : "", (MD_SIZE)text.n, &p, &r))
        return fail(a, ERR_TOO_LARGE, "the text is too deeply nested or has too many headings");
    out->html = buf_str(&r.out);
    return NULL;
}
