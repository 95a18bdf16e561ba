# The roles together: three machines that reach each other over TLS only, one machine with `up`, and the units.
import contextlib
import os
import pathlib
import queue
import re
import shutil
import signal
import sqlite3
import subprocess
import threading

import pytest

from people import TRESOR, Person, ask_for_release, review, run_and_wait

ROOT = pathlib.Path(__file__).parent.parent.parent
STUDY = ROOT / "assets" / "demo"


def make_repo(folder, study=STUDY):
    shutil.copytree(study, folder)
    git = ["git", "-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "A study"], check=True)
    return f"file://{folder}"


class Role:
    """One role as a process; `wait_for` reads its log until a line matches."""

    def __init__(self, *words, inside=None):
        enter = ["nsenter", f"--net=/var/run/netns/{inside}"] if inside else []
        self.process = subprocess.Popen([*enter, TRESOR, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said, self.lines = "", queue.SimpleQueue()
        # Read at once, so that the role never waits for us.
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, pattern):
        while (line := self.lines.get()) is not None:
            self.said += line
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError(f"ended without saying {pattern}:\n{self.said}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def staff_sets_up(admin, server, repo, airlock, backend=None):
    """What an administrator does in the staff area; the token of a new backend, if there is none yet, and one link per person."""
    admin.look(server + "/staff/orgs/new/").send(server + "/staff/orgs/new/", ("name", "Our Lab"), ("description", ""))
    admin.look(server + "/our-lab/new-project/").send(server + "/our-lab/new-project/", ("name", "Our project"), ("number", ""))
    token = None
    if not backend:
        backend = "hospital"
        admin.look(server + "/staff/backends/new/").send(
            server + "/staff/backends/new/", ("slug", backend), ("name", "Hospital"), ("level_4_url", airlock))
        token = admin.all(r"<pre[^>]*>\s*([0-9a-f]{40})\s*</pre>")[0]
    links = {}
    for name, roles in [("ada", []), ("ben", ["OutputChecker"]), ("dina", ["OutputChecker"])]:
        links[name] = make_person(admin, server, name, roles)
        page = f"{server}/staff/backends/{backend}/"
        admin.look(page).send(page + "members/", ("username", name))
    settings = server + "/our-lab/our-project/settings/"
    admin.look(settings)
    ada = re.search(r'<option value="(\d+)">ada', admin.page).group(1)
    admin.send(server + "/our-lab/our-project/members/", ("person", ada), ("roles", "ProjectDeveloper"), ("roles", "ProjectCollaborator"))
    return token, links


def make_person(admin, server, name, roles):
    admin.look(server + "/staff/users/new/")
    admin.send(server + "/staff/users/new/", ("username", name), ("name", name.title()), ("email", f"{name}@example.org"))
    person = server + f"/staff/users/{name}/"
    if roles:
        admin.look(person).send(person + "roles/", *[("roles", r) for r in roles])
    admin.look(person).send(person + "link/")
    return re.search(r"https://[^\s<\"]+/login/link/[^\s<\"]+", admin.page).group(0)


def the_main_job(server, ca, airlock, airlock_ca, links, backend):
    def enter(name):
        at_server = Person(ca)
        at_server.look(links[name]).send(links[name])
        at_server.look(server + "/settings/").send(server + "/settings/airlock-code/")
        code = at_server.all(r"<strong><code>([^<]+)</code>")[0]
        inside = Person(airlock_ca)
        inside.look(airlock + "/login/").send(airlock + "/login/", ("user", name), ("code", code))
        return at_server, inside
    ada, ada_inside = enter("ada")
    workspace = "/our-lab/our-project/study/"
    run_and_wait(ada, server, workspace, backend, "run_all")
    request, _ = ask_for_release(ada_inside, airlock, "study", lambda f: f == "output/compare.csv")
    for name in ("ben", "dina"):
        _, inside = enter(name)
        review(inside, airlock, request)
    inside.look(request).send(request, ("step", "release"))
    inside.wait_live(request + "live", "Released")
    ada.look(server + workspace + "outputs/latest/output/compare.csv")
    assert "north" in ada.page


@pytest.fixture
def three_hosts():
    """Three network namespaces on one bridge in a fourth; removed afterwards."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2")
    tag = f"tr{os.getpid() % 10000}"
    run = lambda *words: subprocess.run(words, check=True, capture_output=True)
    hosts = {role: f"{tag}-{role}" for role in ("server", "runner", "airlock")}
    middle = f"{tag}-net"
    try:
        run("ip", "netns", "add", middle)
        run("ip", "-n", middle, "link", "add", "br0", "type", "bridge")
        run("ip", "-n", middle, "link", "set", "br0", "up")
        for number, (role, name) in enumerate(hosts.items(), start=1):
            run("ip", "netns", "add", name)
            run("ip", "-n", middle, "link", "add", f"v{number}", "type", "veth", "peer", "name", "eth0", "netns", name)
            run("ip", "-n", middle, "link", "set", f"v{number}", "master", "br0", "up")
            run("ip", "-n", name, "addr", "add", f"10.77.0.{number}/24", "dev", "eth0")
            run("ip", "-n", name, "link", "set", "eth0", "up")
            run("ip", "-n", name, "link", "set", "lo", "up")
        # Browsers sit in the test's own namespace and reach the bridge by one more cable.
        yield hosts, middle
    finally:
        for name in [*hosts.values(), middle]:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


JOURNEY = """
import sys
sys.path.insert(0, {story!r})
from test_machines import *
admin = Person({ca!r})
link = {server!r} + {welcome!r}
admin.look(link).send(link)
token, links = staff_sets_up(admin, {server!r}, {repo!r}, {airlock!r})
new = {server!r} + "/our-lab/our-project/new-workspace/"
admin.look(new).send(new, ("name", "study"), ("repo", {repo!r}), ("branch", "main"), ("token", ""))
print(token, flush=True)
import json
print(json.dumps(links), flush=True)
"""


def python_inside(namespace, code):
    done = subprocess.run(["nsenter", f"--net=/var/run/netns/{namespace}", "python3", "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_three_machines_over_tls(three_hosts, tmp_path):
    hosts, _ = three_hosts
    repo = make_repo(tmp_path / "repo")
    server_url, airlock_url = "https://10.77.0.1:8443", "https://10.77.0.3:8444"
    roles = []
    try:
        server = Role("server", "--data", tmp_path / "server", "--https", "10.77.0.1:8443", "--local-repos", inside=hosts["server"])
        roles.append(server)
        welcome = server.wait_for(r"https://10\.77\.0\.1:8443(/login/link/\S+)").group(1)
        ca, airlock_ca = str(tmp_path / "server/tls/ca.pem"), str(tmp_path / "airlock/tls/ca.pem")
        story = str(pathlib.Path(__file__).parent)
        out = python_inside(hosts["airlock"], JOURNEY.format(story=story, ca=ca, server=server_url, welcome=welcome, repo=repo, airlock=airlock_url))
        token, links = out.splitlines()
        (tmp_path / "token").write_text(token)
        site = ["--server", server_url, "--ca", ca, "--token-file", tmp_path / "token", "--site", tmp_path / "site", "--backend", "hospital"]
        roles.append(Role("runner", *site, "--image", "sh=host", "--local-repos", "--end-jobs", inside=hosts["runner"]))
        roles[-1].wait_for("looks after")
        roles.append(Role("airlock", *site, "--data", tmp_path / "airlock", "--https", "10.77.0.3:8444", inside=hosts["airlock"]))
        roles[-1].wait_for("answers at")
        python_inside(hosts["airlock"], f"import sys, json\nsys.path.insert(0, {story!r})\nfrom test_machines import *\n"
                      f"the_main_job({server_url!r}, {ca!r}, {airlock_url!r}, {airlock_ca!r}, json.loads({links!r}), 'hospital')\n")
        unreleased = b"patient_id,age_group"
        for file in (tmp_path / "server").rglob("*"):
            assert not file.is_file() or unreleased not in file.read_bytes(), f"{file} holds unreleased data"
    finally:
        codes = [role.stop() for role in reversed(roles)]
    assert codes == [0, 0, 0]


def test_one_machine_with_up(tmp_path):
    up = Role("up", "--data", tmp_path / "all", "--https", "127.0.0.1:0", "--airlock-https", "127.0.0.1:0", "--image", "sh=host", "--local-repos",
              "--backend", "here")
    try:
        found = up.wait_for(r"Tresor runs at (\S+), its airlock at (\S+)")
        server, airlock = found.group(1), found.group(2)
        person = Person(tmp_path / "all/server/tls/ca.pem")
        assert "Research on data" in person.look(server).page
        assert "One-time code" in Person(tmp_path / "all/airlock/tls/ca.pem").look(airlock + "/login/").page
        assert "Connected" in person.look(server + "/status/").page, "the runner of the same machine has called"
    finally:
        assert up.stop() == 0


def test_the_airlocks_address_follows_unless_staff_wrote_another(tmp_path):
    def start_and_stop():
        up = Role("up", "--data", tmp_path / "all", "--https", "127.0.0.1:0", "--airlock-https", "127.0.0.1:0")
        url = up.wait_for(r"its airlock at (\S+)").group(1)
        with contextlib.closing(sqlite3.connect(tmp_path / "all/server/server.db", timeout=30)) as db:
            told = db.execute("select level_4_url from backend").fetchone()[0]
        assert up.stop() == 0
        return url, told
    first, told = start_and_stop()
    assert told == first
    second, told = start_and_stop()
    assert told == second != first, "another port each time"
    with contextlib.closing(sqlite3.connect(tmp_path / "all/server/server.db", timeout=30)) as db, db:
        db.execute("update backend set level_4_url = 'https://airlock.example.org'")
    assert start_and_stop()[1] == "https://airlock.example.org"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", sorted(p.name for p in (ROOT / "systemd").glob("*.s*") if p.suffix in (".service", ".socket")))
def test_the_unit_is_sound(unit, tmp_path):
    for file in (ROOT / "systemd").glob("*.s*"):  # a socket wants to see its service and the other way round
        text = file.read_text().replace("/usr/bin/tresor", str(pathlib.Path(TRESOR).resolve()))
        (tmp_path / file.name).write_text(text)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", tmp_path / unit], capture_output=True, text=True)
    complaints = [line for line in done.stderr.splitlines() if unit in line]
    assert done.returncode == 0 and not complaints, done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit, most", [("tresor-server.service", 1.2), ("tresor-airlock.service", 1.2), ("tresor-runner.service", 2.0), ("tresor.service", 2.0)])
def test_the_unit_is_hardened(unit, most, tmp_path):
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", ROOT / "systemd" / unit], capture_output=True, text=True)
    exposure = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout).group(1))
    assert exposure <= most, "\n".join(line for line in done.stdout.splitlines() if "✗" in line)


@pytest.mark.parametrize("role, says", [
    ("server", None), ("up", None), ("runner", "token"), ("airlock", "token")])
def test_the_example_configuration_has_only_known_keys(role, says, tmp_path):
    example = ROOT / "deploy" / ("tresor.yaml" if role == "up" else f"{role}.yaml")
    data = "--site" if role == "runner" else "--data"
    words = [role, "--config", example, data, tmp_path / "data"]
    if says:
        done = subprocess.run([TRESOR, *map(str, words)], capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and says in done.stderr and "no setting" not in done.stderr, done.stderr
        return
    free = ["--https", "127.0.0.1:0", "--http", "127.0.0.1:0"] + (["--airlock-https", "127.0.0.1:0"] if role == "up" else [])
    running = Role(*words, *free)
    running.wait_for("answers at" if role == "server" else "Tresor runs at")
    assert running.stop() == 0
