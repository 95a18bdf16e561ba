// Invitations as words, and tokens that overlap: what a site shows, what the server believes, and when.
#include "enroll/enroll.h"

#include "account/account.h"
#include "backend/backend.h"
#include "kit/crypto.h"
#include "scratch.h"

static const Time at = 1760000000000000; // 2025-10-09
#define PIN    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SECRET "0123456789abcdef0123456789abcdef"

START_TEST(an_invitation_is_one_word)
{
    scratch t = scratch_make();
    EnrollInvite read,
        invite = {.server = S("https://tre.example.org"), .pin = S(PIN), .secret = S(SECRET)};
    Str text = enroll_invite_text(&t.a, &invite);
    ck_assert(str_starts(text, S("tresor1-")) && !str_has(text, S(" ")) && text.n < 130);
    ck_works(enroll_invite_read(&t.a, arena_fmt(&t.a, "  %.*s\n", STR(text)), &read));
    ck_str(read.server, invite.server);
    ck_str(read.pin, invite.pin);
    ck_str(read.secret, invite.secret);
    invite.pin = (Str){0};
    ck_works(enroll_invite_read(&t.a, enroll_invite_text(&t.a, &invite), &read));
    ck_assert_int_eq(read.pin.n, 0);
    ck_str(read.secret, invite.secret);
}
END_TEST

START_TEST(a_mistyped_invitation_is_none)
{
    scratch t = scratch_make();
    EnrollInvite read,
        invite = {.server = S("https://tre.example.org"), .pin = S(PIN), .secret = S(SECRET)};
    Str text = enroll_invite_text(&t.a, &invite);
    for (isize i = 0; i < text.n; i++) {
        Str wrong = str_copy(&t.a, text);
        char *c = cstr(&t.a, wrong);
        c[i] = c[i] == 'A' ? 'B' : 'A';
        ck_fails(ERR_BAD_INPUT, enroll_invite_read(&t.a, str_from(c), &read));
        ck_fails(ERR_BAD_INPUT, enroll_invite_read(&t.a, str_take(text, i), &read));
    }
    invite.server = S("http://tre.example.org");
    ck_fails(ERR_BAD_INPUT, enroll_invite_read(&t.a, enroll_invite_text(&t.a, &invite), &read));
}
END_TEST

START_TEST(pauses_grow_and_differ)
{
    for (int n = 1; n < 40; n++) {
        i64 whole = n < 6 ? SECONDS(1) << (n - 1) : SECONDS(25);
        i64 pause = enroll_pause(n, SECONDS(25));
        ck_assert(pause >= whole / 2 && pause <= whole);
    }
    bool differ = false;
    for (int i = 0; i < 50; i++)
        differ = differ || enroll_pause(5, SECONDS(25)) != enroll_pause(5, SECONDS(25));
    ck_assert(differ);
}
END_TEST

// --- the server's side

typedef struct Desk {
    Scratch t;
    Db *db;
    BackendGet b;
    Str first; // its first token
} Desk;

static Desk desk_open(void)
{
    Desk d = {.t = scratch_make()};
    ck_works(db_in_memory(&d.t.a, DB_SERVER, DB_AS_SERVER, &d.db));
    ck_works(db_begin(d.db, &d.t.a));
    ck_works(backend_make(d.db, &d.t.a, at, 0, S("tpp"), S("TPP"), S(""), &d.b, &d.first));
    return d;
}

static void desk_close(Desk *d)
{
    db_close(d->db);
    scratch_end(&d->t);
}

static bool counts(Desk *d, Str token, Time now)
{
    bool found;
    BackendByHash b;
    ck_works(backend_by_token(d->db, &d->t.a, now, token, &found, &b));
    return found;
}

static void use(Desk *d, Str token, Time now)
{
    bool found;
    BackendByHash b;
    ck_works(backend_by_token(d->db, &d->t.a, now, token, &found, &b));
    ck_assert(found);
    if (b.fresh) ck_works(backend_token_take(d->db, &d->t.a, now, b.token));
}

static Str secret_made(Desk *d, Time now, i64 lasts)
{
    Str text;
    EnrollInvite invite;
    ServerReach reach = {S("https://tre.example.org"), S(PIN)};
    ck_works(backend_invite(d->db, &d->t.a, now, 0, &d->b, reach, lasts, &text));
    ck_works(enroll_invite_read(&d->t.a, text, &invite));
    return invite.secret;
}

static Str enrolled(Desk *d, Str secret, Str token, Time now)
{
    Str slug, refused;
    ck_works(backend_enroll(d->db, &d->t.a, now, secret, sha256_hex(&d->t.a, token),
                            str_skip(token, 36), &slug, &refused));
    return refused;
}

START_TEST(an_old_token_counts_until_the_new_one_was_used)
{
    Desk d = desk_open();
    Str next;
    use(&d, d.first, at);
    ck_works(backend_token_rotate(d.db, &d.t.a, at, 0, &d.b, BACKEND_ROTATE, &next));
    ck_assert(counts(&d, d.first, at + DAYS(6)) && counts(&d, next, at + DAYS(6)));
    ck_assert(!counts(&d, d.first, at + DAYS(8))); // however that one fares
    use(&d, next, at + HOURS(1));
    ck_assert(!counts(&d, d.first, at + HOURS(1)) && counts(&d, next, at + DAYS(800)));
    desk_close(&d);
}
END_TEST

START_TEST(a_lost_token_is_void_at_once)
{
    Desk d = desk_open();
    Str next;
    ck_works(backend_token_rotate(d.db, &d.t.a, at, 0, &d.b, BACKEND_ROTATE_AT_ONCE, &next));
    ck_assert(!counts(&d, d.first, at) && counts(&d, next, at));
    ck_works(backend_token_end(d.db, &d.t.a, at, 0, &d.b, str_skip(next, 36)));
    ck_assert(!counts(&d, next, at));
    ck_fails(ERR_NOT_FOUND, backend_token_end(d.db, &d.t.a, at, 0, &d.b, str_skip(next, 36)));
    desk_close(&d);
}
END_TEST

START_TEST(a_site_renews_its_own_token_and_no_other)
{
    Desk d = desk_open();
    Arena *a = &d.t.a;
    Str own = S("1111111111111111111111111111111111111111"),
        next = S("2222222222222222222222222222222222222222");
    ck_assert_int_eq(enrolled(&d, secret_made(&d, at, HOURS(1)), own, at).n, 0);
    use(&d, d.first, at);
    use(&d, own, at);
    ck_works(backend_token_renew(d.db, a, at, own, sha256_hex(a, next), S("2222")));
    ck_works(backend_token_renew(d.db, a, at, own, sha256_hex(a, next), S("2222"))); // said twice
    ck_assert(counts(&d, own, at) && counts(&d, next, at));
    use(&d, next, at);
    ck_assert(!counts(&d, own, at) && counts(&d, next, at) && counts(&d, d.first, at));
    ck_fails(ERR_SIGNED_OUT, backend_token_renew(d.db, a, at, own, sha256_hex(a, own), S("1111")));
    desk_close(&d);
}
END_TEST

START_TEST(an_invitation_is_taken_up_once)
{
    Desk d = desk_open();
    Str one = S("1111111111111111111111111111111111111111"),
        other = S("3333333333333333333333333333333333333333");
    Str secret = secret_made(&d, at, HOURS(1));
    ck_assert(!counts(&d, one, at));
    ck_assert_int_eq(enrolled(&d, secret, one, at).n, 0);
    ck_assert(counts(&d, one, at));
    ck_assert_int_eq(enrolled(&d, secret, one, at + HOURS(2)).n, 0); // its answer was lost
    ck_assert(str_has(enrolled(&d, secret, other, at), S("was used at 2025-10-09")));
    ck_assert(!counts(&d, other, at));
    secret = secret_made(&d, at, HOURS(1));
    ck_assert(str_has(enrolled(&d, secret, other, at + HOURS(1)), S("was good until")));
    ck_assert(str_has(enrolled(&d, S(SECRET), other, at), S("knows no such invitation")));
    ck_assert(!counts(&d, other, at));
    desk_close(&d);
}
END_TEST

START_TEST(only_whole_proofs_are_read)
{
    ck_assert(backend_token_proof_is_valid(S(PIN), S("12ab")));
    ck_assert(!backend_token_proof_is_valid(str_take(S(PIN), 62), S("12ab")));
    ck_assert(!backend_token_proof_is_valid(S(PIN), S("12a")));
    ck_assert(!backend_token_proof_is_valid(S(PIN), S("<b>!")));
}
END_TEST

Suite *enroll_suite(void);
Suite *enroll_suite(void)
{
    Suite *s = suite_create("enroll");
    TCase *t = tcase_create("enroll");
    tcase_add_test(t, an_invitation_is_one_word);
    tcase_add_test(t, a_mistyped_invitation_is_none);
    tcase_add_test(t, pauses_grow_and_differ);
    tcase_add_test(t, an_old_token_counts_until_the_new_one_was_used);
    tcase_add_test(t, a_lost_token_is_void_at_once);
    tcase_add_test(t, a_site_renews_its_own_token_and_no_other);
    tcase_add_test(t, an_invitation_is_taken_up_once);
    tcase_add_test(t, only_whole_proofs_are_read);
    suite_add_tcase(s, t);
    return s;
}
