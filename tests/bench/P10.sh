#!/bin/bash
# second checkout of a known commit, against git clone --depth 1 of the same repository over file://
# The repository: 400 files in 40 folders, 4 MB of text, 30 commits. Both sides are given a warm page cache.
# tresor hands out its laid-out tree; what it lacks beside the clone is a .git folder and a copy of one's own.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=a \
    GIT_COMMITTER_EMAIL=a@x
git init -q -b main "$work/study"
for folder in $(seq 40); do
    mkdir -p "$work/study/analysis/$folder"
    for file in $(seq 10); do
        seq $((folder * 1000 + file)) $((folder * 1000 + file + 1800)) >"$work/study/analysis/$folder/$file.txt"
    done
done
git -C "$work/study" add . && git -C "$work/study" commit -qm start
for change in $(seq 29); do
    echo "$change" >>"$work/study/analysis/$change/1.txt"
    git -C "$work/study" commit -qam "change $change"
done
commit=$(git -C "$work/study" rev-parse HEAD)
"$TRESOR" git tree "file://$work/study" "$commit" --files --cache "$work/cache" >/dev/null
ROUNDS=${ROUNDS:-15} python3 - "$work" "$commit" "$(git --version | cut -d' ' -f3)" <<'PYTHON'
import os, resource, shutil, statistics, subprocess, sys, time
work, commit, git = sys.argv[1:]
ours = [os.environ['TRESOR'], 'git', 'tree', f'file://{work}/study', commit, '--files', '--cache', f'{work}/cache']
peer = ['git', 'clone', '-q', '--depth', '1', f'file://{work}/study', f'{work}/clone']

def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

def once(command):
    before, cpu_before = time.perf_counter(), cpu()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - before, cpu() - cpu_before

a, b = [], []
for _ in range(int(os.environ['ROUNDS'])):
    a.append(once(ours))
    b.append(once(peer))
    shutil.rmtree(f'{work}/clone')
ratios = sorted(x[0] / y[0] for x, y in zip(a, b))
(a, a_cpu), (b, b_cpu) = ([statistics.median(v) for v in zip(*runs)] for runs in (a, b))
print(f'tresor {a * 1e3:.2f} ms, {a_cpu * 1e3:.2f} ms of CPU; git {b * 1e3:.2f} ms, {b_cpu * 1e3:.2f} ms of CPU '
      f'(medians of {len(ratios)}, start of the program included)')
print(f'P10 ratio={a / b:.4f} goal=0.02 '
      f'spread={ratios[len(ratios) // 4]:.4f}..{ratios[3 * len(ratios) // 4]:.4f} peer=git-{git}')
PYTHON
