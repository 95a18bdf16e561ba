# Server, runner and airlock are killed at random moments of the whole journey, from the request to the released file:
# nothing that was accepted is lost, nothing happens twice, no release is half there, nothing is left behind.
import os
import random
import re
import threading

import pytest

from people import ask_for_release, review
from test_kill_runner import holders
from three_roles import Changes, ThreeRoles, stubborn

KILLS = int(os.environ.get("KILLS", "200"))
ROLES = ("server", "runner", "airlock")

PROJECT = """version: "3.0"
expectations:
  population_size: 1000
actions:
  cohort:
    run: sh:v1 sh make.sh cohort
    outputs:
      highly_sensitive: {cohort: output/cohort.csv}
  tables:
    run: sh:v1 sh make.sh first second
    needs: [cohort]
    outputs:
      moderately_sensitive: {tables: output/*.txt}
"""
MAKE = 'mkdir -p output\n[ "$1" = cohort ] && { echo patient_id,secret >output/cohort.csv; exit; }\nfor n; do echo "the table $n" >"output/$n.txt"; done\n'


class Killer:
    """Kills somebody after a few changes on disk and brings them back, as often as it was told to."""

    def __init__(self, site, seed, kills):
        self.site, self.moment, self.left = site, random.Random(seed), kills
        self.back = threading.Condition()
        self.count = dict.fromkeys(ROLES, 0)
        self.fault = None
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            with Changes(*(p for p in (self.site.folder / n for n in ("server", "site", "airlock")))) as changes:
                while self.left > 0:
                    for _ in range(self.moment.randint(1, 60)):
                        changes.wait(200)
                    self._strike(self.moment.choice([[r] for r in ROLES] * 2 + [list(ROLES)]))
        except Exception as e:  # told to the story, which fails with it
            self.fault = e
        with self.back:
            self.left = 0
            self.back.notify_all()

    def _strike(self, victims):
        for role in victims:
            self.site.kill(role)
        for role in victims:
            self.site.restart(role)
            self.count[role] += 1
        with self.back:
            self.left -= len(victims)
            self.back.notify_all()

    def wait(self):
        """Until whoever was killed has come back."""
        with self.back:
            self.back.wait_for(lambda: self.left == 0 or all(r.process.poll() is None for r in self.site.running.values()), timeout=60)
        assert not self.fault, self.fault


class Journey:
    """One workspace from its making to the release, by people who press reload when a connection is lost."""

    def __init__(self, site, killer, number):
        self.site, self.killer, self.name = site, killer, f"study{number}"
        self.page = f"{site.url}/our-lab/our-project/{self.name}/"

    def until_true(self, there, do):
        """Does something that has an effect once, however often it must be tried."""
        def attempt():
            if not there():
                do()
        while not there():
            stubborn(attempt, self.killer.wait)

    def served(self, sql):
        return self.site.served(sql.replace("?", f"'{self.name}'"))

    def kept(self, sql):
        return self.site.kept(sql.replace("?", f"'{self.name}'"))

    def run(self):
        site, ada = self.site, self.site.people["ada"]
        new = site.url + "/our-lab/our-project/new-workspace/"
        self.until_true(lambda: self.served("select 1 from workspace where name = ?"), lambda: ada.look(new).send(
            new, ("name", self.name), ("repo", site.repo), ("branch", "main"), ("token", "")))
        self.until_true(lambda: self.served("select 1 from job_request r join workspace w on w.id = r.workspace where w.name = ?"), lambda: ada.look(
            self.page + "run-jobs/").send(self.page + "run-jobs/", ("backend", "hospital"), ("actions", "run_all")))
        site.until(lambda: self.served("select 1 from job_request r join workspace w on w.id = r.workspace where w.name = ? and r.is_active = 0")
                   and self.kept("select 1 from runner_job where workspace = ? and action = 'tables' and state = 'succeeded'"), what="the jobs end")

    def leave(self):
        site, state = self.site, lambda: [r[0] for r in self.kept("select state from review_request where workspace = ?")]
        stubborn(lambda: site.enter("ada"), self.killer.wait)  # the airlock learns of new workspaces when somebody signs in
        self.until_true(state, lambda: ask_for_release(site.inside["ada"], site.airlock, self.name, lambda f: f.endswith(".txt")))
        number = self.kept("select id from review_request where workspace = ?")[0][0]
        request = f"{site.airlock}/requests/{number}/"
        for who in ("ben", "dina"):
            self.until_true(lambda: self.kept(f"select 1 from review_done d join visitor v on v.id = d.checker where d.request = {number} and v.username = '{who}'"),
                            lambda: review(site.inside[who], site.airlock, request))
        dina = site.inside["dina"]
        self.until_true(lambda: set(state()) & {"approved", "released"}, lambda: dina.look(request).send(request, ("step", "release")))
        site.until(lambda: state() == ["released"], what="the files are with the server")

    def check(self):
        files = self.served("select f.name, f.filehash from release_file f join workspace w on w.id = f.workspace where w.name = ? order by 1")
        assert [name for name, _ in files] == ["output/first.txt", "output/second.txt"], "each file has left once"
        assert len(self.served("select 1 from job_request r join workspace w on w.id = r.workspace where w.name = ?")) == 1
        releases = self.served("select r.completed_at from release r join workspace w on w.id = r.workspace where w.name = ?")
        assert len(releases) == 1 and releases[0][0], "one release, and it is whole"
        ada = self.site.people["ada"]
        assert "the table first" in ada.look(self.page + "outputs/latest/output/first.txt").page


@pytest.mark.parametrize("seed", [int(s) for s in os.environ.get("SEEDS", "20261122").split()])
def test_killing_anybody_at_any_moment_of_the_journey_loses_and_doubles_nothing(tmp_path, seed):
    study = tmp_path / "study"
    study.mkdir()
    (study / "project.yaml").write_text(PROJECT)
    (study / "make.sh").write_text(MAKE)
    site = ThreeRoles(tmp_path, study, relays=False)
    killer, journeys = Killer(site, seed, KILLS), []
    killer.thread.start()
    try:
        while not journeys or killer.left:
            journeys.append(Journey(site, killer, len(journeys)))
            journeys[-1].run()
            journeys[-1].leave()
    finally:
        killer.left = 0
        killer.thread.join(120)
    assert not killer.fault, killer.fault
    for journey in journeys:
        journey.check()
    assert dict(site.served("select identifier, status from job")) == dict(site.kept("select id, state from runner_job"))
    assert {s for s, in site.kept("select state from runner_job")} == {"succeeded"}
    for query in (site.served, site.kept):
        assert query("pragma integrity_check") == [("ok",)]
    assert not list((tmp_path / "site/jobs").iterdir()), "no job's folder is left"
    for role in ("server", "airlock"):
        parts = [p for p in (tmp_path / role).rglob("*") if re.search(r"\.(part|new|tmp)\b", p.name)]
        assert not parts, f"pieces of uploads are left: {parts}"
    assert set(site.stop().values()) == {0}
    assert not holders(tmp_path), "no process is left"
    kills = sum(killer.count.values())
    assert kills >= KILLS
    print(f"R1 kills={kills} {killer.count} journeys={len(journeys)} lost=0 doubled=0 half=0 left=0")
