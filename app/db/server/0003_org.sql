-- Organisations: who the people of a project work for.
-- writers org: server admin
create table org (
    id          integer primary key,
    slug        text not null unique check (slug <> ''),  -- in URLs
    name        text not null unique check (name <> ''),
    description text not null default '',
    created_by  integer references person,
    created_at  integer not null                          -- microseconds since 1970
) strict;

-- Members may make projects in their org.
-- writers org_member: server admin
create table org_member (
    org        integer not null references org on delete cascade,
    person     integer not null references person on delete cascade,
    created_by integer references person,
    created_at integer not null,
    primary key (org, person)
) strict, without rowid;
create index org_member_person on org_member (person);
