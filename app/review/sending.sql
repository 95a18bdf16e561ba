-- database: site

-- maybe sending_get(request i64): what the server is told of it, once that is written
select body from review_sending where request = :request;

-- exec sending_insert(request i64, body text): from now on these words and no others
insert into review_sending (request, body) values (:request, :body);

-- one sending_is(request i64): has it been written?
select exists (select 1 from review_sending where request = :request) as "begun:bool";
