-- database: site

-- many review_groups(request i64) -> ReviewGroup: the groups of a request, in the order they were made
select id, request, name, context, controls, edited_at as "edited_at:time" from review_group where request = :request order by id limit 1000;

-- maybe review_group_named(request i64, name text) -> ReviewGroup: is there one of this name
select id, request, name, context, controls, edited_at as "edited_at:time" from review_group where request = :request and name = :name;

-- maybe review_group_get(id i64) -> ReviewGroup: one group
select id, request, name, context, controls, edited_at as "edited_at:time" from review_group where id = :id;

-- one review_group_insert(request i64, name text, context text, controls text, now time): a new group
insert into review_group (request, name, context, controls, edited_at) values (:request, :name, :context, :controls, :now) returning id;

-- exec review_group_set(id i64, context text, controls text, now time): what the author says of it now
update review_group set context = :context, controls = :controls, edited_at = :now where id = :id and (context <> :context or controls <> :controls);

-- columns of_file: what is known of a file of a request
id, request, in_group, path, kind, version, sha256, size, action, job, commit_sha, n_rows as "n_rows:i64?", n_columns as "n_columns:i64?",
changed_at as "changed_at:time", is_sent as "is_sent:bool";

-- many review_files(request i64) -> ReviewFile: the files of a request, by group; withdrawn ones too
select {of_file}
  from review_file where request = :request order by in_group, kind = 'withdrawn', kind = 'supporting', path limit 10000;

-- one review_file_get(id i64) -> ReviewFile: one file
select {of_file} from review_file where id = :id;

-- maybe review_file_of_path(request i64, path text) -> ReviewFile: is it in the request already
select {of_file} from review_file where request = :request and path = :path;

-- one review_file_insert(request i64, in_group i64, path text, kind text, sha256 text, size i64, action text, job text, sha text, n_rows i64?, n_columns i64?, now time): a file comes in
insert into review_file (request, in_group, path, kind, sha256, size, action, job, commit_sha, n_rows, n_columns, changed_at)
values (:request, :in_group, :path, :kind, :sha256, :size, :action, :job, :sha, :n_rows, :n_columns, :now) returning id;

-- exec review_file_replace(id i64, in_group i64, kind text, version i64, sha256 text, size i64, action text, job text, sha text, n_rows i64?, n_columns i64?, now time): another version of it
update review_file set in_group = :in_group, kind = :kind, version = :version, sha256 = :sha256, size = :size, action = :action, job = :job, commit_sha = :sha,
       n_rows = :n_rows, n_columns = :n_columns, changed_at = :now where id = :id;

-- exec review_file_kind_set(id i64, in_group i64, kind text, now time): output, supporting or withdrawn
update review_file set kind = :kind, in_group = :in_group, changed_at = :now where id = :id;

-- exec review_version_add(file i64, version i64, sha256 text, size i64, job text, round i64, now time): what it was
insert into review_version (file, version, sha256, size, job, round, added_at) values (:file, :version, :sha256, :size, :job, :round, :now);

-- many review_versions(request i64): every version of every file of a request
select x.file, x.version, x.sha256, x.size, x.job, x.round, x.added_at as "added_at:time"
  from review_version x join review_file f on f.id = x.file where f.request = :request order by x.file, x.version limit 50000;

-- one review_file_released(workspace text, path text, sha256 text): did this version leave before
select exists (select 1 from review_file f join review_request r on r.id = f.request
   where r.workspace = :workspace and f.path = :path and f.sha256 = :sha256 and f.is_sent = 1) as "released:bool";

-- one review_incomplete(request i64): groups with outputs that nobody has described, and how many outputs there are
select (select count(*) from review_file f where f.request = :request and f.kind = 'output') as "outputs:i64",
       coalesce((select g.name from review_group g where g.request = :request and (g.context = '' or g.controls = '')
          and exists (select 1 from review_file f where f.in_group = g.id and f.kind = 'output') limit 1), '') as "silent:text";

-- maybe review_job_asker(job text): who asked for the job that made a file
select coalesce(json_extract(r.original, '$.created_by'), '') as "username:text"
  from runner_job j join runner_request r on r.id = j.request where j.id = :job and json_valid(r.original);
