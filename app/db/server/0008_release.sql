-- Releases: a bundle of outputs that two people agreed may leave, as they arrived from the airlock.
-- writers release: server admin
create table release (
    id              text primary key,                      -- ULID
    workspace       integer not null references workspace,
    backend         integer not null references backend,
    created_by      integer not null references person,    -- on whose behalf the backend acted
    created_at      integer not null,
    status          text not null default 'REQUESTED' check (status in ('REQUESTED', 'APPROVED', 'REJECTED')),
    completed_at    integer,                               -- every requested file is here: from now on it is visible
    withdrawn_at    integer,                               -- all of it was taken back
    withdrawn_by    integer references person,
    withdraw_reason text not null default ''
) strict, without rowid;
create index release_workspace on release (workspace, id desc);

-- What was said when it was asked for: megabytes, so not in a row that is read at each look at the release. Nor is this
-- table without rowids: then a row is its own key, and all of it is read to compare one.
-- writers release_words: server admin
create table release_words (
    release         text primary key references release,
    requested_files text not null,                         -- JSON list as it was sent
    metadata        text not null default '{}'             -- JSON: request at the airlock, checkers, decisions
) strict;

-- What was promised of each file; asked for at each upload, so it does not lie in the JSON alone.
-- writers release_ask: server admin
create table release_ask (
    release  text not null references release,
    name     text not null,
    filehash text not null,                                -- SHA-256, hex
    size     integer not null,                             -- -1: it was not said
    is_here  integer not null default 0,
    primary key (release, name)
) strict, without rowid;
create index release_ask_waits on release_ask (release) where is_here = 0;

-- writers release_file: server admin
create table release_file (
    id          text primary key,                          -- ULID
    release     text not null references release,
    workspace   integer not null references workspace,     -- of its release
    backend     integer not null references backend,       -- of its release
    created_by  integer not null references person,
    created_at  integer not null,
    name        text not null,                             -- as the researcher sees it: output/a.csv
    path        text not null,                             -- where it is stored, under the release folder
    filehash    text not null,                             -- SHA-256, hex
    sha512      text not null default '',                  -- hex, for the manifest of an archive
    size        integer not null,
    crc32       integer not null default 0,                -- of the whole file, for archives
    deflated    integer not null default -1,               -- bytes of the stored deflate stream, or -1
    metadata    text not null default '{}',                -- JSON
    deleted_at  integer,
    deleted_by  integer references person,
    delete_reason text not null default '',
    unique (release, name)
) strict, without rowid;
create index release_file_workspace on release_file (workspace, name, backend, id desc);
create unique index release_file_once on release_file (backend, workspace, name, filehash);

-- Snapshots: a set of released files that may be published together.
-- writers snapshot: server admin
create table snapshot (
    id           integer primary key,
    workspace    integer not null references workspace,
    created_by   integer not null references person,
    created_at   integer not null,
    published_by integer references person,
    published_at integer,                                  -- a draft until then
    fingerprint  text not null,                            -- SHA-256 of its files' identifiers: equal sets are one snapshot
    unique (workspace, fingerprint)
) strict;
-- writers snapshot_file: server admin
create table snapshot_file (
    snapshot     integer not null references snapshot on delete cascade,
    release_file text not null references release_file,
    primary key (snapshot, release_file)
) strict, without rowid;
create index snapshot_file_file on snapshot_file (release_file);

-- A file with the names around it, as pages and indexes show it.
create view release_file_full as
select f.id, f.release, f.workspace, f.backend, f.created_at, f.name, f.filehash, f.sha512, f.size, f.crc32, f.deflated, f.deleted_at, f.delete_reason,
       d.username as deleted_by, p.username, b.slug as backend_slug, b.name as backend_name, r.completed_at
  from release_file f join release r on r.id = f.release join person p on p.id = f.created_by join backend b on b.id = f.backend
  left join person d on d.id = f.deleted_by;
