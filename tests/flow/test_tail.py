"""Without Redis, whatever the reader has seen of the log must reach every stream: also the last event, when no other follows."""

import random
import secrets
import socket
import threading
import time

import pytest
from harbor.check import assert_exactly_once_in_order
from harbor.world import stream_path

OVERLAY = {"stream": {"queue": "4 KiB", "heartbeat": "300 ms", "per_user": 500, "retry": "10-50 ms"}}
WITHIN_S = 10  # nothing else would bring it: no further letter, no Redis


@pytest.fixture(scope="module", autouse=True)
def no_redis(stack):
    with stack.without("redis"):
        yield


def test_a_stream_that_catches_up_while_letters_come_gets_the_last_one_too(world, streams):
    """Pages are cut short by the small queue, and the log grows while they are read."""
    for _ in range(12):
        tenant, anna, ben = world.team("anna", "ben")
        start = tenant.head
        sent = [anna.send(tenant, [ben], f"before {number}")["version"] for number in range(30)]
        gate = threading.Barrier(2)

        def send_more(sent=sent, tenant=tenant, gate=gate):
            gate.wait()
            sent.extend(anna.send(tenant, [ben], f"meanwhile {number}")["version"] for number in range(random.randint(1, 12)))

        sender = threading.Thread(target=send_more)
        sender.start()
        gate.wait()
        opened = [streams.open(ben, tenant, cursor=start) for _ in range(6)]
        sender.join()
        for stream in opened:
            stream.wait_news(len(sent), timeout_s=WITHIN_S)
            assert_exactly_once_in_order([item.seq for item in stream.news], sent, repr(stream))


def test_a_stream_that_vanishes_while_it_registers_takes_no_event_from_one_that_stays(stack, world, streams):
    """What was read for a stream that is gone when the answer comes is still news to the others."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    tenant, anna, ben = world.team("anna", "ben")
    staying = streams.open(ben, tenant).wait_hello()
    request = f"GET {stream_path(tenant.id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {anna.client.token}\r\n\r\n".encode()
    sent = []
    for number in range(150):
        sent.append(anna.send(tenant, [ben], f"letter {number}")["id"])
        with socket.create_connection(("127.0.0.1", stack.port)) as vanishing:
            vanishing.sendall(request)
            time.sleep(rng.uniform(0.0005, 0.003))
        staying.wait_news(len(sent), timeout_s=WITHIN_S)
    assert_exactly_once_in_order(staying.message_ids, sent, "the stream that stays")
