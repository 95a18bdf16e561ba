"""The box on a kernel with control groups of version 2, as current distributions have them: user-mode Linux, so that
the machine of the tests may have whichever version it likes. It has no Landlock, and root's files are this machine's."""
import os
import re
import shutil
import subprocess

import pytest

TRESOR = os.environ["TRESOR"]
KERNEL = shutil.which("linux.uml")

# Those that only the control groups, or the kernel's own walls without Landlock, can hold; all take minutes here.
ATTEMPTS = """memory_bomb shared_bomb tmp_bomb fork_bomb raise_limits read_file write_file climb user_namespace
    daemon_left""".split()

INIT = """#!/bin/bash
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t tmpfs tmpfs /run
cp {tresor} /run/tresor; mkdir /run/workspace
mount -t tmpfs -o mode=1777 tmpfs /tmp; mount -t cgroup2 cgroup2 /sys/fs/cgroup
cd /run
echo "+memory +cpu +pids" >/sys/fs/cgroup/cgroup.subtree_control
run() {{ name=$1; shift; /run/tresor box run --allow-missing --workspace /run/workspace "$@" 2>&1 | sed "s/^/$name: /"; }}
run memory --memory 64M -- python3 -c 'bytearray(300 << 20)'
run cpu --cpus 0.2 --json -- python3 -c 'import time
while time.process_time() < 0.4: pass'
run group -- cat /proc/self/cgroup
/run/tresor box test {attempts} 2>&1 | sed 's/^/test: /'
find /sys/fs/cgroup -name 'tresor-*' | sed 's/^/left: /'
echo the end
echo o >/proc/sysrq-trigger
exec tail -f /dev/null
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What the machine printed from its start to its end."""
    if not KERNEL or os.geteuid() != 0:
        pytest.skip("needs root and the package user-mode-linux")
    folder = tmp_path_factory.mktemp("uml")
    init = folder / "init"
    init.write_text(INIT.format(tresor=TRESOR, attempts=" ".join(ATTEMPTS)))
    init.chmod(0o755)
    words = ["mem=1G", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", f"init={init}", "con=null",
             "con0=fd:0,fd:1", "quiet", f"umid={folder.name}-{os.getpid()}", f"uml_dir={folder}/"]
    done = subprocess.run([KERNEL, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", timeout=600)
    assert "the end" in done.stdout, done.stdout
    return done.stdout.replace("\r", "")


def of(said, name):
    return "\n".join(re.findall(rf"^{name}: (.*)$", said, re.M))


def test_the_memory_of_the_whole_job_is_limited(said):
    assert "the job needed more than its 64 MB of memory" in of(said, "memory")


def test_the_processor_is_limited(said):
    wall, user = (int(re.search(rf'"{key}":(\d+)', of(said, "cpu"))[1]) for key in ("wall_micros", "user_micros"))
    assert user > 300_000 and user / wall < 0.4  # a fifth, and what starting costs before the limit bites


def test_a_job_cannot_see_where_its_group_lies(said):
    assert of(said, "group") == "0::/"


def test_what_control_groups_must_hold_is_held(said):
    tried, held = re.search(r"(\d+) attempts, (\d+) held", of(said, "test")).groups()
    assert int(tried) == len(ATTEMPTS) and tried == held, of(said, "test")


def test_no_group_is_left(said):
    assert of(said, "left") == ""
