# People with browsers, in Python: cookies, forms with their tokens; and the demo they meet in.
import html
import http.cookiejar
import json
import os
import re
import signal
import ssl
import subprocess
import urllib.parse
import urllib.request

TRESOR = os.environ.get("TRESOR", "build/tresor")


def is_product():
    """False for a build with checks (`./build.sh asan`, `tsan`): what memory it takes tells nothing of the product."""
    with open(TRESOR, "rb") as binary:
        code = binary.read()
    return b"__asan_" not in code and b"__tsan_" not in code


class Person:
    """Somebody with a browser. `page` is the text of the page looked at last, `at` its address."""

    def __init__(self, ca):
        trust = ssl.create_default_context(cafile=ca)
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, urllib.request.HTTPSHandler(context=trust))
        self.page, self.at = "", ""

    def _take(self, request):
        with self.opener.open(request, timeout=60) as answer:
            self.bytes, self.at, self.headers = answer.read(), answer.geturl(), answer.headers
        self.page = self.bytes.decode("utf-8", "replace")
        return self

    def look(self, url):
        return self._take(urllib.request.Request(url))

    def send(self, url, *pairs):
        """Submits a form with the token that the page looked at last carries."""
        token = re.search(r'name="csrf" value="([^"]+)"', self.page).group(1)
        body = urllib.parse.urlencode([("csrf", html.unescape(token)), *pairs]).encode()
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url))
        return self._take(urllib.request.Request(url, data=body, headers={"Origin": origin}))

    def all(self, pattern):
        return [html.unescape(found) for found in re.findall(pattern, self.page)]

    def wait_live(self, url, wanted, unwanted=None):
        """Looks on at a live stream until an event's first badge says a word."""
        with self.opener.open(urllib.request.Request(url), timeout=300) as stream:
            event = ""
            for line in stream:
                text = line.decode()
                if text.strip():
                    event += text
                    continue
                head = event.split("</span>", 1)[0]
                assert not (unwanted and unwanted in head), event
                if wanted in head:
                    return
                event = ""
        raise AssertionError(f"the stream of {url} ended before it said {wanted}")


class Demo:
    """`tresor demo --json` as long as the with-block lasts."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.process = subprocess.Popen([TRESOR, "demo", "--json", *self.options], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line, "the demo ended before it was ready"
        self.__dict__.update(json.loads(line))
        self.all_people = {p["username"]: p for p in self.people}
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.code = self.process.wait(timeout=60)
        self.process.stdout.close()

    def sign_in(self, username):
        person = Person(self.ca)
        person.look(self.all_people[username]["link"])
        return person.send(self.all_people[username]["link"])

    def enter_airlock(self, username, at_server=None):
        at_server = at_server or self.sign_in(username)
        at_server.look(self.server + "/settings/").send(self.server + "/settings/airlock-code/")
        code = at_server.all(r"<strong><code>([^<]+)</code>")[0]
        person = Person(self.airlock_ca)
        person.look(self.airlock + "/login/")
        return person.send(self.airlock + "/login/", ("user", username), ("code", code))


def run_and_wait(person, server, workspace, backend, *actions):
    """Asks for actions and waits until all went well; the request's address."""
    person.look(server + workspace + "run-jobs/")
    person.send(server + workspace + "run-jobs/", ("backend", backend), *[("actions", a) for a in actions])
    person.look(server + workspace + "logs/")
    path = person.all(r'href="(%s\d+/)"' % re.escape(workspace))[0]
    person.wait_live(server + path + "live", "Succeeded", "Failed")
    return server + path


def ask_for_release(person, airlock, workspace, choose):
    """Asks for the outputs that `choose` takes; the request's address at the airlock."""
    page = f"{airlock}/workspaces/{workspace}/"
    person.look(page)
    files = [f for f in person.all(r'name="file" value="([^"]+)"') if choose(f)]
    assert files
    person.send(page + "ask/", *[("file", f) for f in files], ("context", "What it shows."), ("controls", "What was done."))
    return person.at, files


def review(person, airlock, request, decide=lambda path: ("approved", "")):
    """Decides on each file and finishes the review."""
    person.look(request)
    for number, path in re.findall(r'href="/requests/\d+/files/(\d+)/">([^<]+)</a>', person.page):
        choice, reason = decide(html.unescape(path))
        url = f"{request}files/{number}/"
        if 'name="choice"' in person.look(url).page:  # supporting and withdrawn files are only looked at
            person.send(url, ("choice", choice), ("reason", reason))
    return person.look(request).send(request, ("step", "finish"))
