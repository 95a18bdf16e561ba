"""Archives of random entries: what one program wrote, four others find whole and equal."""
import os
import random
import stat
import subprocess
import zipfile

import pytest

from release_site import readers

TRESOR = os.environ["TRESOR"]
LETTERS = "abcXYZ019 _-.,;'()[]{}!#$%&+=@~äßéñØ日本語😀:"


def name(random_):
    parts = []
    for _ in range(random_.randrange(1, 5)):
        part = "".join(random_.choice(LETTERS) for _ in range(random_.choice((1, 2, 8, 40))))
        parts.append(("n" + part.strip(" .")) if random_.random() < 0.9 else "…" + part.strip(" ."))
    return "/".join(parts)


def content(random_):
    size = random_.choice((0, 1, 2, 100, 65535, 65536, 131072, 300_000))
    kind = random_.randrange(4)
    if kind == 0:
        return bytes(size)
    if kind == 1:
        return random_.randbytes(size)
    row = b"%d,female,region %d\n"
    if kind == 2:
        return b"".join(row % (i, i % 9) for i in range(size // 20))
    return random_.randbytes(size // 2) + bytes(size // 2)


@pytest.mark.parametrize("seed", range(6))
def test_random_entries(tmp_path, seed):
    random_ = random.Random(seed)
    root, files = tmp_path / "in", {}
    for _ in range(random_.choice((1, 3, 40))):
        path, data = name(random_), content(random_)
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        except OSError:
            continue  # a file where a folder should be, or a name too long
        os.utime(root / path, (random_.randrange(0, 1 << 33),) * 2)
        files[path] = data
    done = subprocess.run([TRESOR, "archive", "make", str(root), str(tmp_path / "a.zip")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "a.zip") as z:
        assert {i.filename: z.read(i) for i in z.infolist()} == files
        assert all(stat.S_ISREG(i.external_attr >> 16) for i in z.infolist())
    readers(tmp_path / "a.zip")
    assert subprocess.run([TRESOR, "archive", "check", str(tmp_path / "a.zip")], capture_output=True).returncode == 0
