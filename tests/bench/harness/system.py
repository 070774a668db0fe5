"""What the kernel knows: CPU time of processes and of the machine; and children that end with us."""

import ctypes
import os
import signal
import subprocess

_TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def begin(command, *, end_with=signal.SIGTERM, **more):
    """A child that hears `end_with` when this process is gone, however it went."""
    return subprocess.Popen([str(word) for word in command], preexec_fn=lambda: _tie(end_with), **more)


def _tie(number):
    _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def end(child, seconds=10):
    """SIGTERM, and SIGKILL if that does not help; by pid, and only what we began."""
    child.terminate()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def with_children(pid):
    """The pid and those of its children, such as nginx's workers."""
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [pid, *map(int, children.read().split())]


class Meter:
    """CPU time since its making of living processes with all their threads, to 10 ms; pids: name → list."""

    def __init__(self, pids):
        self._pids, self._start = pids, self._read(pids)

    def spent_us(self):
        return {name: spent - self._start[name] for name, spent in self._read(self._pids).items()}

    @staticmethod
    def _read(pids):
        return {name: sum(map(_ticks, each)) * _TICK_US for name, each in pids.items()}


def _ticks(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # utime, stime


class Load:
    """How busy others were since its making: the machine's CPU time less our own and our ended children's."""

    def __init__(self):
        self._start = self._read()

    def others_share(self):
        busy, total, own = (now - then for now, then in zip(self._read(), self._start))
        return max(0.0, (busy - own) / max(total, 1))

    @staticmethod
    def _read():
        with open("/proc/stat") as stat:
            user, nice, system, idle, iowait, irq, softirq, steal = map(int, stat.readline().split()[1:9])
        own = sum(os.times()[:4]) * os.sysconf("SC_CLK_TCK")
        busy = user + nice + system + irq + softirq + steal
        return busy, busy + idle + iowait, own
