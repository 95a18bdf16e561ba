# A site with a runner, and studies in git, for stories about running jobs.
import contextlib
import os
import pathlib
import signal
import sqlite3
import subprocess

TRESOR = os.environ.get("TRESOR", "build/tresor")


class Study:
    """A repository with project.yaml and its scripts."""

    def __init__(self, folder, files):
        self.folder = pathlib.Path(folder)
        self.url = f"file://{self.folder}"
        self.folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.commit(files)

    def git(self, *words):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
               "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org"}
        done = subprocess.run(["git", "-C", str(self.folder), *words], env=env, check=True, capture_output=True,
                              text=True)
        return done.stdout.strip()

    def commit(self, files):
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a step")
        return self.head()

    def head(self):
        return self.git("rev-parse", "HEAD")


def project(**actions):
    """project.yaml from {name: (run, needs, {level: {id: pattern}})}"""
    lines = ["version: '3.0'", "expectations:", "  population_size: 1000", "actions:"]
    for name, (run, needs, outputs) in actions.items():
        lines += [f"  {name}:", f"    run: {run}"]
        if needs:
            lines.append(f"    needs: [{', '.join(needs)}]")
        lines.append("    outputs:")
        for level, patterns in outputs.items():
            lines.append(f"      {level}:")
            lines += [f"        {key}: {pattern}" for key, pattern in patterns.items()]
    return "\n".join(lines) + "\n"


class Site:
    """The folder of one runner, and the runner while it runs."""

    def __init__(self, folder, server=None, options=()):
        self.folder = pathlib.Path(folder)
        self.site = self.folder / "site"
        self.server = server
        self.options = list(options)
        self.runner = None
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "token").write_text("401f7ac837da42b97f613d789819ff93537bee6a\n")
        self.log_path = self.folder / "runner.log"

    def command(self, *words, check=True):
        return subprocess.run([TRESOR, *words, "--site", str(self.site)], capture_output=True, text=True, check=check)

    def start(self):
        ready, mouth = os.pipe()
        words = [TRESOR, "runner", "--site", str(self.site), "--backend", "tpp", "--token-file",
                 str(self.folder / "token"), "--image", "sh=host sh", "--image", "python=host", "--local-repos",
                 "--dummy-data", "--workers", "4", "--ready-fd", str(mouth), *self.options]
        for wall in ("memory limit", "processor limit"):  # the machine of a test may have no control groups
            words += ["--accept-missing", wall]
        if self.server:
            words += ["--server", self.server.url, *getattr(self.server, "trust", [])]
        with open(self.log_path, "ab") as log:
            self.runner = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[mouth])
        os.close(mouth)
        with os.fdopen(ready) as said:
            assert said.readline(), f"the runner did not start:\n{self.log_path.read_text()}"
        return self

    def kill(self):
        """As a crash would: no farewell."""
        self.runner.kill()
        self.runner.wait()

    def stop(self):
        if self.runner and self.runner.poll() is None:
            self.runner.send_signal(signal.SIGTERM)
            assert self.runner.wait(60) == 0
        return self

    def high(self, path, workspace="genetic"):
        return self.site / "high/workspaces" / workspace / path

    def medium(self, path, workspace="genetic"):
        return self.site / "medium/workspaces" / workspace / path

    def rows(self):
        """What the runner itself knows: (id, action, state, code, message) of every job."""
        with contextlib.closing(sqlite3.connect(f"file:{self.site}/site.db?mode=ro", uri=True)) as db:
            return db.execute("select id, action, state, code, message from runner_job order by place").fetchall()
