-- database: server

-- one release_get(id text): a release with the names around it
select r.id, r.workspace, r.backend, r.created_by, r.created_at as "created_at:time", coalesce(r.completed_at, 0) as "completed_at:time",
       w.name as "workspace_name:text", b.slug as "backend_slug:text", b.name as "backend_name:text",
       p.username as "username:text", p.name as "person:text", coalesce(r.withdrawn_at, 0) as "withdrawn_at:time",
       coalesce(d.username, '') as "withdrawn_by:text", r.withdraw_reason
  from release r join workspace w on w.id = r.workspace join backend b on b.id = r.backend join person p on p.id = r.created_by
  left join person d on d.id = r.withdrawn_by
 where r.id = :id;

-- one release_words(id text): the list of its files and the record, as JSON: as it was asked for
select requested_files, metadata from release_words where release = :id;

-- exec release_words_insert(id text, asked text, metadata text): the words it was asked for in
insert into release_words (release, requested_files, metadata) values (:id, :asked, :metadata);

-- exec release_insert(id text, workspace i64, backend i64, by i64, now time): a new release
insert into release (id, workspace, backend, created_by, created_at) values (:id, :workspace, :backend, :by, :now);

-- maybe release_begun(workspace i64, backend i64, asked text, metadata text): one that was asked for in the same words and is not complete
select r.id from release r join release_words s on s.release = r.id
 where r.workspace = :workspace and r.backend = :backend and s.requested_files = :asked and s.metadata = :metadata and r.completed_at is null
 order by r.id limit 1;

-- many release_of_workspace(workspace i64): what was released from it, newest first
select r.id, r.created_at as "created_at:time", b.name as "backend_name:text", p.username as "username:text", p.name as "person:text",
       (select count(*) from release_file f where f.release = r.id and f.deleted_at is null) as "files:i64",
       coalesce(r.withdrawn_at, 0) as "withdrawn_at:time", coalesce(d.username, '') as "withdrawn_by:text", r.withdraw_reason
  from release r join backend b on b.id = r.backend join person p on p.id = r.created_by left join person d on d.id = r.withdrawn_by
 where r.workspace = :workspace and r.completed_at is not null order by r.id desc limit 500;

-- many release_of_project(project i64): what was released from all its workspaces, newest first
select r.id, r.created_at as "created_at:time", b.name as "backend_name:text", p.username as "username:text", p.name as "person:text",
       w.name as "workspace:text", (select count(*) from release_file f where f.release = r.id and f.deleted_at is null) as "files:i64"
  from release r join backend b on b.id = r.backend join person p on p.id = r.created_by join workspace w on w.id = r.workspace
 where w.project = :project and r.completed_at is not null order by r.id desc limit 500;

-- many release_of_person(person i64, n i64): the newest releases of somebody's projects
select r.id, r.created_at as "created_at:time", w.name as "workspace:text", w.project_slug, w.org_slug,
       (select count(*) from release_file f where f.release = r.id and f.deleted_at is null) as "files:i64"
  from project_member m join workspace_full w on w.project = m.project join release r on r.workspace = w.id
 where m.person = :person and r.completed_at is not null order by r.id desc limit :n;

-- one release_uploaded_before(workspace i64, backend i64, name text, hash text): the same version came before
select exists (select 1 from release_file where workspace = :workspace and backend = :backend and name = :name and filehash = :hash) as "before:bool";

-- exec release_file_insert(id text, release text, workspace i64, backend i64, by i64, now time, name text, hash text, sha512 text, size i64, crc i64, packed i64): a file that lies in its place
insert into release_file (id, release, workspace, backend, created_by, created_at, name, path, filehash, sha512, size, crc32, deflated)
values (:id, :release, :workspace, :backend, :by, :now, :name, :name, :hash, :sha512, :size, :crc, :packed);

-- exec release_ask_insert(release text, name text, hash text, size i64): a file that it promises
insert into release_ask (release, name, filehash, size) values (:release, :name, :hash, :size);

-- maybe release_asked(release text, name text): what was promised of a file
select filehash, size from release_ask where release = :release and name = :name;

-- exec release_ask_here(release text, name text): it has arrived
update release_ask set is_here = 1 where release = :release and name = :name;

-- one release_waits(release text): does one of its files not lie here yet?
select exists (select 1 from release_ask where release = :release and is_here = 0) as "waits:bool";

-- exec release_complete(id text, now time): from now on it is visible
update release set completed_at = :now, status = 'APPROVED' where id = :id and completed_at is null;

-- columns of_file: what is known of a released file; beside it stands whether another site has one of its name
f.id, f.release, f.created_at as "created_at:time", f.name, f.filehash, f.sha512, f.size, f.crc32, f.deflated,
f.deleted_at as "deleted_at:time?", f.deleted_by, f.delete_reason, f.username, f.backend_slug, f.backend_name;

-- many release_file_list(release text) -> ReleaseFile: the files of one release by name
select {of_file}, false as "shared:bool" from release_file_full f where f.release = :release order by f.name limit 10000;

-- many release_files_after(release text, after text, n i64) -> ReleaseFile: the files of one release by name, after a name
select {of_file}, false as "shared:bool" from release_file_full f where f.release = :release and f.name > :after order by f.name limit :n;

-- many release_latest_after(workspace i64, after text, site text, n i64) -> ReleaseFile: the newest version of each file of completed releases, after a name of a site; shared: several sites have a file of this name
select {of_file},
       exists (select 1 from release_file h join release s on s.id = h.release
                where h.workspace = f.workspace and h.name = f.name and h.backend <> f.backend and s.completed_at is not null) as "shared:bool"
  from release_file_full f
 where f.workspace = :workspace and f.completed_at is not null and f.name >= :after and (f.name > :after or f.backend_slug > :site)
   and not exists (select 1 from release_file g join release r on r.id = g.release
                    where g.workspace = f.workspace and g.name = f.name and g.backend = f.backend and g.id > f.id and r.completed_at is not null)
 order by f.name, f.backend_slug limit :n;

-- many release_snapshot_after(snapshot i64, after text, site text, n i64) -> ReleaseFile: its files by name, after a name of a site; shared: several sites have a file of this name
select {of_file},
       exists (select 1 from snapshot_file t join release_file g on g.id = t.release_file
                where t.snapshot = s.snapshot and g.name = f.name and g.id <> f.id) as "shared:bool"
  from snapshot_file s join release_file_full f on f.id = s.release_file
 where s.snapshot = :snapshot and f.name >= :after and (f.name > :after or f.backend_slug > :site)
 order by f.name, f.backend_slug limit :n;

-- one release_file_get(id text) -> ReleaseFile: one file
select {of_file}, false as "shared:bool" from release_file_full f where f.id = :id;

-- exec release_file_drop(id text, by i64, now time, reason text): the row stays and says who took it back
update release_file set deleted_at = :now, deleted_by = :by, delete_reason = :reason where id = :id and deleted_at is null;

-- one release_file_is_kept(id text): does a file lie behind this identifier?
select exists (select 1 from release_file where id = :id and deleted_at is null) as "kept:bool";

-- many release_taken_back(): files whose bytes must be gone
select f.release, f.name, w.name as "workspace_name:text" from release_file f join workspace w on w.id = f.workspace
 where f.deleted_at is not null order by f.id limit 1000000;

-- maybe release_workflow(job text): project.yaml as the request that this job belongs to had it
select d.text from job j join job_request r on r.id = j.job_request join job_definition d on d.hash = r.definition where j.identifier = :job;

-- exec release_withdraw_mark(id text, by i64, now time, reason text): the whole release is taken back
update release set withdrawn_at = :now, withdrawn_by = :by, withdraw_reason = :reason where id = :id and withdrawn_at is null;

-- exec release_files_drop(release text, by i64, now time, reason text): all of its files that are still here
update release_file set deleted_at = :now, deleted_by = :by, delete_reason = :reason where release = :release and deleted_at is null;
