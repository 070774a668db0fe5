"""Bounds of a stream: streams per person, age, drain at SIGTERM, and readers that stop reading."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harbor.check import assert_exactly_once_in_order
from harbor.stack import Stack
from harbor.streams import Streams
from harbor.wait import wait_until
from harbor.world import World

OVERLAY = {"stream": {"per_user": 3, "queue": "16 KiB", "write_deadline": "5 s", "heartbeat": "500 ms",
                      "drain": "1 s", "retry": "50-200 ms"}}


def byes(stream):
    return [(bye.data["reason"], bye.data["reconnectAfterMs"]) for bye in stream.of_type("bye")]


def test_a_further_stream_of_one_person_replaces_the_oldest(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    other = streams.open(ben, tenant).wait_hello()
    opened = [streams.open(anna, tenant).wait_hello() for _ in range(3)]
    fourth = streams.open(anna, tenant).wait_hello()
    opened[0].wait_over()
    assert opened[0].last.ended == "eof", opened[0]
    (reason, after), = byes(opened[0])
    assert reason == "replaced" and after >= 600_000, byes(opened[0])
    assert opened[0].last.parser.retry == after, f"retry {opened[0].last.parser.retry} before bye {after}"
    message = ben.send(tenant, [anna])
    for stream in (*opened[1:], fourth, other):
        stream.wait_news(1)
        assert stream.message_ids == [message["id"]] and byes(stream) == [], stream
    assert opened[0].news == [], "the replaced stream went on"


def test_the_cap_is_per_tenant(world, streams):
    anna = world.person("anna")
    here, there = world.tenant(anna), world.tenant(anna)
    opened = [streams.open(anna, tenant).wait_hello() for tenant in (here, there) for _ in range(3)]
    assert all(stream.last.ended is None for stream in opened), opened


def test_sigterm_drains_and_streams_resume_with_nothing_lost(stack, world, streams):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    opened = [streams.open(person, tenant, reconnect=True).wait_hello() for person in (ben, ben, cleo, cleo)]
    sent, stop = [], threading.Event()

    def keep_sending():
        while not stop.is_set():
            sent.append(anna.send(tenant, [ben, cleo], f"letter {len(sent)}")["id"])
            stop.wait(0.005)

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        opened[0].wait_news(5)
        stack.restart("sse-1")
        for stream in opened:
            wait_until(lambda stream=stream: len(stream.of_type("hello")) >= 2, 20,
                       lambda stream=stream: f"a resume of {stream!r}")
    finally:
        stop.set()
        sender.join()
    for stream in opened:
        stream.wait_news(len(sent), timeout_s=20)
        assert_exactly_once_in_order(stream.message_ids, sent, repr(stream))
        first = [bye for bye in stream.of_type("bye") if bye.connection == 0]
        assert [bye.data["reason"] for bye in first] == ["drain"], f"{stream!r}: got {first}, want one bye drain"
        assert stream.connections[0].parser.retry == first[0].data["reconnectAfterMs"], first
        assert not any(hello.data["gap"] for hello in stream.of_type("hello")), stream


def fill(sender, tenant, recipients, neighbour, size):
    """Sends `size` bytes of events: (ids in the log's order, by how much 19 of 20 reach the neighbour at the latest)."""
    text, sent, delays, filled, before = "🚢" * 200, [], [], 0, len(neighbour.news)
    with ThreadPoolExecutor(4) as pool:
        while filled < size:
            began = time.monotonic()
            batch = [pool.submit(sender.send, tenant, recipients, text, text) for _ in range(12)]
            sent += sorted((answer["version"], answer["id"]) for answer in (one.result() for one in batch))
            answered = time.monotonic()
            news = neighbour.wait_news(before + len(sent))
            filled += len(batch) * len(news[-1].event.data.encode())
            delays.append(max(0, news[-1].at - answered))
            assert answered - began < 10, f"twelve letters took {answered - began:.1f} s"
    return [message_id for _, message_id in sent], sorted(delays)[int(len(delays) * 0.95)]


def test_readers_that_stop_reading_are_bounded_and_delay_nobody(stack, world, streams):
    """One reads on after a while and is told to resync, or was closed; one never does and is closed."""
    tenant, anna, ben, stuck_person = world.team("⛵" * 200, "ben", "stuck")
    neighbour = streams.open(ben, tenant).wait_hello()
    stuck, dead = (streams.open(stuck_person, tenant, receive_buffer=4096).wait_hello() for _ in range(2))
    connections = stack.connections("sse")
    early, usual = fill(anna, tenant, [ben, stuck_person], neighbour, size=1_000_000)
    stuck.wait_news(len(early))
    streams.pause(stuck)
    streams.pause(dead)
    # The kernel and nginx hold so much for a reader before the worker notices; then its own 16 KiB fill.
    kernel_holds = int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text().split()[2])
    late, slow = fill(anna, tenant, [ben, stuck_person], neighbour, size=kernel_holds + 200_000)
    sent = early + late
    assert_exactly_once_in_order(neighbour.message_ids, sent, "the neighbour")
    assert slow < max(0.3, 3 * usual), f"a neighbour waits {slow:.3f} s for 1 of 20 events; {usual:.3f} s when all read"

    streams.resume(stuck)
    wait_until(lambda: stuck.is_over or stuck.of_type("resync"), 20, lambda: f"resync or the end of {stuck!r}")
    before = stuck.received[:next((index for index, item in enumerate(stuck.received) if item.type == "resync"), None)]
    got = [item.data["data"]["messageId"] for item in before if item.is_logged]
    assert len(got) < len(sent), f"all {len(got)} events were kept for a reader that did not read"
    assert_exactly_once_in_order(got, sent[:len(got)], "what the stuck reader got before")
    for resync in stuck.of_type("resync"):
        assert set(resync.data) == {"cursor", "reason", "unread", "unseen", "version"}, resync
        assert resync.id == resync.data["cursor"] and resync.data["unread"] <= len(sent), resync
    wait_until(lambda: stack.connections("sse") < connections, 20, "the end of the stream that nobody reads")


def test_a_stream_ends_at_a_jittered_age_and_resumes():
    with Stack({"stream": {"age": "1-2 s", "retry": "50-100 ms"}}) as stack, Streams(stack.port) as streams:
        tenant, anna, ben = World(stack).team("anna", "ben")
        opened = [streams.open(ben, tenant, reconnect=True) for _ in range(8)]
        for stream in opened:
            wait_until(lambda stream=stream: len(stream.connections) >= 2, 20, lambda stream=stream: f"the age of {stream!r}")
            wait_until(lambda stream=stream: len(stream.of_type("hello")) >= 2, 20, lambda stream=stream: f"{stream!r}")
        lives = [stream.connections[0].ended_at - stream.connections[0].opened_at for stream in opened]
        assert all(0.9 < life < 15 for life in lives), lives
        assert max(lives) - min(lives) > 0.05, f"all end at once: {lives}"
        for stream in opened:
            reasons = [bye.data["reason"] for bye in stream.of_type("bye") if bye.connection == 0]
            assert reasons and reasons[0] in ("drain", "expired"), f"{stream!r}: {reasons}"
        message = anna.send(tenant, [ben])
        for stream in opened:
            stream.wait_news(1)
            assert stream.message_ids == [message["id"]], stream
