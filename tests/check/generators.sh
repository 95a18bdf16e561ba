#!/bin/bash
# The build refuses what would be wrong: deliberate mistakes in queries, migrations and pages, each with its sentence.
#   tests/check/generators.sh [TOOLS]     TOOLS: where sqlgen and pagegen are; build/dev/tools after ./build.sh quick
set -euo pipefail
cd "$(dirname "$0")/../.."
TOOLS=${1:-build/dev/tools}
export ASAN_OPTIONS=detect_leaks=0
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
mkdir -p "$DIR/app/db/server" "$DIR/app/db/site" "$DIR/app/job"
red=0 ran=0

cat >"$DIR/app/db/server/0001_job.sql" <<'SQL'
-- writers person: server
create table person (id integer primary key, name text not null, age integer) strict;
-- writers job: server admin
create table job (id integer primary key, state text not null, owner integer not null references person) strict;
SQL
cat >"$DIR/app/db/site/0001_job.sql" <<'SQL'
-- writers note: runner
create table note (id integer primary key, text text not null) strict;
SQL

# verdict WHAT STATUS SAID WANTED: WANTED empty means that it should pass
verdict() {
    ran=$((ran + 1))
    if [ -z "$4" ]; then
        [ "$2" = 0 ] && return
        echo "FAIL $1: refused: $3"
    else
        [ "$2" != 0 ] && [[ $3 == *"$4"* ]] && return
        echo "FAIL $1: wanted \"$4\", got status $2: $3"
    fi
    red=$((red + 1))
}

# sql WHAT WANTED <query file
sql() {
    local said status=0
    cat >"$DIR/app/job/job.sql"
    said=$("$TOOLS/sqlgen" "$DIR/out" "$DIR"/app/db/*/*.sql -- "$DIR/app/job/job.sql" 2>&1) || status=$?
    verdict "sql: $1" "$status" "$said" "$2"
}

# migration WHAT WANTED [NAME] <migration
migration() {
    local said status=0 file="$DIR/app/db/server/${3:-0002_more.sql}"
    cat >"$file"
    printf '%s\n' '-- database: server' >"$DIR/app/job/job.sql"
    said=$("$TOOLS/sqlgen" "$DIR/out" "$DIR"/app/db/*/*.sql -- "$DIR/app/job/job.sql" 2>&1) || status=$?
    rm "$file"
    verdict "migration: $1" "$status" "$said" "$2"
}

# page WHAT WANTED <page; without a wanted refusal the C must compile too
page() {
    local said status=0
    cat >"$DIR/app/job/show.html"
    said=$("$TOOLS/pagegen" "$DIR/out" "$DIR/app/job/show.html" 2>&1) || status=$?
    if [ "$status" = 0 ]; then
        said=$(${CC:-gcc} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Iapp -I"$DIR/out" \
            "$DIR/out/job/show.page.c" 2>&1) || status=$?
    fi
    verdict "page: $1" "$status" "$said" "$2"
}

sql "all is well" "" <<'X'
-- database: server

-- one job_get(id i64): a job
--   with its owner
select j.id, j.state, p.name, p.age as "age:i64?" from job j join person p on p.id = j.owner where j.id = :id;
-- many job_list(most i64) -> JobGet: the same of all
select j.id, j.state, p.name, p.age as "age:i64?" from job j join person p on p.id = j.owner limit :most;
-- maybe job_any(): one, if there is one
select id from job limit 1;
-- one job_add(state text, owner i64): a new one
insert into job (state, owner) values (:state, :owner) returning id;
-- exec job_advance(id i64, was text, now text): moves on
update job set state = :now where id = :id and state = :was;
-- many job_reset(): all of them, whatever their number
update job set state = 'new' returning id;
X
sql "columns that are written once" "" <<'X'
-- database: server
-- columns of_job: what is known of a job
j.id, j.state,
p.name;
-- one job_get(id i64): a job
select {of_job} from job j join person p on p.id = j.owner where j.id = :id and j.state <> '{}';
-- many job_list() -> JobGet: all of them
select {of_job} from job j join person p on p.id = j.owner limit 10;
X
sql "columns that nobody lists" "job.sql:3: no columns are called 'of_job'" <<'X'
-- database: server
-- one job_get(id i64): a job
select {of_job} from job j where j.id = :id;
X
sql "columns that nobody names" 'job.sql:2: the columns of_job are never used' <<'X'
-- database: server
-- columns of_job: what is known of a job
id, state;
-- one job_get(id i64): a job
select id from job where id = :id;
X
sql "a misspelt column in a list, at the line of the query" 'job.sql:6: job_get: no such column: stat' <<'X'
-- database: server
-- columns of_job: what is known of a job
id,
stat;
-- one job_get(id i64): a job
select {of_job} from job where id = :id;
X
sql "a misspelt column" 'job.sql:3: job_get: no such column: stat' <<'X'
-- database: server
-- one job_get(id i64): a job
select id, stat from job where id = :id;
X
sql "a misspelt table" 'no such table: jobs' <<'X'
-- database: server
-- one job_get(id i64): a job
select id from jobs where id = :id;
X
sql "a table of the other database" 'no such table: note' <<'X'
-- database: server
-- one note_get(id i64): a note
select id from note where id = :id;
X
sql "a query that fits only one of both" 'no such table: job' <<'X'
-- database: both
-- one job_get(id i64): a job
select id from job where id = :id;
X
sql "a list without a limit" 'job_list: a list must say its limit' <<'X'
-- database: server
-- many job_list(): all
select id from job;
X
sql "a limit that is only inside" 'a list must say its limit' <<'X'
-- database: server
-- many job_list(): all
select id from job where owner in (select id from person limit 3) and state <> 'no limit 4';
X
sql "an unused parameter" 'parameter :owner is never used' <<'X'
-- database: server
-- one job_get(id i64, owner i64): a job
select id from job where id = :id;
X
sql "an undeclared parameter" 'job.sql:3: job_get: parameter :owner is not declared' <<'X'
-- database: server
-- one job_get(id i64): a job
select id from job where id = :id and owner = :owner;
X
sql "a parameter without a name" 'write parameters as :name' <<'X'
-- database: server
-- one job_get(): a job
select id from job where id = ?;
X
sql "a parameter of an unknown type" "'int' is no type" <<'X'
-- database: server
-- one job_get(id int): a job
select id from job where id = :id;
X
sql "an expression without a type" "column 'count(*)' is an expression" <<'X'
-- database: server
-- one job_count(): how many
select count(*) from job;
X
sql "all columns" 'job.sql:3: job_get: name the columns instead of *' <<'X'
-- database: server
-- one job_get(id i64): a job
select * from job where id = :id;
X
sql "all columns of one table" 'name the columns instead of *' <<'X'
-- database: server
-- one job_get(id i64): a job
select p.age, j.* from job j, person p where j.id = :id;
X
sql "all columns returned" 'name the columns instead of *' <<'X'
-- database: server
-- one job_add(id i64): a job
insert into job (state, owner) values ('new', :id) returning *;
X
sql "a star that multiplies or counts" "" <<'X'
-- database: server
-- one job_count(): how many
select count(*) as "n:i64", sum(id * 2) as "twice:i64?" from job;
X
sql "a column that may be null" "column 'age' may be null; name it as \"age:i64?\"" <<'X'
-- database: server
-- one person_get(id i64): a person
select id, age from person where id = :id;
X
sql "a column that an outer join may leave out" "column 'id' may be null" <<'X'
-- database: server
-- one person_get(id i64): a person
select j.id from person p left join job j on j.owner = p.id where p.id = :id;
X
sql "one name twice" 'job_get is already a query of' <<'X'
-- database: server
-- one job_get(id i64): a job
select id from job where id = :id;
-- one job_get(id i64): a job
select id from job where id = :id;
X
sql "two columns of one name" "two columns are called 'id'" <<'X'
-- database: server
-- one job_get(id i64): a job
select j.id, p.id from job j, person p where j.id = :id;
X
sql "rows of one type that differ" 'its columns differ from job_get' <<'X'
-- database: server
-- one job_get(id i64): a job
select id, state from job where id = :id;
-- many job_list() -> JobGet: all
select id, owner from job limit 9;
X
sql "no database" "the first line says '-- database:" <<'X'
-- one job_get(id i64): a job
select id from job where id = :id;
X
sql "no reason" 'say the reason after a colon' <<'X'
-- database: server
-- one job_get(id i64)
select id from job where id = :id;
X
sql "no head" 'job.sql:3: a statement without a head' <<'X'
-- database: server
-- oen job_get(id i64): a job
select id from job where id = :id;
X
sql "exec that returns" 'exec, but it returns columns' <<'X'
-- database: server
-- exec job_get(id i64): a job
select id from job where id = :id;
X
sql "one that returns nothing" 'it returns no columns; make it exec' <<'X'
-- database: server
-- one job_drop(id i64): gone
delete from job where id = :id;
X
sql "a change of the schema" 'only select, insert, update and delete' <<'X'
-- database: server
-- exec job_drop(): gone
drop table job;
X
sql "no semicolon" 'end the statement with ;' <<'X'
-- database: server
-- one job_get(id i64): a job
select id from job where id = :id
X
sql "a name that the written code needs" "'db' is taken" <<'X'
-- database: server
-- one job_get(db i64): a job
select id from job where id = :db;
X

migration "one that breaks nothing" "" <<'X'
alter table job add column note text not null default '';
X
migration "a mistake has its line" '0002_more.sql:2: near "tabel"' <<'X'
-- a comment
create tabel x (id integer) strict;
X
migration "not strict" 'table x is not strict' <<'X'
-- writers x: server
create table x (id integer primary key);
X
migration "without a writer" "who writes table x?" <<'X'
create table x (id integer primary key) strict;
X
migration "an unknown writer" "'everybody' is no role" <<'X'
-- writers x: everybody
create table x (id integer primary key) strict;
X
migration "commits by itself" 'remove begin and commit' <<'X'
commit;
X
migration "a number twice" 'number 0001 is taken by 0001_' 0001_again.sql <<'X'
select 1;
X
migration "a bad name" 'named NNNN_name.sql' second.sql <<'X'
select 1;
X

page "all is well" "" <<'X'
<!-- What this is. -->
{% include "base/str.h" %}
{% page job_show(Buf *o, Str title, i64 id, Str url, const StrList *names, bool open) %}
{# not sent #}
<article class="job {{ title }} {{? open : is-open }}">
<h1>{{ title }}</h1>
<a href="{{ url }}">x</a> <a href="/job/{{ id }}/{{ title }}/?q={{ title }}#top">y</a>
<input type="checkbox" name="a"{{? open : checked }}{{? !open : aria-label="closed" }}>
{% c for (isize i = 0; i < names->n; i++) { %}
<p>{{ names->v[i] }}<br>{% c if (open) { %}<b>{{ i + 1 > 9 ? S("many") : S("few") }}</b>{% c } else { %}no{% c } %}</p>
{% c } %}
<script src="/asset/app.js"></script>
</article>
{% partial job_top(Buf *o) %}
<main>
{% partial job_bottom(Buf *o) %}
</main>
X
page "a raw pointer" "char" <<'X'
{% page job_show(Buf *o, const char *title) %}
<p>{{ title }}</p>
X
page "a misspelt field points into the page" "show.html:3" <<'X'
{% include "base/str.h" %}
{% page job_show(Buf *o, const StrList *names) %}
<p>{{ names->w[0] }}</p>
X
page "a trusted value in an attribute" "Html" <<'X'
{% include "web/html.h" %}
{% page job_show(Buf *o, Html x) %}
<p class="{{ x }}"></p>
X
page "a value in a script" 'show.html:2: a value may not stand in <script>' <<'X'
{% page job_show(Buf *o, Str x) %}
<script>{{ x }}</script>
X
page "a value in a style sheet" 'a value may not stand in <style>' <<'X'
{% page job_show(Buf *o, Str x) %}
<style>{{ x }}</style>
X
page "an inline script" 'inline script and style are blocked' <<'X'
{% page job_show(Buf *o, Str x) %}
<script>alert(1)</script>
X
page "onclick" 'on…= and style= are blocked' <<'X'
{% page job_show(Buf *o, Str x) %}
<p onclick="{{ x }}">a</p>
X
page "style" 'on…= and style= are blocked' <<'X'
{% page job_show(Buf *o, Str x) %}
<p style="color: {{ x }}">a</p>
X
page "a condition that adds a handler" 'on…= and style= are blocked' <<'X'
{% page job_show(Buf *o, bool x) %}
<p{{? x : onclick="go()" }}>a</p>
X
page "a condition that grows into the next attribute" 'write a blank after' <<'X'
{% page job_show(Buf *o, bool x, Str y) %}
<iframe class="a"{{? x : src }}doc="{{ y }}"></iframe>
X
page "an unquoted attribute" 'quote the attribute: name=' <<'X'
{% page job_show(Buf *o, Str x) %}
<p class={{ x }}>a</p>
X
page "a value as a tag" 'a value may not be part of a tag' <<'X'
{% page job_show(Buf *o, Str x) %}
<{{ x }}>a</p>
X
page "a value as an attribute" 'a value may not be part of a tag' <<'X'
{% page job_show(Buf *o, Str x) %}
<p {{ x }}>a</p>
X
page "a value in a comment" 'a value may not stand in a comment' <<'X'
{% page job_show(Buf *o, Str x) %}
<p><!-- {{ x }} --></p>
X
page "a value in srcdoc" 'srcdoc' <<'X'
{% page job_show(Buf *o, Str x) %}
<iframe srcdoc="{{ x }}"></iframe>
X
page "a value in a refresh" 'http-equiv' <<'X'
{% page job_show(Buf *o, Str x) %}
<meta http-equiv="refresh" content="0; url={{ x }}">
X
page "ends inside a tag" 'the page ends inside a tag' <<'X'
{% page job_show(Buf *o) %}
<p class="a"
X
page "ends inside a value" 'the page ends inside a tag' <<'X'
{% page job_show(Buf *o) %}
<p class="a
X
page "an element left open" 'the page ends with <div> still open' <<'X'
{% page job_show(Buf *o) %}
<div><p>a</p>
X
page "an element closed twice" 'closes an element that was not opened' <<'X'
{% page job_show(Buf *o) %}
<p>a</p></p>
X
page "elements that cross" 'not the innermost open one' <<'X'
{% page job_show(Buf *o) %}
<b><i>a</b></i>
X
page "a branch that moves the place" 'show.html:4: the branch that began in line 2' <<'X'
{% page job_show(Buf *o, bool x) %}
{% c if (x) { %}
<div>
{% c } %}
</div>
X
page "code in a tag" 'code may stand only between elements' <<'X'
{% page job_show(Buf *o, bool x) %}
<p {% c if (x) { %}class="a"{% c } %}>a</p>
X
page "code in a value" 'code may stand only between elements' <<'X'
{% page job_show(Buf *o, bool x) %}
<p class="{% c if (x) { %}a{% c } %}">a</p>
X
page "a branch without braces" 'end the code with { } ; or :' <<'X'
{% page job_show(Buf *o, bool x) %}
{% c if (x) %}<p>a</p>
X
page "a brace never closed" 'show.html:2: this { is not closed' <<'X'
{% page job_show(Buf *o, bool x) %}
{% c if (x) { %}<p>a</p>
X
page "a brace too many" 'this } closes nothing' <<'X'
{% page job_show(Buf *o, bool x) %}
<p>a</p>{% c } %}
X
page "a brace in a string" "" <<'X'
{% page job_show(Buf *o) %}
{% c buf_put(o, S("{")); %}
X
page "an open mark" 'this {{ is not closed' <<'X'
{% page job_show(Buf *o, Str x) %}
<p>{{ x }</p>
X
page "text outside" 'show.html:1: text before the first' <<'X'
hello
{% page job_show(Buf *o) %}
X
page "a less-than sign" 'write &lt; for <' <<'X'
{% page job_show(Buf *o) %}
<p>1 < 2</p>
X

echo "generators: $ran cases, $red red"
[ "$red" = 0 ]
