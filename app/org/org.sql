-- database: server

-- one org_get(slug text): an org by its place in the URL
select id, slug, name, description, created_at as "created_at:time" from org where slug = :slug;

-- one org_by_id(id i64) -> OrgGet: an org
select id, slug, name, description, created_at as "created_at:time" from org where id = :id;

-- many org_list(): every org with what it holds, for /orgs/
select o.id, o.slug, o.name, o.description,
       (select count(*) from project p where p.org = o.id) as "projects:i64",
       (select count(*) from org_member m where m.org = o.id) as "members:i64"
  from org o order by o.name limit 1000;

-- many org_of_person(person i64): the orgs that somebody belongs to
select o.id, o.slug, o.name from org_member m join org o on o.id = m.org where m.person = :person order by o.name limit 200;

-- one org_name_taken(name text, slug text): is there one already
select exists (select 1 from org where name = :name or slug = :slug) as "taken:bool";

-- one org_insert(slug text, name text, description text, by i64, now time): a new org
insert into org (slug, name, description, created_by, created_at) values (:slug, :name, :description, nullif(:by, 0), :now) returning id;

-- exec org_rename(id i64, name text, description text): the slug stays, links keep working
update org set name = :name, description = :description where id = :id;

-- many org_members(org i64): who belongs to it
select p.id, p.username, p.name, m.created_at as "created_at:time"
  from org_member m join person p on p.id = m.person where m.org = :org order by p.username limit 1000;

-- exec org_member_add(org i64, person i64, by i64, now time): belongs from now on
insert into org_member (org, person, created_by, created_at) values (:org, :person, nullif(:by, 0), :now)
    on conflict do nothing;

-- exec org_member_remove(org i64, person i64): no longer belongs
delete from org_member where org = :org and person = :person;

-- one org_has_member(org i64, person i64): may make projects there
select exists (select 1 from org_member where org = :org and person = :person) as "member:bool";
