#!/bin/bash
# start to first answer, idle memory, size on disk: the server role against gunicorn with Django (two workers) and caddy
# As after a boot: the programs' files are read from disk once before the first round. What has just been written lies in
# memory in pieces of up to 2 MB, and newer kernels count such a piece as a whole for whoever touches a page of it.
# Django answers one page without a database; ours has TLS, its database migrated, and the whole product behind it.
set -euo pipefail
for program in gunicorn caddy; do command -v $program >/dev/null || { echo "P11: please install gunicorn, python3-django and caddy" >&2; exit 1; }; done
/usr/bin/python3 -c 'import django' 2>/dev/null || { echo "P11: please install python3-django" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ROUNDS=${ROUNDS:-7} WORK=$work /usr/bin/python3 - <<'PYTHON'
import os, pathlib, select, shutil, signal, socket, ssl, statistics, subprocess, time

work, rounds, tresor = pathlib.Path(os.environ['WORK']), int(os.environ['ROUNDS']), os.environ['TRESOR']
(work / 'site_.py').write_text('''
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x")
import django
django.setup()
urlpatterns = [path("", lambda request: HttpResponse("hello"))]
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
''')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def commands(port):
    return {
        'tresor': ([tresor, 'server', '--data', str(work / 'data'), '--https', f'127.0.0.1:{port}'], True),
        'gunicorn+django': (['/usr/bin/gunicorn', '--log-level=error', '-w2', '-b', f'127.0.0.1:{port}', '--chdir', str(work), 'site_:application'], False),
        'caddy': (['caddy', 'respond', '--listen', f'127.0.0.1:{port}', 'hello'], False),
    }


def answered(port, tls):
    try:
        s = socket.create_connection(('127.0.0.1', port), timeout=5)
        if tls:
            trust = ssl._create_unverified_context()
            s = trust.wrap_socket(s, server_hostname='localhost')
        s.sendall(b'GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n' % port)
        return s.recv(64).startswith(b'HTTP/1.1 200')
    except OSError:
        return False


def pss(pid):
    total = sum(int(line.split()[1]) for line in open(f'/proc/{pid}/smaps_rollup') if line.startswith('Pss:'))
    for task in pathlib.Path(f'/proc/{pid}/task').iterdir():
        total += sum(pss(int(child)) for child in (task / 'children').read_text().split())
    return total


def measure(name):
    port = free_port()
    command, tls = commands(port)[name]
    before = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=work, env={**os.environ, 'HOME': str(work)})
    while not answered(port, tls):
        if child.poll() is not None:
            raise SystemExit(f'P11: {name} ended before it answered')
        select.select([], [], [], 0.0005)  # a pause of a measurement: connecting all the time would slow the start
    took, memory = time.perf_counter() - before, pss(child.pid)
    child.send_signal(signal.SIGTERM)
    child.wait()
    return took, memory


for program in (tresor, shutil.which('caddy'), os.path.realpath('/usr/bin/python3')):
    with open(program, 'rb') as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
measure('tresor') # makes its certificates and its database once
seen = {name: [] for name in ('tresor', 'gunicorn+django', 'caddy')}
for _ in range(rounds):
    for name in seen:
        seen[name].append(measure(name))
size = os.path.getsize(tresor) / 1e6
for name, rows in seen.items():
    print(f'{name:16} first answer {statistics.median(r[0] for r in rows) * 1e3:7.1f} ms   PSS {statistics.median(r[1] for r in rows) / 1e3:6.1f} MB')
print(f'tresor is {size:.1f} MB on disk, goal 10')


def line(column, peer, goal):
    ratios = [a[column] / b[column] for a, b in zip(seen['tresor'], seen[peer])]
    middle = statistics.median(r[column] for r in seen['tresor']) / statistics.median(r[column] for r in seen[peer])
    what = ('start', 'memory')[column]
    print(f'P11 ratio={middle:.3f} goal={goal:.3f} spread={min(ratios):.3f}..{max(ratios):.3f} peer={peer} what={what}')


line(1, 'caddy', 1 / 15)
line(1, 'gunicorn+django', 1 / 15)
line(0, 'gunicorn+django', 1 / 30)
PYTHON
