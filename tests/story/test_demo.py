# The demo is the whole product: it walks its own journey, its archive can be read by everybody, it leaves nothing.
import os
import pathlib
import subprocess
import zipfile

import pytest

from people import TRESOR, Demo, ask_for_release, review, run_and_wait


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("check")
    archive = folder / "released.zip"
    done = subprocess.run([TRESOR, "demo", "--check", "--archive", archive], capture_output=True, text=True,
                          env={**os.environ, "TMPDIR": str(folder)}, timeout=300)
    return done, archive, folder


def test_the_demo_walks_the_whole_journey(checked):
    done, archive, _ = checked
    assert done.returncode == 0, done.stderr
    assert "The whole journey went well" in done.stdout
    assert archive.stat().st_size > 500


def test_nothing_is_left_behind(checked):
    _, archive, folder = checked
    assert sorted(folder.iterdir()) == [archive, pathlib.Path(f"{archive}.pub")]


@pytest.mark.parametrize("reader", [["unzip", "-t"], ["7zz", "t"], ["bsdtar", "-tf"]], ids=lambda r: r[0])
def test_the_archive_is_read_by(reader, checked):
    try:
        done = subprocess.run([*reader, checked[1]], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip(f"{reader[0]} is not installed")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_archive_is_read_by_python_and_holds_what_was_released(checked):
    with zipfile.ZipFile(checked[1]) as archive:
        assert archive.testzip() is None
        outputs = {name.split("/data/outputs/")[1]: name for name in archive.namelist() if "/data/outputs/" in name}
        assert sorted(outputs) == [
            "output/compare.csv", "output/compare.svg", "output/describe_middle.csv", "output/describe_north.csv",
            "output/describe_south.csv", "output/report.html", "output/report.txt"]
        assert archive.read(outputs["output/compare.csv"]).startswith(b"region,treated,patients,recovered,percent\n")


def test_what_one_checker_refuses_stays_and_the_rest_leaves():
    with Demo() as demo:
        ada = demo.sign_in("ada")
        run_and_wait(ada, demo.server, demo.workspace, "demo", "run_all")
        inside = demo.enter_airlock("ada", ada)
        request, files = ask_for_release(inside, demo.airlock, "sample-study", lambda f: f.endswith(".csv"))
        ben, dina = demo.enter_airlock("ben"), demo.enter_airlock("dina")
        review(ben, demo.airlock, request, lambda p: ("changes", "too small") if "north" in p else ("approved", ""))
        assert "too small" not in dina.look(request).page, "a checker sees no other opinion before his own is finished"
        review(dina, demo.airlock, request)
        assert "too small" in dina.look(request).page
        dina.send(request, ("step", "release"))
        dina.wait_live(request + "live", "Released")
        ada.look(demo.server + demo.workspace + "releases/")
        assert "compare.csv" in ada.page and "describe_north.csv" not in ada.page
        server_files = [p.name for p in pathlib.Path(demo.folder, "server").rglob("*") if p.is_file()]
        assert "compare.csv" in server_files and "describe_north.csv" not in server_files
        folder = pathlib.Path(demo.folder)
    assert demo.code == 0
    assert not folder.exists()


def test_the_author_cannot_check_and_one_review_is_not_enough():
    with Demo() as demo:
        ada = demo.sign_in("ada")
        run_and_wait(ada, demo.server, demo.workspace, "demo", "compare")
        inside = demo.enter_airlock("ada", ada)
        request, _ = ask_for_release(inside, demo.airlock, "sample-study", lambda f: f == "output/compare.csv")
        assert "Finish my review" not in inside.look(request).page
        ben = demo.enter_airlock("ben")
        review(ben, demo.airlock, request)
        assert "One review in" in ben.look(request).page
        assert "Release approved files" not in ben.page
