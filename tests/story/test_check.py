"""`tresor check` gives the verdicts, models, plans and commands of the originals, and refuses more only where it says so."""
import json
import os
import subprocess
from pathlib import Path

import pytest

TRESOR = os.environ["TRESOR"]
CASES = Path(__file__).parent.parent / "data" / "pipeline"
# Real files of other people: beside the checkout, never in our tree.
SAMPLES = Path(os.environ.get("TRESOR_SAMPLES", Path(__file__).parents[3] / "shared" / "samples" / "projects"))
RULES = {"2023-12": "2023-12", "head": "2026-08"}
# Accepted by the originals, refused by us on purpose: their defects 6 and 8 (contracts, section 9).
REFUSED_ON_PURPOSE = {
    "act-name-space": "ACTION_NAME",
    "act-name-slash": "ACTION_NAME",
    "act-name-empty": "ACTION_NAME",
    "act-name-error": "ACTION_NAME",
    "path-h-lead-dotdot": "PATH_PARENT",
    "path-m-lead-dotdot": "PATH_PARENT",
    "needs-self": "NEEDS_CYCLE",
    "needs-cycle": "NEEDS_CYCLE",
}


def lines(name):
    return [json.loads(line) for line in (CASES / name).read_text().splitlines()]


def check(*arguments, text=None):
    """The exit code and the JSON that the command printed."""
    done = subprocess.run([TRESOR, "check", "--json", *map(str, arguments)], input=text, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def verdict(answer):
    return "ok" if answer["valid"] else answer["problems"][0]["code"]


DOCUMENTS = lines("expected.jsonl")


@pytest.mark.parametrize("era", RULES)
@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda case: case["id"])
def test_verdict_of_a_document(case, era):
    code, answer = check("--rules", RULES[era], CASES / case["file"])
    want = case["verdict"][era]
    assert code == (0 if answer["valid"] else 1)
    assert answer["valid"] == (not answer["problems"])
    if case["id"] in REFUSED_ON_PURPOSE:
        assert want == "ok"
        assert [p["code"] for p in answer["problems"]] == [REFUSED_ON_PURPOSE[case["id"]]]
    elif want.endswith("†"):  # the original broke down: we refuse in words
        assert not answer["valid"]
    else:
        assert verdict(answer) == want
    for problem in answer["problems"]:
        assert problem["message"] and problem["line"] >= 1 and problem["column"] >= 1


MODELS = [
    pytest.param(case, era, id=f"{case['id']}-{era}")
    for case in DOCUMENTS
    for era in RULES
    if case["model"] and case["verdict"][era] == "ok" and case["id"] not in REFUSED_ON_PURPOSE
]


@pytest.mark.parametrize(("case", "era"), MODELS)
def test_model_of_a_document(case, era):
    _, answer = check("--rules", RULES[era], CASES / case["file"])
    model, actions = case["model"], answer["actions"]
    assert [a["name"] for a in actions] == model["actions"]
    assert {a["name"]: a["needs"] for a in actions if a["needs"]} == model["needs"]
    assert answer["population_size"] == model["pop"]
    if case["id"] != "ver-inf":  # JSON has no infinity
        assert answer["version"] == model["version"]
    if era == "head":  # we go by the runner, which the validator of 2023 did not
        assert [a["name"] for a in actions if a["database"]] == case["database_actions"][era]


def test_every_fault_is_told_and_the_first_is_the_originals_first():
    _, answer = check(CASES / "mix-first-error.yaml")
    assert [(p["code"], p["line"]) for p in answer["problems"]] == [
        ("PATH_ABSOLUTE", 10), ("RUN_DUPLICATE", 12), ("NEEDS_UNKNOWN", 7)]


def test_misspelt_words_are_warned_about_with_the_word_that_was_meant():
    text = (
        "version: 3\nexpectations: {population_size: 5}\nactions:\n  prepare:\n    run: python:v2 a.py\n    neds: []\n"
        "    outputs: {highly_sensitive: {a: a.csv}}\n  model:\n    run: r:v1 b.R --url postgres://me:secret@host/db\n"
        "    needs: [prepare]\n    outputs: {moderatly_sensitive: {b: b.csv}, highly_sensitive: {c: c.csv}}\n")
    code, answer = check("/dev/stdin", text=text)
    assert code == 0 and answer["valid"]
    warnings = {w["code"]: w for w in answer["warnings"]}
    assert sorted(w["code"] for w in answer["warnings"]) == ["CREDENTIALS", "UNKNOWN_KEY", "UNKNOWN_KEY"]
    assert warnings["CREDENTIALS"]["line"] == 9
    said = " ".join(w["message"] for w in answer["warnings"])
    assert "did you mean needs?" in said and "did you mean moderately_sensitive?" in said and "secret" not in said
    code, answer = check("--rules", "2026-08", "/dev/stdin", text=text)
    assert code == 1 and {p["code"] for p in answer["problems"]} == {"UNKNOWN_KEY"}
    code, answer = check("/dev/stdin", text=text.replace("needs: [prepare]", "needs: [prepaer]"))
    assert answer["problems"][0]["message"].endswith("did you mean prepare?")


def plan(case, *more):
    states = ",".join(f"{action}={state}" for action, state in case["latest_job_state_per_action"].items())
    arguments = ["--plan", ",".join(case["requested_actions"]), "--workspace", case["workspace"]]
    if states:
        arguments += ["--state", states]
    if case["force_run_dependencies"]:
        arguments.append("--force-dependencies")
    if not case["codelists_ok"]:
        arguments.append("--stale-codelists")
    return check(*arguments, *more, "/dev/stdin", text=case["project"])


@pytest.mark.parametrize("case", json.loads((CASES / "scheduling.json").read_text()), ids=lambda case: case["id"])
def test_jobs_of_a_request(case):
    _, answer = plan(case)
    jobs = answer["jobs"]
    if case["id"] == "D31":  # the original recursed until it broke down
        assert [j["action"] for j in jobs] == ["__error__"] and jobs[0]["state"] == "failed"
        assert jobs[0]["message"].startswith("ProjectValidationError: Invalid project: the needs go round in a circle")
        return
    for job, want in zip(jobs, case["result_2023_12"], strict=True):
        waits = [("old:" if action in job["waits_for_old"] else "new:") + action for action in job["waits_for"]]
        assert (job["action"], job["state"], job["message"]) == (want["action"], want["state"], want["msg"])
        assert waits == want["wait"] and job["inputs_from"] == (want["inputs_from"] or [])
        assert job["run"] == want["run"]


COMMANDS = [c for c in json.loads((CASES / "run_commands_2023-12.json").read_text()) if "yaml" in c and "dummy" in c]


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case["id"])
def test_command_of_an_action(case):
    flags = [] if case["dummy"] else ["--real-data"]
    code, answer = check("--plan", "a", *flags, "/dev/stdin", text=case["yaml"])
    if "error" in case:
        assert code == 1 and "2020-01-01" in answer["jobs"][0]["message"]
    else:
        assert [job["run"] for job in answer["jobs"]] == [case["run"]]


def sample_rows():
    index = SAMPLES / "INDEX.tsv"
    if not index.exists():
        return []
    head, *rows = [line.split("\t") for line in index.read_text().splitlines()]
    return [dict(zip(head, row)) for row in rows]


# What the originals said, to the class it belongs to.
SAID = [
    ("YAML_DUPKEY", "found duplicate key"), ("YAML", "while parsing"), ("X_MISSING", "must include `expectations`"),
    ("PATH_L4_TYPE", "not an allowed file type"), ("PATH_EXTENSION", "file type extension"),
    ("PATH_METADATA", "metadata directory"), ("PATH_WILDCARD", "wildcard"), ("NEEDS_UNKNOWN", "unknown action"),
    ("OUT_DUPLICATE", "is not unique"), ("OUT_NONE", "at least one output"), ("RUN_IMAGE_VERSION", "version specified"),
    ("DATASET_OUTPUT", "must match"), ("UNKNOWN_KEY", "Unexpected parameters"), ("MISSING_KEY", "field required"),
    ("MISSING_KEY", "must contain a configuration"), ("TYPE", "type=type_error"), ("TYPE", "must be a"),
]
ROWS = sample_rows()


@pytest.mark.skipif(not ROWS, reason="the public sample projects are not here")
@pytest.mark.parametrize("era", RULES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_real_file(row, era):
    said = row["verdict_pipeline_2023-12" if era == "2023-12" else "verdict_pipeline_head_2026-08"]
    code, answer = check("--rules", RULES[era], SAMPLES / Path(row["file"]).name)
    if said.startswith("OK "):
        needs = sum(len(a["needs"]) for a in answer["actions"])
        assert answer["problems"] == [] and code == 0
        assert said == f"OK v{answer['version']} a={len(answer['actions'])} n={needs}"
        return
    assert code == 1
    found = [(said.find(words), name) for name, words in SAID if words in said]
    if found:  # the index cuts long messages off
        assert verdict(answer) == min(found)[1]


def test_real_files_have_the_known_models():
    if not ROWS:
        pytest.skip("the public sample projects are not here")
    for path in sorted((SAMPLES / "expected").glob("*.json")):
        want = json.loads(path.read_text())
        era = "2023-12" if want["accepted_by_pipeline_era"] == "2023-12" else "head"
        _, answer = check("--rules", RULES[era], SAMPLES / (path.stem + ".yaml"))
        actions = {a["name"]: a for a in answer["actions"]}
        if want["accepted_by_pipeline_era"] in ("2023-12", "HEAD", "head"):
            assert answer["valid"], path.name
        assert [name for name in actions if name != "run_all"] == want["run_all"], path.name
        assert answer["version"] == want["version"] and answer["population_size"] == want["population_size"]
        for name, action in want["actions"].items():
            got = actions[name]
            assert (got["run"], got["needs"]) == (action["run"], action["needs"]), (path.name, name)
            assert got["outputs"] == action["outputs"], (path.name, name)


@pytest.mark.parametrize("branch", ["main", "master"])
def test_a_folder_a_repository_and_what_cannot_be_read(tmp_path, branch):
    text = (CASES / "ver-3-exp.yaml").read_text()
    (tmp_path / "project.yaml").write_text(text)
    assert check(tmp_path)[1]["valid"]
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q", "-b", branch], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
    code, answer = check(f"file://{tmp_path}")
    assert code == 0 and [a["name"] for a in answer["actions"]] == ["a1"]
    for missing in (tmp_path / "nothing.yaml", f"file://{tmp_path}/nothing"):
        done = subprocess.run([TRESOR, "check", str(missing)], capture_output=True, text=True)
        assert done.returncode == 2 and done.stdout == "" and "nothing" in done.stderr


def test_people_get_lines_with_the_place():
    path = CASES / "img-dup-run.yaml"
    done = subprocess.run([TRESOR, "check", str(path)], capture_output=True, text=True)
    first, last = done.stdout.splitlines()
    assert done.returncode == 1
    assert first.startswith(f"{path}:11:10: RUN_DUPLICATE: action a2 has the same run as action a1")
    assert last == f"{path}: not valid by the rules of 2023-12, 1 problem"


def test_codelists_that_differ_from_their_record_are_a_warning(tmp_path):
    (tmp_path / "project.yaml").write_text((CASES / DOCUMENTS[0]["file"]).read_text())
    before = check(tmp_path)
    lists = tmp_path / "codelists"
    lists.mkdir()
    (lists / "codelists.txt").write_text("lab/asthma/2020\n")
    (lists / "lab-asthma.csv").write_text("code\n1\n")
    code, answer = check(tmp_path)
    assert (code, answer["valid"]) == (before[0], before[1]["valid"])
    assert [w for w in answer["warnings"] if w not in before[1]["warnings"]] == [{
        "code": "CODELISTS", "line": 1, "column": 1,
        "message": "Codelists are out of date: codelists.json is missing; run `opensafely codelists update` and push "
                   "what it changes."}]
