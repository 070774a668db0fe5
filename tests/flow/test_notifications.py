"""Redis announces, the log delivers. Here the watch on the log's tail is off (60 s), so that whatever arrives was announced."""

import json
import threading

from harbor.check import assert_exactly_once_in_order
from harbor.redis import Redis
from harbor.wait import wait_until

# A machine that has no time for Redis must not look like a Redis that is gone: nothing is announced to that.
OVERLAY = {"stream": {"tail_watch": "60 s", "heartbeat": "1 s"}, "redis": {"retry": "100 ms", "timeout": "10 s"}}
AT_ONCE_S = 10  # on the busiest machine; without an announcement it takes what is left of the 60 s


def channel(tenant):
    return f"harbor:tenant:{tenant.id}"


def redis_of(stack):
    return Redis(stack.state / "run" / "redis.sock")


def listeners(stack, tenant):
    with redis_of(stack) as redis:
        return redis.ask("PUBSUB", "NUMSUB", channel(tenant))[1]


def test_an_announced_letter_arrives_at_once(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    for number in range(5):
        anna.send(tenant, [ben], f"letter {number}")
        stream.wait_news(number + 1, timeout_s=AT_ONCE_S)


def test_an_announcement_has_the_newest_cursor_and_the_types_and_no_content(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    with redis_of(stack) as redis:
        assert redis.ask("SUBSCRIBE", channel(tenant)) == ["subscribe", channel(tenant), 1]
        message = anna.send(tenant, [ben], "a secret subject", "a secret body")
        kind, where, text = redis.read()
        assert (kind, where) == ("message", channel(tenant))
        assert json.loads(text) == {"cursor": tenant.head, "types": ["message:new"]}, text
        ben.post(f"/api/messaging/messages/{message['id']}/read")
        assert json.loads(redis.read()[2]) == {"cursor": tenant.head, "types": ["message:read"]}
        assert redis.read(timeout_s=0.2) is None, "more than one announcement for one commit"


def test_a_refused_letter_is_not_announced(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    with redis_of(stack) as redis:
        redis.ask("SUBSCRIBE", channel(tenant))
        assert anna.try_send(tenant, [ben], subject="").status == 422
        anna.send(tenant, [ben], "marker")
        assert json.loads(redis.read()[2])["cursor"] == tenant.head


def test_a_tenants_channel_is_held_while_there_is_a_stream_of_it(stack, world, streams):
    tenant, anna = world.team("anna")
    assert listeners(stack, tenant) == 0
    first, second = streams.open(anna, tenant).wait_hello(), streams.open(anna, tenant).wait_hello()
    wait_until(lambda: listeners(stack, tenant) == 1, 5, lambda: f"one subscription: {listeners(stack, tenant)}")
    streams.end(first)
    streams.end(second)
    wait_until(lambda: listeners(stack, tenant) == 0, 5, lambda: f"none: {listeners(stack, tenant)}")


def test_letters_that_were_announced_while_the_worker_was_frozen_arrive_whole(stack, world, streams):
    """Many announcements wait; each names only the newest cursor. The log says what lies between."""
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    with stack.frozen("sse-1"):
        sent = [anna.send(tenant, [ben], f"letter {number}")["id"] for number in range(10)]
    stream.wait_news(10, timeout_s=AT_ONCE_S)
    assert_exactly_once_in_order(stream.message_ids, sent, "after the worker woke")


def test_letters_sent_at_the_same_time_arrive_whole(world, streams):
    """Letters of one commit share one announcement."""
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    versions, gate, lock = [], threading.Barrier(16), threading.Lock()

    def send_ten():
        gate.wait()
        for number in range(10):
            version = anna.send(tenant, [ben], f"letter {number}")["version"]
            with lock:
                versions.append(version)

    threads = [threading.Thread(target=send_ten) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stream.wait_news(160, timeout_s=AT_ONCE_S)
    assert_exactly_once_in_order([item.seq for item in stream.news], sorted(versions), "160 letters of 16 senders")


def test_forged_and_broken_announcements_deliver_nothing_and_lose_nothing(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    epoch = tenant.head.split(".")[0]
    wait_until(lambda: listeners(stack, tenant) == 1, 10, "the subscription")
    with redis_of(stack) as redis:
        for text in ("", "{", "[]", "null", '{"cursor":7}', '{"cursor":"garbage"}', f'{{"cursor":"{epoch}.999999"}}',
                     '{"cursor":"zzzz9999.5"}', f'{{"cursor":"{epoch}.0"}}', "x" * 100_000, "\x00",
                     json.dumps({"cursor": f"{epoch}.1", "types": ["message:new"], "data": {"subject": "forged"}})):
            assert redis.ask("PUBLISH", channel(tenant), text) == 1
    sent = [anna.send(tenant, [ben], f"letter {number}")["id"] for number in range(3)]
    stream.wait_news(3, timeout_s=AT_ONCE_S)
    assert_exactly_once_in_order(stream.message_ids, sent, "after forged announcements")
    assert stream.of_type("resync", "bye") == [] and b"forged" not in stream.raw, stream.received
    assert {int(beat.id.split(".")[1]) for beat in stream.of_type("heartbeat")} <= {0, 1, 2, 3}, stream.received


def test_what_nobody_announced_while_redis_was_away_comes_when_it_is_back(stack, world, streams):
    """The worker looks at the log once its subscription is confirmed."""
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    with stack.without("redis"):
        unheard = anna.send(tenant, [ben], "nobody announces this")["id"]
    stream.wait_news(1, timeout_s=AT_ONCE_S)
    assert stream.message_ids == [unheard], stream.news


def test_after_a_restart_of_redis_announcements_are_heard_again(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    with stack.without("redis"):
        sent = [anna.send(tenant, [ben], "nobody announces this")["id"]]
    stream.wait_news(1, timeout_s=AT_ONCE_S)
    # Each api worker finds Redis again at its next try; what it has to announce until then, nobody hears.
    with redis_of(stack) as redis:
        assert redis.ask("SUBSCRIBE", channel(tenant)) == ["subscribe", channel(tenant), 1]

        def announced():
            letter = anna.send(tenant, [ben], "perhaps announced")
            sent.append(letter["id"])
            while (heard := redis.read(timeout_s=0.5)) is not None:
                if json.loads(heard[2])["cursor"].endswith(f".{letter['version']}"):
                    return True
            return False
        wait_until(announced, 30, "an announcement after the restart")
    stream.wait_news(len(sent), timeout_s=AT_ONCE_S)
    assert_exactly_once_in_order(stream.message_ids, sent, "over the restart of Redis")
