-- database: site

-- columns of_request: what is known of a request
id, workspace, author, state, reviews, round, created_at as "created_at:time", changed_at as "changed_at:time", submitted_at as "submitted_at:time?",
decided_at as "decided_at:time?", sender, release, trouble, username, name, done as "done:i64";

-- one review_get(id i64) -> ReviewRequest: a request
select {of_request} from review_full where id = :id;

-- many review_waiting(me i64) -> ReviewRequest: what waits for this checker: not reviewed by him yet, or to be decided; the longest wait first
select {of_request} from review_full r
 where author <> :me and not exists (select 1 from review_contributor c join visitor v on v.username = c.username where c.request = r.id and v.id = :me)
   and (state = 'reviewed' or (state in ('submitted', 'partially-reviewed')
   and not exists (select 1 from review_done d where d.request = r.id and d.checker = :me and d.round = r.round)))
 order by submitted_at, id limit 500;

-- many review_with_others(me i64) -> ReviewRequest: what waits for other checkers: this one has finished, or may not check it
select {of_request} from review_full r
 where author <> :me and state in ('submitted', 'partially-reviewed', 'approved')
   and (state = 'approved' or exists (select 1 from review_done d where d.request = r.id and d.checker = :me and d.round = r.round)
     or exists (select 1 from review_contributor c join visitor v on v.username = c.username where c.request = r.id and v.id = :me))
 order by submitted_at, id limit 500;

-- many review_with_authors(me i64) -> ReviewRequest: what was returned and waits for its author, the longest wait first
select {of_request} from review_full where author <> :me and state = 'returned' order by changed_at, id limit 500;

-- many review_of_author(author i64) -> ReviewRequest: somebody's requests, newest first
select {of_request} from review_full where author = :author order by id desc limit 200;

-- many review_of_workspace(workspace text, me i64) -> ReviewRequest: the requests of a workspace, newest first; drafts are their author's alone
select {of_request} from review_full where workspace = :workspace and (state <> 'pending' or author = :me) order by id desc limit 200;

-- many review_newest() -> ReviewRequest: all requests but drafts, newest change first
select {of_request} from review_full where state <> 'pending' order by changed_at desc limit 100;

-- many review_to_send() -> ReviewRequest: approved requests that are not with the server yet
select {of_request} from review_full where state = 'approved' order by changed_at limit 100;

-- maybe review_open_of(workspace text, author i64) -> ReviewRequest: this author's open request for it
select {of_request} from review_full
 where workspace = :workspace and author = :author
   and state in ('pending', 'submitted', 'partially-reviewed', 'reviewed', 'returned', 'approved');

-- one review_insert(workspace text, author i64, reviews i64, now time): a new request
insert into review_request (workspace, author, state, reviews, created_at, changed_at)
values (:workspace, :author, 'pending', :reviews, :now, :now) returning id;

-- exec review_move(id i64, was text, state text, now time): moves only from the state the reader saw
update review_request set state = :state, changed_at = :now where id = :id and state = :was;

-- exec review_submitted(id i64, now time): the clock of the queue starts
update review_request set submitted_at = :now where id = :id;

-- exec review_next_round(id i64): earlier reviews no longer count
update review_request set round = round + 1 where id = :id;

-- exec review_decided(id i64, by i64, sender text, now time): who let it go, returned or rejected it
update review_request set decided_by = :by, decided_at = :now, sender = :sender where id = :id;

-- exec review_release_set(id i64, release text): the server's id
update review_request set release = :release where id = :id;

-- exec review_trouble_set(id i64, trouble text): why sending does not get on
update review_request set trouble = :trouble where id = :id and trouble <> :trouble;

-- exec review_file_sent(id i64): the server has it
update review_file set is_sent = 1 where id = :id;

-- exec review_contributor_add(request i64, username text, why text): somebody who worked on what is asked for
insert into review_contributor (request, username, why) values (:request, :username, :why) on conflict do nothing;

-- maybe review_contributor_is(request i64, username text): did this person work on it, and how
select why from review_contributor where request = :request and username = :username;

-- many review_contributors(request i64): who worked on it
select username, why from review_contributor where request = :request order by username limit 1000;

-- exec review_vote_set(file i64, checker i64, round i64, choice text, reason text, now time): a checker's opinion of this round
insert into review_vote (file, checker, round, choice, reason, at) values (:file, :checker, :round, :choice, :reason, :now)
    on conflict (file, checker, round) do update set choice = excluded.choice, reason = excluded.reason, at = excluded.at;

-- exec review_votes_carry(request i64, round i64): what a checker approved and nobody has changed since stays approved by him in the next round
insert into review_vote (file, checker, round, choice, reason, at)
select o.file, o.checker, o.round + 1, o.choice, o.reason, o.at
  from review_vote o join review_file f on f.id = o.file join review_version x on x.file = f.id and x.version = f.version
 where f.request = :request and o.round = :round and o.choice = 'approved' and f.kind = 'output' and x.round <= :round;

-- many review_votes(request i64, round i64): all opinions of a round
select o.file, o.checker, o.choice, o.reason, o.at as "at:time", v.username
  from review_vote o join review_file f on f.id = o.file join visitor v on v.id = o.checker
 where f.request = :request and o.round = :round order by v.username limit 100000;

-- many review_reasons_before(request i64, round i64): what checkers said in earlier rounds, for the author
select f.path, o.choice, o.reason, o.round, v.username
  from review_vote o join review_file f on f.id = o.file join visitor v on v.id = o.checker
  join review_done d on d.request = f.request and d.checker = o.checker and d.round = o.round
 where f.request = :request and o.round < :round and o.reason <> '' order by o.round desc, f.path, v.username limit 1000;

-- one review_undecided(request i64, round i64, checker i64): outputs on which this checker has no firm opinion
select count(*) as "n:i64" from review_file f where f.request = :request and f.kind = 'output'
   and not exists (select 1 from review_vote o where o.file = f.id and o.checker = :checker and o.round = :round and o.choice <> 'undecided');

-- exec review_done_set(request i64, checker i64, round i64, now time): has finished
insert into review_done (request, checker, round, at) values (:request, :checker, :round, :now) on conflict do nothing;

-- exec review_done_sign(request i64, checker i64, round i64, statement text, signature text, key text): has signed what he approved
update review_done set statement = :statement, signature = :signature, public_key = :key
 where request = :request and checker = :checker and round = :round;

-- many review_done_by(request i64, round i64): who has finished
select d.checker, v.username, v.name, d.at as "at:time", d.statement, d.signature, d.public_key from review_done d join visitor v on v.id = d.checker
 where d.request = :request and d.round = :round order by d.at, d.checker limit 100;

-- many review_verdicts(request i64, round i64): per output, how many finished checkers approved it and how many did not
select f.id, f.path, f.sha256, f.size, f.is_sent as "is_sent:bool",
       count(d.checker) filter (where o.choice = 'approved') as "approved:i64",
       count(d.checker) filter (where o.choice <> 'approved') as "against:i64"
  from review_file f left join review_vote o on o.file = f.id and o.round = :round
  left join review_done d on d.request = f.request and d.checker = o.checker and d.round = :round
 where f.request = :request and f.kind = 'output' group by f.id order by f.path limit 10000;

-- many review_approved_by(request i64, round i64, checker i64): what one checker approved, for his statement
select f.path, f.sha256 from review_vote o join review_file f on f.id = o.file
 where f.request = :request and f.kind = 'output' and o.round = :round and o.checker = :checker and o.choice = 'approved' order by f.path limit 10000;
