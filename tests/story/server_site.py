"""A real server with people in it, and browsers that use it as people do: pages, forms, cookies."""
import gzip
import html.parser
import http.client
import json
import os
import re
import ssl
import subprocess
import urllib.parse

TRESOR = os.environ["TRESOR"]


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action", "")
        self.method = attributes.get("method", "get")
        self.fields = []


class Forms(html.parser.HTMLParser):
    """The forms of a page with what they would send."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.forms.append(Form(a))
        elif tag == "input" and self.forms and a.get("name"):
            sent = a.get("type", "text") not in ("checkbox", "radio") or "checked" in a
            if sent:
                self.forms[-1].fields.append((a["name"], a.get("value", "on" if a.get("type") in ("checkbox", "radio") else "")))


class Page:
    def __init__(self, status, headers, body, path):
        self.status, self.headers, self.body, self.path = status, headers, body, path
        self.text = body.decode("utf-8", "replace")

    def form(self, action):
        for form in Forms(self.text).forms:
            if form.action.endswith(action):
                return form
        raise AssertionError(f"{self.path} has no form for {action}: {self.text[:2000]}")


class Visitor:
    """Keeps one connection and its cookies. Follows redirects of forms, as browsers do."""

    def __init__(self, site):
        self.site, self.cookies = site, {}
        self.line = None

    def call(self, method, path, body=None, headers=()):
        if self.line is None:
            self.line = http.client.HTTPSConnection("localhost", self.site.port, context=self.site.tls, timeout=60)
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        try:
            self.line.request(method, path, body, sent)
            answer = self.line.getresponse()
        except (http.client.HTTPException, ConnectionError):
            self.line.close()
            self.line.request(method, path, body, sent)
            answer = self.line.getresponse()
        body = answer.read()
        if answer.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        page = Page(answer.status, answer.headers, body, path)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return page

    def get(self, path):
        page = self.call("GET", path)
        if page.status in (301, 302, 303) and page.headers["Location"]:
            return self.get(page.headers["Location"])
        return page

    def submit(self, page, action, fields=(), drop=()):
        """Sends the form of a page that goes to `action`, with these fields added or changed."""
        form = page.form(action)
        given = [(k, v) for k, v in (fields.items() if isinstance(fields, dict) else fields)]
        names = {k for k, _ in given} | set(drop)
        sent = [(k, v) for k, v in form.fields if k not in names] + given
        body = urllib.parse.urlencode(sent)
        answer = self.call("POST", form.action or page.path, body, {
            "Content-Type": "application/x-www-form-urlencoded", "Origin": self.site.url})
        return self.get(answer.headers["Location"]) if answer.status == 303 else answer


class ServerSite:
    """`tresor server` in a folder, on a free port, with its own certificate authority."""

    def __init__(self, folder, options=("--local-repos",)):
        self.folder, self.options, self.port = folder, options, 0
        self.start()
        self.admin = Visitor(self)
        link = self.admin.get(self.ready["welcome"])
        self.admin.submit(link, self.ready["welcome"])

    def start(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            [TRESOR, "server", "--data", str(self.folder), "--https", f"127.0.0.1:{self.port}", "--name", "localhost",
             "--ready-fd", str(write), *self.options],
            pass_fds=[write], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as line:
            self.ready = json.loads(line.readline())
        self.port, self.url = self.ready["port"], self.ready["url"]
        self.tls = ssl.create_default_context(cafile=self.ready["ca"])

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def person(self, name):
        """A new person with a browser in which they are signed in."""
        page = self.admin.submit(self.admin.get("/staff/users/new/"), "/staff/users/new/", {
            "username": name, "name": name.title(), "email": f"{name}@lab.example"})
        page = self.admin.submit(self.admin.get(f"/staff/users/{name}/"), "/link/")
        link = re.search(r"/login/link/[\w-]+/", page.text).group()
        visitor = Visitor(self)
        visitor.submit(visitor.get(link), link)
        return visitor

    def org(self, name, *members):
        self.admin.submit(self.admin.get("/staff/orgs/new/"), "/staff/orgs/new/", {"name": name})
        for member in members:
            page = self.admin.get(f"/staff/orgs/{name.lower()}/")
            self.admin.submit(page, "/members/", {"username": member}, drop=["remove"])

    def backend(self, slug, *members):
        """A backend; returns its token."""
        page = self.admin.submit(self.admin.get("/staff/backends/new/"), "/staff/backends/new/", {
            "slug": slug, "name": slug.upper()})
        token = re.search(r"\b[0-9a-f]{40}\b", page.text).group()
        for member in members:
            page = self.admin.get(f"/staff/backends/{slug}/")
            self.admin.submit(page, "/members/", {"username": member}, drop=["remove"])
        return token


class Runner:
    """Speaks to the server as a job-runner does."""

    def __init__(self, site, token):
        self.line = Visitor(site)
        self.token = token

    def ask(self, **headers):
        return self.line.call("GET", "/api/v2/job-requests/?backend=expectations", None, {
            "User-Agent": "python-requests/2.28.1", "Accept-Encoding": "gzip, deflate", "Accept": "*/*",
            "Authorization": self.token, "Flags": "{}", **headers})

    def requests(self, **headers):
        page = self.ask(**headers)
        assert page.status == 200, page.text
        return json.loads(page.text)["results"]

    def tell(self, jobs):
        return self.line.call("POST", "/api/v2/jobs/", json.dumps(jobs), {
            "User-Agent": "python-requests/2.28.1", "Authorization": self.token, "Flags": "{}",
            "Content-Type": "application/json"})


class Repository:
    """A study in git, for file:// addresses."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"file://{folder}"
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@lab.example",
               "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@lab.example"}
        done = subprocess.run(["git", "-C", str(self.folder), *words], env=env, check=True, capture_output=True,
                              text=True)
        return done.stdout.strip()

    def commit(self, more=None, **files):
        """Writes files, by name with __ for a dot, or by path in `more`, and commits them."""
        for name, text in [*(more or {}).items(), *((k.replace("__", "."), v) for k, v in files.items())]:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a step")
        return self.git("rev-parse", "HEAD")


STUDY = """version: '3.0'
expectations:
  population_size: 1000
actions:
  generate_study_population:
    run: cohortextractor:latest generate_cohort --study-definition study_definition
    outputs:
      highly_sensitive:
        cohort: output/input.csv
  model:
    run: python:latest python analysis/model.py
    needs: [generate_study_population]
    outputs:
      moderately_sensitive:
        table: output/table.csv
"""


class World:
    """A site with Ada, who may run the study of a repository at one backend."""

    def __init__(self, folder):
        self.site = ServerSite(folder / "server")
        self.repository = Repository(folder / "study")
        self.head = self.repository.commit(project__yaml=STUDY)
        self.ada = self.site.person("ada")
        self.site.org("lab", "ada")
        self.token = self.site.backend("tpp", "ada")
        self.runner = Runner(self.site, self.token)
        self.ada.submit(self.ada.get("/lab/new-project/"), "/lab/new-project/", {"name": "Study"})
        self.workspace("genetic")

    def workspace(self, name):
        path = "/lab/study/new-workspace/"
        self.ada.submit(self.ada.get(path), path, {"name": name, "repo": self.repository.url, "branch": "main"})

    def run(self, *actions, workspace="genetic", **fields):
        path = f"/lab/study/{workspace}/run-jobs/"
        return self.ada.submit(self.ada.get(path), path, [("actions", a) for a in actions] + list(fields.items()),
                               drop=["actions"])

    def request(self, *actions, workspace="genetic"):
        """Makes a request by the page; what runners are told of it."""
        page = self.run(*actions, workspace=workspace)
        assert page.path.endswith("/logs/"), page.text
        return self.runner.requests()[0]
