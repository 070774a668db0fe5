"""A whole Harbor of its own: Redis, workers and nginx in a temporary folder, driven through tools/stack.py.

The folder's path is short (unix sockets allow 107 bytes). It is removed at the end unless the test
failed, when the logs' tails are printed; a sanitizer's report in any log is a failure by itself.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from .client import Client
from .database import Database

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
from harbor_stack.control import ask  # noqa: E402
from harbor_stack.errors import StackError  # noqa: E402

SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error:",
                   "SUMMARY: AddressSanitizer", "SUMMARY: UndefinedBehaviorSanitizer")

# Cheap password hashes (sanitizers make them slow), no limit on logins from 127.0.0.1, and people who write all day.
BASE = {"auth": {"argon2_memory": "64 KiB", "argon2_passes": 1, "login_per_address": "100000/15 min"},
        "limits": {"messages": "1000000/min"}}


def binary_folder():
    return (ROOT / os.environ.get("HARBOR_BIN", "build/asan/bin")).resolve()


def merged(base, overlay):
    result = {section: dict(keys) for section, keys in base.items()}
    for section, keys in (overlay or {}).items():
        result.setdefault(section, {}).update(keys)
    return result


class Stack:
    """`preload` is a library for the api workers, `environment` is every worker's."""

    def __init__(self, overlay=None, *, environment=None, preload=None):
        self.config = merged(BASE, overlay)
        self.environment, self.preload = dict(environment or {}), preload
        if os.environ.get("HARBOR_MUTANT"):
            self.environment["HARBOR_MUTANT"] = os.environ["HARBOR_MUTANT"]
        self.folder = Path(tempfile.mkdtemp(prefix="hb-", dir="/tmp"))
        self.state = self.folder / "s"
        self.overlay = self.folder / "overlay.yaml"
        self.keep = False
        self.port = None
        self._kills = Counter()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.keep = True
            for complaint in self._end():
                print(complaint, file=sys.stderr)
            raise
        return self

    def __exit__(self, kind, *_):
        self.keep = self.keep or kind is not None
        complaints = self._end()
        assert not complaints, "\n".join(complaints)

    def start(self):
        """Also after `stop`, on the same state, perhaps with another `config` and `port`."""
        self.overlay.write_text(json.dumps(self.config))
        words = ["run", "--bin", str(binary_folder()), "--state", str(self.state), "--port", "0", "--config",
                 str(self.overlay), "--detach"]
        words += ["--preload", str(self.preload)] if self.preload else []
        for name, value in self.environment.items():
            words += ["--env", f"{name}={value}"]
        output = self._run_tool(words)
        ready = output.strip().splitlines()[-1] if output.strip() else ""
        if not ready.startswith("ready http://127.0.0.1:"):
            raise StackError(f"stack.py's last line is {ready!r}, want «ready http://127.0.0.1:PORT»:\n{output}")
        self.port = int(ready.rsplit(":", 1)[1].rstrip("/"))
        self._kills.clear()

    def stop(self):
        """Raises if a part had died by itself."""
        died = self._deaths()
        self._run_tool(["stop", "--state", str(self.state)])
        if died:
            raise StackError("\n".join(died))

    def ctl(self, *words):
        return ask(self.state / "run" / "control.sock", list(words), timeout=60)

    def status(self):
        """Part name to {pid, state, restarts}."""
        return self.ctl("status")["parts"]

    def pids(self):
        """Part name to process id, of the parts that are up."""
        return {name: part["pid"] for name, part in self.status().items() if part["state"] == "up"}

    def kill(self, name, signal):
        self._kills[name] += signal == "KILL"
        self.ctl("kill", name, signal)

    def connections(self, name):
        """How many connections the socket of the workers («api», «sse») has, accepted or waiting to be."""
        path = str((self.state / "run" / f"{name}.sock").resolve())
        lines = Path("/proc/net/unix").read_text().splitlines()
        return sum(line.endswith(path) for line in lines)

    def expect_restarts(self, *names):
        """These parts may have ended by themselves as often as they did."""
        for name, part in self.status().items():
            if name in names:
                self._kills[name] = part["restarts"]

    def restart(self, name):
        """SIGTERM, and a new process that is ready."""
        self.ctl("restart", name)

    @contextmanager
    def without(self, name):
        """Stopped for a while; for Redis and workers alike."""
        self.ctl("stop", name)
        try:
            yield
        finally:
            self.ctl("start", name)

    @contextmanager
    def unplugged(self, name):
        """nginx cannot connect to the workers of this name («api», «sse»); who is connected stays so."""
        plug = self.state / "run" / f"{name}.sock"
        away = plug.with_suffix(".away")
        plug.rename(away)
        try:
            yield
        finally:
            away.rename(plug)

    @contextmanager
    def frozen(self, name):
        """SIGSTOP for as long as it takes; nobody ends it for its silence."""
        self.ctl("watch", name, "off")
        self.kill(name, "STOP")
        try:
            yield
        finally:
            self.kill(name, "CONT")
            self.ctl("watch", name, "on")

    def harborctl(self, *words, stdin="", check=True):
        command = [binary_folder() / "harborctl", "--config", self.state / "harbor.yaml", "--config", self.overlay, *words]
        done = subprocess.run(command, input=stdin, text=True, capture_output=True, timeout=60)
        if check and done.returncode != 0:
            raise StackError(f"harborctl {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def count_drift(self):
        """What every test leaves behind: unread counters that say what their rows say."""
        if not (self.state / "harbor.db").exists():
            return []
        done = self.harborctl("doctor", "--counters", check=False)
        return [] if done.returncode == 0 else [f"doctor --counters: exit {done.returncode}\n{done.stdout}{done.stderr}"]

    @property
    def database(self):
        return Database(self.state / "harbor.db")

    def client(self, **options):
        return Client(self.port, **options)

    def log_files(self):
        return sorted(path for path in self.state.rglob("*") if path.is_file() and
                      (path.suffix == ".log" or ".log." in path.name))

    def sanitizer_reports(self):
        found = []
        for path in self.log_files():
            lines = path.read_text(errors="replace").splitlines()
            marked = [number for number, line in enumerate(lines) if any(mark in line for mark in SANITIZER_MARKS)]
            if marked:
                excerpt = "\n".join(lines[marked[0]:marked[0] + 40])
                found.append(f"{path.name}:{marked[0] + 1}\n{excerpt}")
        return found

    def expect_end(self, *names):
        """These parts are about to end by themselves, and rightly: once each."""
        for name in names:
            self._kills[name] += 1

    def _deaths(self):
        """Parts that were started again more often than a test had killed them."""
        try:
            status = self.status()
        except StackError:
            return []
        return [f"{name} died {part['restarts']} times, {self._kills[name]} of them by the test"
                for name, part in status.items() if part["restarts"] > self._kills[name]]

    def _end(self):
        complaints = []
        try:
            self.stop()
        except (StackError, subprocess.TimeoutExpired) as error:
            complaints.append(str(error))
        complaints += self.count_drift()
        complaints += self.sanitizer_reports()
        if self.keep or complaints:
            self._print_logs()
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        return complaints

    def _print_logs(self):
        print(f"\nkept: {self.state}", file=sys.stderr)
        for path in self.log_files():
            lines = path.read_text(errors="replace").splitlines()
            print(f"--- {path.name}: last 25 of {len(lines)} lines", file=sys.stderr)
            print("\n".join(line[:400] for line in lines[-25:]), file=sys.stderr)

    @staticmethod
    def _run_tool(words):
        done = subprocess.run([sys.executable, ROOT / "tools" / "stack.py", *words], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, cwd=ROOT)
        if done.returncode != 0:
            raise StackError(f"stack.py {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout
