-- database: site

-- exec finding_check_drop(file i64, version i64): a version is checked anew
delete from disclosure_check where file = :file and version = :version;

-- exec finding_check_put(file i64, version i64, policy text, numbers text, earlier i64, left_out i64, now time): a version was checked, by these numbers
insert into disclosure_check (file, version, policy, numbers, earlier, left_out, at) values (:file, :version, :policy, :numbers, :earlier, :left_out, :now);

-- exec finding_put(file i64, version i64, seq i64, rule text, data_row i64, data_column text, message text): one thing that was found
insert into disclosure_finding (file, version, seq, rule, data_row, data_column, message)
values (:file, :version, :seq, :rule, :data_row, :data_column, :message);

-- maybe finding_check_of(file i64) -> FindingCheck: by what the newest version of a file was checked
select c.policy, c.numbers, c.earlier, c.left_out, c.at as "at:time"
  from disclosure_check c join review_file f on f.id = c.file and f.version = c.version where c.file = :file;

-- maybe finding_project(workspace text): the project of a workspace, as the server called it last; servers before 2023 do not say
select coalesce(original ->> '$.project', '') as "project:text" from runner_request
 where workspace = :workspace and json_valid(original) order by received_at desc, id desc limit 1;

-- many finding_of_file(file i64): what was found in the newest version of a file
select d.rule, d.data_row, d.data_column, d.message
  from disclosure_finding d join review_file f on f.id = d.file and f.version = d.version where d.file = :file order by d.seq limit 1000;

-- many finding_numbers(request i64): how many things were found in each file of a request
select f.id as file, count(*) as "n:i64"
  from review_file f join disclosure_finding d on d.file = f.id and d.version = f.version where f.request = :request group by f.id limit 10000;

-- many finding_released(workspace text): the tables of a workspace that left, the newest first
select f.request, f.path, f.sha256 from review_file f join review_request r on r.id = f.request
 where r.workspace = :workspace and f.is_sent = 1 group by f.path, f.sha256 order by max(f.id) desc limit 500;

-- many finding_of_request(request i64): what was found in the newest versions of a request's outputs
select f.id as file, d.rule, d.data_row, d.data_column, d.message
  from review_file f join disclosure_finding d on d.file = f.id and d.version = f.version
 where f.request = :request and f.kind = 'output' order by f.id, d.seq limit 100000;

-- maybe finding_policy_of(request i64) -> FindingPolicy: the newest policy that files of a request were checked by
select c.numbers from disclosure_check c join review_file f on f.id = c.file and f.version = c.version
 where f.request = :request order by c.at desc, c.file desc limit 1;
