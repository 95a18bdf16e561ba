"""The Run jobs page as a researcher uses it: what the repository says about itself is told before anything runs."""
import hashlib
import json
import re

import pytest
from server_site import World

CSV = "code,term\n1,asthma\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    w = World(tmp_path_factory.mktemp("run-page"))
    yield w
    w.site.stop()


def alert(page):
    found = re.search(r'<div class="problem" role="alert">\s*<p>(.*?)</p>', page.text, re.S)
    return found and found.group(1)


def record(text=CSV):
    return json.dumps({"files": {"lab-asthma.csv": {
        "id": "lab/asthma/2020", "url": "https://www.opencodelists.org/codelist/lab/asthma/2020/",
        "downloaded_at": "2022-01-01T00:00:00Z", "sha": hashlib.sha1(text.strip().encode()).hexdigest()}}})


def test_stale_codelists_stop_what_reads_the_database_and_nothing_else(world):
    world.repository.commit({"codelists/codelists.txt": "lab/asthma/2020\n", "codelists/lab-asthma.csv": CSV,
                             "codelists/codelists.json": record()})
    assert world.request("run_all")["codelists_ok"] is True
    world.repository.commit({"codelists/lab-asthma.csv": CSV + "2,by hand\n"})
    page = world.ada.get("/lab/study/genetic/run-jobs/")
    assert "lab-asthma.csv was changed after it was downloaded; run `opensafely codelists update`" in page.text
    page = world.run("generate_study_population")
    assert page.status == 400
    assert alert(page).endswith("The action generate_study_population reads the database and needs them.")
    asked = world.request("model")
    assert asked["codelists_ok"] is False and asked["requested_actions"] == ["model"]
    shown = world.ada.get(re.search(r'/lab/study/genetic/\d+/', world.ada.get("/lab/study/genetic/logs/").text).group())
    assert "<dt>Codelists</dt><dd>out of date" in shown.text
    world.repository.commit({"codelists/codelists.json": record(CSV + "2,by hand\n")})
    assert "out of date" not in world.ada.get("/lab/study/genetic/run-jobs/").text
    assert world.request("generate_study_population")["codelists_ok"] is True


def test_an_older_commit_of_the_branch_is_chosen_by_those_who_may(world):
    old = world.repository.commit({"note.txt": "one"})
    world.repository.git("checkout", "-q", "-b", "side")
    strange = world.repository.commit({"note.txt": "side"})
    world.repository.git("checkout", "-q", "main")
    for i in range(11):
        world.repository.commit({"note.txt": str(i)})
    run, pick = "/lab/study/genetic/run-jobs/", "/lab/study/genetic/pick-commit/"
    assert "pick-commit" not in world.ada.get(run).text
    assert world.ada.get(pick).status == 404 and world.ada.get(f"{run}{old}/").status == 404
    user = "/staff/users/ada/"
    world.site.admin.submit(world.site.admin.get(user), "/roles/", {"roles": "OpensafelyInteractive"})
    page = world.ada.get(run)
    assert f'href="{pick}"' in page.text
    page = world.ada.get(pick)
    links = re.findall(r'href="([^"]+/run-jobs/[0-9a-f]{40}/)"', page.text)
    assert len(links) == 10 and page.text.count(">newest<") == 1
    older = world.ada.get(pick + re.search(r'\?after=[0-9a-f]{40}', page.text).group())
    links = re.findall(r'href="([^"]+/run-jobs/[0-9a-f]{40}/)"', older.text)
    assert links[1] == f"{run}{old}/"
    page = world.ada.get(links[1])
    assert "chosen by you; this one runs" in page.text
    page = world.ada.submit(page, f"/run-jobs/{old}/", [("actions", "model")], drop=["actions"])
    assert page.path.endswith("/logs/"), page.text
    asked = world.runner.requests()[0]
    assert asked["sha"] == old and asked["workspace"]["branch"] == "main"
    for wrong in (strange, "0" * 40, "main"):
        assert alert(world.ada.get(f"{run}{wrong}/")).startswith(
            f"Could not find commit on branch &#39;main&#39;: {wrong}."), wrong
    bob = world.site.person("bob")
    world.site.admin.submit(world.site.admin.get("/staff/users/bob/"), "/roles/", {"roles": "OpensafelyInteractive"})
    assert bob.get(pick).status == 404 and bob.get(f"{run}{old}/").status == 404
