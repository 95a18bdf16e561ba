# The server is killed at random points while jobs run: what was accepted is there afterwards, nothing runs twice.
import http.client
import random
import socket
import sqlite3
import urllib.error

import pytest

from people import Person
from test_machines import Role, make_repo, staff_sets_up

KILLS = 12


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def events_seen(person, url, n):
    """Looks on until n events have come, or none came for a second, or the stream ends."""
    try:
        with person.opener.open(url, timeout=1) as stream:
            for line in stream:
                n -= not line.strip()
                if n <= 0:
                    return
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError):
        return


@pytest.mark.parametrize("seed", [20261122])
def test_killing_the_server_loses_nothing_and_repeats_nothing(tmp_path, seed):
    moment = random.Random(seed)
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    words = ["server", "--data", tmp_path / "server", "--https", f"127.0.0.1:{port}", "--local-repos"]
    repo = make_repo(tmp_path / "repo")
    server = Role(*words)
    welcome = server.wait_for(r"(/login/link/\S+)").group(1)
    admin = Person(tmp_path / "server/tls/ca.pem")
    admin.look(url + welcome).send(url + welcome)
    token, links = staff_sets_up(admin, url, repo, "")
    (tmp_path / "token").write_text(token)
    admin.look(url + "/our-lab/our-project/new-workspace/")
    admin.send(url + "/our-lab/our-project/new-workspace/", ("name", "study"), ("repo", repo), ("branch", "main"), ("token", ""))
    ada = Person(tmp_path / "server/tls/ca.pem")
    ada.look(links["ada"]).send(links["ada"])
    runner = Role("runner", "--server", url, "--ca", tmp_path / "server/tls/ca.pem", "--token-file", tmp_path / "token", "--backend", "hospital",
                  "--site", tmp_path / "site", "--image", "sh=host", "--local-repos", "--end-jobs", "--accept-missing", "memory limit",
                  "--accept-missing", "processor limit")
    runner.wait_for("looks after")
    workspace, accepted = url + "/our-lab/our-project/study/", 0
    try:
        for _ in range(KILLS):
            ada.look(workspace + "run-jobs/")
            ada.send(workspace + "run-jobs/", ("backend", "hospital"), ("actions", "report"), ("force_run_dependencies", "yes"))
            accepted += 1
            ada.look(workspace + "logs/")
            newest = max(int(n) for n in ada.all(r'href="/our-lab/our-project/study/(\d+)/"'))
            assert newest == accepted, "an accepted request is there"
            events_seen(ada, f"{workspace}{newest}/live", moment.randrange(1, 12))
            server.process.kill()
            server.process.wait()
            server = Role(*words)
            server.wait_for("answers at")
        for number in range(1, accepted + 1):
            ada.wait_live(f"{workspace}{number}/live", "Succeeded", "Failed")
    finally:
        codes = runner.stop(), server.stop()
    assert codes == (0, 0)
    with sqlite3.connect(tmp_path / "server/server.db") as there, sqlite3.connect(tmp_path / "site/site.db") as here:
        served = dict(there.execute("select identifier, status from job"))
        ran = dict(here.execute("select id, state from runner_job"))
        assert served == ran, "both sides agree about every job"
        assert set(ran.values()) == {"succeeded"}
        assert there.execute("select count(*), count(distinct identifier) from job").fetchone()[0] == len(ran)
        assert there.execute("pragma integrity_check").fetchone() == ("ok",)
