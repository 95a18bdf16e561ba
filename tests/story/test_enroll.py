"""A site comes to know its server by an invitation, in machines that reach each other over TLS only; its token changes while it works."""
import base64
import hashlib
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import time

import pytest

from people import TRESOR, Person
from test_machines import Role, python_inside, three_hosts  # noqa: F401 (a fixture)

STORY = str(pathlib.Path(__file__).parent)


def tresor(*words, inside=None, code=0):
    enter = ["nsenter", f"--net=/var/run/netns/{inside}"] if inside else []
    done = subprocess.run([*enter, TRESOR, *map(str, words)], capture_output=True, text=True, timeout=120)
    assert done.returncode == code if code is not None else done.returncode, done.stdout + done.stderr
    return done.stdout.strip() if code == 0 else done.stderr.strip()


def trail(data, kind="server"):
    words = ["audit", "list", "--data", data, "--json"]
    return [line["action"] for line in json.loads(tresor(*words))]


def altered(invitation, change):
    """The same invitation with other bytes, and a right check of them: what somebody in between would hand on."""
    raw = base64.urlsafe_b64decode(invitation.removeprefix("tresor1-") + "==")
    body = change(bytearray(raw[:-4]))
    return "tresor1-" + base64.urlsafe_b64encode(bytes(body) + hashlib.sha256(body).digest()[:4]).decode().rstrip("=")


@pytest.fixture
def server(tmp_path):
    role = Role("server", "--data", tmp_path / "server", "--https", "127.0.0.1:0")
    role.url = role.wait_for(r"answers at (\S+)").group(1)
    yield role
    assert role.stop() == 0


def test_an_invitation_is_worth_something_once(server, tmp_path):
    data, site = tmp_path / "server", tmp_path / "site"
    invite = lambda *more: tresor("backend", "invite", "hospital", "--data", data, *more)
    first = invite("--name", "City hospital")
    assert len(first.split()) == 1
    said = tresor("enroll", first, "--site", site)
    assert "tresor runner --site" in said and "tresor airlock --site" in said and '"hospital"' in said
    for name, mode in (("token", 0o600), ("link.json", 0o600), ("ca.pem", 0o644)):
        assert (site / "server" / name).stat().st_mode & 0o777 == mode
    assert re.fullmatch("[0-9a-f]{40}", (site / "server/token").read_text())
    assert (site / "server/ca.pem").read_text() == (data / "tls/ca.pem").read_text()
    # Used, by another site
    assert "was used at" in tresor("enroll", first, "--site", tmp_path / "other", code=77)
    assert not (tmp_path / "other/server/token").exists()
    # Twice at the same site: it says so, and changes nothing
    assert "already" in tresor("enroll", invite(), "--site", site, code=None)
    # Expired
    late = invite()
    with sqlite3.connect(data / "server.db") as db:
        db.execute("update backend_invite set expires_at = 1 where token is null")
    db.close()
    assert "was good until 1970" in tresor("enroll", late, "--site", tmp_path / "other", code=77)
    # Unknown: right in form, but nobody made it
    unknown = altered(invite(), lambda b: b[:33] + bytes(16) + b[49:])
    assert "knows no such invitation" in tresor("enroll", unknown, "--site", tmp_path / "other", code=77)
    # Another certificate: nothing is sent
    refused = trail(data).count("backend.enroll_refused")
    wrong = altered(invite(), lambda b: b[:1] + bytes(32) + b[33:])
    assert "shows another certificate" in tresor("enroll", wrong, "--site", tmp_path / "other", code=77)
    assert trail(data).count("backend.enroll_refused") == refused == 3
    # Mistyped
    assert "mistyped" in tresor("enroll", first[:-1], "--site", tmp_path / "other", code=None)
    actions = trail(data)
    assert actions.count("backend.enroll") == 1 and actions.count("backend.invite") == 5
    for file in data.rglob("*"):
        assert not file.is_file() or (site / "server/token").read_bytes() not in file.read_bytes(), f"{file} holds the token"


def tokens(data):
    """Of each: how it ends, whether it was used, whether it counts."""
    with sqlite3.connect(f"file:{data}/server.db?mode=ro", uri=True) as db:
        rows = db.execute("select hint, used_at is not null, ends_at is null or ends_at > ? from backend_token order by id", [time.time_ns() // 1000]).fetchall()
    db.close()
    return rows


def test_three_machines_and_one_word(three_hosts, tmp_path):  # noqa: F811
    hosts, _ = three_hosts
    data, site, roles = tmp_path / "server", tmp_path / "site", []
    try:
        roles.append(Role("server", "--data", data, "--https", "10.77.0.1:8443", inside=hosts["server"]))
        welcome = roles[0].wait_for(r"https://10\.77\.0\.1:8443(/login/link/\S+)").group(1)
        # Staff make the invitation on a page; its word is all that travels.
        out = python_inside(hosts["airlock"], f"""
import sys
sys.path.insert(0, {STORY!r})
from test_machines import *
server, admin = "https://10.77.0.1:8443", Person({str(data / "tls/ca.pem")!r})
admin.look(server + {welcome!r}).send(server + {welcome!r})
admin.look(server + "/staff/backends/new/").send(server + "/staff/backends/new/", ("slug", "hospital"), ("name", "Hospital"), ("level_4_url", ""))
page = server + "/staff/backends/hospital/"
admin.look(page).send(page + "invite/", ("hours", "8"))
print(admin.all(r"<pre[^>]*>\\s*(tresor1-[A-Za-z0-9_-]+)\\s*</pre>")[0])
""")
        # The runner takes it up itself, before its first start; the airlock of the same folder finds it done.
        roles.append(Role("runner", "--site", site, "--enroll", out.strip(), "--image", "sh=host", inside=hosts["runner"]))
        roles[1].wait_for('looks after .* as backend "hospital"')
        roles.append(Role("airlock", "--site", site, "--data", tmp_path / "airlock", "--https", "10.77.0.3:8444", inside=hosts["airlock"]))
        roles[2].wait_for("answers at")
        python_inside(hosts["airlock"], f"""
import sys
sys.path.insert(0, {STORY!r})
from test_machines import *
visitor = Person({str(data / "tls/ca.pem")!r})
while "Connected" not in visitor.look("https://10.77.0.1:8443/status/").page: pass
""")
        # A new token while both go on: the runner's next question uses it, and then the old one is void.
        old = (site / "server/token").read_text()
        tresor("renew-token", "--site", site, inside=hosts["runner"])
        new = (site / "server/token").read_text()
        assert new != old
        tresor("flags", "set", "paused=true", "--site", site)  # makes the runner speak at once
        while (new[-4:], 1, 1) not in tokens(data) or (old[-4:], 1, 1) in tokens(data):
            assert roles[1].process.poll() is None
        assert "cannot be" not in roles[1].said
    finally:
        codes = [role.stop() for role in reversed(roles)]
    assert codes == [0] * len(codes)


def test_a_new_token_comes_from_the_server(server, tmp_path):
    """A site that keeps its token in a file of its own: the operator replaces the file, nothing is restarted."""
    data = tmp_path / "server"
    token, ca = tmp_path / "token", data / "tls/ca.pem"
    token.write_text(tresor("backend", "add", "hospital", "--data", data))
    runner = Role("runner", "--site", tmp_path / "site", "--server", server.url, "--ca", ca, "--backend", "hospital", "--token-file", token,
                  "--ask-wait", "1", "--retry-most", "1")
    try:
        runner.wait_for("looks after")
        visitor = Person(ca)
        while "Connected" not in visitor.look(server.url + "/status/").page or not tokens(data)[0][1]:
            pass
        old, new = token.read_text(), tresor("backend", "rotate", "hospital", "--data", data)
        assert (old[-4:], 1, 1) in tokens(data) and (new[-4:], 0, 1) in tokens(data), "both count"
        token.write_text(new)
        while (new[-4:], 1, 1) not in tokens(data) or (old[-4:], 1, 1) in tokens(data):
            assert runner.process.poll() is None
    finally:
        assert runner.stop() == 0


def test_a_site_renews_its_token_by_itself(server, tmp_path):
    data, site = tmp_path / "server", tmp_path / "site"
    tresor("enroll", tresor("backend", "invite", "hospital", "--data", data), "--site", site)
    token = site / "server/token"
    first = token.read_text()
    # A next authority stands behind the one in use: the site fetches both.
    other = Role("server", "--data", tmp_path / "other", "--https", "127.0.0.1:0")
    other.wait_for("answers at")
    assert other.stop() == 0
    with open(data / "tls/ca.pem", "a") as file:
        file.write((tmp_path / "other/tls/ca.pem").read_text())
    os.utime(token, (1, 1))
    runner = Role("runner", "--site", site, "--ask-wait", "1", "--token-days", "7")
    try:
        runner.wait_for("has a new token")
        assert token.read_text() != first and token.stat().st_mode & 0o777 == 0o600
        assert (site / "server/ca.pem").read_text() == (data / "tls/ca.pem").read_text()
        while (token.read_text()[-4:], 1, 1) not in tokens(data) or (first[-4:], 1, 1) in tokens(data):
            assert runner.process.poll() is None
    finally:
        assert runner.stop() == 0


def last_seen(data):
    with sqlite3.connect(f"file:{data}/server.db?mode=ro", uri=True) as db:
        row = db.execute("select last_seen_at from backend").fetchone()
    db.close()
    return row[0]


def test_a_wait_does_not_hang_on_a_server_that_is_gone(three_hosts, tmp_path):  # noqa: F811
    """The cable is cut while the runner waits for an answer: it notices without one, and comes back by itself."""
    hosts, middle = three_hosts
    data, site, roles = tmp_path / "server", tmp_path / "site", []
    cable = lambda state: subprocess.run(["ip", "-n", middle, "link", "set", "v2", state], check=True)
    try:
        roles.append(Role("server", "--data", data, "--https", "10.77.0.1:8443", "--dead-peer", "2", inside=hosts["server"]))
        roles[0].wait_for("answers at")
        tresor("enroll", tresor("backend", "invite", "hospital", "--data", data), "--site", site, inside=hosts["runner"])
        # Its question may stay open for an hour; only the silence of the cable can end it.
        roles.append(Role("runner", "--site", site, "--ask-wait", "3600", "--server-gone", "2", "--connect-within", "2", "--retry-most", "1",
                          inside=hosts["runner"]))
        roles[1].wait_for("looks after")
        while not last_seen(data):
            assert roles[1].process.poll() is None
        cable("down")
        roles[1].wait_for("the server cannot be asked")
        before = last_seen(data)
        cable("up")
        while last_seen(data) == before:  # it asks again, and waits again
            assert roles[1].process.poll() is None
    finally:
        codes = [role.stop() for role in reversed(roles)]
    assert codes == [0] * len(codes)
