"""Harbor itself: a whole stack by tools/stack.py, with nginx's limits out of the way, and people to write."""

import contextlib
import hashlib
import json
import secrets
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from . import system, wire
from .programs import BenchError

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
from harbor_stack.control import ask  # noqa: E402
from harbor_stack.errors import StackError  # noqa: E402

SEND = "/api/messaging/send"
_TIME = "2020-01-01T00:00:00.000Z"
_FAR = "2100-01-01T00:00:00.000Z"


class Person:
    def __init__(self, email):
        self.email, self.token = email, secrets.token_urlsafe(32)


class Harbor:
    """A context: the stack runs inside it. `overlay` is laid over the default configuration, without its limit of
    messages a minute."""

    def __init__(self, programs, folder, *, slow_disk_ms=None, overlay=None):
        self.programs, self.state = programs, folder / "state"
        self._command = [sys.executable, ROOT / "tools" / "stack.py", "run", "--bin", programs.folder, "--port", "0",
                         "--state", self.state, "--limits", "bench"]
        if slow_disk_ms is not None:
            programs.path("../lib/" + programs.slow_fdatasync.name)
            # A sanitizer's runtime wants to be loaded first and does not need to be.
            self._command += ["--preload", programs.slow_fdatasync, "--env", f"HARBOR_FDATASYNC_MS={slow_disk_ms}",
                              "--env", "ASAN_OPTIONS=verify_asan_link_order=0"]
        folder.mkdir(parents=True)
        whole = {"limits": {"messages": "1000000/min"}, **(overlay or {})}
        (folder / "overlay.yaml").write_text(json.dumps(whole))
        self._command += ["--config", folder / "overlay.yaml"]
        self._log = folder / "stack.log"
        self.port = None

    def __enter__(self):
        with open(self._log, "w") as log:
            self._child = system.begin(self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                       text=True)
        for line in self._child.stdout:
            if line.startswith("ready http://127.0.0.1:"):
                self.port = int(line.rsplit(":", 1)[1])
                return self
        self._child.wait()
        raise BenchError(f"the stack did not start:\n{self._log.read_text()[-2000:]}")

    def __exit__(self, *_):
        system.end(self._child, seconds=60)
        self._child.stdout.close()

    def ctl(self, *words):
        try:
            return ask(self.state / "run" / "control.sock", list(words), timeout=60)
        except StackError as error:
            raise BenchError(str(error)) from error

    def pids(self):
        """Part ("api", "nginx", …) to the pids of its processes."""
        parts = {}
        for name, part in self.ctl("status")["parts"].items():
            if part["pid"]:
                parts.setdefault(name.split("-")[0], []).extend(system.with_children(part["pid"]))
        return parts

    @contextlib.contextmanager
    def without_redis(self):
        self.ctl("stop", "redis")
        self._await_redis("degraded")
        try:
            yield
        finally:
            self.ctl("start", "redis")
            self._await_redis("ok")

    def _await_redis(self, status):
        """All workers know: each api worker has said so, and the sse worker has had time to."""
        end, seen = time.monotonic() + 10, 0
        while seen < 10:
            answer = wire.ask_once(self.port, wire.request("GET", "/readyz"))[2]
            seen = seen + 1 if json.loads(answer)["status"] == status else 0
            if time.monotonic() > end:
                raise BenchError(f"/readyz does not say {status}: {answer.decode()}")
            time.sleep(0.06)

    def team(self, tenant, size):
        """`size` members of a new tenant, signed in. Straight into the tables: by harborctl it would be two processes
        a person, and a large team has thousands."""
        people = [Person(f"person{number}@{tenant}.example") for number in range(size)]
        connection = sqlite3.connect(self.state / "harbor.db", timeout=10)
        with contextlib.closing(connection), connection:
            run = connection.executemany
            run("INSERT INTO Tenants (Id, Name, CreatedAt) VALUES (?, ?, ?)", [(tenant, tenant, _TIME)])
            run("INSERT INTO EventHeads (TenantId, Epoch) VALUES (?, ?)", [(tenant, secrets.token_hex(4))])
            run("INSERT INTO Subscribers (Email, Name, CreatedAt) VALUES (?, 'A Person', ?)",
                [(person.email, _TIME) for person in people])
            run("INSERT INTO TenantUsers (TenantId, Email, JoinedSeq, CreatedAt) VALUES (?, ?, 1, ?)",
                [(tenant, person.email, _TIME) for person in people])
            run("INSERT INTO Sessions (TokenHash, Email, CreatedAt, LastSeenAt, ExpiresAt) VALUES (?, ?, ?, ?, ?)",
                [(hashlib.sha256(person.token.encode()).hexdigest(), person.email, _TIME, _FAR, _FAR)
                 for person in people])
        return people


def letter(tenant, recipients, subject, body):
    return {"tenantId": tenant, "subject": subject, "body": body, "recipients": [one.email for one in recipients]}
