"""The installation of the manual, word by word, on a machine with systemd; then a study goes through it."""
import json
import pathlib
import re
import shutil

import pytest

from people import TRESOR
from systemd_machine import Machine
from test_machines import make_repo

ROOT = pathlib.Path(__file__).parent.parent.parent
STORY = str(pathlib.Path(__file__).parent)
AIRLOCK = "https://airlock.example.org:8443"
HOSTS = "127.0.0.1 localhost tresor.example.org airlock.example.org\n"


def steps(heading):
    """The commands that the operator's manual shows below a heading."""
    text = (ROOT / "assets/docs/operator.md").read_text()
    part = text[text.index(heading):]
    return re.search(r"```\n(.*?)```", part, re.S).group(1)


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    yield made
    made.remove()


JOURNEY = """
import json, sys
sys.path.insert(0, {story!r})
from test_machines import *
server = "https://tresor.example.org"
admin = Person({ca!r})
admin.look(server + {welcome!r}).send(server + {welcome!r})
token, links = staff_sets_up(admin, server, "file:///srv/study", {airlock!r}, {backend!r})
new = server + "/our-lab/our-project/new-workspace/"
admin.look(new).send(new, ("name", "study"), ("repo", "file:///srv/study"), ("branch", "main"), ("token", ""))
print(json.dumps(links))
"""
RELEASE = """
import json, sys
sys.path.insert(0, {story!r})
from test_machines import *
the_main_job("https://tresor.example.org", {ca!r}, {airlock!r}, {airlock_ca!r}, json.loads({links!r}), {backend!r})
"""


def release(machine, tmp_path, airlock, data, backend, links):
    """The main job through the airlock of `backend`, whose folder holds the authority to trust."""
    (tmp_path / "airlock.pem").write_text(machine.do(f"cat {data}/tls/ca.pem"))
    machine.visit(RELEASE.format(story=STORY, ca=str(tmp_path / "ca.pem"), airlock=airlock, airlock_ca=str(tmp_path / "airlock.pem"), links=links,
                                 backend=backend), HOSTS)


def set_up(machine, tmp_path, unit, data, airlock, backend=None):
    """What staff do after the first start; one link per person, as JSON."""
    welcome = machine.wait_for(r"https://tresor\.example\.org(/login/link/\S+)", unit).group(1)
    ca = tmp_path / "ca.pem"
    ca.write_text(machine.do(f"cat {data}/tls/ca.pem"))
    return machine.visit(JOURNEY.format(story=STORY, ca=str(ca), welcome=welcome, airlock=airlock, backend=backend), HOSTS).splitlines()[-1]


LOOK = "import sys; sys.path.insert(0, {story!r}); from people import Person; print(Person({ca!r}).look('https://tresor.example.org/health/').page)"


def is_alive(machine, tmp_path):
    return "alive" in machine.visit(LOOK.format(story=STORY, ca=str(tmp_path / "ca.pem")), HOSTS)


def prepare(machine, site):
    """The files of the manual's installation; what differs from the examples is the study's image, its place, and the
    limits that a container cannot give."""
    root = machine.root
    for name in ("systemd", "deploy"):
        shutil.copytree(ROOT / name, root / "root" / name)
    shutil.copy(TRESOR, root / "root/tresor")
    (root / "etc/hosts").write_text(HOSTS)
    make_repo(root / "srv/study")
    example = root / "root/deploy" / site
    example.write_text(example.read_text().replace("  python: host\n", "  python: host\n  sh: host\n") +
                       "local-repos: true\naccept-missing:\n  - memory limit\n  - processor limit\n")


def state(machine, unit, *names):
    return machine.do(f"systemctl show {unit} " + " ".join(f"-p {n}" for n in names)).splitlines()


def roles(machine):
    """The processes of the user tresor: role and number (of boxes one of theirs)."""
    script = "for p in /proc/[0-9]*; do if [ \"$(stat -c %U $p 2>/dev/null)\" = tresor ]; then echo ${p#/proc/} $(tr '\\0' ' ' <$p/cmdline); fi; done"
    return {line.split()[2]: int(line.split()[0]) for line in machine.do(script).splitlines()}


def test_the_manuals_installation_on_a_machine_with_systemd(machine, tmp_path):
    prepare(machine, "runner.yaml")
    with open(machine.root / "root/deploy/server.yaml", "a") as file:
        file.write("local-repos: true\n")
    machine.boot()

    machine.do(steps("### The server's machine"))
    assert "StatusText=answers at https://tresor.example.org" in state(machine, "tresor-server", "StatusText")
    links = set_up(machine, tmp_path, "tresor-server", "/var/lib/tresor-server", AIRLOCK)

    invitation = machine.do(steps("### The invitation"))
    machine.do(steps("### The site's machine").replace("INVITATION", invitation.split()[-1]))
    assert sorted(state(machine, "tresor-runner", "ActiveState", "User")) == ["ActiveState=active", "User=tresor"]
    release(machine, tmp_path, AIRLOCK, "/var/lib/tresor-site/airlock-web", "hospital", links)

    # The runner's walls are those of its unit, and its boxes have all of theirs but the two limits.
    said = machine.do("journalctl -u tresor-runner -o cat --no-pager")
    assert sorted(re.findall(r"boxes have no ([a-z ]+) [(]", said)) == ["memory limit", "processor limit"], said

    # A reload keeps the process; a start by the socket alone answers who was waiting.
    before = state(machine, "tresor-server", "MainPID")
    machine.do("systemctl reload tresor-server")
    assert state(machine, "tresor-server", "MainPID") == before
    machine.do("systemctl stop tresor-server tresor-server.socket tresor-server-http.socket && systemctl start tresor-server.socket tresor-server-http.socket")
    assert state(machine, "tresor-server", "ActiveState") == ["ActiveState=inactive"]
    assert is_alive(machine, tmp_path)
    assert state(machine, "tresor-server", "ActiveState") == ["ActiveState=active"]

    # A role that hangs is ended and started again, and answers as before.
    machine.do("mkdir -p /run/systemd/system/tresor-server.service.d && printf '[Service]\\nWatchdogSec=2\\nTimeoutAbortSec=1\\n' "
               ">/run/systemd/system/tresor-server.service.d/quick.conf && systemctl daemon-reload && systemctl restart tresor-server")
    machine.do("kill -STOP $(systemctl show -P MainPID tresor-server)")
    machine.wait_for("Watchdog timeout", "tresor-server")
    machine.wait_for("restart counter is at 1", "tresor-server")
    assert is_alive(machine, tmp_path)
    assert state(machine, "tresor-server", "NRestarts") == ["NRestarts=1"]

    # All stop in order, and nothing of a site is readable to others.
    assert machine.do("stat -c '%a %U' /var/lib/tresor-site") == "700 tresor"
    machine.do("systemctl stop tresor-airlock tresor-runner tresor-server")
    for unit in ("tresor-airlock", "tresor-runner", "tresor-server"):
        assert state(machine, unit, "Result") == ["Result=success"]
    assert machine.power_off() == 0


def test_the_manuals_single_machine_with_systemd(machine, tmp_path):
    prepare(machine, "tresor.yaml")
    machine.boot()
    machine.do(steps("### One machine"))
    assert sorted(state(machine, "tresor", "ActiveState", "User")) == ["ActiveState=active", "User=tresor"]
    assert "StatusText=runs at https://tresor.example.org, its airlock at https://tresor.example.org:8443" in state(machine, "tresor", "StatusText")
    airlock = "https://tresor.example.org:8443"
    links = set_up(machine, tmp_path, "tresor", "/var/lib/tresor/server", airlock, "here")
    release(machine, tmp_path, airlock, "/var/lib/tresor/airlock", "here", links)
    said = machine.do("journalctl -u tresor -o cat --no-pager")
    assert sorted(re.findall(r"boxes have no ([a-z ]+) [(]", said)) == ["memory limit", "processor limit"], said

    # A reload keeps the processes; a start by the socket alone answers who was waiting.
    before = roles(machine)
    assert sorted(before) == ["airlock", "box", "runner", "server", "up"]
    machine.do("systemctl reload tresor")
    assert {**roles(machine), "box": before["box"]} == before
    sockets = "tresor.socket tresor-http.socket tresor-checkers.socket"
    machine.do(f"systemctl stop tresor {sockets} && systemctl start {sockets}")
    assert state(machine, "tresor", "ActiveState", "Result") == ["Result=success", "ActiveState=inactive"]
    assert roles(machine) == {}
    assert is_alive(machine, tmp_path)

    # A role that hangs ends the whole, which is started again and answers as before.
    machine.do("mkdir -p /run/systemd/system/tresor.service.d && printf '[Service]\\nWatchdogSec=3\\n' "
               ">/run/systemd/system/tresor.service.d/quick.conf && systemctl daemon-reload && systemctl restart tresor")
    machine.do(f"kill -STOP {roles(machine)['server']}")
    machine.wait_for("the server gave no sign of life", "tresor")
    machine.wait_for("restart counter is at 1", "tresor")
    assert is_alive(machine, tmp_path)

    assert machine.do("stat -c '%a %U' /var/lib/tresor") == "700 tresor"
    assert machine.power_off() == 0
