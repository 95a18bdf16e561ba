# Output checking as people meet it: groups and versions, two blind reviews, rounds, comments, mails, the queue.
import json
import pathlib
import re
import sqlite3
import subprocess
import urllib.error

import pytest

from people import TRESOR, Demo, ask_for_release, review, run_and_wait
from test_machines import Role
from until import until


@pytest.fixture(scope="module")
def demo():
    with Demo() as demo:
        ada = demo.sign_in("ada")
        run_and_wait(ada, demo.server, demo.workspace, "demo", "run_all")
        demo.ada, demo.inside = ada, demo.enter_airlock("ada", ada)
        demo.ben, demo.dina = demo.enter_airlock("ben"), demo.enter_airlock("dina")
        yield demo


def refused(person, url, *pairs):
    """The sentence of a refusal."""
    try:
        person.send(url, *pairs)
    except urllib.error.HTTPError as answer:
        page = answer.read().decode()
        assert answer.code in (400, 403, 404, 409), page
        return re.search(r"<h1>.*?</section>", page, re.S).group(0)
    raise AssertionError("it was not refused")


def site(demo, sql, *values):
    with sqlite3.connect(f"file:{demo.folder}/site/site.db?mode=ro", uri=True) as db:
        return db.execute(sql, values).fetchall()


def server(demo, sql, *values):
    with sqlite3.connect(f"file:{demo.folder}/server/server.db?mode=ro", uri=True) as db:
        return db.execute(sql, values).fetchall()


def mails(demo, wanted):
    """Waits until the server wrote so many letters about requests: the sender of events is asked for by its own state."""
    found = []

    def are_there():
        demo.ada.look(demo.server + "/")
        found[:] = server(demo, "select p.username, m.subject, m.body from mail_outbox m join person p on p.id = m.person "
                                "where m.subject like 'airlock %' order by m.id")
        return len(found) >= wanted
    until(are_there)
    return found


def test_a_request_goes_through_two_rounds(demo):
    ada, ben, dina = demo.inside, demo.ben, demo.dina
    page = demo.airlock + "/workspaces/sample-study/"
    ada.look(page).send(page + "ask/", ("file", "output/compare.csv"), ("group", "Table 1"), ("context", "Recovery by region."),
                        ("controls", "Rounded to 5."), ("draft", "1"))
    request = ada.at.split("#")[0]
    with pytest.raises(urllib.error.HTTPError):
        ben.look(request)  # a draft is its author's alone
    ada.look(page).send(page + "ask/", ("file", "output/report.txt"), ("group", "Text"), ("supporting", "1"), ("draft", "1"))
    ada.look(page).send(page + "ask/", ("file", "output/describe_north.csv"), ("group", "Table 2"), ("draft", "1"))
    assert "Table 2" in refused(ada.look(request), request, ("step", "submit")), "a group that nobody described is not submitted"
    group = site(demo, "select id from review_group where name = 'Table 2'")[0][0]
    ada.look(request).send(f"{request}groups/{group}/", ("context", "The north."), ("controls", "Rounded."))
    ada.look(request).send(request, ("step", "submit"))
    assert "Submitted" in ada.look(request).page

    # Blind: what ben says and votes is not there for dina, nor for ada.
    ben.look(request).send(f"{request}groups/{group}/comments/", ("words", "I see *small* cells"), ("visibility", "everyone"))
    review(ben, demo.airlock, request, lambda p: ("changes", "suppress the smallest") if "north" in p else ("approved", ""))
    for person in (dina, ada):
        person.look(request)
        assert "small</em> cells" not in person.page and "suppress the smallest" not in person.page
    assert "small</em> cells" in ben.look(request).page
    dina.look(request).send(f"{request}comments/", ("words", "for you only, ben"), ("visibility", "checkers"))
    review(dina, demo.airlock, request)
    assert "suppress the smallest" in dina.look(request).page and "small</em> cells" in dina.page
    assert "suppress the smallest" not in ada.look(request).page, "the author waits until the request is returned"
    dina.look(request).send(request, ("step", "return"))
    ada.look(request)
    assert "suppress the smallest" in ada.page and "small</em> cells" in ada.page and "for you only" not in ada.page

    # The author's turn: one file goes, the text of a group is new; then ben sees what changed.
    number = site(demo, "select id from review_file where path = 'output/describe_north.csv'")[0][0]
    ada.look(request).send(f"{request}files/{number}/change/", ("change", "withdraw"))
    first = site(demo, "select id from review_group where name = 'Table 1'")[0][0]
    ada.look(request).send(f"{request}groups/{first}/", ("context", "Recovery by region, all ages."), ("controls", "Rounded to 5."))
    ada.look(request).send(request, ("step", "submit"))
    ben.look(request)
    assert "changed since you last looked" in ben.page and "described anew" in ben.page
    assert "round 2" in ben.page
    # What ben approved in the first round and nobody changed stays approved: he only finishes.
    ben.send(request, ("step", "finish"))
    dina.look(request).send(request, ("step", "finish"))
    dina.look(request).send(request, ("step", "release"))
    dina.wait_live(request + "live", "Released")

    release = server(demo, "select requested_files, metadata from release_words order by release desc limit 1")[0]
    record = json.loads(release[1])
    assert record["record"] == "tresor-release-1" and record["request"]["rounds"] == 2
    assert record["request"]["author"]["username"] == "ada" and record["request"]["decided_by"] == "dina"
    assert [g["name"] for g in record["groups"]] == ["Table 1"]
    assert len(record["reviews"]) == 4
    files = json.loads(release[0])
    about = next(f["metadata"] for f in files if f["name"] == "output/compare.csv")
    assert len(files) == 1 and about["group"] == "Table 1" and about["ran_by"] == "ada"
    assert about["job"] and re.fullmatch("[0-9a-f]{40}", about["commit"]) and about["image"] and about["started_at"]
    assert {d["choice"] for d in about["decisions"]} == {"approved"}


def test_both_sides_are_told(demo):
    letters = mails(demo, 9)
    words = [(who, subject.split(" of ada ")[1]) for who, subject, _ in letters]
    assert ("ben", "asks for a release") in words and ("dina", "asks for a release") in words
    assert ("ada", "needs changes") in words and ("ada", "is released") in words and ("ada", "is approved") in words
    assert ("ada", "asks for a release") not in words
    assert len(words) == len(set(words)) or words.count(("ben", "is reviewed")) == 2
    returned, again = [next(body for who, subject, body in letters if who == name and words in subject)
                       for name, words in (("ada", "needs changes"), ("ben", "asks again"))]
    assert "- comment added (group 3) by ben" in returned and "for you" not in returned
    assert "- file withdrawn (group 3) by ada\n- group edited (group 1) by ada\n" in again or \
        "- group edited (group 1) by ada\n- file withdrawn (group 3) by ada\n" in again
    text = "".join(subject + body for _, subject, body in letters)
    for never in ("compare.csv", "describe_north", "suppress", "small", "Table 1"):
        assert never not in text, "mail leaves the building"
    assert "asks you for changes" in demo.inside.look(demo.airlock + "/notices/").page
    until(lambda: demo.ada.look(demo.server + "/") and all(row[0] for row in site(demo, "select told_at from review_event")))
    assert {row[0] for row in site(demo, "select trouble from review_event")} == {""}


def test_illegal_steps_are_refused_with_a_sentence(demo):
    ada, ben, dina = demo.inside, demo.ben, demo.dina
    request, _ = ask_for_release(ada, demo.airlock, "sample-study", lambda f: f == "output/describe_south.csv")
    number = re.search(r"/requests/(\d+)/", request).group(1)
    file = site(demo, "select id from review_file where request = ?", number)[0][0]
    vote = f"{request}files/{file}/"
    state = lambda: site(demo, "select state from review_request where id = ?", number)[0][0]  # noqa: E731
    for step, why in [("finish", "output checkers"), ("return", "output checkers"), ("release", "output checkers"), ("reject", "output checkers"), ("submit", "submitted")]:
        assert "." in refused(ada.look(request), request, ("step", step)), why
        assert state() == "submitted"
    for step in ("submit", "withdraw", "return", "reject", "release", "finish", "update", "nonsense"):
        refused(ben.look(request), request, ("step", step))
        assert state() == "submitted"
    assert "what should change" in refused(ben.look(vote), vote, ("choice", "changes"), ("reason", ""))
    assert "must stay" in refused(ben.look(vote), vote, ("choice", "rejected"), ("reason", ""))
    review(ben, demo.airlock, request)
    assert "stays as it is" in refused(ben.look(request), vote, ("choice", "approved"), ("reason", ""))
    refused(ben.look(request), request, ("step", "release"))
    assert "holds" in refused(ada.look(request), f"{request}files/{file}/change/", ("change", "withdraw")) or state() == "partially-reviewed"
    review(dina, demo.airlock, request)
    dina.look(request).send(request, ("step", "reject"))
    for person in (ada, ben, dina):
        for step in ("submit", "withdraw", "finish", "return", "reject", "release"):
            refused(person.look(request), request, ("step", step))
            assert state() == "rejected"


def test_the_queue_says_what_waits_for_whom(demo):
    ada, ben = demo.inside, demo.ben
    request, _ = ask_for_release(ada, demo.airlock, "sample-study", lambda f: f == "output/report.html")
    assert "Waiting for you (1)" in ben.look(demo.airlock + "/").page and "0 of 2 in" in ben.page
    review(ben, demo.airlock, request)
    assert "Waiting for you (0)" in ben.look(demo.airlock + "/").page and "With others (1)" in ben.page and "1 of 2 in" in ben.page
    ada.look(request).send(request, ("step", "withdraw"))
    assert "With others" not in ben.look(demo.airlock + "/").page


def test_a_lost_role_is_lost_at_the_airlock_too(tmp_path):
    with Demo() as demo:
        ada, eli = demo.sign_in("ada"), demo.sign_in("eli")
        run_and_wait(ada, demo.server, demo.workspace, "demo", "compare")
        request, _ = ask_for_release(demo.enter_airlock("ada", ada), demo.airlock, "sample-study", lambda f: f == "output/compare.csv")
        # A second airlock of the same site asks the server every second.
        second = Role("airlock", "--server", demo.server, "--ca", demo.ca, "--token-file", f"{demo.folder}/runner-token", "--backend", "demo",
                      "--site", f"{demo.folder}/site", "--data", tmp_path / "airlock", "--https", "127.0.0.1:0", "--ask-every", "1")
        demo.airlock = second.wait_for(r"Airlock answers at (\S+)").group(1)
        demo.airlock_ca = str(tmp_path / "airlock/tls/ca.pem")
        ben = demo.enter_airlock("ben")
        request = demo.airlock + request[request.index("/requests/"):]
        assert "Waiting for you (1)" in ben.look(demo.airlock + "/").page
        page = demo.server + "/staff/users/ben/"
        eli.look(page).send(page + "roles/")  # none is ticked
        until(lambda: "Waiting for you" not in ben.look(demo.airlock + "/").page)
        with pytest.raises(urllib.error.HTTPError):
            ben.look(request)
        # Who may not be here at all is signed out.
        eli.look(page).send(page + "deactivate/")
        until(lambda: "One-time code" in ben.look(demo.airlock + "/").page)
        trail = [row[0] for row in site(demo, "select action from audit_line where object = 'ben' order by seq")]
        assert trail[-2:] == ["visitor.change", "visitor.lost"]
        assert second.stop() == 0


def test_a_site_whose_token_is_not_taken_loses_neither_people_nor_events(tmp_path):
    with Demo() as demo:
        ada, eli = demo.sign_in("ada"), demo.sign_in("eli")
        run_and_wait(ada, demo.server, demo.workspace, "demo", "compare")
        inside = demo.enter_airlock("ada", ada)
        backend = demo.server + "/staff/backends/demo/"
        eli.look(backend).send(backend + "rotate-token/")
        token = re.search(r">([0-9a-f]{40})<", eli.page).group(1)
        old = pathlib.Path(demo.folder, "runner-token").read_text().strip()
        eli.look(backend).send(backend + "end-token/", ("hint", old[-4:]))
        request, _ = ask_for_release(inside, demo.airlock, "sample-study", lambda f: f == "output/compare.csv")
        words = ["airlock", "--server", demo.server, "--ca", demo.ca, "--backend", "demo", "--site", f"{demo.folder}/site", "--https", "127.0.0.1:0"]
        stale = Role(*words, "--token-file", f"{demo.folder}/runner-token", "--data", tmp_path / "stale", "--ask-every", "1")
        stale.wait_for("cannot be asked what people may do")
        assert "Submitted" in inside.look(request).page
        assert not site(demo, "select 1 from audit_line where action = 'visitor.lost'")
        assert site(demo, "select event, told_at from review_event") == [("request_submitted", None)]
        (tmp_path / "token").write_text(token)
        fresh = Role(*words, "--token-file", tmp_path / "token", "--data", tmp_path / "fresh")
        demo.ada = ada
        assert {who for who, _, _ in mails(demo, 2)} == {"ben", "dina"}
        until(lambda: inside.look(request) and site(demo, "select told_at from review_event")[0][0])
        assert fresh.stop() == 0 and stale.stop() == 0


def test_one_review_alone_needs_the_operators_word(tmp_path):
    (tmp_path / "token").write_text("0" * 40)
    words = [TRESOR, "airlock", "--server", "https://127.0.0.1:1", "--token-file", tmp_path / "token", "--site", tmp_path, "--data", tmp_path / "a"]
    for more in (["--reviews", "1"], ["--reviews-for", "study=1"], ["--reviews-for", "study"], ["--reviews", "0", "--allow-single-review"]):
        done = subprocess.run([*map(str, words), *more], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and "--reviews" in done.stderr, done.stderr
