#!/bin/bash
# start to exit of a sandbox with the full policy, against bubblewrap (and crun where it is installed): true, p50
# Ours has more: a user id of its own (root), call filter, Landlock, memory and processor groups, deadline, bounded log.
# bwrap gets every namespace, /proc, /dev, /tmp and no capabilities; crun its default configuration without a terminal.
set -euo pipefail
command -v bwrap >/dev/null || { echo "P9: please install bubblewrap" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if command -v crun >/dev/null && [ "$(id -u)" = 0 ]; then
    mkdir -p "$work/bundle/rootfs/usr"
    (cd "$work/bundle" && crun spec && python3 - <<'PYTHON'
import json
spec = json.load(open('config.json'))
spec['process']['terminal'] = False
spec['process']['args'] = ['/usr/bin/true']
spec['mounts'].append({'destination': '/usr', 'type': 'bind', 'source': '/usr', 'options': ['rbind', 'ro']})
json.dump(spec, open('config.json', 'w'))
PYTHON
    ln -s usr/bin usr/lib usr/lib64 rootfs/)
fi
ROUNDS=${ROUNDS:-9} EACH=${EACH:-20} WORK=$work python3 - <<'PYTHON'
import os, statistics, subprocess, sys, time

work, rounds, each = os.environ['WORK'], int(os.environ['ROUNDS']), int(os.environ['EACH'])
peers = {
    'tresor': [os.environ['TRESOR'], 'box', 'run', '--allow-missing', '--', '/usr/bin/true'],
    'bwrap': ['bwrap', '--unshare-all', '--new-session', '--die-with-parent', '--cap-drop', 'ALL', '--clearenv',
              '--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib',
              '--symlink', 'usr/lib64', '/lib64', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp',
              '--bind', work, '/workspace', '--chdir', '/workspace', '--', '/usr/bin/true'],
}
bundle = f'{work}/bundle'


def once(command):
    before = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f'P9: {" ".join(command)} failed')
    return time.perf_counter() - before, used.ru_utime + used.ru_stime


def crun_works():
    # crun refuses version 2 groups beside version 1; in a mount namespace of our own the former can be hidden
    if not os.path.isdir(bundle):
        return False
    if os.path.isdir('/sys/fs/cgroup/unified'):
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        libc.unshare(0x20000)
        libc.mount(None, b'/', None, 0x44000, None)
        libc.umount2(b'/sys/fs/cgroup/unified', 2)
    peers['crun'] = ['crun', 'run', '--bundle', bundle, f'p9-{os.getpid()}']
    if subprocess.run(peers['crun'], capture_output=True).returncode:
        del peers['crun']
        return False
    return True


has_crun = crun_works()
times = {name: [] for name in peers}
cpu = {name: [] for name in peers}
medians = {name: [] for name in peers}
for _ in range(rounds):
    for name, command in peers.items():
        got = [once(command) for _ in range(each)]
        times[name] += [wall for wall, _ in got]
        cpu[name] += [used for _, used in got]
        medians[name].append(statistics.median(wall for wall, _ in got))
for name in peers:
    print(f'{name}: p50 {statistics.median(times[name]) * 1e3:.2f} ms, fastest {min(times[name]) * 1e3:.2f} ms, '
          f'cpu {statistics.median(cpu[name]) * 1e3:.2f} ms ({len(times[name])} runs)')


def version(name):
    said = subprocess.run([name, '--version'], capture_output=True, text=True).stdout.split()
    return next(word for word in said if word[0].isdigit())


def row(peer, goal):
    ratio = statistics.median(times['tresor']) / statistics.median(times[peer])
    spread = sorted(a / b for a, b in zip(medians['tresor'], medians[peer]))
    print(f'P9 ratio={ratio:.3f} goal={goal} spread={spread[0]:.3f}..{spread[-1]:.3f} peer={peer}-{version(peer)}')


if has_crun:
    row('crun', 0.222)
row('bwrap', 0.4)
PYTHON
