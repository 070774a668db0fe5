"""Many event streams at once, read by one thread.

A `Stream` is one person's following of one tenant over as many connections as it takes; a `Connection`
is one HTTP answer of it. Everything received is kept: raw bytes, events with the connection and the
moment they came, how each connection ended.
"""

import json
import random
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property

from .description import description
from .sse import Parser
from .wait import wait_until
from .wire import Response

CONTROL = ("hello", "heartbeat", "resync", "bye")
STOPPING = ("revoked", "replaced", "expired")


class Received:
    """One event as it arrived: `chunk` counts the HTTP chunks of its connection up to its last byte."""

    def __init__(self, event, connection, at, chunk):
        self.event, self.connection, self.at, self.chunk = event, connection, at, chunk

    @property
    def type(self):
        return self.event.type

    @property
    def id(self):
        return self.event.id

    @property
    def seq(self):
        return int(self.event.id.split(".")[1])

    @cached_property
    def data(self):
        return json.loads(self.event.data)

    @property
    def is_logged(self):
        return self.type not in CONTROL and self.type != "unread:count"

    def __repr__(self):
        return f"<{self.type} {self.id} {self.event.data[:120]}>"


@dataclass
class Connection:
    number: int
    opened_at: float
    parser: Parser
    response: Response = field(default_factory=Response)
    raw: bytearray = field(default_factory=bytearray)
    ended: str | None = None
    ended_at: float | None = None
    cut_at: int | None = None

    @property
    def status(self):
        return self.response.status


class Stream:
    """Made by `Streams.open`. `reconnect` goes on from Last-Event-ID until `close`, a refusal or a final bye."""

    def __init__(self, client, tenant_id, *, name="", last_event_id="", cursor=None, reconnect=False, cuts=None,
                 headers=None, receive_buffer=None):
        self.client, self.tenant_id, self.name = client, tenant_id, name
        self.last_event_id, self.cursor, self.reconnect = last_event_id, cursor, reconnect
        self.cuts, self.headers, self.receive_buffer = cuts, headers or {}, receive_buffer
        self.received, self.connections = [], []
        self.closed = False

    def of_type(self, *types):
        return [item for item in list(self.received) if item.type in types]

    @property
    def news(self):
        """The logged events, in the order they came."""
        return [item for item in list(self.received) if item.is_logged]

    @property
    def ids(self):
        return [item.id for item in self.news]

    @property
    def message_ids(self):
        return [item.data["data"]["messageId"] for item in self.of_type("message:new")]

    @property
    def hello(self):
        found = self.of_type("hello")
        return found[-1].data if found else None

    @property
    def last(self):
        return self.connections[-1] if self.connections else None

    @property
    def is_over(self):
        return bool(self.connections) and self.last.ended is not None and not self._goes_on()

    @property
    def raw(self):
        return b"".join(bytes(connection.raw) for connection in list(self.connections))

    @property
    def violations(self):
        return [text for connection in list(self.connections) for text in connection.parser.violations]

    def wait_hello(self, timeout_s=15):
        wait_until(lambda: self.of_type("hello"), timeout_s, lambda: f"hello on {self!r}")
        return self

    def wait_news(self, count, timeout_s=15):
        wait_until(lambda: len(self.news) >= count, timeout_s,
                   lambda: f"{count} events on {self!r}: {self.news[-3:]}")
        return self.news

    def wait_over(self, timeout_s=15):
        wait_until(lambda: self.is_over, timeout_s, lambda: f"the end of {self!r}")
        return self.last

    def _goes_on(self):
        if not self.reconnect or self.closed or self.last.status in (401, 403, 404):
            return False
        return not any(bye.data["reason"] in STOPPING for bye in self.of_type("bye")
                       if bye.connection == self.last.number)

    def __repr__(self):
        last = self.last
        state = "unopened" if last is None else f"connection {last.number} {last.status} {last.ended or 'open'}"
        return f"<stream {self.name} of {self.tenant_id}: {state}, {len(self.received)} received>"


class Streams:
    """Owns the reading thread; a context manager that closes what is open."""

    def __init__(self, port):
        self.port = port
        self.all = []
        self._selector = selectors.DefaultSelector()
        self._commands, self._lock = [], threading.Lock()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ, None)
        self._retries = []
        self._failure = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def open(self, person, tenant, **options):
        """`person` has `.client` and `.email`; `tenant` is an id or has one."""
        stream = Stream(person.client, getattr(tenant, "id", tenant), name=person.email, **options)
        self.all.append(stream)
        self._do(lambda: self._connect(stream))
        return stream

    def open_all(self, people, tenant, **options):
        streams = [self.open(person, tenant, **options) for person in people]
        for stream in streams:
            stream.wait_hello()
        return streams

    def cut(self, stream):
        """Close this stream's connection without a word, as a lost network does."""
        self._do(lambda: self._end(stream, "cut"))

    def end(self, stream):
        stream.closed = True
        self.cut(stream)

    def pause(self, stream):
        """Stop reading: the bytes stay in the kernel and behind it."""
        self._do(lambda: self._selector.unregister(stream.socket))

    def resume(self, stream):
        self._do(lambda: self._selector.register(stream.socket, selectors.EVENT_READ, stream))

    def close(self):
        """Ends all. A second time does nothing."""
        for stream in self.all:
            stream.closed = True
        if self._thread.is_alive():
            self._do(None)
            self._thread.join(timeout=30)
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        self._check_described()

    def _check_described(self):
        """Each event held to openapi.yaml; what many streams received, once."""
        seen = {(item.type, item.event.data): item.id for stream in self.all for item in stream.received}
        for (type_, data), cursor in seen.items():
            description().check_event(type_, data, cursor)

    def _do(self, command):
        done = threading.Event()
        with self._lock:
            self._commands.append((command, done))
        self._wake_in.send(b"x")
        assert done.wait(30), f"the streams' thread hangs or has died: {self._failure!r}"

    def _run(self):
        try:
            while self._turn():
                pass
        except Exception as error:  # shown by close(), in the test that owns us
            self._failure = error
        for stream in self.all:
            self._end(stream, "closed")
        with self._lock:
            for _, done in self._commands:
                done.set()
        self._selector.close()

    def _turn(self):
        now = time.monotonic()
        due = [stream for at, stream in self._retries if at <= now]
        self._retries = [(at, stream) for at, stream in self._retries if at > now]
        for stream in due:
            if not stream.closed:
                self._connect(stream)
        wait = 0.02 if self._retries else 1
        for key, _ in self._selector.select(wait):
            if key.data is None:
                self._wake_out.recv(4096)
            else:
                self._read(key.data)
        with self._lock:
            commands, self._commands = self._commands, []
        for command, done in commands:
            if command is None:
                done.set()
                return False
            command()
            done.set()
        return True

    def _connect(self, stream):
        connection = Connection(len(stream.connections), time.monotonic(), Parser(stream.last_event_id))
        if stream.cuts is not None:
            connection.cut_at = next(stream.cuts, None)
        stream.socket = socket.socket()
        if stream.receive_buffer:
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, stream.receive_buffer)
        stream.connections.append(connection)
        try:
            stream.socket.connect(("127.0.0.1", self.port))
            stream.socket.sendall(self._request(stream))
        except OSError as error:
            self._end(stream, f"not connected: {error}")
            return
        stream.socket.setblocking(False)
        self._selector.register(stream.socket, selectors.EVENT_READ, stream)

    @staticmethod
    def _request(stream):
        query = f"?cursor={stream.cursor}" if stream.cursor is not None else ""
        headers = {"Host": f"127.0.0.1:{stream.client.port}", "Accept": "text/event-stream",
                   **stream.client.credentials(), **stream.headers}
        if stream.last_event_id:
            headers["Last-Event-ID"] = stream.last_event_id
        lines = [f"GET /api/messaging/stream/{stream.tenant_id}{query} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines + ["", ""]).encode()

    def _read(self, stream):
        connection = stream.last
        try:
            data = stream.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(stream, f"reset: {error}")
            return
        if not data:
            self._end(stream, "eof")
            return
        body = connection.response.feed(data)
        if connection.cut_at is not None and len(connection.raw) + len(body) >= connection.cut_at:
            self._take(stream, connection, body[:connection.cut_at - len(connection.raw)])
            self._end(stream, "cut")
            return
        self._take(stream, connection, body)
        if connection.response.complete:
            self._end(stream, "eof")

    @staticmethod
    def _take(stream, connection, body):
        connection.raw += body
        if connection.status != 200:
            return
        now = time.monotonic()
        for event in connection.parser.feed(body):
            chunk = sum(1 for start in connection.response.chunk_starts if start < event.end)
            stream.received.append(Received(event, connection.number, now, chunk))
            stream.last_event_id = event.last_event_id

    def _end(self, stream, how):
        connection = stream.last
        if connection is None or connection.ended is not None:
            return
        try:
            self._selector.unregister(stream.socket)
        except (KeyError, ValueError):
            pass
        stream.socket.close()
        connection.ended, connection.ended_at = how, time.monotonic()
        if stream._goes_on():
            self._retries.append((connection.ended_at + random.uniform(0.02, 0.1), stream))
