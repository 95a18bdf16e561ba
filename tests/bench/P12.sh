#!/bin/bash
# a project.yaml of 10,000 actions read, checked and planned, against the Python package opensafely
# Both sides are whole processes on one file, start of the program included. The peer reads and checks it with the
# validator that the package brings; it makes no plan, so it does less. tresor also writes the plan as JSON.
set -euo pipefail
PEER=2.1.5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/peer"
"$work/peer/bin/pip" install -q --disable-pip-version-check "opensafely==$PEER" >&2
ROUNDS=${ROUNDS:-7} ACTIONS=${ACTIONS:-10000} python3 - "$work" "$PEER" <<'PYTHON'
import json, os, statistics, subprocess, sys, time
work, version = sys.argv[1:]
path, actions = f'{work}/project.yaml', int(os.environ['ACTIONS'])
with open(path, 'w') as out:
    out.write('version: 5\nactions:\n  extract:\n    run: ehrql:v1 generate-dataset analysis/dataset.py --output output/all.csv\n'
              '    outputs:\n      highly_sensitive:\n        all: output/all.csv\n')
    for i in range(1, actions):
        needs = 'extract' if i < 3 else f'step_{i - 1}, step_{i // 2}'
        out.write(f'  step_{i}:\n    run: r:v2 analysis/step.R --number={i} "two words"\n    needs: [{needs}]\n    outputs:\n'
                  f'      highly_sensitive:\n        data: output/step_{i}.rds\n'
                  f'      moderately_sensitive:\n        table: output/step_{i}/*.csv\n')
ours = [os.environ['TRESOR'], 'check', '--rules', '2026-08', '--plan', 'run_all', '--json', path]
peer = [f'{work}/peer/bin/python', '-c',
        'import sys; from opensafely._vendor.pipeline import load_pipeline\n'
        f'assert len(load_pipeline(open(sys.argv[1]).read()).all_actions) == {actions}', path]

def once(command):
    before = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return time.perf_counter() - before, done.stdout

assert len(json.loads(once(ours)[1])['jobs']) == actions
a, b = [], []
for _ in range(int(os.environ['ROUNDS'])):
    a.append(once(ours)[0])
    b.append(once(peer)[0])
ratios = sorted(x / y for x, y in zip(a, b))
size = os.path.getsize(path) / 1e6
print(f'{size:.1f} MB: tresor {statistics.median(a) * 1e3:.1f} ms, opensafely {statistics.median(b):.2f} s '
      f'(medians of {len(a)})')
print(f'P12 ratio={statistics.median(a) / statistics.median(b):.4f} goal=0.02 '
      f'spread={ratios[len(ratios) // 4]:.4f}..{ratios[3 * len(ratios) // 4]:.4f} peer=opensafely-{version}')
PYTHON
