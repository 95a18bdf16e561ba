"""Fills a server's database with many job requests, as years of use would have; needs apsw, whose SQLite is as new as ours."""
import apsw

NOW = 1_790_000_000_000_000
# So few of each that even 1,000 jobs fill every page: what differs is the history alone.
PEOPLE, PROJECTS, WORKSPACES, BACKENDS, JOBS_EACH = 10, 10, 10, 5, 1


def seed(path, jobs):
    """`jobs` jobs in jobs/5 requests. The person `ada` who is there already joins half of the projects."""
    db = apsw.Connection(str(path))
    requests = jobs // JOBS_EACH
    count = "with recursive n(i) as (select 1 union all select i + 1 from n where i < {})"
    run = lambda sql: list(db.execute(sql))  # to the end: apsw steps no further than it is asked
    run("pragma journal_mode = wal; pragma synchronous = off; begin")
    ada = run("select id from person where username = 'ada'")[0][0]
    org = run("select id from org")[0][0]
    run(count.format(PEOPLE) + f" insert into person (id, username, created_at) select 1000 + i, 'user' || i, {NOW} from n")
    run(count.format(PROJECTS) + f" insert into project (id, org, slug, name, created_at) select 1000 + i, {org}, 'p' || i, 'P' || i, {NOW} from n")
    run(count.format(WORKSPACES) + " insert into workspace (id, project, name, repo, branch, created_at) "
               f"select 1000 + i, 1000 + 1 + i % {PROJECTS}, 'ws' || i, 'https://git.example/s', 'main', {NOW} from n")
    run(count.format(BACKENDS) + " insert into backend (id, slug, name, created_at) "
               f"select 1000 + i, 'site' || i, 'Site ' || i, {NOW} from n")
    run(f"insert into project_member (project, person, created_at) select id, {ada}, 1 from project where id > 1000 and id % 2 = 0")
    run("insert into job_definition (hash, text) values ('seed', 'version: 1')")
    run(count.format(requests) + f"""
        insert into job_request (id, identifier, workspace, backend, created_by, created_at, sha, requested_actions, force_run,
                                 will_notify, definition, status, is_active, jobs, jobs_succeeded, jobs_failed, started_at, completed_at)
        select i, printf('r%015d', i), 1000 + 1 + i % {WORKSPACES}, 1000 + 1 + i % {BACKENDS}, 1000 + 1 + i / 10 % {PEOPLE},
               {NOW} + i, 'd1e88b31cbe8f67c58f938adb5ee500d54a69764', '["run_all"]', 0, 0, 'seed',
               case when i / 100 % 2 then 'failed' else 'succeeded' end, 0, {JOBS_EACH}, {JOBS_EACH} - i / 100 % 2, i / 100 % 2,
               {NOW} + i, {NOW} + i + 5000000 from n""")
    run(count.format(jobs) + f"""
        insert into job (identifier, job_request, workspace, backend, action, status, created_at, started_at, completed_at)
        select printf('%07xjob%06x', i * 2654435761 % 268435456, i), r.id, r.workspace, r.backend,
               'action_' || (i % 5), 'succeeded', {NOW} + i, {NOW} + i, {NOW} + i + 1000000
          from n join job_request r on r.id = 1 + (i - 1) / {JOBS_EACH}""")
    run("""insert into job_newest (workspace, backend, action, job)
        select workspace, backend, action, max(id) from job group by 1, 2, 3""")
    run("""insert into job_text (rowid, words) select r.id, r.identifier || ' ' || r.requested_actions || ' ' ||
        (select group_concat(j.identifier || ' ' || j.action, ' ') from job j where j.job_request = r.id) from job_request r""")
    run("commit; pragma wal_checkpoint(truncate)")
    db.close()
