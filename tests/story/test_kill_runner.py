# The runner is killed again and again at random moments; every job still runs to its end exactly once.
import os
import pathlib
import random

import pytest
from job_server import JobServer
from runner_site import Site, Study, project

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


def groups_of(ids):
    return [at for at, folders, _ in os.walk("/sys/fs/cgroup") for name in folders
            if any(i in name for i in ids) for at in [os.path.join(at, name)]]


@pytest.mark.parametrize("seed", SEEDS)
def test_killing_the_runner_loses_nothing_and_repeats_nothing(tmp_path, seed):
    moment = random.Random(seed)
    server = JobServer()
    study = Study(tmp_path / "study", {"run.sh": RUNS, "project.yaml": project(
        first=action("first"), left=action("left", "first"), right=action("right", "first"),
        last=action("last", "left", "right"))})
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
    assert len(jobs) == 4 * len(asked)
    assert {(j["status"], j["status_code"]) for j in jobs} == {("succeeded", "succeeded")}
    for job in jobs:
        moves = [code for _, code in server.moves[job["identifier"]]]
        begun = moves.index("executing") if "executing" in moves else len(moves)
        assert "preparing" not in moves[begun:], f"{job['action']} began twice: {moves}"
        workspace = f"ws{asked.index(job['job_request_id']) + 1}"
        for store in (site.high, site.medium):
            runs = store(f"output/{job['action']}.txt", workspace).read_text().splitlines()
            assert len(runs) == 1, f"{job['action']} of {workspace} ran {len(runs)} times"
    states = {row[0]: row[2] for row in site.rows()}
    assert states == {j["identifier"]: j["status"] for j in jobs}
    assert not list((site.site / "jobs").iterdir())
    assert not holders(tmp_path)
    assert not groups_of(states)
    assert str(tmp_path) not in pathlib.Path("/proc/self/mountinfo").read_text()
