# An operator sets a site up by commands alone; every command explains itself; the manual has no dead link.
import json
import pathlib
import re
import subprocess
import urllib.parse

import pytest

from people import TRESOR, Person
from test_machines import Role

ROOT = pathlib.Path(__file__).parent.parent.parent


def tresor(*words, code=0):
    done = subprocess.run([TRESOR, *map(str, words)], capture_output=True, text=True)
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return done.stdout if code == 0 else done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    data = tmp_path_factory.mktemp("server")
    role = Role("server", "--data", data, "--https", "127.0.0.1:0")
    url = role.wait_for(r"answers at (\S+)").group(1)
    yield url, data
    assert role.stop() == 0


def test_a_site_is_set_up_by_commands(server):
    url, data = server
    at = ["--data", data]
    assert tresor("org", "add", "Our Lab", *at) == "our-lab\n"
    assert tresor("project", "add", "our-lab", "Stroke study", "--number", 12, *at) == "our-lab/stroke-study\n"
    link = tresor("user", "add", "ada", "--name", "Ada", "--url", url, *at).strip()
    tresor("project", "member", "our-lab/stroke-study", "ada", "ProjectDeveloper", "ProjectCollaborator", *at)
    assert re.fullmatch(r"[0-9a-f]{40}\n", tresor("backend", "add", "hospital", *at))
    tresor("backend", "member", "hospital", "ada", *at)
    path = tresor("workspace", "add", "our-lab/stroke-study", "stroke", "https://example.org/stroke", *at).strip()
    assert json.loads(tresor("workspace", "list", "--json", *at))["workspace"] == "stroke"
    ada = Person(data / "tls/ca.pem")
    ada.look(link).send(link)
    assert "Run jobs" in ada.look(url + path).page, "she may run jobs there"
    assert "sound" in tresor("audit", "verify", *at)


@pytest.mark.parametrize("words, says", [
    (["org", "add", "staff"], "cannot be called"),
    (["org", "add", "Our Lab"], "already"),
    (["project", "add", "nowhere", "X"], "no such org"),
    (["project", "member", "our-lab", "ada"], "ORG/PROJECT"),
    (["backend", "add", "-x"], "letters"),
    (["workspace", "add", "our-lab/stroke-study", "Bad Name", "https://example.org/x"], "lower case"),
    (["workspace", "add", "our-lab/stroke-study", "other", "ssh://example.org/x"], "https://"),
    (["workspace", "add", "our-lab/stroke-study", "other", "https://token@example.org/x"], "before an @"),
], ids=lambda value: value if isinstance(value, str) else " ".join(value))
def test_bad_input_gets_one_sentence(server, words, says):
    done = subprocess.run([TRESOR, *words, "--data", server[1]], capture_output=True, text=True)
    if words[:3] == ["backend", "add", "-x"]:
        assert done.returncode != 0
    assert done.returncode != 0 and says in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_every_command_explains_itself():
    listed = [line.strip() for line in re.findall(r"^  ([a-z].{25}) \S", tresor("help"), re.M)]
    assert len(listed) > 20
    for words in listed:
        text = tresor(*words.split(), "--help")
        assert text.startswith(f"tresor {words}: ") and "Usage: " in text
        assert len(text.splitlines()) <= 50, f"{words} --help is longer than a screen"


def test_a_slip_of_the_hand_is_recognised():
    assert "did you mean" in tresor("serber", code=2)
    assert "--data" in tresor("server", "--date", "x", code=2)


def test_the_manual_has_no_dead_link(server):
    url, data = server
    person, todo, seen = Person(data / "tls/ca.pem"), ["/docs/"], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        person.look(url + path)
        ids = set(re.findall(r'id="([^"]+)"', person.page))
        for target in person.all(r'href="([^"]+)"'):
            where = urllib.parse.urljoin(path, target)
            if target.startswith("#"):
                assert target[1:] in ids, f"{path} leads to {target}, which is not there"
            elif where.startswith("/docs/"):
                todo.append(where.split("#")[0])
            elif where.startswith("/"):
                Person(data / "tls/ca.pem").look(url + where)
    assert {"/docs/researcher/", "/docs/checker/", "/docs/operator/", "/docs/project-yaml/"} <= seen


def test_the_readme_has_no_dead_link():
    text = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" not in target:
            assert (ROOT / target).exists(), f"README.md leads to {target}, which is not there"


def test_each_setting_tells_its_value_and_where_it_comes_from(tmp_path):
    file = tmp_path / "runner.yaml"
    file.write_text("server: https://tresor.example.org\ntoken-file: token\nbackend: hospital\nmemory: 8G\n"
                    "image:\n  python: host\n  r: host Rscript\ndatabase:\n  default: postgres://ada:secret@db/x\n")
    env = {"PATH": "/usr/bin:/bin", "TRESOR_CPUS": "3", "TRESOR_MEMORY": "2G"}
    words = [TRESOR, "config", "show", "runner", "--config", file, "--hours", "5", "--dummy-data"]
    shown = subprocess.run([*words, "--json"], capture_output=True, text=True, env=env, check=True).stdout
    rows = {row["name"]: (row["values"], row["from"]) for row in json.loads(shown)["settings"]}
    assert rows["hours"] == (["5"], "--hours") and rows["dummy-data"] == (["true"], "--dummy-data")
    assert rows["cpus"] == (["3"], "TRESOR_CPUS")
    assert rows["memory"] == (["2G"], "TRESOR_MEMORY")  # the environment counts before the file
    assert rows["backend"] == (["hospital"], f"{file} line 3")
    assert rows["image"] == (["python=host", "r=host Rscript"], f"{file} line 7")
    assert rows["level4-csv-rows"] == (["5000"], "default") and rows["repo-ca"] == ([], "not set")
    assert rows["database"][0] == ["default=postgres://***@db/x"] and "secret" not in shown
    plain = subprocess.run(words, capture_output=True, text=True, env=env, check=True).stdout
    assert re.search(r"^cpus +3 +TRESOR_CPUS$", plain, re.M) and "secret" not in plain
    assert set(rows) == set(re.findall(r"^([a-z0-9-]+) ", plain, re.M))


def test_settings_are_checked_without_starting_anything(tmp_path):
    file, token = tmp_path / "x.yaml", tmp_path / "token"
    token.write_text("t0ken\n")
    file.write_text(f"server: https://tresor.example.org\ntoken-file: {token}\nbackend: hospital\n")
    assert "settings of the runner are good" in tresor("config", "check", "runner", "--config", file)
    assert "settings of the airlock are good" in tresor("config", "check", "airlock", "--config", file)
    assert list(tmp_path.iterdir()) in ([file, token], [token, file])
    for role, text, says in [
        ("runner", "bakcend: x\n", "line 1: there is no setting \"bakcend\"; did you mean backend?"),
        ("runner", "backend: x\nmemory: much\n", "--memory is a size such as 512M or 4G, not \"much\""),
        ("runner", "backend: x\nworkers: many\n", "line 2: workers needs a whole number"),
        ("server", "rules: 2020\n", "--rules is 2023-12 or 2026-08"),
        ("server", "smtp: ftp://x\n", "--smtp: a mail server is smtps://HOST:465"),
        ("server", "cert: a.pem\n", "--cert and --key belong together"),
        ("airlock", "token-file: x\n", "this site is not enrolled"),
    ]:
        file.write_text(text)
        assert says in tresor("config", "check", role, "--config", file, code=2), (role, text)
    assert "did you mean runner?" in tresor("config", "check", "runer", code=2)
    assert "did you mean --workers?" in tresor("config", "show", "runner", "--worker", "3", code=2)
