"""A server with a workspace, people around it, and a backend that releases files into it as an airlock does."""
import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import urllib.parse
import zipfile

from server_site import Repository, ServerSite, Visitor


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Lab(ServerSite):
    """ada: collaborator and developer of the project; carl: checker, acts for the backend; pia: publisher; eve: nobody."""
    path = "/lab/study/genetic"

    def __init__(self, folder, options=("--local-repos",)):
        super().__init__(folder / "server", options)
        self.repository = Repository(folder / "repo")
        self.repository.commit(project__yaml="version: '3.0'\n")
        self.people = {name: self.person(name) for name in ("ada", "carl", "pia", "eve")}
        self.ada, self.carl, self.pia, self.eve = self.people.values()
        for name, role in (("carl", "OutputChecker"), ("pia", "OutputPublisher")):
            page = f"/staff/users/{name}/"
            self.admin.submit(self.admin.get(page), page + "roles/", [("roles", role)])
        self.org("Lab", "ada")
        self.token = self.backend("tpp", "carl")
        self.admin.submit(self.admin.get("/lab/new-project/"), "/lab/new-project/", {"name": "Study"})
        self.member("ada", "ProjectDeveloper", "ProjectCollaborator")
        self.ada.submit(self.ada.get("/lab/study/new-workspace/"), "/lab/study/new-workspace/", {
            "name": "genetic", "repo": self.repository.url, "branch": "main"})

    def member(self, name, *roles):
        page = self.admin.get("/lab/study/settings/")
        number = re.search(rf'<option value="(\d+)">{name}', page.text).group(1)
        self.admin.submit(page, "/lab/study/members/", [("person", number), *[("roles", r) for r in roles]])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def restart(self):
        self.kill()
        self.start()

    # --- as the airlock

    def api(self, method, path, body=None, token=None, **headers):
        line = http.client.HTTPSConnection("localhost", self.port, context=self.tls, timeout=60)
        sent = {"Authorization": token or self.token, "OS-User": "carl", **{k.replace("_", "-"): v for k, v in headers.items()}}
        line.request(method, "/api/v2/" + path, body, sent, encode_chunked="Transfer-Encoding" in sent)
        answer = line.getresponse()
        answer.body = answer.read()
        line.close()
        return answer

    def create(self, files, workspace="genetic", token=None, metadata=None):
        """A release that asks for {name: bytes}; its identifier."""
        asked = [{"name": name, "url": name, "size": len(data), "sha256": sha256(data), "date": "2026-11-22T00:00:00+00:00",
                  "metadata": {}, "review": None} for name, data in files.items()]
        answer = self.api("POST", f"releases/workspace/{workspace}", json.dumps({"files": asked, "metadata": metadata or {}, "review": None}),
                          token, Content_Type="application/json")
        assert answer.status == 201, answer.body
        return answer.headers["Release-Id"]

    def upload(self, release, name, data, token=None):
        return self.api("POST", f"releases/release/{release}", data, token, Content_Type="application/octet-stream",
                        Content_Disposition=f'attachment; filename="{name}"')

    def release(self, files, **more):
        release = self.create(files, **more)
        for name, data in files.items():
            answer = self.upload(release, name, data, more.get("token"))
            assert answer.status == 201, answer.body
        return release

    def upload_path(self, release, name):
        return f"releases/release/{release}/upload?" + urllib.parse.urlencode({"name": name})

    def offset(self, release, name):
        answer = self.api("HEAD", self.upload_path(release, name))
        assert answer.status == 200, answer.status
        return int(answer.headers["Upload-Offset"]), answer.headers["Upload-Complete"]

    def go_on(self, release, name, offset, data, **headers):
        return self.api("PATCH", self.upload_path(release, name), data, Upload_Offset=str(offset),
                        Content_Type="application/partial-upload", **headers)

    def stored(self):
        """Every file that the server keeps of releases, by its path below the folder."""
        root = self.folder / "releases"
        return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file())

    def most_memory(self):
        """The most memory that the server ever had, in KiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    def visitor(self):
        return Visitor(self)


def readers(archive):
    """What others think of an archive: each must find it whole."""
    for words in (["unzip", "-tqq"], ["7zz", "t", "-bso0"], ["bsdtar", "-xOf"]):
        done = subprocess.run([*words, str(archive)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0, (words, done.stderr)
    with zipfile.ZipFile(archive) as z:
        assert z.testzip() is None
