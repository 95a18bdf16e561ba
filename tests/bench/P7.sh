#!/bin/bash
# a release archive of 131 MB: CPU time of sending it again and again, against making it with zip -6 and with Python
# Ours was compressed once, when the files arrived (P8); the peers have no such place and compress for each download.
# The server's own CPU time counts, on a plain connection as behind a proxy that ends TLS: the peers do not encrypt
# either, they write to a file. What TLS adds is printed beside it. The client's time does not count.
set -euo pipefail
command -v zip >/dev/null || { echo "P7 needs zip: apt-get install zip" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
here=$(cd "$(dirname "$0")/../story" && pwd)
ROUNDS=${ROUNDS:-7} PYTHONPATH=$here python3 - "$work" "$(zip -v | sed -n 's/^This is Zip \([0-9.]*\).*/\1/p')" <<'PYTHON'
import json, os, pathlib, random, resource, statistics, subprocess, sys, zipfile
from release_site import Lab
work, version = pathlib.Path(sys.argv[1]), sys.argv[2]
random.seed(1)
files = {}
for i in range(12):
    files[f'output/table{i}.csv'] = ''.join(
        f'{n},{random.choice(["female", "male"])},region {random.randint(1, 9)},{random.gauss(120, 15):.2f},'
        f'2022-0{random.randint(1, 9)}-1{random.randint(0, 9)}\n' for n in range(200000)).encode()
    files[f'output/model{i}.log'] = ''.join(
        f'2022-07-05T02:17:{n % 60:02d} INFO step {n} fitted r2={random.random():.4f} n={random.randint(100, 9999)}\n'
        for n in range(35000)).encode()
    files[f'output/picture{i}.png'] = random.randbytes(700000)
for name, data in files.items():
    path = work / 'out' / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
total = sum(map(len, files.values()))

def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

def peer(*command):
    before = children()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=work)
    return children() - before

PACK = 'import zipfile, pathlib\nwith zipfile.ZipFile("python.zip", "w", zipfile.ZIP_DEFLATED) as z:\n' \
       '    [z.write(p, p.name) for p in sorted(pathlib.Path("out/output").iterdir())]'
lab = Lab(work)
try:
    release = lab.release(files)
    path = f'{lab.path}/releases/{release}/download/'
    token = next(v for k, v in lab.ada.cookies.items() if k.endswith('tresor'))
    TIMES = 20  # downloads in one round: one alone is below the clock's tick

    def server():
        fields = open(f'/proc/{lab.process.pid}/stat').read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def ours():
        before = server()
        for _ in range(TIMES):
            subprocess.run(['curl', '-sS', '-f', '-o', 'ours.zip', *(['--cacert', lab.ready['ca']] if lab.url.startswith('https') else []),
                            '-H', f'Cookie: __Host-tresor={token}', lab.url.replace('127.0.0.1', 'localhost') + path], check=True, cwd=work)
        return (server() - before) / TIMES
    with_tls = ours()
    lab.kill()
    read, write = os.pipe()
    lab.process = subprocess.Popen([os.environ['TRESOR'], 'server', '--data', str(lab.folder), '--https', '', '--http', '127.0.0.1:0',
                                    '--name', 'localhost', '--ready-fd', str(write)], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    lab.ready = json.loads(os.fdopen(read).readline())
    lab.url = lab.ready['url']
    times = {'tresor': [], 'zip': [], 'python': []}
    for _ in range(int(os.environ['ROUNDS'])):
        (work / 'zip.zip').unlink(missing_ok=True)
        times['tresor'].append(ours())
        times['zip'].append(peer('zip', '-6', '-q', '-r', 'zip.zip', 'out'))
        times['python'].append(peer(sys.executable, '-c', PACK))
    with zipfile.ZipFile(work / 'ours.zip') as z:
        assert z.testzip() is None
        assert all(any(n.endswith(name) for n in z.namelist()) for name in files)
finally:
    lab.kill()
middle = {name: statistics.median(t) for name, t in times.items()}
print(f'{total / 1e6:.0f} MB of files; CPU: tresor {middle["tresor"]:.4f} s ({with_tls:.4f} s with TLS), zip {middle["zip"]:.3f} s, '
      f'Python {middle["python"]:.3f} s (medians of {len(times["zip"])})')
for name, label in (('zip', f'zip-{version}'), ('python', f'zipfile-{sys.version.split()[0]}')):
    ratios = sorted(a / b for a, b in zip(times['tresor'], times[name]))
    print(f'P7 ratio={middle["tresor"] / middle[name]:.4f} goal=0.02 '
          f'spread={ratios[len(ratios) // 4]:.4f}..{ratios[3 * len(ratios) // 4]:.4f} peer={label}')
PYTHON
