// Texts of strangers as HTML: nothing but our own tags and attributes, whatever the text says.
#include "kit/markdown.h"
#include "fuzz.h"

// Every '<' must start one of the tags that markdown.c writes.
static void html_check(Str html)
{
    static const char *const tags[] = {
        "a",      "blockquote", "br",    "code", "del", "em",    "h1", "h2", "h3",
        "h4",     "h5",         "h6",    "hr",   "img", "li",    "ol", "p",  "pre",
        "strong", "table",      "tbody", "td",   "th",  "thead", "tr", "ul"};
    while (html.n) {
        isize at = str_find_byte(html, '<');
        if (at < 0) return;
        html = str_skip(html, at + 1);
        if (html.n && html.s[0] == '/') html = str_skip(html, 1);
        isize n = 0;
        while (n < html.n && html.s[n] != ' ' && html.s[n] != '>')
            n++;
        bool known = false;
        for (isize i = 0; i < COUNT(tags); i++)
            known |= str_eq(str_take(html, n), str_from(tags[i]));
        must(known);
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t n)
{
    Arena a = {0};
    Markdown m;
    Err *e = markdown_html(&a, arena_str(&a, data, (isize)n), &m);
    if (!e) html_check(m.html);
    arena_free(&a);
    return 0;
}
