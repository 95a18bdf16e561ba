-- Backends: the sites that hold data and can run things.
-- writers backend: server admin
create table backend (
    id            integer primary key,
    slug          text not null unique check (slug <> ''),
    name          text not null check (name <> ''),
    level_4_url   text not null default '',               -- where the airlock of this site is, for people inside it
    is_active     integer not null default 1 check (is_active in (0, 1)), -- only active ones cause warnings
    alert_after   integer not null default 300000000,     -- microseconds without a word until it counts as missing
    last_seen_at  integer,                                -- the runner's last authenticated call
    flags         text not null default '{}',             -- the runner's last Flags header
    created_by    integer references person,
    created_at    integer not null
) strict;

-- What a backend proves itself with. There may be several: one for each place that was enrolled, and for a while the
-- old one beside the new.
-- writers backend_token: server admin
create table backend_token (
    id          integer primary key,
    backend     integer not null references backend on delete cascade,
    hash        text not null unique,                     -- SHA-256 of the token; the token is shown once, or never seen
    hint        text not null,                            -- its last four characters
    created_by  integer references person,
    created_at  integer not null,
    used_at     integer,                                  -- its first use
    ends_at     integer,                                  -- void from then on
    replaced_by integer references backend_token          -- void as soon as that one was used
) strict;
create index backend_token_backend on backend_token (backend);
create index backend_token_replaced on backend_token (replaced_by);

-- One-time invitations of sites.
-- writers backend_invite: server admin
create table backend_invite (
    id          integer primary key,
    backend     integer not null references backend on delete cascade,
    secret_hash text not null unique,
    created_by  integer references person,
    created_at  integer not null,
    expires_at  integer not null,
    token       integer references backend_token,         -- that came of it; null: nobody has taken it up
    used_at     integer
) strict;
create index backend_invite_backend on backend_invite (backend);

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
