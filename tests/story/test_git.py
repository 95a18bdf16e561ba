"""`tresor git` finds, fetches and lays out code; a second checkout needs no network, a token is never kept."""
import os
import subprocess

import pytest

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
