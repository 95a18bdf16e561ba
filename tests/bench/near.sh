#!/bin/bash
# no row of the goals: looks which functions and tables a server touches until its first answers, and writes app/near.txt
# The linker lays them side by side (app/app.mk), so that the kernel, which maps sixteen pages around each that is touched,
# maps little else. A name that is gone is passed over and a new one stands elsewhere, so the list may age.
set -euo pipefail
command -v valgrind >/dev/null || { echo "near: please install valgrind" >&2; exit 1; }
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
WORK=$work BINARY=$root/build/product/tresor LIST=$root/app/near.txt /usr/bin/python3 - <<'PYTHON'
import bisect, os, re, socket, ssl, subprocess, threading

binary, data = os.environ['BINARY'], os.environ['WORK'] + '/data'
symbols = sorted((int(at, 16), int(size, 16), name) for at, size, kind, name in
                 (line.split() for line in subprocess.run(['nm', '-S', '--defined-only', binary], capture_output=True, text=True).stdout.splitlines()
                  if len(line.split()) == 4) if kind in 'tTwWrR')
starts = [s[0] for s in symbols]


def run(tool, *watched):
    """A server under a tool of valgrind until it has answered; what the tool says goes to `watched` line by line."""
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    ready, mouth = os.pipe()
    child = subprocess.Popen([*tool, binary, 'server', '--data', data, '--https', f'127.0.0.1:{port}', '--ready-fd', str(mouth)],
                             pass_fds=[mouth], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    # Of the many millions of lines one of a kind is enough, now and then.
    sieve = subprocess.Popen(['awk', '{ if (NR % 300000 == 0) delete seen; if (!($2 in seen)) { seen[$2]; print } }'],
                             stdin=child.stderr, stdout=subprocess.PIPE)
    child.stderr.close()
    os.close(mouth)
    listener = threading.Thread(target=lambda: [watch(line) for line in sieve.stdout for watch in watched])
    listener.start()
    os.fdopen(ready).readline()
    for line in open(f'/proc/{child.pid}/maps'):
        if binary in line:
            first, _, offset = line.split()[:3]
            yield int(first.split('-')[0], 16) - int(offset, 16)
            break
    for _ in range(2):
        with socket.create_connection(('127.0.0.1', port), timeout=300) as plain:
            with ssl._create_unverified_context().wrap_socket(plain, server_hostname='localhost') as line:
                line.sendall(b'GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n' % port)
                answer = line.recv(64)
                assert b' 200' in answer, answer
    child.terminate()
    listener.join()
    yield None


touched, phase = [set(), set()], 0


def note(line):
    if line[:1] == b'I' or line[:2] in (b' L', b' M'):
        try:
            touched[phase].add(int(line[3:].split(b',')[0], 16))
        except ValueError:
            pass  # the tool's own words


for _ in run([]):
    pass  # makes its keys and its database
base = None
for found in run(['valgrind', '--tool=lackey', '--trace-mem=yes'], note):
    base, phase = base or found, 1
names = {}
for part in (1, 0):  # what answers need first, then what only the start needs
    for address in sorted(touched[part]):
        at = bisect.bisect_right(starts, address - base) - 1
        if at >= 0 and address - base < symbols[at][0] + symbols[at][1]:
            names.setdefault(re.sub(r'\.(isra|constprop|part|cold|\d).*', '', symbols[at][2]))
with open(os.environ['LIST'], 'w') as file:
    file.write('\n'.join(names) + '\n')
print(f'{len(names)} names in app/near.txt; build again')
PYTHON
