-- database: site

-- exec review_comment_insert(request i64, in_group i64?, person i64, side text, visibility text, round i64, words text, now time): somebody says something
insert into review_comment (request, in_group, person, side, visibility, round, text, at)
values (:request, :in_group, :person, :side, :visibility, :round, :words, :now);

-- many review_comments(request i64): all that was said, whoever may see it; the oldest first
select c.id, coalesce(c.in_group, 0) as "in_group:i64", c.person, c.side, c.visibility, c.round, c.text as "words", c.at as "at:time", v.username, v.name
  from review_comment c join visitor v on v.id = c.person where c.request = :request order by c.id limit 5000;

-- one review_seen_before(request i64, visitor i64, turn i64): when this person last looked in an earlier turn; 0: never
select coalesce(max(at), 0) as "at:time" from review_seen where request = :request and visitor = :visitor and turn < :turn;

-- exec review_seen_put(request i64, visitor i64, turn i64, now time): looks now
insert into review_seen (request, visitor, turn, at) values (:request, :visitor, :turn, :now)
    on conflict (request, visitor, turn) do update set at = excluded.at;
