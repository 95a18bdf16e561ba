-- database: site

-- exec notice_to_author(request i64, event text, actor text, now time): a line for the author, unless he did it himself
insert into review_notice (visitor, request, event, actor, at)
select r.author, r.id, :event, :actor, :now from review_request r join visitor v on v.id = r.author where r.id = :request and v.username <> :actor;

-- exec notice_to_checkers(request i64, event text, actor text, now time): a line for everybody who may check it
insert into review_notice (visitor, request, event, actor, at)
select v.id, r.id, :event, :actor, :now from review_request r join visitor v on v.is_checker = 1 and v.id <> r.author and v.username <> :actor
 where r.id = :request and not exists (select 1 from review_contributor c where c.request = r.id and c.username = v.username);

-- exec notice_to_reviewers(request i64, event text, actor text, now time): a line for the checkers who have begun with it
insert into review_notice (visitor, request, event, actor, at)
select v.id, :request, :event, :actor, :now from visitor v where v.username <> :actor
   and (exists (select 1 from review_vote o join review_file f on f.id = o.file where f.request = :request and o.checker = v.id)
     or exists (select 1 from review_comment c where c.request = :request and c.person = v.id and c.side = 'checker'));

-- many notice_list(visitor i64) -> Notice: what was told to somebody, the newest first
select n.id, n.request, n.event, n.actor, n.at as "at:time", n.read_at is null as "is_new:bool", r.workspace, r.state
  from review_notice n join review_request r on r.id = n.request where n.visitor = :visitor order by n.id desc limit 200;

-- one notice_unread(visitor i64): how many of them are new
select count(*) as "n:i64" from review_notice where visitor = :visitor and read_at is null;

-- exec notice_read(visitor i64, request i64, now time): the request's page was looked at
update review_notice set read_at = :now where visitor = :visitor and request = :request and read_at is null;

-- exec notice_read_all(visitor i64, now time): all of it is known
update review_notice set read_at = :now where visitor = :visitor and read_at is null;

-- exec event_insert(request i64, event text, actor text, now time): the server is to hear of it
insert into review_event (request, event, actor, at) values (:request, :event, :actor, :now);

-- many event_untold() -> ReviewEvent: what the server has not heard yet, in order
select e.id, e.request, e.event, e.actor, e.at as "at:time", r.workspace, v.username as author
  from review_event e join review_request r on r.id = e.request join visitor v on v.id = r.author
 where e.told_at is null order by e.id limit 100;

-- many event_updates(id i64): what changed since the step before (of the author, or a decision; a review has none): files, words about them, comments that both sides may read by now
with step as (
    select e.id, e.request, e.event, e.at as until,
           coalesce((select max(p.at) from review_event p where p.request = e.request and p.id < e.id
                       and p.event not in ('request_partially_reviewed', 'request_reviewed')), 0) as since
      from review_event e where e.id = :id and e.event not in ('request_partially_reviewed', 'request_reviewed')),
change as (
    select case when x.version = 1 then 'file_added' else 'file_updated' end as what, f.in_group, s.request, r.author as person, x.added_at as at
      from step s join review_request r on r.id = s.request join review_file f on f.request = s.request join review_version x on x.file = f.id
     where x.added_at > s.since and x.added_at <= s.until
    union all
    select 'file_withdrawn', f.in_group, s.request, r.author, f.changed_at
      from step s join review_request r on r.id = s.request join review_file f on f.request = s.request
     where f.kind = 'withdrawn' and f.changed_at > s.since and f.changed_at <= s.until
    union all
    select 'group_edited', g.id, s.request, r.author, g.edited_at
      from step s join review_request r on r.id = s.request join review_group g on g.request = s.request
     where s.since > 0 and g.edited_at > s.since and g.edited_at <= s.until
    union all
    select 'comment_added', c.in_group, s.request, c.person, c.at
      from step s join review_comment c on c.request = s.request
     where c.at > s.since and c.at <= s.until and (c.side = 'author'
        or (c.visibility = 'everyone' and s.event in ('request_returned', 'request_approved', 'request_rejected', 'request_released'))))
select c.what as "what:text", v.username, count(*) as "n:i64",
       (select count(*) from review_group g where g.request = c.request and g.id <= c.in_group) as "in_group:i64"
  from change c join visitor v on v.id = c.person group by 1, 2, c.in_group, c.request order by min(c.at), 1, 4 limit 200;

-- exec event_told(id i64, trouble text, now time): it has heard, or never will and says why
update review_event set told_at = :now, trouble = :trouble where id = :id;
