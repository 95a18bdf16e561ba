"""A machine with systemd: Debian's own packages in a folder, booted as a container with a network that the test can enter."""
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import threading

import pytest

PACKAGES = "systemd,systemd-sysv,dbus,iproute2"
WITHOUT = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "locale", "man")]
LANDLOCK = "landlock_create_ruleset landlock_add_rule landlock_restrict_self"  # nspawn's own filter lacks them
CACHE = pathlib.Path(os.environ.get("TRESOR_CACHE", pathlib.Path.home() / ".cache/tresor"))


def sources():
    """What this machine installs from, as apt knows it."""
    files = [*pathlib.Path("/etc/apt/sources.list.d").glob("*.sources"), *pathlib.Path("/etc/apt").glob("sources.list"),
             *pathlib.Path("/etc/apt/sources.list.d").glob("*.list")]
    return "\n".join(text for file in files if re.search(r"deb(ian)?\b", text := file.read_text()))


def suite():
    release = pathlib.Path("/etc/os-release").read_text() if pathlib.Path("/etc/os-release").exists() else ""
    found = re.search(r"^ID=debian$.*|^VERSION_CODENAME=(\w+)$", release, re.M)
    named = re.search(r"^VERSION_CODENAME=(\w+)$", release, re.M)
    return named.group(1) if found and named and "ID=debian" in release else None


def root_folder():
    """The root of a small Debian with systemd; made once, then kept."""
    if os.geteuid() != 0:
        pytest.skip("only root can boot a container")
    for tool in ("systemd-nspawn", "mmdebstrap", "ip"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")
    if not suite():
        pytest.skip("this machine is no Debian, so it has no mirror of it")
    CACHE.mkdir(parents=True, exist_ok=True)
    root = CACHE / ("systemd-" + hashlib.sha256((PACKAGES + suite()).encode()).hexdigest()[:16])
    with open(CACHE / "systemd.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if root.exists():
            return root
        part = root.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        done = subprocess.run(["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", *WITHOUT, suite(), part, "-"],
                              input=sources(), capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(part, ignore_errors=True)
            pytest.skip("a root with systemd cannot be made here: " + (done.stderr.strip().splitlines() or ["no reason given"])[-1])
        part.rename(root)
    return root


class Machine:
    """Booted from a throw-away layer over the root; `do` runs a script inside as root."""

    def __init__(self, folder):
        self.folder, self.root = folder, folder / "root"
        self.network = f"trboot{os.getpid() % 100000}"
        lower = root_folder()
        for name in ("root", "upper", "work"):
            (folder / name).mkdir()
        run = lambda *words: subprocess.run([str(w) for w in words], check=True, capture_output=True)
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower},upperdir={folder}/upper,workdir={folder}/work", self.root)
        run("ip", "netns", "add", self.network)
        run("ip", "-n", self.network, "link", "set", "lo", "up")

    def boot(self):
        # What the container would cover of /proc, a box could not have for its own.
        self.process = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "--register=no", "--keep-unit", f"--network-namespace-path=/run/netns/{self.network}",
             f"--system-call-filter={LANDLOCK}", "-b"],
            env={**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "1"}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace")
        said = ""
        for line in self.process.stdout:
            said += line
            if "Reached target" in line and "graphical" in line.lower() or "Multi-User" in line:
                break
        else:
            raise AssertionError("the container did not boot:\n" + said[-4000:])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.leader = children[0]
        return self

    def do(self, script, fails=False):
        done = subprocess.run(["nsenter", "-t", self.leader, "--mount", "--uts", "--ipc", "--net", "--pid", "--root",
                               "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "bash", "-e", "-c", "cd /root\n" + script],
                              capture_output=True, text=True, timeout=120)
        assert fails or done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}\n{self.journal()}"
        return done.stdout.strip()

    def journal(self):
        done = subprocess.run(["journalctl", "-D", self.root / "run/log/journal", "--no-pager", "-n", "60", "-o", "cat"], capture_output=True, text=True)
        inside = subprocess.run(["nsenter", "-t", self.leader, "--mount", "--pid", "--root", "journalctl", "--no-pager", "-n", "60"],
                                capture_output=True, text=True)
        return inside.stdout or done.stdout

    def wait_for(self, pattern, unit):
        """Reads the journal as it grows until a line matches."""
        reader = subprocess.Popen(["nsenter", "-t", self.leader, "--mount", "--pid", "--root", "journalctl", "-f", "-n", "200", "-o", "cat", "-u", unit],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        watchdog = threading.Timer(90, reader.kill)
        watchdog.start()
        try:
            for line in reader.stdout:
                found = re.search(pattern, line)
                if found:
                    return found
        finally:
            watchdog.cancel()
            reader.kill()
            reader.wait()
        raise AssertionError(f"{unit} did not say {pattern}\n{self.journal()}")

    def visit(self, code, hosts):
        """Python in the machine's network, where names are those of `hosts`."""
        (self.folder / "hosts").write_text(hosts)
        done = subprocess.run(["nsenter", f"--net=/run/netns/{self.network}", "unshare", "-m", "bash", "-c",
                               f'mount --bind {self.folder}/hosts /etc/hosts && exec python3 -c "$1"', "-", code],
                              capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout + done.stderr + "\n" + self.journal()
        return done.stdout

    def power_off(self):
        self.do("systemctl poweroff", fails=True)
        return self.process.wait(timeout=90)

    def remove(self):
        if getattr(self, "process", None) and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        subprocess.run(["umount", "-l", self.root], capture_output=True)
        subprocess.run(["ip", "netns", "del", self.network], capture_output=True)
