#!/bin/bash
# the event log, 50 rows, signed in, filtered by person and state, 100,000 jobs: processor time of a request, against Django
# The peer is the same page in Django behind gunicorn, one worker, over plain HTTP and without forms' tokens, live parts or
# backend banner; tresor speaks TLS. Both keep the state in an indexed column. Asked in turn on kept connections.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
DJANGO=4.2.30 GUNICORN=23.0.0
python3 -m venv "$work/python"
"$work/python/bin/pip" install -q --disable-pip-version-check apsw==3.50.4.0 "django==$DJANGO" "gunicorn==$GUNICORN" >&2
export P4_DATABASE=$work/peer.db JOBS=${JOBS:-100000} ROUNDS=${ROUNDS:-11} PYTHONPATH=$here:$here/../story
key=$("$work/python/bin/python" "$here/p4_django.py" "$JOBS")
"$work/python/bin/python" - "$work" "$key" "$DJANGO" <<'PYTHON'
import http.client, os, pathlib, socket, statistics, subprocess, sys
from seed_jobs import seed
from server_site import ServerSite

work, key, version = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
PAGE, EACH, jobs = '/event-log/?status=failed&person=user3', 20, int(os.environ['JOBS'])

def processor(pids):
    """Nanoseconds that the threads of these processes ran."""
    return sum(int((task / 'schedstat').read_text().split()[0])
               for pid in pids for task in pathlib.Path(f'/proc/{pid}/task').iterdir())

site = ServerSite(work / 'tresor')
ada = site.person('ada')
site.org('lab')
site.stop()
seed(work / 'tresor' / 'server.db', jobs)
site.start()
ada.line = None

with socket.socket() as s:  # a worker made by a listener that is ready before it: nobody waits for a port
    s.bind(('127.0.0.1', 0))
    s.listen(64)
    port = s.getsockname()[1]
    peer = subprocess.Popen([f'{work}/python/bin/gunicorn', '--bind', f'fd://{s.fileno()}', '--worker-class', 'gthread', '--threads', '1',
                             '--keep-alive', '600', '--log-level', 'error', 'p4_django:application'], pass_fds=[s.fileno()])
line = http.client.HTTPConnection('127.0.0.1', port, timeout=60)

def ours():
    page = ada.call('GET', PAGE)
    assert page.status == 200 and page.text.count('id="r') == 50 and 'Sign out' in page.text, page.status

def theirs():
    line.request('GET', PAGE, headers={'Cookie': f'sessionid={key}'})
    answer = line.getresponse()
    assert answer.status == 200 and answer.read().decode().count('id="r') == 50, answer.status

def once(ask, pids):
    before = processor(pids)
    for _ in range(EACH):
        ask()
    return (processor(pids) - before) / EACH / 1e6

for _ in range(30):
    ours(), theirs()
workers = [int(p) for p in pathlib.Path(f'/proc/{peer.pid}/task/{peer.pid}/children').read_text().split()]
pairs = [(once(ours, [site.process.pid]), once(theirs, workers)) for _ in range(int(os.environ['ROUNDS']))]
site.stop()
peer.terminate()
peer.wait()
a, b = (statistics.median(x) for x in zip(*pairs))
ratios = sorted(x / y for x, y in pairs)
print(f'tresor {a:.2f} ms, django {b:.2f} ms of processor time a request (medians of {len(pairs)})')
print(f'P4 ratio={a / b:.4f} goal=0.02 spread={ratios[len(ratios) // 4]:.4f}..{ratios[3 * len(ratios) // 4]:.4f} peer=django-{version}')
PYTHON
