# The runner is killed again and again at random moments; every job still runs to its end exactly once.
import contextlib
import os
import pathlib
import random
import re
import signal
import sqlite3
import time

import pytest
from job_server import JobServer
from runner_site import Site, Study, project
from server_site import ServerSite
from until import until

KILLS = 60
SEEDS = [int(s) for s in os.environ.get("SEEDS", "20220705").split()]

RUNS = "mkdir -p output && date +%N >> output/$1.txt && echo ran $1\n"


def action(name, *needs):
    return (f"sh:v1 run.sh {name}", list(needs), {"moderately_sensitive": {"run": f"output/{name}.txt"}})


class Footprints:
    """Counts what changes below a folder, so that a moment can be chosen without a clock."""

    def __init__(self, folder):
        self.folder = folder
        self.seen = set()

    def look(self):
        new = 0
        for at, _, names in os.walk(self.folder):
            for name in [".", *names]:
                try:
                    facts = os.lstat(os.path.join(at, name))
                except FileNotFoundError:
                    continue
                print_ = (at, name, facts.st_mtime_ns, facts.st_size)
                if print_ not in self.seen:
                    self.seen.add(print_)
                    new += 1
        return new


def holders(folder):
    """Processes that have something below the folder open."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if os.readlink(f"/proc/{pid}/fd/{fd}").startswith(str(folder)):
                    found.append((pid, pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")))
                    break
        except OSError:
            continue
    return found


def groups_left():
    """Control groups of boxes whose supervisor, after which they are called, is no longer there."""
    left = []
    for at, folders, _ in os.walk("/sys/fs/cgroup"):
        for name in folders:
            of = re.fullmatch(r"tresor-(\d+)-(\d+)", name)
            if of and not lives(*of.groups()):
                left.append(os.path.join(at, name))
    return left


def has_group(pid):
    return any(name.startswith(f"tresor-{pid}-") for _, folders, _ in os.walk("/sys/fs/cgroup") for name in folders)


def lives(pid, birth):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19] == birth
    except OSError:
        return False


LEFT_BEFORE = set(groups_left())  # by whatever ran on this machine before


def runs_once(site, jobs):
    """Every job {id: (action, number of its workspace)} has left one line, and nothing else has been left."""
    for action, number in jobs.values():
        for store in (site.high, site.medium):
            runs = store(f"output/{action}.txt", f"ws{number}").read_text().splitlines()
            assert len(runs) == 1, f"{action} of ws{number} ran {len(runs)} times"
    assert not list((site.site / "jobs").iterdir())
    assert not holders(site.folder)
    until(lambda: not set(groups_left()) - LEFT_BEFORE, what="the removal of all groups")
    assert str(site.folder) not in pathlib.Path("/proc/self/mountinfo").read_text()


def study_in(folder):
    return Study(folder, {"run.sh": RUNS, "project.yaml": project(
        first=action("first"), left=action("left", "first"), right=action("right", "first"),
        last=action("last", "left", "right"))})


def children(pid):
    return [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_groups_of_a_keeper_that_was_killed_with_its_supervisors_are_swept(tmp_path):
    site = Site(tmp_path / "one").start()
    keeper, = children(site.runner.pid)
    limited = "boxes have no memory limit" not in site.log_path.read_text()  # else there is nothing to sweep
    idle = until(lambda: [pid for pid in children(keeper) if has_group(pid) or not limited], what="a supervisor")
    os.kill(keeper, signal.SIGSTOP)  # it must not see them go
    for pid in [*idle, keeper, site.runner.pid]:
        os.kill(pid, signal.SIGKILL)
    site.runner.wait()
    left = until(lambda: set(groups_left()) - LEFT_BEFORE, what="what they left") if limited else []
    site.start()
    until(lambda: not any(map(os.path.exists, left)), what="the sweep")
    site.stop()


@pytest.mark.parametrize("seed", SEEDS)
def test_killing_the_runner_loses_nothing_and_repeats_nothing(tmp_path, seed):
    moment = random.Random(seed)
    server = JobServer()
    study = study_in(tmp_path / "study")
    site = Site(tmp_path / "one", server)
    footprints = Footprints(tmp_path / "one/site")
    asked = []

    def ask():
        asked.append(f"request{len(asked):09d}")
        server.ask(study, ["run_all"], asked[-1], workspace=f"ws{len(asked)}")

    for _ in range(KILLS):
        site.start()
        if len(server.active()) < 2:
            ask()
        left = moment.randint(1, 40)
        while left > 0 and server.active():
            left -= footprints.look()
        site.kill()
    site.start()
    jobs = [job for request in asked for job in server.until_done(request, 120).values()]
    site.stop()
    server.close()

    assert not server.faults
    runs_once(site, {job["identifier"]: (job["action"], asked.index(job["job_request_id"]) + 1) for job in jobs})
    assert len(jobs) == 4 * len(asked)
    assert {(j["status"], j["status_code"]) for j in jobs} == {("succeeded", "succeeded")}
    for job in jobs:
        moves = [code for _, code in server.moves[job["identifier"]]]
        begun = moves.index("executing") if "executing" in moves else len(moves)
        assert "preparing" not in moves[begun:], f"{job['action']} began twice: {moves}"
    assert {row[0]: row[2] for row in site.rows()} == {j["identifier"]: j["status"] for j in jobs}


class RealServer(ServerSite):
    """`tresor server` with Ada, who may run the study at one backend; asked and read as people do."""

    def __init__(self, folder, study):
        super().__init__(folder)
        self.study, self.asked = study, 0
        self.trust = ["--ca", self.ready["ca"]]
        self.ada = self.person("ada")
        self.org("lab", "ada")
        self.token = self.backend("tpp", "ada")
        self.ada.submit(self.ada.get("/lab/new-project/"), "/lab/new-project/", {"name": "Study"})

    def ask(self):
        self.asked += 1
        name, new = f"ws{self.asked}", "/lab/study/new-workspace/"
        self.ada.submit(self.ada.get(new), new, {"name": name, "repo": self.study.url, "branch": "main"})
        run = f"/lab/study/{name}/run-jobs/"
        page = self.ada.submit(self.ada.get(run), run, [("actions", "run_all")], drop=["actions"])
        assert page.path.endswith("/logs/"), page.text

    def query(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.folder}/server.db?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()

    def open(self):
        return self.query("select count(*) from job_request where is_active = 1")[0][0]

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.mark.parametrize("seed", SEEDS)
def test_killing_server_and_runner_loses_nothing_and_repeats_nothing(tmp_path, seed):
    moment = random.Random(seed)
    server = RealServer(tmp_path / "server", study_in(tmp_path / "study"))
    site = Site(tmp_path / "one", server)
    (tmp_path / "one/token").write_text(server.token)
    footprints = Footprints(tmp_path)
    for _ in range(KILLS):
        if site.runner is None or site.runner.poll() is not None:
            site.start()
        if server.process.poll() is not None:
            server.start()
        if server.open() < 2:
            server.ask()
        left = moment.randint(1, 60)
        while left > 0 and server.open():
            left -= footprints.look()
        victims = moment.choice([[site], [server], [site, server], [server, site]])
        for victim in victims:
            victim.kill()
    if server.process.poll() is not None:
        server.start()
    if site.runner.poll() is not None:
        site.start()
    end = time.monotonic() + 120
    while server.open():
        assert time.monotonic() < end, server.query("select identifier, status, status_code from job")
        footprints.look()
    site.stop()
    server.stop()
    jobs = server.query("select j.identifier, j.action, w.name, j.status from job j "
                        "join workspace w on w.id = j.workspace")
    assert len(server.query("select id from job_request")) == server.asked
    assert len(jobs) == 4 * server.asked
    assert {row[0]: row[2] for row in site.rows()} == {row[0]: row[3] for row in jobs}
    assert {row[3] for row in jobs} == {"succeeded"}
    runs_once(site, {row[0]: (row[1], int(row[2][2:])) for row in jobs})
