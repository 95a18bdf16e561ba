-- database: server

-- one backend_get(slug text): a backend by its place in the URL
select id, slug, name, token_hint, level_4_url, is_active as "is_active:bool", alert_after, coalesce(last_seen_at, 0) as "last_seen_at:time",
       flags, created_at as "created_at:time" from backend where slug = :slug;

-- one backend_by_id(id i64) -> BackendGet: a backend
select id, slug, name, token_hint, level_4_url, is_active as "is_active:bool", alert_after, coalesce(last_seen_at, 0) as "last_seen_at:time",
       flags, created_at as "created_at:time" from backend where id = :id;

-- maybe backend_by_hash(hash text) -> BackendGet: the backend whose token this is
select id, slug, name, token_hint, level_4_url, is_active as "is_active:bool", alert_after, coalesce(last_seen_at, 0) as "last_seen_at:time",
       flags, created_at as "created_at:time" from backend where token_hash = :hash;

-- many backend_list() -> BackendGet: all backends
select id, slug, name, token_hint, level_4_url, is_active as "is_active:bool", alert_after, coalesce(last_seen_at, 0) as "last_seen_at:time",
       flags, created_at as "created_at:time" from backend order by slug limit 500;

-- many backend_of_person(person i64) -> BackendGet: where somebody may run jobs
select b.id, b.slug, b.name, b.token_hint, b.level_4_url, b.is_active as "is_active:bool", b.alert_after,
       coalesce(b.last_seen_at, 0) as "last_seen_at:time", b.flags, b.created_at as "created_at:time"
  from backend_member m join backend b on b.id = m.backend where m.person = :person and b.is_active = 1 order by b.slug limit 500;

-- one backend_has_member(backend i64, person i64): may run jobs there
select exists (select 1 from backend_member where backend = :backend and person = :person) as "member:bool";

-- one backend_slug_taken(slug text): is there one already
select exists (select 1 from backend where slug = :slug) as "taken:bool";

-- one backend_insert(slug text, name text, hash text, hint text, level_4_url text, by i64, now time): a new backend
insert into backend (slug, name, token_hash, token_hint, level_4_url, created_by, created_at)
values (:slug, :name, :hash, :hint, :level_4_url, nullif(:by, 0), :now) returning id;

-- exec backend_edit(id i64, name text, level_4_url text, is_active bool): what staff may change
update backend set name = :name, level_4_url = :level_4_url, is_active = :is_active where id = :id;

-- exec backend_token_set(id i64, hash text, hint text): a new token
update backend set token_hash = :hash, token_hint = :hint where id = :id;

-- exec backend_seen(id i64, now time): the runner called
update backend set last_seen_at = :now where id = :id;

-- exec backend_flags_set(id i64, flags text): what the runner says of itself
update backend set flags = :flags where id = :id;

-- many backend_members(backend i64): who may run jobs there
select p.id, p.username, p.name, m.created_at as "created_at:time"
  from backend_member m join person p on p.id = m.person where m.backend = :backend order by p.username limit 1000;

-- exec backend_member_add(backend i64, person i64, by i64, now time): may run jobs there from now on
insert into backend_member (backend, person, created_by, created_at) values (:backend, :person, nullif(:by, 0), :now)
    on conflict do nothing;

-- exec backend_member_remove(backend i64, person i64): no longer
delete from backend_member where backend = :backend and person = :person;

-- one backend_requests(backend i64): how many requests it has not yet, and has, taken up (contract 3.2, status page)
select count(*) filter (where r.jobs = 0) as "unacked:i64", count(*) filter (where r.jobs > 0) as "acked:i64"
  from job_request r where r.backend = :backend;
