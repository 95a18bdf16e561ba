-- Workspaces: a repository and a branch in a project. Names are unique everywhere, because sites keep outputs by name.
-- writers workspace: server admin
create table workspace (
    id            integer primary key,
    project       integer not null references project,
    name          text not null unique check (name <> ''), -- lower case, in URLs and folder names
    repo          text not null,                           -- https, http or file URL
    branch        text not null,
    purpose       text not null default '',
    repo_token    text not null default '',                -- sealed with the installation's key; for private repositories
    token_hint    text not null default '',                -- its last four characters
    is_archived   integer not null default 0 check (is_archived in (0, 1)),
    should_notify integer not null default 0 check (should_notify in (0, 1)),
    created_by    integer references person,
    created_at    integer not null
) strict;
create index workspace_project on workspace (project);

-- A workspace with its project and org, as pages show it.
create view workspace_full as
select w.id, w.name, w.repo, w.branch, w.purpose, w.repo_token, w.token_hint, w.is_archived, w.should_notify, w.created_at,
       c.username as creator, p.id as project, p.slug as project_slug, p.name as project_name,
       o.id as org, o.slug as org_slug, o.name as org_name
  from workspace w join project p on p.id = w.project join org o on o.id = p.org left join person c on c.id = w.created_by;
