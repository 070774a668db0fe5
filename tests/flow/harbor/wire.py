"""An HTTP/1.1 response read incrementally from bytes: head, then a chunked, counted or closed body."""


class WireError(Exception):
    """The bytes are not a well-formed HTTP/1.1 response."""


class Response:
    """`feed` returns the body bytes a piece completed; `chunk_starts` are body offsets of HTTP chunks."""

    def __init__(self):
        self.status = None
        self.headers = {}
        self.chunk_starts = []
        self.complete = False
        self._buffer = bytearray()
        self._mode = "head"
        self._left = 0
        self._body_bytes = 0

    def feed(self, data):
        self._buffer += data
        body = bytearray()
        while self._step(body):
            pass
        return bytes(body)

    def _step(self, body):
        if self._mode == "head":
            return self._read_head()
        if self._mode == "chunk-size":
            return self._read_chunk_size()
        if self._mode == "chunk-end":
            return self._read_chunk_end()
        if self._mode == "done" or not self._buffer:
            return False
        take = len(self._buffer) if self._mode == "until-close" else min(self._left, len(self._buffer))
        body += self._buffer[:take]
        del self._buffer[:take]
        self._body_bytes += take
        if self._mode != "until-close":
            self._left -= take
            if self._left == 0:
                self._mode = "chunk-end" if self._mode == "chunk" else "done"
                self.complete = self._mode == "done"
        return True

    def _read_head(self):
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status_line, *lines = bytes(self._buffer[:end]).decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        version, status, *_ = status_line.split(" ", 2)
        if version != "HTTP/1.1":
            raise WireError(f"status line {status_line!r}")
        self.status = int(status)
        for line in lines:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()
        if self.headers.get("transfer-encoding") == "chunked":
            self._mode = "chunk-size"
        elif "content-length" in self.headers:
            self._left = int(self.headers["content-length"])
            self._mode = "counted" if self._left else "done"
            self.complete = self._left == 0
        else:
            self._mode = "until-close"
        return True

    def _read_chunk_size(self):
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        self._left = int(bytes(self._buffer[:end]).split(b";")[0], 16)
        del self._buffer[: end + 2]
        if self._left == 0:
            self._mode, self.complete = "done", True
        else:
            self._mode = "chunk"
            self.chunk_starts.append(self._body_bytes)
        return True

    def _read_chunk_end(self):
        if len(self._buffer) < 2:
            return False
        if self._buffer[:2] != b"\r\n":
            raise WireError(f"no end of chunk: {bytes(self._buffer[:20])!r}")
        del self._buffer[:2]
        self._mode = "chunk-size"
        return True
