"""`tresor git` finds, fetches and lays out code; a second checkout needs no network, a token is never kept."""
import http.server
import os
import subprocess
import threading

import pytest
from job_server import JobServer
from runner_site import Site, Study, project

TRESOR = os.environ["TRESOR"]
ALONE = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada",
         "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org"}


def git(folder, *words):
    return subprocess.run(["git", "-C", str(folder), *words], env=ALONE, check=True, capture_output=True, text=True).stdout.strip()


def tresor(tmp_path, *words):
    return subprocess.run([TRESOR, "git", *map(str, words), "--cache", str(tmp_path / "cache")], capture_output=True, text=True)


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "project.yaml").write_text("version: '3.0'\n")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "start")
    return folder


def test_a_commit_is_laid_out_once_and_stays_when_the_repository_goes(tmp_path, study):
    url, commit = f"file://{study}", git(study, "rev-parse", "HEAD")
    assert tresor(tmp_path, "head", url, "main", "--files").stdout.strip() == commit
    first = tresor(tmp_path, "tree", url, commit, "--files")
    assert first.returncode == 0, first.stderr
    tree = first.stdout.strip()
    assert open(f"{tree}/project.yaml").read() == "version: '3.0'\n"
    assert os.stat(f"{tree}/project.yaml").st_mode & 0o777 == 0o444
    study.rename(tmp_path / "gone")
    second = tresor(tmp_path, "tree", url, commit, "--files")
    assert second.returncode == 0 and second.stdout.strip() == tree


def test_what_cannot_be_fetched_is_one_clear_sentence(tmp_path, study):
    url = f"file://{study}"
    for words, says in [(("head", url, "main"), "not allowed here"),
                        (("head", url, "none", "--files"), "Error resolving ref 'none'"),
                        (("tree", url, "1" * 40, "--files"), "Error fetching commit"),
                        (("tree", "ext::sh -c id", "1" * 40), "blanks"),
                        (("head", "ssh://git@host/a", "main"), "starts with https://"),
                        (("head", "https://user:secret@host/a", "main"), "must not hold a user or a password")]:
        done = tresor(tmp_path, *words)
        assert done.returncode != 0 and says in done.stderr, (words, done.stderr)
        assert done.stderr.count("\n") == 1 and "secret" not in done.stderr


def test_a_token_is_only_sent_where_nobody_can_listen(tmp_path):
    token = tmp_path / "token"
    token.write_text("t0ken\n")
    done = tresor(tmp_path, "head", "http://git.example.org/a/b", "main", "--token-file", token)
    assert done.returncode != 0 and "only sent over https" in done.stderr and "t0ken" not in done.stderr


class Host(http.server.BaseHTTPRequestHandler):
    """A host of repositories whose lines break in the middle of the first answers."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", f"application/x-git-upload-pack-{kind}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        broken = self.server.breaks > 0
        self.server.breaks -= broken
        self.wfile.write(body[:len(body) // 2] if broken else body)
        self.close_connection = broken

    def pack(self, given, *words):
        return subprocess.run(["git", "upload-pack", "--stateless-rpc", *words, self.server.folder], input=given, env=ALONE,
                              check=True, capture_output=True).stdout

    def do_GET(self):
        self.answer("advertisement", b"001e# service=git-upload-pack\n0000" + self.pack(b"", "--advertise-refs"))

    def do_POST(self):
        self.answer("result", self.pack(self.rfile.read(int(self.headers["Content-Length"]))))


@pytest.mark.parametrize("breaks, state", [(4, "succeeded"), (50, "failed")])
def test_a_runner_tries_again_when_a_line_breaks(tmp_path, breaks, state):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host) as host:
        host.breaks = breaks
        threading.Thread(target=host.serve_forever, daemon=True).start()
        study = Study(tmp_path / "study", {"project.yaml": project(
            a=("sh:v1 -c 'mkdir output; echo 1 >output/a.csv'", [], {"highly_sensitive": {"a": "output/a.csv"}}))})
        host.folder, study.url = str(study.folder), f"http://127.0.0.1:{host.server_address[1]}/study"
        server = JobServer()
        site = Site(tmp_path / "one", server, ("--repository", study.url, "--repo-pause", "0")).start()
        try:
            server.ask(study, ["run_all"], "aaaaaaaaaaaaaaaa")
            job = server.until_done("aaaaaaaaaaaaaaaa").popitem()[1]
            assert job["status"] == state
            if breaks == 50:
                assert "(This may work if you try again later)" in job["status_message"] and host.breaks == 45, "five tries"
        finally:
            site.stop()
            server.close()
            host.shutdown()
