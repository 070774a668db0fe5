"""As much of Redis' protocol (RESP2) as it takes to listen to what the workers announce."""

import socket
import time


class Redis:
    """One connection to the stack's Redis; a context manager."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def ask(self, *words, timeout_s=5):
        self._socket.sendall(b"*%d\r\n" % len(words) + b"".join(
            b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode()) for word in words))
        return self.read(timeout_s)

    def read(self, timeout_s=5):
        """The next answer or published message; None if nothing comes."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                value, self._buffer = parse(self._buffer)
                return value
            except IndexError:
                pass
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                return None
            assert data, "Redis closed the connection"
            self._buffer += data


def parse(data):
    """(value, the bytes after it); IndexError if it is not whole yet."""
    line, end, rest = data.partition(b"\r\n")
    if not end:
        raise IndexError
    kind, text = line[:1], line[1:]
    if kind in (b"+", b"-"):
        return text.decode(), rest
    if kind == b":":
        return int(text), rest
    if kind == b"$":
        size = int(text)
        if size < 0:
            return None, rest
        if len(rest) < size + 2:
            raise IndexError
        return rest[:size].decode(), rest[size + 2:]
    items = []
    for _ in range(int(text)):
        item, rest = parse(rest)
        items.append(item)
    return items, rest
