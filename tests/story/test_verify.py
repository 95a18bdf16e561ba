# An archive proves itself: tresor verify, stock minisign and sha512sum, RO-Crate validators, and every way of tampering.
import importlib.util
import io
import json
import pathlib
import sqlite3
import subprocess
import zipfile

import pytest
import requests
import urllib3

from crate_rules import bag_faults, crate_faults
from people import TRESOR, Demo, ask_for_release, review, run_and_wait


class Archive:
    """A zip as files by name below its top folder, to be altered and written again."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as z:
            names = z.namelist()
            self.top = names[0].split("/")[0]
            self.files = {name.split("/", 1)[1]: z.read(name) for name in names}

    def write(self, path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
            for name, content in self.files.items():
                z.writestr(f"{self.top}/{name}", content)
        return path

    def unpack(self, folder):
        for name, content in self.files.items():
            place = folder / self.top / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return folder / self.top


class Released:
    """Two releases of one site; of the second one file is taken back after a first download."""

    def __init__(self, folder):
        self.folder = folder
        with Demo() as demo:
            ada = demo.sign_in("ada")
            run_and_wait(ada, demo.server, demo.workspace, "demo", "run_all")
            self.ada_inside = demo.enter_airlock("ada", ada)
            self.dina = demo.sign_in("dina")
            self.checkers = [demo.enter_airlock("ben"), demo.enter_airlock("dina", self.dina)]
            self.one = self.release(demo, ada, lambda f: f == "output/compare.csv")
            self.two = self.release(demo, ada, lambda f: f.startswith("output/describe"))
            self.airlock_key = folder / "airlock.pub"
            self.airlock_key.write_bytes(next(pathlib.Path(demo.folder).rglob("airlock/site.pub")).read_bytes())
            self.key = folder / "site.pub"
            self.key.write_bytes(ada.look(demo.server + "/keys/site.pub").bytes)
            self.one_zip, self.two_zip = (self.download(demo, ada, r) for r in (self.one, self.two))
            self.again = self.download(demo, ada, self.one)
            self.take_back(demo, ada, self.two, "output/describe_south.csv")
            self.taken_zip = self.download(demo, ada, self.two)
            self.latest_zip = folder / "latest.zip"
            self.latest_zip.write_bytes(ada.look(demo.server + demo.workspace + "outputs/latest/download/").bytes)
            ada.look(demo.server + "/log/")
            self.log_page = ada.page
            self.growth = folder / "growth"
            self.growth.write_bytes(ada.look(demo.server + "/log/proof?from=1&size=3").bytes)
            self.checkpoint = folder / "checkpoint"
            self.checkpoint.write_bytes(ada.look(demo.server + "/log/checkpoint").bytes)
            self.stranger_sees = self.entry_of_stranger(demo)
            self.verify_log(demo)

    def release(self, demo, ada, choose):
        before = self.releases(demo, ada)
        request, _ = ask_for_release(self.ada_inside, demo.airlock, "sample-study", choose)
        for checker in self.checkers:
            review(checker, demo.airlock, request)
        checker.look(request).send(request, ("step", "release"))
        checker.wait_live(request + "live", "Released")
        return (self.releases(demo, ada) - before).pop()

    def releases(self, demo, ada):
        ada.look(demo.server + demo.workspace + "releases/")
        return set(ada.all(r"/releases/([0-9A-Z]{26})/"))

    def take_back(self, demo, ada, release, name):
        """An output checker deletes a file; its id stands where Ada looks at it."""
        ada.look(f"{demo.server}{demo.workspace}releases/{release}/{name}")
        [file] = set(ada.all(r"/api/v2/releases/file/([0-9A-Z]{26})"))
        self.dina.look(demo.server + "/settings/")
        self.dina.send(f"{demo.server}{demo.workspace}releases/{release}/{file}/delete/", ("reason", "a count was too small"))

    def download(self, demo, ada, release):
        path = self.folder / f"{release}-{len(list(self.folder.iterdir()))}.zip"
        path.write_bytes(ada.look(f"{demo.server}{demo.workspace}releases/{release}/download/").bytes)
        return path

    def entry_of_stranger(self, demo):
        from people import Person

        return Person(demo.ca).look(demo.server + "/log/entries/0").page

    def verify_log(self, demo):
        data = pathlib.Path(demo.folder, "server")
        self.log_sound = tresor("log", "verify", "--data", data, "--checkpoint", self.checkpoint, "--json")
        with sqlite3.connect(data / "server.db") as db: # somebody with the disk
            db.execute("drop trigger ledger_entry_is_final")
            db.execute("update ledger_entry set statement = replace(statement, 'compare.csv', 'another.csv')")
        self.log_edited = tresor("log", "verify", "--data", data)


def tresor(*arguments):
    return subprocess.run([TRESOR, *map(str, arguments)], capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return Released(tmp_path_factory.mktemp("released"))


def verify(path, *options):
    done = tresor("verify", path, *options)
    return done.returncode, done.stdout + done.stderr


def test_an_archive_is_good_and_always_the_same(released):
    for path in (released.one_zip, released.two_zip, released.taken_zip, released.latest_zip):
        code, said = verify(path, "--key", released.key)
        assert code == 0, said
        assert "the one you gave" in said
    assert released.one_zip.read_bytes() == released.again.read_bytes()


def test_what_was_taken_back_is_told_and_proven(released):
    files = Archive(released.taken_zip).files
    note = files["data/outputs/output/describe_south.csv"].decode()
    assert note.startswith("This file was redacted by dina") and "a count was too small" in note
    assert "describe_south" in files["log/entry-2.txt"].decode()
    code, said = verify(released.taken_zip, "--key", released.key)
    assert code == 0 and "entry 2, a deletion, proven" in said, said
    assert crate_faults(json.loads(files["data/ro-crate-metadata.json"]), files) == []
    graph = {e["@id"]: e for e in json.loads(files["data/ro-crate-metadata.json"])["@graph"]}
    [gone] = [e for e in graph.values() if e["@type"] == "DeleteAction"]
    assert gone["description"] == "a count was too small" and gone["agent"] == {"@id": "#person-dina"}


def test_without_a_key_it_says_whose_key_it_is(released):
    code, said = verify(released.one_zip)
    assert code == 0 and "NOT compared" in said
    assert released.key.read_text().splitlines()[1] in said


def test_the_airlocks_own_word_is_compared(released):
    code, said = verify(released.latest_zip, "--key", released.key, "--site-key", released.airlock_key)
    assert code == 0 and said.count("-site.txt is signed") == 2, said
    code, said = verify(released.latest_zip, "--site-key", released.key)
    assert code == 1 and "not with the site key you gave" in said


def test_the_answer_for_programs(released):
    answer = json.loads(tresor("verify", released.latest_zip, "--key", released.key, "--json").stdout)
    assert answer["good"] and answer["key_given"] and answer["flaws"] == []
    assert {e["release"] for e in answer["log"]} == {released.one, released.two}
    assert [e["kind"] for e in answer["log"]].count("deletion") == 1
    assert [e["size"] for e in answer["log"]] == [e["entry"] + 1 for e in answer["log"]]


def test_stock_programs_verify_it(released, tmp_path):
    folder = Archive(released.latest_zip).unpack(tmp_path)
    subprocess.run(["minisign", "-V", "-p", released.key, "-m", "tagmanifest-sha512.txt"], cwd=folder, check=True)
    subprocess.run(["sha512sum", "--quiet", "-c", "tagmanifest-sha512.txt", "manifest-sha512.txt"], cwd=folder, check=True)


def flip(content):
    middle = len(content) * 3 // 4
    return content[:middle] + (b"b" if content[middle:middle + 1] == b"a" else b"a") + content[middle + 1:]


TABLE = "data/outputs/output/compare.csv"


@pytest.mark.parametrize("name, sentence", [
    (TABLE, "compare.csv was altered"),
    ("manifest-sha512.txt", "manifest-sha512.txt was altered"),
    ("tagmanifest-sha512.txt", "tagmanifest-sha512.txt was altered"),
    ("tagmanifest-sha512.txt.minisig", "tagmanifest-sha512.txt.minisig was altered"),
    ("log/entry-0.tlog-proof", "log/entry-0.tlog-proof does not prove its entry"),
    ("data/ro-crate-metadata.json", "ro-crate-metadata.json was altered"),
])
def test_a_flipped_byte_is_found(released, tmp_path, name, sentence):
    archive = Archive(released.one_zip)
    archive.files[name] = flip(archive.files[name])
    code, said = verify(archive.write(tmp_path / "x.zip"), "--key", released.key)
    assert code == 1 and sentence in said, said


def test_a_file_that_was_removed_added_renamed_or_swapped_is_named(released, tmp_path):
    def said_after(change):
        archive = Archive(released.two_zip)
        change(archive.files)
        code, said = verify(archive.write(tmp_path / "x.zip"), "--key", released.key)
        assert code == 1
        return said

    north, south = (f"data/outputs/output/describe_{side}.csv" for side in ("north", "south"))

    def swap(files):
        files[north], files[south] = files[south], files[north]

    assert f"{north} is missing" in said_after(lambda files: files.pop(north))
    assert "data/outputs/more.csv was added" in said_after(lambda files: files.update({"data/outputs/more.csv": b"x"}))
    assert f"{north} was renamed to data/n.csv" in said_after(lambda files: files.update({"data/n.csv": files.pop(north)}))
    assert "were swapped" in said_after(swap)


def test_an_archive_made_anew_by_somebody_else_is_of_another_site(released, tmp_path):
    archive = Archive(released.one_zip)
    archive.files[TABLE] = archive.files[TABLE].replace(b"0", b"9")
    folder = archive.unpack(tmp_path)
    subprocess.run(["minisign", "-G", "-W", "-p", "k.pub", "-s", "k.sec"], cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    (folder / "signatures/site.pub").write_bytes((tmp_path / "k.pub").read_bytes())
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        names = [line.split("  ", 1)[1] for line in (folder / manifest).read_text().splitlines()]
        (folder / manifest).write_text(subprocess.run(["sha512sum", *names], cwd=folder, capture_output=True, text=True).stdout)
    subprocess.run(["minisign", "-S", "-s", tmp_path / "k.sec", "-m", "tagmanifest-sha512.txt"], cwd=folder, check=True)
    for name in archive.files:
        archive.files[name] = (folder / name).read_bytes()
    forged = archive.write(tmp_path / "forged.zip")
    code, said = verify(forged, "--key", released.key)
    assert code == 1 and "is of another site" in said
    code, said = verify(forged)
    assert code == 1 and "does not prove its entry" in said, "without the key the log gives it away"
    assert "ro-crate-metadata.json gives data/outputs/output/compare.csv another SHA-256" in said


def test_the_proof_of_another_release_is_not_taken(released, tmp_path):
    archive, other = Archive(released.two_zip), Archive(released.one_zip)
    for name in [n for n in archive.files if n.startswith("log/")]:
        del archive.files[name]
    archive.files.update({n: c for n, c in other.files.items() if n.startswith("log/")})
    code, said = verify(archive.write(tmp_path / "x.zip"), "--key", released.key)
    assert code == 1
    assert f"a log entry is of the release {released.one}, which is not in this archive" in said
    assert "is not what the log says was released" in said


def test_several_archives_say_that_they_stand_in_one_log(released, tmp_path):
    code, said = verify(released.one_zip, released.two_zip, "--key", released.key)
    assert code == 0 and said.count("GOOD:") == 2 and "ONE LOG:" in said, said
    answer = json.loads(tresor("verify", released.one_zip, released.two_zip, released.taken_zip, "--json").stdout)
    assert answer["good"] and [a["good"] for a in answer["archives"]] == [True] * 3
    assert [(p["relation"], p["from"], p["size"]) for p in answer["logs"]] == [("one", 1, 2), ("one", 1, 3), ("one", 2, 3)]
    (tmp_path / "wrong").write_text("old 1\n")
    assert verify(released.one_zip, released.taken_zip, "--log-proof", tmp_path / "wrong")[0] == 2
    assert verify(released.one_zip, released.taken_zip, "--log-proof", released.growth)[0] == 0


def test_what_is_no_archive_is_unreadable(released, tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK no")
    assert verify(tmp_path / "x.zip")[0] == 2
    assert verify(tmp_path / "nowhere.zip")[0] != 0
    half = released.one_zip.read_bytes()
    (tmp_path / "half.zip").write_bytes(half[:len(half) // 2])
    assert verify(tmp_path / "half.zip")[0] == 2
    assert verify(released.one_zip, "--key", released.one_zip)[0] == 2


def test_the_log_proves_itself_and_shows_nothing_to_strangers(released):
    sound = json.loads(released.log_sound.stdout)
    assert released.log_sound.returncode == 0 and sound["sound"] and sound["entries"] == 3
    assert released.log_edited.returncode == 1 and "entry 0" in released.log_edited.stdout
    assert "hash: " in released.stranger_sees and "compare.csv" not in released.stranger_sees
    assert "/log/proof?entry=1" in released.log_page


def test_the_bag_and_the_five_safes_rules_hold(released):
    for path in (released.one_zip, released.latest_zip):
        files = Archive(path).files
        assert bag_faults(files) == []
        assert crate_faults(json.loads(files["data/ro-crate-metadata.json"]), files) == []


# The contexts as PyPI's rocrate carries them; of workflow-run's terms the one that our crates use. No network.
CONTEXTS = {
    "https://w3id.org/ro/crate/1.1/context": pathlib.Path(
        importlib.util.find_spec("rocrate").submodule_search_locations[0], "data/ro-crate.jsonld").read_text(),
    "https://w3id.org/ro/terms/workflow-run/context": json.dumps(
        {"@context": {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}}),
}


def context_of(_, request, **__):
    if request.url not in CONTEXTS:
        raise requests.ConnectionError(f"{request.url} is not here")
    headers = {"Content-Type": "application/ld+json"}
    body = io.BytesIO(CONTEXTS[request.url].encode())
    answer = requests.Response()
    answer.status_code, answer.url, answer.request, answer.headers = 200, request.url, request, headers
    answer.raw = urllib3.HTTPResponse(body, status=200, headers=headers, preload_content=False)
    return answer


# What the profiles only recommend, and why it is not so here.
ON_PURPOSE = {
    "The SoftwareApplication id SHOULD be an absolute URI": "the workflow lies in the crate; images have names, not addresses",
    "The SoftwareApplication SHOULD have a version or softwareVersion": "archives stay the same when the site is upgraded",
    "The Application SHOULD have a url": "nobody knows one of an image; the demo's study has none",
}


@pytest.mark.parametrize("profile", ["ro-crate-1.1", "process-run-crate-0.5", "workflow-run-crate-0.5"])
def test_the_validator_of_the_community_accepts_it(released, tmp_path, monkeypatch, profile):
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", context_of)
    monkeypatch.chdir(tmp_path)
    from rocrate_validator import models, services

    folder = Archive(released.one_zip).unpack(tmp_path) / "data"
    result = services.validate(services.ValidationSettings(
        rocrate_uri=str(folder), profile_identifier=profile, requirement_severity=models.Severity.RECOMMENDED))
    assert [f"{i.check.identifier}: {i.message}" for i in result.get_issues() if i.message not in ON_PURPOSE] == []
    (folder / "outputs/output/compare.csv").unlink() # it can say no
    metadata = json.loads((folder / "ro-crate-metadata.json").read_text())
    metadata["@graph"] = [e for e in metadata["@graph"] if e["@id"] != "#terms"]
    del next(e for e in metadata["@graph"] if e["@id"] == "./")["name"]
    (folder / "ro-crate-metadata.json").write_text(json.dumps(metadata))
    worse = services.validate(services.ValidationSettings(
        rocrate_uri=str(folder), profile_identifier=profile, requirement_severity=models.Severity.REQUIRED))
    assert worse.has_issues()
