-- database: server

-- many opensafely_active(backend i64): what a runner is told: newest first, all of it, because runners read one page only
select r.id, r.identifier, r.sha, r.requested_actions, r.cancelled_actions, r.force_run as "force_run:bool",
       r.codelists_ok as "codelists_ok:bool", r.created_at as "created_at:time", r.jobs, p.username as creator, b.slug as backend,
       w.id as workspace, w.name, w.repo, w.branch, w.repo_token <> '' as "is_private:bool", w.created_at as "workspace_created_at:time",
       coalesce(c.username, '') as "workspace_creator:text", j.slug as project, o.slug as org,
       (select count(*) from json_each(r.cancelled_actions) x join job k on k.job_request = r.id and k.action = x.value
         where k.status in ('pending', 'running')) as "untold:i64"
  from job_request r join backend b on b.id = r.backend join person p on p.id = r.created_by join workspace w on w.id = r.workspace
  join project j on j.id = w.project join org o on o.id = j.org left join person c on c.id = w.created_by
 where r.backend = :backend and r.is_active = 1 order by r.id desc limit 100000;

-- many opensafely_statuses_of(workspace i64, backend text): the newest state of every action ever run, on one backend or anywhere
select n.action, j.status from job_newest n join job j on j.id = n.job join backend b on b.id = n.backend
 where n.workspace = :workspace and (:backend = '' or b.slug = :backend)
   and n.job = (select max(m.job) from job_newest m join backend d on d.id = m.backend
                 where m.workspace = :workspace and m.action = n.action and (:backend = '' or d.slug = :backend))
 order by n.action limit 50000;

-- maybe opensafely_person(username text): somebody by the name that clients use
select id from person where username = :username and is_active = 1;

-- many opensafely_roles(person i64): the roles somebody holds: globally (project is empty) and in projects
select g.role, coalesce(p.slug, '') as "project:text" from role_grant g left join project p on p.id = g.project
 where g.person = :person order by p.slug, g.role limit 5000;

-- many opensafely_orgs(person i64): the orgs somebody belongs to
select o.slug from org_member m join org o on o.id = m.org where m.person = :person order by o.slug limit 500;

-- many opensafely_projects(person i64): the projects somebody belongs to
select p.slug from project_member m join project p on p.id = m.project where m.person = :person order by p.slug limit 2000;
