// Values in pages: each place has its own escaping, and hostile values stay values.
#include "scratch.h"
#include "web/html.h"

static Str written(Arena *a, void (*put)(Buf *, Str), const char *value)
{
    Buf b = {.a = a};
    put(&b, str_from(value));
    return str_copy(a, buf_str(&b));
}

static const struct {
    void (*put)(Buf *, Str);
    const char *value, *markup;
} values[] = {
    {html_put_str,     "a < b & c",                      "a &lt; b &amp; c"    },
    {html_put_str,     "\"><script>alert('x')</script>",
     "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"               },
    {html_put_str,     "",                               ""                    },
    {html_put_str,     "naïve",                         "naïve"              },
    {html_put_segment, "a b/c?d",                        "a%20b%2Fc%3Fd"       },
    {html_put_segment, "..",                             "%00"                 },
    {html_put_segment, ".",                              "%00"                 },
    {html_put_segment, "..x",                            "..x"                 },
    {html_put_segment, "\" onclick=\"",                  "%22%20onclick%3D%22" },
    {html_url,         "/job/7/?a=1&b=2",                "/job/7/?a=1&amp;b=2" },
    {html_url,         "https://example.org/",           "https://example.org/"},
    {html_url,         "#part",                          "#part"               },
    {html_url,         "javascript:alert(1)",            "#"                   },
    {html_url,         "JAVASCRIPT:alert(1)",            "#"                   },
    {html_url,         "data:text/html,x",               "#"                   },
    {html_url,         "http://example.org/",            "#"                   },
    {html_url,         "https://",                       "#"                   },
    {html_url,         "//evil.example/",                "#"                   },
    {html_url,         "/\\evil.example/",               "#"                   },
    {html_url,         "/\t/evil.example/",              "#"                   },
    {html_url,         "\n/x",                           "#"                   },
    {html_url,         "",                               "#"                   },
};

START_TEST(a_value_is_written_for_its_place)
{
    scratch s = scratch_make();
    ck_str(written(&s.a, values[_i].put, values[_i].value), str_from(values[_i].markup));
}
END_TEST

Suite *web_html_suite(void);
Suite *web_html_suite(void)
{
    Suite *suite = suite_create("web html");
    TCase *t = tcase_create("html");
    tcase_add_loop_test(t, a_value_is_written_for_its_place, 0, COUNT(values));
    suite_add_tcase(suite, t);
    return suite;
}
