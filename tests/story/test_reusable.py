"""An action of another repository: found by its tag, approved by its branch main, run with its own code."""
import pytest
from job_server import JobServer
from runner_site import Site, Study, project

CSV = {"highly_sensitive": {"data": "output/data.csv"}}
TABLE = {"moderately_sensitive": {"table": "output/table.txt"}}
SCRIPT = """import pathlib, sys
rows = pathlib.Path(sys.argv[2]).read_text().split()
pathlib.Path("output/table.txt").write_text(f"{sys.argv[1]} {len(rows)} {sorted(p.name for p in pathlib.Path().iterdir())}")
"""


@pytest.fixture
def server():
    server = JobServer()
    yield server
    server.close()


@pytest.fixture
def actions(tmp_path):
    """A folder of repositories, as a site without a way out would keep it; `count` is a good one."""
    folder = tmp_path / "actions"
    count = Study(folder / "count", {"action.yaml": "run: python:v1 python3 tool/count.py first\n",
                                     "tool/count.py": SCRIPT})
    count.git("tag", "-a", "v1", "-m", "the first")
    count.commit({"action.yaml": "run: python:v1 python3 tool/count.py second\n"})
    count.git("tag", "v2")
    count.git("checkout", "-q", "-b", "side")
    count.commit({"action.yaml": "run: python:v1 python3 tool/count.py bad\n"})
    count.git("tag", "v3")
    count.git("checkout", "-q", "main")
    for name, files in {"empty": {"README.md": "nothing"}, "strange": {"action.yaml": "run: notanimage:v1\n"},
                        "greedy": {"action.yaml": "run: cohortextractor:v1 generate_cohort\n"},
                        "broken": {"action.yaml": "run: [\n"}, "bare": {"action.yaml": "run: python main.py\n"}}.items():
        Study(folder / name, files).git("tag", "v1")
    return folder


def site_with(tmp_path, server, *options):
    return Site(tmp_path / "one", server, options).start()


def study_of(tmp_path, **more):
    return Study(tmp_path / "study", {
        "project.yaml": project(make=("sh:v1 make.sh", [], CSV), **more),
        "make.sh": "mkdir -p output; printf 'a\\nb\\nc\\n' > output/data.csv\n"})


def test_its_own_code_runs_with_the_studys_arguments_and_inputs(tmp_path, server, actions):
    study = study_of(tmp_path, one=("count:v1 output/data.csv", ["make"], TABLE),
                     two=("count:v2 output/data.csv", ["make"], {"moderately_sensitive": {"table": "output/tabl*.txt"}}))
    site = site_with(tmp_path, server, "--actions", f"file://{actions}")
    try:
        server.ask(study, ["one"], "aaaaaaaaaaaaaaaa")
        jobs = server.until_done("aaaaaaaaaaaaaaaa")
        assert {a: j["status"] for a, j in jobs.items()} == {"make": "succeeded", "one": "succeeded"}
        assert jobs["one"]["run_command"] == "python:v1 python3 tool/count.py first output/data.csv"
        # the tree of the action, not of the study, and the inputs that the action needs
        made = site.medium("output/table.txt").read_text()
        assert made.startswith("first 3 ") and "'tool'" in made and "make.sh" not in made
        server.ask(study, ["two"], "bbbbbbbbbbbbbbbb")
        assert server.until_done("bbbbbbbbbbbbbbbb")["two"]["status"] == "succeeded"
        assert site.medium("output/table.txt").read_text().startswith("second 3 ")
    finally:
        site.stop()
    assert server.faults == []


@pytest.mark.parametrize("run, says", [
    ("none:v1 x", "Could not read the repository {url}/none"),
    ("count:v9 x", "{url}/count has no tag 'v9': name one that it has, such as v3"),
    ("count:v3 x", "the tag 'v3' of {url}/count is not on its branch main, so its owners have not yet approved it"),
    ("empty:v1 x", "{url}/empty is no reusable action: its tag 'v1' has no action.yaml"),
    ("strange:v1 x", "invalid action, please tell its authors: Unrecognised runtime: notanimage"),
    ("greedy:v1 x", "Re-usable actions cannot run commands which access the database"),
    ("broken:v1 x", "invalid action, please tell its authors: action.yaml, "),
    ("bare:v1 x", "the run of action.yaml must begin with image:version"),
    ("../count:v1 x", "cannot name a reusable action"),
    ("secret:v1 x", 'the reusable action "secret" may not be used at this site'),
])
def test_what_is_wrong_with_it_is_said_once_and_nothing_runs(tmp_path, server, actions, run, says):
    names = ["none", "count", "empty", "strange", "greedy", "broken", "bare"]
    site = site_with(tmp_path, server, "--actions", str(actions), *[w for n in names for w in ("--action", n)])
    try:
        server.ask(study_of(tmp_path, thing=(run, ["make"], TABLE)), ["run_all"], "aaaaaaaaaaaaaaaa")
        jobs = server.until_done("aaaaaaaaaaaaaaaa")
    finally:
        site.stop()
    said = jobs["__error__"]["status_message"]
    assert list(jobs) == ["__error__"]
    assert said.startswith(f"ReusableActionError: in 'thing: {run.split()[0]}' "), said
    assert says.format(url=actions) in said and "\n" not in said


def test_a_site_that_wants_none_says_so(tmp_path, server, actions):
    site = site_with(tmp_path, server)
    try:
        server.ask(study_of(tmp_path, thing=("count:v1 x", ["make"], TABLE)), ["thing"], "aaaaaaaaaaaaaaaa")
        said = server.until_done("aaaaaaaaaaaaaaaa")["__error__"]["status_message"]
    finally:
        site.stop()
    assert 'this site has no image "count" and runs no reusable actions: ask its operators' in said
