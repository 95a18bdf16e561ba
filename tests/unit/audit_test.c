// The trail: lines cannot be changed through the database, and changes made behind its back are named.
#include <sqlite3.h>

#include "audit/audit.h"
#include "scratch.h"

enum { LINES = 12 };

static Db *open_trail(Scratch *s, Str *path)
{
    Db *db = NULL;
    *path = arena_fmt(&s->a, "%.*s/server.db", STR(s->folder));
    ck_works(db_open(&s->a, *path, DB_SERVER, DB_AS_SERVER, DB_READ_WRITE, &db));
    ck_works(db_migrate(db, &s->a, SECONDS(1)));
    return db;
}

static void write_trail(Scratch *s, Str *path)
{
    Db *db = open_trail(s, path);
    for (int i = 1; i <= LINES; i++) {
        ck_works(db_begin(db, &s->a));
        AuditLine line = {.at = SECONDS(i),
                          .actor = i % 3,
                          .action = S("release.vote"),
                          .kind = S("release"),
                          .object = arena_fmt(&s->a, "%d", i)};
        ck_works(db_settle(db, &s->a, audit_note(db, &s->a, line)));
    }
    db_close(db);
}

// What somebody does who can write the file and knows to take the triggers away first.
static void forge(Scratch *s, Str path, const char *sql)
{
    sqlite3 *raw = NULL;
    ck_assert_int_eq(sqlite3_open(cstr(&s->a, path), &raw), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(raw,
                     "drop trigger audit_line_is_final; drop trigger audit_line_stays;"
                     "drop trigger audit_head_stays; drop trigger audit_head_moves_on;",
                     NULL, NULL, NULL),
        SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
}

static AuditProof prove(Scratch *s, Str path, i64 anchor, Str hash)
{
    Db *db = NULL;
    AuditProof proof = {0};
    ck_works(db_open(&s->a, path, DB_SERVER, DB_AS_ADMIN, DB_READ_ONLY, &db));
    ck_works(audit_verify(db, &s->a, anchor, hash, &proof));
    db_close(db);
    return proof;
}

START_TEST(an_untouched_trail_is_sound)
{
    scratch s = scratch_make();
    Str path;
    write_trail(&s, &path);
    AuditProof proof = prove(&s, path, 0, S(""));
    ck_str(proof.flaw, S(""));
    ck_assert(proof.sound);
    ck_assert_int_eq(proof.lines, LINES);
    ck_assert(prove(&s, path, LINES, proof.head).sound);
    ck_assert(!prove(&s, path, LINES - 1, proof.head).sound);
}
END_TEST

START_TEST(an_empty_trail_is_sound)
{
    scratch s = scratch_make();
    Str path;
    db_close(open_trail(&s, &path));
    AuditProof proof = prove(&s, path, 0, S(""));
    ck_assert(proof.sound);
    ck_assert_int_eq(proof.lines, 0);
}
END_TEST

static const struct {
    const char *sql, *flaw;
} forgeries[] = {
    {"update audit_line set actor = 9 where seq = 5",                       "line 5 was edited"                                   },
    {"update audit_line set at = at + 1 where seq = 12",                    "line 12 was edited"                                  },
    {"update audit_line set details = '{\"a\":1}' where seq = 1",           "line 1 was edited"                                   },
    {"update audit_line set hash = prev where seq = 3",                     "line 3 was edited"                                   },
    {"delete from audit_line where seq = 6",                                "line 6 was removed"                                  },
    {"delete from audit_line where seq between 6 and 8",                    "lines 6 to 8 were removed"                           },
    {"delete from audit_line where seq = 1",                                "line 1 was removed"                                  },
    {"delete from audit_line where seq > 10",
     "the trail was cut off: it had 12 lines, 10 are left"                                                                        },
    {"delete from audit_line",                                              "the trail was cut off: it had 12 lines, 0 are left"  },
    {"update audit_head set seq = 11",                                      "lines after line 11 were not written by this program"},
    {"update audit_head set hash = replace(hash, substr(hash, 1, 1), 'x')",
     "line 12, the newest, was replaced"                                                                                          },
 // Two lines change places: each still says what it said, but not where it said it.
    {"update audit_line set seq = 99 where seq = 4; update audit_line set seq = 4 where seq = 5;"
     "update audit_line set seq = 5 where seq = 99",                   "line 4 was edited"                                   },
};

START_TEST(a_forgery_is_named)
{
    scratch s = scratch_make();
    Str path;
    write_trail(&s, &path);
    forge(&s, path, forgeries[_i].sql);
    AuditProof proof = prove(&s, path, 0, S(""));
    ck_assert(!proof.sound);
    ck_str(proof.flaw, str_from(forgeries[_i].flaw));
}
END_TEST

START_TEST(a_kept_hash_shows_that_the_end_was_cut_off_with_care)
{
    scratch s = scratch_make();
    Str path;
    write_trail(&s, &path);
    Str kept = prove(&s, path, 0, S("")).head;
    forge(&s, path,
          "delete from audit_line where seq > 10; update audit_head set seq = 10, "
          "hash = (select hash from audit_line where seq = 10)");
    ck_assert(prove(&s, path, 0, S("")).sound); // a whole chain, only shorter
    AuditProof proof = prove(&s, path, LINES, kept);
    ck_assert(!proof.sound);
    ck_assert(str_has(proof.flaw, S("whose hash was kept")));
}
END_TEST

START_TEST(details_must_be_json)
{
    scratch s = scratch_make();
    Db *db = NULL;
    ck_works(db_in_memory(&s.a, DB_SERVER, DB_AS_SERVER, &db));
    ck_works(db_begin(db, &s.a));
    ck_fails(ERR_BUG,
             audit_note(db, &s.a, (AuditLine){.action = S("a.b"), .details = S("not json")}));
    db_close(db);
}
END_TEST

Suite *audit_suite(void);
Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *t = tcase_create("audit");
    tcase_add_test(t, an_untouched_trail_is_sound);
    tcase_add_test(t, an_empty_trail_is_sound);
    tcase_add_loop_test(t, a_forgery_is_named, 0, COUNT(forgeries));
    tcase_add_test(t, a_kept_hash_shows_that_the_end_was_cut_off_with_care);
    tcase_add_test(t, details_must_be_json);
    suite_add_tcase(suite, t);
    return suite;
}
