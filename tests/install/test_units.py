"""The units, as systemd itself reads them offline."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SERVICES = ["harbor-api@1.service", "harbor-sse@1.service", "harbor-jobs.service", "harbor-migrate.service",
            "harbor-redis.service"]
UNITS = [*SERVICES, "harbor.target", "harbor-api.socket", "harbor-sse@1.socket"]
EXPOSURE = 0.5  # systemd's own scale: 0 is nothing, 10 is everything; above 1.5 would be refused by our own rules


@pytest.fixture(scope="module")
def system(tree, tmp_path_factory):
    """The installed tree with the targets and the two programs of Debian that the units name."""
    root = tmp_path_factory.mktemp("system")
    shutil.copytree(tree / "usr", root / "usr")
    units = root / "usr/lib/systemd/system"
    for pattern in ("*.target", "*.slice"):
        for path in Path("/usr/lib/systemd/system").glob(pattern):
            if not (units / path.name).exists():
                shutil.copy(path, units / path.name)
    for program in ("sh", "redis-server"):
        shutil.copy("/usr/bin/true", root / "usr/bin" / program)
    (root / "bin").symlink_to("usr/bin")
    return root


def test_systemd_reads_every_unit_without_a_word(system):
    done = subprocess.run(["systemd-analyze", "verify", f"--root={system}", "--man=no", *UNITS], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES)
def test_what_is_left_open_is_next_to_nothing(system, unit):
    done = subprocess.run(["systemd-analyze", "security", "--no-pager", "--offline=true", f"--root={system}", unit],
                          capture_output=True, text=True)
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    print(unit, found[1])
    assert float(found[1]) <= EXPOSURE, done.stdout


def read(tree, unit):
    return (tree / "usr/lib/systemd/system" / unit).read_text()


def test_the_drains_of_the_defaults_fit_into_the_stop_times(tree):
    """http.drain 30 s, stream.drain 3 s: see shared/core/config_table.cpp."""
    table = (Path(__file__).resolve().parents[2] / "shared/core/config_table.cpp").read_text()
    for unit, key in (("harbor-api@.service", "http.drain"), ("harbor-sse@.service", "stream.drain")):
        drain = int(re.search(rf'"{re.escape(key)}",.*?"(\d+) s"', table)[1])
        stop = int(re.search(r"^TimeoutStopSec=(\d+)$", read(tree, unit), re.M)[1])
        assert stop > drain + 5, f"{unit}: TimeoutStopSec={stop}, {key} is {drain} s"


def test_a_crash_loop_closes_no_socket(tree):
    for unit in ("harbor-api.socket", "harbor-sse@.socket"):
        assert "TriggerLimitIntervalSec=0\n" in read(tree, unit)
    for unit in ("harbor-api@.service", "harbor-sse@.service", "harbor-jobs.service"):
        assert "StartLimitIntervalSec=0\n" in read(tree, unit)
        assert "RestartPreventExitStatus=78\n" in read(tree, unit)


def test_the_kernels_queue_is_as_long_as_the_sockets_ask_for(tree):
    queue = int(re.search(r"^net.core.somaxconn = (\d+)$", (tree / "usr/lib/sysctl.d/60-harbor.conf").read_text(), re.M)[1])
    texts = [read(tree, "harbor-api.socket"), read(tree, "harbor-sse@.socket"),
             (tree / "etc/nginx/sites-available/harbor-tls.conf").read_text(),
             (tree / "etc/nginx/sites-available/harbor-plain.conf").read_text()]
    asked = [int(number) for text in texts for number in re.findall(r"(?i)backlog=(\d+)", text)]
    assert asked and max(asked) <= queue, f"asked for {asked}, the kernel gives {queue}"
