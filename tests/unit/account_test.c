// People: signing in and what slows guessing down, the second factor, links, sessions, roles; through the real routes.
#include "account/account.h"
#include "account/factor.h"
#include "account/session.h"
#include "account/signin.h"
#include "admin/server_gate.h"
#include "audit/audit.h"
#include "base/encode.h"
#include "kit/crypto.h"
#include "web_call.h"

// "three green herons" at the least cost there is; a hash of the real cost is made by whoever sets a new password.
#define PASSWORD_HASH                                                                              \
    "$argon2id$v=19$m=8,t=1,p=1$ASNxQOBTPGWGGeWa6dDLZg$edxcMT6DiFusG64RZ/"                         \
    "zr4bNednMij7FrpXVJ1ij2Ddo"

static const Gate gate = {.by_session = account_by_session,
                          .by_token = web_test_token,
                          .may = account_may,
                          .touch = account_session_touch,
                          .place = "Test"};

static const RouteList *const rooms_of_account[] = {&account_login_routes, &account_settings_routes,
                                                    &account_staff_routes};

typedef struct Site {
    WebTest t;
    Str cookie; // the session's token; empty when signed out
} Site;

static i64 person_new(Site *s, const char *username, const char *role)
{
    i64 id = 0;
    StrList roles = {0};
    Arena *a = s->t.a;
    ck_works(db_begin(s->t.db, a));
    Err *e = account_person_make(s->t.db, a, s->t.now, 0, str_from(username), S(""), S(""), &id);
    if (!e) e = password_set(s->t.db, a, s->t.now, 0, id, S(PASSWORD_HASH), 0);
    if (!e && role) {
        str_list_add(a, &roles, str_from(role));
        e = account_roles_set(s->t.db, a, s->t.now, 0, id, 0, &roles);
    }
    ck_works(db_settle(s->t.db, a, e));
    return id;
}

static Site site_make(Scratch *scratch_of)
{
    static RouteList rooms[COUNT(rooms_of_account)];
    Site s = {0};
    Db *db = NULL;
    ck_works(db_in_memory(&scratch_of->a, DB_SERVER, DB_AS_SERVER, &db));
    for (isize i = 0; i < COUNT(rooms); i++)
        rooms[i] = *rooms_of_account[i];
    s.t = web_test(&scratch_of->a, db, rooms, COUNT(rooms));
    s.t.server.gate = &gate;
    return s;
}

static void site_end(Site *s)
{
    db_close(s->t.db);
}
#define site __attribute__((cleanup(site_end))) Site

static Visitor visitor(Site *s)
{
    Visitor v = {0};
    ck_works(account_by_session(s->t.db, s->t.a, s->t.now, s->cookie, &v));
    return v;
}

// A browser: sends its cookie and the token of its forms, and keeps the session that it is given.
static WebAnswer ask(Site *s, const char *line, const char *form)
{
    Visitor v = visitor(s);
    Str token = v.csrf.n ? v.csrf : S("token-of-this-browser");
    Str headers = arena_fmt(s->t.a,
                            "Cookie: %s%.*s%s__Host-tresor-form=token-of-this-browser\r\nOrigin: "
                            "https://tresor.test\r\n"
                            "X-CSRFToken: %.*s\r\nUser-Agent: heron\r\n",
                            s->cookie.n ? "__Host-tresor=" : "", STR(s->cookie),
                            s->cookie.n ? "; " : "", STR(token));
    WebAnswer r =
        web_call(&s->t, line, .form = form, .stranger = true, .headers = cstr(s->t.a, headers));
    isize at = str_find(r.head, S("Set-Cookie: __Host-tresor="));
    if (at >= 0) {
        Str rest = str_skip(r.head, at + 26), token_set, after;
        str_cut(rest, ';', &token_set, &after);
        s->cookie = str_copy(s->t.a, token_set);
    }
    return r;
}

static WebAnswer sign_in(Site *s, const char *username, const char *password)
{
    Str form = arena_fmt(s->t.a, "username=%s&password=%s&next=", username, password);
    return ask(s, "POST /login/", cstr(s->t.a, form));
}

static Str hidden(WebAnswer r, const char *name)
{
    char mark[80];
    snprintf(mark, sizeof mark, "name=\"%s\" value=\"", name);
    isize at = str_find(r.body, str_from(mark));
    ck_assert_msg(at >= 0, "no field %s in %.*s", name, STR(r.body));
    Str value, rest;
    str_cut(str_skip(r.body, at + (isize)strlen(mark)), '"', &value, &rest);
    return value;
}

static i64 trail(Site *s, const char *action)
{
    AuditRowList lines;
    i64 n = 0;
    ck_works(audit_lines_before(s->t.db, s->t.a, INT64_MAX, 1000, &lines));
    for (isize i = 0; i < lines.n; i++)
        n += str_eq(lines.v[i].action, str_from(action));
    return n;
}

START_TEST(a_password_signs_in_and_out)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 303);
    ck_assert_int_eq(sign_in(&s, "ada", "wrong-wrong-wrong").status, 403);
    ck_assert_int_eq(s.cookie.n, 0);
    WebAnswer r = sign_in(&s, "Ada", "three+green+herons");
    ck_assert_int_eq(r.status, 303);
    ck_str(r.location, S("/"));
    ck_assert(str_has(r.head, S("HttpOnly")));
    ck_assert_int_gt(s.cookie.n, 40);
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 200);
    ck_assert_int_eq(trail(&s, "person.sign_in"), 1);
    Str old = s.cookie;
    ck_assert_int_eq(ask(&s, "POST /logout/", "").status, 303);
    s.cookie = old; // a kept cookie is worth nothing any more
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 303);
    ck_assert_int_eq(trail(&s, "person.sign_out"), 1);
}
END_TEST

START_TEST(sign_in_leads_back_but_never_away)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    ck_assert_int_eq(ask(&s, "GET /login/?next=https://evil.example/", NULL).status, 400);
    ck_assert_int_eq(ask(&s, "GET /login/?next=//evil.example/", NULL).status, 400);
    ck_assert_int_eq(ask(&s, "POST /login/", "username=ada&password=x&next=%2F%5Cevil").status,
                     400);
    WebAnswer r =
        ask(&s, "POST /login/", "username=ada&password=three+green+herons&next=/settings/");
    ck_str(r.location, S("/settings/"));
    ck_str(ask(&s, "GET /login/?next=/settings/", NULL).location, S("/settings/"));
}
END_TEST

START_TEST(guessing_is_slowed_down_and_does_not_tell_who_exists)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    Str there = {0}, not_there = {0};
    for (int i = 0; i < 5; i++)
        there = sign_in(&s, "ada", "wrong-wrong-wrong").body;
    not_there = sign_in(&s, "eve", "wrong-wrong-wrong").body;
    isize at = str_find(there, S("role=\"alert\"")),
          other = str_find(not_there, S("role=\"alert\""));
    ck_str(str_span(there, at, at + 120), str_span(not_there, other, other + 120));
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 403); // locked, though right
    ck_assert_int_eq(trail(&s, "person.locked"), 1);
    s.t.now += MINUTES(1) + SECONDS(1);
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 303);
}
END_TEST

START_TEST(an_address_that_fails_often_is_held_up)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    ck_works(db_begin(s.t.db, s.t.a));
    for (int i = 0; i < 30; i++)
        ck_works(failure_insert(s.t.db, s.t.a, S("192.0.2.1"), s.t.now, NULL));
    ck_works(db_commit(s.t.db, s.t.a));
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 403);
    s.t.now += MINUTES(16);
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 303);
}
END_TEST

START_TEST(sessions_end_by_time)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 303);
    for (int i = 0; i < 13; i++) { // used now and then: stays
        s.t.now += HOURS(11);
        ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 200);
    }
    s.t.now += HOURS(25); // beyond seven days in all
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 303);
    s.cookie = S("");
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 303);
    s.t.now += HOURS(12) + SECONDS(1);
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 303);
}
END_TEST

static Str set_up_factor(Site *s, i64 person)
{
    Factor f;
    ck_assert_int_eq(ask(s, "POST /settings/second-factor/start/", "").status, 303);
    ck_assert(str_has(ask(s, "GET /settings/second-factor/", NULL).body, S("<svg class=\"qr\"")));
    ck_works(factor_get(s->t.db, s->t.a, s->t.server.key, person, &f));
    ck_assert_int_eq(ask(s, "POST /settings/second-factor/", "code=000000").status, 422);
    Str form = arena_fmt(s->t.a, "code=%.*s",
                         STR(totp_code(s->t.a, f.secret, s->t.now / SECONDS(TOTP_STEP_SECONDS))));
    WebAnswer r = ask(s, "POST /settings/second-factor/", cstr(s->t.a, form));
    ck_assert_int_eq(r.status, 200);
    isize at = str_find(r.body, S("<li><code>"));
    ck_assert_int_gt(at, 0);
    Str code, rest;
    str_cut(str_skip(r.body, at + 10), '<', &code, &rest);
    s->cookie = S("");
    return code;
}

static WebAnswer second(Site *s, WebAnswer first, Str code)
{
    Str form = arena_fmt(s->t.a, "ticket=%.*s&code=%.*s&next=/",
                         STR(percent_encode(s->t.a, hidden(first, "ticket"))), STR(code));
    return ask(s, "POST /login/second/", cstr(s->t.a, form));
}

START_TEST(a_second_factor_is_asked_for_and_each_code_is_good_once)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    Factor f;
    i64 ada = person_new(&s, "ada", NULL);
    sign_in(&s, "ada", "three+green+herons");
    Str recovery = set_up_factor(&s, ada);
    ck_works(factor_get(s.t.db, s.t.a, s.t.server.key, ada, &f));
    ck_assert(f.confirmed);
    WebAnswer first = sign_in(&s, "ada", "three+green+herons");
    ck_assert_int_eq(first.status, 200);
    ck_assert_int_eq(s.cookie.n, 0);
    ck_assert_int_eq(second(&s, first, S("123456")).status, 403);
    // The code that confirmed the factor does not sign in a moment later.
    Str used = totp_code(s.t.a, f.secret, s.t.now / SECONDS(TOTP_STEP_SECONDS));
    ck_assert_int_eq(second(&s, first, used).status, 403);
    s.t.now += SECONDS(60);
    Str fresh = totp_code(s.t.a, f.secret, s.t.now / SECONDS(TOTP_STEP_SECONDS));
    ck_assert_int_eq(second(&s, first, fresh).status, 303);
    ck_assert_int_gt(s.cookie.n, 0);
    s.cookie = S("");
    ck_assert_int_eq(second(&s, first, recovery).status, 303);
    s.cookie = S("");
    ck_assert_int_eq(second(&s, first, recovery).status, 403);
    s.t.now += MINUTES(11); // the ticket is too old
    ck_assert_int_eq(second(&s, first, recovery).status, 403);
    ck_assert_int_eq(trail(&s, "person.recovery_code_used"), 1);
}
END_TEST

START_TEST(where_it_is_required_nobody_has_a_role_without_a_second_factor)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    s.t.server.gate = &server_gate_with_factor;
    i64 core = person_new(&s, "core", "CoreDeveloper");
    sign_in(&s, "core", "three+green+herons");
    ck_assert_int_eq(ask(&s, "GET /staff/users/", NULL).status, 403);
    WebAnswer r = ask(&s, "GET /settings/", NULL);
    ck_assert_int_eq(r.status, 200);
    ck_assert(str_has(r.body, S("requires a second factor")));
    Str cookie = s.cookie;
    set_up_factor(&s, core);
    s.cookie = cookie;
    ck_assert_int_eq(ask(&s, "GET /staff/users/", NULL).status, 200);
    ck_assert(!str_has(ask(&s, "GET /settings/", NULL).body, S("requires a second factor")));
}
END_TEST

START_TEST(switching_the_second_factor_off_takes_a_code)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    Factor f;
    i64 ada = person_new(&s, "ada", NULL);
    sign_in(&s, "ada", "three+green+herons");
    Str cookie = s.cookie, recovery = set_up_factor(&s, ada);
    s.cookie = cookie;
    ask(&s, "POST /settings/second-factor/remove/", "code=000000");
    ck_works(factor_get(s.t.db, s.t.a, s.t.server.key, ada, &f));
    ck_assert(f.confirmed);
    ask(&s, "POST /settings/second-factor/remove/",
        cstr(s.t.a, arena_fmt(s.t.a, "code=%.*s", STR(recovery))));
    ck_works(factor_get(s.t.db, s.t.a, s.t.server.key, ada, &f));
    ck_assert(!f.there);
}
END_TEST

START_TEST(the_first_administrator_comes_by_a_link_that_works_once)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    Str path, again;
    ck_works(db_begin(s.t.db, s.t.a));
    ck_works(account_first_admin(s.t.db, s.t.a, s.t.now, &path));
    ck_works(db_commit(s.t.db, s.t.a));
    Str get = arena_fmt(s.t.a, "GET %.*s", STR(path)),
        post = arena_fmt(s.t.a, "POST %.*s", STR(path));
    ck_assert_int_eq(ask(&s, cstr(s.t.a, get), NULL).status, 200);
    ck_assert_int_eq(ask(&s, cstr(s.t.a, get), NULL).status, 200); // looking does not spend it
    ck_assert_int_eq(ask(&s, cstr(s.t.a, post), "next=").status, 303);
    ck_assert_int_eq(ask(&s, "GET /staff/users/", NULL).status, 200);
    s.cookie = S("");
    ck_assert_int_eq(ask(&s, cstr(s.t.a, get), NULL).status, 404);
    ck_assert_int_eq(ask(&s, cstr(s.t.a, post), "next=").status, 404);
    ck_works(db_begin(s.t.db, s.t.a));
    ck_works(account_first_admin(s.t.db, s.t.a, s.t.now, &again));
    ck_works(db_commit(s.t.db, s.t.a));
    ck_assert_int_eq(again.n, 0); // somebody runs this site now
}
END_TEST

START_TEST(a_link_grows_old)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    Str path;
    ck_works(db_begin(s.t.db, s.t.a));
    ck_works(account_first_admin(s.t.db, s.t.a, s.t.now, &path));
    ck_works(db_commit(s.t.db, s.t.a));
    s.t.now += DAYS(1) + SECONDS(1);
    ck_assert_int_eq(ask(&s, cstr(s.t.a, arena_fmt(s.t.a, "POST %.*s", STR(path))), "next=").status,
                     404);
}
END_TEST

START_TEST(a_new_password_signs_other_browsers_out)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    sign_in(&s, "ada", "three+green+herons");
    Str other = s.cookie;
    s.cookie = S("");
    sign_in(&s, "ada", "three+green+herons");
    ck_assert_int_eq(ask(&s, "POST /settings/password/",
                         "current=no&password=four+grey+herons&again=four+grey+herons")
                         .status,
                     403);
    ck_assert_int_eq(
        ask(&s, "POST /settings/password/", "current=three+green+herons&password=short&again=short")
            .status,
        400);
    ck_assert_int_eq(ask(&s, "POST /settings/password/",
                         "current=three+green+herons&password=four+grey+herons&again=other")
                         .status,
                     400);
    ck_assert_int_eq(
        ask(&s, "POST /settings/password/",
            "current=three+green+herons&password=four+grey+herons&again=four+grey+herons")
            .status,
        303);
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 200);
    s.cookie = other;
    ck_assert_int_eq(ask(&s, "GET /settings/", NULL).status, 303);
    s.cookie = S("");
    ck_assert_int_eq(sign_in(&s, "ada", "four+grey+herons").status, 303);
}
END_TEST

START_TEST(staff_pages_are_for_those_who_manage_people)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    person_new(&s, "ada", NULL);
    person_new(&s, "core", "CoreDeveloper");
    sign_in(&s, "ada", "three+green+herons");
    ck_assert_int_eq(ask(&s, "GET /staff/users/", NULL).status, 403);
    ck_assert_int_eq(ask(&s, "POST /staff/users/ada/roles/", "roles=CoreDeveloper").status, 403);
    s.cookie = S("");
    sign_in(&s, "core", "three+green+herons");
    ck_assert_int_eq(ask(&s, "POST /staff/users/new/", "username=Bob&name=&email=").status, 400);
    ck_assert_int_eq(
        ask(&s, "POST /staff/users/new/", "username=bob&name=Bob&email=nowhere").status, 400);
    ck_assert_int_eq(
        ask(&s, "POST /staff/users/new/", "username=bob&name=Bob&email=bob@example.org").status,
        303);
    ck_assert_int_eq(ask(&s, "POST /staff/users/new/", "username=bob&name=Bob&email=").status, 409);
    ck_assert_int_eq(
        ask(&s, "POST /staff/users/bob/roles/", "roles=OutputChecker&roles=OutputPublisher").status,
        303);
    ck_assert_int_eq(ask(&s, "POST /staff/users/bob/roles/", "roles=King").status, 400);
    WebAnswer r = ask(&s, "GET /staff/users/?role=OutputChecker", NULL);
    ck_assert(str_has(r.body, S("/staff/users/bob/")));
    ck_assert(!str_has(r.body, S("/staff/users/ada/")));
    ck_assert(str_has(ask(&s, "POST /staff/users/bob/link/", "").body,
                      S("https://tresor.test/login/link/")));
    ck_assert_int_eq(ask(&s, "POST /staff/users/core/deactivate/", "").status, 409);
    ck_assert_int_eq(ask(&s, "POST /staff/users/core/roles/", "roles=OutputChecker").status, 409);
    ck_assert_int_eq(ask(&s, "POST /staff/users/ada/deactivate/", "").status, 303);
    s.cookie = S("");
    ck_assert_int_eq(sign_in(&s, "ada", "three+green+herons").status, 403);
}
END_TEST

START_TEST(roles_grant_what_the_contract_says)
{
    static const struct {
        const char *role;
        Perm granted, not_granted;
    } cases[] = {
        {"CoreDeveloper",         PERM_STAFF,                   PERM_JOB_RUN          },
        {"OutputChecker",         PERM_RELEASE_FILE_DELETE,     PERM_RELEASE_FILE_VIEW},
        {"OutputPublisher",       PERM_SNAPSHOT_PUBLISH,        PERM_SNAPSHOT_CREATE  },
        {"ProjectCollaborator",   PERM_RELEASE_FILE_VIEW,       PERM_JOB_RUN          },
        {"ProjectCoordinator",    PERM_PROJECT_MEMBERSHIP_EDIT, PERM_JOB_RUN          },
        {"ProjectDeveloper",      PERM_JOB_RUN,                 PERM_RELEASE_FILE_VIEW},
        {"TechnicalReviewer",     PERM_PROJECT_REVIEW,          PERM_STAFF            },
        {"OpensafelyInteractive", PERM_JOB_REQUEST_PICK_REF,    PERM_JOB_RUN          },
    };
    ck_assert_int_eq(role_rows_n, 10 + 1); // and the one of June 2022
    for (isize i = 0; i < COUNT(cases); i++) {
        const Role *r = role_named(str_from(cases[i].role));
        ck_assert_ptr_nonnull(r);
        ck_assert(role_grants(r, cases[i].granted));
        ck_assert(!role_grants(r, cases[i].not_granted));
    }
    for (isize i = 0; i < role_rows_n; i++)
        ck_assert_msg(!role_grants(&role_rows[i], PERM_BACKEND), "%.*s", STR(role_rows[i].name));
}
END_TEST

START_TEST(a_role_in_one_project_holds_there_only)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    i64 ada = person_new(&s, "ada", NULL);
    StrList roles = {0};
    bool may;
    Visitor v = {.id = ada};
    ck_works(db_begin(s.t.db, s.t.a));
    str_list_add(s.t.a, &roles, S("CoreDeveloper"));
    ck_fails(ERR_BAD_INPUT, account_roles_set(s.t.db, s.t.a, s.t.now, 0, ada, 1, &roles));
    roles.v[0] = S("ProjectDeveloper");
    ck_fails(ERR_CONFLICT,
             account_roles_set(s.t.db, s.t.a, s.t.now, 0, ada, 1, &roles)); // no such project
    db_rollback(s.t.db);
    ck_works(db_begin(s.t.db, s.t.a));
    ck_works(account_roles_set(s.t.db, s.t.a, s.t.now, 0, ada, 0, &roles));
    ck_works(db_commit(s.t.db, s.t.a));
    ck_works(account_may(s.t.db, s.t.a, &v, PERM_JOB_RUN, (Scope){.project = 7}, &may));
    ck_assert(may);
    ck_works(account_may(s.t.db, s.t.a, &v, PERM_STAFF, (Scope){0}, &may));
    ck_assert(!may);
}
END_TEST

START_TEST(three_words_open_the_airlock_once)
{
    scratch s0 = scratch_make();
    site s = site_make(&s0);
    i64 ada = person_new(&s, "ada", NULL), who;
    Str code;
    ck_works(db_begin(s.t.db, s.t.a));
    ck_works(account_airlock_code_make(s.t.db, s.t.a, s.t.now, ada, &code));
    ck_works(
        account_airlock_code_spend(s.t.db, s.t.a, s.t.now, S("ada"), S("one-two-three"), &who));
    ck_assert_int_eq(who, 0);
    ck_works(account_airlock_code_spend(s.t.db, s.t.a, s.t.now + HOURS(2), S("ada"), code, &who));
    ck_assert_int_eq(who, 0);
    ck_works(account_airlock_code_spend(s.t.db, s.t.a, s.t.now, S("Ada"), code, &who));
    ck_assert_int_eq(who, ada);
    ck_works(account_airlock_code_spend(s.t.db, s.t.a, s.t.now, S("ada"), code, &who));
    ck_assert_int_eq(who, 0);
    ck_works(db_commit(s.t.db, s.t.a));
}
END_TEST

Suite *account_suite(void);
Suite *account_suite(void)
{
    Suite *suite = suite_create("account");
    TCase *t = tcase_create("account");
    tcase_set_timeout(t, 30);
    tcase_add_test(t, a_password_signs_in_and_out);
    tcase_add_test(t, sign_in_leads_back_but_never_away);
    tcase_add_test(t, guessing_is_slowed_down_and_does_not_tell_who_exists);
    tcase_add_test(t, an_address_that_fails_often_is_held_up);
    tcase_add_test(t, sessions_end_by_time);
    tcase_add_test(t, a_second_factor_is_asked_for_and_each_code_is_good_once);
    tcase_add_test(t, where_it_is_required_nobody_has_a_role_without_a_second_factor);
    tcase_add_test(t, switching_the_second_factor_off_takes_a_code);
    tcase_add_test(t, the_first_administrator_comes_by_a_link_that_works_once);
    tcase_add_test(t, a_link_grows_old);
    tcase_add_test(t, a_new_password_signs_other_browsers_out);
    tcase_add_test(t, staff_pages_are_for_those_who_manage_people);
    tcase_add_test(t, roles_grant_what_the_contract_says);
    tcase_add_test(t, a_role_in_one_project_holds_there_only);
    tcase_add_test(t, three_words_open_the_airlock_once);
    suite_add_tcase(suite, t);
    return suite;
}
