"""The supervisor's control socket: one line of JSON asks, one line answers, then it closes.

A command is a generator: it yields conditions and is resumed when they hold; what it returns is the answer. So a
command may wait (for a part to be up again) without holding up the loop or other commands.
"""

import json
import os
import selectors
import socket

from .errors import StackError

_LONGEST_REQUEST = 4096


class Task:
    """A generator of conditions, advanced whenever the current one holds."""

    def __init__(self, steps):
        self._steps = steps
        self._condition = lambda: True
        self.done = False
        self.result = None

    def advance(self):
        """Goes as far as it can. What the generator raises comes out here."""
        while not self.done and self._condition():
            try:
                self._condition = next(self._steps)
            except StopIteration as end:
                self.done, self.result = True, end.value


class ControlServer:
    def __init__(self, path, selector, begin):
        """begin: from the words of a command to its generator; may raise StackError."""
        self._selector = selector
        self._begin = begin
        self._waiting = {}  # connection -> Task
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        os.chmod(path, 0o600)
        self._listener.listen(128)
        self._listener.setblocking(False)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def advance(self):
        for connection, task in list(self._waiting.items()):
            try:
                task.advance()
            except StackError as error:
                self._answer(connection, {"ok": False, "error": str(error)})
            else:
                if task.done:
                    self._answer(connection, {"ok": True, "result": task.result})

    def _accept(self):
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        connection.settimeout(1)
        received = bytearray()
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._read(connection, received))

    def _read(self, connection, received):
        try:
            data = connection.recv(_LONGEST_REQUEST)
        except OSError:
            data = b""
        received += data
        if not data or len(received) > _LONGEST_REQUEST:
            self._close(connection)
        elif received.endswith(b"\n"):
            self._selector.unregister(connection)
            self._request(connection, bytes(received))

    def _request(self, connection, line):
        try:
            words = json.loads(line)["command"]
            self._waiting[connection] = Task(self._begin(words))
        except (StackError, ValueError, KeyError, TypeError) as error:
            self._answer(connection, {"ok": False, "error": str(error)})

    def _answer(self, connection, answer):
        self._waiting.pop(connection, None)
        try:
            connection.sendall(json.dumps(answer).encode() + b"\n")
        except OSError:
            pass  # it has gone; the command was done all the same
        connection.close()

    def _close(self, connection):
        self._selector.unregister(connection)
        connection.close()


def ask(path, words, timeout):
    """Sends one command to the supervisor that listens at `path` and returns its result; raises StackError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        try:
            connection.connect(str(path))
            connection.sendall(json.dumps({"command": words}).encode() + b"\n")
            with connection.makefile() as answers:
                line = answers.readline()
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise StackError("no stack is running there") from error
        except OSError as error:
            raise StackError(f"the supervisor does not answer: {error}") from error
    if not line:
        raise StackError("the supervisor ended before it answered")
    answer = json.loads(line)
    if not answer["ok"]:
        raise StackError(answer["error"])
    return answer["result"]
