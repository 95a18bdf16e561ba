-- database: server

-- one mail_address(person i64): where letters to somebody go; empty when there is no address
select email from person where id = :person;

-- exec mail_insert(person i64, address text, subject text, body text, now time): one more letter
insert into mail_outbox (person, address, subject, body, created_at) values (:person, :address, :subject, :body, :now);

-- many mail_list(before i64) -> Mail: the newest letters before this one
select m.id, m.address, m.subject, m.created_at as "created_at:time", coalesce(m.sent_at, 0) as "sent_at:time", m.tries, m.last_error,
       coalesce(p.username, '') as "username:text", '' as "body:text"
  from mail_outbox m left join person p on p.id = m.person where m.id < :before order by m.id desc limit 51;

-- one mail_get(id i64) -> Mail: one letter
select m.id, m.address, m.subject, m.created_at as "created_at:time", coalesce(m.sent_at, 0) as "sent_at:time", m.tries, m.last_error,
       coalesce(p.username, '') as "username:text", m.body as "body:text"
  from mail_outbox m left join person p on p.id = m.person where m.id = :id;
