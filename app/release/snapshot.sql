-- database: server

-- one snapshot_insert(workspace i64, by i64, now time, fingerprint text): a new draft
insert into snapshot (workspace, created_by, created_at, fingerprint) values (:workspace, :by, :now, :fingerprint) returning id;

-- exec snapshot_add(snapshot i64, file text): one of its files
insert into snapshot_file (snapshot, release_file) values (:snapshot, :file);

-- maybe snapshot_like(workspace i64, fingerprint text): the one that has exactly these files
select id from snapshot where workspace = :workspace and fingerprint = :fingerprint;

-- maybe snapshot_get(workspace i64, id i64) -> Snapshot: a snapshot of a workspace
select s.id, s.created_at as "created_at:time", coalesce(s.published_at, 0) as "published_at:time", c.username as "created_by:text",
       coalesce(p.username, '') as "published_by:text",
       (select count(*) from snapshot_file f join release_file r on r.id = f.release_file where f.snapshot = s.id and r.deleted_at is null) as "files:i64"
  from snapshot s join person c on c.id = s.created_by left join person p on p.id = s.published_by
 where s.id = :id and s.workspace = :workspace;

-- many snapshot_list(workspace i64, drafts bool) -> Snapshot: newest first; drafts only for those who may see them
select s.id, s.created_at as "created_at:time", coalesce(s.published_at, 0) as "published_at:time", c.username as "created_by:text",
       coalesce(p.username, '') as "published_by:text",
       (select count(*) from snapshot_file f join release_file r on r.id = f.release_file where f.snapshot = s.id and r.deleted_at is null) as "files:i64"
  from snapshot s join person c on c.id = s.created_by left join person p on p.id = s.published_by
 where s.workspace = :workspace and (:drafts or s.published_at is not null) order by s.id desc limit 500;

-- one snapshot_published_count(workspace i64): for the badge
select count(*) as "n:i64" from snapshot where workspace = :workspace and published_at is not null;

-- exec snapshot_publish_mark(id i64, by i64, now time): everybody may see it from now on
update snapshot set published_at = :now, published_by = :by where id = :id and published_at is null;

-- maybe snapshot_file_of(workspace i64, file text): is this a file that left the workspace, and was it taken back?
select f.deleted_at is not null as "gone:bool" from release_file f join release r on r.id = f.release
 where f.id = :file and f.workspace = :workspace and r.completed_at is not null;

-- one snapshot_shows(workspace i64, file text): may everybody see this file?
select exists (select 1 from snapshot_file t join snapshot s on s.id = t.snapshot join release_file f on f.id = t.release_file
                where t.release_file = :file and s.workspace = :workspace and s.published_at is not null and f.deleted_at is null) as "published:bool";
