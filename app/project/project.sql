-- database: server

-- one project_get(org text, project text): a project by its place in the URL
select id, slug, name, coalesce(number, 0) as "number:i64", created_at as "created_at:time", org, org_slug, org_name
  from project_full where org_slug = :org and slug = :project;

-- one project_by_id(id i64) -> ProjectGet: a project
select id, slug, name, coalesce(number, 0) as "number:i64", created_at as "created_at:time", org, org_slug, org_name
  from project_full where id = :id;

-- many project_list(org i64): the projects of an org
select p.id, p.slug, p.name, coalesce(p.number, 0) as "number:i64", p.created_at as "created_at:time",
       (select count(*) from workspace w where w.project = p.id) as "workspaces:i64",
       (select count(*) from project_member m where m.project = p.id) as "members:i64"
  from project p where p.org = :org order by p.name limit 2000;

-- many project_of_person(person i64): the projects that somebody belongs to
select p.id, p.slug, p.name, p.org_slug, p.org_name
  from project_member m join project_full p on p.id = m.project where m.person = :person order by p.name limit 500;

-- one project_name_taken(name text, slug text): is there one already
select exists (select 1 from project where name = :name or slug = :slug) as "taken:bool";

-- one project_name_of_other(id i64, name text): does another project bear this name
select exists (select 1 from project where name = :name and id <> :id) as "taken:bool";

-- one project_number_taken(number i64): is the approval number used
select exists (select 1 from project where number = :number) as "taken:bool";

-- one project_insert(org i64, slug text, name text, number i64, by i64, now time): a new project
insert into project (org, slug, name, number, created_by, created_at)
values (:org, :slug, :name, nullif(:number, 0), nullif(:by, 0), :now) returning id;

-- exec project_rename(id i64, name text): the slug stays, links keep working
update project set name = :name where id = :id;

-- many project_members(project i64): who belongs to it, with the roles held in it
select p.id, p.username, p.name, m.created_at as "created_at:time",
       coalesce((select group_concat(g.role, ', ') from role_grant g where g.person = p.id and g.project = m.project), '') as "roles:text"
  from project_member m join person p on p.id = m.person where m.project = :project order by p.username limit 1000;

-- many project_strangers(project i64): who could be added
select p.id, p.username, p.name from person p
 where p.is_active = 1 and not exists (select 1 from project_member m where m.project = :project and m.person = p.id)
 order by p.username limit 1000;

-- one project_has_member(project i64, person i64): belongs to it
select exists (select 1 from project_member where project = :project and person = :person) as "member:bool";

-- exec project_member_add(project i64, person i64, by i64, now time): belongs from now on
insert into project_member (project, person, created_by, created_at) values (:project, :person, nullif(:by, 0), :now)
    on conflict do nothing;

-- exec project_member_remove(project i64, person i64): no longer belongs
delete from project_member where project = :project and person = :person;

-- many project_workspaces(project i64): its workspaces, archived ones last
select w.name, w.repo, w.branch, w.is_archived as "is_archived:bool", w.created_at as "created_at:time"
  from workspace w where w.project = :project order by w.is_archived, w.name limit 1000;

-- many project_invitable(project i64): who could be invited: no member, not invited yet
select p.id, p.username, p.name, p.email <> '' as "has_address:bool" from person p
 where p.is_active = 1 and not exists (select 1 from project_member m where m.project = :project and m.person = p.id)
   and not exists (select 1 from project_invitation i where i.project = :project and i.person = p.id and i.accepted_at is null)
 order by p.username limit 1000;

-- one project_invitation_insert(project i64, person i64, roles text, by i64, now time): somebody is invited
insert into project_invitation (project, person, roles, created_by, created_at) values (:project, :person, :roles, :by, :now)
returning id;

-- many project_invitations_waiting(project i64): invited, not yet accepted
select i.id, p.username, p.name, i.roles, i.created_at as "created_at:time"
  from project_invitation i join person p on p.id = i.person
 where i.project = :project and i.accepted_at is null order by i.id limit 1000;

-- maybe project_invitation_by_id(project i64, id i64) -> ProjectInvitation: one of this project
select i.id, i.person, i.roles, i.created_at as "created_at:time", i.accepted_at is not null as "is_accepted:bool",
       coalesce(p.name, '') as "inviter_name:text", coalesce(p.username, '') as "inviter:text"
  from project_invitation i left join person p on p.id = i.created_by where i.project = :project and i.id = :id;

-- maybe project_invitation_of(project i64, person i64) -> ProjectInvitation: what waits for somebody here
select i.id, i.person, i.roles, i.created_at as "created_at:time", i.accepted_at is not null as "is_accepted:bool",
       coalesce(p.name, '') as "inviter_name:text", coalesce(p.username, '') as "inviter:text"
  from project_invitation i left join person p on p.id = i.created_by
 where i.project = :project and i.person = :person and i.accepted_at is null;

-- exec project_invitation_accept(id i64, now time): once
update project_invitation set accepted_at = :now where id = :id and accepted_at is null;

-- exec project_invitation_cancel(project i64, id i64): before it is accepted
delete from project_invitation where project = :project and id = :id and accepted_at is null;

-- exec project_invitation_forget(project i64, person i64, waiting bool): only one that waits, or any
delete from project_invitation where project = :project and person = :person and (accepted_at is null or not :waiting);

-- one project_person(person i64): how letters and the trail call somebody
select username, name, email <> '' as "has_address:bool", is_active as "is_active:bool" from person where id = :person;
