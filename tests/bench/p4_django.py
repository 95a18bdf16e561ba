"""The event log page in Django: the peer of P4. Better off than the original: its states are kept and indexed, it speaks
plain HTTP, and its rows come with one joined query."""
import os
import sys

import django
from django.conf import settings

PATH = os.environ["P4_DATABASE"]
settings.configure(
    SECRET_KEY="bench", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.humanize"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PATH, "CONN_MAX_AGE": None}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {
        "loaders": [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {"log.html": """
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Event log</title></head><body>
<nav><a href="/">Home</a> <a href="/event-log/">Event log</a> {{ user.username }}</nav><main><h1>Event log</h1>
<form method="get"><input name="q" value="{{ q }}">
<select name="backend"><option value="">All</option>{% for b in backends %}<option value="{{ b.slug }}">{{ b.name }}</option>{% endfor %}</select>
<select name="status"><option value="">All</option>{% for s in states %}<option{% if s == status %} selected{% endif %}>{{ s }}</option>{% endfor %}</select>
<select name="person"><option value="">All</option>{% for p in people %}<option{% if p.username == person %} selected{% endif %}>{{ p.username }}</option>{% endfor %}</select>
<select name="workspace"><option value="">All</option>{% for w in workspaces %}<option>{{ w.name }}</option>{% endfor %}</select>
<button>Filter</button></form>
<table><thead><tr><th>State<th>Request<th>Workspace<th>Backend<th>Jobs<th>Requested actions<th>By<th>Started<th></tr></thead><tbody>
{% for r in rows %}<tr id="r{{ r.id }}"><td><span class="state state-{{ r.status }}"><svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path fill="currentColor" d="m8 6.4 4-4L13.6 4l-4 4 4 4-1.6 1.6-4-4-4 4L2.4 12l4-4-4-4L4 2.4l4 4Z"/></svg>{{ r.status|title }}</span></td>
<td><a href="/{{ r.workspace.project.org.slug }}/{{ r.workspace.project.slug }}/{{ r.workspace.name }}/{{ r.id }}/">{{ r.id }}</a></td>
<td><a href="/{{ r.workspace.project.org.slug }}/{{ r.workspace.project.slug }}/{{ r.workspace.name }}/">{{ r.workspace.name }}</a></td>
<td>{{ r.backend.slug|upper }}</td><td>{{ r.jobs_succeeded }}/{{ r.jobs }}</td><td>{{ r.requested_actions|join:", " }}</td><td>{{ r.created_by.username }}</td>
<td><time datetime="{{ r.started_at|date:"c" }}" title="{{ r.started_at|date:"Y-m-d H:i:s" }} UTC">{{ r.started_at|timesince }} ago</time></td>
<td><a href="?open={{ r.id }}">Show jobs</a></td></tr>
{% endfor %}</tbody></table><a href="?before={{ last }}">Older</a></main></body></html>"""})])],
        "context_processors": ["django.contrib.auth.context_processors.auth"]}}])
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402


class Org(models.Model):
    slug = models.SlugField(unique=True)

    class Meta:
        app_label = "peer"


class Project(models.Model):
    slug = models.SlugField(unique=True)
    org = models.ForeignKey(Org, models.PROTECT)

    class Meta:
        app_label = "peer"


class Workspace(models.Model):
    name = models.SlugField(unique=True)
    project = models.ForeignKey(Project, models.PROTECT)

    class Meta:
        app_label = "peer"


class Backend(models.Model):
    slug = models.SlugField(unique=True)
    name = models.TextField()

    class Meta:
        app_label = "peer"


class JobRequest(models.Model):
    identifier = models.TextField(unique=True)
    workspace = models.ForeignKey(Workspace, models.PROTECT)
    backend = models.ForeignKey(Backend, models.PROTECT)
    created_by = models.ForeignKey(User, models.PROTECT)
    status = models.TextField()
    requested_actions = models.JSONField()
    jobs = models.IntegerField()
    jobs_succeeded = models.IntegerField()
    started_at = models.DateTimeField()

    class Meta:
        app_label = "peer"
        indexes = [models.Index(fields=["status", "-id"]), models.Index(fields=["created_by", "-id"]),
                   models.Index(fields=["workspace", "-id"]), models.Index(fields=["backend", "-id"])]


class Job(models.Model):
    identifier = models.TextField(unique=True)
    job_request = models.ForeignKey(JobRequest, models.CASCADE)
    action = models.TextField()
    status = models.TextField()

    class Meta:
        app_label = "peer"


STATES = ["failed", "running", "pending", "succeeded", "cancelled", "unknown"]


@login_required
def log(request):
    rows = JobRequest.objects.select_related("workspace__project__org", "backend", "created_by").order_by("-id")
    status, person = request.GET.get("status", ""), request.GET.get("person", "")
    if status:
        rows = rows.filter(status=status)
    if person:
        rows = rows.filter(created_by=User.objects.get(username=person))
    if request.GET.get("before"):
        rows = rows.filter(id__lt=request.GET["before"])
    rows = list(rows[:51])
    return render(request, "log.html", {
        "rows": rows[:50], "last": rows[49].id, "states": STATES, "status": status, "person": person, "q": "",
        "backends": Backend.objects.order_by("slug"), "workspaces": Workspace.objects.order_by("name")[:1000],
        "people": User.objects.order_by("username")[:1000]})


urlpatterns = [path("event-log/", log)]


def seed(jobs):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Org, Project, Workspace, Backend, JobRequest, Job):
            editor.create_model(model)
    org = Org.objects.create(slug="lab")
    projects = [Project.objects.create(slug=f"p{i}", org=org) for i in range(1, 11)]
    for i in range(1, 11):
        Workspace.objects.create(name=f"ws{i}", project=projects[i % 10])
        User.objects.create(username=f"user{i}")
    for i in range(1, 6):
        Backend.objects.create(slug=f"site{i}", name=f"Site {i}")
    count = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {jobs})"
    with connection.cursor() as c:
        c.execute(f"""{count} insert into peer_jobrequest (id, identifier, status, requested_actions, jobs,
            jobs_succeeded, started_at, backend_id, created_by_id, workspace_id) select i, printf('r%015d', i), case when i / 100 % 2 then 'failed' else 'succeeded' end,
            '["run_all"]', 1, 1, '2026-11-20 10:00:00', 1 + i % 5, 1 + i / 10 % 10, 1 + i % 10 from n""")
        c.execute(f"{count} insert into peer_job (identifier, action, status, job_request_id) select printf('j%015d', i), 'action_' || (i % 5), 'succeeded', i from n")
    user = User.objects.create(username="ada")
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(session.session_key)


if __name__ == "__main__":
    seed(int(sys.argv[1]))
else:
    from django.core.wsgi import get_wsgi_application
    application = get_wsgi_application()
