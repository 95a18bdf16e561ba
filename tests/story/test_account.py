"""People come in, prove who they are, are kept out; and every step of it stands in a trail that cannot be bent."""
import base64
import concurrent.futures
import hashlib
import hmac
import json
import re
import shutil
import sqlite3
import struct
import subprocess
import time

import pytest

from server_site import TRESOR, ServerSite, Visitor

PASSWORD = "three green herons"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = ServerSite(tmp_path_factory.mktemp("server"))
    yield site
    site.stop()


def tresor(site, *words, ok=True):
    done = subprocess.run([TRESOR, *words, "--data", str(site.folder)], capture_output=True, text=True)
    assert (done.returncode == 0) == ok, done.stderr
    return done


def choose_password(visitor, password=PASSWORD, **more):
    return visitor.submit(visitor.get("/settings/"), "/settings/password/",
                          {"password": password, "again": password, **more})


def sign_in(site, username, password=PASSWORD):
    visitor = Visitor(site)
    return visitor, visitor.submit(visitor.get("/login/"), "/login/", {"username": username, "password": password})


def is_in(visitor):
    return "<h1>Settings</h1>" in visitor.get("/settings/").text


def code(secret, at):
    """RFC 6238, as a phone computes it."""
    digest = hmac.new(base64.b32decode(secret.upper()), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7fffffff) % 1000000:06}"


def test_the_first_link_works_once(site):
    again = Visitor(site).get(site.ready["welcome"])
    assert again.status == 404
    assert "used already" in again.text


def test_there_is_no_default_password(site):
    for password in ("admin", "password", "root", "tresor", ""):
        assert not is_in(sign_in(site, "admin", password or "x")[0])


def test_a_password_opens_and_signing_out_closes(site):
    ada = site.person("ada")
    assert "The password is changed" in choose_password(ada).text
    visitor, page = sign_in(site, "ada")
    assert is_in(visitor)
    kept = dict(visitor.cookies)
    visitor.submit(page, "/logout/")
    visitor.cookies = kept
    assert not is_in(visitor)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site):
    site.person("bea")
    link = tresor(site, "user", "link", "bea").stdout.strip()
    visitor = Visitor(site)
    page = visitor.get(link)
    form = page.form(link)
    answer = visitor.call("POST", link, "&".join(f"{k}={v}" for k, v in form.fields),
                          {"Content-Type": "application/x-www-form-urlencoded", "Origin": site.url})
    cookie = next(c for c in answer.headers.get_all("Set-Cookie") if c.startswith("__Host-"))
    for word in ("HttpOnly", "Secure", "Path=/", "SameSite="):
        assert word in cookie, cookie
    assert "Domain" not in cookie
    token = cookie.split(";")[0].partition("=")[2]
    assert token.encode() not in (site.folder / "server.db").read_bytes() + (site.folder / "server.db-wal").read_bytes()


def test_the_second_factor_is_asked_for(site):
    cleo = site.person("cleo")
    choose_password(cleo)
    page = cleo.submit(cleo.get("/settings/"), "/settings/second-factor/start/")
    assert "<svg class=\"qr\"" in page.text
    secret = re.search(r"type in this key: <code>([a-z2-7]+)</code>", page.text).group(1)
    codes = cleo.submit(page, "/settings/second-factor/", {"code": code(secret, time.time())})
    recovery = re.findall(r"<li><code>([a-z2-7]{5}-[a-z2-7]{5})</code>", codes.text)
    assert len(recovery) == 10

    visitor, page = sign_in(site, "cleo")
    assert not is_in(visitor)
    assert "does not fit" in visitor.submit(page, "/login/second/", {"code": "000000"}).text
    visitor.submit(page, "/login/second/", {"code": code(secret, time.time() + 30)})  # a fast clock
    assert is_in(visitor)

    other, page = sign_in(site, "cleo")
    other.submit(page, "/login/second/", {"code": recovery[0].upper()})
    assert is_in(other)
    third, page = sign_in(site, "cleo")
    third.submit(page, "/login/second/", {"code": recovery[0]})
    assert not is_in(third)

    other.submit(other.get("/settings/"), "/settings/sessions/end-others/")
    assert is_in(other) and not is_in(visitor) and not is_in(cleo)


def test_guessing_one_account_locks_it_for_a_while(site):
    dora = site.person("dora")
    choose_password(dora)
    answers = [sign_in(site, "dora", "wrong wrong wrong")[1] for _ in range(5)]
    assert {a.status for a in answers} == {403}
    assert not is_in(sign_in(site, "dora")[0])
    assert is_in(dora)  # who is in stays in
    lines = json.loads(tresor(site, "audit", "list", "--json", "--kind", "person", "--object", "dora").stdout)
    assert "person.locked" in [line["action"] for line in lines]


def test_staff_take_somebody_out_at_once(site):
    eve = site.person("eve")
    assert is_in(eve)
    site.admin.submit(site.admin.get("/staff/users/eve/"), "/deactivate/")
    assert not is_in(eve)
    assert "eve" in site.admin.get("/staff/users/?q=eve").text


def test_those_without_the_permission_do_not_even_see_the_people(site):
    finn = site.person("finn")
    assert finn.get("/staff/users/").status == 403
    assert "/staff/" not in finn.get("/settings/").text
    gone = Visitor(site).get("/staff/users/")
    assert "<h1>Sign in</h1>" in gone.text


def test_an_operator_does_the_same_from_the_command_line(site):
    link = tresor(site, "user", "add", "gus", "--name", "Gus", "--role", "CoreDeveloper", "--url", site.url).stdout.strip()
    assert link.startswith(site.url)
    gus = Visitor(site)
    path = link[len(site.url):]
    gus.submit(gus.get(path), path)
    assert gus.get("/staff/users/").status == 200
    people = json.loads(tresor(site, "user", "list", "--json", "--role", "CoreDeveloper").stdout)
    assert [p["username"] for p in people] == ["admin", "gus"]
    tresor(site, "user", "disable", "gus")
    assert not is_in(gus)
    lines = json.loads(tresor(site, "audit", "list", "--json", "--kind", "person", "--object", "gus").stdout)
    assert lines[0]["action"] == "person.deactivate" and lines[0]["actor"] == "operator"
    assert "nobody called" in tresor(site, "user", "show", "nobody", ok=False).stderr


def test_many_at_once_leave_one_chain(site):
    names = [f"p{i}" for i in range(24)]
    admins = [Visitor(site) for _ in range(4)]
    for visitor in admins:
        visitor.cookies = dict(site.admin.cookies)

    def add(i):
        visitor = admins[i % 4]
        for name in names[i::4]:
            visitor.submit(visitor.get("/staff/users/new/"), "/staff/users/new/", {"username": name})

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(4)))
    people = json.loads(tresor(site, "user", "list", "--json").stdout)
    assert set(names) <= {p["username"] for p in people}
    assert json.loads(tresor(site, "audit", "verify", "--json").stdout)["sound"]


def test_a_power_cut_leaves_every_change_with_its_line(tmp_path):
    site = ServerSite(tmp_path / "server")
    admin = site.admin
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        def add():
            done = 0
            try:
                for i in range(200):
                    admin.submit(admin.get("/staff/users/new/"), "/staff/users/new/", {"username": f"x{i}"})
                    done += 1
            except (OSError, AssertionError):
                pass
            return done
        adding = pool.submit(add)
        while not any(p["username"] == "x3" for p in json.loads(tresor(site, "user", "list", "--json").stdout)):
            assert not adding.done()
        site.process.kill()
        site.process.wait()
        acknowledged = adding.result()
    people = [p["username"] for p in json.loads(tresor(site, "user", "list", "--json").stdout)]
    made = [line["object"] for line in json.loads(tresor(site, "audit", "list", "--json", "--most", "2000").stdout)
            if line["action"] == "person.create"]
    assert sorted(people) == sorted(made)
    assert set(people) >= {f"x{i}" for i in range(acknowledged)}
    assert json.loads(tresor(site, "audit", "verify", "--json").stdout)["sound"]


def test_a_bent_trail_is_named(site, tmp_path):
    whole = json.loads(tresor(site, "audit", "verify", "--json").stdout)
    copy = tmp_path / "copy"
    copy.mkdir()
    with sqlite3.connect(site.folder / "server.db") as db, sqlite3.connect(copy / "server.db") as into:
        db.backup(into)
        into.executescript("drop trigger audit_line_is_final; drop trigger audit_line_stays;"
                           "drop trigger audit_head_moves_on; drop trigger audit_head_stays;")

    def verify(change, *words):
        bent = tmp_path / "bent"
        shutil.rmtree(bent, ignore_errors=True)
        shutil.copytree(copy, bent)
        with sqlite3.connect(bent / "server.db") as db:
            db.executescript(change)
        done = subprocess.run([TRESOR, "audit", "verify", "--data", str(bent), *words], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    anchor = f"{whole['lines']}:{whole['head']}"
    assert verify("", "--anchor", anchor)[0] == 0
    assert verify("update audit_line set actor = 99 where seq = 4") == (1, "The trail is NOT sound: line 4 was edited.\n")
    assert verify("delete from audit_line where seq = 5")[1] == "The trail is NOT sound: line 5 was removed.\n"
    code_, said = verify("delete from audit_line where seq > 9; update audit_head set seq = 9,"
                         "hash = (select hash from audit_line where seq = 9)", "--anchor", anchor)
    assert code_ == 1 and "whose hash was kept" in said
