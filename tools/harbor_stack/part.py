"""The life of one process of the stack: started, ready, watched, stopped, started again.

A part with a probe is up when it answers and hangs when it stops answering (Redis, nginx). Any other speaks sd_notify:
READY=1 makes it up, and from then on WATCHDOG=1 must come within the watchdog time.
"""

import signal
import socket
import time
from dataclasses import dataclass, field

from . import process
from .errors import StackError
from .probe import Probe

STOPPED, STARTING, UP, STOPPING, ABORTING, BACKOFF, FAILED = (
    "stopped", "starting", "up", "stopping", "aborting", "backoff", "failed")

EXIT_CONFIG = 78
WATCHDOG_SECONDS = 10
START_SECONDS = 60
STOP_SECONDS = 35  # a drain may take 30
ABORT_SECONDS = 2
FIRST_DELAY, LONGEST_DELAY = 0.1, 2.0
STEADY_SECONDS = 10  # up for so long: the next restart is quick again
HOPELESS_STARTS = 5
NEVER = float("inf")


@dataclass
class Spec:
    """What a part is."""

    name: str
    command: list
    log: str
    cwd: str
    env: dict = field(default_factory=dict)
    stdin: socket.socket | None = None  # kept open here while the process comes and goes
    probe: Probe | None = None
    death_signal: int = signal.SIGKILL


class Part:
    """Call tick() after every turn of the loop, and at wakeup() at the latest."""

    def __init__(self, spec, selector, say):
        self.spec = spec
        self.name = spec.name
        self.pid = None
        self.state = STOPPED
        self.restarts = 0
        self.failed_starts = 0
        self._selector = selector
        self._say = say
        self._wanted = False
        self._watched = True
        self._deadline = NEVER
        self._delay = FIRST_DELAY
        self._up_since = NEVER
        self._reason = ""
        self._log_start = 0

    def start(self):
        self._wanted = True
        if self.state in (STOPPED, FAILED):
            self._spawn()

    def stop(self):
        """SIGTERM, which is a drain; SIGKILL when it takes too long."""
        self._wanted = False
        if self.pid is None:
            self._enter(STOPPED)
        elif self.state in (STARTING, UP):
            process.signal_process(self.pid, signal.SIGTERM)
            self._enter(STOPPING, STOP_SECONDS)

    def signal(self, number):
        if self.pid is None:
            raise StackError(f"{self.name} is not running")
        process.signal_process(self.pid, number)

    def watch(self, on):
        """Off: a part that hangs is left hanging."""
        self._watched = on
        if self.spec.probe is not None:
            self.spec.probe.watching = on
        elif self.state == UP:
            self._deadline = time.monotonic() + WATCHDOG_SECONDS

    def notified(self, fields):
        """One sd_notify message of the part's main process."""
        if fields.get("STOPPING") == "1" and self.state in (STARTING, UP):
            self._enter(STOPPING, STOP_SECONDS)
        elif fields.get("READY") == "1" and self.state == STARTING:
            self._enter_up()
        elif fields.get("WATCHDOG") == "1" and self.state == UP:
            self._deadline = time.monotonic() + WATCHDOG_SECONDS

    def tick(self, now):
        if self.pid is not None and (end := process.poll(self.pid)):
            self._ended(end, now)
        if self.spec.probe is not None and self.state in (STARTING, UP):
            self._look(now)
        if now >= self._deadline:
            self._overdue(now)

    def wakeup(self):
        probe = self.spec.probe
        if probe is not None and self.state in (STARTING, UP):
            return min(self._deadline, probe.wakeup())
        return self._deadline

    def status(self):
        return {"pid": self.pid, "state": self.state, "restarts": self.restarts}

    def words(self, most=20):
        """The last lines it has logged since it was started last."""
        try:
            with open(self.spec.log, "rb") as log:
                log.seek(self._log_start)
                return log.read()[-8000:].decode(errors="replace").splitlines()[-most:]
        except OSError:
            return []

    def _enter(self, state, seconds=NEVER):
        self.state = state
        self._deadline = time.monotonic() + seconds

    def _enter_up(self):
        self._up_since = time.monotonic()
        self.failed_starts = 0
        self._enter(UP, NEVER if self.spec.probe else WATCHDOG_SECONDS)

    def _spawn(self):
        with open(self.spec.log, "ab") as log:
            self._log_start = log.tell()
        self.pid = process.spawn(
            self.spec.command, env=self.spec.env, cwd=self.spec.cwd, stdin=self.spec.stdin, log=self.spec.log,
            death_signal=self.spec.death_signal)
        self._enter(STARTING, START_SECONDS)

    def _look(self, now):
        probe = self.spec.probe
        answers = probe.tick(now, self._selector)
        if not answers:
            self._hung(f"has not answered for {probe.patience:.0f} s")
        elif self.state == STARTING and probe.healthy:
            self._enter_up()

    def _hung(self, reason):
        self._reason = reason
        # SIGABRT lets a worker of ours say where it hangs (ASan, core); Redis and nginx have nothing to tell us.
        process.signal_process(self.pid, signal.SIGKILL if self.spec.probe else signal.SIGABRT)
        self._enter(ABORTING, ABORT_SECONDS)

    def _overdue(self, now):
        if self.state == STARTING:
            self._hung(f"was not ready after {START_SECONDS} s")
        elif self.state == UP and not self._watched:
            self._deadline = now + WATCHDOG_SECONDS
        elif self.state == UP:
            self._hung(f"has sent no watchdog for {WATCHDOG_SECONDS} s")
        elif self.state in (STOPPING, ABORTING):
            process.signal_group(self.pid, signal.SIGKILL)
            self._enter(self.state, ABORT_SECONDS)
        elif self.state == BACKOFF:
            self._spawn()
            self.restarts += 1
            self._say(f"{self.name} {self._reason}; started again (pid {self.pid})")

    def _ended(self, end, now):
        process.clear_group(self.pid)
        self.pid = None
        if self.spec.probe:
            self.spec.probe.forget()
        if self.state != ABORTING:
            self._reason = str(end)
        if not self._wanted:
            self._enter(STOPPED)
        elif end.code == EXIT_CONFIG:
            self._enter(FAILED)
            self._say(f"{self.name} refuses its configuration (exit {EXIT_CONFIG}); not started again")
        else:
            self._back_off(now)

    def _back_off(self, now):
        if self._up_since > now:
            self.failed_starts += 1
        steady = now - self._up_since >= STEADY_SECONDS
        self._delay = FIRST_DELAY if steady else self._delay
        self._up_since = NEVER
        self._enter(BACKOFF, self._delay)
        self._delay = min(2 * self._delay, LONGEST_DELAY)
