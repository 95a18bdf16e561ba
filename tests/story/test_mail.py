"""Letters reach a real mail server once, or the outbox says plainly why not."""
import contextlib
import email
import email.policy
import re
import sqlite3
import subprocess
import time

import pytest
from mail_server import MailServer, certificate
from server_site import TRESOR, ServerSite


class Post:
    """A server with a mail server; letters are invitations."""

    def __init__(self, folder, mail, *options):
        self.mail, self.guests = mail, 0
        self.site = ServerSite(folder / "server", ("--smtp", mail.url, "--mail-from", "tresor@hospital.example", *options))
        self.ada = self.site.person("ada")
        self.site.org("lab", "ada")
        self.ada.submit(self.ada.get("/lab/new-project/"), "/lab/new-project/", {"name": "Größe & Süd"})
        with self.db() as db:
            db.execute("insert into role_grant (person, role, project, created_at) select p.id, 'ProjectCoordinator', "
                       "j.id, 0 from person p, project j where p.username = 'ada'")
            self.path = "/lab/" + db.execute("select slug from project").fetchone()[0]

    @contextlib.contextmanager
    def db(self):
        db = sqlite3.connect(self.site.folder / "server.db", timeout=30)
        try:
            with db:
                yield db
        finally:
            db.close()

    def invite(self):
        """Writes a letter; the address it goes to."""
        self.guests += 1
        name = f"guest{self.guests}"
        self.site.admin.submit(self.site.admin.get("/staff/users/new/"), "/staff/users/new/",
                               {"username": name, "name": name.title(), "email": f"{name}@lab.example"})
        with self.db() as db:
            person = db.execute("select id from person where username = ?", (name,)).fetchone()[0]
        page = self.ada.submit(self.ada.get(f"{self.path}/invite-users/"), "/invite-users/", {"users": person})
        assert "1 person is invited" in page.text, page.text
        return f"{name}@lab.example"

    def state(self, address):
        with self.db() as db:
            return db.execute("select state, tries, last_error from mail_outbox where address = ?", (address,)).fetchone()

    def until(self, address, *states):
        """Waits by looking at the page that staff look at."""
        return self.until_true(lambda: self.state(address)[0] in states and self.state(address))

    def until_true(self, condition):
        """What the mail server sees wakes us; what only the outbox knows is looked up."""
        end = time.monotonic() + 90
        while not (value := condition()):
            with self.mail.changed:
                self.mail.changed.wait(0.05)
            assert time.monotonic() < end, self.mail.seen
        return value

    def letter_page(self, address):
        page = self.site.admin.get("/staff/outbox/")
        path = re.search(rf'data-label="To">{re.escape(address)}.*?href="(/staff/outbox/\d+/)"', page.text, re.S).group(1)
        return self.site.admin.get(path)

    def again(self, address):
        self.site.admin.submit(self.letter_page(address), "/again/")

    def taken(self, address):
        return [text for sender, to, text in self.mail.letters if to == address]


@pytest.fixture
def mail():
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def post(tmp_path, mail):
    p = Post(tmp_path, mail)
    yield p
    p.site.stop()


def test_a_letter_arrives_once_and_reads_as_it_was_written(post, mail):
    to = post.invite()
    post.until(to, "sent")
    (text,) = post.taken(to)
    letter = email.message_from_bytes(text, policy=email.policy.default)
    assert mail.letters[0][0] == "tresor@hospital.example" == letter["From"]
    assert letter["To"] == to and letter["Subject"] == "OpenSAFELY Project Invite from Ada to Größe & Süd"
    assert re.fullmatch(r"<\d+\.\d+@hospital\.example>", letter["Message-ID"]) and letter["Date"].datetime
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_content().replace("\r\n", "\n")
    with post.db() as db:
        assert body == db.execute("select body from mail_outbox where address = ?", (to,)).fetchone()[0]
    assert f"{post.site.url}{post.path}/accept-invite/" in body
    assert max(map(len, text.split(b"\r\n"))) <= 78 and text.isascii()
    page = post.letter_page(to)
    assert ">Sent<" in page.text and "Send it again" not in page.text


def test_what_is_not_taken_now_is_tried_again(post, mail):
    mail.answers = {"RCPT": ["451 4.3.0 later"], "TAKEN": ["452 4.2.2 mailbox full"]}
    to = post.invite()
    state, tries, _ = post.until(to, "sent")
    assert tries == 3 and len(post.taken(to)) == 1


def test_what_is_refused_for_good_is_shown_and_sent_again_by_staff(post, mail):
    mail.answers = {"RCPT": ["550 5.1.1 no such mailbox"]}
    to, other = post.invite(), post.invite()
    assert post.until(to, "refused")[2].endswith("550")
    assert post.until(other, "sent") and not post.taken(to)
    page = post.letter_page(to)
    assert ">Refused<" in page.text and "1 letter needs your decision" in post.site.admin.get("/staff/outbox/").text
    post.again(to)
    post.until(to, "sent")
    assert len(post.taken(to)) == 1


def test_a_lost_answer_is_not_sent_twice_by_itself(post, mail):
    mail.answers = {"TAKEN": [""]}
    to, other = post.invite(), post.invite()
    assert post.until(to, "doubtful") and post.until(other, "sent")
    assert len(post.taken(to)) == 1
    assert "It may have arrived" in post.letter_page(to).text


def test_letters_wait_for_a_mail_server_that_is_away(tmp_path, mail):
    port = mail.port
    mail.close()
    post = Post(tmp_path, mail)
    try:
        to = post.invite()
        post.until_true(lambda: post.state(to)[1] >= 1)
        back = post.mail = MailServer(port=port)
        assert post.until(to, "sent")
        assert len(post.taken(to)) == 1
        back.close()
    finally:
        post.site.stop()


@pytest.mark.parametrize("stage", ["GREETING", "MAIL", "RCPT", "DATA", "TAKEN"])
def test_a_server_that_dies_in_the_middle_loses_nothing_and_sends_nothing_twice(post, mail, stage):
    mail.hold(stage)
    to = post.invite()
    mail.until(lambda m: stage in m.seen)
    post.site.process.kill()
    post.site.process.wait()
    taken = len(post.taken(to))
    mail.hold(None)
    mail.seen.clear()
    post.site.start()
    assert post.state(to)[0] == "doubtful"
    other = post.invite()  # the post goes on with the others
    post.until(other, "sent")
    assert len(post.taken(to)) == taken == (stage == "TAKEN")
    if not taken:
        post.again(to)
        post.until(to, "sent")
        assert len(post.taken(to)) == 1


def test_a_password_goes_over_tls_only(tmp_path):
    cert, key = certificate(tmp_path)
    login = tmp_path / "login"
    login.write_text("tresor\nthree green herons\n")
    mail = MailServer(tls=(cert, key), login=("tresor", "three green herons"))
    post = Post(tmp_path, mail, "--smtp-login", str(login), "--smtp-ca", str(cert))
    try:
        assert post.until(post.invite(), "sent")
        assert "AUTH over TLS" in mail.seen
        mail.tls = None
        to = post.invite()
        post.until_true(lambda: post.state(to)[2])
        assert "AUTH IN CLEAR" not in mail.seen and post.state(to)[0] in ("waiting", "under way")
        mail.tls, mail.login = (cert, key), ("tresor", "another")
        seen = post.state(to)[1]
        post.until_true(lambda: post.state(to)[1] > seen)
        assert post.state(to)[0] in ("waiting", "under way") and not post.taken(to)
        mail.login = ("tresor", "three green herons")
        assert post.until(to, "sent") and len(post.taken(to)) == 1
    finally:
        post.site.stop()
        mail.close()


def test_an_address_of_the_mail_server_is_checked_at_the_start(tmp_path):
    for options, says in ((["--smtp", "smtp://ada:pw@host"], "without user and password"),
                          (["--smtp", "http://host"], "smtps://HOST:465"),
                          (["--smtp-login", "x"], "--smtp-login needs --smtp URL")):
        done = subprocess.run([TRESOR, "server", "--data", str(tmp_path / "d"), "--https", "127.0.0.1:0", *options],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and says in done.stderr and "pw" not in done.stderr.replace("--", "")
