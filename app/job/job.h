// job: somebody asks for actions of a workspace; a site runs them and reports; everybody sees how it goes.
//
// A request is active while a site may still have to do something for it: it has no jobs yet, or one that is
// pending or running. Runners are told of active requests only. What is derived from jobs (state, counts, times)
// is kept in the request's row by job_request_refresh, which everybody calls after changing jobs.
#pragma once
#include "job/job.gen.h"
#include "job/state.h"
#include "kit/git.h"
#include "study/study.h"
#include "web/html.h"
#include "web/web.h"
#include "workspace/workspace.h"

extern const RouteList job_routes;

// Who is woken: the runner of a backend (told of new and cancelled requests), pages of one request, logs of a
// workspace, and everything that shows the newest jobs.
Str job_topic_backend(Arena *, i64 backend);
Str job_topic_request(Arena *, i64 request);
Str job_topic_workspace(Arena *, i64 workspace);
#define JOB_TOPIC_ALL S("jobs")

// "/org/project/workspace/17" + rest
Str job_request_path(Arena *, const JobRequest *, const char *rest);
Str job_path(Arena *, const JobRequest *, Str identifier);

// The project.yaml of a request or a branch, at the commit that was the branch's head when it was read, or was chosen.
typedef struct JobSource {
    Str sha;
    Str definition;     // the text
    const Study *study; // valid or not
    Str codelists; // what is wrong with the codelists; empty: nothing that the repository tells
} JobSource;
// Reads project.yaml at the head of the workspace's branch, as the repository has it now, or at a commit of that branch.
// Needs the network: call it with no connection in the hand. Failures say what the person must do.
fallible job_source_read(Req *, const WorkspaceGet *, Str commit, JobSource *);
typedef struct JobCommits {
    Str head;
    GitCommit *v; // newest first
    isize n;
    bool more; // there are older ones
} JobCommits;
// The newest commits of the branch, or those after (older than) one of them. Needs the network as well.
fallible job_source_commits(Req *, const WorkspaceGet *, Str after, isize most, JobCommits *);

typedef struct JobAsk {
    const WorkspaceGet *workspace;
    i64 backend;
    const StrList *actions; // names, or run_all
    bool force_run, will_notify;
} JobAsk;
// Makes a request for what `source` holds, notes it in the trail and wakes the backend. BAD_INPUT in the words of
// contract 3.6 when nothing or something unknown was chosen, or a database action by its name while the codelists are
// out of date. Inside a transaction of `db`.
fallible job_request_make(Req *, Db *, const JobAsk *, const JobSource *, i64 *id);

// Cancels what is not finished, of the whole request or one action; a request that nobody has taken up ends at once.
// Being too late, or cancelling twice, changes nothing. May: its creator, and holders of job_cancel.
bool job_request_may_cancel(const Req *, const JobRequest *);
fallible job_request_stop(Req *, Db *, const JobRequest *);
fallible job_stop(Req *, Db *, const JobRequest *, const Job *);

// What a runner tells of one job, checked by the dialect that read it. Texts that were absent are empty.
typedef struct JobReport {
    Str identifier, action, status, status_code, status_message, run_command;
    bool requires_db;
    Time created_at, updated_at, started_at, completed_at; // 0: null
    Str trace_context, metrics, protections;               // JSON
} JobReport;
// All jobs of one request as its runner has them now: new ones are made, known ones updated, the others dropped.
// Posts events, and writes the mail when this finished the request. Inside a transaction of `db`.
fallible job_request_take_report(Req *, Db *, const JobRequest *, const JobReport *, isize n);
fallible job_request_refresh(Db *, Arena *, Time now, i64 id);

// Why nothing happens, in one sentence; empty when it does (pages and commands).
fallible job_request_why(Db *, Arena *, Time now, const JobRequest *, Str *out);
fallible job_why(Db *, Arena *, Time now, const JobRequest *, const Job *, Str *out);

// What other pages show: what runs now for somebody, the newest requests, the newest of a workspace.
fallible job_panel_running(Req *, Html *out);
fallible job_panel_newest(Req *, i64 workspace, isize n, Html *out);
