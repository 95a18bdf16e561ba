-- database: server

-- one job_request_insert(identifier text, workspace i64, backend i64, by i64, now time, sha text, requested_actions text, force_run bool, will_notify bool, codelists_ok bool, definition text): a new request
insert into job_request (identifier, workspace, backend, created_by, created_at, sha, requested_actions, force_run, will_notify,
                         codelists_ok, definition)
values (:identifier, :workspace, :backend, :by, :now, :sha, :requested_actions, :force_run, :will_notify, :codelists_ok,
        :definition)
returning id;

-- columns of_request: what is known of a request, with the names around it
r.id, r.identifier, r.sha, r.requested_actions, r.cancelled_actions, r.force_run as "force_run:bool",
r.will_notify as "will_notify:bool", r.codelists_ok as "codelists_ok:bool", r.status, r.is_active as "is_active:bool", r.jobs,
r.jobs_succeeded, r.jobs_failed, r.created_at as "created_at:time", coalesce(r.started_at, 0) as "started_at:time",
coalesce(r.completed_at, 0) as "completed_at:time", coalesce(r.cancelled_at, 0) as "cancelled_at:time",
coalesce(r.canceller, '') as "canceller:text", r.creator, r.creator_name, r.backend, r.backend_slug, r.backend_name, r.workspace,
r.workspace_name, r.repo, r.branch, r.project, r.project_slug, r.org, r.org_slug;

-- one job_request_get(id i64) -> JobRequest: a request with the names around it
select {of_request} from job_request_full r where r.id = :id;

-- maybe job_request_maybe(id i64) -> JobRequest: a request that may not be there
select {of_request} from job_request_full r where r.id = :id;

-- maybe job_request_by_identifier(identifier text) -> JobRequest: the request that a runner speaks of
select {of_request} from job_request_full r where r.identifier = :identifier;

-- many job_request_running(person i64) -> JobRequest: somebody's own requests that are not finished
select {of_request}
  from (select id from job_request where is_active = 1 and created_by = :person order by id desc limit 20) a
  join job_request_full r on r.id = a.id order by r.id desc limit 20;

-- many job_log(lead text, before i64, workspace i64, backend i64, person i64, status text, me i64, words text, n i64) -> JobRequest: a page of the event log. `lead` names the filter that finds most quickly; the others are tested on what it finds. me 0: everybody's
with found(id) as (
  select id from (select r.id from job_request r where :lead = 'all' and r.id < :before and (:backend = 0 or r.backend = :backend)
    and (:status = '' or r.status = :status) order by r.id desc limit :n)
  union all
  select id from (select r.id from job_request r where :lead = 'backend' and r.backend = :backend and r.id < :before
    order by r.id desc limit :n)
  union all
  select id from (select r.id from job_request r where :lead = 'status' and r.status = :status and r.id < :before
    and (:backend = 0 or r.backend = :backend) order by r.id desc limit :n)
  union all
  select id from (select r.id from job_request r where :lead = 'person' and r.created_by = :person and r.id < :before
    and (:backend = 0 or r.backend = :backend) and (:status = '' or r.status = :status)
    and (:me = 0 or exists (select 1 from workspace w join project_member m on m.project = w.project
                             where w.id = r.workspace and m.person = :me)) order by r.id desc limit :n)
  union all
  select id from (select r.id from job_request r where :lead = 'workspace' and r.workspace = :workspace and r.id < :before
    and (:backend = 0 or r.backend = :backend) and (:status = '' or r.status = :status)
    and (:person = 0 or r.created_by = :person) order by r.id desc limit :n)
  union all
  select f.value from project_member m join workspace w on w.project = m.project
    join json_each((select json_group_array(x.id) from (
           select r.id from job_request r where r.workspace = w.id and r.id < :before and (:backend = 0 or r.backend = :backend)
              and (:status = '' or r.status = :status) and (:person = 0 or r.created_by = :person)
            order by r.id desc limit :n) x)) f
   where :lead = 'mine' and m.person = :me
  union all
  select id from (select r.id from job_text t join job_request r on r.id = t.rowid where :lead = 'words' and t.words match :words
    and t.rowid < :before and (:workspace = 0 or r.workspace = :workspace) and (:backend = 0 or r.backend = :backend)
    and (:status = '' or r.status = :status) and (:person = 0 or r.created_by = :person)
    and (:me = 0 or exists (select 1 from workspace w join project_member m on m.project = w.project
                             where w.id = r.workspace and m.person = :me)) order by t.rowid desc limit :n)
)
select {of_request}
  from found f join job_request_full r on r.id = f.id order by r.id desc limit :n;

-- one job_request_definition(id i64): project.yaml as it was when the request was made
select d.text from job_request r join job_definition d on d.hash = r.definition where r.id = :id;

-- exec job_definition_put(hash text, text text): kept once, however often it is asked for
insert into job_definition (hash, text) values (:hash, :text) on conflict do nothing;

-- exec job_request_cancel(id i64, actions text, now time, by i64): the whole request; only the first time counts
update job_request set cancelled_actions = :actions, cancelled_at = :now, cancelled_by = :by where id = :id and cancelled_at is null;

-- exec job_request_cancelled_set(id i64, actions text): single actions
update job_request set cancelled_actions = :actions where id = :id;

-- one job_request_facts(id i64): what the state of a request is derived from
select count(*) as "jobs:i64", count(*) filter (where j.status = 'pending') as "pending:i64",
       count(*) filter (where j.status = 'running') as "running:i64", count(*) filter (where j.status = 'succeeded') as "succeeded:i64",
       count(*) filter (where j.status = 'failed') as "failed:i64", coalesce(min(j.started_at), 0) as "started_at:time",
       coalesce(max(j.completed_at), 0) as "completed_at:time"
  from job j where j.job_request = :id;

-- exec job_request_state_set(id i64, status text, is_active bool, jobs i64, succeeded i64, failed i64, started_at time?, completed_at time?): what was derived
update job_request set status = :status, is_active = :is_active, jobs = :jobs, jobs_succeeded = :succeeded, jobs_failed = :failed,
       started_at = :started_at, completed_at = :completed_at where id = :id;

-- many job_of_request(job_request i64) -> Job: the jobs of a request in the order they were made
select id, identifier, job_request, action, status, status_code, status_message, run_command, requires_db as "requires_db:bool",
       created_at as "created_at:time", coalesce(updated_at, 0) as "updated_at:time", coalesce(started_at, 0) as "started_at:time",
       coalesce(completed_at, 0) as "completed_at:time", metrics, protections
  from job where job_request = :job_request order by id limit 20000;

-- many job_by_prefix(prefix text, beyond text) -> Job: jobs whose identifier begins so; two are enough to see that it is not unique
select id, identifier, job_request, action, status, status_code, status_message, run_command, requires_db as "requires_db:bool",
       created_at as "created_at:time", coalesce(updated_at, 0) as "updated_at:time", coalesce(started_at, 0) as "started_at:time",
       coalesce(completed_at, 0) as "completed_at:time", metrics, protections
  from job where identifier >= :prefix and identifier < :beyond order by identifier limit 2;

-- exec job_put(identifier text, job_request i64, workspace i64, backend i64, action text, status text, status_code text, status_message text, run_command text, requires_db bool, created_at time, updated_at time?, started_at time?, completed_at time?, trace_context text, metrics text, protections text): a job as the runner sees it now; a job never moves to another request, and nothing is written when nothing changed
insert into job (identifier, job_request, workspace, backend, action, status, status_code, status_message, run_command, requires_db,
                 created_at, updated_at, started_at, completed_at, trace_context, metrics, protections)
values (:identifier, :job_request, :workspace, :backend, :action, :status, :status_code, :status_message, :run_command, :requires_db,
        :created_at, :updated_at, :started_at, :completed_at, :trace_context, :metrics, :protections)
on conflict (identifier) do update set
       action = excluded.action, status = excluded.status, status_code = excluded.status_code, status_message = excluded.status_message,
       run_command = excluded.run_command, requires_db = excluded.requires_db, created_at = excluded.created_at,
       updated_at = excluded.updated_at, started_at = excluded.started_at, completed_at = excluded.completed_at,
       trace_context = excluded.trace_context, metrics = excluded.metrics, protections = excluded.protections
 where job.job_request = excluded.job_request
   and (job.updated_at is not excluded.updated_at or job.status <> excluded.status or job.status_code <> excluded.status_code
        or job.status_message <> excluded.status_message or job.started_at is not excluded.started_at
        or job.completed_at is not excluded.completed_at or job.metrics <> excluded.metrics or job.run_command <> excluded.run_command
        or job.protections <> excluded.protections or job.action <> excluded.action);

-- exec job_drop_missing(job_request i64, kept text): jobs that the runner no longer tells of; kept is a JSON list of identifiers
delete from job where job_request = :job_request and identifier not in (select value from json_each(:kept));

-- exec job_newest_take(job_request i64): the jobs of this request are the newest of their actions, unless there is a newer one
insert into job_newest (workspace, backend, action, job)
select j.workspace, j.backend, j.action, max(j.id) from job j where j.job_request = :job_request and j.action <> '__error__'
 group by j.workspace, j.backend, j.action
on conflict do update set job = excluded.job where excluded.job > job_newest.job;

-- exec job_newest_repair(workspace i64): after jobs were dropped, the ones before them count again
insert into job_newest (workspace, backend, action, job)
select j.workspace, j.backend, j.action, max(j.id) from job j where j.workspace = :workspace and j.action <> '__error__'
 group by j.workspace, j.backend, j.action on conflict do nothing;

-- many job_newest_list(workspace i64, backend i64): the newest state of every action; backend 0: anywhere
select n.action, j.status, j.status_code, j.status_message, n.backend
  from job_newest n join job j on j.id = n.job where n.workspace = :workspace and (:backend = 0 or n.backend = :backend)
 order by n.action, n.job limit 50000;

-- exec job_text_put(id i64): what a search finds this request by
insert or replace into job_text (rowid, words)
select r.id, r.identifier || ' ' || r.requested_actions || coalesce((select ' ' || group_concat(j.identifier || ' ' || j.action, ' ')
  from job j where j.job_request = r.id), '') from job_request r where r.id = :id;

-- maybe job_waiting(job_request i64): why most of the waiting jobs wait
select status_code, status_message, count(*) as "n:i64" from job where job_request = :job_request and status = 'pending'
 group by status_code order by 3 desc limit 1;

-- one job_error_of(job_request i64): what the runner said when it refused the request; empty when it did not
select coalesce(max(j.status_message), '') as "message:text" from job j where j.job_request = :job_request and j.action = '__error__';

-- one job_runtime(job_request i64): how long its finished jobs took together, in microseconds
select coalesce(sum(max(completed_at - started_at, 0)), 0) as "micros:i64" from job
 where job_request = :job_request and completed_at is not null and started_at is not null;

-- many job_people(): who ever made a request, for the filter
select p.id, p.username from person p where exists (select 1 from job_request r where r.created_by = p.id) order by p.username limit 1000;

-- maybe job_person(username text): somebody by name, for the filter
select id from person where username = :username;

-- one job_person_has_address(person i64): would a letter reach somebody
select email <> '' as "has:bool" from person where id = :person;

-- maybe job_status_before(identifier text): how a job stood before the report that is being taken
select status from job where identifier = :identifier;

-- many job_operators(): who is told when something fails that users cannot repair
select p.id from person p join role_grant g on g.person = p.id
 where g.role = 'CoreDeveloper' and g.project is null and p.is_active = 1 and p.email <> '' order by p.id limit 20;
