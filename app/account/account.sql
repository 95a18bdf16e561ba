-- database: server

-- Several queries list people for other rooms too; a person is found by the lower-case username or by id.

-- columns of_person: what is known of somebody
id, username, name, email, password_hash, is_active as "is_active:bool", failed_logins,
coalesce(locked_until, 0) as "locked_until:time", created_at as "created_at:time",
coalesce(last_login_at, 0) as "last_login_at:time";

-- maybe person_find(username text) -> Person: somebody by the name in URLs and on command lines
select {of_person} from person where username = :username;

-- maybe person_named(username text): somebody by the name that others see
select id, username, name from person where username = :username and is_active = 1;

-- maybe person_by_email(email text) -> Person: at the airlock an address is as good as a name
select {of_person} from person where email = :email and email <> '' order by id limit 1;

-- one person_get(id i64) -> Person: somebody by number
select {of_person} from person where id = :id;

-- many person_list(q text, role text, after text, most i64): people by name, one page; q and role may be empty
select p.id, p.username, p.name, p.email, p.is_active as "is_active:bool",
       coalesce(p.last_login_at, 0) as "last_login_at:time",
       exists (select 1 from totp t where t.person = p.id and t.confirmed_at is not null) as "two_factor:bool",
       coalesce((select group_concat(g.role, ' ') from role_grant g
                  where g.person = p.id and g.project is null), '') as "roles:text"
  from person p
 where p.username > :after
   and (:q = '' or instr(p.username, lower(:q)) > 0 or instr(lower(p.name), lower(:q)) > 0
        or instr(lower(p.email), lower(:q)) > 0)
   and (:role = '' or exists (select 1 from role_grant g where g.person = p.id and g.role = :role))
 order by p.username limit :most;

-- one person_insert(username text, name text, email text, by i64?, now time): a new person, without a password
insert into person (username, name, email, created_by, created_at) values (:username, :name, :email, :by, :now)
returning id;

-- exec person_edit(id i64, name text, email text): what people may change about themselves
update person set name = :name, email = :email where id = :id;

-- exec person_password_set(id i64, hash text): a new password ends every lock
update person set password_hash = :hash, failed_logins = 0, locked_until = null where id = :id;

-- exec person_active_set(id i64, active bool): deactivated people keep their history, but cannot come in
update person set is_active = :active where id = :id;

-- exec person_login_failed(id i64, locked_until time?): one more wrong password or code in a row
update person set failed_logins = failed_logins + 1, locked_until = :locked_until where id = :id;

-- exec person_login_done(id i64, now time): the row of wrong passwords is over
update person set failed_logins = 0, locked_until = null, last_login_at = :now where id = :id;

-- one person_admins(): how many people can sign in and run this site
select count(*) as "n:i64" from person p join role_grant g on g.person = p.id
 where g.role = 'CoreDeveloper' and g.project is null and p.is_active
   and (p.password_hash <> '' or p.last_login_at is not null);

-- many role_held(person i64, project i64): roles held everywhere, and those of one project
select role from role_grant where person = :person and (project is null or project = :project) limit 100;

-- many role_of(person i64, project i64): exactly those that were given there; project 0 is "everywhere"
select role from role_grant where person = :person and coalesce(project, 0) = :project order by role limit 100;

-- exec role_take_all(person i64, project i64): before new ones are given
delete from role_grant where person = :person and coalesce(project, 0) = :project;

-- exec role_give(person i64, role text, project i64?, by i64?, now time): one role, everywhere or in one project
insert into role_grant (person, role, project, created_by, created_at) values (:person, :role, :project, :by, :now);

-- one session_insert(hash text, person i64, csrf text, now time, until time, address text, browser text): signed in
insert into session (token_hash, person, csrf, created_at, seen_at, expires_at, address, browser)
values (:hash, :person, :csrf, :now, :now, :until, :address, :browser) returning id;

-- maybe session_by_hash(hash text, now time, idle_since time): a session that is still good, and whose it is
select s.id, s.csrf, s.seen_at as "seen_at:time", p.id as person, p.username, p.name
  from session s join person p on p.id = s.person
 where s.token_hash = :hash and s.expires_at > :now and s.seen_at > :idle_since and p.is_active;

-- exec session_seen(id i64, now time): somebody used it
update session set seen_at = :now where id = :id;

-- many session_list(person i64, now time): where somebody is signed in
select id, created_at as "created_at:time", seen_at as "seen_at:time", address, browser
  from session where person = :person and expires_at > :now order by seen_at desc limit 100;

-- exec session_end(id i64, person i64): one browser is signed out
delete from session where id = :id and person = :person;

-- exec session_end_all(person i64, but i64): every browser but one (0: none stays)
delete from session where person = :person and id <> :but;

-- exec session_sweep(before time): sessions that nobody can use any more
delete from session where expires_at < :before;

-- exec link_insert(hash text, person i64, purpose text, now time, until time): good once
insert into login_link (token_hash, person, purpose, created_at, expires_at)
values (:hash, :person, :purpose, :now, :until);

-- maybe link_open(hash text, purpose text, now time): a link that was not used yet, and whose it is
select l.id, p.id as person, p.username, p.name from login_link l join person p on p.id = l.person
 where l.token_hash = :hash and l.purpose = :purpose and l.used_at is null and l.expires_at > :now and p.is_active;

-- exec link_spend(id i64, now time): nobody else can use it
update login_link set used_at = :now where id = :id and used_at is null;

-- exec link_drop(person i64, purpose text): a newer one takes the place of those before
delete from login_link where person = :person and purpose = :purpose and used_at is null;

-- maybe totp_get(person i64): the second factor, confirmed or not yet
select sealed, last_counter, confirmed_at is not null as "confirmed:bool" from totp where person = :person;

-- exec totp_put(person i64, sealed text): a new secret, to be confirmed by its first code
insert into totp (person, sealed) values (:person, :sealed)
on conflict (person) do update set sealed = :sealed, last_counter = 0, confirmed_at = null;

-- exec totp_confirm(person i64, now time, counter i64): the first code was right
update totp set confirmed_at = :now, last_counter = :counter where person = :person;

-- exec totp_used(person i64, counter i64): a code is good once, so only later ones count from here
update totp set last_counter = :counter where person = :person and last_counter < :counter;

-- exec totp_remove(person i64): no second factor any more
delete from totp where person = :person;

-- exec recovery_insert(person i64, hash text): a code for the day the phone is gone
insert into recovery_code (person, code_hash) values (:person, :hash);

-- exec recovery_spend(person i64, hash text, now time): good once
update recovery_code set used_at = :now where person = :person and code_hash = :hash and used_at is null;

-- exec recovery_clear(person i64): before new ones are made
delete from recovery_code where person = :person;

-- one recovery_left(person i64): how many are still good
select count(*) as "n:i64" from recovery_code where person = :person and used_at is null;

-- exec failure_insert(address text, now time): a failed sign-in from there
insert into login_failure (address, at) values (:address, :now);

-- one failure_count(address text, since time): how many lately
select count(*) as "n:i64" from login_failure where address = :address and at > :since;

-- exec failure_sweep(before time): too long ago to count
delete from login_failure where at < :before;
