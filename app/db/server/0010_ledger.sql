-- The transparency log: what was released and what was taken back, an entry each, in an order that nobody can change
-- afterwards without being noticed: the entries are the leaves of a Merkle tree (RFC 6962) whose root the site signs.
-- writers ledger_entry: server admin
create table ledger_entry (
    seq       integer primary key check (seq >= 0),       -- 0, 1, 2 … without a gap: its index in the tree
    at        integer not null,                           -- microseconds since 1970 UTC
    kind      text    not null check (kind in ('release', 'deletion', 'withdrawal')),
    workspace integer not null references workspace,
    object    text    not null,                           -- the release
    statement text    not null                            -- what is hashed; holds a salt, so that the hash tells nothing
) strict;
create index ledger_entry_object on ledger_entry (object, seq);

-- The complete subtrees: (level, place) covers the entries from place * 2^level on. Level 0 are the entries' hashes.
-- writers ledger_node: server admin
create table ledger_node (
    level integer not null,
    place integer not null,
    hash  text    not null,                               -- base64
    primary key (level, place)
) strict, without rowid;

create trigger ledger_entry_is_final before update on ledger_entry
begin select raise(abort, 'an entry of the log is never changed'); end;
create trigger ledger_entry_stays before delete on ledger_entry
begin select raise(abort, 'an entry of the log is never removed'); end;
create trigger ledger_entry_follows before insert on ledger_entry when new.seq <> (select coalesce(max(seq) + 1, 0) from ledger_entry)
begin select raise(abort, 'the log grows at its end only'); end;
create trigger ledger_node_is_final before update on ledger_node
begin select raise(abort, 'a hash of the log is never changed'); end;
create trigger ledger_node_stays before delete on ledger_node
begin select raise(abort, 'a hash of the log is never removed'); end;
