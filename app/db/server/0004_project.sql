-- Projects: approved work of an org; who belongs to one is here, what each may do is in role_grant (account).
-- writers project: server admin
create table project (
    id         integer primary key,
    org        integer not null references org,
    slug       text not null unique check (slug <> ''),   -- in URLs, under the org's
    name       text not null unique check (name <> ''),
    number     integer unique,                            -- as the approval names it
    created_by integer references person,
    created_at integer not null
) strict;
create index project_org on project (org);

-- writers project_member: server admin
create table project_member (
    project    integer not null references project on delete cascade,
    person     integer not null references person on delete cascade,
    created_by integer references person,
    created_at integer not null,
    primary key (project, person)
) strict, without rowid;
create index project_member_person on project_member (person);

-- An invitation becomes a membership, with these roles, when the person accepts it.
-- writers project_invitation: server admin
create table project_invitation (
    id          integer primary key,
    project     integer not null references project on delete cascade,
    person      integer not null references person on delete cascade,
    roles       text not null,                            -- JSON list of role names
    created_by  integer references person,
    created_at  integer not null,
    accepted_at integer,
    unique (project, person)
) strict;

-- A project with its org, as pages show it.
create view project_full as
select p.id, p.slug, p.name, p.number, p.created_at, o.id as org, o.slug as org_slug, o.name as org_name
  from project p join org o on o.id = p.org;
