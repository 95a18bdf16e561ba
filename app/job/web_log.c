// The event log of all workspaces and the log of one: filtered, paged by the last request seen, live on its first page.
#include "base/encode.h"
#include "base/str.h"
#include "job/pages.h"
#include "job/rows.h"
#include "job/text.h"
#include "web/event.h"
#include "web/frame.h"

enum { PAGE = 50, WORDS_LEAST = 3 };

typedef struct LogFilter {
    i64 before, workspace, backend, person, me;
    Str status, words;
    bool impossible; // names something that does not exist: nothing is found
} LogFilter;

// The filter that leaves least to look through. Each word is a branch of the query job_log.
static Str filter_lead(const LogFilter *f)
{
    if (f->words.n) return S("words");
    if (f->workspace) return S("workspace");
    if (f->person) return S("person");
    if (f->me) return S("mine");
    if (f->status.n) return S("status");
    if (f->backend) return S("backend");
    return S("all");
}

// One phrase: what was typed is looked for as it is.
static Str phrase(Arena *a, Str q)
{
    return arena_fmt(a, "\"%.*s\"", STR(str_replace(a, q, S("\""), S("\"\""))));
}

static void keep(Req *q, Buf *b, const char *name, Str value)
{
    if (value.n) buf_fmt(b, "&%s=%.*s", name, STR(percent_encode(q->a, value)));
}

static void page_filters(Req *q, JobLogPage *p)
{
    p->q = str_trim(str_take(req_query(q, "q"), 200));
    p->status = req_query(q, "status");
    p->backend = req_query(q, "backend");
    p->person = req_query(q, "person");
    p->in_workspace = req_query(q, "workspace");
    p->mine = req_query(q, "mine").n && q->who.id;
    Buf b = {.a = q->a};
    keep(q, &b, "q", p->q);
    keep(q, &b, "status", p->status);
    keep(q, &b, "backend", p->backend);
    keep(q, &b, "person", p->person);
    keep(q, &b, "workspace", p->in_workspace);
    if (p->mine) keep(q, &b, "mine", S("yes"));
    p->kept = buf_str(&b);
}

static bool status_is_offered(Str status)
{
    for (isize i = 0; i < job_log_states_n; i++)
        if (str_eq(status, str_from(job_log_states[i]))) return true;
    return false;
}

static fallible find_workspace(Req *q, JobLogPage *p, LogFilter *f)
{
    bool found = true;
    WorkspaceGet w;
    if (p->workspace) f->workspace = p->workspace->id;
    if (p->workspace || !p->in_workspace.n) return NULL;
    TRY(workspace_by_name(q->db, q->a, p->in_workspace, &w, &found));
    f->workspace = w.id;
    f->impossible = f->impossible || !found;
    return NULL;
}

static fallible find_names(Req *q, JobLogPage *p, LogFilter *f)
{
    bool found = true;
    JobPerson who = {0};
    TRY(backend_list(q->db, q->a, &p->backends));
    for (isize i = 0; i < p->backends.n; i++)
        if (str_eq(p->backends.v[i].slug, p->backend)) f->backend = p->backends.v[i].id;
    if (p->person.n) TRY(job_person(q->db, q->a, p->person, &who, &found));
    f->person = who.id;
    f->impossible = !found || (p->backend.n && !f->backend);
    return find_workspace(q, p, f);
}

static void find_words(Req *q, JobLogPage *p, LogFilter *f)
{
    if (p->q.n >= WORDS_LEAST)
        f->words = phrase(q->a, p->q);
    else if (p->q.n)
        p->hint = S("A search needs at least three letters or digits; this one was left out.");
}

// A number that is typed into the search may be a request's own.
static fallible find_number(Req *q, JobLogPage *p)
{
    i64 id;
    bool found;
    JobRequest r;
    if (!str_i64(p->q, &id)) return NULL;
    TRY(job_request_maybe(q->db, q->a, id, &r, &found));
    if (found)
        p->hint = arena_fmt(
            q->a, "There is a request with the number %lld, in workspace %.*s: /job-requests/%lld/",
            (long long)id, STR(r.workspace_name), (long long)id);
    return NULL;
}

static fallible log_read(Req *q, JobLogPage *p)
{
    LogFilter f = {.before = req_query_i64(q, "before", INT64_MAX), .me = p->mine ? q->who.id : 0};
    if (status_is_offered(p->status)) f.status = p->status;
    p->now = q->now;
    TRY(find_names(q, p, &f));
    find_words(q, p, &f);
    TRY(find_number(q, p));
    if (!f.impossible)
        TRY(job_log(q->db, q->a, filter_lead(&f), f.before, f.workspace, f.backend, f.person,
                    f.status, f.me, f.words, PAGE + 1, &p->requests));
    p->shown = p->requests.n < PAGE ? p->requests.n : PAGE;
    p->open = req_query_i64(q, "open", 0);
    return p->open ? job_of_request(q->db, q->a, p->open, &p->jobs) : NULL;
}

static void page_places(Req *q, JobLogPage *p, Str path)
{
    p->path = path;
    bool first = !req_query(q, "before").n;
    i64 open = req_query_i64(q, "open", 0);
    Str unfolded = open ? arena_fmt(q->a, "&open=%lld", (long long)open) : S("");
    if (first)
        p->live =
            arena_fmt(q->a, "%.*slive?%.*s", STR(path),
                      STR(str_skip(arena_fmt(q->a, "%.*s%.*s", STR(unfolded), STR(p->kept)), 1)));
}

static fallible log_page(Req *q, JobLogPage *p, Str title)
{
    TRY(log_read(q, p));
    if (!p->workspace) {
        TRY(job_people(q->db, q->a, &p->people));
        TRY(workspace_list(q->db, q->a, S(""), &p->workspaces));
    } else {
        p->may_run =
            !p->workspace->is_archived &&
            req_may_in(q, PERM_JOB_RUN,
                       (Scope){.org = p->workspace->org, .project = p->workspace->project});
    }
    frame_head(q, title);
    job_log_page(&q->answer.body, p);
    frame_foot(q);
    return NULL;
}

fallible job_log_get(Req *q)
{
    JobLogPage p = {0};
    page_filters(q, &p);
    page_places(q, &p, S("/event-log/"));
    return log_page(q, &p, S("Event log"));
}

static fallible log_render(Req *q)
{
    JobLogPage p = {0};
    page_filters(q, &p);
    page_places(q, &p, S("/event-log/"));
    TRY(log_read(q, &p));
    job_log_rows(&q->answer.body, &p);
    return NULL;
}

fallible job_log_live(Req *q)
{
    return event_stream(q, JOB_TOPIC_ALL, log_render);
}

fallible job_log_moved(Req *q)
{
    return answer_redirect(q, S("/event-log/"));
}

static fallible workspace_page(Req *q, WorkspaceGet *w, JobLogPage *p)
{
    TRY(workspace_of(q, w));
    p->workspace = w;
    p->is_workspace = true;
    page_filters(q, p);
    page_places(q, p, workspace_path(q->a, w, "/logs/"));
    return NULL;
}

fallible workspace_log_get(Req *q)
{
    WorkspaceGet w;
    JobLogPage p = {0};
    TRY(workspace_page(q, &w, &p));
    return log_page(q, &p, arena_fmt(q->a, "Logs of %.*s", STR(w.name)));
}

static fallible workspace_log_render(Req *q)
{
    WorkspaceGet w;
    JobLogPage p = {0};
    TRY(workspace_page(q, &w, &p));
    TRY(log_read(q, &p));
    job_log_rows(&q->answer.body, &p);
    return NULL;
}

static fallible workspace_topic(Req *q, Str *out)
{
    WorkspaceGet w;
    q->db = req_db_take(q, DB_READ_ONLY);
    Err *e = workspace_of(q, &w);
    req_db_give(q, q->db);
    q->db = NULL;
    if (!e) *out = job_topic_workspace(q->a, w.id);
    return e;
}

fallible workspace_log_live(Req *q)
{
    Str topic;
    TRY(workspace_topic(q, &topic));
    return event_stream(q, topic, workspace_log_render);
}
