"""A Debian root for the machine to boot: built once into a cache, copied for each run."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGES = ["systemd", "systemd-sysv", "dbus", "nginx", "redis-server"]
BUILD_SECONDS = 600


class CannotBoot(Exception):
    """This machine does not let us run systemd-nspawn at all."""


def check_nspawn():
    """Raises CannotBoot with nspawn's own words where even /bin/true does not run in it."""
    if os.geteuid() != 0:
        raise CannotBoot("systemd-nspawn needs root")
    with tempfile.TemporaryDirectory(prefix="hb-nspawn-") as folder:
        root = Path(folder)
        (root / "usr").mkdir()
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / name).symlink_to(f"usr/{name}")
        (root / "etc").mkdir()
        done = subprocess.run(["systemd-nspawn", "-q", "-D", root, "--register=no", "--keep-unit", "--private-network",
                               "--bind-ro=/usr", "--pipe", "/usr/bin/true"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise CannotBoot(f"systemd-nspawn does not work here: {done.stderr.strip()}")


def fresh_copy(cache, programs):
    """A new root in a folder of its own, which the caller removes; the first call takes a minute more."""
    packages = sorted({*PACKAGES, *libraries_of(programs)})
    suite, mirror = suite_and_mirror()
    name = hashlib.sha256(" ".join([suite, *packages]).encode()).hexdigest()[:12]
    base = cache / f"root-{suite}-{name}"
    if not base.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        _debootstrap(base, suite, mirror, packages)
    copy = Path(tempfile.mkdtemp(prefix="machine-", dir=cache))
    subprocess.run(["cp", "-a", "--reflink=auto", base, copy / "root"], check=True)
    return copy / "root"


def libraries_of(programs):
    """The packages that the programs' shared libraries are from."""
    listed = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=True).stdout
    paths = {word for line in listed.splitlines() for word in line.split() if word.startswith("/") and not word.endswith(":")}
    real = {os.path.realpath(path) for path in paths}
    # dpkg knows a file by the name it was packed with, under /lib or under /usr/lib; it complains about the other one.
    spellings = real | {path.removeprefix("/usr") for path in real}
    owners = subprocess.run(["dpkg-query", "-S", *sorted(spellings)], capture_output=True, text=True).stdout
    return {line.split(":")[0] for line in owners.splitlines() if not line.startswith("diversion")}


def suite_and_mirror():
    """What this machine is itself installed from."""
    release = dict(line.rstrip().split("=", 1) for line in open("/etc/os-release") if "=" in line)
    suite = release["VERSION_CODENAME"]
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)", "Created-By: Packages"],
                            capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines():
        name, uri = line.split(" ", 1)
        if name == suite:
            return suite, uri
    raise RuntimeError(f"apt knows no source for {suite}:\n{listed}")


def _debootstrap(base, suite, mirror, packages):
    making = base.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    proxy = subprocess.run(["apt-config", "shell", "PROXY", "Acquire::http::Proxy"], capture_output=True, text=True).stdout
    environment = {**os.environ, "LC_ALL": "C"}
    if proxy.startswith("PROXY='") and "http_proxy" not in environment:
        environment["http_proxy"] = proxy.split("'")[1]
    done = subprocess.run(["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", suite, making, mirror],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=BUILD_SECONDS, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"debootstrap failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    shutil.rmtree(making / "var/cache/apt", ignore_errors=True)
    making.rename(base)
