-- database: site

-- one review_record_request(id i64): what the record says of the request itself
select r.created_at as "created_at:time", r.submitted_at as "submitted_at:time?", r.decided_at as "decided_at:time?", r.round, r.reviews, r.workspace,
       v.username, v.name, coalesce(d.username, '') as "decided_by:text"
  from review_request r join visitor v on v.id = r.author left join visitor d on d.id = r.decided_by where r.id = :id;

-- many review_record_files(request i64): the outputs of a request with what is known of the job that made each
select f.id, f.path, f.kind, f.version, f.action, f.job, f.commit_sha, f.n_rows as "n_rows:i64?", f.n_columns as "n_columns:i64?", g.name as "in_group",
       coalesce(j.run_command, '') as "run:text", coalesce(json_extract(j.words, '$[0]'), '') as "image:text",
       coalesce(json_extract(q.original, '$.created_by'), '') as "ran_by:text",
       coalesce(j.started_at, 0) as "started_at:time", coalesce(j.completed_at, 0) as "finished_at:time"
  from review_file f join review_group g on g.id = f.in_group left join runner_job j on j.id = f.job left join runner_request q on q.id = j.request
 where f.request = :request and f.kind = 'output' order by f.path limit 10000;

-- many review_record_votes(request i64): what the finished reviews of all rounds say of each file
select o.file, o.choice, o.reason, o.at as "at:time", o.round, v.username
  from review_vote o join review_file f on f.id = o.file join visitor v on v.id = o.checker
  join review_done d on d.request = f.request and d.checker = o.checker and d.round = o.round
 where f.request = :request and f.kind = 'output' order by o.file, o.round, v.username limit 100000;

-- many review_record_reviews(request i64): the finished reviews of all rounds
select d.round, d.at as "at:time", d.statement, d.signature, d.public_key, v.username, v.name
  from review_done d join visitor v on v.id = d.checker where d.request = :request order by d.round, d.at, v.username limit 1000;
