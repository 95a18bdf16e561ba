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
server, airlock = "https://tresor.example.org", "https://airlock.example.org:8443"
admin = Person({ca!r})
admin.look(server + {welcome!r}).send(server + {welcome!r})
token, links = staff_sets_up(admin, server, "file:///srv/study", airlock)
new = server + "/our-lab/our-project/new-workspace/"
admin.look(new).send(new, ("name", "study"), ("repo", "file:///srv/study"), ("branch", "main"), ("token", ""))
print(json.dumps(links))
"""
RELEASE = """
import json, sys
sys.path.insert(0, {story!r})
from test_machines import *
the_main_job("https://tresor.example.org", {ca!r}, "https://airlock.example.org:8443", {airlock_ca!r}, json.loads({links!r}), "hospital")
"""


def test_the_manuals_installation_on_a_machine_with_systemd(machine, tmp_path):
    root = machine.root
    for name in ("systemd", "deploy"):
        shutil.copytree(ROOT / name, root / "root" / name)
    shutil.copy(TRESOR, root / "root/tresor")
    (root / "etc/hosts").write_text(HOSTS)
    make_repo(root / "srv/study")
    # What differs from the examples: the study's image, its place, and the limits that a container cannot give.
    site = root / "root/deploy/runner.yaml"
    site.write_text(site.read_text().replace("  python: host\n", "  python: host\n  sh: host\n") +
                    "local-repos: true\naccept-missing:\n  - memory limit\n  - processor limit\n")
    with open(root / "root/deploy/server.yaml", "a") as file:
        file.write("local-repos: true\n")
    machine.boot()

    machine.do(steps("### The server's machine"))
    state = lambda unit, *names: machine.do(f"systemctl show {unit} " + " ".join(f"-p {n}" for n in names)).splitlines()
    assert "StatusText=answers at https://tresor.example.org" in state("tresor-server", "StatusText")
    welcome = machine.wait_for(r"https://tresor\.example\.org(/login/link/\S+)", "tresor-server").group(1)
    ca = tmp_path / "ca.pem"
    ca.write_text(machine.do("cat /var/lib/tresor-server/tls/ca.pem"))
    links = machine.visit(JOURNEY.format(story=STORY, ca=str(ca), welcome=welcome), HOSTS).splitlines()[-1]

    invitation = machine.do(steps("### The invitation"))
    machine.do(steps("### The site's machine").replace("INVITATION", invitation.split()[-1]))
    assert sorted(state("tresor-runner", "ActiveState", "User")) == ["ActiveState=active", "User=tresor"]
    airlock_ca = tmp_path / "airlock.pem"
    airlock_ca.write_text(machine.do("cat /var/lib/tresor-site/airlock-web/tls/ca.pem"))
    machine.visit(RELEASE.format(story=STORY, ca=str(ca), airlock_ca=str(airlock_ca), links=links), HOSTS)

    # The runner's walls are those of its unit, and its boxes have all of theirs but the two limits.
    said = machine.do("journalctl -u tresor-runner -o cat --no-pager")
    assert sorted(re.findall(r"boxes have no ([a-z ]+):", said)) == ["memory limit", "processor limit"], said

    # A reload keeps the process; a start by the socket alone answers who was waiting.
    before = state("tresor-server", "MainPID")
    machine.do("systemctl reload tresor-server")
    assert state("tresor-server", "MainPID") == before
    machine.do("systemctl stop tresor-server tresor-server.socket tresor-server-http.socket && systemctl start tresor-server.socket tresor-server-http.socket")
    assert state("tresor-server", "ActiveState") == ["ActiveState=inactive"]
    look = "import sys; sys.path.insert(0, %r); from people import Person; print(Person(%r).look('https://tresor.example.org/health/').page)" % (STORY, str(ca))
    assert "alive" in machine.visit(look, HOSTS)
    assert state("tresor-server", "ActiveState") == ["ActiveState=active"]

    # A role that hangs is ended and started again, and answers as before.
    machine.do("mkdir -p /run/systemd/system/tresor-server.service.d && printf '[Service]\\nWatchdogSec=2\\nTimeoutAbortSec=1\\n' "
               ">/run/systemd/system/tresor-server.service.d/quick.conf && systemctl daemon-reload && systemctl restart tresor-server")
    machine.do("kill -STOP $(systemctl show -P MainPID tresor-server)")
    machine.wait_for("Watchdog timeout", "tresor-server")
    machine.wait_for("restart counter is at 1", "tresor-server")
    assert "alive" in machine.visit(look, HOSTS)
    assert state("tresor-server", "NRestarts") == ["NRestarts=1"]

    # All stop in order, and nothing of a site is readable to others.
    assert machine.do("stat -c '%a %U' /var/lib/tresor-site") == "700 tresor"
    machine.do("systemctl stop tresor-airlock tresor-runner tresor-server")
    for unit in ("tresor-airlock", "tresor-runner", "tresor-server"):
        assert state(unit, "Result") == ["Result=success"]
    assert machine.power_off() == 0
