"""Download all: one archive, the same bytes every time, any part of it, any size in little memory, for every reader."""
import io
import json
import os
import sqlite3
import subprocess
import zipfile
import zlib

import pytest

from people import is_product
from release_site import Lab, readers

FILES = {
    "output/table.csv": b"".join(b"%d,region %d\n" % (i, i % 9) for i in range(200_000)),
    "output/größe/übersicht.txt": "Größe\n".encode(),
    "output/noise.bin": os.urandom(300_000),
    "output/time 12:30.txt": b"a colon\n",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.kill()


@pytest.fixture(scope="module")
def release(lab):
    return lab.release(FILES)


def part(lab, url, **headers):
    return lab.ada.call("GET", url, None, {k.replace("_", "-"): v for k, v in headers.items()})


def test_everybody_can_read_it(lab, release, tmp_path):
    page = lab.ada.get(f"{lab.path}/releases/{release}/download/")
    assert page.status == 200 and page.headers["Content-Type"] == "application/zip"
    assert int(page.headers["Content-Length"]) == len(page.body)
    assert f'filename="release-{release}.zip"' in page.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(page.body)) as z:
        inside = {n: z.read(n) for n in z.namelist()}
    for name, data in FILES.items():
        assert [d for n, d in inside.items() if n.endswith(name)] == [data], name
    (tmp_path / "a.zip").write_bytes(page.body)
    readers(tmp_path / "a.zip")


def test_the_same_bytes_every_time_and_any_part_of_them(lab, release, tmp_path):
    url = f"{lab.path}/releases/{release}/download/"
    whole = lab.ada.get(url)
    tag, size = whole.headers["ETag"], len(whole.body)
    assert tag.startswith('"') and whole.headers["Accept-Ranges"] == "bytes"
    lab.restart()
    assert lab.ada.get(url).body == whole.body
    head = lab.ada.call("HEAD", url, None, {"Range": "bytes=0-9"})
    assert (head.status, head.body, head.headers["Content-Length"], head.headers["ETag"]) == (200, b"", str(size), tag)
    for asked, first, end in ((f"0-0", 0, 1), ("5-99", 5, 100), (f"{size // 3}-", size // 3, size), ("-100", size - 100, size),
                              (f"{size - 1}-{size * 2}", size - 1, size), (f"-{size * 2}", 0, size)):
        got = part(lab, url, Range=f"bytes={asked}", If_Range=tag)
        assert got.status == 206 and got.body == whole.body[first:end], asked
        assert got.headers["Content-Range"] == f"bytes {first}-{end - 1}/{size}"
    for first in range(0, size, 7919):
        assert part(lab, url, Range=f"bytes={first}-{first + 600}").body == whole.body[first:first + 601]
    beyond = part(lab, url, Range=f"bytes={size}-")
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{size}"
    assert part(lab, url, Range="bytes=0-9", If_Range='"other"').body == whole.body
    assert part(lab, url, Range="bytes=0-9,20-29").body == whole.body, "several parts may be answered by the whole"
    assert part(lab, url, Range="lines=0-9").body == whole.body
    assert part(lab, url, If_None_Match=tag).status == 304
    cookie = "; ".join(f"{k}={v}" for k, v in lab.ada.cookies.items())
    (tmp_path / "part.zip").write_bytes(whole.body[:size // 2])
    done = subprocess.run(["curl", "-sS", "-f", "-C", "-", "--cacert", lab.ready["ca"], "-H", f"Cookie: {cookie}",
                           "-o", str(tmp_path / "part.zip"), lab.url.replace("127.0.0.1", "localhost") + url], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "part.zip").read_bytes() == whole.body


def test_another_content_is_another_archive(lab, tmp_path):
    release = lab.release({"drop.csv": b"secret,1\n" * 1000, "keep.csv": b"a,b\n"})
    url = f"{lab.path}/releases/{release}/download/"
    before = lab.ada.get(url)
    page = lab.carl.get(f"{lab.path}/releases/")
    number = next(f["id"] for f in index(lab, release) if f["name"] == "drop.csv")
    lab.carl.submit(page, f"{number}/delete/", {"reason": "A count below ten."})
    after = part(lab, url, Range="bytes=10-", If_Range=before.headers["ETag"])
    assert after.status == 200 and after.headers["ETag"] != before.headers["ETag"]
    assert part(lab, url, If_None_Match=before.headers["ETag"]).status == 200
    with zipfile.ZipFile(io.BytesIO(after.body)) as z:
        name = next(n for n in z.namelist() if n.endswith("drop.csv"))
        said = z.read(name).decode()
    assert said.startswith("This file was redacted by carl on ") and "A count below ten." in said
    assert "For more information see: https://" in said
    assert b"secret" not in zlib_all(after.body)


def index(lab, release):
    return json.loads(lab.ada.get(f"/api/v2/releases/release/{release}").text)["files"]


def zlib_all(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as z:
        return b"".join(z.read(n) for n in z.namelist())


def test_files_of_one_name_from_two_sites(lab):
    other = lab.backend("emis", "carl")
    lab.release({"twice.csv": b"tpp\n"})
    lab.release({"twice.csv": b"emis\n"}, token=other)
    with zipfile.ZipFile(io.BytesIO(lab.ada.get(f"{lab.path}/outputs/latest/download/").body)) as z:
        inside = {n: z.read(n) for n in z.namelist()}
    assert [d for n, d in inside.items() if n.endswith("tpp/twice.csv")] == [b"tpp\n"]
    assert [d for n, d in inside.items() if n.endswith("emis/twice.csv")] == [b"emis\n"]


def raw_deflate(data):
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    return z.compress(data) + z.flush()


def plant(lab, release, rows):
    """Puts files into a release behind the server's back, cheaply: (identifier, name, size, crc, packed bytes)."""
    with sqlite3.connect(lab.folder / "server.db", timeout=30) as db:
        like = db.execute("select * from release_file where release = ? limit 1", (release,))
        columns = [c[0] for c in like.description]
        known = dict(zip(columns, like.fetchone()))
        db.executemany(f"insert into release_file ({','.join(columns)}) values ({','.join('?' * len(columns))})", (
            [{**known, "id": i, "name": n, "path": n, "filehash": "%064x" % k, "size": s, "crc32": c, "deflated": p}[column]
             for column in columns] for k, (i, n, s, c, p) in enumerate(rows)))


def test_seventy_thousand_files_in_eight_megabytes(tmp_path):
    lab = Lab(tmp_path)
    release = lab.release({"first.csv": b"a,b\n"})
    url = f"{lab.path}/releases/{release}/download/"
    lab.ada.get(url)
    data = [b"row,%d\n" % i for i in range(10)]
    rows, packed = [], lab.folder / "releases" / ".packed"
    for i in range(70_000):
        one, number = raw_deflate(data[i % 10]), f"{i:026d}"
        if i < 10:
            (packed / number).write_bytes(one)
        elif i < 7_000 * 10:
            os.link(packed / f"{i % 10:026d}", packed / number)
        rows.append((number, f"many/file {i:06d}.csv", len(data[i % 10]), zlib.crc32(data[i % 10]), len(one)))
    plant(lab, release, rows)
    before = lab.most_memory()
    page = lab.ada.get(url)
    assert lab.most_memory() - before <= 8 * 1024 or not is_product(), "KiB"
    (tmp_path / "a.zip").write_bytes(page.body)
    with zipfile.ZipFile(tmp_path / "a.zip") as z:
        names = [n for n in z.namelist() if "many/" in n]
        assert len(names) == 70_000 and z.read(names[-1]) == data[9]
    readers(tmp_path / "a.zip")
    assert part(lab, url, Range="bytes=5000000-5000099").body == page.body[5_000_000:5_000_100]
    lab.kill()


class Remote(io.RawIOBase):
    """A file that is read by Range requests."""

    def __init__(self, lab, url):
        self.lab, self.url, self.at = lab, url, 0
        self.size = int(lab.ada.call("HEAD", url).headers["Content-Length"])

    def seek(self, to, whence=0):
        self.at = to + (0, self.at, self.size)[whence]
        return self.at

    def tell(self):
        return self.at

    def seekable(self):
        return True

    def read(self, n=-1):
        n = self.size - self.at if n < 0 else min(n, self.size - self.at)
        if n <= 0:
            return b""
        got = part(self.lab, self.url, Range=f"bytes={self.at}-{self.at + n - 1}").body
        assert len(got) == n
        self.at += n
        return got


def test_more_than_four_gigabytes(tmp_path):
    lab = Lab(tmp_path)
    release = lab.release({"first.csv": b"a,b\n"})
    large, far = 5 << 30, b"beyond four gigabytes\n"
    with open(lab.folder / "releases" / ".packed" / ("1" * 26), "wb") as stream:
        stream.truncate(large)  # a hole: nobody unpacks it here
    (lab.folder / "releases" / ".packed" / ("2" * 26)).write_bytes(raw_deflate(far))
    plant(lab, release, [("1" * 26, "large.bin", 9 << 30, 0, large), ("2" * 26, "zz/far.csv", len(far), zlib.crc32(far), len(raw_deflate(far)))])
    remote = Remote(lab, f"{lab.path}/releases/{release}/download/")
    assert remote.size > large
    with zipfile.ZipFile(remote) as z:
        info = next(i for i in z.infolist() if i.filename.endswith("large.bin"))
        assert (info.file_size, info.compress_size) == (9 << 30, large)
        name = next(n for n in z.namelist() if n.endswith("zz/far.csv"))
        assert z.getinfo(name).header_offset > large and z.read(name) == far
    with open(tmp_path / "a.zip", "wb") as out:  # the hole again, everything else as it was sent
        out.truncate(remote.size)
        for first in (0, large - 1000):
            remote.seek(first)
            out.seek(first)
            out.write(remote.read(10_000_000 if first else 100_000))
    for words in (["unzip", "-tqq", tmp_path / "a.zip", name], ["7zz", "t", "-bso0", tmp_path / "a.zip", name],
                  ["unzip", "-l", tmp_path / "a.zip"], ["7zz", "l", tmp_path / "a.zip"]):
        done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
        assert done.returncode == 0 and (words[1] in ("-tqq", "t") or str(9 << 30) in done.stdout), (words, done.stdout, done.stderr)
    lab.kill()
