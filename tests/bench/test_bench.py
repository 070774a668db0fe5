"""The bench itself: it measures, it counts, and it refuses to give a figure when a delivery is wrong."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from harness import listing, send, stream, wire
from harness.programs import BenchError, Programs

ROOT = Path(__file__).resolve().parents[2]
MARK = "#t."


@pytest.fixture
def programs():
    return Programs(ROOT / os.environ.get("HARBOR_BIN", "build/asan/bin"))


def test_send_is_measured_beside_its_floors(programs):
    pace = send.Pace(rounds=1, longest_s=60, harbor_s=0.3, floor_s=0.2, warmup_s=0.05)
    result = send.measure(programs, pace=pace, clients=(4,), disks={"slow": 2})
    for name in ("send_rate_slow_4", "constant_rate_4", "sqlite_send_rate_slow_1"):
        assert result.figures[name] > 0, f"{name}: got {result.figures[name]}, want a rate"
    commit_us = result.detail["sqlite slow send 1"][0]["latency_us"]["p50"]
    assert commit_us > 2000, f"a commit on the slow disk takes {commit_us} µs, want the 2 ms of its fdatasync"


def test_every_delivery_of_a_hundred_streams_is_counted(programs):
    result = stream.measure(programs, pace=stream.Pace(rounds=1, longest_s=60, seconds=0.5))
    for way in stream.REDIS:
        for kind in stream.KINDS:
            measured = result.detail[f"{way} {kind.name}"][0]
            want = measured["posts"] * kind.recipients
            assert measured["deliveries"] == want > 0, f"{way}: got {measured['deliveries']} deliveries, want {want}"


def test_lists_and_searches_are_measured_in_both_tenants_and_checked(programs):
    result = listing.measure(programs, pace=listing.Pace(small=10_000, large=12_000, rounds=1))
    for name in ("inbox_cost_12k_vs_10k", "unread_cost_12k_vs_10k", "search_cost_12k_vs_10k"):
        assert result.figures[name] > 0, f"{name}: got {result.figures}, want a ratio"
    kinds = result.detail["cpu_us"]
    assert all(sides[side]["count"] == 16 for sides in kinds.values() for side in ("small", "large")), kinds


class StandIn(ThreadingHTTPServer):
    """Opens streams, and answers the one POST after it has written `deliveries`: stream number → copies."""

    def __init__(self, deliveries):
        super().__init__(("127.0.0.1", 0), Handler)
        self.daemon_threads = True
        self.deliveries, self.streams = deliveries, {}

    @property
    def port(self):
        return self.server_address[1]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.write_chunk("event: hello\ndata: {}\n\n")
        self.server.streams[int(self.path[1:])] = self
        threading.Event().wait()

    def do_POST(self):
        for number, copies in self.server.deliveries.items():
            for _ in range(copies):
                self.server.streams[number].write_chunk(f"id: 1\ndata: Subject {MARK}0#\n\n")
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def write_chunk(self, text):
        self.wfile.write(f"{len(text):x}\r\n{text}\r\n".encode())

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("deliveries, verdict", [
    ({0: 1, 1: 1}, None),
    ({0: 1}, '"missing":1,"doubled":0,"stray":0'),
    ({0: 1, 1: 2}, '"missing":0,"doubled":1,"stray":0'),
    ({0: 1, 1: 1, 2: 1}, '"missing":0,"doubled":0,"stray":1'),
], ids=["right", "missing", "doubled", "stray"])
def test_a_wrong_delivery_voids_the_measurement(programs, deliveries, verdict):
    with StandIn(deliveries) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        plan = {"port": server.port, "expect": 201, "greeting": "event: hello", "mark": MARK, "grace": 0.5,
                "streams": [wire.request("GET", f"/{number}") for number in range(3)],
                "posts": [{"at": 0, "request": wire.request("POST", "/", body={}), "audience": [0, 1]}]}
        try:
            if verdict is None:
                assert programs.client("streams", plan)["deliveries"] == 2
            else:
                with pytest.raises(BenchError, match=verdict):
                    programs.client("streams", plan)
        finally:
            server.shutdown()


def test_an_unexpected_status_voids_the_measurement(programs):
    with StandIn({}) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        plan = {"port": server.port, "expect": 200, "clients": 2, "warmup": 0, "seconds": 0.2,
                "requests": [wire.request("POST", "/", body={})]}
        try:
            with pytest.raises(BenchError, match="answered 201"):
                programs.client("requests", plan)
        finally:
            server.shutdown()
