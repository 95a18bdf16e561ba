// Every route of the airlock, asked by everybody: nobody, a stranger, a member, the author, checkers who may and may not.
#include "review_world.h"

// Who is asked about, one letter each in the table below.
static const char everybody[] = "nsmarcw";
// n nobody   s a researcher of another project   m a member of the project   a the author (no checker)
// r a checker who is the author of this one   c a checker   w a checker who worked on it

typedef struct Cell {
    Method method;
    const char *path; // as in the row
    const char *form; // what a POST brings
    const char *in;   // who comes in; all others are turned away
} Cell;
static const Cell cells[] = {
    {GET,  "/",                                            NULL,                              "smarcw" },
    {GET,  "/login/",                                      NULL,                              "nsmarcw"},
    {POST, "/logout/",                                     "",                                "smarcw" },
    {GET,  "/notices/",                                    NULL,                              "smarcw" },
    {POST, "/notices/",                                    "",                                "smarcw" },
    {GET,  "/me/",                                         NULL,                              "smarcw" },
    {POST, "/me/key/",                                     "public_key=",                     "rcw"    },
    {GET,  "/workspaces/{workspace}/",                     NULL,                              "marcw"  },
    {GET,  "/workspaces/{workspace}/files/{path...}",      NULL,                              "marcw"  },
    {GET,  "/workspaces/{workspace}/raw/{path...}",        NULL,                              "marcw"  },
    {POST, "/workspaces/{workspace}/ask/",                 "file=output%2Fa.csv&draft=1",     "marcw"  },
    {GET,  "/requests/{request}/",                         NULL,                              "marcw"  },
    {GET,  "/requests/{request}/files/{file}/",            NULL,                              "marcw"  },
    {GET,  "/requests/{request}/raw/{file}/",              NULL,                              "marcw"  },
    {GET,  "/requests/{request}/raw/{file}/{version}/",    NULL,                              "marcw"  },
    {POST, "/requests/{request}/files/{file}/",            "choice=approved",                 "c"      },
    {POST, "/requests/{request}/",                         "step=withdraw",                   "ar"     },
    {POST, "/requests/{request}/files/{file}/change/",     "change=withdraw",                 "ar"     },
    {POST, "/requests/{request}/groups/{group}/",          "context=c&controls=d",            "ar"     },
    {POST, "/requests/{request}/groups/{group}/comments/", "words=hello&visibility=checkers",
     "marcw"                                                                                           },
    {POST, "/requests/{request}/comments/",                "words=hello&visibility=everyone", "marcw"  },
    {GET,  "/requests/{request}/statement.txt",            NULL,                              "rcw"    },
    {POST, "/requests/{request}/signature/",               "signature=x",                     "rcw"    },
};
// Rows that need a server, or that stream; other tests ask them.
static const char *const elsewhere[] = {"/login/", "/requests/{request}/live",
                                        "/workspaces/{workspace}/columns/{path...}"};

static bool is_asked(const Route *r)
{
    for (isize i = 0; i < COUNT(cells); i++)
        if (cells[i].method == r->method && strcmp(cells[i].path, r->path) == 0) return true;
    for (isize i = 0; i < COUNT(elsewhere); i++)
        if (strcmp(elsewhere[i], r->path) == 0) return true;
    return false;
}

START_TEST(every_row_of_the_airlock_is_in_the_table)
{
    for (isize i = 0; i < COUNT(airlock_test_rooms); i++)
        for (isize j = 0; j < airlock_test_rooms[i]->n; j++) {
            const Route *r = &airlock_test_rooms[i]->v[j];
            ck_assert_msg(is_asked(r), "say in this test who may %s %s", method_word(r->method),
                          r->path);
        }
}
END_TEST

static Str filled(Arena *a, const char *path)
{
    const struct {
        const char *name, *value;
    } values[] = {
        {"{workspace}", "study"       },
        {"{path...}",   "output/a.csv"},
        {"{request}",   "1"           },
        {"{file}",      "1"           },
        {"{group}",     "1"           },
        {"{version}",   "1"           },
    };
    Str out = str_from(path);
    for (isize i = 0; i < COUNT(values); i++)
        out = str_replace(a, out, str_from(values[i].name), str_from(values[i].value));
    return out;
}

static Visitor who_is(Airlock *w, char letter)
{
    switch (letter) {
    case 's':
        return airlock_person(w, "sid", false, "[\"other\"]");
    case 'm':
        return w->mona;
    case 'a':
        return airlock_person(w, "ada", false, "[\"study\"]");
    case 'r':
        return airlock_person(w, "ada", true, "[\"study\"]");
    case 'c':
        return w->carl;
    default:
        return w->cora;
    }
}

// A request of ada's that the checkers hold; cora worked on it.
static void prepare(Airlock *w)
{
    i64 changed;
    airlock_in_state(w, REVIEW_SUBMITTED);
    ck_works(db_begin(w->db, &w->t.a));
    ck_works(review_contributor_add(w->db, &w->t.a, 1, S("cora"), S("ran the job"), &changed));
    ck_works(db_commit(w->db, &w->t.a));
}

static WebAnswer ask(Airlock *w, const Cell *c, char letter)
{
    Arena *a = &w->t.a;
    Buf head = {.a = a};
    Str token = S("nobodys-token");
    i64 changed;
    if (letter != 'n') {
        token = arena_fmt(a, "token-of-%c", letter);
        ck_works(db_begin(w->db, a));
        Visitor v = who_is(w, letter);
        ck_works(visitor_session_add(w->db, a, sha256_hex(a, token), v.id, S("form-token"),
                                     w->web.now, w->web.now + HOURS(1), &changed));
        ck_works(db_commit(w->db, a));
    }
    buf_fmt(&head,
            "Cookie: __Host-tresor=%.*s; __Host-tresor-form=form-token\r\nOrigin: "
            "https://tresor.test\r\nX-CSRFToken: form-token\r\n",
            STR(token));
    Str line = arena_fmt(a, "%s %.*s", method_word(c->method), STR(filled(a, c->path)));
    return web_call(&w->web, cstr(a, line), .stranger = true, .form = c->form,
                    .headers = cstr(a, buf_str(&head)));
}

// In: the page, a step done, or a refusal that only somebody inside gets (409: not now; 400: not that).
static bool came_in(const WebAnswer *r)
{
    if (r->status == 303) return !str_starts(r->location, S("/login/"));
    return r->status == 200 || r->status == 409 || r->status == 400;
}

START_TEST(everybody_comes_in_where_the_table_says)
{
    const Cell *c = &cells[_i];
    Airlock *w = NULL;
    for (const char *who = everybody; *who; who++) {
        if (w && c->method != GET) { // what one of them changed is not there for the next
            airlock_end(w);
            w = NULL;
        }
        if (!w) {
            w = airlock_make();
            prepare(w);
        }
        WebAnswer got = ask(w, c, *who);
        bool should = strchr(c->in, *who) != NULL;
        bool logged_out = strcmp(c->path, "/logout/") == 0;
        bool in = logged_out && got.status == 303 ? *who != 'n' : came_in(&got);
        ck_assert_msg(in == should, "%s %s: %c got %d %.*s", method_word(c->method), c->path, *who,
                      got.status, STR(got.location));
        if (!in)
            ck_assert_msg(got.status == 403 || got.status == 404 ||
                              (*who == 'n' && got.status == 303),
                          "%s %s: %c is turned away with %d", method_word(c->method), c->path, *who,
                          got.status);
    }
    airlock_end(w);
}
END_TEST

Suite *review_matrix_suite(void);
Suite *review_matrix_suite(void)
{
    Suite *s = suite_create("review matrix");
    TCase *t = tcase_create("matrix");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, every_row_of_the_airlock_is_in_the_table);
    tcase_add_loop_test(t, everybody_comes_in_where_the_table_says, 0, (int)COUNT(cells));
    suite_add_tcase(s, t);
    return s;
}
