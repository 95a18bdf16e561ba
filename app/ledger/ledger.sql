-- database: server

-- one ledger_count(): how many entries there are
select coalesce(max(seq) + 1, 0) as "n:i64" from ledger_entry;

-- exec ledger_entry_add(seq i64, at time, kind text, workspace i64, object text, statement text): one more entry
insert into ledger_entry (seq, at, kind, workspace, object, statement)
values (:seq, :at, :kind, :workspace, :object, :statement);

-- exec ledger_node_add(level i64, place i64, hash text): a subtree that is complete now
insert into ledger_node (level, place, hash) values (:level, :place, :hash);

-- one ledger_node_get(level i64, place i64): the hash of a complete subtree
select hash from ledger_node where level = :level and place = :place;

-- one ledger_entry_get(seq i64) -> LedgerEntry: one entry, with where it belongs
select e.seq, e.at as "at:time", e.kind, e.object, e.statement, n.hash, e.workspace, w.project, p.org
  from ledger_entry e join ledger_node n on n.level = 0 and n.place = e.seq join workspace w on w.id = e.workspace
  join project p on p.id = w.project
 where e.seq = :seq;

-- many ledger_newest(before i64, count i64) -> LedgerEntry: the newest entries first
select e.seq, e.at as "at:time", e.kind, e.object, e.statement, n.hash, e.workspace, w.project, p.org
  from ledger_entry e join ledger_node n on n.level = 0 and n.place = e.seq join workspace w on w.id = e.workspace
  join project p on p.id = w.project
 where e.seq < :before order by e.seq desc limit :count;

-- many ledger_after(after i64, count i64): the entries in their order, for proving the log
select e.seq, e.statement, coalesce(n.hash, '') as "hash:text"
  from ledger_entry e left join ledger_node n on n.level = 0 and n.place = e.seq
 where e.seq > :after order by e.seq limit :count;

-- many ledger_of_object(object text) -> LedgerFact: what the log says of one release, in order
select seq, kind, statement from ledger_entry where object = :object order by seq limit 10001;
