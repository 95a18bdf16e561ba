-- database: site

-- maybe look_released(workspace text, path text, request i64) -> LookReleased: the version of a file that left last, in another request
select f.id, f.request, f.sha256, coalesce(r.decided_at, r.changed_at) as "at:time"
  from review_file f join review_request r on r.id = f.request
 where r.workspace = :workspace and f.path = :path and f.is_sent = 1 and f.request <> :request order by r.changed_at desc, f.id desc limit 1;

-- maybe look_version_before(file i64, version i64) -> LookVersion: the version of a requested file before this one
select version, sha256, added_at as "at:time" from review_version where file = :file and version < :version order by version desc limit 1;

-- one look_noted(actor i64, since time, file text, sha256 text, look text): the trail has this look, and not long ago; any kind of it for an empty one
select exists (select 1 from audit_line where actor = :actor and seq > (select seq from audit_head) - 5000 and at >= :since and action = 'review.look'
   and json_extract(details, '$.file') = :file and json_extract(details, '$.sha256') = :sha256
   and (:look = '' or json_extract(details, '$.look') = :look)) as "is_there:bool";
