# Checkers sign with the stock minisign what they approved; the signature leaves with the release, or is refused in time.
import re
import subprocess
import urllib.error

import pytest

from people import TRESOR, ask_for_release, review
from test_weather import all_done, ask_to_run, released
from three_roles import ThreeRoles


def minisign(folder, *words):
    return subprocess.run(["minisign", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


class Signer:
    """A checker with a key of his own, registered at the airlock."""

    def __init__(self, site, name, folder):
        self.person, self.airlock, self.folder = site.inside[name], site.airlock, folder
        folder.mkdir()
        minisign(folder, "-G", "-W", "-p", "own.pub", "-s", "own.sec")
        key = (folder / "own.pub").read_text().splitlines()[1]
        self.person.look(self.airlock + "/me/").send(self.airlock + "/me/key/", ("public_key", key))

    def sign(self, request, change=lambda text: text):
        """The signature file of the statement, of this text or another one."""
        statement = self.folder / "statement.txt"
        statement.write_text(change(self.person.look(request + "statement.txt").page))
        minisign(self.folder, "-S", "-s", "own.sec", "-m", "statement.txt")
        return (self.folder / "statement.txt.minisig").read_text()

    def paste(self, request, signature):
        self.person.look(request).send(request + "signature/", ("signature", signature))

    def refused(self, request, signature):
        with pytest.raises(urllib.error.HTTPError) as answer:
            self.paste(request, signature)
        assert answer.value.code == 409
        return answer.value.read().decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    three = ThreeRoles(tmp_path_factory.mktemp("signed"))
    ask_to_run(three)
    three.until(all_done(three), what="all jobs are done")
    three.ben = Signer(three, "ben", three.folder / "ben")
    yield three
    three.lines["airlock"].be(None)
    assert set(three.stop().values()) == {0}


def test_a_signature_made_with_the_stock_program_leaves_with_the_release(site, tmp_path):
    ben, dina = site.ben, site.inside["dina"]
    request, files = ask_for_release(site.inside["ada"], site.airlock, "study", lambda name: name == "output/compare.csv")
    with pytest.raises(urllib.error.HTTPError):
        ben.person.look(request + "statement.txt")  # nothing to sign yet
    for person in (ben.person, dina):
        review(person, site.airlock, request)
    assert "this is no signature of your statement" in ben.refused(request, ben.sign(request, lambda text: text.replace("compare", "another")))
    ben.paste(request, ben.sign(request))
    assert "You have signed it" in ben.person.page
    dina.look(request).send(request, ("step", "release"))
    dina.wait_live(request + "live", "Released")
    assert "It left without your signature" in dina.look(request).page

    [(release, _)] = released(site)
    archive, key = tmp_path / "release.zip", tmp_path / "site.pub"
    ada = site.people["ada"]
    archive.write_bytes(ada.look(f"{site.url}{site.workspace}releases/{release}/download/").bytes)
    key.write_bytes(ada.look(site.url + "/keys/site.pub").bytes)
    said = subprocess.run([TRESOR, "verify", archive, "--key", key], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    name = re.search(r"(signatures/\S+-\d+\.txt) is signed with the key ([0-9A-F]{16})", said.stdout)
    assert name and name.group(2) in (ben.folder / "own.pub").read_text().splitlines()[0], "minisign prints the same name of the key"
    subprocess.run(["unzip", "-q", archive, "-d", tmp_path], check=True)
    [statement] = tmp_path.glob("*/" + name.group(1))
    assert minisign(tmp_path, "-V", "-p", ben.folder / "own.pub", "-m", statement)
    assert files[0] in statement.read_text()


def test_no_signature_comes_between_an_answer_that_was_lost_and_the_next_try(site):
    """The server has made the release and its answer was lost; a record with one signature more would be another release."""
    before = {release for release, _ in released(site)}
    ben, dina, line = site.ben, site.inside["dina"], site.lines["airlock"]
    request, files = ask_for_release(site.inside["ada"], site.airlock, "study", lambda name: name.startswith("output/describe"))
    for person in (ben.person, dina):
        review(person, site.airlock, request)
    signature = ben.sign(request)
    line.be({"late": (2, 2)})
    dina.look(request).send(request, ("step", "release"))
    site.until(lambda: len(released(site)) > len(before), what="the server has made the release")
    line.be("cut")
    assert site.kept("select release from review_request order by id desc limit 1") == [("",)], "the airlock has not heard of it"
    assert "on its way already" in ben.refused(request, signature)
    line.be(None)
    dina.wait_live(request + "live", "Released")
    assert [n for release, n in released(site) if release not in before] == [len(files)], "one release, with all its files"
