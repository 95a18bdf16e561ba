-- database: server

-- columns of_backend: what is known of a backend
id, slug, name, level_4_url, is_active as "is_active:bool", alert_after, coalesce(last_seen_at, 0) as "last_seen_at:time",
flags, created_at as "created_at:time";

-- one backend_get(slug text): a backend by its place in the URL
select {of_backend} from backend where slug = :slug;

-- one backend_by_id(id i64) -> BackendGet: a backend
select {of_backend} from backend where id = :id;

-- maybe backend_by_hash(hash text, now time): the backend whose token this is
select b.id, b.slug, b.name, t.id as token, t.used_at is null as "fresh:bool"
  from backend_token t join backend b on b.id = t.backend where t.hash = :hash and (t.ends_at is null or t.ends_at > :now);

-- many backend_list() -> BackendGet: all backends
select {of_backend} from backend order by slug limit 500;

-- many backend_of_person(person i64) -> BackendGet: where somebody may run jobs
select b.id, b.slug, b.name, b.level_4_url, b.is_active as "is_active:bool", b.alert_after,
       coalesce(b.last_seen_at, 0) as "last_seen_at:time", b.flags, b.created_at as "created_at:time"
  from backend_member m join backend b on b.id = m.backend where m.person = :person and b.is_active = 1 order by b.slug limit 500;

-- one backend_has_member(backend i64, person i64): may run jobs there
select exists (select 1 from backend_member where backend = :backend and person = :person) as "member:bool";

-- one backend_slug_taken(slug text): is there one already
select exists (select 1 from backend where slug = :slug) as "taken:bool";

-- one backend_insert(slug text, name text, level_4_url text, by i64, now time): a new backend
insert into backend (slug, name, level_4_url, created_by, created_at) values (:slug, :name, :level_4_url, nullif(:by, 0), :now)
returning id;

-- exec backend_edit(id i64, name text, level_4_url text, is_active bool): what staff may change
update backend set name = :name, level_4_url = :level_4_url, is_active = :is_active where id = :id;

-- one backend_token_insert(backend i64, hash text, hint text, by i64, now time): one more token
insert into backend_token (backend, hash, hint, created_by, created_at) values (:backend, :hash, :hint, nullif(:by, 0), :now)
returning id;

-- maybe backend_token_by_hash(hash text): a token, void or not
select id, backend from backend_token where hash = :hash;

-- many backend_tokens(backend i64, now time): the ones that count, newest first
select id, hint, created_at as "created_at:time", coalesce(used_at, 0) as "used_at:time", coalesce(ends_at, 0) as "ends_at:time",
       replaced_by is not null as "replaced:bool"
  from backend_token where backend = :backend and (ends_at is null or ends_at > :now) order by id desc limit 100;

-- exec backend_token_replace(id i64, by i64, until time): void when the other was used, and at the latest then
update backend_token set replaced_by = :by, ends_at = min(coalesce(ends_at, :until), :until) where id = :id and id <> :by;

-- exec backend_tokens_replace(backend i64, by i64, until time): the same for all others of the backend
update backend_token set replaced_by = :by, ends_at = min(coalesce(ends_at, :until), :until) where backend = :backend and id <> :by;

-- exec backend_token_used(id i64, now time): it is used for the first time
update backend_token set used_at = :now where id = :id and used_at is null;

-- exec backend_token_took_over(id i64, now time): those that it replaces are void
update backend_token set ends_at = :now where replaced_by = :id and (ends_at is null or ends_at > :now);

-- exec backend_token_void(backend i64, hint text, now time): void at once
update backend_token set ends_at = :now where backend = :backend and hint = :hint and (ends_at is null or ends_at > :now);

-- exec backend_invite_insert(backend i64, hash text, by i64, now time, until time): an invitation
insert into backend_invite (backend, secret_hash, created_by, created_at, expires_at) values (:backend, :hash, nullif(:by, 0), :now, :until);

-- maybe backend_invite_by_hash(hash text): an invitation and what became of it
select i.id, i.backend, b.slug, b.name, coalesce(i.created_by, 0) as "created_by:i64", i.expires_at as "expires_at:time", coalesce(i.used_at, 0) as "used_at:time",
       coalesce(t.hash, '') as "token_hash:text"
  from backend_invite i join backend b on b.id = i.backend left join backend_token t on t.id = i.token where i.secret_hash = :hash;

-- exec backend_invite_use(id i64, token i64, now time): taken up; only once
update backend_invite set token = :token, used_at = :now where id = :id and token is null;

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
