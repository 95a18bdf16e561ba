// Markdown that cannot harm, and tables as text.
#include "scratch.h"

#include "kit/csv.h"
#include "kit/markdown.h"

static Str html(Arena *a, const char *text)
{
    Markdown m;
    ck_works(markdown_html(a, str_from(text), &m));
    return m.html;
}

START_TEST(marks_become_html)
{
    scratch t = scratch_make();
    ck_str(html(&t.a, "a *b* **c** `d<`\n"),
           S("<p>a <em>b</em> <strong>c</strong> <code>d&lt;</code></p>\n"));
    ck_str(html(&t.a, "| a | b |\n|---|--:|\n| 1 | 2 |\n"),
           S("<table>\n<thead>\n<tr><th scope=\"col\">a</th><th scope=\"col\" "
             "class=\"right\">b</th></tr>\n</thead>\n"
             "<tbody>\n<tr><td>1</td><td class=\"right\">2</td></tr>\n</tbody>\n</table>\n"));
    ck_str(html(&t.a, "```sh\na & b\n```\n"),
           S("<pre><code class=\"language-sh\">a &amp; b\n</code></pre>\n"));
    ck_str(html(&t.a, "3. x\n"), S("<ol start=\"3\">\n<li>x</li>\n</ol>\n"));
    ck_str(html(&t.a, "[x](/docs/a.html#b 'T\"')"),
           S("<p><a href=\"/docs/a.html#b\" title=\"T&quot;\">x</a></p>\n"));
    ck_str(html(&t.a, "<https://a.b/?x=1&y>"),
           S("<p><a href=\"https://a.b/?x=1&amp;y\" rel=\"noopener "
             "noreferrer\">https://a.b/?x=1&amp;y</a></p>\n"));
    ck_str(html(&t.a, "![a *b*](c.png)"), S("<p><img src=\"c.png\" alt=\"a b\"></p>\n"));
}
END_TEST

START_TEST(headings_have_ids)
{
    scratch t = scratch_make();
    Markdown m;
    ck_works(markdown_html(
        &t.a, S("# The `first` & *best*\n## Same\n## Same\n## Same-2\n###### \xC3\xBC\n"), &m));
    ck_assert_int_eq(m.n, 5);
    ck_str(m.headings[0].text, S("The first & best"));
    static const char *const ids[] = {"the-first-best", "same", "same-2", "same-2-2", "part"};
    for (isize i = 0; i < COUNT(ids); i++)
        ck_str(m.headings[i].id, str_from(ids[i]));
    ck_assert_int_eq(m.headings[4].level, 6);
    ck_assert(str_starts(
        m.html, S("<h1 id=\"the-first-best\">The <code>first</code> &amp; <em>best</em></h1>\n")));
}
END_TEST

START_TEST(nothing_dangerous_comes_through)
{
    scratch t = scratch_make();
    static const char *const texts[] = {"<script>alert(1)</script>",
                                        "a <img src=x onerror=alert(1)> b",
                                        "[x](javascript:alert(1))",
                                        "[x](JaVaScRiPt:alert(1))",
                                        "[x](javascript&colon;alert(1))",
                                        "[x](java&#115;cript:alert(1))",
                                        "[x](data:text/html,x)",
                                        "[x](vbscript:x)",
                                        "[x](//evil.example/)",
                                        "[x](\\\\evil)",
                                        "![x](javascript:alert(1))",
                                        "![x](https://evil.example/a.png)",
                                        "[x](<a\" onclick=\"alert(1)>)",
                                        "[x](a 'b\" onclick=\"x')",
                                        "<javascript:alert(1)>",
                                        "```\" onclick=\"x\nb\n```",
                                        "[a]: javascript:alert(1)\n[a]",
                                        "<a href='javascript:x'>y</a>",
                                        "&lt;script&gt;",
                                        "[x](\tjavascript:alert(1))",
                                        "[x](java\nscript:alert(1))"};
    for (isize i = 0; i < COUNT(texts); i++) {
        Str got = html(&t.a, texts[i]);
        static const char *const never[] = {"<script",    "href=\"j",   "href=\"J", "href=\"d",
                                            "href=\"v",   "href=\"//",  "src=\"j",  "src=\"h",
                                            "\" onclick", "<img src=x", "href=\"\\"};
        for (isize j = 0; j < COUNT(never); j++)
            ck_assert_msg(!str_has(got, str_from(never[j])), "%s gave %.*s", texts[i], STR(got));
    }
    Markdown m;
    ck_fails(ERR_BAD_INPUT, markdown_html(&t.a, S("\xff"), &m));
}
END_TEST

static Csv table(Arena *a, Str text, char separator)
{
    Csv c;
    csv_read(a, text, separator, 100, 4, &c);
    return c;
}

START_TEST(tables_are_read)
{
    scratch t = scratch_make();
    Csv c = table(&t.a, S("\xEF\xBB\xBFname,n\r\n\"a \"\"b\"\"\",1\r\n\"two\nlines\",\n"), ',');
    ck_assert_int_eq(c.n, 3);
    ck_assert_int_eq(c.columns, 2);
    ck_str(c.v[0].v[0], S("name"));
    ck_str(c.v[1].v[0], S("a \"b\""));
    ck_str(c.v[2].v[0], S("two\nlines"));
    ck_str(c.v[2].v[1], S(""));
    ck_assert(!c.broken && !c.uneven && !c.more_rows && !c.more_columns);
    c = table(&t.a, S("a\tb\rc\td"), '\t');
    ck_assert_int_eq(c.n, 2);
    ck_str(c.v[1].v[1], S("d"));
    c = table(&t.a, S("a,b\n\nc"), ',');
    ck_assert_int_eq(c.n, 3);
    ck_assert(c.uneven);
    c = table(&t.a, S("1,2,3,4,5\n1"), ',');
    ck_assert(c.more_columns);
    ck_assert_int_eq(c.v[0].n, 4);
    ck_str(c.v[1].v[0], S("1"));
    c = table(&t.a, S("\"open,1\n2"), ',');
    ck_assert(c.broken);
    ck_str(c.v[0].v[0], S("open,1\n2"));
    c = table(&t.a, S("\"a\"b,c"), ',');
    ck_assert(c.broken);
    ck_str(c.v[0].v[0], S("ab"));
    ck_assert_int_eq(table(&t.a, S(""), ',').n, 0);
    csv_read(&t.a, S("1\n2\n3\n"), ',', 2, 4, &c);
    ck_assert(c.more_rows);
    ck_assert_int_eq(c.n, 2);
    csv_read(&t.a, S("1\n2\n"), ',', 2, 4, &c);
    ck_assert(!c.more_rows);
    ck_assert_int_eq(csv_separator(S("a;b;c,d\n1,2,3,4,5")), ';');
    ck_assert_int_eq(csv_separator(S("\"a;b;c\"\tb")), '\t');
    ck_assert_int_eq(csv_separator(S("a")), ',');
}
END_TEST

START_TEST(tables_are_written_without_formulas)
{
    scratch t = scratch_make();
    Buf b = {.a = &t.a};
    Str cells[] = {S("a"), S("b \"c\", d"), S("=1+1"), S("-12.5"), S("-x"), S("@a;b"), S("")};
    csv_put_row(&b, cells, COUNT(cells));
    ck_str(buf_str(&b), S("a,\"b \"\"c\"\", d\",'=1+1,-12.5,'-x,\"'@a;b\",\r\n"));
}
END_TEST

Suite *kit_text_suite(void)
{
    Suite *s = suite_create("kit text");
    TCase *c = tcase_create("text");
    tcase_add_test(c, marks_become_html);
    tcase_add_test(c, headings_have_ids);
    tcase_add_test(c, nothing_dangerous_comes_through);
    tcase_add_test(c, tables_are_read);
    tcase_add_test(c, tables_are_written_without_formulas);
    suite_add_tcase(s, c);
    return s;
}
