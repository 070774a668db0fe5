"""The support library itself: what reads the streams must not be wrong about them."""

import random
import re
import socket
import threading
from types import SimpleNamespace

from harbor.client import Client
from harbor.sse import Parser
from harbor.streams import Streams
from harbor.wait import wait_until
from harbor.wire import Response

STREAM = (
    "retry: 2741\n"
    "id: k3f9.1\nevent: hello\ndata: {\"a\":1}\n\n"
    ": a comment\n\n"
    "event: unread:count\ndata: x\n\n"
    "id: k3f9.2\r\nevent: message:new\r\ndata: Zürich 🚢\r\ndata: second\r\n\r\n"
    "data: plain\r\r"
    "id: k3f9.9\nevent: cut\ndata: lost"
).encode()

EXPECTED = [
    ("hello", '{"a":1}', "k3f9.1", "k3f9.1"),
    ("unread:count", "x", None, "k3f9.1"),
    ("message:new", "Zürich 🚢\nsecond", "k3f9.2", "k3f9.2"),
    ("message", "plain", None, "k3f9.2"),
]


def seen(events):
    return [(event.type, event.data, event.id, event.last_event_id) for event in events]


def pieces(data, rng):
    position = 0
    while position < len(data):
        size = rng.randint(1, 9)
        yield data[position:position + size]
        position += size


def test_events_are_the_same_however_the_bytes_are_split():
    rng = random.Random(1)
    for _ in range(200):
        parser = Parser()
        events = [event for piece in pieces(STREAM, rng) for event in parser.feed(piece)]
        assert seen(events) == EXPECTED
        assert parser.retry == 2741 and parser.comments == 1 and parser.violations == []
        assert parser.last_event_id == "k3f9.2", "an unfinished block moved the cursor"
        assert parser.block_is_open


def test_event_offsets_delimit_the_blocks():
    events = Parser().feed(STREAM)
    assert STREAM[events[1].start:events[1].end] == b"event: unread:count\ndata: x\n\n"
    assert STREAM[events[2].start:events[2].end].startswith(b"id: k3f9.2\r\n")


def test_what_a_browser_skips_is_a_violation():
    cases = {b"id: 5\n\n": "id '5' without data", b"foo: 1\ndata: x\n\n": "unknown field 'foo'",
             b"data: \xff\n\n": "invalid UTF-8", b"retry: 5x\n\n": "retry is not digits", b"id: a\0b\ndata: x\n\n": "NUL"}
    for data, want in cases.items():
        parser = Parser()
        parser.feed(data)
        assert [text for text in parser.violations if want in text], f"{data!r}: {parser.violations}, want {want}"


def test_an_id_is_kept_until_the_next_and_an_empty_one_resets_it():
    parser = Parser("e.4")
    assert seen(parser.feed(b"data: a\n\n")) == [("message", "a", None, "e.4")]
    assert seen(parser.feed(b"id\ndata: b\n\n")) == [("message", "b", "", "")]


def test_chunked_bodies_are_joined_however_the_bytes_are_split():
    answer = (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n"
              b"5\r\nhello\r\nc;ext=1\r\n and the end\r\n0\r\n\r\n")
    rng = random.Random(2)
    for _ in range(100):
        response = Response()
        body = b"".join(response.feed(piece) for piece in pieces(answer, rng))
        assert (body, response.status, response.complete) == (b"hello and the end", 200, True)
        assert response.chunk_starts == [0, 5] and response.headers["x-a"] == "b"


READ = ('{"type":"message:read","data":{"messageId":1,"tenantId":"t","timestamp":"2026-11-22T10:00:00.123Z",'
        '"payload":{"readerEmail":"anna@people.example"}}}')


class LogServer:
    """A stand-in for nginx: serves a log of ten events as chunked event streams from Last-Event-ID, then closes."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                request = connection.recv(65536).decode()
                last = re.search(r"Last-Event-ID: \w+\.(\d+)", request)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
                for seq in range(int(last.group(1)) + 1 if last else 1, 11):
                    block = f"id: abcd.{seq}\nevent: message:read\ndata: {READ}\n\n".encode()
                    try:
                        connection.sendall(b"%x\r\n%s\r\n" % (len(block), block))
                    except OSError:
                        break


def test_streams_cut_anywhere_resume_without_loss_or_repeat():
    rng = random.Random(3)
    with LogServer() as server, Streams(server.port) as streams:
        person = SimpleNamespace(email="anna", client=Client(server.port))
        opened = [streams.open(person, "t", reconnect=True, cuts=iter([rng.randint(1, 1500), rng.randint(1, 1500)]))
                  for _ in range(20)]
        for stream in opened:
            wait_until(lambda stream=stream: stream.ids[-1:] == ["abcd.10"], 10, lambda stream=stream: repr(stream))
            assert stream.ids == [f"abcd.{seq}" for seq in range(1, 11)], stream
            assert stream.connections[0].ended == "cut", stream.connections
