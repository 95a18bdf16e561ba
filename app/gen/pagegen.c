// pagegen: turns pages into C functions; a value is escaped for the place it stands in, and there is no way around.
//   pagegen OUTDIR PAGE.html...       app/job/show.html becomes OUTDIR/job/show.page.{h,c}
//   {# a remark #}                    never sent; nor is a comment before the first page
//   {% include "job/job.h" %}         a header the page needs, before the first page
//   {% page job_show(Buf *o, const Job *j) %}   starts the function void job_show(…), up to the next one
//   {% partial shell_head(Buf *o, Str t) %}     the same, but may leave elements open or close those of another
//   {{ x }}                           a value: Str, i64, int, or Html (markup of our own)
//   {{? cond : checked }}             in a tag, an attribute's value or text: a literal, if the condition holds
//   {% c for (...) { %} … {% c } %}   C, between elements only; a branch must end where it began
#include "gen/source.h"

#include <ctype.h>

#include "base/str.h"
#include "gen/pagewalk.h"

enum { BRANCHES_MAX = 32 };
typedef struct Page {
    Arena *a;
    Source src;
    Buf h, c, literal; // literal: not yet written, so that neighbours become one call
    Place place;
    Place branches[BRANCHES_MAX];
    isize branch_at[BRANCHES_MAX];
    int branches_n;
    bool in_page;
    isize page_at;
} Page;

static void flush(Page *p)
{
    if (!p->literal.n) return;
    buf_put(&p->c, S("    buf_put(o, S("));
    c_literal(&p->c, buf_str(&p->literal));
    buf_put(&p->c, S("));\n"));
    p->literal.n = 0;
}

static void line_mark(Page *p, isize at)
{
    flush(p);
    buf_fmt(&p->c, "#line %d \"%.*s\"\n", source_line(&p->src, at), STR(p->src.path));
}

// A run of blanks counts as one, except where the reader sees each.
static bool blank_is_redundant(const Page *p, char c)
{
    bool squeezed =
        p->place.state == AT_TEXT ? !place_is_preformatted(&p->place) : p->place.state == AT_TAG;
    if (!squeezed || !isspace((unsigned char)c) || !p->literal.n) return false;
    return isspace((unsigned char)p->literal.s[p->literal.n - 1]);
}

// Before the first page there may be blanks and comments only.
static void outside_check(Page *p, isize from, isize to)
{
    Str rest = str_span(p->src.text, from, to);
    for (rest = str_trim(rest); rest.n; rest = str_trim(rest)) {
        isize end = str_starts(rest, S("<!--")) ? str_find(rest, S("-->")) : -1;
        if (end < 0) refuse(&p->src, rest.s - p->src.text.s, "text before the first {%% page %%}");
        rest = str_skip(rest, end + 3);
    }
}

static void literal(Page *p, isize from, isize to)
{
    if (!p->in_page) {
        outside_check(p, from, to);
        return;
    }
    for (isize i = from; i < to; i++) {
        char c = p->src.text.s[i];
        if (blank_is_redundant(p, c)) {
            if (c == '\n') p->literal.s[p->literal.n - 1] = '\n';
        } else {
            buf_byte(&p->literal, c);
        }
        const char *why = place_walk(&p->place, c);
        if (why) refuse(&p->src, i, "%s", why);
    }
}

static void page_end(Page *p)
{
    if (!p->in_page) return;
    flush(p);
    if (p->place.state != AT_TEXT) refuse(&p->src, p->src.text.n, "the page ends inside a tag");
    if (p->branches_n)
        refuse(&p->src, p->branch_at[p->branches_n - 1],
               "this { is not closed before the page ends");
    if (p->place.depth && !p->place.partial)
        refuse(&p->src, p->page_at,
               "the page ends with <%s> still open; close it, or make it a partial",
               p->place.open[p->place.depth - 1]);
    buf_put(&p->c, S("}\n\n"));
    p->in_page = false;
}

static void page_start(Page *p, isize at, Str words, bool partial)
{
    page_end(p);
    Str name, params;
    if (!str_cut(words, '(', &name, &params) || !str_ends(params, S(")")))
        refuse(&p->src, at, "expected: {%% page name(Buf *o, arguments) %%}");
    if (!str_starts(params, S("Buf *o")))
        refuse(&p->src, at, "the first argument of a page is Buf *o");
    buf_fmt(&p->h, "void %.*s;\n", STR(words));
    line_mark(p, at);
    buf_fmt(&p->c, "void %.*s\n{\n    (void)o;\n", STR(words));
    p->place = (Place){.partial = partial};
    p->in_page = true;
    p->page_at = at;
}

static void branch_close(Page *p, isize at)
{
    if (!p->branches_n) refuse(&p->src, at, "this } closes nothing");
    const Place *was = &p->branches[--p->branches_n];
    if (!place_same_depth(was, &p->place))
        refuse(&p->src, at,
               "the branch that began in line %d ends at another place of the markup; close what "
               "it opened",
               source_line(&p->src, p->branch_at[p->branches_n]));
}

// Follows the braces of a piece of C; strings and characters may hold any byte.
static void code_walk(Page *p, isize at, Str code)
{
    for (isize i = 0; i < code.n; i++) {
        char c = code.s[i];
        if (c == '"' || c == '\'') {
            for (i++; i < code.n && code.s[i] != c; i++)
                i += code.s[i] == '\\';
        } else if (c == '{') {
            if (p->branches_n == BRANCHES_MAX)
                refuse(&p->src, at, "branches are nested too deeply");
            p->branch_at[p->branches_n] = at;
            p->branches[p->branches_n++] = p->place;
        } else if (c == '}') {
            branch_close(p, at);
        }
    }
}

static void code(Page *p, isize at, Str words)
{
    const char *why;
    if (str_starts(words, S("include "))) {
        if (p->in_page) refuse(&p->src, at, "includes come before the first page");
        buf_fmt(&p->h, "#include %.*s\n", STR(str_trim(str_skip(words, 8))));
    } else if (str_starts(words, S("page "))) {
        page_start(p, at, str_trim(str_skip(words, 5)), false);
    } else if (str_starts(words, S("partial "))) {
        page_start(p, at, str_trim(str_skip(words, 8)), true);
    } else if (!p->in_page) {
        refuse(&p->src, at, "code before the first {%% page %%}");
    } else if (p->place.state != AT_TEXT || !place_writer(&p->place, &why)) {
        refuse(&p->src, at,
               "code may stand only between elements; in a tag use {{? condition : attribute }}");
    } else {
        char last = words.n ? words.s[words.n - 1] : ';';
        if (!strchr("{};:", last))
            refuse(&p->src, at,
                   "end the code with { } ; or : so that what follows belongs where it seems to");
        if (str_starts(words, S("c "))) words = str_trim(str_skip(words, 2));
        code_walk(p, at, words);
        line_mark(p, at);
        buf_fmt(&p->c, "    %.*s\n", STR(words));
    }
}

static void literal_attribute_check(Page *p, isize at, Str text)
{
    Str name, value;
    bool has_value = str_cut(text, '=', &name, &value), good = name.n > 0;
    for (isize i = 0; i < name.n; i++)
        good = good && (islower((unsigned char)name.s[i]) || name.s[i] == '-');
    if (has_value)
        good = good && value.n >= 2 && value.s[0] == '"' &&
               str_find_byte(str_skip(value, 1), '"') == value.n - 2;
    if (!good)
        refuse(&p->src, at,
               "expected: {{? condition : attribute }} or {{? condition : attribute=\"text\" }}");
    if (attribute_is_forbidden(cstr(p->a, name)))
        refuse(&p->src, at, "on…= and style= are blocked by the security policy");
}

static void conditional(Page *p, isize at, Str words)
{
    isize colon = -1;
    for (isize i = 0; i + 3 <= words.n; i++)
        if (!memcmp(words.s + i, " : ", 3)) colon = i;
    if (colon < 0) refuse(&p->src, at, "expected: {{? condition : literal }}");
    Str cond = str_trim(str_take(words, colon)), text = str_trim(str_skip(words, colon + 3));
    const char *why, *blank = "";
    bool in_tag = p->place.tag[0] != '/' &&
                  (p->place.state == AT_TAG || (p->place.state == AT_TAG_NAME && p->place.tag[0]));
    if (in_tag) {
        literal_attribute_check(p, at, text);
        blank = " ";
    } else {
        if (!place_writer(&p->place, &why)) refuse(&p->src, at, "%s", why);
        for (isize i = 0; i < text.n; i++)
            if (strchr("<>\"'&", text.s[i]))
                refuse(&p->src, at, "only plain words may stand in {{? : }} here");
    }
    line_mark(p, at);
    buf_fmt(&p->c, "    if (%.*s) buf_put(o, S(", STR(cond));
    c_literal(&p->c, arena_fmt(p->a, "%s%.*s", blank, STR(text)));
    buf_put(&p->c, S("));\n"));
    if (in_tag)
        place_attribute(&p->place);
    else
        place_value(&p->place);
}

static void value(Page *p, isize at, Str words)
{
    if (!p->in_page) refuse(&p->src, at, "a value before the first {%% page %%}");
    if (str_starts(words, S("?"))) {
        conditional(p, at, str_trim(str_skip(words, 1)));
        return;
    }
    const char *why, *writer = place_writer(&p->place, &why);
    if (!writer) refuse(&p->src, at, "%s", why);
    if (!words.n) refuse(&p->src, at, "{{ }} is empty");
    line_mark(p, at);
    buf_fmt(&p->c, "    %s(o, %.*s);\n", writer, STR(words));
    place_value(&p->place);
}

// The nearest {{, {% or {# at or after `at`; -1 when there is none.
static isize next_mark(Str text, isize at)
{
    for (isize i = at; i + 1 < text.n; i++)
        if (text.s[i] == '{' && strchr("{%#", text.s[i + 1])) return i;
    return -1;
}

// Code and remarks that have a line for themselves leave no empty line behind.
static isize alone_on_line(Str text, isize *from, isize end)
{
    isize left = *from, right = end;
    while (left > 0 && (text.s[left - 1] == ' ' || text.s[left - 1] == '\t'))
        left--;
    while (right < text.n && (text.s[right] == ' ' || text.s[right] == '\t'))
        right++;
    if ((left && text.s[left - 1] != '\n') || (right < text.n && text.s[right] != '\n')) return end;
    *from = left;
    return right < text.n ? right + 1 : right;
}

static void page_read(Page *p)
{
    Str text = p->src.text;
    for (isize at = 0; at < text.n;) {
        isize mark = next_mark(text, at);
        if (mark < 0) {
            literal(p, at, text.n);
            break;
        }
        char kind = text.s[mark + 1];
        isize close = str_find(str_skip(text, mark + 2), kind == '{'   ? S("}}")
                                                         : kind == '%' ? S("%}")
                                                                       : S("#}"));
        if (close < 0) refuse(&p->src, mark, "this {%c is not closed", kind);
        Str words = str_trim(str_span(text, mark + 2, mark + 2 + close));
        isize end = mark + 2 + close + 2, from = mark;
        if (kind != '{') end = alone_on_line(text, &from, end);
        if (from > at) literal(p, at, from);
        if (kind == '{')
            value(p, mark, words);
        else if (kind == '%')
            code(p, mark, words);
        at = end;
    }
    page_end(p);
}

int main(int argc, char **argv)
{
    if (argc < 3) refuse_plain("usage: pagegen OUTDIR PAGE.html...");
    for (int i = 2; i < argc; i++) {
        Arena a = {0};
        Page *p = make(&a, Page, 1);
        p->a = p->h.a = p->c.a = p->literal.a = &a;
        p->src = source_read(&a, str_from(argv[i]));
        Str name = arena_fmt(&a, "%.*s/%.*s.page", STR(source_room(p->src.path)),
                             STR(source_stem(p->src.path)));
        buf_fmt(&p->h, "// Written by pagegen from %s.\n#pragma once\n#include \"base/time.h\"\n",
                argv[i]);
        buf_fmt(
            &p->c,
            "// Written by pagegen from %s.\n#include \"%.*s.h\"\n\n#include \"web/html.h\"\n\n",
            argv[i], STR(name));
        page_read(p);
        result_write(&a, str_from(argv[1]), arena_fmt(&a, "%.*s.h", STR(name)), buf_str(&p->h));
        result_write(&a, str_from(argv[1]), arena_fmt(&a, "%.*s.c", STR(name)), buf_str(&p->c));
        arena_free(&a);
    }
}
