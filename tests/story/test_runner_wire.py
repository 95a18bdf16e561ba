"""Job-runners of 2022, 2023 and 2024 work with the server: what they really sent is sent again."""
import ast
import json
import pathlib
import re
import threading
import time

import pytest
from server_site import STUDY, Runner, Visitor, World

WIRE = pathlib.Path(__file__).parent.parent / "data" / "wire"
ERAS = ["2022-06", "2023-12", "2024-11"]
# What each runner takes out of a request: a missing one ends its call with an exception.
READ_BY_RUNNERS = ["identifier", "sha", "requested_actions", "cancelled_actions", "force_run_dependencies",
                   "codelists_ok", "database_name", "created_by", "project", "orgs", "backend", "created_at"]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    w = World(tmp_path_factory.mktemp("wire"))
    yield w
    w.site.stop()


def captured(era):
    """(situation, headers of the call, body or None) in the order they were recorded."""
    situation, headers, body, calls = None, None, [], []
    for line in (WIRE / f"cap-{era}.txt").read_text().splitlines() + ["GET end"]:
        if line.startswith("#####") or re.match(r"(GET|POST) ", line):
            if headers is not None:
                calls.append((situation, headers, "\n".join(body) or None))
            headers, body = None, []
            if line.startswith("#####"):
                situation = line.strip("# ")
        elif headers is None:
            headers = ast.literal_eval(line)
        else:
            body.append(line)
    return calls


@pytest.mark.parametrize("era", ERAS)
def test_every_recorded_call_is_answered_so_that_the_runner_goes_on(world, era):
    known = {}
    workspace = f"replay-{era}"
    world.workspace(workspace)
    told = 0
    for situation, headers, body in captured(era):
        headers = {k: v for k, v in headers.items() if k not in ("Host", "Content-Length", "Connection")}
        headers["Authorization"] = world.token
        if body is None:
            page = world.runner.line.call("GET", "/api/v2/job-requests/?backend=expectations", None, headers)
            assert page.status == 200 and isinstance(json.loads(page.text)["results"], list), situation
            continue
        for name in re.findall(r'"job_request_id": "(\w+)"', body):
            if name not in known:
                known[name] = world.request("run_all", workspace=workspace)["identifier"]
            body = body.replace(name, known[name])
        body = re.sub(r'"identifier": "', f'"identifier": "{era[:4]}', body)
        page = world.runner.line.call("POST", "/api/v2/jobs/", body, headers)
        assert (page.status, json.loads(page.text)) == (200, {"status": "success"}), (situation, page.text)
        told = max(told, len(json.loads(body)))
    assert told >= 2
    statuses = world.runner.line.call("GET", f"/api/v2/workspaces/{workspace}/statuses/?backend=tpp")
    assert json.loads(statuses.text)["model"] == "pending"


def test_a_request_made_on_the_page_reaches_the_runner_whole(world):
    request = world.request("generate_study_population", "model")
    assert request["sha"] == world.head
    assert request["requested_actions"] == ["generate_study_population", "model"]
    assert request["workspace"]["repo"] == world.repository.url
    assert [k for k in READ_BY_RUNNERS if k not in request] == []
    assert {"name", "repo", "branch", "db"} <= set(request["workspace"])


def job(request, action, status, identifier=None, **more):
    stamp = "2026-11-22T03:30:11Z"
    done = stamp if status in ("succeeded", "failed") else None
    return {"identifier": identifier or f"{request['identifier'][:8]}{action[:8]}", "status": status,
            "job_request_id": request["identifier"], "action": action, "status_code": status,
            "status_message": "", "created_at": stamp, "updated_at": stamp, "started_at": done,
            "completed_at": done, "run_command": None, "trace_context": {}, "metrics": {}, **more}


def test_the_newest_commit_at_the_moment_of_submitting_is_what_runs(world):
    path = "/lab/study/genetic/run-jobs/"
    page = world.ada.get(path)
    world.head = world.repository.commit(project__yaml=STUDY + "# more\n")
    world.ada.submit(page, path, [("actions", "model")])
    request = world.runner.requests()[0]
    assert request["sha"] == world.head
    text = world.ada.get(f"/lab/study/genetic/{number(world)}/project.yaml").text
    assert text.endswith("# more\n")


def number(world):
    """The newest request's number, from the log."""
    return int(re.search(r'id="r(\d+)"', world.ada.get("/event-log/").text).group(1))


def test_what_is_wrong_with_the_file_is_said_with_its_lines(world):
    broken = STUDY.replace("needs: [generate_study_population]", "needs: [nothing_such]")
    world.repository.commit(project__yaml=broken.replace("output/input.csv", "/absolute.csv"))
    page = world.ada.get("/lab/study/genetic/run-jobs/")
    assert "An error occurred while trying to parse your project.yaml:" in page.text
    assert "nothing_such" in page.text and "/absolute.csv" in page.text
    assert "line 9" in page.text and "line 12" in page.text
    assert 'name="actions"' not in page.text
    world.head = world.repository.commit(project__yaml=STUDY)


def test_nothing_chosen_is_refused_on_the_same_page(world):
    page = world.run()
    assert page.status == 400
    assert "Please select at least one of the Actions listed above." in page.text
    assert 'value="model"' in page.text


def test_without_the_permission_there_is_no_such_page(world):
    assert Visitor(world.site).get("/lab/study/genetic/run-jobs/").status == 404


def test_a_cancelled_request_is_told_to_the_runner_and_leaves_when_its_jobs_have_ended(world):
    request = world.request("run_all")
    n = number(world)
    world.runner.tell([job(request, "generate_study_population", "running"), job(request, "model", "pending")])
    page = world.ada.get(f"/lab/study/genetic/{n}/")
    world.ada.submit(page, "/cancel/")
    told = next(r for r in world.runner.requests() if r["identifier"] == request["identifier"])
    assert told["cancelled_actions"] == ["generate_study_population", "model"]
    world.runner.tell([job(request, a, "failed", status_code="cancelled_by_user", status_message="Cancelled by user")
                       for a in ("generate_study_population", "model")])
    assert request["identifier"] not in [r["identifier"] for r in world.runner.requests()]
    assert "Cancelled" in world.ada.get(f"/lab/study/genetic/{n}/").text


def test_a_waiting_runner_is_woken_by_a_new_request(world):
    for request in world.runner.requests():  # leave nothing that is news
        world.runner.tell([job(request, "model", "succeeded", identifier=request["identifier"])])
    answers = []

    def wait():
        runner = Runner(world.site, world.token)
        answers.append(runner.ask(Prefer="wait=50"))

    waiting = threading.Thread(target=wait)
    waiting.start()
    before = time.monotonic()
    world.run("model")
    waiting.join()
    assert time.monotonic() - before < 45  # it came back because of the request, not of the clock
    assert answers[0].headers["Preference-Applied"] == "wait=50"
    assert json.loads(answers[0].text)["count"] == 1


def test_a_live_page_shows_a_change_without_being_asked_again(world):
    request = world.request("model")
    n = number(world)
    watcher = Visitor(world.site)
    watcher.line = None
    watcher.get("/event-log/")
    watcher.line.request("GET", f"/lab/study/genetic/{n}/live")
    stream = watcher.line.getresponse()
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    read_until(stream, "\n\n")
    world.runner.tell([job(request, "model", "running", status_message="Executing job on the backend")])
    assert "Executing job on the backend" in read_until(stream, "Executing job on the backend")
    watcher.line.close()


def read_until(stream, text):
    got = ""
    while text not in got:
        line = stream.readline().decode()
        assert line, f"the stream ended after {got!r}"
        got += line
    return got


def test_one_letter_tells_how_it_ended(world):
    world.run("model", will_notify="yes")
    request = world.runner.requests()[0]
    world.runner.tell([job(request, "model", "failed", status_message="Job exited with an error")])
    page = world.site.admin.get("/staff/outbox/")
    assert "failed: [os genetic] model" in page.text and "ada@lab.example" in page.text


def test_two_thousand_actions_can_be_chosen_from(world):
    actions = "".join(f"""  action_{i}:
    run: python:latest python analysis/a.py {i}
    needs: [{'generate_study_population' if i < 50 else f'action_{i % 50}'}]
    outputs:
      moderately_sensitive:
        table: output/table_{i}.csv
""" for i in range(2000))
    world.repository.commit(project__yaml=STUDY + actions)
    page = world.ada.get("/lab/study/genetic/run-jobs/")
    assert page.text.count('name="actions"') == 2003
    world.run(*[f"action_{i}" for i in range(2000)])
    request = world.runner.requests()[0]
    assert len(request["requested_actions"]) == 2000
    answer = world.runner.tell([job(request, f"action_{i}", "pending", identifier=f"big{i:06}") for i in range(2000)])
    assert answer.status == 200
    page = world.ada.get(f"/lab/study/genetic/{number(world)}/")
    assert 'class="dag"' in page.text and "Show all 2000 jobs" in page.text
    world.head = world.repository.commit(project__yaml=STUDY)
