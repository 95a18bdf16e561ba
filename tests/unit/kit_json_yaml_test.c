// JSON and YAML in and out: exact numbers, places of faults, and documents that were made to hurt.
#include "scratch.h"

#include "kit/json.h"
#include "kit/yaml.h"

static Str written(Arena *a, const char *text, JsonStyle style)
{
    const Json *j = NULL;
    Buf b = {.a = a};
    ck_works(json_parse(a, str_from(text), &j));
    JsonOut w = json_begin(&b, style);
    json_value(&w, j);
    return buf_str(&b);
}

START_TEST(json_comes_out_as_it_went_in)
{
    scratch t = scratch_make();
    static const struct {
        const char *in, *out;
        JsonStyle style;
    } cases[] = {
        {"[9223372036854775807,-9223372036854775808]",        "[9223372036854775807,-9223372036854775808]",
         JSON_COMPACT                                                                                                   },
        {"[1.5, 0.1, 1e22, 1e-7, 2.5e15, 1e16, 100.0, -0.0]",
         "[1.5, 0.1, 1e+22, 1e-07, 2500000000000000.0, 1e+16, 100.0, -0.0]",                                JSON_PYTHON },
        {"{\"a\":{},\"b\":[],\"c\":[1,{\"d\":null}]}",
         "{\"a\": {}, \"b\": [], \"c\": [1, {\"d\": null}]}",                                               JSON_SPACED },
        {"[true,false]",                                      "[\n  true,\n  false\n]",                     JSON_PRETTY },
        {"\"\\u00e9\\ud83d\\ude00\\n\\u0001\\u007f\"",        "\"\\u00e9\\ud83d\\ude00\\n\\u0001\\u007f\"",
         JSON_PYTHON                                                                                                    },
        {"\"\\u00e9\"",                                       "\"é\"",                                     JSON_COMPACT},
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_str(written(&t.a, cases[i].in, cases[i].style), str_from(cases[i].out));
}
END_TEST

START_TEST(broken_bytes_become_json_all_the_same)
{
    scratch t = scratch_make();
    Buf b = {.a = &t.a};
    JsonOut w = json_begin(&b, JSON_COMPACT);
    json_str(&w, S("a\xff\xe2\x82"));
    ck_str(buf_str(&b), S("\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
}
END_TEST

START_TEST(json_faults_name_the_place_or_the_key)
{
    scratch t = scratch_make();
    static const char *const bad[] = {"", "{", "[1,]", "{\"a\":1}x", "nul", "\"\xff\"", "01"};
    const Json *j = NULL;
    for (isize i = 0; i < COUNT(bad); i++)
        ck_fails(ERR_BAD_INPUT, json_parse(&t.a, str_from(bad[i]), &j));
    Buf deep = {.a = &t.a};
    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        buf_byte(&deep, '[');
    ck_fails(ERR_BAD_INPUT, json_parse(&t.a, buf_str(&deep), &j));
    ck_works(json_parse(&t.a, S("{\"n\": 7, \"s\": \"x\", \"l\": [\"a\", 1], \"z\": null}"), &j));
    Str s = S("kept"), *list = NULL;
    i64 n = 0;
    isize count = 0;
    ck_works(json_need_int(&t.a, j, S("n"), &n));
    ck_assert_int_eq(n, 7);
    ck_works(json_want_str(&t.a, j, S("z"), &s));
    ck_works(json_want_str(&t.a, j, S("absent"), &s));
    ck_str(s, S("kept"));
    Err *e = json_need_str(&t.a, j, S("n"), &s);
    ck_str(e->say, S("\"n\" must be a text, not a whole number"));
    e = json_need_str(&t.a, j, S("absent"), &s);
    ck_str(e->say, S("\"absent\" is missing"));
    ck_fails(ERR_BAD_INPUT, json_want_str_list(&t.a, j, S("l"), &list, &count));
    ck_assert_int_eq(json_kind(json_get(json_get(j, S("absent")), S("x"))), JSON_ABSENT);
}
END_TEST

START_TEST(yaml_scalars_mean_what_yaml_1_2_says)
{
    scratch t = scratch_make();
    static const struct {
        const char *text;
        YamlKind kind;
        const char *printed;
    } cases[] = {
        {"yes",                       YAML_TEXT, "yes"                      },
        {"true",                      YAML_BOOL, "True"                     },
        {"007",                       YAML_INT,  "7"                        },
        {"1_000",                     YAML_INT,  "1000"                     },
        {"0x1F",                      YAML_INT,  "31"                       },
        {"0o17",                      YAML_INT,  "15"                       },
        {"-0b11",                     YAML_INT,  "-3"                       },
        {"1e3",                       YAML_REAL, "1000.0"                   },
        {"-.5",                       YAML_REAL, "-0.5"                     },
        {".inf",                      YAML_REAL, "inf"                      },
        {"1.",                        YAML_REAL, "1.0"                      },
        {"1.2.3",                     YAML_TEXT, "1.2.3"                    },
        {"~",                         YAML_NULL, "None"                     },
        {"",                          YAML_NULL, "None"                     },
        {"\"\"",                      YAML_TEXT, ""                         },
        {"'7'",                       YAML_TEXT, "7"                        },
        {"2020-01-01",                YAML_DATE, "2020-01-01"               },
        {"2020-01-01.csv",            YAML_TEXT, "2020-01-01.csv"           },
        {"2020-1-1 1:02:03.5 +01:00", YAML_DATE, "2020-1-1 1:02:03.5 +01:00"},
        {"!!str 5",                   YAML_TEXT, "5"                        },
        {"9223372036854775807",       YAML_INT,  "9223372036854775807"      },
        {"9223372036854775808",       YAML_REAL, "9.223372036854776e+18"    },
        {"-9223372036854775808",      YAML_INT,  "-9223372036854775808"     },
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        const Yaml *root = NULL;
        ck_works(yaml_parse(&t.a, arena_fmt(&t.a, "a: %s\n", cases[i].text), &root));
        const Yaml *value = yaml_get(root, S("a"));
        ck_assert_msg(value->kind == cases[i].kind, "%s is %s", cases[i].text,
                      yaml_kind_name(value->kind));
        ck_str(yaml_printed(&t.a, value), str_from(cases[i].printed));
    }
}
END_TEST

START_TEST(yaml_faults_name_line_and_column)
{
    scratch t = scratch_make();
    static const struct {
        const char *text;
        u32 line, column;
        const char *code;
    } cases[] = {
        {"a: b: c\n",           1, 5, "YAML"       },
        {"a:\n  b: 1\n c: 2\n", 3, 2, "YAML"       },
        {"a: 1\nb: 2\na: 3\n",  3, 1, "YAML_DUPKEY"},
        {"1: x\n1.0: y\n",      2, 1, "YAML_DUPKEY"},
        {"a: {<<: x}\n",        1, 9, "YAML"       },
        {"a: *b\n",             1, 4, "YAML"       },
        {"a: &b [*b]\n",        1, 8, "YAML"       },
        {"a: 1\n---\nb: 2\n",   2, 1, "YAML"       },
        {"a:\t1\n",             1, 3, "YAML"       },
        {"a: !x 1\n",           1, 4, "YAML"       },
        {"a: \"\\q\"\n",        1, 5, "YAML"       },
    };
    for (isize i = 0; i < COUNT(cases); i++) {
        YamlDocument d = yaml_read(&t.a, str_from(cases[i].text));
        ck_assert_msg(d.n >= 1, "no fault in %s", cases[i].text);
        ck_assert_msg(d.faults[0].line == cases[i].line && d.faults[0].column == cases[i].column,
                      "%s: line %u, column %u", cases[i].text, d.faults[0].line,
                      d.faults[0].column);
        ck_str(d.faults[0].code, str_from(cases[i].code));
    }
    ck_assert_int_eq(yaml_read(&t.a, S("a: 1\na: 2\nb: 1\nb: 2\n")).n,
                     2); // repeated keys do not end the search
    ck_assert_int_eq(yaml_read(&t.a, S("a: 'x\ty' # c\tc\n")).n,
                     0); // tabs in quotes and comments are fine
}
END_TEST

START_TEST(merge_keys_bring_what_is_not_there)
{
    scratch t = scratch_make();
    const Yaml *root = NULL;
    ck_works(yaml_parse(
        &t.a, S("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 5\n"), &root));
    const Yaml *c = yaml_get(root, S("c"));
    ck_assert_int_eq(c->n, 3);
    ck_assert_int_eq(yaml_get(c, S("x"))->whole, 5);
    ck_assert_int_eq(yaml_get(c, S("y"))->whole, 2);
    ck_assert_int_eq(yaml_get(c, S("z"))->whole, 4);
    ck_str(c->pairs[0].key->text, S("x"));
}
END_TEST

START_TEST(yaml_bombs_are_defused)
{
    scratch t = scratch_make();
    Buf laughs = {.a = &t.a}, deep = {.a = &t.a};
    buf_put(&laughs, S("a0: &a0 [x,x,x,x,x,x,x,x,x]\n"));
    for (int i = 1; i < 40; i++) {
        buf_fmt(&laughs, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++)
            buf_fmt(&laughs, "*a%d,", i - 1);
        buf_put(&laughs, S("]\n"));
    }
    YamlDocument d = yaml_read(&t.a, buf_str(&laughs));
    ck_assert(d.n == 1 && !d.root);
    for (int i = 0; i < 200; i++) // each alias adds a level
        buf_fmt(&deep, "- &b%d [%s%d]\n", i, i ? "*b" : "", i ? i - 1 : 0);
    ck_assert_int_eq(yaml_read(&t.a, buf_str(&deep)).n, 1);
    Buf nested = {.a = &t.a};
    for (int i = 0; i < 100000; i++)
        buf_byte(&nested, '[');
    ck_assert_int_eq(yaml_read(&t.a, buf_str(&nested)).n, 1);
}
END_TEST

Suite *kit_json_yaml_suite(void);
Suite *kit_json_yaml_suite(void)
{
    Suite *s = suite_create("kit_json_yaml");
    TCase *c = tcase_create("kit_json_yaml");
    tcase_add_test(c, json_comes_out_as_it_went_in);
    tcase_add_test(c, broken_bytes_become_json_all_the_same);
    tcase_add_test(c, json_faults_name_the_place_or_the_key);
    tcase_add_test(c, yaml_scalars_mean_what_yaml_1_2_says);
    tcase_add_test(c, yaml_faults_name_line_and_column);
    tcase_add_test(c, merge_keys_bring_what_is_not_there);
    tcase_add_test(c, yaml_bombs_are_defused);
    suite_add_tcase(s, c);
    return s;
}
