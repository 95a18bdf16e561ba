#!/bin/bash
# start to exit of a sandbox with the full policy, against bubblewrap, crun and podman (those that are installed): true, p50
# Ours is the path of a job, by the runner's own code: from handing the plan to the keeper of boxes to the recorded end.
# The runner's keeper has two boxes' namespaces made ahead; making them is in our processor time. Each box is new:
# nothing in it was used before or is used again. The peers start from their command line, as everybody uses them.
# In turn, one box of each, and before each a pause: what one leaves behind is taken apart by the kernel when it has
# ended already (of ours also by its supervisor, which then makes the next ready), and would fall into another's time.
# The same without pause and turn, as fast as they can be made, is printed too.
# The record of the job lies in memory here (/dev/shm): the peers keep none, and a disk is not what is compared.
# Ours has more: a user id of its own (root), call filter, Landlock, memory and processor groups, deadline, bounded log.
# bwrap gets every namespace, /proc, /dev, /tmp and no capabilities; crun its default configuration without a terminal;
# podman no network, no capabilities and a read-only root.
# The processor time of a peer is what its command and those it waited for used.
set -euo pipefail
command -v bwrap >/dev/null || { echo "P9: please install bubblewrap" >&2; exit 1; }
work=$(mktemp -d)
job=$(mktemp -d -p /dev/shm)
trap 'rm -rf "$work" "$job"' EXIT
bundle() {
    mkdir -p "$work/bundle/rootfs/usr"
    ln -s usr/bin usr/lib usr/lib64 "$work/bundle/rootfs/"
}
if [ "$(id -u)" = 0 ]; then
    bundle
    if command -v crun >/dev/null; then
        (cd "$work/bundle" && crun spec && python3 - <<'PYTHON'
import json
spec = json.load(open('config.json'))
spec['process']['terminal'] = False
spec['process']['args'] = ['/usr/bin/true']
spec['mounts'].append({'destination': '/usr', 'type': 'bind', 'source': '/usr', 'options': ['rbind', 'ro']})
json.dump(spec, open('config.json', 'w'))
PYTHON
        )
    fi
    # as much as this user may have anyway: podman asks for more by itself and is refused without it
    printf '[containers]\ndefault_ulimits = ["nofile=%s:%s", "nproc=32768:32768"]\n[engine]\nruntime = "%s"\n' \
        "$(ulimit -Hn)" "$(ulimit -Hn)" "$(command -v runc >/dev/null && echo runc || echo crun)" >"$work/containers.conf"
    export CONTAINERS_CONF=$work/containers.conf
fi
ROUNDS=${ROUNDS:-9} EACH=${EACH:-20} WORK=$work JOB=$job python3 - <<'PYTHON'
import os, shutil, statistics, subprocess, sys, time

work, job = os.environ['WORK'], os.environ['JOB']
rounds, each = int(os.environ['ROUNDS']), int(os.environ['EACH'])
tresor, bundle = os.environ['TRESOR'], f'{work}/bundle'
os.mkdir(f'{work}/workspace')
peers = {
    'bwrap': ['bwrap', '--unshare-all', '--new-session', '--die-with-parent', '--cap-drop', 'ALL', '--clearenv',
              '--ro-bind', '/usr', '/usr', '--symlink', 'usr/bin', '/bin', '--symlink', 'usr/lib', '/lib',
              '--symlink', 'usr/lib64', '/lib64', '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp',
              '--bind', f'{work}/workspace', '/workspace', '--chdir', '/workspace', '--', '/usr/bin/true'],
    'crun': ['crun', 'run', '--bundle', bundle, f'p9-{os.getpid()}'],
    'podman': ['podman', '--root', f'{work}/podman', '--runroot', f'{work}/podman-run', 'run', '--rm', '--network', 'none',
               '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges', '-v', '/usr:/usr:ro',
               '--rootfs', f'{bundle}/rootfs', '/usr/bin/true'],
}
PAUSE = 0.02
goals = {'bwrap': 1 / 2.5, 'crun': 1 / 4.5, 'podman': 1 / 80}


def once(command):
    before = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f'P9: {" ".join(command)} failed')
    return time.perf_counter() - before, used.ru_utime + used.ru_stime


def boxes(times):
    return subprocess.Popen([tresor, 'box', 'time', '--allow-missing', '--workspace', f'{work}/workspace', job, times,
                             '--', '/usr/bin/true'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ended(process, n):
    """What all of it used for each of n boxes: keeper, supervisors, boxes, jobs."""
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit('P9: tresor box time failed')
    return (used.ru_utime + used.ru_stime) / (n + 1)


def one(process):
    process.stdin.write('\n')
    process.stdin.flush()
    return int(process.stdout.readline()) / 1e6


def settled():
    """podman's monitor clears away after the command has returned."""
    while any(name in ('conmon', 'podman') for name in running()):
        time.sleep(PAUSE)
    time.sleep(PAUSE)


def running():
    for entry in os.listdir('/proc'):
        if entry.isdigit():
            try:
                yield open(f'/proc/{entry}/comm').read().strip()
            except OSError:
                pass


def works(name):
    if not shutil.which(name):
        return False
    if name == 'crun':
        # crun refuses version 2 groups beside version 1; in a mount namespace of our own the former can be hidden
        if not os.path.isfile(f'{bundle}/config.json'):
            return False
        if os.path.isdir('/sys/fs/cgroup/unified'):
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            libc.unshare(0x20000)
            libc.mount(None, b'/', None, 0x44000, None)
            libc.umount2(b'/sys/fs/cgroup/unified', 2)
    return os.path.isdir(bundle) and not subprocess.run(peers[name], capture_output=True).returncode


every = {'tresor': 1, 'bwrap': 1, 'crun': 1, 'podman': 10}  # podman is slow: fewer
measured = [name for name in every if name in ('tresor', 'bwrap') or works(name)]
times, cpu, medians = ({name: [] for name in measured} for _ in range(3))
ours = boxes('-')
for _ in range(rounds):
    round_times = {name: [] for name in measured}
    for i in range(each):
        for name in measured:
            if i % every[name]:
                continue
            settled()
            if name == 'tresor':
                round_times[name].append(one(ours))
            else:
                wall, used = once(peers[name])
                round_times[name].append(wall)
                cpu[name].append(used)
    for name in measured:
        times[name] += round_times[name]
        medians[name].append(statistics.median(round_times[name]))
cpu['tresor'].append(ended(ours, rounds * each))
for name in measured:
    print(f'{name}: p50 {statistics.median(times[name]) * 1e3:.2f} ms, fastest {min(times[name]) * 1e3:.2f} ms, '
          f'cpu {statistics.mean(cpu[name]) * 1e3:.2f} ms ({len(times[name])} runs)')


def version(name):
    said = subprocess.run([name, '--version'], capture_output=True, text=True).stdout.split()
    return next(word for word in said if word[0].isdigit())


for peer in ('podman', 'crun', 'bwrap'):
    if peer not in measured:
        print(f'P9: no {peer} that works here, so no row for it')
        continue
    ratio = statistics.median(times['tresor']) / statistics.median(times[peer])
    spread = sorted(a / b for a, b in zip(medians['tresor'], medians[peer]))
    print(f'P9 ratio={ratio:.4f} goal={goals[peer]:.4f} spread={spread[0]:.4f}..{spread[-1]:.4f} peer={peer}-{version(peer)}')

ours, theirs = [], []
for _ in range(3):
    process = boxes(str(each))
    ours += [int(line) / 1e6 for line in process.stdout]
    ended(process, each)
    theirs += [once(peers['bwrap'])[0] for _ in range(each)]
print(f'back to back: tresor p50 {statistics.median(ours) * 1e3:.2f} ms, bwrap p50 {statistics.median(theirs) * 1e3:.2f} ms, '
      f'ratio {statistics.median(ours) / statistics.median(theirs):.3f}')
PYTHON
