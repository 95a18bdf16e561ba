-- database: site

-- many runner_requests_to_tell() -> RunnerRequest: whose jobs the next message to the server carries
select id, workspace, original, is_listed as "is_listed:bool", revision, told from runner_request r
where is_listed = 1 or revision > told
   or exists (select 1 from runner_job j where j.request = r.id and j.is_open = 1)
order by received_at, id limit 10000;

-- maybe runner_request_by_id(id text) -> RunnerRequest: was this request seen before
select id, workspace, original, is_listed as "is_listed:bool", revision, told from runner_request where id = :id;

-- exec runner_request_add(id text, workspace text, original text, now time): a request arrived
insert into runner_request (id, workspace, original, received_at, is_listed) values (:id, :workspace, :original, :now, 1);

-- exec runner_request_list(id text): the server names it as active
update runner_request set is_listed = 1 where id = :id and is_listed = 0;

-- exec runner_request_unlist_all(): before the names of a new answer are marked
update runner_request set is_listed = 0 where is_listed = 1;

-- many runner_requests_listed(): what the server's last answer named
select id from runner_request where is_listed = 1 order by id limit 100000;

-- exec runner_request_changed(id text): the server should hear of a change
update runner_request set revision = revision + 1 where id = :id;

-- exec runner_request_told(id text, revision i64): the server has acknowledged what it was told
update runner_request set told = :revision where id = :id and told < :revision;

-- one runner_untold(): is there anything the server does not know, or lists although it has ended
select (select count(*) from runner_request where revision > told) as "untold:i64",
       (select count(*) from runner_request where is_listed = 1) as "listed:i64",
       (select count(*) from runner_request r where r.is_listed = 1 and not exists
           (select 1 from runner_job j where j.request = r.id and j.is_open = 1)) as "stale:i64";

-- one runner_place(): the next place in the order of jobs
select coalesce(max(place), 0) + 1 as "place:i64" from runner_job;

-- exec runner_job_add(id text, request text, place i64, workspace text, action text, state text, code text, message text, repo_url text, commit_sha text, code_url text, code_commit text, branch text, database_name text, requires_db bool, run_command text, words text, needs text, waits text, spec text, trace text, is_open bool, now time, ended_at time?): a job is made
insert into runner_job (id, request, place, workspace, action, state, code, message, repo_url, commit_sha, code_url,
    code_commit, branch, database_name, requires_db, run_command, words, needs, waits, spec, trace, is_open, created_at,
    updated_at, started_at, completed_at)
values (:id, :request, :place, :workspace, :action, :state, :code, :message, :repo_url, :commit_sha, :code_url,
    :code_commit, :branch, :database_name, :requires_db, :run_command, :words, :needs, :waits, :spec, :trace, :is_open,
    :now, :now, :ended_at, :ended_at);

-- columns of_job: what is known of a job
id, request, place, workspace, action, state, code, message, repo_url, commit_sha, code_url, code_commit, branch,
database_name, requires_db as "requires_db:bool", run_command, words, needs, waits, spec, outputs, cancelled,
protections, metrics, trace, created_at as "created_at:time", updated_at as "updated_at:time",
started_at as "started_at:time?", completed_at as "completed_at:time?";

-- many runner_jobs_of(request text) -> RunnerJob: what the server is told about a request
select {of_job}
from runner_job where request = :request order by place limit 10000;

-- many runner_jobs_open() -> RunnerJob: what the loop looks after
select {of_job}
from runner_job where is_open = 1 order by place limit 100000;

-- maybe runner_job_by_id(id text) -> RunnerJob: one job
select {of_job}
from runner_job where id = :id;

-- many runner_jobs_like(part text) -> RunnerJob: jobs whose id holds this text, newest first
select {of_job}
from runner_job where instr(id, :part) > 0 order by place desc limit 100;

-- many runner_jobs_latest(workspace text) -> RunnerJob: the newest job of every action that was not cancelled
select {of_job}
from runner_job j where workspace = :workspace and cancelled = '' and action <> '__error__'
    and place = (select max(place) from runner_job k where k.workspace = j.workspace and k.action = j.action
                 and k.cancelled = '')
order by place limit 100000;

-- maybe runner_outputs_latest(workspace text, action text): the files of the newest job of an action that ended well enough to have any
select id, outputs, state from runner_job
where workspace = :workspace and action = :action and cancelled = '' order by place desc limit 1;

-- maybe runner_outputs_before(workspace text, action text, place i64): the files of the run before this one
select id, outputs from runner_job
where workspace = :workspace and action = :action and cancelled = '' and place < :place and is_open = 0
order by place desc limit 1;

-- maybe runner_job_state(id text): how a job that others wait for stands
select state from runner_job where id = :id;

-- exec runner_job_move(id text, was text, code text, state text, message text, is_open bool, started_at time?, completed_at time?, now time): moves only from the code the reader saw
update runner_job set code = :code, state = :state, message = :message, is_open = :is_open, started_at = :started_at,
    completed_at = coalesce(completed_at, :completed_at), updated_at = :now
where id = :id and code = :was;

-- exec runner_job_results(id text, outputs text, metrics text): what a job produced, with its last move
update runner_job set outputs = :outputs, metrics = :metrics where id = :id;

-- exec runner_job_protections(id text, protections text): which walls of the box are on
update runner_job set protections = :protections where id = :id;

-- exec runner_job_cancel(id text, who text, now time): somebody wants it to end; the loop acts
update runner_job set cancelled = :who, completed_at = :now where id = :id and is_open = 1 and cancelled = '';

-- exec runner_jobs_cancel(request text, action text, now time): a person cancelled an action of a request
update runner_job set cancelled = 'user', completed_at = :now
where request = :request and action = :action and is_open = 1 and cancelled = '';

-- many runner_flags(): for the server, the loop and the operator
select name, value, since as "since:time" from runner_flag order by name limit 1000;

-- exec runner_flag_set(name text, value text?, now time): the same value again keeps its time
insert into runner_flag (name, value, since) values (:name, :value, :now)
on conflict (name) do update set value = excluded.value, since = excluded.since
where runner_flag.value is not excluded.value;
