"""A file comes into a release whole or not at all; an upload that was cut goes on where it stopped."""
import http.client
import os
import random
import socket
import urllib.parse

import pytest

from people import is_product
from release_site import Lab, sha256


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path)
    yield lab
    lab.kill()


def cut_upload(lab, release, name, data, sent):
    """The contract's POST, whose connection breaks after `sent` bytes of the body."""
    line = http.client.HTTPSConnection("localhost", lab.port, context=lab.tls, timeout=60)
    line.putrequest("POST", f"/api/v2/releases/release/{release}")
    for key, value in {"Authorization": lab.token, "OS-User": "carl", "Content-Length": len(data),
                       "Content-Disposition": f'attachment; filename="{name}"'}.items():
        line.putheader(key, str(value))
    line.endheaders()
    line.send(data[:sent])
    return line


def wait_until(lab, release, name, least):
    """Asks until the server has that many bytes and nobody writes them any more."""
    while True:
        offset, _ = lab.offset(release, name)
        if offset >= least:
            return offset


def test_an_upload_goes_on_after_the_server_was_killed_at_any_point(lab):
    moment = random.Random(20261122)
    data = moment.randbytes(3_000_000)
    release = lab.create({"output/large.bin": data, "output/small.csv": b"a,b\n"})
    assert lab.offset(release, "output/large.bin") == (0, "?0")
    at = 0
    for _ in range(6):
        line = cut_upload(lab, release, "output/large.bin", data, moment.randrange(1, len(data)))
        lab.restart()
        line.close()
        at, complete = lab.offset(release, "output/large.bin")
        assert complete == "?0" and at < len(data)
        assert lab.ada.get(f"{lab.path}/releases/{release}/").status == 404
    while at < len(data):
        some = moment.randrange(1, 900_000)
        answer = lab.go_on(release, "output/large.bin", at, data[at:at + some],
                           Upload_Complete="?1" if at + some >= len(data) else "?0")
        assert answer.status in (200, 201), answer.body
        at += some
        if at < len(data):
            assert lab.offset(release, "output/large.bin") == (at, "?0")
            lab.restart()
    assert lab.offset(release, "output/large.bin")[1] == "?1"
    assert lab.ada.get(f"{lab.path}/releases/{release}/").status == 404, "visible whole or not at all"
    assert lab.upload(release, "output/small.csv", b"a,b\n").status == 201
    assert lab.ada.get(f"{lab.path}/releases/{release}/").status == 200
    kept = lab.folder / "releases" / "genetic" / "releases" / release / "output" / "large.bin"
    assert kept.read_bytes() == data
    assert not [f for f in lab.stored() if f.startswith(".arriving/")]


def test_the_server_and_the_sender_agree_where_the_upload_stands(lab):
    data = os.urandom(500_000)
    release = lab.create({"a.bin": data})
    line = cut_upload(lab, release, "a.bin", data, 200_000)
    at = wait_until(lab, release, "a.bin", 130_000)
    busy = lab.go_on(release, "a.bin", at, data[at:at + 100])  # a small body: it is answered before it is read
    assert busy.status == 409 and b"somebody else" in busy.body
    line.sock.shutdown(socket.SHUT_RDWR)
    line.close()
    while (wrong := lab.go_on(release, "a.bin", 1, b"x")).headers["Upload-Offset"] is None:
        assert wrong.status == 409
    assert wrong.status == 409
    at = int(wrong.headers["Upload-Offset"])
    assert at >= 130_000
    assert lab.go_on(release, "a.bin", "", data[at:]).status == 400
    done = lab.go_on(release, "a.bin", at, data[at:])
    assert done.status == 201 and done.headers["File-Id"]
    again = lab.go_on(release, "a.bin", at, data[at:])
    assert again.status == 400 and b"already been uploaded" in again.body


def test_what_does_not_fit_its_hash_starts_again(lab):
    data = os.urandom(100_000)
    release = lab.create({"a.bin": data})
    assert lab.go_on(release, "a.bin", 0, data[:50_000], Upload_Complete="?0").status == 200
    bad = lab.go_on(release, "a.bin", 50_000, bytes(50_000))
    assert bad.status == 400 and b"does not match" in bad.body
    assert lab.offset(release, "a.bin") == (0, "?0")
    more = lab.go_on(release, "a.bin", 0, data + b"x", Upload_Complete="?0")
    assert more.status == 400 and b"does not match" in more.body
    assert lab.go_on(release, "a.bin", 0, data).status == 201


def test_only_the_backend_of_the_release_may_go_on(lab):
    data = os.urandom(1000)
    release = lab.create({"a.bin": data})
    other = lab.backend("emis", "carl")
    path = lab.upload_path(release, "a.bin")
    assert lab.api("PATCH", path, data, token=other, Upload_Offset="0").status == 400
    assert lab.api("HEAD", path, token="nope").status == 403
    assert lab.api("PATCH", path, data, token="nope", Upload_Offset="0").status == 403
    assert lab.api("PATCH", path, data, OS_User="ada", Upload_Offset="0").status == 403
    assert lab.offset(release, "a.bin") == (0, "?0")


def test_the_operator_says_how_large_a_file_may_be(tmp_path):
    lab = Lab(tmp_path, ("--local-repos", "--release-file-most", "1"))
    data = bytes(2_000_000)
    asked = ('{"files":{"a.bin":"%s"}}' % sha256(data)).encode()
    release = lab.api("POST", "releases/workspace/genetic", asked, Content_Type="application/json").headers["Release-Id"]
    large = lab.upload(release, "a.bin", data)
    assert (large.status, large.body) == (400, b'["File is too large, it must be below 1.0Mb"]')
    large = lab.go_on(release, "a.bin", 0, iter([data[:900_000], data[900_000:]]), Transfer_Encoding="chunked")
    assert (large.status, large.body) == (400, b'["File is too large, it must be below 1.0Mb"]')
    lab.kill()


def test_a_large_file_comes_in_with_little_memory(tmp_path):
    lab = Lab(tmp_path, ("--local-repos", "--release-file-most", "400"))
    data = b"".join(b"%d,region %d,%d\n" % (i, i % 9, i * 7919 % 100) for i in range(4_000_000))
    before = lab.most_memory()
    release = lab.release({"large.csv": data})
    assert lab.most_memory() - before < 40_000 or not is_product(), "kilobytes"
    page = lab.ada.get(f"{lab.path}/releases/{release}/")
    assert page.status == 200
    lab.kill()


def test_names_come_as_clients_send_them(lab):
    files = {"größe.csv": b"a,1\n", "übersicht/日本.csv": b"b,1\n", "back\"quote.csv": b"c,1\n"}
    release = lab.create(files)
    assert lab.upload(release, "größe.csv", files["größe.csv"]).status == 201, "Latin-1"
    said = "attachment; filename*=UTF-8''" + urllib.parse.quote("übersicht/日本.csv") + "; size=4"
    assert lab.api("POST", f"releases/release/{release}", files["übersicht/日本.csv"], Content_Disposition=said).status == 201
    assert lab.upload(release, 'back\\"quote.csv', files['back"quote.csv']).status == 201
    assert lab.ada.get(f"{lab.path}/releases/{release}/").status == 200
