// pages: the compiled pages of job/ and what they show.
#pragma once
#include "backend/backend.h"
#include "job/dag.h"
#include "job/job.h"
#include "job/script.h"
#include "job/timeline.h"

// A page of the event log, or the log of a workspace.
typedef struct JobLogPage {
    JobRequestList requests;
    isize shown;       // of them; one more means that there are older ones
    i64 open;          // the request whose jobs are unfolded, or 0
    JobList jobs;      // of it
    bool is_workspace; // one workspace only: its column is left out
    const WorkspaceGet *workspace;
    Str path, live; // of this page; of its event stream, empty for older pages
    Str kept;       // the filters as a query: "&status=failed", for links to other pages
    Str q, status, backend, person, in_workspace; // the filters
    bool mine, may_run;                           // may_run: jobs of this workspace
    Str hint;                                     // what is wrong with the search, or empty
    BackendGetList backends;
    JobPeople people;
    WorkspaceRowList workspaces;
    Time now;
} JobLogPage;
void job_log_page(Buf *, const JobLogPage *);
void job_log_rows(Buf *, const JobLogPage *); // the part that is live

typedef struct JobRequestPage {
    const JobRequest *r;
    const JobList *jobs;
    isize shown; // of the jobs
    Str why;     // nothing happens
    Str error;   // the runner refused the request
    Dag dag;
    Timeline timeline;
    i64 runtime;
    StrList actions, cancelled; // requested; to be cancelled
    Str definition;             // as much of project.yaml as is shown
    ScriptText pipeline;        // the same, with links
    bool definition_cut, may_cancel, may_run, is_full;
    Html csrf;
    Time now;
} JobRequestPage;
void job_request_page(Buf *, const JobRequestPage *);
void job_request_live(Buf *, const JobRequestPage *);

typedef struct JobWall {
    Str name, say;
    bool on;
} JobWall;
typedef struct JobMetric {
    const char *name;
    Str value;
} JobMetric;
typedef struct JobPage {
    const JobRequest *r;
    const Job *job;
    Str why;
    bool may_cancel, is_cancelled, is_stale; // is_cancelled: somebody asked for it
    const JobWall *walls;
    isize walls_n;
    ScriptText command; // what was run, with links
    JobMetric metrics[4];
    isize metrics_n;
    Html csrf;
    Time now;
} JobPage;
void job_page(Buf *, const JobPage *);
void job_live(Buf *, const JobPage *);

// What the run page knows of one action.
typedef struct JobChoice {
    Str name, needs; // "a, b", sorted
    isize needs_n;
    bool database, chosen;
    struct JobLast {
        Str backend, word; // of its newest job there
    } * last;
    isize last_n;
} JobChoice;
typedef struct JobRunPage {
    const WorkspaceGet *workspace;
    Str sha;
    Str path;              // of this page
    bool chosen, may_pick; // chosen: this commit, whatever the newest is
    const Study *study;    // NULL: it could not be read
    Str failure;           // why not
    Str problem;           // of the form that came back
    Str codelists;         // what is wrong with them, or empty
    const JobChoice *choices;
    isize choices_n;
    BackendGetList backends;
    Str backend; // chosen
    bool force_run, will_notify, has_address;
    const JobRequest *latest; // or NULL
    Html csrf;
    Time now;
} JobRunPage;
void job_run_page(Buf *, const JobRunPage *);

typedef struct JobPickPage {
    const WorkspaceGet *workspace;
    JobCommits commits;
    Str after;   // the page shows what is older than this; empty: the newest
    Str failure; // why there is nothing
    Time now;
} JobPickPage;
void job_pick_page(Buf *, const JobPickPage *);

void job_commit(Buf *, Str repo, Str sha); // short, with a link where the host is known
void job_dag(Buf *, const Dag *);
void job_timeline(Buf *, const Timeline *);
