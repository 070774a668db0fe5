"""On a slow disk many letters share one commit, each with its own outcome; what takes too long is said to be unknown."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from harbor.check import assert_exactly_once_in_order, assert_problem
from harbor.slow_disk import stack_on_slow_disk
from harbor.streams import Streams
from harbor.wait import wait_until
from harbor.world import World, letter

SEND = "/api/messaging/send"
FSYNC_MS = 250


def at_once(count, work):
    """work(0…count-1), all begun together; their results in that order."""
    gate = threading.Barrier(count)

    def one(number):
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_letters_share_a_commit_and_a_bad_one_fails_alone():
    with stack_on_slow_disk(FSYNC_MS) as (stack, slow), Streams(stack.port) as streams:
        tenant, anna, ben = World(stack).team("anna", "ben")
        stream = streams.open(ben, tenant).wait_hello()
        parent = anna.send(tenant, [ben])["id"]
        # Only within the transaction can it be seen that an address or a parent is none.
        wrong = [{"recipients": ["ghost@people.example"]}, {"replyToMessageId": 10**9}]

        def send(number):
            change = wrong[number // 3 % 2] if number % 3 == 0 else {"replyToMessageId": parent}
            return anna.client.post(SEND, {**letter(tenant, [ben], f"letter {number}"), **change})

        before = slow.syncs()
        answers = at_once(48, send)
        syncs = slow.syncs() - before
        assert [answer.status for answer in answers] == [422 if number % 3 == 0 else 201 for number in range(48)]
        good = sorted(answer.json["id"] for answer in answers if answer.status == 201)
        assert syncs <= 16, f"{syncs} syncs for 32 letters: they do not share them"
        assert_exactly_once_in_order(stack.database.message_ids(tenant.id), [parent, *good], "Messages")
        seqs = stack.database.seqs(tenant.id)
        assert seqs == list(range(1, 34)), f"a refused letter took a number: {seqs}"
        stream.wait_news(33)
        assert sorted(stream.message_ids) == [parent, *good], stream.news


def test_a_letter_that_outlives_its_deadline_is_503_and_its_repetition_safe():
    with stack_on_slow_disk(0, {"http": {"deadline": "300 ms"}}) as (stack, slow):
        tenant, anna, ben = World(stack).team("anna", "ben")
        slow(1500)
        body = letter(tenant, [ben])
        answer = anna.client.post(SEND, body, key="slow")
        assert_problem(answer, 503, code=("outcome_unknown", "busy"))
        assert int(answer.header("retry-after")) >= 0, answer.headers
        first = answer.json["code"]
        slow(0)
        created = wait_until(lambda: created_by(anna.client.post(SEND, body, key="slow")), 20, "201 for the repetition")
        assert stack.database.message_ids(tenant.id) == [created.json["id"]], f"after {first}"


def created_by(answer):
    assert answer.status in (201, 503), f"got {answer}, want 201 or 503"
    return answer if answer.status == 201 else None


@pytest.mark.parametrize("milliseconds", [0, 20])
def test_parallel_letters_are_numbered_without_hole_or_repeat(milliseconds):
    with stack_on_slow_disk(milliseconds) as (stack, _):
        tenant, anna, ben = World(stack).team("anna", "ben")
        answers = at_once(32, lambda _: [anna.send(tenant, [ben]) for _ in range(5)])
        versions = sorted(message["version"] for five in answers for message in five)
        assert versions == list(range(1, 161)), versions
        for five in answers:
            assert [message["version"] for message in five] == sorted(message["version"] for message in five), five
        assert ben.counts(tenant) == (160, 160)
