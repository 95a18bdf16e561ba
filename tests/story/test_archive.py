"""`tresor archive` makes what everybody can unpack, and `archive check` refuses what nobody should."""
import os
import subprocess
import zipfile

TRESOR = os.environ["TRESOR"]


def tresor(*words):
    return subprocess.run([TRESOR, *map(str, words)], capture_output=True, text=True)


def test_a_folder_becomes_an_archive_and_back(tmp_path):
    out = tmp_path / "outputs"
    (out / "figures").mkdir(parents=True)
    (out / "table.csv").write_text("sex,n\nfemale,10\n" * 1000)
    (out / "figures" / "größe.png").write_bytes(os.urandom(300_000))
    (out / "empty.txt").touch()
    (out / "link").symlink_to("/etc/passwd")
    made = tresor("archive", "make", out, tmp_path / "o.zip")
    assert made.returncode == 0, made.stderr
    assert "3 files" in made.stdout and "left out" in made.stdout
    with zipfile.ZipFile(tmp_path / "o.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["empty.txt", "figures/größe.png", "table.csv"]
        assert archive.read("figures/größe.png") == (out / "figures" / "größe.png").read_bytes()
        assert archive.getinfo("table.csv").compress_size < 500
    again = tresor("archive", "make", out, tmp_path / "again.zip")
    assert again.returncode == 0
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "o.zip").read_bytes()
    checked = tresor("archive", "check", tmp_path / "o.zip")
    assert checked.returncode == 0 and "all whole" in checked.stdout


def test_what_nobody_should_unpack_is_refused(tmp_path):
    def archive(name, **files):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as z:
            for path, text in files.items():
                z.writestr(path, text)
        return tmp_path / name

    good = archive("good.zip", **{"a.txt": "hello " * 100})
    assert tresor("archive", "check", good).returncode == 0
    assert tresor("archive", "check", archive("up.zip", **{"../a.txt": "x"})).returncode == 1
    assert tresor("archive", "check", archive("root.zip", **{"/etc/a": "x"})).returncode == 1
    damaged = bytearray(good.read_bytes())
    damaged[40] ^= 1
    good.write_bytes(damaged)
    checked = tresor("archive", "check", good)
    assert checked.returncode == 1 and "a.txt" in checked.stdout
    good.write_bytes(damaged[:-10])
    assert tresor("archive", "check", good).returncode == 1
