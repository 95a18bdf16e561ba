"""Released files are published as a set, deleted with a reason, or withdrawn together; every place says so, the bytes are gone."""
import io
import json
import re
import subprocess
import zipfile

import pytest

from people import TRESOR
from release_site import Lab


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path)
    yield lab
    lab.kill()


def csrf(visitor, page):
    return re.search(r'name="csrf" value="([^"]+)"', visitor.get(page).text).group(1)


def api_as(visitor, method, path, body=None, page="/"):
    """The API with a person's session, as pages of the job-server call it."""
    return visitor.call(method, "/api/v2/" + path, None if body is None else json.dumps(body), {
        "Content-Type": "application/json", "X-CSRFToken": csrf(visitor, page), "Origin": visitor.site.url})


def index(visitor, release):
    return json.loads(visitor.get(f"/api/v2/releases/release/{release}").text)["files"]


def unpacked(page):
    assert page.status == 200
    with zipfile.ZipFile(io.BytesIO(page.body)) as z:
        return {n: z.read(n) for n in z.namelist()}


def find(inside, name):
    return next(data for n, data in inside.items() if n.endswith(name))


def test_a_draft_is_made_published_and_seen_by_everybody(lab):
    lab.release({"output/table.csv": b"a,b\n1,2\n", "output/note.txt": b"hello\n"})
    stranger = lab.visitor()
    outputs = lab.path + "/outputs/"
    assert "Nothing has been published" in stranger.get(outputs).text
    assert stranger.get(lab.path + "/outputs/latest/").status in (302, 303, 200, 404)
    page = lab.ada.submit(lab.ada.get(outputs + "latest/"), "/snapshot/")
    assert page.path == outputs + "1/" and "Draft" in page.text
    again = lab.ada.submit(lab.ada.get(outputs + "latest/"), "/snapshot/")
    assert again.path == outputs + "1/" and "already exists, please use that one" in again.text
    number = index_number(lab, "output/table.csv")
    for hidden in (outputs + "1/", outputs + "1/download/", f"{lab.path}/published/{number}/"):
        assert stranger.get(hidden).status == 404 and lab.eve.get(hidden).status == 404, hidden
    assert "Outputs 1" not in stranger.get(outputs).text and "Outputs 1" in lab.ada.get(outputs).text
    assert ">0<" in stranger.get(outputs + "badge/").text
    assert "/publish/" not in page.text, "ada may not publish"
    token = csrf(lab.ada, outputs + "1/")
    refused = lab.ada.call("POST", outputs + "1/publish/", "csrf=" + token, {
        "Origin": lab.url, "Content-Type": "application/x-www-form-urlencoded"})
    assert refused.status == 404
    publish(lab, 1)
    seen = stranger.get(outputs + "1/")
    assert seen.status == 200 and "Published" in seen.text
    assert "1,2" in stranger.get(f"{lab.path}/published/{number}/").text
    assert stranger.get(outputs + "1/output/table.csv").status == 200
    inside = unpacked(stranger.get(outputs + "1/download/"))
    assert inside == {"outputs/output/note.txt": b"hello\n", "outputs/output/table.csv": b"a,b\n1,2\n"}, "nothing about people"
    assert ">1<" in stranger.get(outputs + "badge/").text
    assert stranger.get("/api/v2/releases/file/" + number).status in (401, 403)


def index_number(lab, name):
    files = json.loads(lab.ada.get("/api/v2/releases/workspace/genetic").text)["files"]
    return next(f["id"] for f in files if f["name"].endswith(name))


def publish(lab, number):
    """pia may publish but not view released files: she is given the address."""
    lab.member("pia", "ProjectCollaborator")
    page = lab.pia.get(f"{lab.path}/outputs/{number}/")
    page = lab.pia.submit(page, "/publish/")
    assert "Published" in page.text


def test_the_api_of_snapshots(lab):
    lab.release({"a.csv": b"a\n", "b.csv": b"b\n", "c.csv": b"c\n"})
    ids = {name: index_number(lab, name) for name in ("a.csv", "b.csv", "c.csv")}
    path = "workspaces/genetic/snapshots"
    made = api_as(lab.ada, "POST", path, {"file_ids": [ids["a.csv"], ids["b.csv"]]})
    assert made.status == 201 and json.loads(made.text)["url"].endswith(f"{lab.path}/outputs/1/")
    same = api_as(lab.ada, "POST", path, {"file_ids": [ids["b.csv"], ids["a.csv"], ids["a.csv"]]})
    assert (same.status, json.loads(same.text)["detail"]) == (
        400, "A release with the current files already exists, please use that one.")
    unknown = api_as(lab.ada, "POST", path, {"file_ids": ["nope", ids["a.csv"], "neither"]})
    assert (unknown.status, json.loads(unknown.text)["detail"]) == (400, "Unknown file IDs: nope, neither")
    assert api_as(lab.ada, "POST", path, {}).status == 400
    assert api_as(lab.ada, "POST", "workspaces/nowhere/snapshots", {"file_ids": []}).status == 404
    assert api_as(lab.eve, "POST", path, {"file_ids": [ids["a.csv"]]}).status == 403
    assert lab.visitor().get(f"/api/v2/{path}/1").status == 404
    draft = json.loads(lab.ada.get(f"/api/v2/{path}/1").text)["files"]
    assert sorted(f["name"] for f in draft) == ["tpp/a.csv", "tpp/b.csv"]
    assert draft[0]["url"].startswith("/api/v2/releases/file/")
    assert api_as(lab.ada, "POST", f"{path}/1/publish").status == 403
    for _ in range(2):
        done = api_as(lab.pia, "POST", f"{path}/1/publish")
        assert (done.status, done.text) == (200, "")
    seen = json.loads(lab.visitor().get(f"/api/v2/{path}/1").text)["files"]
    assert lab.visitor().get(seen[0]["url"]).text == "a\n"


def test_a_release_is_withdrawn(lab):
    secret = b"id,diagnosis\n" + b"17,E11\n" * 500
    release = lab.release({"output/rows.csv": secret, "output/small.csv": b"n\n5\n"})
    kept = lab.release({"output/other.csv": b"fine\n"})
    page = f"{lab.path}/releases/{release}/"
    assert lab.ada.get(page + "output/rows.csv").status == 200
    lab.ada.submit(lab.ada.get(lab.path + "/outputs/latest/"), "/snapshot/")
    publish(lab, 1)
    number = index_number(lab, "output/rows.csv")
    assert lab.visitor().get(f"{lab.path}/published/{number}/").status == 200
    before = lab.ada.get(page + "download/").headers["ETag"]
    assert lab.ada.call("POST", page + "withdraw/", "reason=x&csrf=" + csrf(lab.ada, page), {
        "Origin": lab.url, "Content-Type": "application/x-www-form-urlencoded"}).status == 404
    missing = lab.carl.submit(lab.carl.get(lab.path + "/releases/"), f"{release}/withdraw/")
    assert missing.status == 400 and "reason" in missing.text
    done = lab.carl.submit(lab.carl.get(lab.path + "/releases/"), f"{release}/withdraw/", {"reason": "Rows of <one> person."})
    assert "Withdrawn" in done.text and "Rows of &lt;one&gt; person." in done.text and "carl" in done.text
    seen = lab.ada.get(page)
    assert seen.status == 200 and "Withdrawn" in seen.text and "Rows of &lt;one&gt; person." in seen.text
    assert lab.ada.get(page + "output/rows.csv").status == 404
    assert [f["is_deleted"] for f in index(lab.ada, release)] == [True, True]
    assert lab.ada.get("/api/v2/releases/file/" + number).status == 404
    assert lab.visitor().get(f"{lab.path}/published/{number}/").status == 404
    archive = lab.ada.get(page + "download/")
    assert archive.headers["ETag"] != before
    for of in (archive, lab.ada.get(lab.path + "/outputs/latest/download/"), lab.visitor().get(lab.path + "/outputs/1/download/")):
        said = find(unpacked(of), "output/rows.csv").decode()
        assert said.startswith("This file was redacted by carl on ") and "Rows of <one> person." in said
    crate = find(unpacked(archive), "ro-crate-metadata.json").decode()
    assert "The release was withdrawn" in crate and "Rows of <one> person." in crate
    again = lab.upload(release, "output/rows.csv", secret)
    assert again.status == 400, "what was taken back does not come back by itself"
    assert not [f for f in lab.stored() if "rows" in f or "small" in f]
    assert lab.ada.get(f"{lab.path}/releases/{kept}/output/other.csv").status == 200
    twice = lab.carl.call("POST", page + "withdraw/", "reason=x&csrf=" + csrf(lab.carl, lab.path + "/releases/"), {
        "Origin": lab.url, "Content-Type": "application/x-www-form-urlencoded"})
    assert twice.status == 409
    on_disk = b"".join(p.read_bytes() for p in lab.folder.rglob("*") if p.is_file())
    assert b"17,E11" not in on_disk, "no byte of it is left"


def test_an_operator_takes_back_without_a_browser(lab):
    def tresor(*words):
        return subprocess.run([TRESOR, "release", *words, "--data", lab.folder], capture_output=True, text=True)

    def refused(*words):
        done = tresor(*words)
        assert done.returncode != 0 and not done.stdout
        return done.stderr

    release = lab.release({"output/rows.csv": b"17,E11\n" * 500, "output/small.csv": b"n\n5\n"})
    assert tresor("list", "genetic").stdout.split("\t")[0] == release
    rows = [json.loads(line) for line in tresor("show", release, "--json").stdout.splitlines()]
    assert [(r["file"], r["bytes"], r["deleted"]) for r in rows] == [("output/rows.csv", "3500", ""), ("output/small.csv", "4", "")]
    assert "--reason" in refused("withdraw", release, "--by", "carl")
    assert "--by USERNAME" in refused("withdraw", release, "--reason", "x")
    assert "ada may not take back" in refused("withdraw", release, "--by", "ada", "--reason", "x")
    assert "no file" in refused("delete", release, "output/other.csv", "--by", "carl", "--reason", "x")
    assert "no release" in refused("withdraw", "01AAAAAAAAAAAAAAAAAAAAAAAA", "--by", "carl", "--reason", "x")
    assert tresor("delete", release, "output/rows.csv", "--by", "carl", "--reason", "Rows of one person.").returncode == 0
    page = f"{lab.path}/releases/{release}/"
    assert [f["is_deleted"] for f in index(lab.ada, release)] == [True, False]
    assert lab.ada.get(page + "output/rows.csv").status == 404 and lab.ada.get(page + "output/small.csv").status == 200
    assert not [f for f in lab.stored() if "rows" in f], "the bytes are gone at once, with the server running"
    assert "deleted already" in refused("delete", release, "output/rows.csv", "--by", "carl", "--reason", "x")
    assert tresor("withdraw", release, "--by", "carl", "--reason", "The approval had ended.").returncode == 0
    seen = lab.ada.get(page).text
    assert "Withdrawn" in seen and "The approval had ended." in seen and "carl" in seen
    assert find(unpacked(lab.ada.get(page + "download/")), "output/rows.csv").decode().startswith("This file was redacted by carl on ")
    assert "withdrawn already" in refused("withdraw", release, "--by", "carl", "--reason", "x")
    assert tresor("list", "genetic").stdout.rstrip().endswith("The approval had ended.")


def test_bytes_that_a_crash_left_behind_go_at_the_next_start(lab):
    release = lab.release({"a.csv": b"a\n", "b.csv": b"b\n"})
    number = index_number(lab, "a.csv")
    folder = lab.folder / "releases"
    plain, packed = folder / "genetic" / "releases" / release / "a.csv", folder / ".packed" / number
    bytes_before = plain.read_bytes(), packed.read_bytes()
    lab.carl.submit(lab.carl.get(lab.path + "/releases/"), f"{number}/delete/", {"reason": "wrong"})
    assert not plain.exists() and not packed.exists()
    plain.write_bytes(bytes_before[0])  # as if the server had been killed between the commit and the disk
    packed.write_bytes(bytes_before[1])
    (folder / ".packed" / ("9" * 26)).write_bytes(b"a stream without a file")
    (folder / ".arriving" / "0123456789abcdef").write_bytes(b"a stream that was not finished")
    lab.restart()
    assert [f for f in lab.stored() if "a.csv" in f or number in f or "9" * 26 in f or ".arriving" in f] == []
    assert lab.ada.get(f"{lab.path}/releases/{release}/b.csv").status == 200
