# Looking at files at the airlock: what the answers' heads say, what stands in the trail, and that huge files do not hurt.
import json
import os
import pathlib
import re
import sqlite3
import time
import urllib.error

import pytest

from people import Demo, Person, ask_for_release, is_product, review, run_and_wait

CORPUS = json.loads((pathlib.Path(__file__).parents[1] / "data" / "hostile" / "corpus.json").read_text())
CONFINING = ("Sec-CH-UA", '"Chromium";v="152", "Not/A)Brand";v="8"')  # a browser that lets scripts open no connection
HUGE_MB = int(os.environ.get("TRESOR_HUGE_MB", "200"))  # 500 for the whole truth


def bytes_of(file):
    made = b""
    for part in file["parts"]:
        if isinstance(part, str):
            made += part.encode()
        elif "hex" in part:
            made += bytes.fromhex(part["hex"])
        else:
            made += part["repeat"].encode() * part["times"]
    return made


class Airlock:
    """The demo with outputs, and Ben, who checks."""

    def __init__(self, demo):
        self.demo = demo
        self.ada = demo.sign_in("ada")
        run_and_wait(self.ada, demo.server, demo.workspace, "demo", "run_all")
        self.inside = demo.enter_airlock("ada", self.ada)
        self.ben = demo.enter_airlock("ben")
        self.store = next(pathlib.Path(demo.folder).rglob("medium/workspaces/sample-study"))
        self.here = demo.airlock + "/workspaces/sample-study/"

    def put(self, name, content):
        path = self.store / "output" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def looks(self):
        with sqlite3.connect(f"file:{next(pathlib.Path(self.demo.folder).rglob('site.db'))}?mode=ro", uri=True) as db:
            rows = db.execute("select who, object, details from audit_line where action = 'review.look' order by seq")
            return [(who, thing, json.loads(details)) for who, thing, details in rows]

    def process(self):
        """The airlock among the processes of the demo."""
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            try:
                words = (status.parent / "cmdline").read_bytes().split(b"\0")
                folder = self.demo.folder.encode()
                if b"airlock" in words and any(folder in w for w in words):
                    return status
            except OSError:
                pass
        raise AssertionError("no airlock runs")

    def most_memory(self):
        return int(re.search(r"VmHWM:\s+(\d+) kB", self.process().read_text()).group(1)) // 1024


@pytest.fixture(scope="module")
def airlock():
    with Demo("--allow-scripts", "confined") as demo:
        yield Airlock(demo)


def patient(person, url):
    """A look that may take minutes on a busy machine."""
    with person.opener.open(url, timeout=600) as answer:
        return answer.read().decode()


def quoted(path):
    from urllib.parse import quote
    return quote(path)


@pytest.mark.parametrize("file", CORPUS, ids=lambda f: f["name"][:30])
def test_hostile_bytes_are_sent_harmless(airlock, file):
    airlock.put("hostile/" + file["name"], bytes_of(file))
    airlock.ben.opener.addheaders = []
    raw = airlock.here + "raw/" + quoted("output/hostile/" + file["name"])
    head = airlock.ben.look(raw).headers
    assert head["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert head["X-Content-Type-Options"] == "nosniff"
    assert head["Content-Disposition"].startswith("attachment; filename=\"")
    assert head["Cache-Control"] == "no-store"
    assert not re.match(r"text/html|application/xhtml|text/xml|application/xml", head["Content-Type"]) or \
        file["name"].endswith((".html", ".htm"))
    assert airlock.ben.bytes == bytes_of(file), "what is kept is what was put out"
    page = airlock.ben.look(airlock.here + "files/" + quoted("output/hostile/" + file["name"]))
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>document" not in page.page and "<img src=x" not in page.page


def test_pages_run_scripts_only_in_a_frame_that_asks(airlock):
    airlock.put("page.html", "<p>x<script>1</script><link rel=preconnect href=//x>")
    raw, page = airlock.here + "raw/output/page.html", airlock.here + "files/output/page.html"
    for query, dest, scripts in [("?frame=1", "iframe", False), ("?frame=1&scripts=1", "document", False),
                                 ("?frame=1&scripts=1", "iframe", True)]:
        airlock.ben.opener.addheaders = [("Sec-Fetch-Dest", dest), CONFINING]
        head = airlock.ben.look(raw + query).headers
        policy = head["Content-Security-Policy"]
        assert ("allow-scripts" in policy) == scripts and head["Connection-Allowlist"] == "()"
        assert "default-src 'none'" in policy and "allow-same-origin" not in policy and "<link" not in airlock.ben.page
    assert "?scripts=1" in airlock.ben.look(page).page
    airlock.ben.opener.addheaders = []


def refused(person, url):
    with pytest.raises(urllib.error.HTTPError) as no:
        person.look(url)
    return no.value.code, no.value.read().decode()


def test_scripts_are_refused_in_a_browser_that_would_not_confine_them(airlock):
    airlock.put("page.html", "<p>x")
    raw, page = airlock.here + "raw/output/page.html", airlock.here + "files/output/page.html"
    airlock.ben.opener.addheaders = [("Sec-Fetch-Dest", "iframe")]
    assert "?scripts=1" not in airlock.ben.look(page).page and "from version 152" in airlock.ben.page
    for url in (raw + "?frame=1&scripts=1", page + "?scripts=1"):
        code, said = refused(airlock.ben, url)
        assert code == 403 and "This browser would let scripts send what they see elsewhere" in said
    airlock.ben.opener.addheaders = []


def test_scripts_never_run_unless_the_operator_says_so():
    with Demo() as demo:
        airlock = Airlock(demo)
        airlock.put("page.html", "<p>x<script>1</script>")
        request, _ = ask_for_release(airlock.inside, demo.airlock, "sample-study", lambda f: f == "output/page.html")
        file = demo.airlock + re.search(r"/requests/\d+/files/\d+/", airlock.ben.look(request).page).group()
        dina = demo.enter_airlock("dina")
        for checker in (airlock.ben, dina):
            review(checker, demo.airlock, request)
        dina.look(request)
        dina.send(request, ("step", "release"))
        dina.wait_live(request + "live", "Released")
        at_server = demo.server + demo.workspace + "outputs/latest/output/page.html"
        raw = re.search(r'href="([^"]+)" download', airlock.ada.look(at_server).page).group(1)
        looks = [(airlock.ben, airlock.here + "files/output/page.html", airlock.here + "raw/output/page.html"),
                 (airlock.ben, file, file.replace("/files/", "/raw/")), (airlock.ada, at_server, demo.server + raw)]
        for person, page, bytes_at in looks:
            person.opener.addheaders = [("Sec-Fetch-Dest", "iframe"), CONFINING]
            said = person.look(page).page
            assert "?scripts=1" not in said and "On this site scripts of files never run" in said
            for url in (page + "?scripts=1", bytes_at + "?frame=1&scripts=1"):
                code, why = refused(person, url)
                assert code == 403 and "ask the operator to allow them (--allow-scripts)" in why, url
        assert "scripts" not in [d["look"] for _, _, d in airlock.looks()]


def test_every_look_is_one_line(airlock):
    airlock.put("t.csv", "a,b\n" + "".join(f"{i},{i * i}\n" for i in range(900)))
    airlock.put("p.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    before = len(airlock.looks())
    base = airlock.here + "files/output/t.csv"
    for query in ["", "?row=201", "?sort=2&down=1", "?show=columns", "?show=columns"]:
        airlock.ben.look(base + query)
    airlock.ben.look(airlock.here + "files/output/p.svg")
    airlock.ben.look(airlock.here + "raw/output/p.svg")
    airlock.ben.look(airlock.here + "raw/output/t.csv")
    airlock.ben.look(airlock.here + "raw/output/t.csv")
    airlock.inside.look(base)
    lines = airlock.looks()[before:]
    assert [(who, d["file"], d["look"]) for who, _, d in lines] == [
        ("ben", "output/t.csv", "table"), ("ben", "output/t.csv", "columns"), ("ben", "output/p.svg", "picture"),
        ("ben", "output/t.csv", "download"), ("ben", "output/t.csv", "download"), ("ada", "output/t.csv", "table")]
    assert all(thing == "sample-study" and re.fullmatch("[0-9a-f]{64}", d["sha256"]) for _, thing, d in lines)
    # a picture that is fetched without its page is a look of its own
    airlock.put("q.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='1'/>")
    airlock.ben.look(airlock.here + "raw/output/q.svg")
    assert airlock.looks()[-1][2]["look"] == "raw"


def test_changes_since_what_left(airlock):
    airlock.put("left.csv", "region,n\nnorth,10\nsouth,20\n")
    request, _ = ask_for_release(airlock.inside, airlock.demo.airlock, "sample-study", lambda f: f == "output/left.csv")
    dina = airlock.demo.enter_airlock("dina")
    review(airlock.ben, airlock.demo.airlock, request)
    review(dina, airlock.demo.airlock, request)
    dina.look(request)
    dina.send(request, ("step", "release"))
    dina.wait_live(request + "live", "Released")
    airlock.put("left.csv", "region,n\nnorth,15\neast,5\nsouth,20\n")
    page = airlock.ben.look(airlock.here + "files/output/left.csv?show=changes").page
    assert "<del>10</del>" in page and "<ins>15</ins>" in page
    assert "1 row changed" in page and "1 new" in page and "0 gone" in page
    request, _ = ask_for_release(airlock.inside, airlock.demo.airlock, "sample-study", lambda f: f == "output/left.csv")
    link = re.search(r"/requests/\d+/files/\d+/", airlock.ben.look(request).page).group()
    assert "<ins>15</ins>" in airlock.ben.look(airlock.demo.airlock + link + "?show=changes").page
    assert airlock.looks()[-1][2]["look"] == "changes"
    # the server's viewer sums up the same way
    server = airlock.demo.server + airlock.demo.workspace + "outputs/latest/output/left.csv?show=columns"
    assert "whole number" in airlock.ada.look(server).page


def test_a_huge_file_does_not_hurt(airlock):
    block = b"".join(b"%d,north,%d.25,2026-01-02,[REDACTED]\n" % (i, i % 1000) for i in range(25000))
    times = HUGE_MB * 1024 * 1024 // len(block) + 1
    path = airlock.store / "output" / "huge.csv"
    with open(path, "wb") as out:
        out.write(b"id,region,value,day,n\n")
        for _ in range(times):
            out.write(block)
    rows = f"{25000 * times:,}"
    page = airlock.here + "files/output/huge.csv"
    began = time.monotonic()
    assert "Rows 1 to 200." in patient(airlock.ben, page)
    first = time.monotonic() - began
    # without scripts somebody waits for the whole page
    other = airlock.store / "output" / "huge2.csv"
    other.write_bytes(b"n\n" + b"7\n" * (5 << 20))
    assert "Read it now and wait" in patient(airlock.ben, airlock.here + "files/output/huge2.csv?show=columns")
    assert f"{5 << 20:,} rows" in patient(airlock.ben, airlock.here + "files/output/huge2.csv?show=columns&count=1")
    other.unlink()
    following = re.search(r'href="(\?row=201[^"]*)"', patient(airlock.ben, page)).group(1).replace("&amp;", "&")
    assert "Rows 201 to 400" in patient(airlock.ben, page + following)
    waiting = patient(airlock.ben, page + "?show=columns")
    assert f"{rows} rows" not in waiting and "Rows 1 to 200<" in waiting and "Read it now and wait" in waiting
    live = re.search(r'data-live="([^"]+)"', waiting).group(1)
    told = [event for event in patient(airlock.ben, airlock.demo.airlock + live).split("\n\n") if event.startswith("data:")]
    percents = [int(p) for event in told[:-1] for p in re.findall(r"being read, (\d+) %", event)]
    assert len(percents) == len(told) - 1 > 15 and percents == sorted(set(percents)), percents
    assert "Different values" in told[-1] and f"{rows} rows" in told[-1]
    assert "One-time code" in Person(airlock.demo.airlock_ca).look(airlock.demo.airlock + live).page, "nobody else is told"
    columns = patient(airlock.ben, page + "?show=columns")
    assert f"{rows} rows" in columns and "data-live" not in columns and ">12,487,500<" not in columns
    assert str(sum(range(25000)) * times) in columns, "the sum is exact"
    assert f"Rows {25000 * times - 100:,} to {25000 * times:,} of" in patient(airlock.ben, page + f"?row={25000 * times - 100}")
    assert ">24999<" in patient(airlock.ben, page + "?sort=1&down=1")
    with airlock.ben.opener.open(airlock.here + "raw/output/huge.csv") as whole:
        got = 0
        while piece := whole.read(1 << 20):
            got += len(piece)
    assert got == path.stat().st_size
    path.unlink()
    most = airlock.most_memory()
    print(f"{HUGE_MB} MB: first page after {first:.2f} s, at most {most} MB of memory")
    assert most < 80 or not is_product()
