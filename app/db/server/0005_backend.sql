-- Backends: the sites that hold data and can run things.
-- writers backend: server admin
create table backend (
    id            integer primary key,
    slug          text not null unique check (slug <> ''),
    name          text not null check (name <> ''),
    token_hash    text not null unique,                   -- SHA-256 of the runner's token; the token is shown once
    token_hint    text not null,                          -- its last four characters
    level_4_url   text not null default '',               -- where the airlock of this site is, for people inside it
    is_active     integer not null default 1 check (is_active in (0, 1)), -- only active ones cause warnings
    alert_after   integer not null default 300000000,     -- microseconds without a word until it counts as missing
    last_seen_at  integer,                                -- the runner's last authenticated call
    flags         text not null default '{}',             -- the runner's last Flags header
    created_by    integer references person,
    created_at    integer not null
) strict;

-- May run jobs there, and act there (release files).
-- writers backend_member: server admin
create table backend_member (
    backend    integer not null references backend on delete cascade,
    person     integer not null references person on delete cascade,
    created_by integer references person,
    created_at integer not null,
    primary key (backend, person)
) strict, without rowid;
create index backend_member_person on backend_member (person);
