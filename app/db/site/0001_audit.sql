-- What was done, by whom, to what: one line for each decision, each holding the fingerprint of the one before.
-- writers audit_line: runner airlock admin
create table audit_line (
  seq     integer primary key,                       -- 1, 2, 3 … without a gap
  at      integer not null,                          -- microseconds since 1970 UTC
  actor   integer not null,                          -- the person who did it; 0: nobody who is known here
  who     text    not null,                          -- who else it was: a runner, a backend, a visitor's name
  action  text    not null,                          -- room.verb
  kind    text    not null,                          -- what kind of thing it was done to
  object  text    not null,                          -- which one
  details text    not null check (json_valid(details)),
  prev    text    not null check (length(prev) = 64), -- hash of line seq-1; zeroes for the first
  hash    text    not null check (length(hash) = 64)  -- SHA-256 over all of the above
) strict;
create index audit_line_object on audit_line (kind, object, seq);
create index audit_line_actor on audit_line (actor, seq);

-- The newest line, kept apart: a trail cut off at its end is noticed.
-- writers audit_head: runner airlock admin
create table audit_head (
  one  integer primary key check (one = 1),
  seq  integer not null,
  hash text    not null
) strict;
insert into audit_head (one, seq, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

create trigger audit_line_is_final before update on audit_line
begin select raise(abort, 'a line of the audit trail is never changed'); end;
create trigger audit_line_stays before delete on audit_line
begin select raise(abort, 'a line of the audit trail is never removed'); end;
create trigger audit_head_stays before delete on audit_head
begin select raise(abort, 'the head of the audit trail is never removed'); end;
create trigger audit_head_moves_on before update on audit_head when new.seq <> old.seq + 1
begin select raise(abort, 'the head of the audit trail moves on line by line'); end;
