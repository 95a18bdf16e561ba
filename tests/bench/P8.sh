#!/bin/bash
# compressing what is released, against zip -6: CPU time for the same 36 MB of tables, logs, figures and pictures
# tresor also hashes every file with SHA-256 in the same pass; zip does not. The goal is two: a third of the time, and no byte more.
set -euo pipefail
command -v zip >/dev/null || { echo "P8 needs zip: apt-get install zip" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ROUNDS=${ROUNDS:-7} python3 - "$work" "$(zip -v | sed -n 's/^This is Zip \([0-9.]*\).*/\1/p')" <<'PYTHON'
import os, random, resource, statistics, subprocess, sys
work, version = sys.argv[1:]
random.seed(1)
os.mkdir(f'{work}/out')

def write(name, lines):
    with open(f'{work}/out/{name}', 'w') as f:
        f.writelines(lines)

for i in range(8):
    write(f'table{i}.csv', (f'{n},{random.choice(["female", "male"])},region {random.randint(1, 9)},{random.gauss(120, 15):.2f},'
                            f'2022-0{random.randint(1, 9)}-1{random.randint(0, 9)}\n' for n in range(60000)))
    write(f'model{i}.log', (f'2022-07-05T02:17:{n % 60:02d} INFO step {n} fitted r2={random.random():.4f} n={random.randint(100, 9999)}\n'
                            for n in range(15000)))
    write(f'figure{i}.svg', (f'<path d="M {random.random() * 800:.3f} {random.random() * 600:.3f} L {random.random() * 800:.3f} '
                             f'{random.random() * 600:.3f}" style="fill:none;stroke:#1f77b4;stroke-width:1.5"/>\n' for n in range(6000)))
    with open(f'{work}/out/picture{i}.png', 'wb') as f:
        f.write(random.randbytes(300000))

def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=work)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

a, b = [], []
for _ in range(int(os.environ['ROUNDS'])):
    for name in ('ours.zip', 'zip.zip'):
        if os.path.exists(f'{work}/{name}'):
            os.remove(f'{work}/{name}')
    a.append(cpu([os.environ['TRESOR'], 'archive', 'make', 'out', 'ours.zip']))
    b.append(cpu(['zip', '-6', '-q', '-r', 'zip.zip', 'out']))
subprocess.run([os.environ['TRESOR'], 'archive', 'check', 'ours.zip'], check=True, stdout=subprocess.DEVNULL, cwd=work)
ratios = sorted(x / y for x, y in zip(a, b))
ours, theirs = os.path.getsize(f'{work}/ours.zip'), os.path.getsize(f'{work}/zip.zip')
print(f'tresor {statistics.median(a):.3f} s of CPU, zip {statistics.median(b):.3f} s (medians of {len(a)}); {ours} bytes against {theirs}')
print(f'P8 ratio={statistics.median(a) / statistics.median(b):.3f} goal=0.333 '
      f'spread={ratios[len(ratios) // 4]:.3f}..{ratios[3 * len(ratios) // 4]:.3f} '
      f'size={ours / theirs:.3f} size_goal=1.000 peer=zip-{version}')
PYTHON
