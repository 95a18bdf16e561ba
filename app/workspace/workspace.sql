-- database: server

-- columns of_workspace: what is known of a workspace
id, name, repo, branch, purpose, repo_token, token_hint, is_archived as "is_archived:bool", should_notify as "should_notify:bool",
created_at as "created_at:time", coalesce(creator, '') as "creator:text", project, project_slug, project_name, org, org_slug, org_name;

-- one workspace_get(org text, project text, workspace text): a workspace by its place in the URL
select {of_workspace} from workspace_full where org_slug = :org and project_slug = :project and name = :workspace;

-- one workspace_by_id(id i64) -> WorkspaceGet: a workspace
select {of_workspace} from workspace_full where id = :id;

-- maybe workspace_by_name(name text) -> WorkspaceGet: names are unique everywhere
select {of_workspace} from workspace_full where name = :name;

-- many workspace_of_person(person i64) -> WorkspaceRow: the workspaces of somebody's projects
select w.id, w.name, w.repo, w.branch, w.created_at as "created_at:time", w.project_slug, w.project_name, w.org_slug
  from project_member m join workspace_full w on w.project = m.project
 where m.person = :person and w.is_archived = 0 order by w.name limit 500;

-- many workspace_list(q text) -> WorkspaceRow: all workspaces that are not archived, for lists and filters
select w.id, w.name, w.repo, w.branch, w.created_at as "created_at:time", w.project_slug, w.project_name, w.org_slug
  from workspace_full w where w.is_archived = 0 and (:q = '' or instr(w.name, lower(:q)) > 0) order by w.name limit 1000;

-- one workspace_name_taken(name text): is there one already
select exists (select 1 from workspace where name = :name) as "taken:bool";

-- one workspace_insert(project i64, name text, repo text, branch text, by i64, now time): a new workspace
insert into workspace (project, name, repo, branch, created_by, created_at)
values (:project, :name, :repo, :branch, nullif(:by, 0), :now) returning id;

-- exec workspace_archive_set(id i64, is_archived bool): archived ones take no new requests
update workspace set is_archived = :is_archived where id = :id;

-- exec workspace_notify_set(id i64, should_notify bool): the default of the run page
update workspace set should_notify = :should_notify where id = :id;

-- exec workspace_token_store(id i64, sealed text, hint text): for private repositories
update workspace set repo_token = :sealed, token_hint = :hint where id = :id;
