"""The server as browsers, programs and attackers meet it on the wire: what is refused, how it answers, who waits for whom."""
import contextlib
import gzip
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import warnings

import pytest
from until import until

TRESOR = os.environ["TRESOR"]
PATIENCE = 120  # seconds until a condition that never comes true fails the test


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Site:
    def __init__(self, data, *options):
        ours, theirs = os.pipe()
        self.data = data
        self.process = subprocess.Popen(
            [TRESOR, "server", "--data", str(data), "--https", "127.0.0.1:0", "--ready-fd", str(theirs), *options],
            pass_fds=[theirs], stdout=subprocess.DEVNULL, stderr=open(f"{data}.log", "wb"))
        os.close(theirs)
        with os.fdopen(ours) as ready:
            line = ready.readline()
        assert line, open(f"{data}.log").read()
        self.told = json.loads(line)
        self.address = ("127.0.0.1", self.told["port"])
        self.origin = self.told["url"]
        self.trust = ssl.create_default_context(cafile=self.told["ca"])

    def open(self, context=None, **more):
        plain = socket.create_connection(self.address, timeout=PATIENCE)
        return (context or self.trust).wrap_socket(plain, server_hostname="localhost", **more)

    def browser(self):
        return http.client.HTTPSConnection("localhost", self.address[1], context=self.trust, timeout=PATIENCE)

    def get(self, path, **headers):
        browser = self.browser()
        browser.request("GET", path, headers=headers)
        answer = browser.getresponse()
        answer.bytes = answer.read()
        browser.close()
        return answer

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def cpu_ticks(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("http") / "server")
    yield made
    made.stop()


def everything(s):
    """What comes until the other side closes."""
    got = b""
    with contextlib.suppress(ssl.SSLEOFError, ConnectionResetError):
        while piece := s.recv(65536):
            got += piece
    return got


def read_until(s, mark):
    got = b""
    while mark not in got:
        piece = s.recv(65536)
        assert piece, got
        got += piece
    return got


def told(site, sent):
    with site.open() as s:
        s.sendall(sent)
        return everything(s)


HOST = b"Host: localhost\r\n"
REFUSED = {
    "two lengths": (400, b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
    "one length twice": (400, b"POST /login/ HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
    "length and chunked": (400, b"POST /login/ HTTP/1.1\r\n" + HOST
                           + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    "other coding": (400, b"POST /login/ HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n"),
    "no host": (400, b"GET /login/ HTTP/1.1\r\n\r\n"),
    "two hosts": (400, b"GET /login/ HTTP/1.1\r\n" + HOST + HOST + b"\r\n"),
    "bare line feeds": (400, b"GET /login/ HTTP/1.1\nHost: localhost\n\n"),
    "one bare line feed": (400, b"GET /login/ HTTP/1.1\r\nHost: localhost\nX: y\r\n\r\n"),
    "blank before colon": (400, b"GET /login/ HTTP/1.1\r\nHost : localhost\r\n\r\n"),
    "folded line": (400, b"GET /login/ HTTP/1.1\r\n" + HOST + b" folded\r\n\r\n"),
    "escaped nul": (400, b"GET /login/%00 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "nul": (400, b"GET /login/ HTTP/1.1\r\n" + HOST + b"X: \0\r\n\r\n"),
    "control byte in the address": (400, b"GET /login/\x01 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "control byte in a line": (400, b"GET /login/ HTTP/1.1\r\n" + HOST + b"X: \x1b[0m\r\n\r\n"),
    "way out": (400, b"GET /asset/../login/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"),
    "escaped way out": (400, b"GET /asset/%2e%2e/login/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"),
    "whole address": (400, b"GET http://localhost/login/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "http/2": (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "long head": (431, b"GET /login/ HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 20000 + b"\r\n\r\n"),
    "many lines": (431, b"GET /login/ HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 100 + b"\r\n"),
    "preflight": (405, b"OPTIONS /login/ HTTP/1.1\r\n" + HOST + b"Origin: https://evil.example\r\n"
                  b"Access-Control-Request-Method: POST\r\nConnection: close\r\n\r\n"),
    "trace": (405, b"TRACE /login/ HTTP/1.1\r\n" + HOST + b"\r\n"),
    "coffee": (501, b"BREW /login/ HTTP/1.1\r\n" + HOST + b"\r\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_two_programs_could_read_differently_is_refused(site, name):
    status, sent = REFUSED[name]
    got = told(site, sent)
    head = got.split(b"\r\n\r\n")[0]
    assert got.startswith(b"HTTP/1.1 %d " % status), got[:400]
    assert got.count(b"\r\nDate: ") == 1
    assert b"X-Content-Type-Options: nosniff" in head and b"Content-Security-Policy: default-src 'none'" in head
    assert b"Access-Control" not in head
    assert status != 405 or b"\r\nAllow: GET" in head


def test_several_requests_share_a_connection(site):
    one = b"GET /login/ HTTP/1.1\r\n" + HOST + b"\r\n"
    got = told(site, one * 3 + b"GET /login/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    assert got.count(b"HTTP/1.1 200 OK") == 4


def form_page(site):
    """A cookie and a token of the sign-in form."""
    page = site.get("/login/")
    cookie = page.getheader("Set-Cookie").split(";")[0]
    assert cookie.startswith("__Host-") and "Secure; " in page.getheader("Set-Cookie") + "; "
    token = re.search(rb'name="csrf" value="([^"]+)"', page.bytes).group(1)
    return (b"POST /login/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\nOrigin: " + site.origin.encode()
            + b"\r\nCookie: " + cookie.encode() + b"\r\nX-CSRFToken: " + token
            + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n")


BODIES = {
    "by length": b"Content-Length: 8\r\n\r\nsurely=1",
    "in pieces": b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nsur\r\n5\r\nely=1\r\n0\r\nTrailer: x\r\n\r\n",
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_arrives_whole(site, name):
    got = told(site, form_page(site) + BODIES[name])
    assert got.startswith(b"HTTP/1.1 400 ") and b"surely" in got  # the form has no such field


BAD_BODIES = {
    "size that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n",
    "bare line feeds": b"Transfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n",
    "size beyond the piece": b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "huge size": b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_body_in_bad_pieces_is_refused(site, name):
    got = told(site, form_page(site) + BAD_BODIES[name])
    assert got.startswith(b"HTTP/1.1 400 ") and b"not well formed" in got


def test_a_body_over_the_cap_is_refused_before_it_comes(site):
    with site.open() as s:
        s.sendall(form_page(site) + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n")
        assert everything(s).startswith(b"HTTP/1.1 413 ")


def test_who_asks_first_is_told_to_go_on(site):
    with site.open() as s:
        s.sendall(form_page(site) + b"Content-Length: 8\r\nExpect: 100-continue\r\n\r\n")
        assert read_until(s, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        s.sendall(b"surely=1")
        assert everything(s).startswith(b"HTTP/1.1 400 ")


def asset(site):
    return re.search(rb'href="(/asset/app\.[^"]+\.css)"', site.get("/login/").bytes).group(1).decode()


def test_parts_compressed_and_unchanged_files(site):
    path = asset(site)
    plain = site.get(path)
    tag = plain.getheader("ETag")
    packed = site.get(path, **{"Accept-Encoding": "gzip"})
    assert packed.getheader("Content-Encoding") == "gzip" and gzip.decompress(packed.bytes) == plain.bytes
    assert "immutable" in plain.getheader("Cache-Control")
    part = site.get(path, Range="bytes=10-19")
    assert (part.status, part.bytes) == (206, plain.bytes[10:20])
    assert part.getheader("Content-Range") == f"bytes 10-19/{len(plain.bytes)}"
    assert site.get(path, Range="bytes=-3", **{"If-Range": tag}).bytes == plain.bytes[-3:]
    assert site.get(path, Range="bytes=0-1", **{"If-Range": '"other"'}).bytes == plain.bytes
    assert site.get(path, Range=f"bytes={len(plain.bytes)}-").status == 416
    same = site.get(path, **{"If-None-Match": tag})
    assert (same.status, same.bytes) == (304, b"")


def test_long_pages_are_compressed_when_asked_for(site):
    page = site.get("/docs/", **{"Accept-Encoding": "gzip, br"})
    assert page.status == 200 and page.getheader("Content-Encoding") == "gzip"
    assert b"<html" in gzip.decompress(page.bytes)
    assert site.get("/docs/", **{"Accept-Encoding": "gzip;q=0"}).getheader("Content-Encoding") is None


def test_head_answers_like_get_without_the_body(site):
    browser = site.browser()
    browser.request("HEAD", asset(site))
    answer = browser.getresponse()
    assert answer.status == 200 and int(answer.getheader("Content-Length")) > 100 and answer.read() == b""
    browser.request("GET", "/login/")  # on the same connection
    assert browser.getresponse().status == 200


def test_a_missing_slash_is_added(site):
    answer = site.get("/login?next=%2Fx")
    assert (answer.status, answer.getheader("Location")) == (301, "/login/?next=%2Fx")


def test_plain_http_leads_to_https(tmp_path):
    port = free_port()
    site = Site(tmp_path / "server", "--http", f"127.0.0.1:{port}")
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    browser.request("POST", "/login/?a=b", body="x")
    answer = browser.getresponse()
    assert (answer.status, answer.getheader("Location")) == (308, f"{site.origin}/login/?a=b")
    assert site.stop() == 0


def version_of(site, least, most):
    context = ssl.create_default_context(cafile=site.told["ca"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = least, most
    context.set_alpn_protocols(["h2", "http/1.1"])
    if most < ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("ALL:@SECLEVEL=0")
    with site.open(context) as s:
        assert s.selected_alpn_protocol() == "http/1.1"
        return s.version(), s.cipher()[0]


def test_tls_is_new_enough_and_well_chosen(site):
    v = ssl.TLSVersion
    assert version_of(site, v.TLSv1_2, v.TLSv1_2)[0] == "TLSv1.2"
    assert version_of(site, v.TLSv1_3, v.TLSv1_3)[0] == "TLSv1.3"
    for some in (v.TLSv1_2, v.TLSv1_3):
        assert re.search("GCM|CHACHA20", version_of(site, some, some)[1])
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        version_of(site, v.TLSv1_1, v.TLSv1_1)


def test_a_second_connection_takes_up_the_first(site):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=site.told["ca"])
        context.minimum_version = context.maximum_version = version
        with site.open(context) as s:
            s.sendall(b"GET /login/ HTTP/1.1\r\n" + HOST + b"\r\n")
            read_until(s, b"\r\n\r\n")  # in TLS 1.3 the ticket comes with it
            session = s.session
        with site.open(context, session=session) as s:
            assert s.session_reused


def fingerprint(site):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with site.open(context) as s:
        return hashlib.sha256(s.getpeercert(True)).hexdigest()


def test_a_changed_certificate_is_taken_without_a_restart(tmp_path):
    other = Site(tmp_path / "other")
    fresh = fingerprint(other)
    assert other.stop() == 0
    site = Site(tmp_path / "server")
    assert fingerprint(site) != fresh
    for name in ("server.key", "server.pem"):
        shutil.copy(other.data / "tls" / name, site.data / "tls" / "next")
        os.replace(site.data / "tls" / "next", site.data / "tls" / name)
    until(lambda: fingerprint(site) == fresh, PATIENCE, "the new certificate")
    assert site.stop() == 0


def test_silent_and_slow_visitors_cost_nothing_and_are_sent_away(site):
    ticks = site.cpu_ticks()
    silent = [socket.create_connection(site.address, timeout=PATIENCE) for _ in range(5)]
    halfway = site.open()
    halfway.sendall(b"GET /login/ HT")
    assert everything(halfway).startswith(b"HTTP/1.1 400 ")
    for s in silent:
        assert s.recv(10) == b""
        s.close()
    assert site.cpu_ticks() - ticks < 100  # of ten seconds


def test_watching_pages_and_idle_connections_delay_nobody(site):
    with contextlib.ExitStack() as all_of_them:
        watching = [all_of_them.enter_context(site.open()) for _ in range(150)]
        for s in watching:
            s.sendall(b"GET /event-log/live HTTP/1.1\r\n" + HOST + b"\r\n")
        for s in watching:
            assert b"text/event-stream" in read_until(s, b"\r\ndata: ")
        for _ in range(100):
            all_of_them.enter_context(site.open())
        assert site.get("/login/").status == 200
        assert told(site, b"GET /login/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_watching_pages_end_when_the_server_stops(tmp_path):
    site = Site(tmp_path / "server")
    with site.open() as s:
        s.sendall(b"GET /event-log/live HTTP/1.1\r\n" + HOST + b"\r\n")
        read_until(s, b"data: ")
        site.process.send_signal(signal.SIGTERM)
        assert everything(s).endswith(b"0\r\n\r\n")
    assert site.process.wait(PATIENCE) == 0


def test_who_knocks_while_the_server_starts_is_sent_to_the_right_place(tmp_path):
    """The first visitor may come in the moment between listening and knowing under which port."""
    plain, heads, stop = free_port(), [], threading.Event()

    def knock():
        while not stop.is_set() and not heads:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", plain), timeout=PATIENCE) as s:
                s.sendall(b"GET /login/ HTTP/1.1\r\n" + HOST + b"\r\n")
                heads.append(everything(s))

    visitor = threading.Thread(target=knock)
    visitor.start()
    try:
        site = Site(tmp_path / "server", "--http", f"127.0.0.1:{plain}")
        visitor.join(PATIENCE)
        assert f"\r\nLocation: {site.origin}/login/\r\n".encode() in heads[0]
        site.stop()
    finally:
        stop.set()
        visitor.join()
