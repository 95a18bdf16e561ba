-- database: site

-- maybe visitor_session_get(hash text, now time): the visitor of a session that still holds
select s.id, s.csrf, s.seen_at as "seen_at:time", v.id as "visitor:i64", v.username, v.name
  from visitor_session s join visitor v on v.id = s.visitor where s.token_hash = :hash and s.expires_at > :now;

-- one visitor_get(id i64): what the server last told of somebody
select id, username, name, is_checker as "is_checker:bool", workspaces, asked_at as "asked_at:time", public_key from visitor where id = :id;

-- one visitor_put(username text, name text, is_checker bool, workspaces text, now time): what the server tells
insert into visitor (username, name, is_checker, workspaces, asked_at) values (:username, :name, :is_checker, :workspaces, :now)
    on conflict (username) do update set name = excluded.name, is_checker = excluded.is_checker, workspaces = excluded.workspaces, asked_at = excluded.asked_at
    returning id;

-- exec visitor_session_add(hash text, visitor i64, csrf text, now time, until time): somebody came
insert into visitor_session (token_hash, visitor, csrf, created_at, seen_at, expires_at) values (:hash, :visitor, :csrf, :now, :now, :until);

-- exec visitor_session_end(id i64): somebody left
delete from visitor_session where id = :id;

-- exec visitor_session_sweep(now time): sessions that ran out
delete from visitor_session where expires_at <= :now;

-- one visitor_has_workspace(id i64, workspace text): is it one of his, or does he check
select exists (select 1 from visitor v where v.id = :id and (v.is_checker = 1
   or exists (select 1 from json_each(v.workspaces) j where j.value = :workspace))) as "sees:bool";

-- exec visitor_key_set(id i64, key text): the public half of a signing key, or none
update visitor set public_key = :key where id = :id;

-- many visitor_due(now time, before time): people with a session of whom the server was asked longest ago
select v.id, v.username, v.name, v.is_checker as "is_checker:bool", v.workspaces from visitor v where v.asked_at <= :before
   and exists (select 1 from visitor_session s where s.visitor = v.id and s.expires_at > :now) order by v.asked_at limit 1000;

-- exec visitor_sessions_end(visitor i64): somebody may not be here any more
delete from visitor_session where visitor = :visitor;
