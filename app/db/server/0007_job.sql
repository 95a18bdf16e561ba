-- The project.yaml of requests, each text once: most requests of a workspace have the same.
-- writers job_definition: server admin
create table job_definition (
    hash text primary key,                                 -- SHA-256
    text text not null
) strict, without rowid;

-- Job requests: somebody asked for actions of a workspace at one commit to run on one backend.
-- writers job_request: server admin
create table job_request (
    id                 integer primary key,
    identifier         text not null unique,               -- 16 characters of base32, what runners know
    workspace          integer not null references workspace,
    backend            integer not null references backend,
    created_by         integer not null references person,
    created_at         integer not null,
    sha                text not null,                      -- the commit
    requested_actions  text not null,                      -- JSON list
    cancelled_actions  text not null default '[]',         -- JSON list
    cancelled_at       integer,                            -- the whole request; jobs that appear later are cancelled too
    cancelled_by       integer references person,
    force_run          integer not null check (force_run in (0, 1)), -- dependencies too
    will_notify        integer not null check (will_notify in (0, 1)),
    codelists_ok       integer not null default 1 check (codelists_ok in (0, 1)),
    definition         text not null references job_definition, -- project.yaml as it was
    -- Kept by job/ whenever jobs change, so that lists and filters never count.
    status             text not null default 'unknown'
                       check (status in ('unknown', 'pending', 'running', 'succeeded', 'failed', 'cancelled')),
    is_active          integer not null default 1 check (is_active in (0, 1)), -- runners are told of it
    jobs               integer not null default 0,
    jobs_succeeded     integer not null default 0,
    jobs_failed        integer not null default 0,
    started_at         integer,
    completed_at       integer
) strict;
create index job_request_active    on job_request (backend, id desc) where is_active = 1;
-- Each holds what the log filters by, so that looking through a long history reads the index alone.
create index job_request_workspace on job_request (workspace, id desc, status, backend, created_by);
create index job_request_backend   on job_request (backend, id desc, status);
create index job_request_status    on job_request (status, id desc, backend);
create index job_request_person    on job_request (created_by, id desc, status, backend, workspace);

-- Jobs: one action each, as the runner reports them.
-- writers job: server admin
create table job (
    id             integer primary key,
    identifier     text not null unique,
    job_request    integer not null references job_request on delete cascade,
    workspace      integer not null references workspace,  -- of its request; here for the status table of a workspace
    backend        integer not null references backend,    -- of its request
    action         text not null,
    status         text not null check (status in ('pending', 'running', 'succeeded', 'failed')),
    status_code    text not null default '',
    status_message text not null default '',
    run_command    text not null default '',
    requires_db    integer not null default 0 check (requires_db in (0, 1)),
    created_at     integer not null,
    updated_at     integer,
    started_at     integer,
    completed_at   integer,
    trace_context  text not null default '{}',             -- JSON
    metrics        text not null default '{}',             -- JSON
    protections    text not null default '[]'              -- JSON: which walls of the box were on; Tresor's runner tells
) strict;
create index job_request_jobs  on job (job_request, id);
create index job_latest        on job (workspace, action, backend, id desc);

-- The newest job of every action ever run in a workspace, so that its status table never grows with history.
-- writers job_newest: server admin
create table job_newest (
    workspace integer not null references workspace on delete cascade,
    backend   integer not null references backend,
    action    text not null,
    job       integer not null references job on delete cascade,
    primary key (workspace, backend, action)
) strict, without rowid;
create index job_newest_job on job_newest (job);

-- What a search finds a request by: its identifier, and the actions and identifiers of its jobs. rowid: the request.
-- writers job_text: server admin
-- writers job_text_data: server admin
-- writers job_text_idx: server admin
-- writers job_text_docsize: server admin
-- writers job_text_config: server admin
create virtual table job_text using fts5 (words, content = '', contentless_delete = 1, tokenize = 'trigram');

create view job_request_full as
select r.id, r.identifier, r.sha, r.requested_actions, r.cancelled_actions, r.force_run, r.will_notify, r.codelists_ok,
       r.status, r.is_active, r.jobs, r.jobs_succeeded, r.jobs_failed, r.created_at, r.started_at, r.completed_at,
       r.cancelled_at, c.username as canceller, p.id as creator, p.username as creator_name,
       b.id as backend, b.slug as backend_slug, b.name as backend_name,
       w.id as workspace, w.name as workspace_name, w.repo, w.branch,
       j.id as project, j.slug as project_slug, o.id as org, o.slug as org_slug
  from job_request r join workspace w on w.id = r.workspace join project j on j.id = w.project join org o on o.id = j.org
  join backend b on b.id = r.backend join person p on p.id = r.created_by left join person c on c.id = r.cancelled_by;
