# A real study on real data, in R: from the repository through the box, the airlock and the archive.
import io
import pathlib
import shutil
import subprocess
import zipfile

import pytest

from people import Demo, ask_for_release, review, run_and_wait

STUDY = pathlib.Path(__file__).parent.parent / "data" / "survival"


def has_survival():
    if not shutil.which("Rscript"):
        return False
    return subprocess.run(["Rscript", "-e", "library(survival)"], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_survival(), reason="R with the package survival is not installed")
def test_survival_curves_and_a_cox_model_leave_through_the_airlock(tmp_path):
    repo = tmp_path / "survival"
    shutil.copytree(STUDY, repo)
    git = ["git", "-C", repo, "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "A study on the trials of r-cran-survival"], check=True)
    with Demo() as demo:
        ada = demo.sign_in("ada")
        new = demo.server + "/demo-lab/sample-project/new-workspace/"
        ada.look(new).send(new, ("name", "survival"), ("repo", f"file://{repo}"), ("branch", "main"), ("token", ""))
        workspace = "/demo-lab/sample-project/survival/"
        page = run_and_wait(ada, demo.server, workspace, "demo", "run_all")
        assert "8 of 8 succeeded" in ada.look(page).page
        inside = demo.enter_airlock("ada", ada)
        request, files = ask_for_release(inside, demo.airlock, "survival", lambda f: f.startswith("output/"))
        assert "output/lung.rds" not in files, "what is highly sensitive is never shown"
        for checker in ("ben", "dina"):
            person = demo.enter_airlock(checker)
            review(person, demo.airlock, request)
        person.look(request).send(request, ("step", "release"))
        person.wait_live(request + "live", "Released")
        ada.look(demo.server + workspace + "outputs/latest/download/")
        with zipfile.ZipFile(io.BytesIO(ada.bytes)) as archive:
            assert archive.testzip() is None
            names = {n.split("/data/outputs/")[1]: n for n in archive.namelist() if "/data/outputs/" in n}
            assert sorted(files) == sorted(names)
            assert archive.read(names["output/curves.png"]).startswith(b"\x89PNG")
            cox = archive.read(names["output/cox.csv"]).decode()
            assert "rxLev+5FU,0.67,0.53,0.85" in cox
            assert b"Survival in two trials" in archive.read(names["output/report.html"])
