-- The runner's own record: which requests it was given, the jobs it made of them, and the operator's flags.
-- writers runner_request: runner admin
-- writers runner_job: runner admin
-- writers runner_flag: runner admin

-- Requests as the server sent them.
create table runner_request (
    id          text primary key,                       -- the server's identifier
    workspace   text not null,
    original    text not null,                          -- the whole request, JSON, without a repository token
    received_at integer not null,
    is_listed   integer not null check (is_listed in (0, 1)), -- the server's last answer named it
    revision    integer not null default 1,             -- grows with every change of a job that the server should hear of
    told        integer not null default 0              -- the revision the server has acknowledged
) strict, without rowid;
create index runner_request_listed on runner_request (is_listed) where is_listed = 1;
create index runner_request_untold on runner_request (id) where revision > told;

-- Jobs: one action each. Final ones stay: they say what later requests may skip and which files are whose.
create table runner_job (
    id              text primary key,                   -- made of request and action, so never made twice
    request         text not null references runner_request,
    place           integer not null,                   -- order of creation over all requests
    workspace       text not null,
    action          text not null,
    is_open         integer not null check (is_open in (0, 1)), -- pending or running
    state           text not null check (state in ('pending', 'running', 'succeeded', 'failed')),
    code            text not null,                      -- a row of runner/states.h
    message         text not null,
    repo_url        text not null default '',           -- of the study
    commit_sha      text not null default '',
    code_url        text not null default '',           -- where the code comes from: the study's or a reusable action's
    code_commit     text not null default '',
    branch          text not null default '',
    database_name   text not null default '',
    requires_db     integer not null default 0 check (requires_db in (0, 1)),
    run_command     text not null default '',           -- as the server shows it; empty for jobs without a program
    words           text not null default '[]',         -- JSON list: image:tag, then its arguments
    needs           text not null default '[]',         -- JSON list of actions whose outputs it reads
    waits           text not null default '[]',         -- JSON list of jobs that must succeed before
    spec            text not null default '{}',         -- JSON {level: {id: pattern}}
    outputs         text not null default '{}',         -- JSON {file: level}: what it produced
    cancelled       text not null default '' check (cancelled in ('', 'user', 'admin')),
    protections     text not null default '[]',         -- JSON: which walls of the box were on
    metrics         text not null default '{}',         -- JSON {name: number}
    trace           text not null default '{}',         -- JSON, the trace context
    created_at      integer not null,
    updated_at      integer not null,
    started_at      integer,
    completed_at    integer
) strict, without rowid;
create index runner_job_request on runner_job (request, place);
create index runner_job_open    on runner_job (place) where is_open = 1;
create index runner_job_latest  on runner_job (workspace, action, place desc);

-- Flags: "paused", "mode"; the server is told of them with every call.
create table runner_flag (
    name  text primary key,
    value text,                                         -- null: cleared
    since integer not null
) strict, without rowid;
