# Three machines in bad weather: the lines between them are cut, slowed, swallowed and reordered at every step.
import pathlib

import pytest

from people import ask_for_release, review
from three_roles import ThreeRoles

ALL = 6  # actions of the study


@pytest.fixture
def site(tmp_path):
    three = ThreeRoles(tmp_path)
    yield three
    for line in three.lines.values():
        line.be(None)
    assert set(three.stop().values()) == {0}


def ask_to_run(site):
    ada, page = site.people["ada"], site.url + site.workspace
    ada.look(page + "run-jobs/").send(page + "run-jobs/", ("backend", "hospital"), ("actions", "run_all"), ("force_run_dependencies", "yes"))


def both_sides_agree(site, requests):
    served = dict(site.served("select identifier, status from job"))
    assert served == dict(site.kept("select id, state from runner_job")), "both sides agree about every job"
    assert len(served) == ALL * requests and set(served.values()) == {"succeeded"}


def all_done(site):
    return lambda: not site.served("select 1 from job_request where is_active = 1 limit 1")


@pytest.mark.parametrize("weather", [
    # what is told of eighteen jobs is 14,000 bytes with its handshake: some of the connections must bear them
    pytest.param({"limp": (1000, 25000)}, id="cut-after-some-bytes"),
    pytest.param({"limp": (1000, 25000), "small": 500, "lag": (0, 0.01)}, id="slow-cut-and-reordered"),
    pytest.param({"small": 37, "lag": (0, 0.003)}, id="drops-and-trickles"),
])
def test_each_job_ends_once_on_both_sides_whatever_the_line_does(site, weather):
    site.lines["runner"].be(weather)
    asked = 3
    for _ in range(asked):
        ask_to_run(site)
        site.until(all_done(site), what="all jobs are done")
    assert "limp" not in weather or site.lines["runner"].cuts >= 3
    both_sides_agree(site, asked)


def test_a_line_that_swallows_everything_is_noticed_and_left(site):
    """The connection stays open and nothing comes: what runs goes on, and the server hears of it afterwards."""
    ask_to_run(site)
    site.until(lambda: site.kept("select 1 from runner_job where state = 'running'"), what="a job runs")
    site.lines["runner"].be("hole")
    site.until(lambda: site.kept("select count(*) from runner_job where state = 'succeeded'") == [(ALL,)], what="the jobs end without the server")
    assert not all_done(site)(), "the server cannot know yet"
    site.lines["runner"].be("cut")
    site.lines["runner"].be(None)
    site.until(all_done(site), what="the server hears of it")
    both_sides_agree(site, 1)


def released(site):
    return site.served("select r.id, count(f.id) from release r left join release_file f on f.release = r.id group by 1")


def ask_and_review(site, choose):
    request, files = ask_for_release(site.inside["ada"], site.airlock, "study", choose)
    for name in ("ben", "dina"):
        review(site.inside[name], site.airlock, request)
    return request, files


@pytest.mark.parametrize("weather", [
    pytest.param({"limp": (1000, 12000)}, id="cut-after-some-bytes"),
    pytest.param({"limp": (1000, 20000), "small": 900, "lag": (0, 0.01)}, id="slow-cut-and-reordered"),
])
def test_a_release_arrives_once_and_whole(site, weather):
    ask_to_run(site)
    site.until(all_done(site))
    request, files = ask_and_review(site, lambda name: name.startswith("output/"))
    site.lines["airlock"].be(weather)
    dina = site.inside["dina"]
    dina.look(request).send(request, ("step", "release"))
    dina.wait_live(request + "live", "Released")
    assert site.lines["airlock"].cuts >= 1
    assert [n for _, n in released(site)] == [len(files)], "one release, with all its files"
    kept = pathlib.Path(site.folder, "server")
    cohort = pathlib.Path(site.folder, "site/high/workspaces/study/output/cohort.csv").read_bytes()
    for file in kept.rglob("*"):
        assert not file.is_file() or cohort[:200] not in file.read_bytes(), f"{file} holds unreleased data"


LARGE = """version: "3.0"
expectations:
  population_size: 1000
actions:
  draw:
    run: sh:v1 sh draw.sh
    outputs:
      moderately_sensitive: {picture: output/large.txt}
"""


@pytest.fixture
def large(tmp_path):
    """A site whose study makes one file of some megabytes, reviewed by two; the request's address and the file's size."""
    study = tmp_path / "study"
    study.mkdir()
    (study / "project.yaml").write_text(LARGE)
    (study / "draw.sh").write_text("mkdir -p output\nseq 1 400000 >output/large.txt\n")
    three = ThreeRoles(tmp_path, study)
    ask_to_run(three)
    three.until(all_done(three))
    request, _ = ask_and_review(three, lambda name: name == "output/large.txt")
    yield three, request, (tmp_path / "site/medium/workspaces/study/output/large.txt").stat().st_size
    three.lines["airlock"].be(None)
    assert set(three.stop().values()) == {0}


def let_go(site, request):
    return site.inside["dina"].look(request).send(request, ("step", "release"))


def test_an_upload_goes_on_where_it_stopped(large):
    """Every connection dies before the file is through: only going on brings it there."""
    site, request, size = large
    line = site.lines["airlock"]
    line.be({"limp": (size // 3, size // 2)})
    let_go(site, request).wait_live(request + "live", "Released")
    assert line.cuts >= 1 and line.bytes_up < size * 2, "what had come was not sent again"
    assert site.served("select size from release_file") == [(size,)]


@pytest.mark.parametrize("victim", ["server", "airlock"])
def test_an_upload_goes_on_after_a_crash(large, victim):
    site, request, size = large
    line = site.lines["airlock"]
    line.be({"small": 8192, "lag": (0.002, 0.004)})
    before = line.bytes_up
    let_go(site, request)
    line.wait_for_bytes(before + size // 2)
    assert not site.served("select 1 from release where completed_at is not null"), "nothing is visible yet"
    site.kill(victim)
    line.be(None)
    site.restart(victim)
    site.until(lambda: site.kept("select 1 from review_request where state = 'released'"), what="it is released")
    assert line.bytes_up - before < size * 5 // 4, "what had come was not sent again"
    assert site.served("select size from release_file") == [(size,)]
