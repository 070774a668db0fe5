"""A 201 is a promise: the letter and its event are on disk, also when every process dies in the next moment."""

import threading

from harbor.check import assert_exactly_once_in_order
from harbor.slow_disk import stack_on_slow_disk
from harbor.wait import wait_until
from harbor.world import World


def test_an_answered_letter_can_be_read_at_once_on_a_slow_disk():
    """With an fdatasync of 150 ms nothing is on disk for a while; an answer in that while would be a lie."""
    with stack_on_slow_disk(150) as (stack, _):
        tenant, anna, ben = World(stack).team("anna", "ben")
        for number in range(6):
            message = anna.send(tenant, [ben], f"letter {number}")
            rows = stack.database.message_ids(tenant.id)
            assert message["id"] in rows, f"answered 201 with id {message['id']}, not in the database: {rows}"
            assert stack.database.head(tenant.id)[1] >= message["version"], "answered 201 without its event"


def test_answered_letters_outlive_a_kill_of_both_workers(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    answered, stop = [], threading.Event()
    lock = threading.Lock()

    def keep_sending():
        while not stop.is_set():
            try:
                answer = anna.try_send(tenant, [ben], "perhaps", "x" * 2000)
            except OSError:
                continue
            if answer.status == 201:
                with lock:
                    answered.append((answer.json["id"], answer.json["version"]))

    threads = [threading.Thread(target=keep_sending) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(3):
            before = len(answered)
            wait_until(lambda before=before: len(answered) > before + 15, 30, "fifteen more letters answered")
            for name in ("api-1", "api-2"):
                stack.kill(name, "KILL")
            wait_until(lambda: {"api-1", "api-2"} <= set(stack.pids()), 20, "both workers back")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    ids = set(stack.database.message_ids(tenant.id))
    lost = [pair for pair in answered if pair[0] not in ids]
    assert not lost, f"answered 201 and not in the database: {lost}"
    seqs = stack.database.seqs(tenant.id)
    assert seqs == list(range(1, len(seqs) + 1)), "the log has a hole or a repeat"
    assert len(ids) == len(seqs), f"{len(ids)} letters and {len(seqs)} events"
    polled, cursor, more = [], f"{tenant.head.split('.')[0]}.0", True
    while more:
        page = ben.events(tenant, cursor=cursor)
        polled, cursor, more = polled + [item["data"]["messageId"] for item in page["items"]], page["cursor"], page["more"]
    assert_exactly_once_in_order(polled, sorted(ids), "ben's log")
