// What the disclosure checks find in small tables, how cells and headings are read, and which policies are refused.
#include "scratch.h"

#include "disclosure/table.h"
#include "kit/json.h"

typedef struct Case {
    const char *text;
    const char *rules; // that fire, in the order of the rules, one blank between
} Case;

static Str rules_of(Arena *a, const Policy *p, Str text, const EarlierTable *earlier)
{
    Findings f;
    Buf b = {.a = a};
    Err *e = disclosure_check(a, p, text, false, earlier, earlier ? 1 : 0, &f);
    ck_assert_msg(!e, "%s", e ? cstr(a, e->say) : "");
    for (int rule = RULE_THRESHOLD; rule < RULES_END; rule++) {
        bool fires = false;
        for (isize i = 0; i < f.n; i++)
            fires |= (int)f.v[i].rule == rule;
        if (!fires) continue;
        if (b.n) buf_byte(&b, ' ');
        buf_put(&b, disclosure_rule_word((DisclosureRule)rule));
    }
    return buf_str(&b);
}

static void cases_check(const Case *v, isize n)
{
    for (isize i = 0; i < n; i++) {
        Arena a = {0};
        Policy p = policy_default(&a);
        Str got = rules_of(&a, &p, str_from(v[i].text), NULL);
        ck_assert_msg(str_eq(got, str_from(v[i].rules)), "%s\ngives \"%.*s\", not \"%s\"",
                      v[i].text, STR(got), v[i].rules);
        arena_free(&a);
    }
}

static const Case numbers[] = {
    {"",                                              ""         },
    {"\xEF\xBB\xBF",                                  ""         },
    {"sex,n\n",                                       ""         },
    {"sex,n\nmale,120\nfemale,130\n",                 ""         },
    {"sex,n\nmale,120\nfemale,9\n",                   "threshold"},
    {"sex,n\nmale,120\nfemale,10\n",                  ""         },
    {"sex,n\nmale,120\nfemale,<10\n",                 ""         },
    {"sex;n\r\nmale;1.200\r\nfemale;5\r\n",           "threshold"},
    {"sex\tPatients\nmale\t\"1,200\"\nfemale\t5.0\n", "threshold"},
    {"Title of it\n\nsex,n\nmale,120\nfemale,5\n",    "threshold"},
    {"sex,mean_age,sd\nmale,4.5,2\nfemale,3,1.2\n",   ""         },
    {"age,n\n1,100\n2,200\n3,300\n",                  ""         },
    {",male,female\nold,100,5\nyoung,100,100\n",      "threshold"},
    {"group,n (%)\na,120 (48.0%)\nb,5 (2.0%)\n",      "threshold"},
    {"statistic,value\nn,120\nmean,4.5\nsd,2.25\n",   ""         },
    {"statistic,value\nn,5\nmean,4.5\nsd,2.25\n",     "threshold"},
    {"sex,n\nmale,123\nfemale,130\n",                 "rounding" },
    {"sex,n_midpoint6\nmale,123\nfemale,129\n",       ""         },
};

static const Case groups[] = {
    {"region,yes,no\nN,100,0\nS,50,60\n",                                   "class_disclosure"   },
    {"region,pct_dead\nN,100\nS,50\n",                                      "class_disclosure"   },
    {"region,n,percent\nN,100,40%\nS,150,60%\nTotal,250,100%\n",            ""                   },
    {"region,numerator,denominator\nN,100,100\nS,50,200\n",                 "class_disclosure"   },
    {"level,n\na,0\nb,100\nc,100\n",                                        ""                   },
    {"region,n,sum,largest,second\nN,40,1000,600,350\nS,40,1000,300,200\n", "dominance p_percent"},
    {"region,n,sum,largest,second\nN,40,1000,470,450\nS,40,1000,300,200\n", "dominance"          },
    {"region,n,sum,largest,second\nN,40,1000,450,450\nS,40,1000,300,200\n", ""                   },
    {"region,n,top1_share,top2_share\nN,40,50%,92%\nS,40,30%,50%\n",        "dominance"          },
    {"x,n,mean,min,max\na,30,0.1,-5,5\nb,30,0.2,-4,6\n",                    ""                   },
};

static const Case differences[] = {
    {"sex,n\nmale,120\nfemale,*\nTotal,125\n",                                                      "differencing"         },
    {"sex,n\nmale,*\nfemale,*\nTotal,125\n",                                                        ""                     },
    {"sex,n\nmale,120\nfemale,*\nTotal,*\n",                                                        ""                     },
    {"region,male,female,Total\nN,100,*,105\nS,*,*,200\nTotal,300,*,*\n",                           "differencing"         },
    {"region,male,female,Total\nN,*,*,105\nS,*,*,200\nTotal,150,155,305\n",                         ""                     },
 // one row is hidden whole, but the columns have totals
    {"region,male,female\nN,*,*\nS,100,200\nW,50,60\nTotal,155,265\n",                              "differencing"         },
    {"sex,n\nmale,121\nfemale,133\nTotal,257\n",                                                    "rounding differencing"},
    {"sex,n,percent,total\nmale,*,2.5%,200\nfemale,*,97.5%,200\n",                                  "differencing"         },
    {"what,level,n\nTotal,,500\nsex,male,300\nsex,female,200\nage,old,495\nage,young,[REDACTED]\n",
     "differencing"                                                                                                        },
    {"a,b,n\nx,1,<10\nx,2,<10\nx,Total,18\ny,1,50\ny,2,50\ny,Total,100\n",                          "rounding differencing"},
 // two are nine people together, ten are many enough; of two below ten that are eleven not much is known
    {"sex,n\na,*\nb,*\nc,121\nTotal,130\n",                                                         "rounding differencing"},
    {"sex,n\na,*\nb,*\nc,121\nTotal,131\n",                                                         "rounding"             },
    {"sex,n\na,<10\nb,<10\nc,121\nTotal,132\n",                                                     "rounding"             },
    {"sex,n\na,<10\nb,<10\nc,121\nTotal,137\n",                                                     "rounding differencing"},
    {"sex,n\na,*\nb,*\nc,120\nTotal,125\n",                                                         "differencing"         },
    {"sex,n\na,NA\nb,NA\nc,120\nTotal,125\n",                                                       ""                     }, // missing in rounded numbers may be nobody
  // a cycle: each line leaves many, all lines leave a,x two at most
    {"g,x,y,z,Total\na,*,*,327,890\nb,250,*,*,384\nc,*,714,*,2072\nTotal,1132,1409,805,3346\n",
     "rounding differencing"                                                                                               },
 // the same, larger: nothing follows; and rounded: nobody knows exactly
    {"g,x,y,z,Total\na,*,*,327,908\nb,250,*,*,404\nc,*,714,*,2072\nTotal,1150,1409,825,3384\n",
     "rounding"                                                                                                            },
    {"g,x,y,z,Total\na,*,*,325,890\nb,250,*,*,385\nc,*,715,*,2070\nTotal,1130,1410,805,3345\n",     ""                     },
 // numbers that cannot be: nothing is said of them
    {"g,x,y,Total\na,<10,<10,121\nb,57,63,120\nTotal,99,142,241\n",                                 "rounding"             },
};

static const Case texts[] = {
    {"nhs_number,n\n943 476 5919,20\n401 023 2137,20\n",                    "free_text"},
    {"place,n\nSW1A 1AA,20\nM1 1AE,20\n",                                   "free_text"},
    {"place,n\nSW1A,20\nM1,20\n",                                           ""         },
    {"who,n\na@example.org,20\n",                                           "free_text"},
    {"dob,n\n1980-01-02,20\n1990-02-03,20\n",                               "free_text"},
    {"birth_year,n\n1980,20\n1990,20\n",                                    ""         },
    {"patient_id,age\n1001,40\n1002,50\n1003,60\n",                         "free_text"},
    {"comments,n\nseen by the nurse again,20\nwants to go home today,20\n", "free_text"},
};

START_TEST(numbers_of_people)
{
    cases_check(numbers, COUNT(numbers));
}
END_TEST

START_TEST(classes_and_sums)
{
    cases_check(groups, COUNT(groups));
}
END_TEST

START_TEST(what_follows_from_a_total)
{
    cases_check(differences, COUNT(differences));
}
END_TEST

START_TEST(texts_about_people)
{
    cases_check(texts, COUNT(texts));
}
END_TEST

static const struct {
    const char *now, *before, *rules;
} versions[] = {
    {"sex,n\nmale,120\nfemale,100\n",                                  "sex,n\nmale,115\nfemale,100\n",                                  "differencing"},
    {"sex,n\nmale,120\nfemale,100\n",                                  "Sex;N\r\nFemale;100\r\nMale;120\r\n",                            ""            },
    {"sex,n\nmale,120\nfemale,100\n",                                  "sex,n\nmale,110\nfemale,50\n",                                   ""            },
    {"sex,n\nmale,120\nfemale,100\n",                                  "region,n\nN,119\nS,101\n",                                       ""            },
    {"sex,n\nmale,*\nfemale,*\nTotal,125\n",                           "sex,n\nmale,120\nfemale,*\n",                                    "differencing"},
    {"region,sex,n\nN,male,100\nN,female,*\nS,male,50\nS,female,50\n", "region,n\nN,105\nS,100\n",
     "differencing"                                                                                                                                    },
    {"region,sex,n\nN,male,*\nN,female,*\nS,male,50\nS,female,50\n",   "region,n\nN,105\nS,100\n",
     ""                                                                                                                                                },
    {"region,n\nN,105\nS,100\n",                                       "region,sex,n\nN,male,100\nN,female,*\nS,male,50\nS,female,50\n",
     "differencing"                                                                                                                                    },
};

START_TEST(what_follows_from_an_earlier_release)
{
    for (isize i = 0; i < COUNT(versions); i++) {
        Arena a = {0};
        Policy p = policy_default(&a);
        EarlierTable before = {.name = S("earlier.csv"), .text = str_from(versions[i].before)};
        Str got = rules_of(&a, &p, str_from(versions[i].now), &before);
        ck_assert_msg(str_eq(got, str_from(versions[i].rules)),
                      "%s and\n%s give \"%.*s\", not \"%s\"", versions[i].now, versions[i].before,
                      STR(got), versions[i].rules);
        arena_free(&a);
    }
}
END_TEST

static const struct {
    const char *text;
    CellKind kind;
    double value;
} cells[] = {
    {"1,234",       CELL_NUMBER,     1234},
    {" 7.0 ",       CELL_NUMBER,     7   },
    {"12.5%",       CELL_NUMBER,     12.5},
    {"1 234",       CELL_NUMBER,     1234},
    {"1\xC2\xA0"
     "234",    CELL_NUMBER,     1234},
    {"\xC2\xA3"
     "5",      CELL_NUMBER,     5   },
    {"1e3",         CELL_NUMBER,     1000},
    {"12*",         CELL_NUMBER,     12  },
    {"120 (48.0%)", CELL_NUMBER,     120 },
    {"<10",         CELL_SUPPRESSED, 0   },
    {"\xE2\x89\xA4"
     "7",      CELL_SUPPRESSED, 0   },
    {"[REDACTED]",  CELL_SUPPRESSED, 0   },
    {"*",           CELL_SUPPRESSED, 0   },
    {"NA",          CELL_MISSING,    0   },
    {"-",           CELL_MISSING,    0   },
    {"",            CELL_BLANK,      0   },
    {"18-39",       CELL_TEXT,       0   },
    {"2021-01-01",  CELL_TEXT,       0   },
    {"E10",         CELL_TEXT,       0   },
    {"1,23",        CELL_TEXT,       0   },
};

START_TEST(cells_as_people_write_them)
{
    for (isize i = 0; i < COUNT(cells); i++) {
        TableCell c = table_cell(str_from(cells[i].text), false);
        ck_assert_msg(c.kind == cells[i].kind, "\"%s\" is %d", cells[i].text, (int)c.kind);
        ck_assert_msg(c.value == cells[i].value, "\"%s\" is %g", cells[i].text, c.value);
    }
}
END_TEST

static const struct {
    const char *yaml, *say; // NULL: it is taken
} policies[] = {
    {"",                                                                       NULL                                                                 },
    {"name: small\nthreshold: {below: 6}\n",                                   NULL                                                                 },
    {"dominance: {k: 1}\ncolumns: {count: ['n_*'], ignore: []}\n",             NULL                                                                 },
    {"treshold: {below: 6}\n",
     "line 1, column 1: the key \"treshold\" is not known; did you mean \"threshold\"?"                                                             },
    {"threshold:\n  belw: 6\n",
     "line 2, column 3: the key \"belw\" is not known; did you mean \"below\"?"                                                                     },
    {"threshold: {below: many}\n",
     "line 1, column 20: threshold.below must be a whole number from 1 to 1e+06."                                                                   },
    {"dominance: {k: 90}\n",                                                   "line 1, column 16: dominance.k must be a number from 0.01 to 1."    },
    {"rows: {on: yes}\n",                                                      "line 1, column 12: rows.on must be true or false."                  },
    {"columns: {count: n}\n",
     "line 1, column 18: columns.count must be a list of column names like [\"n_*\"]."                                                              },
    {"projects: {heart: {rows: {most: 9}}}\nworkspaces: {'*': {name: all}}\n", NULL                                                                 },
    {"projects: [heart]\n",                                                    "line 1, column 11: projects must be a mapping of names to policies."},
    {"projects: {heart: 5}\n",
     "line 1, column 19: what stands under projects is a policy, like {threshold: …}."                                                            },
    {"projects:\n  heart: {row: {most: 9}}\n",
     "line 2, column 11: the key \"row\" is not known; did you mean \"rows\"?"                                                                      },
    {"projects: {heart: {workspaces: {}}}\n",
     "line 1, column 20: the key \"workspaces\" is not known; here stand threshold, dominance, "
     "p_percent, class_disclosure, rounding, differencing, free_text, rows, columns, name."                                                         },
    {"project: {}\n",
     "line 1, column 1: the key \"project\" is not known; did you mean \"projects\"?"                                                               },
    {"workspaces: {'': {}}\n",                                                 "line 1, column 14: a name in workspaces has 1 to 100 bytes."        },
};

START_TEST(policies_are_read_or_refused)
{
    for (isize i = 0; i < COUNT(policies); i++) {
        Arena a = {0};
        PolicyBook book;
        Err *e = policy_parse(&a, str_from(policies[i].yaml), &book);
        ck_assert_msg(!e == !policies[i].say, "%s: %s", policies[i].yaml,
                      e ? cstr(&a, e->say) : "");
        if (e) ck_assert_msg(str_eq(e->say, str_from(policies[i].say)), "%.*s", STR(e->say));
        arena_free(&a);
    }
}
END_TEST

static Policy policy_from(Arena *a, const char *yaml)
{
    PolicyBook book;
    ck_assert(!policy_parse(a, str_from(yaml), &book));
    return policy_for(a, &book, S(""), S(""));
}

// What is written into a release record reads back as the same policy: JSON is YAML.
START_TEST(a_printed_policy_is_the_same_policy)
{
    Arena a = {0};
    Buf first = {.a = &a}, again = {.a = &a};
    Policy p =
        policy_from(&a, "name: x\nthreshold: {below: 7, zero_is_small: true}\np_percent: {p: "
                        "12.5}\ncolumns: {ignore: [w, \"x*\"]}\n");
    JsonOut w = json_begin(&first, JSON_SPACED);
    policy_json(&w, &p);
    Policy back = policy_from(&a, cstr(&a, buf_str(&first)));
    w = json_begin(&again, JSON_SPACED);
    policy_json(&w, &back);
    ck_assert(str_eq(buf_str(&first), buf_str(&again)));
    ck_assert_int_eq(back.threshold, 7);
    arena_free(&a);
}
END_TEST

// Whose keys count: the workspace's, its project's, the site's; of patterns the longest.
static const struct {
    const char *project, *workspace;
    i64 threshold, base;
    const char *name;
} chosen[] = {
    {"",            "x",           9, 7, "site, project not known"                   },
    {"lung",        "x",           9, 7, "site"                                      },
    {"heart",       "x",           8, 7, "site, project heart"                       },
    {"Heart",       "x",           8, 7, "site, project heart"                       },
    {"heart-2",     "x",           6, 7, "site, project heart-*"                     },
    {"heart-women", "x",           5, 7, "women"                                     },
    {"heart-women", "heart-pilot", 5, 3, "women, workspace *-pilot"                  },
    {"heart",       "big-one",     4, 2, "site, project heart, workspace big-*"      },
    {"",            "some-pilot",  9, 3, "site, project not known, workspace *-pilot"},
};
START_TEST(the_nearest_part_of_a_policy_counts)
{
    Arena a = {0};
    PolicyBook book;
    ck_assert(!policy_parse(&a,
                            S("name: site\nthreshold: {below: 9}\nrounding: {base: 7}\n"
                              "projects:\n"
                              "  heart-*: {threshold: {below: 6}}\n"
                              "  heart: {threshold: {below: 8}}\n"
                              "  heart-women: {name: women, threshold: {below: 5}}\n"
                              "workspaces:\n"
                              "  big-*: {threshold: {below: 4}, rounding: {base: 2}}\n"
                              "  '*-pilot': {rounding: {base: 3}}\n"),
                            &book));
    for (isize i = 0; i < COUNT(chosen); i++) {
        Policy p =
            policy_for(&a, &book, str_from(chosen[i].project), str_from(chosen[i].workspace));
        ck_assert_int_eq(p.threshold, chosen[i].threshold);
        ck_assert_int_eq(p.rounding_base, chosen[i].base);
        ck_assert_msg(str_eq(p.name, str_from(chosen[i].name)), "%.*s", STR(p.name));
    }
    ck_assert_int_eq(book.site.threshold, 9);
    arena_free(&a);
}
END_TEST

START_TEST(a_policy_changes_what_is_found)
{
    Arena a = {0};
    Policy p;
    Str table = S("sex,score,n_w\nmale,3,120\nfemale,4,7\n");
    p = policy_from(&a, "threshold: {below: 7}\n");
    ck_assert(str_eq(rules_of(&a, &p, table, NULL), S("rounding")));
    p = policy_from(&a, "columns: {ignore: [\"n_*\"]}\n");
    ck_assert(str_eq(rules_of(&a, &p, table, NULL), S("")));
    p = policy_from(&a, "columns: {count: [SCORE], ignore: [\"n_*\"]}\n");
    ck_assert(str_eq(rules_of(&a, &p, table, NULL), S("threshold")));
    p = policy_from(&a, "threshold: {on: false}\nrows: {most: 1}\n");
    ck_assert(str_eq(rules_of(&a, &p, table, NULL), S("rows")));
    arena_free(&a);
}
END_TEST

// A line that heads a part of the list is a group without a column of its own.
START_TEST(sections_are_groups)
{
    Arena a = {0};
    Policy p = policy_default(&a);
    Str text = S("who,level,n\nSex,,\nmale,x,100\nfemale,x,0\nmale,y,50\n");
    ck_assert(str_eq(rules_of(&a, &p, text, NULL), S("class_disclosure")));
    arena_free(&a);
}
END_TEST

START_TEST(findings_name_the_cell)
{
    Arena a = {0};
    Policy p = policy_default(&a);
    Findings f;
    ck_assert(!disclosure_check(&a, &p, S("Heading\nregion,male,female\nN,100,200\n\nS,100,4\n"),
                                false, NULL, 0, &f));
    ck_assert_int_eq(f.n, 1);
    ck_assert_int_eq(f.v[0].row, 2);
    ck_assert(str_eq(f.v[0].column, S("female")));
    ck_assert(disclosure_check(&a, &p, (Str){"a\0b", 3}, false, NULL, 0, &f));
    arena_free(&a);
}
END_TEST

Suite *disclosure_suite(void)
{
    Suite *s = suite_create("disclosure");
    TCase *t = tcase_create("checks");
    tcase_add_test(t, numbers_of_people);
    tcase_add_test(t, classes_and_sums);
    tcase_add_test(t, what_follows_from_a_total);
    tcase_add_test(t, texts_about_people);
    tcase_add_test(t, what_follows_from_an_earlier_release);
    tcase_add_test(t, cells_as_people_write_them);
    tcase_add_test(t, findings_name_the_cell);
    tcase_add_test(t, sections_are_groups);
    suite_add_tcase(s, t);
    t = tcase_create("policy");
    tcase_add_test(t, policies_are_read_or_refused);
    tcase_add_test(t, a_printed_policy_is_the_same_policy);
    tcase_add_test(t, the_nearest_part_of_a_policy_counts);
    tcase_add_test(t, a_policy_changes_what_is_found);
    suite_add_tcase(s, t);
    return s;
}
