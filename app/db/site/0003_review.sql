-- The airlock: who may come, what is asked to leave, who decided what.

-- People as the server last told of them.
-- writers visitor: airlock admin
create table visitor (
    id          integer primary key,
    username    text not null unique check (username <> ''),
    name        text not null default '',
    is_checker  integer not null check (is_checker in (0, 1)),
    workspaces  text not null default '[]',              -- JSON list of names: those of the person's projects
    asked_at    integer not null,                        -- when the server was asked last and answered
    public_key  text not null default ''                 -- minisign: the person's reviews can be signed with its other half
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
    reviews      integer not null check (reviews > 0),   -- how many independent reviews it needs
    round        integer not null default 1,             -- grows each time it comes back from the author
    created_at   integer not null,
    changed_at   integer not null,                       -- of the state
    submitted_at integer,                                -- in this round
    decided_at   integer,
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

-- Files that belong together, and what the author says of them.
-- writers review_group: airlock admin
create table review_group (
    id        integer primary key,
    request   integer not null references review_request on delete cascade,
    name      text not null check (name <> ''),
    context   text not null default '',                  -- what the files show
    controls  text not null default '',                  -- what was done to make them safe
    edited_at integer not null,
    unique (request, name)
) strict;

-- A file of a request: its newest version, whose bytes are as they were when it was asked for.
-- writers review_file: airlock admin
create table review_file (
    id         integer primary key,
    request    integer not null references review_request on delete cascade,
    in_group   integer not null references review_group,
    path       text not null,
    kind       text not null check (kind in ('output', 'supporting', 'withdrawn')), -- only outputs are decided on and leave
    version    integer not null default 1,
    sha256     text not null,
    size       integer not null,
    action     text not null default '',                 -- which action made it, from the manifest
    job        text not null default '',
    commit_sha text not null default '',
    n_rows     integer,                                  -- of a table
    n_columns  integer,
    changed_at integer not null,                         -- when this version came, or it was withdrawn
    is_sent    integer not null default 0 check (is_sent in (0, 1)),
    unique (request, path)
) strict;

-- Every version of a file that was ever asked for; its bytes stay beside those of the newest.
-- writers review_version: airlock admin
create table review_version (
    file     integer not null references review_file on delete cascade,
    version  integer not null,
    sha256   text not null,
    size     integer not null,
    job      text not null default '',
    round    integer not null,                           -- the first one whose checkers saw it
    added_at integer not null,
    primary key (file, version)
) strict, without rowid;

-- Who worked on what is asked for, and therefore does not check it. Names, for not everybody has been here.
-- writers review_contributor: airlock admin
create table review_contributor (
    request  integer not null references review_request on delete cascade,
    username text not null,
    why      text not null,                              -- "ran the job that made output/a.csv"
    primary key (request, username)
) strict, without rowid;

-- What a checker thinks of a file; hidden from the others until he and enough of them have finished.
-- writers review_vote: airlock admin
create table review_vote (
    file    integer not null references review_file on delete cascade,
    checker integer not null references visitor,
    round   integer not null,
    choice  text not null check (choice in ('approved', 'rejected', 'changes', 'undecided')),
    reason  text not null default '',
    at      integer not null,
    primary key (file, checker, round)
) strict, without rowid;

-- A checker has finished his review of this round; and perhaps signed what he approved.
-- writers review_done: airlock admin
create table review_done (
    request    integer not null references review_request on delete cascade,
    checker    integer not null references visitor,
    round      integer not null,
    at         integer not null,
    statement  text not null default '',                 -- the text that was signed
    signature  text not null default '',                 -- minisign
    public_key text not null default '',                 -- the key it was verified with
    primary key (request, checker, round)
) strict, without rowid;

-- What the server is told of a request that is let go: sent in the same words until it answers.
-- writers review_sending: airlock admin
create table review_sending (
    request integer primary key references review_request on delete cascade,
    body    text not null                                 -- JSON, the body of the call
) strict;

-- What people say about a request, or about one group of it.
-- writers review_comment: airlock admin
create table review_comment (
    id         integer primary key,
    request    integer not null references review_request on delete cascade,
    in_group   integer references review_group,
    person     integer not null references visitor,
    side       text not null check (side in ('author', 'checker')),
    visibility text not null check (visibility in ('checkers', 'everyone')),
    round      integer not null,
    text       text not null check (text <> ''),
    at         integer not null
) strict;
create index review_comment_request on review_comment (request, id);

-- When somebody last looked at a request in each turn (the author's and the checkers' turns take each other's place):
-- what changed since an earlier turn is marked.
-- writers review_seen: airlock admin
create table review_seen (
    request integer not null references review_request on delete cascade,
    visitor integer not null references visitor,
    turn    integer not null,
    at      integer not null,
    primary key (request, visitor, turn)
) strict, without rowid;

-- What is new for somebody: a line until he has read it.
-- writers review_notice: airlock admin
create table review_notice (
    id      integer primary key,
    visitor integer not null references visitor on delete cascade,
    request integer not null references review_request on delete cascade,
    event   text not null,                               -- a row of review/notice.c
    actor   text not null default '',
    at      integer not null,
    read_at integer
) strict;
create index review_notice_visitor on review_notice (visitor, id desc);
create index review_notice_unread on review_notice (visitor, request) where read_at is null;

-- What the server is to be told (it writes the mails); each once, in order.
-- writers review_event: airlock admin
create table review_event (
    id      integer primary key,
    request integer not null references review_request on delete cascade,
    event   text not null,
    actor   text not null,
    at      integer not null,
    told_at integer,
    trouble text not null default ''
) strict;
create index review_event_untold on review_event (id) where told_at is null;

-- A request with its author's name and how many reviews of this round are in.
create view review_full as
select r.id, r.workspace, r.author, r.state, r.reviews, r.round, r.created_at, r.changed_at, r.submitted_at, r.decided_at, r.sender, r.release,
       r.trouble, v.username, v.name,
       (select count(*) from review_done d where d.request = r.id and d.round = r.round) as done
  from review_request r join visitor v on v.id = r.author;
