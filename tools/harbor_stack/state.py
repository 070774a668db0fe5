"""The directory of one stack: what lies where, who owns it, and what a killed supervisor left behind.

    harbor.yaml  overlay            configuration; `overlay` is a link to the file laid over it, if there is one
    harbor.db …                     the database
    nginx/  redis/                  configuration and temporary files of the two
    logs/                           one file per part, and stack.log
    run/                            sockets and stack.json; a link to a short path where this one is too long for sockets
    stack.lock                      held by the running supervisor; its pid
"""

import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from . import process
from .errors import StackError

_LONGEST_SOCKET_FOLDER = 80  # a unix socket's path has at most 107 bytes; the rest is for names
_LEFTOVER_SECONDS = 5
_GLANCE_SECONDS = 0.5  # owner() holds the lock for a moment when it finds it free


def _lock(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class State:
    def __init__(self, path):
        self.path = Path(path).resolve()
        self.logs = self.path / "logs"
        self.config = self.path / "harbor.yaml"
        self.database = self.path / "harbor.db"
        self._run_link = self.path / "run"
        self._overlay_link = self.path / "overlay"
        self._lock_path = self.path / "stack.lock"
        self._lock = None

    @property
    def run(self):
        """The folder of the sockets: a short path that exists once the state was prepared."""
        return self._run_link.resolve()

    @property
    def record_path(self):
        return self.run / "stack.json"

    def acquire(self):
        """Makes this process the owner of the directory until it ends; raises StackError if there is another."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = open(self._lock_path, "a")
        end = time.monotonic() + _GLANCE_SECONDS
        while not _lock(lock):
            if time.monotonic() > end:
                raise StackError(f"a stack is running in {self.path} already{self._where()}")
            time.sleep(0.02)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def owner(self):
        """The pid of the supervisor that owns the directory, or None."""
        try:
            with open(self._lock_path) as lock:
                return None if _lock(lock) else int(lock.read() or 0) or None
        except FileNotFoundError:
            return None

    def wait_until_free(self, seconds):
        """True once no supervisor owns the directory."""
        end = time.monotonic() + seconds
        while self.owner() is not None:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def prepare(self):
        """Makes the folders, and removes what an earlier stack left. Only for the owner."""
        self.clear_leftovers()
        for folder in (self.logs, self.path / "nginx" / "body", self.path / "redis"):
            folder.mkdir(parents=True, exist_ok=True)
        if len(os.fsencode(self._run_link)) > _LONGEST_SOCKET_FOLDER:
            self._run_link.symlink_to(tempfile.mkdtemp(prefix="harbor-run-"))
        else:
            self._run_link.mkdir(exist_ok=True)

    def clear_leftovers(self):
        """Ends what still runs of an earlier stack, then removes its sockets. Only for the owner."""
        self._end_lost_groups()
        if self._run_link.is_symlink():
            target = self.run
            self._run_link.unlink()
            if target.name.startswith("harbor-run-"):
                shutil.rmtree(target, ignore_errors=True)
        elif self._run_link.exists():
            for entry in self._run_link.iterdir():
                entry.unlink()

    def set_overlay(self, overlay):
        self._overlay_link.unlink(missing_ok=True)
        if overlay is not None:
            self._overlay_link.symlink_to(Path(overlay).resolve())

    def config_options(self):
        """The --config options of every program of this stack."""
        options = ["--config", str(self.config)]
        if self._overlay_link.is_symlink():
            options += ["--config", os.readlink(self._overlay_link)]
        return options

    def record(self, facts):
        """Writes run/stack.json: whole or not at all, since tests read it at any moment."""
        scratch = self.run / "stack.json.new"
        scratch.write_text(json.dumps(facts, indent=2) + "\n")
        scratch.rename(self.record_path)

    def recorded(self):
        try:
            return json.loads(self.record_path.read_text())
        except (FileNotFoundError, ValueError):
            return {}

    def _where(self):
        url = self.recorded().get("url")
        return f": {url}" if url else ""

    def _end_lost_groups(self):
        groups = {pid for pid in self.recorded().get("pids", {}).values() if pid}
        end = time.monotonic() + _LEFTOVER_SECONDS
        while (left := self._members(groups)) and time.monotonic() < end:
            for pid in left:
                process.signal_if_there(pid, signal.SIGKILL)
            time.sleep(0.02)

    def _members(self, groups):
        """Processes of those groups. A number may have been given to a stranger since: ours live in this directory."""
        return [pid for pid, group in process.groups() if group in groups and process.folder(pid) == str(self.path)]
