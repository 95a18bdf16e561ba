-- database: site

-- one review_get(id i64) -> ReviewRequest: a request
select r.id, r.workspace, r.author, r.state, r.context, r.controls, r.reviews, r.round, r.created_at as "created_at:time", r.changed_at as "changed_at:time",
       r.submitted_at as "submitted_at:time?", r.sender, r.release, r.trouble, v.username, v.name
  from review_request r join visitor v on v.id = r.author where r.id = :id;

-- many review_waiting(me i64) -> ReviewRequest: what waits for a checker who is not the author and has not finished, oldest first
select r.id, r.workspace, r.author, r.state, r.context, r.controls, r.reviews, r.round, r.created_at as "created_at:time", r.changed_at as "changed_at:time",
       r.submitted_at as "submitted_at:time?", r.sender, r.release, r.trouble, v.username, v.name
  from review_request r join visitor v on v.id = r.author
 where r.author <> :me and (r.state = 'reviewed' or (r.state in ('submitted', 'partially-reviewed')
   and not exists (select 1 from review_done d where d.request = r.id and d.checker = :me and d.round = r.round)))
 order by r.submitted_at limit 500;

-- many review_of_author(author i64) -> ReviewRequest: somebody's requests, newest first
select r.id, r.workspace, r.author, r.state, r.context, r.controls, r.reviews, r.round, r.created_at as "created_at:time", r.changed_at as "changed_at:time",
       r.submitted_at as "submitted_at:time?", r.sender, r.release, r.trouble, v.username, v.name
  from review_request r join visitor v on v.id = r.author where r.author = :author order by r.id desc limit 200;

-- many review_of_workspace(workspace text) -> ReviewRequest: the requests of a workspace, newest first
select r.id, r.workspace, r.author, r.state, r.context, r.controls, r.reviews, r.round, r.created_at as "created_at:time", r.changed_at as "changed_at:time",
       r.submitted_at as "submitted_at:time?", r.sender, r.release, r.trouble, v.username, v.name
  from review_request r join visitor v on v.id = r.author where r.workspace = :workspace order by r.id desc limit 200;

-- many review_newest() -> ReviewRequest: all requests, newest change first
select r.id, r.workspace, r.author, r.state, r.context, r.controls, r.reviews, r.round, r.created_at as "created_at:time", r.changed_at as "changed_at:time",
       r.submitted_at as "submitted_at:time?", r.sender, r.release, r.trouble, v.username, v.name
  from review_request r join visitor v on v.id = r.author order by r.changed_at desc limit 100;

-- many review_to_send() -> ReviewRequest: approved requests that are not with the server yet
select r.id, r.workspace, r.author, r.state, r.context, r.controls, r.reviews, r.round, r.created_at as "created_at:time", r.changed_at as "changed_at:time",
       r.submitted_at as "submitted_at:time?", r.sender, r.release, r.trouble, v.username, v.name
  from review_request r join visitor v on v.id = r.author where r.state = 'approved' order by r.changed_at limit 100;

-- one review_open_of(workspace text, author i64): does this author have an open request for it
select exists (select 1 from review_request where workspace = :workspace and author = :author
   and state in ('pending', 'submitted', 'partially-reviewed', 'reviewed', 'returned', 'approved')) as "open:bool";

-- one review_insert(workspace text, author i64, context text, controls text, reviews i64, now time): a new request
insert into review_request (workspace, author, state, context, controls, reviews, created_at, changed_at)
values (:workspace, :author, 'pending', :context, :controls, :reviews, :now, :now) returning id;

-- exec review_move(id i64, was text, state text, now time): moves only from the state the reader saw
update review_request set state = :state, changed_at = :now where id = :id and state = :was;

-- exec review_submitted(id i64, now time): the clock of the queue starts
update review_request set submitted_at = :now where id = :id;

-- exec review_next_round(id i64): earlier votes no longer count
update review_request set round = round + 1 where id = :id;

-- exec review_decided(id i64, by i64, sender text): who let it go
update review_request set decided_by = :by, sender = :sender where id = :id;

-- exec review_release_set(id i64, release text): the server's id
update review_request set release = :release where id = :id;

-- exec review_trouble_set(id i64, trouble text): why sending does not get on
update review_request set trouble = :trouble where id = :id and trouble <> :trouble;

-- exec review_file_add(request i64, path text, sha256 text, size i64, action text, job text, sha text): one file
insert into review_file (request, path, sha256, size, action, job, commit_sha)
values (:request, :path, :sha256, :size, :action, :job, :sha);

-- many review_files(request i64) -> ReviewFile: the files of a request
select id, request, path, sha256, size, action, job, commit_sha, is_sent as "is_sent:bool" from review_file where request = :request order by path limit 10000;

-- one review_file_get(id i64) -> ReviewFile: one file
select id, request, path, sha256, size, action, job, commit_sha, is_sent as "is_sent:bool" from review_file where id = :id;

-- one review_file_released(workspace text, path text, sha256 text): did this version leave before
select exists (select 1 from review_file f join review_request r on r.id = f.request
   where r.workspace = :workspace and f.path = :path and f.sha256 = :sha256 and f.is_sent = 1) as "released:bool";

-- exec review_file_sent(id i64): the server has it
update review_file set is_sent = 1 where id = :id;

-- exec review_vote_set(file i64, checker i64, round i64, choice text, reason text, now time): a checker's opinion of this round
insert into review_vote (file, checker, round, choice, reason, at) values (:file, :checker, :round, :choice, :reason, :now)
    on conflict (file, checker, round) do update set choice = excluded.choice, reason = excluded.reason, at = excluded.at;

-- many review_votes(request i64, round i64): all opinions of a round
select o.file, o.checker, o.choice, o.reason, o.at as "at:time", v.username
  from review_vote o join review_file f on f.id = o.file join visitor v on v.id = o.checker
 where f.request = :request and o.round = :round order by v.username limit 100000;

-- many review_reasons_before(request i64, round i64): what checkers said in earlier rounds, for the author
select f.path, o.choice, o.reason, o.round
  from review_vote o join review_file f on f.id = o.file
 where f.request = :request and o.round < :round and o.reason <> '' order by o.round desc, f.path limit 1000;

-- one review_undecided(request i64, round i64, checker i64): files on which this checker has no firm opinion
select count(*) as "n:i64" from review_file f where f.request = :request
   and not exists (select 1 from review_vote o where o.file = f.id and o.checker = :checker and o.round = :round and o.choice <> 'undecided');

-- exec review_done_set(request i64, checker i64, round i64, now time): has finished
insert into review_done (request, checker, round, at) values (:request, :checker, :round, :now) on conflict do nothing;

-- many review_done_by(request i64, round i64): who has finished
select d.checker, v.username, d.at as "at:time" from review_done d join visitor v on v.id = d.checker
 where d.request = :request and d.round = :round order by d.at limit 100;

-- many review_verdicts(request i64, round i64): per file, how many finished checkers approved it and how many did not
select f.id, f.path, f.sha256, f.size, f.is_sent as "is_sent:bool",
       count(d.checker) filter (where o.choice = 'approved') as "approved:i64",
       count(d.checker) filter (where o.choice <> 'approved') as "against:i64"
  from review_file f left join review_vote o on o.file = f.id and o.round = :round
  left join review_done d on d.request = f.request and d.checker = o.checker and d.round = :round
 where f.request = :request group by f.id order by f.path limit 10000;
