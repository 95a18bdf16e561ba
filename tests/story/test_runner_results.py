# What becomes of the files of a job, and of jobs that end in other ways than planned.
import json
import os
import select
import signal

import pytest
from job_server import JobServer
from runner_site import Site, Study, project
from until import until

HIGH = {"highly_sensitive": {"data": "output/data.csv"}}


@pytest.fixture
def server():
    server = JobServer()
    yield server
    server.close()


@pytest.fixture
def site(tmp_path, server):
    site = Site(tmp_path / "one", server, ["--memory", "64M"]).start()
    yield site
    site.stop()


def run(server, study, identifier="aaaaaaaaaaaaaaaa", actions=("run_all",), **more):
    server.ask(study, actions, identifier, **more)
    return server.until_done(identifier)


def test_level_4_gets_a_notice_instead_of_what_must_not_be_seen(tmp_path, server, site):
    script = "mkdir -p output; printf 'patient_id,x\\n1,2\\n' > output/a.csv; printf 'x\\n1\\n' > output/b.csv\n"
    outputs = {"moderately_sensitive": {"all": "output/*.csv"}}
    study = Study(tmp_path / "study", {"a.sh": script, "project.yaml": project(a=("sh:v1 a.sh", [], outputs))})
    job = run(server, study)["a"]
    assert job["status_message"] == ("Completed successfully, but 1 file marked as moderately_sensitive were excluded. "
                                     "See job log for details.")
    assert site.high("output/a.csv").exists() and not site.medium("output/a.csv").exists()
    assert "patient_id" in site.medium("output/a.csv.txt").read_text()
    assert site.medium("output/b.csv").exists()
    entries = json.loads(site.medium("metadata/manifest.json").read_text())["outputs"]
    assert (entries["output/a.csv"]["excluded"], entries["output/b.csv"]["row_count"]) == (True, 1)
    assert "Invalid moderately_sensitive outputs:" in site.medium("metadata/a.log").read_text()
    # the next run is in order: the notice goes, the file comes; what is no longer made disappears
    study.commit({"a.sh": "mkdir -p output; printf 'x\\n1\\n' > output/a.csv\n"})
    run(server, study, "bbbbbbbbbbbbbbbb", ["a"])
    assert site.medium("output/a.csv").exists() and not site.medium("output/a.csv.txt").exists()
    assert not site.high("output/b.csv").exists() and not site.medium("output/b.csv").exists()
    assert set(json.loads(site.medium("metadata/manifest.json").read_text())["outputs"]) == {"output/a.csv"}


def test_links_out_of_the_workspace_are_not_followed(tmp_path, server, site):
    secret = tmp_path / "secret.csv"
    secret.write_text("secret")
    script = f"mkdir output; ln -s {secret} output/data.csv; ln -s / output/root; mkfifo output/f.csv\n"
    study = Study(tmp_path / "study", {"a.sh": script, "project.yaml": project(a=("sh:v1 a.sh", [], HIGH))})
    job = run(server, study)["a"]
    assert job["status_code"] == "unmatched_patterns"
    assert not site.high("output").exists()


def test_a_link_in_the_code_does_not_lead_an_input_astray(tmp_path, server, site):
    outside = tmp_path / "outside"
    outside.mkdir()
    study = Study(tmp_path / "study", {
        "a.sh": "mkdir output && echo x > output/data.csv\n",
        "project.yaml": project(a=("sh:v1 a.sh", [], HIGH), b=("sh:v1 a.sh b", ["a"],
                                {"highly_sensitive": {"b": "output/b.csv"}}))})
    run(server, study, actions=["a"])
    os.symlink(outside, study.folder / "output")
    study.commit({})
    job = run(server, study, "bbbbbbbbbbbbbbbb", ["b"])["b"]
    assert job["status"] == "failed" and "output" in job["status_message"]
    assert not list(outside.iterdir())


def test_too_much_memory_is_said_as_such(tmp_path, server, site):
    script = "import sys\nx = bytearray(200 << 20)\nprint(len(x))\n"
    study = Study(tmp_path / "study", {"a.py": script, "project.yaml": project(
        a=("python:v1 python3 a.py", [], HIGH))})
    job = run(server, study)["a"]
    assert job["status_code"] == "nonzero_exit"
    if "memory limit" not in site.log_path.read_text():  # this machine can limit a job as a whole
        assert job["status_message"] == "Job exited with an error: Job ran out of memory (limit was 0.06GB)"


def test_a_supervisor_that_is_killed_is_told_truthfully(tmp_path, server, site):
    study = Study(tmp_path / "study", {"project.yaml": project(
        a=("sh:v1 -c 'echo begun; exec tail -f /dev/null'", [], HIGH))})
    server.ask(study, ["a"], "aaaaaaaaaaaaaaaa")
    server.until(lambda s: s.of("aaaaaaaaaaaaaaaa").get("a", {}).get("status_code") == "executing")
    os.kill(supervisor(site), signal.SIGKILL)
    job = server.until_done("aaaaaaaaaaaaaaaa")["a"]
    assert job["status_message"].startswith("Job exited with an error: Job was lost while it ran")


def supervisor(site):
    """The process that holds a job's box."""
    return until(lambda: next((int(pid) for pid in filter(str.isdigit, os.listdir("/proc")) if holds_record(pid, site)), None), what="a supervisor")


def holds_record(pid, site):
    try:
        names = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        words = open(f"/proc/{pid}/cmdline").read().split("\0")
    except OSError:
        return False
    return "runner" not in words and any(n.startswith(str(site.site)) and n.endswith("box/record") for n in names)


def keepers(site):
    pid = site.runner.pid
    return [int(child) for task in os.listdir(f"/proc/{pid}/task")
            for child in open(f"/proc/{pid}/task/{task}/children").read().split()
            if open(f"/proc/{child}/cmdline").read().startswith("tresor\0box\0")]


def test_a_keeper_of_boxes_that_was_killed_is_replaced(tmp_path, server, site):
    study = Study(tmp_path / "study", {"project.yaml": project(
        a=("sh:v1 -c 'mkdir output; echo x > output/data.csv'", [], HIGH))})
    assert run(server, study)["a"]["status_code"] == "succeeded"
    [keeper] = keepers(site)
    os.kill(keeper, signal.SIGKILL)
    for request in "bcde":  # the first ones are served by those that it left ready
        assert run(server, study, request * 16, ["a"])["a"]["status_code"] == "succeeded"
    [fresh] = keepers(site)
    assert fresh != keeper
    gone = os.pidfd_open(fresh)
    site.kill()
    assert select.select([gone], [], [], 60)[0]  # what waits for jobs goes with the runner
    os.close(gone)
    site.start()


def test_what_ran_before_the_machine_stopped_is_told_as_lost(tmp_path, server, site):
    study = Study(tmp_path / "study", {"project.yaml": project(
        a=("sh:v1 -c 'mkdir output; sleep 1; echo x > output/data.csv'", [], HIGH))})
    server.ask(study, ["a"], "aaaaaaaaaaaaaaaa")
    server.until(lambda s: s.of("aaaaaaaaaaaaaaaa").get("a", {}).get("status_code") == "executing")
    pid = supervisor(site)
    site.kill()
    until(lambda: not os.path.exists(f"/proc/{pid}") or not holds_record(pid, site))
    prepared, = site.site.glob("jobs/*/prepared")
    when, _ = prepared.read_text().split()
    prepared.write_text(f"{when} 00000000-another-life-of-the-machine\n")
    site.start()
    job = server.until_done("aaaaaaaaaaaaaaaa")["a"]
    assert job["status_message"].startswith("Job exited with an error: Job was lost while it ran")
    assert not site.high("output/data.csv").exists()


def test_an_administrator_kills_looks_and_prepares_a_reboot(tmp_path, server, site):
    study = Study(tmp_path / "study", {"project.yaml": project(
        a=("sh:v1 -c 'echo begun; exec tail -f /dev/null'", [], HIGH),
        b=("sh:v1 -c 'mkdir output; sleep 0.1; echo > output/b.csv'", [], {"highly_sensitive": {"b": "output/b.csv"}}))})
    server.ask(study, ["a"], "aaaaaaaaaaaaaaaa")
    job = server.until(lambda s: s.of("aaaaaaaaaaaaaaaa").get("a", {}).get("status_code") == "executing"
                       and s.of("aaaaaaaaaaaaaaaa")["a"])
    assert "/workspace" in site.command("job", "plan", job["identifier"][:8]).stdout
    assert site.command("runner", "prepare-for-reboot", check=False).returncode != 0  # it is running
    site.stop()
    assert "waits for the reboot" in site.command("runner", "prepare-for-reboot").stdout
    assert [row[3] for row in site.rows()] == ["waiting_on_reboot"]
    site.start()
    server.until(lambda s: s.of("aaaaaaaaaaaaaaaa").get("a", {}).get("status_code") == "executing")
    site.command("runner", "kill", job["identifier"])
    job = server.until_done("aaaaaaaaaaaaaaaa")["a"]
    assert job["status_code"] == "killed_by_admin"
    again = site.command("runner", "kill", job["identifier"], check=False)
    assert again.returncode != 0 and "it is failed" in again.stderr


def test_settings_come_from_one_file_and_slips_are_named(tmp_path, server):
    config = tmp_path / "runner.yaml"
    config.write_text("workrs: 3\n")
    site = Site(tmp_path / "two", server)
    said = site.command("runner", "--config", str(config), check=False)
    assert said.returncode == 2 and "workers" in said.stderr
    config.write_text("backend: tpp\nweight:\n  'genetic:[': 2\n")
    said = site.command("runner", "--config", str(config), check=False)
    assert said.returncode == 2 and "no regular expression" in said.stderr


def test_an_image_that_the_site_lacks_names_the_setting(tmp_path, server, site):
    study = Study(tmp_path / "study", {"project.yaml": project(a=("r:latest a.R", [], HIGH))})
    job = run(server, study)["a"]
    assert job["status"] == "failed"
    assert "r:latest" in job["status_message"] and "`image`" in job["status_message"]
