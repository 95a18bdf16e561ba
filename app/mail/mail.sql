-- database: server

-- one mail_address(person i64): where letters to somebody go; empty when there is no address
select email from person where id = :person;

-- exec mail_insert(person i64, address text, subject text, body text, now time): one more letter
insert into mail_outbox (person, address, subject, body, created_at, due_at) values (:person, :address, :subject, :body, :now, :now);

-- many mail_list(before i64) -> Mail: the newest letters before this one
select m.id, m.address, m.subject, m.created_at as "created_at:time", coalesce(m.sent_at, 0) as "sent_at:time", m.tries, m.last_error, m.state, m.due_at as "due_at:time",
       coalesce(p.username, '') as "username:text", '' as "body:text"
  from mail_outbox m left join person p on p.id = m.person where m.id < :before order by m.id desc limit 51;

-- one mail_get(id i64) -> Mail: one letter
select m.id, m.address, m.subject, m.created_at as "created_at:time", coalesce(m.sent_at, 0) as "sent_at:time", m.tries, m.last_error, m.state, m.due_at as "due_at:time",
       coalesce(p.username, '') as "username:text", m.body as "body:text"
  from mail_outbox m left join person p on p.id = m.person where m.id = :id;

-- maybe mail_due(now time): the letter that goes next
select id, address, subject, body, created_at as "created_at:time", tries from mail_outbox
 where state = 'waiting' and due_at <= :now order by due_at, id limit 1;

-- one mail_next(): when the next one is due; 0 when none waits
select coalesce(min(due_at), 0) as "due_at:time" from mail_outbox where state = 'waiting';

-- exec mail_under_way(id i64): a mail server is told of it from now on
update mail_outbox set state = 'under way', tries = tries + 1 where id = :id and state = 'waiting';

-- exec mail_sent(id i64, now time): a mail server has taken it
update mail_outbox set state = 'sent', sent_at = :now, last_error = '' where id = :id and state = 'under way';

-- exec mail_later(id i64, due time, why text): it was not taken, and is tried again
update mail_outbox set state = 'waiting', due_at = :due, last_error = :why where id = :id and state = 'under way';

-- exec mail_held(id i64, state text, why text): staff decide what becomes of it
update mail_outbox set state = :state, last_error = :why where id = :id and state = 'under way';

-- exec mail_was_under_way(): nobody heard the answer, because the program ended
update mail_outbox set state = 'doubtful', last_error = 'the program ended while a mail server was told of it'
 where state = 'under way';

-- exec mail_again(id i64, now time): staff want it sent
update mail_outbox set state = 'waiting', due_at = :now where id = :id and state in ('refused', 'doubtful');

-- one mail_held_count(): letters that wait for somebody to decide
select count(*) as "held:i64" from mail_outbox where state in ('refused', 'doubtful');
