-- The airlock: who may come, what is asked to leave, who decided what.

-- People as the server last told of them.
-- writers visitor: airlock admin
create table visitor (
    id          integer primary key,
    username    text not null unique check (username <> ''),
    name        text not null default '',
    is_checker  integer not null check (is_checker in (0, 1)),
    workspaces  text not null default '[]',              -- JSON list of names: those of the person's projects
    asked_at    integer not null                         -- when the server was asked last
) strict;

-- writers visitor_session: airlock admin
create table visitor_session (
    id         integer primary key,
    token_hash text not null unique,
    visitor    integer not null references visitor on delete cascade,
    csrf       text not null,
    created_at integer not null,
    seen_at    integer not null,
    expires_at integer not null
) strict;

-- A request: files of one workspace that its author wants to leave.
-- writers review_request: airlock admin
create table review_request (
    id           integer primary key,
    workspace    text not null,
    author       integer not null references visitor,
    state        text not null check (state in ('pending', 'submitted', 'partially-reviewed', 'reviewed', 'returned',
                                                'approved', 'rejected', 'released', 'withdrawn')),
    context      text not null default '',               -- what the files show
    controls     text not null default '',               -- what was done to make them safe
    reviews      integer not null check (reviews > 0),   -- how many independent reviews it needs
    round        integer not null default 1,             -- grows each time it comes back from the author
    created_at   integer not null,
    changed_at   integer not null,                       -- of the state
    submitted_at integer,
    decided_by   integer references visitor,             -- who let it go, returned or rejected it
    sender       text not null default '',               -- the checker on whose behalf it is sent
    release      text not null default '',               -- the server's id, once it has one
    trouble      text not null default ''                -- why sending does not get on; empty when it does
) strict;
create index review_request_state on review_request (state, submitted_at);
create index review_request_author on review_request (author, id desc);
-- One open request per workspace and author.
create unique index review_request_open on review_request (workspace, author)
    where state in ('pending', 'submitted', 'partially-reviewed', 'reviewed', 'returned', 'approved');

-- A file of a request, as its bytes were when it was asked for.
-- writers review_file: airlock admin
create table review_file (
    id          integer primary key,
    request     integer not null references review_request on delete cascade,
    path        text not null,
    sha256      text not null,
    size        integer not null,
    action      text not null default '',                -- which action made it, from the manifest
    job         text not null default '',
    commit_sha  text not null default '',
    is_sent     integer not null default 0 check (is_sent in (0, 1)),
    unique (request, path)
) strict;

-- What a checker thinks of a file; hidden from the others until he and enough of them have finished.
-- writers review_vote: airlock admin
create table review_vote (
    file    integer not null references review_file on delete cascade,
    checker integer not null references visitor,
    round   integer not null,
    choice  text not null check (choice in ('approved', 'changes', 'undecided')),
    reason  text not null default '',
    at      integer not null,
    primary key (file, checker, round)
) strict, without rowid;

-- A checker has finished his review of this round.
-- writers review_done: airlock admin
create table review_done (
    request integer not null references review_request on delete cascade,
    checker integer not null references visitor,
    round   integer not null,
    at      integer not null,
    primary key (request, checker, round)
) strict, without rowid;
