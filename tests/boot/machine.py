"""One machine in systemd-nspawn, with a network of its own (loopback alone), and commands in it."""

import os
import signal
import subprocess
import time
from pathlib import Path

BOOT_SECONDS = 120  # bounds, not expectations: it takes two on a machine that has nothing else to do
STOP_SECONDS = 120
COMMAND_SECONDS = 60
REBOOT = 133
POWER_OFF = signal.SIGRTMIN + 4  # systemd(1): what asks pid 1 to power off


class Machine:
    """`root` is its file system, also to be written from outside while it runs."""

    def __init__(self, root, console):
        self.root = root
        self._console = open(console, "wb")
        self._nspawn = None
        self._leader = None

    def boot(self):
        self._nspawn = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "-M", f"harbor-{os.getpid()}", "--register=no", "--keep-unit",
             "--private-network", "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe", "--boot"],
            stdin=subprocess.DEVNULL, stdout=self._console, stderr=self._console, start_new_session=True)
        self._wait_until_up()

    def reboot(self):
        """nspawn ends with REBOOT where it does not register its machines, and is to be started anew."""
        self.run("systemctl --no-block reboot")
        try:
            ended = self._nspawn.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            jobs = self.run("systemctl list-jobs --no-legend", check=False)
            raise AssertionError(f"the machine did not go down within {STOP_SECONDS} s; it waits for:\n{jobs}") from None
        assert ended == REBOOT, f"systemd-nspawn ended with {ended}, want {REBOOT}"
        self.boot()

    def power_off(self):
        """By its own first process; nothing outside is asked, nothing of it stays."""
        if self._nspawn is None:
            return
        self._signal_leader(POWER_OFF)
        try:
            self._nspawn.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal_leader(signal.SIGKILL)
            self._nspawn.wait(30)
        self._nspawn = None
        self._console.close()

    def is_up(self):
        return self._nspawn is not None and self._nspawn.poll() is None and self._leader is not None

    def run(self, command, *, stdin="", check=True, timeout=COMMAND_SECONDS, env=()):
        """A shell command in the machine; its standard output."""
        done = subprocess.run([*self._enter("-a"), "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", *env,
                               "/bin/sh", "-c", command],
                              input=stdin, capture_output=True, text=True, timeout=timeout)
        assert not check or done.returncode == 0, f"`{command}`: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    def on_its_network(self, *command, **options):
        """A program of ours, with our files, on the machine's loopback."""
        return subprocess.Popen([*self._enter("-n"), *map(str, command)], text=True, **options)

    def show(self, unit, *names):
        """Properties of a unit, as systemd words them."""
        said = self.run(f"systemctl show {unit} " + " ".join(f"-p {name}" for name in names))
        facts = dict(line.split("=", 1) for line in said.splitlines())
        return facts[names[0]] if len(names) == 1 else facts

    def status_of(self, pid):
        """/proc/PID/status of a process of the machine (ProtectProc hides it from its neighbours, not from root)."""
        lines = self.run(f"cat /proc/{pid}/status").splitlines()
        return {name: value.strip() for name, value in (line.split(":", 1) for line in lines)}

    def _enter(self, namespaces):
        return ["nsenter", "-t", str(self._leader), namespaces, "--"]

    def _signal_leader(self, number):
        try:
            os.kill(self._leader or self._nspawn.pid, number)
        except ProcessLookupError:
            pass

    def _wait_until_up(self):
        end = time.monotonic() + BOOT_SECONDS
        said = ""
        while time.monotonic() < end:
            if self._nspawn.poll() is not None:
                raise AssertionError(f"the machine ended with {self._nspawn.returncode}; see {self._console.name}")
            self._leader = self._find_leader()
            if self._leader is not None:
                said = self.run("systemctl is-system-running", check=False)
                if said in ("running", "degraded"):
                    return
            time.sleep(0.1)
        raise AssertionError(f"not up within {BOOT_SECONDS} s (systemctl says {said!r}); see {self._console.name}")

    def _find_leader(self):
        """The child of nspawn that is the first process of its own namespace."""
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        for child in children:
            try:
                status = Path(f"/proc/{child}/status").read_text()
            except OSError:
                continue
            inner = next(line for line in status.splitlines() if line.startswith("NSpid:")).split()
            if len(inner) == 3 and inner[2] == "1" and os.path.exists(f"/proc/{child}/root/usr"):
                return int(child)
        return None
