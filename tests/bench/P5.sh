#!/bin/bash
# pages and filters of the event log with 1,000,000 jobs over the same with 1,000, first page and last
# Two servers of one binary, asked in turn over TLS on kept connections; processor time of the server as the kernel counts
# it. Both show the same number of rows. The ratio is that of the worst page. Searches are printed, not part of the goal.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/python"
"$work/python/bin/pip" install -q --disable-pip-version-check apsw==3.50.4.0 >&2
ROUNDS=${ROUNDS:-15} JOBS=${JOBS:-1000000} PYTHONPATH=$here:$here/../story "$work/python/bin/python" - "$work" <<'PYTHON'
import os, pathlib, statistics, sys
from seed_jobs import seed
from server_site import ServerSite

work = pathlib.Path(sys.argv[1])
pages = {
    'first page': '/event-log/', 'last page': '/event-log/?before=51', 'status': '/event-log/?status=failed',
    'backend': '/event-log/?backend=site2', 'person': '/event-log/?person=user9', 'workspace': '/event-log/?workspace=ws7',
    'workspace and status': '/event-log/?workspace=ws7&status=failed', 'my projects': '/event-log/?mine=yes',
}
searches = {'words': '/event-log/?q=action_3', 'workspace and words': '/event-log/?workspace=ws7&q=action_1'}
EACH = 20

def server(name, jobs):
    site = ServerSite(work / name)
    ada = site.person('ada')
    site.org('lab')
    site.stop()
    seed(work / name / 'server.db', jobs)
    site.start()
    ada.line = None  # the port is another one now
    return ada

def processor(site):
    """Nanoseconds that the server's threads ran."""
    tasks = pathlib.Path(f'/proc/{site.process.pid}/task').iterdir()
    return sum(int((t / 'schedstat').read_text().split()[0]) for t in tasks)

def once(visitor, path):
    before = processor(visitor.site)
    for _ in range(EACH):
        page = visitor.call('GET', path)
        assert page.status == 200 and page.text.count('id="r') >= 50, (path, page.status)
    return (processor(visitor.site) - before) / EACH / 1e6

a, b = server('small', 1000), server('large', int(os.environ['JOBS']))
worst = None
for name, path in {**pages, **searches}.items():
    once(a, path), once(b, path)
    pairs = [(once(a, path), once(b, path)) for _ in range(int(os.environ['ROUNDS']))]
    ratios = sorted(y / x for x, y in pairs)
    row = (statistics.median(y for _, y in pairs) / statistics.median(x for x, _ in pairs), ratios, name)
    print(f'{name}: {statistics.median(x for x, _ in pairs):.2f} ms, {statistics.median(y for _, y in pairs):.2f} ms')
    if name in pages:
        worst = max(worst or row, row)
a.site.stop(), b.site.stop()
ratio, ratios, name = worst
print(f'P5 ratio={ratio:.2f} goal=1.25 spread={ratios[len(ratios) // 4]:.2f}..{ratios[3 * len(ratios) // 4]:.2f} peer=itself-with-1k-jobs ({name})')
PYTHON
