// What a site's output stores accept, how patterns claim files, and what is written beside them.
#include "scratch.h"

#include <fcntl.h>
#include <unistd.h>

#include "kit/json.h"
#include "os/copy.h"
#include "os/own.h"
#include "output/level4.h"
#include "output/manifest.h"
#include "output/output.h"
#include "output/record.h"
#include "study/glob.h"

// --- matching (F33, F37, F38)

START_TEST(a_pattern_must_match_the_whole_name)
{
    static const struct {
        const char *pattern, *path;
        bool matches;
    } cases[] = {
        {"*.txt",        "test1.txt",             true },
        {"*.txt",        "subdir/test3.txt",      false},
        {"subdir/*",     "subdir/test3.txt",      true },
        {"subdir/*",     "subdir/deep/test3.txt", false},
        {"output/a.csv", "output/a.csv",          true },
        {"output/a.csv", "output/a.csv.gz",       false},
        {"output/*.csv", "output/.x.csv",         true },
        {"output/*.csv", "output/a.csv.gz",       false},
        {"*/a.csv",      "one/a.csv",             true },
        {"o*/a*b*.csv",  "out/axxbyy.csv",        true },
        {"o*/a*b*.csv",  "out/axx/byy.csv",       false},
        {"a.b",          "axb",                   false},
        {"output/x",     "output/xy",             false},
    };
    for (isize i = 0; i < COUNT(cases); i++)
        ck_assert_msg(study_glob_match(str_from(cases[i].pattern), str_from(cases[i].path)) ==
                          cases[i].matches,
                      "%s over %s", cases[i].pattern, cases[i].path);
}
END_TEST

START_TEST(every_file_has_one_level_and_every_pattern_is_answered)
{
    scratch t = scratch_make();
    FolderEntry entries[] = {
        {S("analysis/a.py"),   {.kind = FILE_REGULAR, .modified = 1}},
        {S("output/a.csv"),    {.kind = FILE_REGULAR, .modified = 9}},
        {S("output/b.csv"),    {.kind = FILE_REGULAR, .modified = 9}},
        {S("output/slip.cvs"), {.kind = FILE_REGULAR, .modified = 9}},
    };
    OutputPattern patterns[] = {
        {OUTPUT_HIGH,     S("output/*.csv")   },
        {OUTPUT_MODERATE, S("output/a.csv")   },
        {OUTPUT_MODERATE, S("output/slip.csv")},
    };
    FolderList files = {.v = entries, .n = COUNT(entries)};
    OutputMatch m = output_match(&t.a, patterns, COUNT(patterns), &files, 5);
    ck_assert_int_eq(m.files.n, 2);
    ck_assert_int_eq(output_find(&m.files, S("output/a.csv"))->level, OUTPUT_MODERATE);
    ck_assert_int_eq(output_find(&m.files, S("output/b.csv"))->level, OUTPUT_HIGH);
    ck_assert_int_eq(m.unmatched.n, 1);
    ck_str(m.unmatched.v[0], S("output/slip.csv"));
    ck_assert_int_eq(m.others.n, 1);
    ck_str(m.others.v[0], S("output/slip.cvs"));
}
END_TEST

// --- obsolete files (E33-E35)

static StrList obsolete(Arena *a, const char *before, const char *now)
{
    OutputList b, n;
    StrList gone = {0};
    ck_works(output_list_read(a, str_from(before), &b));
    ck_works(output_list_read(a, str_from(now), &n));
    output_obsolete(a, &b, &n, &gone);
    return gone;
}

START_TEST(only_files_that_are_gone_are_obsolete)
{
    scratch t = scratch_make();
    const char *two =
        "{\"output/a.csv\": \"highly_sensitive\", \"output/b.csv\": \"highly_sensitive\"}";
    ck_assert_int_eq(obsolete(&t.a, two, two).n, 0);
    ck_assert_int_eq(obsolete(&t.a, two,
                              "{\"output/A.csv\": \"highly_sensitive\", "
                              "\"output/b.CSV\": \"highly_sensitive\"}")
                         .n,
                     0);
    StrList gone = obsolete(&t.a, two, "{\"output/b.csv\": \"moderately_sensitive\"}");
    ck_assert_int_eq(gone.n, 1);
    ck_str(gone.v[0], S("output/a.csv"));
}
END_TEST

// --- stores

START_TEST(only_plain_files_of_the_workspace_are_kept)
{
    scratch t = scratch_make();
    Str work = path_join(&t.a, t.folder, S("work")), store = path_join(&t.a, t.folder, S("store"));
    ck_works(folder_make(&t.a, path_join(&t.a, work, S("output")), 0755));
    ck_works(file_write(&t.a, path_join(&t.a, t.folder, S("secret")), S("secret"), 0600));
    ck_works(file_write(&t.a, path_join(&t.a, work, S("output/a.csv")), S("x\n1\n"), 0644));
    ck_assert_int_eq(symlink("../../secret", cstr(&t.a, path_join(&t.a, work, S("output/l.csv")))),
                     0);
    ck_assert_int_eq(symlink("..", cstr(&t.a, path_join(&t.a, work, S("up")))), 0);
    owned_fd root = -1;
    ck_works(folder_open(&t.a, work, &root));
    StrList written = {0};
    ck_works(output_keep(&t.a, root, S("output/a.csv"), store, &written));
    ck_works(files_sync(&t.a, &written));
    ck_assert_ptr_nonnull(output_keep(&t.a, root, S("output/l.csv"), store, &written));
    ck_assert_ptr_nonnull(output_keep(&t.a, root, S("up/secret"), store, &written));
    Str text;
    ck_works(file_read(&t.a, path_join(&t.a, store, S("output/a.csv")), 100, &text));
    ck_str(text, S("x\n1\n"));
    ck_assert(!file_exists(&t.a, path_join(&t.a, store, S("output/l.csv"))));
    ck_works(output_drop(&t.a, store, S("output/a.csv")));
    ck_works(output_drop(&t.a, store, S("output/a.csv")));
    ck_assert(!file_exists(&t.a, path_join(&t.a, store, S("output"))));
}
END_TEST

START_TEST(a_workspace_that_was_put_away_is_known)
{
    scratch t = scratch_make();
    ck_assert(!output_is_archived(&t.a, t.folder, S("genetic")));
    Str archives = path_join(&t.a, t.folder, S("high/archives"));
    ck_works(folder_make(&t.a, archives, 0700));
    ck_works(file_write(&t.a, path_join(&t.a, archives, S("genetic.tar.zstd")), S(""), 0600));
    ck_assert(output_is_archived(&t.a, t.folder, S("genetic")));
    ck_works(folder_make(&t.a, output_high(&t.a, t.folder, S("genetic")), 0700));
    ck_assert(!output_is_archived(&t.a, t.folder, S("genetic")));
    ck_assert(!output_workspace_is_valid(S("my.ws")));
    ck_assert(!output_workspace_is_valid(S("")));
    ck_assert(output_workspace_is_valid(S("my-ws_2")));
}
END_TEST

// --- level 4 (F17-F20)

static Level4Verdict verdict(Scratch *t, const char *name, const char *text, i64 bytes, i64 rows)
{
    Level4Rules rules = level4_rules(&t->a);
    if (bytes) rules.file_bytes = bytes;
    if (rows) rules.csv_rows = rows;
    Str path = path_join(&t->a, t->folder, str_from(name));
    ck_works(file_write(&t->a, path, str_from(text), 0600));
    owned_fd fd = -1;
    ck_works(file_open(&t->a, path, &fd));
    Level4Verdict v;
    ck_works(level4_check(&t->a, fd, str_from(name), (i64)strlen(text), &rules, &v));
    return v;
}

START_TEST(level_4_refuses_what_is_large_foreign_or_about_single_patients)
{
    scratch t = scratch_make();
    ck_assert_int_eq(verdict(&t, "a.txt", "all well", 0, 0).excluded.n, 0);
    ck_str(verdict(&t, "m.rds", "x", 0, 0).excluded,
           S("File type of .rds is not valid level 4 file"));
    ck_str(verdict(&t, "p.csv", "a,\"patient_id\"\n1,2\n", 0, 0).excluded,
           S("File has patient_id column"));
    ck_assert_int_eq(verdict(&t, "q.csv", "a,patient_ids\n1,2\n", 0, 0).excluded.n, 0);
    ck_str(verdict(&t, "r.csv", "a\n1\n2\n3\n", 0, 2).excluded,
           S("File row count (3) exceeds maximum allowed rows (2)"));
    ck_assert_int_eq(verdict(&t, "s.csv", "a\n1\n2", 0, 2).excluded.n, 0);
}
END_TEST

START_TEST(level_4_says_sizes_in_megabytes)
{
    scratch t = scratch_make();
    Level4Rules rules = level4_rules(&t.a);
    Level4Verdict v;
    ck_works(level4_check(&t.a, -1, S("big.csv"), 17 << 20, &rules, &v));
    ck_str(v.excluded, S("File size of 17.0Mb is larger that limit of 16.0Mb."));
    rules.file_bytes = 1 << 19;
    ck_works(level4_check(&t.a, -1, S("big.txt"), 1 << 20, &rules, &v));
    ck_str(v.excluded, S("File size of 1.0Mb is larger that limit of 0.5Mb."));
}
END_TEST

START_TEST(rows_and_columns_are_counted_through_quotes)
{
    scratch t = scratch_make();
    Level4Verdict v =
        verdict(&t, "c.csv", "a,b,\"c\"\"d,e\"\n1,\"two\nlines\",3\n\n4,5,6\r\n", 0, 0);
    ck_assert(v.is_table);
    ck_assert_int_eq(v.rows, 2);
    ck_assert_int_eq(v.columns, 3);
    v = verdict(&t, "e.csv", "", 0, 0);
    ck_assert_int_eq(v.rows, 0);
    ck_assert_int_eq(v.columns, 0);
}
END_TEST

// --- manifest

START_TEST(a_manifest_comes_back_as_it_was_written)
{
    scratch t = scratch_make();
    Manifest m;
    ck_works(manifest_load(&t.a, t.folder, S("genetic"), &m));
    ck_assert_int_eq(m.n, 0);
    ManifestEntry b = {.path = S("output/b.csv"),
                       .level = S("moderately_sensitive"),
                       .job = S("j1"),
                       .size = 12,
                       .modified = 1656987442123456,
                       .content_hash = S("00ff"),
                       .is_table = true,
                       .rows = 3,
                       .columns = 2};
    ManifestEntry a = {.path = S("output/a.rds"),
                       .level = S("moderately_sensitive"),
                       .excluded = true,
                       .message = S("File type of .rds is not valid level 4 file")};
    manifest_put(&t.a, &m, &b);
    manifest_put(&t.a, &m, &a);
    b.rows = 4;
    manifest_put(&t.a, &m, &b);
    StrList written = {0};
    ck_works(manifest_save(&t.a, t.folder, &m, &written));
    ck_assert_int_eq(written.n, 1);
    Manifest back;
    ck_works(manifest_load(&t.a, t.folder, S("genetic"), &back));
    ck_assert_int_eq(back.n, 2);
    ck_str(back.v[0].path, S("output/a.rds"));
    ck_assert(back.v[0].excluded && !back.v[0].is_table);
    ck_assert_int_eq(manifest_find(&back, S("output/b.csv"))->rows, 4);
    ck_assert_int_eq(manifest_find(&back, S("output/b.csv"))->modified, 1656987442123456);
    manifest_remove(&back, S("output/a.rds"));
    ck_assert_ptr_null(manifest_find(&back, S("output/a.rds")));
}
END_TEST

START_TEST(a_manifest_has_the_keys_that_checkers_read)
{
    scratch t = scratch_make();
    Manifest m = {.workspace = S("genetic")};
    ManifestEntry e = {.path = S("a.csv"), .level = S("highly_sensitive")};
    manifest_put(&t.a, &m, &e);
    const Json *j;
    ck_works(json_parse(&t.a, manifest_text(&t.a, &m), &j));
    ck_assert_int_eq(json_kind(json_get(j, S("repo"))), JSON_NULL);
    const Json *entry = json_get(json_get(j, S("outputs")), S("a.csv"));
    static const char *const keys[] = {
        "level",     "job_id",       "job_request", "action",  "repo",      "commit",   "size",
        "timestamp", "content_hash", "excluded",    "message", "row_count", "col_count"};
    ck_assert_int_eq(json_count(entry), COUNT(keys));
    for (isize i = 0; i < COUNT(keys); i++)
        ck_assert_msg(json_kind(json_get(entry, str_from(keys[i]))) != JSON_ABSENT, "%s", keys[i]);
    ck_works(manifest_read(&t.a, S("{\"repo\": \"https://x/y\", \"workspace\": \"old\"}"), &m));
    ck_str(m.workspace, S("old"));
}
END_TEST

// --- records

START_TEST(a_log_ends_with_what_became_of_the_job)
{
    scratch t = scratch_make();
    OutputFile files[] = {
        {.path = S("output/a.csv"),    .level = OUTPUT_HIGH    },
        {.path = S("output/long.csv"), .level = OUTPUT_MODERATE}
    };
    OutputNote notes[] = {
        {S("output/long.csv"), S("File has patient_id column")}
    };
    OutputRecord r = {
        .job = S("pc665kok7hjp7kbj"),
        .request = S("aaaaaaaaaaaaaaaa"),
        .commit = S("d1e8"),
        .exit_code = 0,
        .message = S("Completed successfully"),
        .created = SECONDS(1),
        .outputs = {files, COUNT(files)},
        .excluded = notes,
        .n_excluded = 1
    };
    ck_str(
        record_trailer(&t.a, &r),
        S("\n\njob_definition_id: pc665kok7hjp7kbj\njob_definition_request_id: aaaaaaaaaaaaaaaa\n"
          "commit: d1e8\nexit_code: 0\nstatus_message: Completed successfully\n"
          "created_at: 1970-01-01T00:00:01Z\n\noutputs:\n"
          "  output/a.csv     - highly_sensitive\n"
          "  output/long.csv  - moderately_sensitive\n\n"
          "Invalid moderately_sensitive outputs:\n"
          "  output/long.csv  - File has patient_id column\n"));
    OutputRecord none = {.exit_code = 1};
    ck_assert(str_has(record_trailer(&t.a, &none), S("outputs:\n  (no outputs)\n")));
}
END_TEST

START_TEST(a_record_is_two_files_and_a_log_in_each_store)
{
    scratch t = scratch_make();
    Str log = path_join(&t.a, t.folder, S("log")), folder = path_join(&t.a, t.folder, S("logs/x"));
    ck_works(file_write(&t.a, log, S("hello\n"), 0600));
    owned_fd fd = -1;
    ck_works(file_open(&t.a, log, &fd));
    OutputRecord r = {.job = S("j"), .box = S("{\"memory\": 1}")};
    StrList written = {0};
    ck_works(record_keep(&t.a, folder, fd, &r, &written));
    ck_works(record_keep(&t.a, folder, fd, &r, &written));
    ck_works(record_show(&t.a, folder, path_join(&t.a, t.folder, S("high")), S("model"), &written));
    ck_works(files_sync(&t.a, &written));
    ck_assert_int_eq(written.n, 5);
    Str text;
    ck_works(file_read(&t.a, path_join(&t.a, t.folder, S("high/metadata/model.log")), 1000, &text));
    ck_assert(str_starts(text, S("hello\n\n\njob_definition_id: j\n")));
    const Json *j;
    ck_works(file_read(&t.a, path_join(&t.a, folder, S("metadata.json")), 1000, &text));
    ck_works(json_parse(&t.a, text, &j));
    ck_assert_int_eq(json_get_int(json_get(j, S("container_metadata")), S("memory"), 0), 1);
}
END_TEST

Suite *output_suite(void);
Suite *output_suite(void)
{
    Suite *suite = suite_create("output");
    TCase *all = tcase_create("all");
    tcase_add_test(all, a_pattern_must_match_the_whole_name);
    tcase_add_test(all, every_file_has_one_level_and_every_pattern_is_answered);
    tcase_add_test(all, only_files_that_are_gone_are_obsolete);
    tcase_add_test(all, only_plain_files_of_the_workspace_are_kept);
    tcase_add_test(all, a_workspace_that_was_put_away_is_known);
    tcase_add_test(all, level_4_refuses_what_is_large_foreign_or_about_single_patients);
    tcase_add_test(all, level_4_says_sizes_in_megabytes);
    tcase_add_test(all, rows_and_columns_are_counted_through_quotes);
    tcase_add_test(all, a_manifest_comes_back_as_it_was_written);
    tcase_add_test(all, a_manifest_has_the_keys_that_checkers_read);
    tcase_add_test(all, a_log_ends_with_what_became_of_the_job);
    tcase_add_test(all, a_record_is_two_files_and_a_log_in_each_store);
    suite_add_tcase(suite, all);
    return suite;
}
