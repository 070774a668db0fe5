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
from pathlib import Path

from .client import Client
from .database import Database

ROOT = Path(__file__).resolve().parents[3]
SANITIZER_MARKS = ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "WARNING: ThreadSanitizer", "runtime error:",
                   "SUMMARY: AddressSanitizer", "SUMMARY: UndefinedBehaviorSanitizer")

# Cheap password hashes (sanitizers make them slow) and no limit on logins from 127.0.0.1.
BASE = {"auth": {"argon2_memory": "64 KiB", "argon2_passes": 1, "login_per_address": "100000/15 min"}}


class StackError(Exception):
    """stack.py, harborctl or a worker did not do what a test needed for its set-up."""


def binary_folder():
    return (ROOT / os.environ.get("HARBOR_BIN", "build/asan/bin")).resolve()


def merged(base, overlay):
    result = {section: dict(keys) for section, keys in base.items()}
    for section, keys in (overlay or {}).items():
        result.setdefault(section, {}).update(keys)
    return result


class Stack:
    def __init__(self, overlay=None, *, demo=False, environment=None):
        self.config = merged(BASE, overlay)
        self.demo, self.environment = demo, dict(environment or {})
        if os.environ.get("HARBOR_MUTANT"):
            self.environment["HARBOR_MUTANT"] = os.environ["HARBOR_MUTANT"]
        self.folder = Path(tempfile.mkdtemp(prefix="hb-", dir="/tmp"))
        self.state = self.folder / "s"
        self.keep = False
        self.port = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.keep = True
            self._end()
            raise
        return self

    def __exit__(self, kind, *_):
        self.keep = self.keep or kind is not None
        reports = self._end()
        assert not reports, "sanitizer reports:\n" + "\n".join(reports)

    def start(self):
        """Also after `stop`, on the same state, perhaps with another `config` and `port`."""
        overlay = self.folder / "overlay.yaml"
        overlay.write_text(json.dumps(self.config))
        words = ["run", "--bin", str(binary_folder()), "--state", str(self.state), "--port", "0", "--config",
                 str(overlay), "--detach"]
        words += ["--demo"] if self.demo else []
        for name, value in self.environment.items():
            words += ["--env", f"{name}={value}"]
        output = self._run_tool(words, timeout_s=90)
        ready = output.strip().splitlines()[-1] if output.strip() else ""
        if not ready.startswith("ready http://127.0.0.1:"):
            raise StackError(f"stack.py's last line is {ready!r}, want «ready http://127.0.0.1:PORT»:\n{output}")
        self.port = int(ready.rsplit(":", 1)[1].rstrip("/"))

    def stop(self):
        self._run_tool(["stop", "--state", str(self.state)], timeout_s=90)

    def ctl(self, *words, timeout_s=60):
        return self._run_tool(["ctl", "--state", str(self.state), *words], timeout_s)

    def status(self):
        return json.loads(self.ctl("status"))

    def pids(self):
        """Part name to process id, of the parts that run."""
        return {name: part["pid"] for name, part in self.status()["parts"].items() if part.get("pid")}

    def kill(self, name, signal):
        self.ctl("kill", name, signal)

    def restart(self, name):
        self.ctl("restart", name)

    def harborctl(self, *words, stdin="", check=True):
        done = subprocess.run([binary_folder() / "harborctl", "--config", self.state / "harbor.yaml", *words],
                              input=stdin, text=True, capture_output=True, timeout=60)
        if check and done.returncode != 0:
            raise StackError(f"harborctl {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

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

    def _end(self):
        try:
            self.stop()
        except (StackError, subprocess.TimeoutExpired) as error:
            print(f"stack.py stop: {error}", file=sys.stderr)
            self.keep = True
        reports = self.sanitizer_reports()
        if self.keep or reports:
            self._print_logs()
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        return reports

    def _print_logs(self):
        print(f"\nkept: {self.state}", file=sys.stderr)
        for path in self.log_files():
            lines = path.read_text(errors="replace").splitlines()
            print(f"--- {path.name}: last 25 of {len(lines)} lines", file=sys.stderr)
            print("\n".join(line[:400] for line in lines[-25:]), file=sys.stderr)

    @staticmethod
    def _run_tool(words, timeout_s):
        done = subprocess.run([sys.executable, ROOT / "tools" / "stack.py", *words], text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout_s, cwd=ROOT)
        if done.returncode != 0:
            raise StackError(f"stack.py {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout
