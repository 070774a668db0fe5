"""The loop that keeps the parts of a stack running, and the commands it takes while it does."""

import inspect
import os
import selectors
import signal
import socket
import struct
import time

from .control import ControlServer, Task
from .errors import StackError
from .part import FAILED, HOPELESS_STARTS, STOPPED, UP, Part

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid
_COMMAND_SECONDS = 120
_LONGEST_TURN = 1.0
_LONGEST_TURN_IN_A_TASK = 0.05  # its condition may come true without an event


class Interrupted(Exception):
    """SIGINT, SIGTERM or SIGHUP."""


class Supervisor:
    """groups: lists of Spec in the order in which they are started; each group is up before the next begins.

    One thread: parts, sockets and commands are touched by nobody else.
    """

    def __init__(self, groups, *, notify_path, control_path, say, changed):
        """changed: called when a pid has changed."""
        self.selector = selectors.DefaultSelector()
        self._say = say
        self._changed = changed
        self._known_pids = {}
        self._groups = [[Part(spec, self.selector, say) for spec in group] for group in groups]
        self.parts = {part.name: part for group in self._groups for part in group}
        self._stop_wanted = False
        self._catch_signals()
        self._notify = self._listen_for_notifications(notify_path)
        self._control = ControlServer(control_path, self.selector, self._command)

    def start(self):
        """Starts all; raises StackError with the part's own words when one cannot start."""
        for group in self._groups:
            for part in group:
                part.start()
            self.run(self._until_up(group))

    def serve(self):
        """Until somebody wants the end."""
        while not self._stop_wanted:
            self._turn(_LONGEST_TURN)

    def stop(self):
        """In reverse order. Further signals change nothing: every part has its deadline already."""
        for group in reversed(self._groups):
            for part in group:
                part.stop()
            self._pump(Task(iter([lambda group=group: all(part.state == STOPPED for part in group)])))

    def run(self, steps):
        """Turns the loop until the generator has ended; raises Interrupted when the end is wanted first."""
        return self._pump(Task(steps), interruptible=True)

    def status(self):
        return {"parts": {name: part.status() for name, part in self.parts.items()}}

    def _pump(self, task, interruptible=False):
        task.advance()
        while not task.done:
            self._turn(_LONGEST_TURN_IN_A_TASK)
            if interruptible and self._stop_wanted:
                raise Interrupted
            task.advance()
        return task.result

    def _turn(self, longest):
        wakeup = min(part.wakeup() for part in self.parts.values())
        timeout = min(max(wakeup - time.monotonic(), 0), longest)
        for key, _ in self.selector.select(timeout):
            key.data()
        # What has arrived was handled first: a late turn of ours must not look like a hanging part.
        now = time.monotonic()
        for part in self.parts.values():
            part.tick(now)
        self._control.advance()
        self._tell_changes()

    def _tell_changes(self):
        pids = {name: part.pid for name, part in self.parts.items()}
        if pids != self._known_pids:
            self._known_pids = pids
            self._changed(pids)

    def _until_up(self, group):
        for part in group:
            yield lambda part=part: part.state in (UP, FAILED) or part.failed_starts >= HOPELESS_STARTS
            if part.state != UP:
                code = 78 if part.state == FAILED else 1
                raise StackError("\n".join([f"{part.name} does not start:", *part.words()]), code)

    # Signals

    def _catch_signals(self):
        reader, self._wakeup = socket.socketpair()
        reader.setblocking(False)
        self._wakeup.setblocking(False)
        signal.set_wakeup_fd(self._wakeup.fileno(), warn_on_full_buffer=False)
        self.selector.register(reader, selectors.EVENT_READ, lambda: reader.recv(4096))
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a handler at all makes the wake-up happen
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(self, "_stop_wanted", True))

    # sd_notify

    def _listen_for_notifications(self, path):
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind(str(path))
        os.chmod(path, 0o600)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        receiver.setblocking(False)
        self.selector.register(receiver, selectors.EVENT_READ, self._receive_notifications)
        return receiver

    def _receive_notifications(self):
        """The kernel says who sent it, so that only a part's main process speaks for it (NotifyAccess=main)."""
        by_pid = {part.pid: part for part in self.parts.values() if part.pid}
        while True:
            try:
                data, ancillary, _, _ = self._notify.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
            except BlockingIOError:
                return
            for _, kind, content in ancillary:
                if kind == socket.SCM_CREDENTIALS and len(content) >= _CREDENTIALS.size:
                    part = by_pid.get(_CREDENTIALS.unpack_from(content)[0])
                    if part is not None:
                        part.notified(_fields(data))

    # Commands: the answer itself, or a generator that comes to it (control.py)

    def _command(self, words):
        name, *arguments = words
        commands = {
            "status": self.status, "start": self._start, "stop": self._stop,
            "restart": self._restart, "kill": self._kill, "wait": self._wait, "watch": self._watch,
            "reload-nginx": self._reload_nginx,
        }
        if name not in commands:
            raise StackError(f"unknown command {name}; there are: {', '.join(commands)}")
        try:
            answer = commands[name](*arguments)
        except TypeError as error:
            raise StackError(f"{name}: wrong number of words") from error
        return answer if inspect.isgenerator(answer) else _at_once(answer)

    def _part(self, name):
        if name not in self.parts:
            raise StackError(f"no part {name}; there are: {', '.join(self.parts)}")
        return self.parts[name]

    def _start(self, name):
        part = self._part(name)
        part.start()
        return (yield from self._when_up([part]))

    def _stop(self, name):
        part = self._part(name)
        part.stop()
        yield lambda: part.state == STOPPED
        return part.status()

    def _restart(self, name):
        yield from self._stop(name)
        return (yield from self._start(name))

    def _wait(self, *names):
        return (yield from self._when_up([self._part(name) for name in names or self.parts]))

    def _when_up(self, parts):
        deadline = time.monotonic() + _COMMAND_SECONDS
        for part in parts:
            yield lambda part=part: part.state in (UP, FAILED) or time.monotonic() > deadline
            if part.state != UP:
                raise StackError(f"{part.name} did not come up ({part.state})")
        return {part.name: part.status() for part in parts}

    def _kill(self, name, number):
        """Answers a SIGKILL when the process has gone, so that a `wait` after it means the next one."""
        part, pid = self._part(name), self._part(name).pid
        part.signal(_signal_number(number))
        if _signal_number(number) == signal.SIGKILL:
            yield lambda: part.pid != pid
        return {"pid": pid}

    def _watch(self, name, switch):
        if switch not in ("on", "off"):
            raise StackError("watch NAME on|off")
        self._part(name).watch(switch == "on")
        return switch

    def _reload_nginx(self):
        self._part("nginx").signal(signal.SIGHUP)
        return "reloading"


def _at_once(answer):
    return answer
    yield


def _fields(message):
    lines = message.decode(errors="replace").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _signal_number(name):
    if name.isdigit():
        return int(name)
    try:
        return signal.Signals["SIG" + name.upper().removeprefix("SIG")]
    except KeyError as error:
        raise StackError(f"no signal {name}") from error
