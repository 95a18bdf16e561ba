"""Roles under a service manager, played by the test: readiness, life signs, sockets handed over, certificates that change."""
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import threading
import time

import pytest

TRESOR = os.environ["TRESOR"]
PATIENCE = 60


class Manager:
    """What systemd is to a service: a socket for its words, variables, sockets at descriptors 3 and up."""

    def __init__(self, folder):
        self.folder, self.log, self.roles = folder, "", []
        self.heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.heard.settimeout(PATIENCE)
        self.heard.bind(str(folder / "notify"))

    def start(self, *words, sockets=(), names="", **more):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify"), **more}
        command = "exec \"$@\""
        if sockets:  # 3 and up, and only this very process may take them
            environment |= {"LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": names}
            command = "export LISTEN_PID=$$; " + "".join(f"exec {3 + i}<&{s.fileno()}; " for i, s in enumerate(sockets)) + command
        self.role = subprocess.Popen(["bash", "-c", command, "-", TRESOR, *map(str, words)], env=environment, text=True,
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                     pass_fds=[s.fileno() for s in sockets])
        self.roles.append(self.role)
        return self

    def hear(self, wanted):
        """Waits for a word; what came before it."""
        before = []
        while True:
            said = self.heard.recv(4096).decode().splitlines()
            if wanted in said:
                return before
            before += said

    def read(self, pattern):
        for line in self.role.stdout:
            self.log += line
            found = re.search(pattern, line)
            if found:
                return found
        raise AssertionError(f"ended without saying {pattern}:\n{self.log}")

    def stop(self):
        """Ends all; what they said on the way is thrown away."""
        for role in self.roles:
            threading.Thread(target=role.stdout.read, daemon=True).start()
            if role.poll() is None:
                role.send_signal(signal.SIGCONT)
                role.send_signal(signal.SIGTERM)
        return [role.wait(timeout=PATIENCE) for role in self.roles]


@pytest.fixture
def manager(tmp_path):
    made = Manager(tmp_path)
    yield made
    made.stop()


def listening():
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    made.listen(16)
    return made


def call(port, ca, path="/health/"):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:
        with ssl.create_default_context(cafile=ca).wrap_socket(plain, server_hostname="localhost") as line:
            return ask(line, path), line.getpeercert(True)


def ask(line, path="/health/"):
    """One request on an open connection; the connection stays open."""
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += line.recv(65536) or pytest.fail(f"cut after {answer}")
    head, body = answer.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"Content-Length: (\d+)", head).group(1))
    while len(body) < length:
        body += line.recv(65536) or pytest.fail("cut within the body")
    return head.split()[1].decode() + " " + body.decode()


@pytest.mark.parametrize("role", ["server", "runner", "airlock", "up"])
def test_a_role_says_how_it_is(role, manager, tmp_path):
    (tmp_path / "token").write_text("0" * 40)
    nowhere = ["--server", "https://127.0.0.1:1", "--token-file", tmp_path / "token", "--backend", "b", "--site", tmp_path / "site"]
    words = {"server": ["--data", tmp_path / "data", "--https", "127.0.0.1:0"],
             "runner": nowhere,
             "airlock": [*nowhere, "--data", tmp_path / "data", "--https", "127.0.0.1:0"],
             "up": ["--data", tmp_path / "data", "--https", "127.0.0.1:0", "--airlock-https", "127.0.0.1:0"]}[role]
    manager.start(role, *words, WATCHDOG_USEC="900000")
    assert any(word.startswith("STATUS=") for word in manager.hear("READY=1"))
    for _ in range(3):
        manager.hear("WATCHDOG=1")
    if role != "runner":
        manager.role.send_signal(signal.SIGHUP)
        manager.hear("RELOADING=1")
        manager.hear("READY=1")
        manager.hear("WATCHDOG=1")
    manager.role.send_signal(signal.SIGTERM)
    manager.hear("STOPPING=1")
    assert manager.stop() == [0]


def test_a_stuck_role_gives_no_life_sign(manager, tmp_path):
    manager.start("server", "--data", tmp_path / "data", "--https", "127.0.0.1:0", WATCHDOG_USEC="900000")
    manager.hear("READY=1")
    manager.hear("WATCHDOG=1")
    manager.role.send_signal(signal.SIGSTOP)
    manager.heard.settimeout(2)  # twice the time in which a sign should have come
    with pytest.raises(TimeoutError):
        for _ in range(20):  # signs that were under way
            manager.hear("WATCHDOG=1")
    manager.role.send_signal(signal.SIGCONT)
    manager.heard.settimeout(PATIENCE)
    manager.hear("WATCHDOG=1")


@pytest.mark.parametrize("stuck", ["server", "runner", "airlock"])
def test_all_of_one_machine_end_when_one_role_hangs(stuck, manager, tmp_path):
    """A role that hangs would keep its sockets; so it is killed, the others stop, and the service manager starts all again."""
    words = ["up", "--data", tmp_path / "data", "--https", "127.0.0.1:0", "--airlock-https", "127.0.0.1:0"]
    manager.start(*words, WATCHDOG_USEC="1500000")
    manager.hear("READY=1")
    manager.hear("WATCHDOG=1")
    children = subprocess.run(["ps", "--ppid", str(manager.role.pid), "-o", "pid=,args="], capture_output=True, text=True).stdout
    roles = {line.split()[2]: int(line.split()[0]) for line in children.splitlines()}
    assert sorted(roles) == ["airlock", "runner", "server"]
    os.kill(roles[stuck], signal.SIGSTOP)
    manager.read(f"the {stuck} gave no sign of life")
    assert manager.stop() != [0]
    assert not [pid for pid in roles.values() if os.path.exists(f"/proc/{pid}")]
    manager.start(*words, WATCHDOG_USEC="1500000")
    manager.hear("READY=1")


def test_sockets_are_handed_over(manager, tmp_path):
    https, http = listening(), listening()
    port = https.getsockname()[1]
    # A visitor who comes before the server is there waits and is answered.
    early = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    manager.start("server", "--data", tmp_path / "data", sockets=[http, https], names="http:https")
    manager.hear("READY=1")
    ca = tmp_path / "data/tls/ca.pem"
    with ssl.create_default_context(cafile=ca).wrap_socket(early, server_hostname="localhost") as line:
        assert ask(line) == "200 alive\n"
    with socket.create_connection(("127.0.0.1", http.getsockname()[1]), timeout=PATIENCE) as plain:
        plain.sendall(b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert plain.recv(4096).startswith(b"HTTP/1.1 308")


def test_one_machine_hands_its_sockets_on(manager, tmp_path):
    https, http, checkers = listening(), listening(), listening()
    manager.start("up", "--data", tmp_path / "data", "--name", "localhost", sockets=[http, checkers, https], names="http:airlock-https:https")
    manager.hear("READY=1")
    ports = [s.getsockname()[1] for s in (https, checkers)]
    for port, role in zip(ports, ("server", "airlock")):
        assert call(port, tmp_path / "data" / role / "tls/ca.pem")[0] == "200 alive\n"
    with socket.create_connection(("127.0.0.1", http.getsockname()[1]), timeout=PATIENCE) as plain:
        plain.sendall(b"GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert f"https://localhost:{ports[0]}/x" in plain.recv(4096).decode()
    with sqlite3.connect(tmp_path / "data/server/server.db") as db:
        assert db.execute("select slug, level_4_url from backend").fetchall() == [("site", f"https://localhost:{ports[1]}")]


def test_secrets_are_handed_over(manager, tmp_path):
    folder = tmp_path / "credentials"
    folder.mkdir(0o700)
    (folder / "data-key").write_text("5a" * 32)
    (folder / "data-key").chmod(0o440)  # as systemd shows a file with a list of readers
    first = manager.start("server", "--data", tmp_path / "first", "--https", "127.0.0.1:0")
    first.hear("READY=1")
    for name, file in (("tls-cert", "server.pem"), ("tls-key", "server.key")):
        shutil.copy(tmp_path / "first/tls" / file, folder / name)
    manager.start("server", "--data", tmp_path / "second", "--https", "127.0.0.1:0", CREDENTIALS_DIRECTORY=str(folder))
    manager.hear("READY=1")
    assert not (tmp_path / "second/key").exists() and not (tmp_path / "second/tls").exists()
    port = int(manager.read(r"answers at https://localhost:(\d+)|answers at https://127.0.0.1:(\d+)").group(2))
    assert call(port, tmp_path / "first/tls/ca.pem")[0] == "200 alive\n"


def certificate_make(folder, tls, begins, ends):
    """A certificate of the server's own authority with these moments, in place of the one it has."""
    folder.mkdir(exist_ok=True)
    stamp = lambda at: time.strftime("%Y%m%d%H%M%SZ", time.gmtime(at))
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("%032x" % int(begins))
    (folder / "ca.cnf").write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={folder}/index.txt\nnew_certs_dir={folder}\nserial={folder}/serial\n"
                                   f"default_md=sha256\npolicy=p\nx509_extensions=x\nunique_subject=no\n[p]\ncommonName=supplied\n"
                                   "[x]\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n[req]\ndistinguished_name=n\n[n]\n")
    run = lambda *words: subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
    run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", folder / "key.pem",
        "-out", folder / "request.pem", "-subj", "/CN=localhost", "-config", folder / "ca.cnf")
    run("ca", "-batch", "-notext", "-config", folder / "ca.cnf", "-in", folder / "request.pem", "-out", folder / "cert.pem", "-cert", tls / "ca.pem",
        "-keyfile", tls / "ca.key", "-startdate", stamp(begins), "-enddate", stamp(ends))
    return (folder / "cert.pem").read_text() + (tls / "ca.pem").read_text(), (folder / "key.pem").read_text()


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_certificate_is_renewed_while_connections_live_on(manager, tmp_path):
    manager.start("server", "--data", tmp_path / "data", "--https", "127.0.0.1:0").hear("READY=1")
    manager.stop()
    tls, now = tmp_path / "data/tls", time.time()
    # Two thirds of its life are over in two seconds: then it is due.
    cert, key = certificate_make(tmp_path / "short", tls, now - 7200, now + 3603)
    (tls / "server.pem").write_text(cert)
    (tls / "server.key").write_text(key)
    manager.start("server", "--data", tmp_path / "data", "--https", "127.0.0.1:0").hear("READY=1")
    port = int(manager.read(r"answers at https://127.0.0.1:(\d+)").group(1))
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain:
        with ssl.create_default_context(cafile=tls / "ca.pem").wrap_socket(plain, server_hostname="localhost") as line:
            old = line.getpeercert(True)
            assert old == ssl.PEM_cert_to_DER_cert(cert[:cert.index("-----END CERTIFICATE-----") + 26])
            assert ask(line) == "200 alive\n"
            manager.read("the certificate was renewed")
            manager.read("the new certificate is in use")
            answer, new = call(port, tls / "ca.pem")
            assert answer == "200 alive\n" and new != old
            assert ask(line) == "200 alive\n", "the connection of before goes on"


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_an_operators_certificate_is_read_again(manager, tmp_path):
    manager.start("server", "--data", tmp_path / "first", "--https", "127.0.0.1:0").hear("READY=1")
    manager.stop()
    tls, now = tmp_path / "first/tls", time.time()
    own, own_key = tmp_path / "own.pem", tmp_path / "own.key"
    cert, key = certificate_make(tmp_path / "one", tls, now - 3600, now + 86400)
    own.write_text(cert)
    own_key.write_text(key)
    manager.start("server", "--data", tmp_path / "second", "--https", "127.0.0.1:0", "--cert", own, "--key", own_key).hear("READY=1")
    port = int(manager.read(r"answers at https://127.0.0.1:(\d+)").group(1))
    before = call(port, tls / "ca.pem")[1]
    cert, key = certificate_make(tmp_path / "two", tls, now - 1800, now + 86400)
    own.write_text(cert)
    manager.role.send_signal(signal.SIGHUP)
    manager.read("the changed certificate does not fit its key")
    assert call(port, tls / "ca.pem") == ("200 alive\n", before), "half a change leaves the old one in use"
    own_key.write_text(key)
    manager.role.send_signal(signal.SIGHUP)
    manager.read("the new certificate is in use")
    assert call(port, tls / "ca.pem")[1] != before
