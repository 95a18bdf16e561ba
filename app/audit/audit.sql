-- database: both

-- one audit_head_get(): where the trail ends
select seq, hash from audit_head where one = 1;

-- exec audit_line_add(seq i64, at time, actor i64, who text, action text, kind text, object text, details text,
--                     prev text, hash text): one more line
insert into audit_line (seq, at, actor, who, action, kind, object, details, prev, hash)
values (:seq, :at, :actor, :who, :action, :kind, :object, :details, :prev, :hash);

-- exec audit_head_move(seq i64, hash text): the trail ends here now
update audit_head set seq = :seq, hash = :hash where one = 1;

-- many audit_lines_after(after i64, count i64) -> AuditRow: the trail in its order, for proving it
select seq, at as "at:time", actor, who, action, kind, object, details, prev, hash
  from audit_line where seq > :after order by seq limit :count;

-- many audit_lines_before(before i64, count i64) -> AuditRow: the newest lines first, for reading
select seq, at as "at:time", actor, who, action, kind, object, details, prev, hash
  from audit_line where seq < :before order by seq desc limit :count;

-- many audit_lines_of(kind text, object text, before i64, count i64) -> AuditRow: what happened to one thing
select seq, at as "at:time", actor, who, action, kind, object, details, prev, hash
  from audit_line where kind = :kind and object = :object and seq < :before order by seq desc limit :count;

-- many audit_lines_by(actor i64, before i64, count i64) -> AuditRow: what one person did
select seq, at as "at:time", actor, who, action, kind, object, details, prev, hash
  from audit_line where actor = :actor and seq < :before order by seq desc limit :count;
