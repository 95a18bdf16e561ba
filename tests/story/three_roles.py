"""Server, runner and airlock of one installation as processes that can die and come back, and people who carry on.

The server stands at a port of its own; runner and airlock reach it through a relay each, so that a story can make the
weather of each line bad.
"""
import contextlib
import ctypes
import http.client
import os
import re
import select
import signal
import socket
import sqlite3
import time
import urllib.error

from people import Person
from relay import Relay
from test_machines import Role, make_repo, staff_sets_up

GONE = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Changes:
    """What the kernel tells of changes in folders (inotify)."""

    def __init__(self, *folders):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.libc.inotify_init1(os.O_NONBLOCK)
        for folder in folders:
            assert self.libc.inotify_add_watch(self.fd, os.fsencode(folder), 0x2 | 0x100) >= 0  # IN_MODIFY, IN_CREATE
        self.poll = select.poll()
        self.poll.register(self.fd, select.POLLIN)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)

    def wait(self, milliseconds):
        if self.poll.poll(milliseconds):
            os.read(self.fd, 65536)


class ThreeRoles:
    def __init__(self, folder, study=None, relays=True):
        self.folder, self.running = folder, {}
        self.port, self.airlock_port = free_port(), free_port()
        self.url, self.airlock = f"https://127.0.0.1:{self.port}", f"https://127.0.0.1:{self.airlock_port}"
        self.lines = {role: Relay(("127.0.0.1", self.port), seed) for seed, role in enumerate(("runner", "airlock"))} if relays else {}
        self.repo = make_repo(folder / "repo", *([study] if study else []))
        self.ca, self.airlock_ca = folder / "server/tls/ca.pem", folder / "airlock/tls/ca.pem"
        welcome = self.start("server").wait_for(r"(/login/link/\S+)").group(1)
        self.admin = Person(self.ca)
        self.admin.look(self.url + welcome).send(self.url + welcome)
        token, self.links = staff_sets_up(self.admin, self.url, self.repo, self.airlock)
        (folder / "token").write_text(token)
        new = self.url + "/our-lab/our-project/new-workspace/"
        self.admin.look(new).send(new, ("name", "study"), ("repo", self.repo), ("branch", "main"), ("token", ""))
        self.workspace = "/our-lab/our-project/study/"
        for role in ("runner", "airlock"):
            self.start(role).wait_for("looks after" if role == "runner" else "answers at")
        self.people, self.inside = {}, {}
        for name, link in self.links.items():
            person = self.people[name] = Person(self.ca)
            person.look(link).send(link)
            self.enter(name)

    def _words(self, role):
        if role == "server":
            return ["server", "--data", self.folder / "server", "--https", f"127.0.0.1:{self.port}", "--local-repos"]
        at = self.lines[role].port if self.lines else self.port
        site = [role, "--server", f"https://127.0.0.1:{at}", "--ca", self.ca, "--token-file", self.folder / "token", "--site", self.folder / "site",
                "--backend", "hospital", "--retry-most", "3"]
        if role == "airlock":
            return [*site, "--data", self.folder / "airlock", "--https", f"127.0.0.1:{self.airlock_port}"]
        return [*site, "--image", "sh=host", "--local-repos", "--end-jobs", "--accept-missing", "memory limit", "--accept-missing", "processor limit"]

    def start(self, role):
        self.running[role] = Role(*self._words(role))
        return self.running[role]

    def kill(self, role):
        self.running[role].process.kill()
        self.running[role].process.wait()

    def restart(self, role):
        """Back again; whoever waits for it may wait for what it says."""
        self.start(role).wait_for({"server": "answers at", "runner": "looks after", "airlock": "answers at"}[role])

    def enter(self, name):
        """A session at the airlock, by the code that the server gives."""
        at_server = self.people[name]
        at_server.look(self.url + "/settings/").send(self.url + "/settings/airlock-code/")
        code = at_server.all(r"<strong><code>([^<]+)</code>")[0]
        self.inside[name] = Person(self.airlock_ca)
        self.inside[name].look(self.airlock + "/login/").send(self.airlock + "/login/", ("user", name), ("code", code))

    def served(self, sql):
        return self._query(self.folder / "server/server.db", sql)

    def kept(self, sql):
        return self._query(self.folder / "site/site.db", sql)

    def _query(self, file, sql):
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(sql).fetchall()

    def until(self, true, seconds=240, what=""):
        """Looks again each time one of the databases has changed."""
        with Changes(self.folder / "server", self.folder / "site") as changes:
            end = time.monotonic() + seconds
            while not (found := true()):
                assert time.monotonic() < end, f"never came true: {what or true}"
                changes.wait(1000)
            return found

    def stop(self):
        codes = {}
        for role in ("airlock", "runner", "server"):
            process = self.running[role].process
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            codes[role] = process.wait(timeout=90)
        for line in self.lines.values():
            line.close()
        return codes


def stubborn(do, back):
    """Does it again after calling `back` whenever the connection was lost on the way; as people press reload."""
    while True:
        try:
            return do()
        except GONE as lost:
            if isinstance(lost, urllib.error.HTTPError) and lost.code != 502:  # 502: the airlock could not ask the server
                raise
            back()


def number_of(page):
    return int(re.search(r"/(\d+)/", page).group(1))
