"""A child process in a session of its own: how it is begun, signalled and cleared away.

The supervisor is the reaper of orphans, so that what a killed process leaves behind in its group (the workers of an
nginx master) becomes our child and can be waited for.
"""

import contextlib
import ctypes
import os
import resource
import signal
from dataclasses import dataclass

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Exit:
    """How a process ended: by itself with a code, or by a signal."""

    code: int | None
    signal: int | None

    def __str__(self):
        return f"exited with signal {self.signal}" if self.signal else f"exited with code {self.code}"


def adopt_orphans():
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def open_files():
    """The hard limit of open files: what every child gets."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def spawn(command, *, env, cwd, stdin, log, death_signal):
    """Starts `command` and returns its pid, which is also its process group.

    stdin: a socket, or None for /dev/null. log: path of the file that stdout and stderr are appended to.
    death_signal: what the child gets when the supervisor dies.
    """
    supervisor = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        _become(command, env, cwd, stdin, log, death_signal, supervisor)
    except BaseException as error:  # in the child: nothing may run on into the supervisor's code
        os.write(2, f"{command[0]}: {error}\n".encode())
    os._exit(127)


def _become(command, env, cwd, stdin, log, death_signal, supervisor):
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY) if stdin is None else stdin.fileno(), 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(cwd)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and ignoring outlives exec
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files(), open_files()))
    _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != supervisor:  # it died before we asked to be told
        os._exit(127)
    os.execvpe(command[0], command, {**env, "WATCHDOG_PID": str(os.getpid())})


def poll(pid):
    """The Exit of `pid` if it has ended, else None. It stays a zombie, so that its group's number stays ours."""
    info = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if info is None:
        return None
    if info.si_code == os.CLD_EXITED:
        return Exit(info.si_status, None)
    return Exit(None, info.si_status)


def clear_group(pid):
    """Kills and reaps whatever is left of the group of `pid`, which has ended."""
    signal_group(pid, signal.SIGKILL)
    while True:
        try:
            os.waitpid(-pid, 0)
        except ChildProcessError:
            return


def signal_process(pid, number):
    """Like systemd: a frozen process is woken, or it would never hear of it."""
    os.kill(pid, number)
    if number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGABRT):
        os.kill(pid, signal.SIGCONT)


def signal_group(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def signal_if_there(pid, number):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def groups():
    """(pid, process group) of every process of the machine."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(ProcessLookupError):
                yield int(entry), os.getpgid(int(entry))


def folder(pid):
    """The working directory of a process, or None if it has ended or is not ours to ask."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return None
