-- People and how they prove who they are.
-- writers person: server admin
create table person (
    id            integer primary key,
    username      text not null unique check (username <> ''), -- lower case, in URLs and in clients' headers
    name          text not null default '',                    -- full name
    email         text not null default '',                    -- where notifications go
    password_hash text not null default '',                    -- argon2id; empty: signs in by link only
    is_active     integer not null default 1 check (is_active in (0, 1)),
    failed_logins integer not null default 0,                  -- in a row, for throttling
    locked_until  integer,                                     -- no sign-in before this moment
    created_by    integer references person,
    created_at    integer not null,
    last_login_at integer
) strict;

-- Roles: global when project is null, else in that project only (contract 1.6).
-- writers role_grant: server admin
create table role_grant (
    id         integer primary key,
    person     integer not null references person on delete cascade,
    role       text not null,                                  -- a word of account/role.c: "ProjectDeveloper"
    project    integer references project on delete cascade,
    created_by integer references person,
    created_at integer not null
) strict;
create unique index role_grant_global on role_grant (person, role) where project is null;
create unique index role_grant_local  on role_grant (person, project, role) where project is not null;

-- Signed-in browsers. The cookie holds the token; here is only its hash.
-- writers session: server admin
create table session (
    id         integer primary key,
    token_hash text not null unique,
    person     integer not null references person on delete cascade,
    csrf       text not null,                                  -- what the forms of this session carry
    created_at integer not null,
    seen_at    integer not null,
    expires_at integer not null,
    address    text not null default '',
    browser    text not null default ''
) strict;
create index session_person on session (person);

-- One-time links and codes: the first administrator, invitations, the airlock's sign-in.
-- writers login_link: server admin
create table login_link (
    id         integer primary key,
    token_hash text not null unique,
    person     integer not null references person on delete cascade,
    purpose    text not null check (purpose in ('sign-in', 'airlock', 'reset')),
    created_at integer not null,
    expires_at integer not null,
    used_at    integer
) strict;

-- Second factor: a shared secret, sealed with the installation's key.
-- writers totp: server admin
create table totp (
    person       integer primary key references person on delete cascade,
    sealed       text not null,
    last_counter integer not null default 0,                   -- a code is good once
    confirmed_at integer
) strict;
-- writers recovery_code: server admin
create table recovery_code (
    id        integer primary key,
    person    integer not null references person on delete cascade,
    code_hash text not null,
    used_at   integer
) strict;
create index recovery_code_person on recovery_code (person);

-- Failed sign-ins by address, for throttling.
-- writers login_failure: server admin
create table login_failure (
    address text not null,
    at      integer not null
) strict;
create index login_failure_address on login_failure (address, at);
