# A job-server of the original kind, for stories about the runner: it lists requests and remembers what it is told.
#
# It speaks the recorded wire format only; with wait=True it also knows `Prefer: wait=N` with entity tags.
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class JobServer:
    def __init__(self, wait=True):
        self.wait = wait
        self.changed = threading.Condition()
        self.requests = {}  # id -> request, in order of arrival
        self.jobs = {}  # id -> job as told last
        self.posts = []  # every list that was told
        self.headers = []  # of every call
        self.moves = {}  # job id -> every (status, status_code) it was seen in
        self.faults = []  # what a runner must never do
        self.broken = False  # answer 500 to everything
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                outer.answer_get(self)

            def do_POST(self):
                outer.answer_post(self)

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # the runner was killed meanwhile

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        with self.changed:
            self.broken = True
            self.changed.notify_all()
        self.http.shutdown()
        self.http.server_close()

    # --- what a person at the server does

    def ask(self, repo, actions, identifier, workspace="genetic", sha=None, branch="main", **more):
        with self.changed:
            self.requests[identifier] = {
                "backend": "tpp", "sha": sha or repo.head(), "identifier": identifier,
                "force_run_dependencies": False, "requested_actions": list(actions), "cancelled_actions": [],
                "created_by": "alice", "created_at": "2022-07-05T02:17:22.123456Z",
                "workspace": {"name": workspace, "repo": repo.url, "branch": branch, "db": "full",
                              "created_by": "alice", "created_at": "2022-04-01T10:00:00Z"},
                "database_name": "default", "project": "mystudy", "orgs": ["lab"], "codelists_ok": True, **more}
            self.changed.notify_all()

    def cancel(self, identifier, *actions):
        with self.changed:
            self.requests[identifier]["cancelled_actions"] += actions
            self.changed.notify_all()

    # --- waiting for a condition

    def until(self, condition, seconds=60):
        """Waits until condition(self) is true; gives its value."""
        with self.changed:
            if self.changed.wait_for(lambda: condition(self), seconds):
                return condition(self)
            state = {j["action"]: (j["status_code"], j["status_message"]) for j in self.jobs.values()}
            raise AssertionError(f"not within {seconds} s; jobs: {state}")

    def of(self, identifier):
        return {j["action"]: j for j in list(self.jobs.values()) if j["job_request_id"] == identifier}

    def until_done(self, identifier, seconds=60):
        def done(server):
            jobs = server.of(identifier)
            return jobs if jobs and all(j["status"] in ("succeeded", "failed") for j in jobs.values()) else None
        return self.until(done, seconds)

    # --- the wire

    def active(self):
        def is_active(identifier):
            jobs = self.of(identifier).values()
            return not jobs or any(j["status"] in ("pending", "running") for j in jobs)
        return [r for i, r in reversed(self.requests.items()) if is_active(i)]

    def listing(self):
        body = json.dumps({"count": len(self.active()), "next": None, "previous": None,
                           "results": self.active()}).encode()
        return body, '"' + hashlib.sha256(body).hexdigest()[:16] + '"'

    def answer_get(self, call):
        assert call.path.startswith("/api/v2/job-requests/?backend="), call.path
        seconds, tag_seen = 0, call.headers.get("If-None-Match")
        if self.wait and "wait=" in call.headers.get("Prefer", ""):
            seconds = int(call.headers["Prefer"].split("=")[1])
        with self.changed:
            self.headers.append(dict(call.headers))
            if tag_seen and seconds:
                self.changed.wait_for(lambda: self.broken or self.listing()[1] != tag_seen, seconds)
            body, tag = self.listing()
            status = 500 if self.broken else 304 if tag == tag_seen else 200
        more = {"ETag": tag, "Preference-Applied": f"wait={seconds}"} if self.wait else {}
        self.send(call, status, body if status == 200 else b"{}", more)

    def answer_post(self, call):
        assert call.path == "/api/v2/jobs/", call.path
        length = int(call.headers["Content-Length"])
        body = call.rfile.read(length)
        if len(body) < length:
            call.close_connection = True  # the runner was killed in the middle of it
            return
        jobs = json.loads(body)
        with self.changed:
            self.headers.append(dict(call.headers))
            status = 500 if self.broken else 200
            if status == 200:
                self.take(jobs)
                self.changed.notify_all()
        self.send(call, status, b'{"status":"success"}')

    def take(self, jobs):
        self.posts.append(jobs)
        told = {j["job_request_id"] for j in jobs}
        kept = {j["identifier"] for j in jobs}
        for identifier, job in list(self.jobs.items()):
            if job["job_request_id"] in told and identifier not in kept:
                del self.jobs[identifier]
        for job in jobs:
            if job["job_request_id"] not in self.requests:
                continue
            was = self.jobs.get(job["identifier"])
            if was and was["status"] in ("succeeded", "failed") and job["status"] != was["status"]:
                self.faults.append(f"{job['action']} went from {was['status']} to {job['status']}")
            self.jobs[job["identifier"]] = job
            moves = self.moves.setdefault(job["identifier"], [])
            if not moves or moves[-1] != (job["status"], job["status_code"]):
                moves.append((job["status"], job["status_code"]))

    def send(self, call, status, body, more=None):
        call.send_response(status)
        call.send_header("Content-Type", "application/json")
        for name, value in (more or {}).items():
            call.send_header(name, value)
        if status == 304:
            body = b""
        call.send_header("Content-Length", str(len(body)))
        try:
            call.end_headers()
            call.wfile.write(body)
        except OSError:
            call.close_connection = True  # the runner was killed meanwhile
