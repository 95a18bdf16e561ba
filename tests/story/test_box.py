"""The box keeps a job in, keeps its promises about limits, and survives the death of whoever started it."""
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from people import is_product
from until import until

TRESOR = os.environ["TRESOR"]
NOBODY = 65534
IS_ROOT = os.geteuid() == 0
ATTEMPTS = [
    json.loads(line)["name"]
    for line in subprocess.run(
        [TRESOR, "box", "test", "--list", "--json"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
]
# Attempts that succeed for anybody outside of a box: the proof that they are real attempts.
REAL = """read_file write_file climb descriptors magic_link see_others send_dns interfaces trace_child
    read_memory user_namespace clone3_call io_uring_setup userfaultfd keyctl raise_limits host_name
    securebits new_privileges other_numbering""".split()


class Person:
    """Somebody who runs boxes: root with a user id for each box, or an ordinary user."""

    def __init__(self, name):
        self.name = name
        self.home = Path(tempfile.mkdtemp(prefix="box-"))
        self.home.chmod(0o755)
        self.tresor = self.home / "tresor"
        shutil.copy(TRESOR, self.tresor)
        self.other = name == "user" and IS_ROOT
        if self.other:
            os.chown(self.home, NOBODY, NOBODY)

    def call(self, *words, env=(), **more):
        become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        return subprocess.run(
            [*(become if self.other else []), str(self.tresor), *map(str, words)],
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(self.home), **dict(env)},
            **more,
        )

    def run(self, *command, options=(), **more):
        return self.call("box", "run", "--allow-missing", *options, "--", *command, **more)

    def result(self, *command, options=()):
        said = self.run(*command, options=["--json", *options])
        return json.loads(said.stdout.splitlines()[-1]), said.stdout.rsplit("{", 1)[0]

    def folder(self, name):
        path = self.home / name
        path.mkdir()
        if self.other:
            os.chown(path, NOBODY, NOBODY)
        return path


@pytest.fixture(scope="module", params=["root", "user"])
def person(request):
    if request.param == "root" and not IS_ROOT:
        pytest.skip("not root")
    if request.param == "user" and not is_product():
        pytest.skip("memory is limited by address space here; a build with checks needs terabytes of it")
    someone = Person(request.param)
    yield someone
    shutil.rmtree(someone.home)


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_no_attempt_gets_out(person, attempt):
    said = person.call("box", "test", "--json", attempt)
    assert json.loads(said.stdout)["verdict"] == "held", said.stdout
    assert said.returncode == 0


def test_there_are_enough_attempts():
    assert len(ATTEMPTS) == len(set(ATTEMPTS)) >= 60
    assert set(REAL) <= set(ATTEMPTS)


@pytest.mark.parametrize("attempt", REAL)
def test_the_attempts_are_real(person, attempt):
    secret = person.home / "bait"
    secret.write_text("bait")
    secret.chmod(0o666)
    with open(secret) as leaked:
        outside = {"ESCAPE_FILE": str(secret), "ESCAPE_PORT": "1", "ESCAPE_PID": str(os.getpid())}
        said = person.call(
            "box", "escape", attempt, env=outside, pass_fds=[leaked.fileno()], cwd=person.home
        )
    assert said.returncode == 2, (attempt, said.stderr)


def test_an_attempt_is_refused_outside_of_a_box(person):
    said = person.call("box", "escape", "read_file")
    assert said.returncode == 77
    assert "tresor box test" in said.stderr


def test_missing_protections_are_refused_unless_allowed():
    someone = Person("user")
    said = someone.call("box", "run", "--", "true")
    plan = json.loads(someone.call("box", "run", "--allow-missing", "--plan", "--json", "--", "true").stdout)
    missing = [name for name, on in plan["protections"].items() if not on]
    if missing:
        assert said.returncode == 77
        assert all(name in said.stderr for name in missing)
    else:
        assert said.returncode == 0
    shutil.rmtree(someone.home)


def test_the_job_decides_its_exit_code(person):
    assert person.run("sh", "-c", "exit 7").returncode == 7
    result, _ = person.result("sh", "-c", "kill -9 $$")
    assert (result["end"], result["signal"], result["code"]) == ("signalled", 9, 137)


def test_a_program_that_is_not_there_is_one_sentence(person):
    said = person.run("no-such-program")
    assert said.returncode == 74
    assert said.stderr == (
        "tresor box run: cannot run no-such-program: there is no such program in the image\n"
    )


@pytest.mark.parametrize(
    "command, expected",
    [
        (["bash", "-c", "seq 3 | sort -r | head -1"], "3\n"),
        (["python3", "-c", "import multiprocessing as m; print(sum(m.Pool(2).map(abs, [-1, -2])))"], "3\n"),
        (["Rscript", "-e", "cat(round(coef(lm(dist ~ speed, cars))[[2]], 3), '\\n')"], "3.932 \n"),
        (["git", "--version"], None),
    ],
)
def test_what_studies_are_written_in_runs(person, command, expected):
    if not shutil.which(command[0], path="/usr/bin:/bin"):
        pytest.skip(f"no {command[0]} on this machine")
    said = person.run(*command)
    assert said.returncode == 0, said.stderr + said.stdout
    assert expected is None or said.stdout == expected


def test_only_declared_variables_are_known(person):
    said = person.run("env", options=["--env", "STUDY=7"], env={"DATABASE_PASSWORD": "secret"})
    names = sorted(line.split("=")[0] for line in said.stdout.splitlines())
    assert names == ["HOME", "LANG", "PATH", "STUDY", "TMPDIR", "USER"]


def test_the_workspace_is_shared_and_comes_back(person):
    work = person.folder("work")
    deep = work / "in"
    deep.mkdir()
    (deep / "rows.csv").write_text("a\n")
    if person.other:
        for path in (deep, deep / "rows.csv"):
            os.chown(path, NOBODY, NOBODY)
    said = person.run(
        "sh", "-c", "cat in/rows.csv; echo changed > in/rows.csv; mkdir out; echo 1 > out/model",
        options=["--workspace", work],
    )
    assert said.stdout == "a\n", said.stderr
    assert (deep / "rows.csv").read_text() == "changed\n"
    owner = NOBODY if person.other else os.geteuid()
    assert all(path.stat().st_uid == owner for path in work.rglob("*"))


def test_inputs_are_read_only(person):
    data = person.folder("data")
    (data / "rows.csv").write_text("a\n")
    said = person.run(
        "sh", "-c", "cat /data/rows.csv; echo b > /data/rows.csv", options=["--input", f"{data}:/data"]
    )
    assert said.returncode != 0
    assert said.stdout.startswith("a\n") and "Read-only" in said.stdout
    assert (data / "rows.csv").read_text() == "a\n"


def test_a_link_in_the_workspace_does_not_lead_an_input_astray(person):
    work, elsewhere, data = person.folder("w2"), person.folder("elsewhere"), person.folder("d2")
    (work / "inputs").symlink_to(elsewhere)
    said = person.run(
        "true", options=["--workspace", work, "--input", f"{data}:/workspace/inputs/d"]
    )
    assert said.returncode == 74
    assert "in the way" in said.stderr
    assert not list(elsewhere.iterdir())


def test_the_deadline_ends_everything(person):
    result, _ = person.result("sh", "-c", "sleep 600 & sleep 600", options=["--timeout", "1"])
    assert result["end"] == "timed_out"
    assert result["wall_micros"] < 60_000_000


def test_more_prints_than_allowed_are_dropped_not_fatal(person):
    result, printed = person.result("seq", "1000000", options=["--prints", "1000"])
    assert (result["end"], result["code"], result["log_cut"]) == ("exited", 0, True)
    assert len(printed) == 1000


def test_memory_is_limited(person):
    result, _ = person.result(
        "python3", "-c", "x = bytearray(10**9); print(len(x))", options=["--memory", "64M"]
    )
    assert result["end"] == "out_of_memory" or result["code"] != 0
    if person.name == "root":
        assert result["end"] == "out_of_memory", result


def test_the_disk_is_limited(person):
    work = person.folder("disk")
    write = "head -c 50000000 /dev/zero > big"
    result, _ = person.result("sh", "-c", write, options=["--workspace", work, "--disk", "20M"])
    assert result["end"] == "out_of_disk"
    result, _ = person.result("sh", "-c", "true", options=["--workspace", work, "--disk", "20M"])
    assert result["end"] == "not_started" and "already" in result["say"]
    result, _ = person.result("sh", "-c", "rm big", options=["--workspace", work, "--disk", "90M"])
    assert result["end"] == "exited"


def test_processes_are_limited(person):
    said = person.run("sh", "-c", "for i in $(seq 100); do sleep 100 & done", options=["--processes", "20"])
    assert "fork" in said.stdout.lower()


def test_the_plan_can_be_read_without_running(person):
    said = person.call("box", "run", "--allow-missing", "--plan", "--", "true")
    assert "/workspace: memory" in said.stdout and "  /proc: processes\n" in said.stdout
    plan = json.loads(person.call("box", "run", "--allow-missing", "--plan", "--json", "--", "true").stdout)
    assert plan["runs"] == ["true"]
    assert {"at": "tmp", "what": "memory", "source": "", "writable": True, "bytes": 268435456} in plan["sees"]


def test_an_image_is_a_folder(person):
    image = person.folder("image")
    (image / "bin").mkdir()
    shutil.copy(TRESOR, image / "bin" / "tool")
    said = person.run("/bin/tool", "version", options=["--image", image])
    assert said.stdout.startswith("Tresor "), said.stderr
    assert person.run("/usr/bin/true", options=["--image", image]).returncode == 74


# The life of a box whose starter has gone.


def status(person, folder, *words):
    said = person.call("box", "status", *words, folder)
    lines = said.stdout.splitlines()
    return lines[0], json.loads(lines[1]) if len(lines) > 1 else None


def start(person, folder, *command):
    return person.call("box", "start", "--allow-missing", folder, "--", *command).stdout


def supervisor(folder):
    return int((folder / "record").read_text().splitlines()[0].split()[1])


def test_a_box_outlives_its_starter(person):
    job = person.folder("outlives")
    assert status(person, job)[0] == "absent"
    assert start(person, job, "sh", "-c", "echo done; exit 3") == "started\n"
    state, result = status(person, job, "--wait")
    assert (state, result["end"], result["code"]) == ("finished", "exited", 3)
    assert (job / "log").read_text() == "done\n"
    assert start(person, job, "true") == "not started: it runs or has ended already\n"
    assert person.call("box", "cleanup", job).returncode == 0
    assert person.call("box", "cleanup", job).returncode == 0
    assert status(person, job)[0] == "absent"


def test_a_running_box_is_not_started_twice_and_can_be_ended(person):
    job = person.folder("ended")
    start(person, job, "sleep", "600")
    assert status(person, job)[0] == "running"
    assert start(person, job, "true").startswith("not started")
    assert person.call("box", "cleanup", job).returncode == 75
    assert person.call("box", "kill", job).returncode == 0
    state, result = status(person, job, "--wait")
    assert (state, result["end"]) == ("finished", "killed")
    assert person.call("box", "kill", job).returncode == 0


def test_a_box_whose_supervisor_was_killed_is_lost_with_all_it_ran(person):
    job = person.folder("lost")
    marker = f"60{os.getpid()}"
    start(person, job, "sh", "-c", f"echo ready; sleep {marker}; true")
    log = job / "log"
    until(log.read_text, what="the first word")
    found = subprocess.run(["pgrep", "-f", f"sleep {marker}"], capture_output=True, text=True)
    inside = [os.pidfd_open(int(pid)) for pid in found.stdout.split()]
    assert inside
    os.kill(supervisor(job), signal.SIGKILL)
    assert status(person, job, "--wait") == ("lost", None)
    for process in inside:  # readable once it has ended, by the kernel's hand alone
        assert select.select([process], [], [], 60)[0]
        os.close(process)
    assert start(person, job, "true") == "started\n"
    assert status(person, job, "--wait")[0] == "finished"


def test_boxes_one_after_the_other_are_as_good_as_new(person):
    job, work = person.folder("again"), person.folder("again-work")
    said = person.call("box", "time", "--allow-missing", "--workspace", work, job, 12, "--", "sh", "-c",
                       "test -z \"$(ls /tmp)\" && touch /tmp/x && test $$ -lt 9 && test ! -e /proc/$(($$ + 9))")
    assert (said.returncode, len(said.stdout.split())) == (0, 12), said.stderr
    assert os.listdir(job) == ["log"]


@pytest.mark.skipif(not IS_ROOT, reason="only root can drop its groups")
def test_roots_groups_do_not_come_along():
    someone = Person("root")
    job = someone.folder("groups")
    begin = [someone.tresor, "box", "start", job, "--", "sh", "-c", "echo ready; sleep 600"]
    subprocess.run(["setpriv", "--groups", "4,27", *begin], check=True, capture_output=True)
    until((job / "log").read_text, what="the first word")
    first = Path(f"/proc/{supervisor(job)}/task/{supervisor(job)}/children").read_text().split()[0]
    lines = Path(f"/proc/{first}/status").read_text().splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    assert facts["Groups"].split() == []
    assert len(set(facts["Uid"].split())) == 1 and int(facts["Uid"].split()[0]) >= 0x70000000
    assert set(facts["CapBnd"].strip() + facts["CapPrm"].strip()) == {"0"}
    someone.call("box", "kill", job)
    assert status(someone, job, "--wait")[0] == "finished"
    shutil.rmtree(someone.home)


def test_a_torn_record_is_not_an_end(person):
    job = person.folder("torn")
    start(person, job, "true")
    assert status(person, job, "--wait")[0] == "finished"
    whole = (job / "record").read_text()
    for cut in range(len(whole) - 1, whole.index("end "), -7):
        (job / "record").write_text(whole[:cut])
        assert status(person, job)[0] == "lost"
    (job / "record").write_text(whole.replace("code 0", "code 1"))
    assert status(person, job)[0] == "lost"


def test_nothing_is_left_behind(person):
    with subprocess.Popen([person.tresor, "box", "run", "--allow-missing", "--", "true"]) as box:
        assert box.wait() == 0
    assert [str(path) for path in Path("/sys/fs/cgroup").rglob(f"tresor-run-{box.pid}")] == []
