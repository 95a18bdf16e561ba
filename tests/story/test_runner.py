# The runner takes a request of a server, runs its jobs beside the data and keeps what they made.
import json

import pytest
from job_server import JobServer
from runner_site import Site, Study, project
from until import until

CSV = {"highly_sensitive": {"data": "output/data.csv"}}


@pytest.fixture(params=["waits", "polls"])
def server(request):
    server = JobServer(wait=request.param == "waits")
    yield server
    server.close()


@pytest.fixture
def site(tmp_path, server):
    site = Site(tmp_path / "one", server).start()
    yield site
    site.stop()
    assert not list((site.site / "jobs").iterdir()), "remains of jobs"


def study_of(tmp_path, scripts, **actions):
    return Study(tmp_path / "study", {"project.yaml": project(**actions), **scripts})


def test_a_request_runs_in_order_and_its_outputs_lie_in_their_levels(tmp_path, server, site):
    study = study_of(
        tmp_path,
        {"analysis/make.sh": "mkdir -p output; printf 'a,b\\n1,2\\n3,4\\n' > output/data.csv; echo made\n",
         "analysis/count.sh": "wc -l < output/data.csv > output/count.txt\n"},
        make=("sh:v1 analysis/make.sh", [], CSV),
        count=("sh:v1 analysis/count.sh", ["make"], {"moderately_sensitive": {"count": "output/count.txt"}}))
    server.ask(study, ["run_all"], "aaaaaaaaaaaaaaaa")
    jobs = server.until_done("aaaaaaaaaaaaaaaa")
    assert {a: j["status"] for a, j in jobs.items()} == {"make": "succeeded", "count": "succeeded"}
    assert jobs["count"]["status_message"] == "Completed successfully"
    assert jobs["count"]["run_command"] == "sh:v1 analysis/count.sh"
    assert all(jobs["make"][t] for t in ("created_at", "updated_at", "started_at", "completed_at"))
    assert site.high("output/count.txt").read_text().strip() == "3"
    assert site.medium("output/count.txt").read_text().strip() == "3"
    assert not site.medium("output/data.csv").exists()
    manifest = json.loads(site.medium("metadata/manifest.json").read_text())
    assert set(manifest["outputs"]) == {"output/data.csv", "output/count.txt"}
    log = site.high("metadata/make.log").read_text()
    assert log.startswith("made\n") and "  output/data.csv  - highly_sensitive" in log
    records = list(site.site.glob("logs/*/os-job-*/metadata.json"))
    assert len(records) == 2


def test_what_is_wrong_is_said_so_that_it_can_be_mended(tmp_path, server, site):
    study = study_of(
        tmp_path, {"fail.sh": "echo no >&2; exit 7\n", "slip.sh": "mkdir output; echo x > output/dat.csv\n"},
        fails=("sh:v1 fail.sh", [], CSV),
        after=("sh:v1 slip.sh", ["fails"], {"highly_sensitive": {"data": "output/after.csv"}}),
        slip=("sh:v1 slip.sh 1", [], {"highly_sensitive": {"data": "output/slip.csv"}}),
        nowhere=("sh:v1 -c nosuchprogram", [], {"highly_sensitive": {"data": "output/nowhere.csv"}}))
    server.ask(study, ["run_all"], "aaaaaaaaaaaaaaaa")
    jobs = server.until_done("aaaaaaaaaaaaaaaa")
    said = {a: (j["status_code"], j["status_message"]) for a, j in jobs.items()}
    assert said["fails"] == ("nonzero_exit", "Job exited with an error")
    assert said["after"] == ("dependency_failed", "Not starting as dependency failed")
    assert said["slip"] == ("unmatched_patterns", "No outputs found matching patterns:\n - output/slip.csv")
    assert "not found" in said["nowhere"][1]
    assert "output/dat.csv" in site.high("metadata/slip.log").read_text()
    assert "no\n" in site.high("metadata/fails.log").read_text()


def test_a_request_that_cannot_be_run_is_one_job_with_the_reason(tmp_path, server, site):
    study = study_of(tmp_path, {"a.sh": ""}, a=("sh:v1 a.sh", [], CSV))
    server.ask(study, ["nope"], "aaaaaaaaaaaaaaaa")
    job = server.until_done("aaaaaaaaaaaaaaaa")["__error__"]
    assert job["status_message"] == "UnknownActionError: Action 'nope' not found in project.yaml"
    assert (job["status"], job["status_code"], job["run_command"]) == ("failed", "internal_error", None)
    server.ask(study, ["a"], "bbbbbbbbbbbbbbbb", sha="0" * 40)
    job = server.until_done("bbbbbbbbbbbbbbbb")["__error__"]
    assert job["status_message"].startswith("GitError: Error fetching commit " + "0" * 40)
    server.ask(study, ["a"], "cccccccccccccccc", workspace="$%#")
    job = server.until_done("cccccccccccccccc")["__error__"]
    assert job["status_message"].startswith("JobRequestError: Invalid workspace name")


def test_a_job_is_cancelled_while_it_waits_and_while_it_runs(tmp_path, server, site):
    study = study_of(
        tmp_path, {"long.sh": "echo begun; while :; do :; done\n", "next.sh": "true\n"},
        long=("sh:v1 -c 'echo begun; exec tail -f /dev/null'", [], CSV),
        next=("sh:v1 next.sh", ["long"], {"highly_sensitive": {"data": "output/next.csv"}}))
    server.ask(study, ["run_all"], "aaaaaaaaaaaaaaaa")
    server.until(lambda s: s.of("aaaaaaaaaaaaaaaa").get("long", {}).get("status_code") == "executing")
    server.cancel("aaaaaaaaaaaaaaaa", "long", "next")
    jobs = server.until_done("aaaaaaaaaaaaaaaa")
    assert {j["status_code"] for j in jobs.values()} == {"cancelled_by_user"}
    assert not site.high("metadata/long.log").exists()


def test_nothing_is_lost_while_the_server_is_away(tmp_path, server, site):
    study = study_of(tmp_path, {"a.sh": "mkdir output; echo a > output/data.csv\n"}, a=("sh:v1 a.sh", [], CSV))
    server.ask(study, ["a"], "aaaaaaaaaaaaaaaa")
    server.until(lambda s: s.of("aaaaaaaaaaaaaaaa"))
    with server.changed:
        server.broken = True
        server.changed.notify_all()
    until(site.high("metadata/a.log").exists, what="the log")
    with server.changed:
        server.broken = False
    assert server.until_done("aaaaaaaaaaaaaaaa")["a"]["status"] == "succeeded"


def test_a_paused_site_starts_nothing_until_it_goes_on(tmp_path, server, site):
    study = study_of(tmp_path, {"a.sh": "mkdir output; echo a > output/data.csv\n"}, a=("sh:v1 a.sh", [], CSV))
    site.command("flags", "set", "paused=true")
    server.ask(study, ["a"], "aaaaaaaaaaaaaaaa")
    server.until(lambda s: s.of("aaaaaaaaaaaaaaaa").get("a", {}).get("status_code") == "paused")
    assert any('"paused":{"v":"true"' in h.get("Flags", "") for h in server.headers)
    site.command("flags", "set", "paused=")
    assert server.until_done("aaaaaaaaaaaaaaaa")["a"]["status"] == "succeeded"
