"""harborctl doctor on a stack, with one thing or another put in the place of what it looks at."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from .stack import ROOT, binary_folder

sys.path.insert(0, str(ROOT / "tools"))
from harbor_stack.configs import doctor_places  # noqa: E402
from harbor_stack.state import State  # noqa: E402

OK, REFUSED, UNAVAILABLE, CONFIG = 0, 1, 69, 78

# As systemd/sysctl.conf wants them, whatever the machine has that runs the tests.
KERNEL = {"net/core/somaxconn": "4096", "net/ipv4/tcp_notsent_lowat": "16384", "net/ipv4/tcp_retries2": "8"}


class Answer:
    """Lines by their name, and the exit code."""

    def __init__(self, code, report, complaint):
        self.code, self.complaint = code, complaint
        self.lines = {line["check"]: line for line in report["checks"]}
        assert report["exitCode"] == code, f"says {report['exitCode']}, ends with {code}"

    def level(self, check):
        return self.lines[check]["status"] if check in self.lines else None

    def changes_since(self, before):
        """Check to its new level (None: no longer told), of those whose level is another."""
        names = [*before.lines, *(name for name in self.lines if name not in before.lines)]
        return {name: self.level(name) for name in names if self.level(name) != before.level(name)}

    def __str__(self):
        return f"exit {self.code}\n" + "\n".join(
            f"{line['status']} {name}: {line['detail']} -> {line['help']}" for name, line in self.lines.items())


class Doctor:
    """`folder` must be short and open to everybody: sockets, and a user without rights, go through it."""

    def __init__(self, stack, folder):
        self.stack, self.folder = stack, folder
        self.proc = folder / "proc"

    def look(self, *configs, kernel=None, prefix=(), **places):
        """A run on the stack, its configuration overlaid by files or texts; places: nginx_config, nginx, sysctl."""
        self._make_proc({**KERNEL, **(kernel or {})})
        options = doctor_places(State(self.stack.state))
        options.update({f"--{name.replace('_', '-')}": value for name, value in places.items()})
        words = [*prefix, *self.command(*configs), "doctor", "--json", "--timeout", "20", "--proc", str(self.proc)]
        done = subprocess.run([*words, *(f"{name}={value}" for name, value in options.items())], capture_output=True,
                              text=True, timeout=120)
        assert done.stdout, f"exit {done.returncode} without a word: {done.stderr}"
        return Answer(done.returncode, json.loads(done.stdout), done.stderr)

    def command(self, *configs):
        files = [self.stack.state / "harbor.yaml", self.stack.overlay]
        for number, config in enumerate(configs):
            if isinstance(config, str):
                path = self.folder / f"config-{number}.yaml"
                path.write_text(config)
                config = path
            files.append(config)
        return [str(binary_folder() / "harborctl"), *(word for path in files for word in ("--config", str(path)))]

    def _make_proc(self, kernel):
        """The kernel's settings as given, and the real processes of this stack."""
        shutil.rmtree(self.proc, ignore_errors=True)
        for name, value in kernel.items():
            path = self.proc / "sys" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(value + "\n")
        for pid in self.stack.pids().values():
            (self.proc / str(pid)).symlink_to(f"/proc/{pid}")

    @contextmanager
    def copy(self, sql="", parent=None):
        """The path of a copy of the database, changed by `sql`, and the configuration that names it."""
        folder = Path(tempfile.mkdtemp(prefix="copy-", dir=parent or self.folder))
        folder.chmod(0o755)
        path = folder / "harbor.db"
        try:
            with closing(sqlite3.connect(self.stack.state / "harbor.db")) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode=WAL")
                target.executescript(sql)
                target.commit()
                nonce = target.execute("SELECT Nonce FROM DatabaseLife").fetchone()[0]
            path.with_name("harbor.db.life").write_text(nonce + "\n")
            path.with_name("harbor.db.lock").touch()
            yield path, f"database: {{path: {path}}}\n"
        finally:
            shutil.rmtree(folder)

    @contextmanager
    def nginx(self, name="nginx.conf", old="", new="", count=1):
        """The places of a copy of the stack's nginx configuration, `old` replaced by `new` in the file `name`."""
        folder = Path(tempfile.mkdtemp(prefix="nginx-", dir=self.folder))
        try:
            source = self.stack.state / "nginx"
            shutil.copy(source / "nginx.conf", folder / "nginx.conf")
            for part in ("snippets", "limits"):
                shutil.copytree(source / "harbor" / part, folder / "harbor" / part)
            path = folder / name
            text = path.read_text()
            assert old in text, f"{old!r} is not in {name}"
            path.write_text(text.replace(old, new, count))
            config = str(folder / "nginx.conf")
            command = doctor_places(State(self.stack.state))["--nginx"]
            yield {"nginx_config": config, "nginx": command.replace(str(source / "nginx.conf"), config)}
        finally:
            shutil.rmtree(folder)


@pytest.fixture(scope="module")
def doctor(stack):
    folder = Path(tempfile.mkdtemp(prefix="hd-", dir="/tmp"))
    folder.chmod(0o755)
    yield Doctor(stack, folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def well(doctor):
    """What is said while nothing is broken."""
    answer = doctor.look()
    assert answer.code == OK, answer
    return answer


def assert_changes(answer, well, changes, code):
    """Exactly these lines have another level than while all was well (None: they are not told), and each helps."""
    assert answer.changes_since(well) == changes, f"{answer}\nwhile all was well: {well}"
    assert answer.code == code, answer
    for name, level in changes.items():
        assert level in (None, "ok") or answer.lines[name]["help"], f"{name} helps nobody: {answer}"


def is_root():
    return os.geteuid() == 0
