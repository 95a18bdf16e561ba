// The log of releases: entries, proofs and checkpoints, and what its pages show to whom.
#include "job_world.h"

#include "ledger/ledger.h"
#include "release/record.h"

static SignKey test_key(void)
{
    SignKey k;
    u8 seed[32];
    memset(seed, 9, sizeof seed);
    sign_key_from_seed(&k, seed);
    return k;
}

static void append(World *w, LedgerKind kind, const char *release)
{
    LedgerFile file = {.sha256 = S("ab12"), .name = S("output/table.csv")};
    LedgerNews news = {.kind = kind,
                       .at = w->web.now,
                       .workspace = w->workspace.id,
                       .workspace_name = w->workspace.name,
                       .release = str_from(release),
                       .by = S("ada"),
                       .reason = S("two\nlines"),
                       .files = &file,
                       .n = 1};
    ck_works(db_begin(w->db, &w->a));
    ck_works(db_settle(w->db, &w->a, ledger_append(w->db, &w->a, &news)));
}

START_TEST(every_entry_is_proven_at_every_size)
{
    owned_world w = world_make();
    SignKey key = test_key();
    Str note, text, name = ledger_name(&w->a, S("https://tresor.test:8443"));
    Checkpoint c;
    i64 index;
    ck_str(name, S("tresor.test:8443/log"));
    ck_works(ledger_checkpoint(w->db, &w->a, &key, name, -1, &note));
    ck_works(checkpoint_open(&w->a, key.public_key, note, &c));
    ck_assert(c.size == 0);
    for (int n = 1; n <= 9; n++) {
        append(w, n % 3 ? LEDGER_RELEASE : LEDGER_DELETION, "R");
        for (int i = 0; i < n; i++) {
            LedgerEntry e;
            ck_works(ledger_entry_get(w->db, &w->a, i, &e));
            ck_works(ledger_proof(w->db, &w->a, &key, name, i, -1, &text));
            ck_works(log_proof_check(&w->a, key.public_key, e.statement, text, &index, &c));
            ck_assert(index == i && c.size == n);
            ck_assert(str_has(e.statement, S("\nreason: two lines\n")));
        }
    }
    // the proof at a fixed size never changes
    Str before = text;
    ck_works(ledger_proof(w->db, &w->a, &key, name, 8, 9, &before));
    append(w, LEDGER_RELEASE, "R2");
    ck_works(ledger_proof(w->db, &w->a, &key, name, 8, 9, &text));
    ck_str(text, before);
    ck_fails(ERR_BAD_INPUT, ledger_proof(w->db, &w->a, &key, name, 10, -1, &text));
    ck_works(ledger_continues(w->db, &w->a, &key, name, 9, -1, &text));
    ck_assert(str_starts(text, S("old 9\n")));
}
END_TEST

START_TEST(the_log_proves_itself_and_its_past)
{
    owned_world w = world_make();
    SignKey key = test_key();
    LedgerFinding f;
    Checkpoint past;
    Str note;
    for (int i = 0; i < 6; i++)
        append(w, LEDGER_RELEASE, "R");
    ck_works(ledger_checkpoint(w->db, &w->a, &key, S("log"), 4, &note));
    ck_works(checkpoint_open(&w->a, key.public_key, note, &past));
    ck_works(ledger_verify(w->db, &w->a, past.size, &past.root, &f));
    ck_assert(f.sound && f.entries == 6);
    past.root.bytes[0] ^= 1;
    ck_works(ledger_verify(w->db, &w->a, past.size, &past.root, &f));
    ck_assert(!f.sound && str_has(f.flaw, S("earlier checkpoint")));
    ck_works(ledger_verify(w->db, &w->a, 7, &past.root, &f));
    ck_assert(!f.sound && str_has(f.flaw, S("cut off")));
}
END_TEST

START_TEST(what_an_entry_says_is_shown_to_those_who_may_see_the_release)
{
    owned_world w = world_make();
    SignKey key = test_key();
    w->web = web_test(&w->a, w->db, &ledger_routes, 1);
    w->web.server.sign = &key;
    append(w, LEDGER_RELEASE, "01G76141JS40HTVN8XECCC87A1");
    WebAnswer nobody = web_call(&w->web, "GET /log/entries/0");
    ck_assert_int_eq(nobody.status, 200);
    ck_assert(str_has(nobody.body, S("hash: ")) && !str_has(nobody.body, S("table.csv")));
    w->web.granted[PERM_RELEASE_FILE_VIEW] = true;
    WebAnswer member = web_call(&w->web, "GET /log/entries/0", .as = &w->ada);
    ck_assert(str_has(member.body, S("file: ab12 output/table.csv\n")));
    memset(w->web.granted, 0, sizeof w->web.granted);
    WebAnswer page = web_call(&w->web, "GET /log/");
    ck_assert(str_has(page.body, S("/log/proof?entry=0")) && !str_has(page.body, S("table.csv")));
    ck_assert(str_has(web_call(&w->web, "GET /keys/site.pub").body, S("minisign public key")));
    ck_assert_int_eq(web_call(&w->web, "GET /log/proof?entry=0").status, 200);
    ck_assert_int_eq(web_call(&w->web, "GET /log/proof?entry=1").status, 400);
    ck_assert_int_eq(web_call(&w->web, "GET /log/entries/7").status, 404);
}
END_TEST

Suite *ledger_suite(void)
{
    Suite *s = suite_create("ledger");
    TCase *c = tcase_create("ledger");
    tcase_add_test(c, every_entry_is_proven_at_every_size);
    tcase_add_test(c, the_log_proves_itself_and_its_past);
    tcase_add_test(c, what_an_entry_says_is_shown_to_those_who_may_see_the_release);
    suite_add_tcase(s, c);
    return s;
}
