"""Asks a part whether it lives: one short question over a socket, without ever blocking the supervisor's loop."""

import selectors
import socket


class Probe:
    """Sends `question` to `address` every `interval` seconds; `healthy` once the answer contains `answer`.

    An answer that has not come within `patience` seconds is silence; a refused connection is only "not yet".
    """

    def __init__(self, address, question, answer, *, interval=2.0, patience=5.0):
        self.address = address
        self.question = question
        self.answer = answer
        self.interval = interval
        self.patience = patience
        self.watching = True  # off: a frozen part is left frozen
        self.received = b""
        self._socket = None
        self.forget()

    def forget(self):
        """A new process is being asked: nothing is known of it."""
        self._close()
        self.healthy = False
        self._next = 0.0

    def tick(self, now, selector):
        """Asks when it is time. False when the part has been silent for too long."""
        if self._socket is None:
            if now >= self._next:
                self._ask(now, selector)
            return True
        if not self.watching:
            self._deadline = max(self._deadline, now + self.interval)  # lest wakeup() be always now
        if now < self._deadline:
            return True
        self._close()
        return False

    def wakeup(self):
        return self._next if self._socket is None else self._deadline

    def _ask(self, now, selector):
        self._next = now + (self.interval if self.healthy else 0.05)
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(0.1)  # local: it connects at once or not at all
        try:
            connection.connect(self.address)
            connection.sendall(self.question)
        except OSError:
            connection.close()
            return
        self._socket, self._selector, self._deadline = connection, selector, now + self.patience
        self.received = b""
        selector.register(connection, selectors.EVENT_READ, self._read)

    def _read(self):
        if self._socket is None:  # closed earlier in the same turn
            return
        try:
            data = self._socket.recv(4096)
        except OSError:
            data = b""
        self.received += data
        if self.answer in self.received:
            self.healthy = True
            self._close()
        elif not data:
            self._close()

    def _close(self):
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None
