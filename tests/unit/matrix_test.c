// Every route of the server, asked by everybody: nobody, a stranger, the ten roles, the local ones here and next door,
// a backend. The rows say who may come in; this asks the real gate, the real scopes and the real sessions.
#include "account/session.h"
#include "admin/server_cli.h"
#include "admin/server_gate.h"
#include "job_world.h"
#include "kit/crypto.h"
#include "release/release.h"

enum { PEOPLE_MAX = 20, ROWS_MAX = 400 };

typedef struct Someone {
    const char *name;
    const Role *global, *local; // local: in the project "Long Covid"
    Visitor v;
    Str cookie;
} Someone;

// One of two places that look alike: the world's own project, and another one next door.
typedef struct Place {
    Str org, project, workspace, request, job, release, file;
    i64 project_id;
} Place;

typedef struct Matrix {
    World *w;
    Someone people[PEOPLE_MAX];
    int people_n;
    Place here, there;
    Str backend_token;
    RouteList real[32], watched[32]; // the same rows; watched ones only say that somebody came in
    isize rooms_n;
    Router router, watched_router;
} Matrix;

static fallible came_in(Req *q)
{
    q->noted = true;
    buf_put(&q->answer.body, S("INSIDE"));
    return NULL;
}

static void person_add(Matrix *m, const char *name, const Role *global, const Role *local)
{
    World *w = m->w;
    Someone *p = &m->people[m->people_n++];
    StrList roles = {0};
    *p = (Someone){.name = name, .global = global, .local = local, .v = world_person(w, name)};
    if (global || local) str_list_add(&w->a, &roles, global ? global->name : local->name);
    if (roles.n)
        ck_works(account_roles_set(w->db, &w->a, w->web.now, 0, p->v.id,
                                   local ? m->here.project_id : 0, &roles));
    ck_works(session_begin(w->db, &w->a, w->web.now, p->v.id,
                           (SessionFrom){S("192.0.2.1"), S("heron")}, &p->cookie));
    ck_works(account_by_session(w->db, &w->a, w->web.now, p->cookie, &p->v));
}

static void people_make(Matrix *m)
{
    Arena *a = &m->w->a;
    person_add(m, "stranger", NULL, NULL);
    for (isize i = 0; i < role_rows_n; i++) {
        const Role *r = &role_rows[i];
        person_add(m, cstr(a, str_lower(a, r->name)), r, NULL);
        if (r->local)
            person_add(m, cstr(a, str_lower(a, arena_fmt(a, "local-%.*s", STR(r->name)))), NULL, r);
    }
}

static void release_add(Matrix *m, Place *p, const WorkspaceGet *ws, const char *id)
{
    World *w = m->w;
    p->release = arena_fmt(&w->a, "01G76141JS40HTVN8XECCC87%s", id);
    p->file = arena_fmt(&w->a, "01G76142EVABYX5HC8JDJQ1F%s", id);
    ck_works(
        release_insert(w->db, &w->a, p->release, ws->id, w->tpp.id, w->ada.id, w->web.now, NULL));
    ck_works(release_words_insert(w->db, &w->a, p->release, S("[]"), S("{}"), NULL));
    ck_works(release_file_insert(w->db, &w->a, p->file, p->release, ws->id, w->tpp.id, w->ada.id,
                                 w->web.now, S("output/table.csv"), sha256_hex(&w->a, p->file),
                                 S(""), 7, 0, -1, NULL));
    ck_works(release_complete(w->db, &w->a, p->release, w->web.now, NULL));
}

static void request_add(Matrix *m, Place *p, const WorkspaceGet *ws)
{
    World *w = m->w;
    JobRequest r = {0};
    i64 id = 0;
    WorkspaceGet before = w->workspace;
    w->workspace = *ws;
    ck_works(db_commit(w->db, &w->a));
    ck_works(world_ask(w, w->tpp.id, "extract", false, &id));
    ck_works(db_begin(w->db, &w->a));
    ck_works(job_request_get(w->db, &w->a, id, &r));
    w->workspace = before;
    p->request = arena_fmt(&w->a, "%lld", (long long)id);
    p->job = r.identifier;
}

static void places_make(Matrix *m)
{
    World *w = m->w;
    ProjectGet other;
    WorkspaceGet next_door;
    ck_works(
        project_make(w->db, &w->a, w->web.now, w->ada.id, w->org.id, S("Next Door"), 8, &other));
    ck_works(workspace_make(w->db, &w->a, w->web.now, w->ada.id, other.id, S("next-door"),
                            S("https://git.example/lab/other"), S("main"), &next_door));
    m->here = (Place){.org = w->org.slug,
                      .project = w->project.slug,
                      .workspace = w->workspace.name,
                      .project_id = w->project.id};
    m->there = (Place){.org = w->org.slug,
                       .project = other.slug,
                       .workspace = next_door.name,
                       .project_id = other.id};
    release_add(m, &m->here, &w->workspace, "RC");
    release_add(m, &m->there, &next_door, "TH");
    request_add(m, &m->here, &w->workspace);
    request_add(m, &m->there, &next_door);
}

static void rooms_copy(Matrix *m)
{
    m->rooms_n = server_rooms_n;
    for (isize i = 0; i < server_rooms_n; i++) {
        const RouteList *l = server_rooms[i];
        Route *rows = make(&m->w->a, Route, l->n);
        for (isize j = 0; j < l->n; j++) {
            rows[j] = l->v[j];
            rows[j].run = came_in;
            rows[j].fields = NULL;
        }
        m->real[i] = m->watched[i] = *l;
        m->watched[i].v = rows;
    }
    ck_works(router_make(&m->w->a, m->real, m->rooms_n, &m->router));
    ck_works(router_make(&m->w->a, m->watched, m->rooms_n, &m->watched_router));
}

static Matrix *matrix_make(void)
{
    World *w = world_make();
    Matrix *m = make(&w->a, Matrix, 1);
    BackendGet b;
    m->w = w;
    w->web.server.gate = &server_gate;
    ck_works(db_begin(w->db, &w->a));
    places_make(m);
    people_make(m);
    ck_works(backend_make(w->db, &w->a, w->web.now, 0, S("knows-its-token"), S("B"), S(""), &b,
                          &m->backend_token));
    ck_works(db_commit(w->db, &w->a));
    rooms_copy(m);
    return m;
}

static Str value_of(const Place *p, Str name)
{
    const struct {
        const char *name;
        Str value;
    } values[] = {
        {"org",       p->org               },
        {"project",   p->project           },
        {"workspace", p->workspace         },
        {"request",   p->request           },
        {"job",       p->job               },
        {"release",   p->release           },
        {"file",      p->file              },
        {"backend",   S("tpp")             },
        {"username",  S("ada")             },
        {"person",    S("1")               },
        {"path...",   S("output/table.csv")},
        {"token",     S("no-token")        },
        {"session",   S("1")               },
        {"page",      S("index")           },
        {"letter",    S("1")               },
        {"entry",     S("0")               },
        {"commit",    S("HEAD")            },
        {"snapshot",  S("1")               },
    };
    for (isize i = 0; i < COUNT(values); i++)
        if (str_eq(name, str_from(values[i].name))) return values[i].value;
    ck_abort_msg("say what stands for {%.*s} in this test", STR(name));
    return S("");
}

// The row's path with its parameters filled in: the place's for those that `where` names, `here`'s else.
static Str path_of(Arena *a, const Route *r, const Place *p)
{
    Buf b = {.a = a};
    for (Str rest = str_from(r->path); rest.n;) {
        Str text, name;
        bool more = str_cut(rest, '{', &text, &rest);
        buf_put(&b, text);
        if (!more) break;
        str_cut(rest, '}', &name, &rest);
        buf_put(&b, value_of(p, name));
    }
    return buf_str(&b);
}

static WebAnswer ask(Matrix *m, Router *router, const Route *r, Str path, const Someone *p,
                     Str token)
{
    World *w = m->w;
    Arena *a = &w->a;
    Buf headers = {.a = a};
    Str csrf = p ? p->v.csrf : S("token-of-this-browser");
    buf_fmt(&headers,
            "Cookie: __Host-tresor=%.*s; __Host-tresor-form=token-of-this-browser\r\nOrigin: "
            "https://tresor.test\r\nX-CSRFToken: %.*s\r\n",
            STR(p ? p->cookie : S("none")), STR(csrf));
    if (token.n) buf_fmt(&headers, "Authorization: %.*s\r\n", STR(token));
    w->web.router = *router;
    Str line =
        arena_fmt(a, "%s %.*s", r->method == GET ? "GET" : method_word(r->method), STR(path));
    return web_call(&w->web, cstr(a, line), .stranger = true,
                    .headers = cstr(a, buf_str(&headers)));
}

static bool should_come_in(const Matrix *m, const Route *r, const Someone *p, const Place *place,
                           bool scoped)
{
    (void)m;
    if (r->perm == PERM_ANYONE) return true;
    if (!p || r->perm == PERM_BACKEND) return false;
    if (r->perm == PERM_SIGNED_IN) return true;
    bool staff = p->global && role_grants(p->global, PERM_STAFF);
    if (staff && r->perm == PERM_PROJECT_MEMBERSHIP_EDIT)
        return true; // they add a project's first people
    if (p->global) return role_grants(p->global, r->perm);
    return p->local && scoped && place == &m->here && role_grants(p->local, r->perm);
}

static void judge(Matrix *m, const Route *r, const Someone *p, const Place *place)
{
    Str path = path_of(&m->w->a, r, place);
    WebAnswer got = ask(m, &m->watched_router, r, path, p, S(""));
    bool in = got.status == 200 && str_eq(got.body, S("INSIDE"));
    bool should = should_come_in(m, r, p, place, r->scope != NULL);
    const char *who = p ? p->name : "nobody";
    if (in != should)
        ck_abort_msg("%s %.*s: %s %s, but got %d", method_word(r->method), STR(path), who,
                     should ? "may" : "may not", got.status);
    if (!in && got.status != 403 && got.status != 404 && !(!p && got.status == 303))
        ck_abort_msg("%s %.*s: %s is turned away with %d", method_word(r->method), STR(path), who,
                     got.status);
    if (!in && (r->flags & ROUTE_HIDE) && got.status != 404)
        ck_abort_msg("%s %.*s: a hidden row tells %s that it is there: %d", method_word(r->method),
                     STR(path), who, got.status);
}

START_TEST(every_row_lets_in_whom_it_names_and_nobody_else)
{
    Matrix *m = matrix_make();
    i64 asked = 0;
    for (isize i = 0; i < m->rooms_n; i++)
        for (isize j = 0; j < m->watched[i].n; j++)
            for (int p = -1; p < m->people_n; p++)
                for (int there = 0; there < 2; there++, asked++)
                    judge(m, &m->watched[i].v[j], p < 0 ? NULL : &m->people[p],
                          there ? &m->there : &m->here);
    ck_assert_int_gt(asked, 1000);
    world_end(m->w);
}
END_TEST

START_TEST(a_backend_comes_in_only_where_backends_do)
{
    Matrix *m = matrix_make();
    for (isize i = 0; i < m->rooms_n; i++)
        for (isize j = 0; j < m->watched[i].n; j++) {
            const Route *r = &m->watched[i].v[j];
            Str path = path_of(&m->w->a, r, &m->here);
            WebAnswer got = ask(m, &m->watched_router, r, path, NULL, m->backend_token);
            WebAnswer wrong = ask(m, &m->watched_router, r, path, NULL,
                                  S("0123456789012345678901234567890123456789"));
            bool api = r->flags & ROUTE_API, in = str_eq(got.body, S("INSIDE"));
            bool should = r->perm == PERM_ANYONE || (api && r->perm == PERM_BACKEND);
            ck_assert_msg(in == should, "%s %.*s: a backend's token got %d", method_word(r->method),
                          STR(path), got.status);
            ck_assert_msg(str_eq(wrong.body, S("INSIDE")) == (r->perm == PERM_ANYONE),
                          "%s %.*s: a wrong token got %d", method_word(r->method), STR(path),
                          wrong.status);
        }
    world_end(m->w);
}
END_TEST

START_TEST(what_is_next_door_is_not_reached_through_ones_own_door)
{
    Matrix *m = matrix_make();
    Place mixed = m->here;
    i64 asked = 0;
    mixed.release = m->there.release;
    mixed.file = m->there.file;
    mixed.request = m->there.request;
    mixed.job = m->there.job;
    for (int p = 0; p < m->people_n; p++)
        for (isize i = 0; i < m->rooms_n; i++)
            for (isize j = 0; m->people[p].local && j < m->real[i].n; j++) {
                const Route *r = &m->real[i].v[j];
                Str row = str_from(r->path);
                bool inner = str_has(row, S("{release}/")) || str_has(row, S("{request}/")) ||
                             str_has(row, S("{file}/"));
                if (!str_starts(row, S("/{org}")) || !inner || (r->flags & ROUTE_STREAM)) continue;
                Str path = path_of(&m->w->a, r, &mixed);
                WebAnswer got = ask(m, &m->router, r, path, &m->people[p], S(""));
                asked++;
                if (got.status != 404 && got.status != 400)
                    ck_abort_msg("%s %.*s: %s got %d", method_word(r->method), STR(path),
                                 m->people[p].name, got.status);
            }
    ck_assert_int_gt(asked, 15);
    world_end(m->w);
}
END_TEST

Suite *matrix_suite(void);
Suite *matrix_suite(void)
{
    Suite *suite = suite_create("matrix");
    TCase *t = tcase_create("matrix");
    tcase_set_timeout(t, 120);
    tcase_add_test(t, every_row_lets_in_whom_it_names_and_nobody_else);
    tcase_add_test(t, a_backend_comes_in_only_where_backends_do);
    tcase_add_test(t, what_is_next_door_is_not_reached_through_ones_own_door);
    suite_add_tcase(suite, t);
    return suite;
}
