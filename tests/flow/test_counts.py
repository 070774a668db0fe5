"""Unread and unseen: absolute, versioned by the tenant's Seq, and on the stream directly before their event."""

import pytest
from harbor.check import assert_problem
from harbor.wait import wait_until

MESSAGES = "/api/messaging/messages"
SEEN = "/api/messaging/seen"


@pytest.fixture
def scene(world, streams):
    """A new tenant of anna and ben, each with a stream from an empty log."""
    tenant, anna, ben = world.team("anna", "ben")
    return tenant, anna, ben, *streams.open_all([anna, ben], tenant)


def frames(stream):
    return [(item.data["unread"], item.data["unseen"], item.data["version"]) for item in stream.of_type("unread:count")]


def read(person, message, word="read"):
    return person.post(f"{MESSAGES}/{message['id']}/{word}")


def assert_counts(person, tenant, unread, unseen, version):
    got = person.get("/api/messaging/unread-count", tenantId=tenant.id)
    assert (got["tenantId"], got["unread"], got["unseen"], got["version"]) == (tenant.id, unread, unseen, version), \
        f"{person}: got {got}, want {unread} unread, {unseen} unseen at {version}"
    assert got["cursor"] == tenant.head, got


def test_every_count_has_the_version_of_the_change_that_made_it(scene):
    tenant, anna, ben, _, bens = scene
    assert_counts(ben, tenant, 0, 0, 0)
    first, second = anna.send(tenant, [ben], "one"), anna.send(tenant, [ben], "two")
    assert_counts(ben, tenant, 2, 2, second["version"])
    changed = read(ben, first)
    assert (changed["messageId"], changed["isRead"]) == (first["id"], True), changed
    assert (changed["unread"], changed["unseen"], changed["version"]) == (1, 1, 3), changed
    assert changed["cursor"] == tenant.head and changed["readAt"], changed
    assert_counts(ben, tenant, 1, 1, 3)
    unread = read(ben, first, "unread")
    assert (unread["isRead"], unread["readAt"], unread["unread"], unread["version"]) == (False, None, 2, 4), unread
    bens.wait_news(4)
    assert [frame[0] for frame in frames(bens)] == [1, 2, 1, 2], frames(bens)
    assert [frame[2] for frame in frames(bens)] == [1, 2, 3, 4], frames(bens)


def test_the_count_frame_comes_without_id_directly_before_its_event_in_the_same_write(scene):
    tenant, anna, ben, _, bens = scene
    for n in range(5):
        anna.send(tenant, [ben], f"letter {n}")
        bens.wait_news(n + 1)
    kinds = [item.type for item in bens.received if item.type not in ("hello", "heartbeat")]
    assert kinds == ["unread:count", "message:new"] * 5, kinds
    received = [item for item in bens.received if item.type != "heartbeat"][1:]
    for count, event in zip(received[::2], received[1::2]):
        assert count.id is None, f"the count frame has the id {count.id}"
        assert count.event.end == event.event.start, f"bytes between {count} and {event}"
        assert count.chunk == event.chunk, f"{count} and {event} came in two writes"
        assert set(count.data) == {"tenantId", "unread", "unseen", "version"}, count
        assert count.data["tenantId"] == tenant.id and count.data["version"] == event.seq, (count, event)


def test_a_sender_is_told_no_count_for_a_letter_that_moves_none(scene):
    tenant, anna, ben, annas, _ = scene
    anna.send(tenant, [ben])
    annas.wait_news(1)
    assert frames(annas) == [], f"got {frames(annas)}, want none"


def test_reading_is_told_to_the_sender_and_the_reader(scene):
    tenant, anna, ben, annas, bens = scene
    message = anna.send(tenant, [ben])
    changed = read(ben, message)
    for stream in (annas, bens):
        event = stream.wait_news(2)[1]
        assert event.type == "message:read", stream.news
        data = event.data["data"]
        assert (data["messageId"], event.seq) == (message["id"], changed["version"]), data
        assert data["payload"] == {"readerEmail": ben.email, "isRead": True, "readAt": changed["readAt"]}, data


def test_reading_twice_changes_nothing_the_second_time(stack, scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    first = read(ben, message)
    before = stack.database.fingerprint()
    assert read(ben, message) == first, "the second answer differs"
    assert stack.database.fingerprint() == before, "the second read wrote something"


def test_a_sender_cannot_mark_what_is_only_sent(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    answer = anna.client.post(f"{MESSAGES}/{message['id']}/read")
    assert answer.status in (403, 404, 409, 422), f"got {answer}, want a refusal: anna is no recipient"


def test_read_all_is_one_event_for_the_reader_only(scene):
    tenant, anna, ben, annas, bens = scene
    sent = [anna.send(tenant, [ben], f"letter {n}") for n in range(4)]
    answer = ben.post(f"{MESSAGES}/read-all", {"tenantId": tenant.id, "upToMessageId": sent[2]["id"]})
    assert (answer["changed"], answer["unread"], answer["unseen"], answer["version"]) == (3, 1, 1, 5), answer
    event = bens.wait_news(5)[4]
    assert (event.type, event.seq, event.data["data"]["messageId"]) == ("message:read", 5, 0), event
    payload = event.data["data"]["payload"]
    assert (payload["readerEmail"], payload["upToMessageId"]) == (ben.email, sent[2]["id"]), payload
    assert frames(bens)[-1] == (1, 1, 5), frames(bens)
    answer = ben.post(f"{MESSAGES}/read-all", {"tenantId": tenant.id})
    assert (answer["changed"], answer["unread"], answer["version"]) == (1, 0, 6), answer
    anna.send(tenant, [ben], "marker")
    annas.wait_news(5)
    assert [item.type for item in annas.news] == ["message:new"] * 5, f"read-all reached the sender: {annas.news}"


def test_read_all_with_nothing_to_read_changes_nothing(stack, scene):
    tenant, anna, ben, *_ = scene
    anna.send(tenant, [ben])
    ben.post(f"{MESSAGES}/read-all", {"tenantId": tenant.id})
    before = stack.database.fingerprint()
    answer = ben.post(f"{MESSAGES}/read-all", {"tenantId": tenant.id})
    assert (answer["changed"], answer["unread"], answer["version"]) == (0, 0, 2), answer
    assert stack.database.fingerprint() == before


def test_seen_clears_the_badge_and_leaves_the_letters_unread(scene):
    tenant, anna, ben, _, bens = scene
    anna.send(tenant, [ben], "one")
    at_one = tenant.head
    anna.send(tenant, [ben], "two")
    answer = ben.post(SEEN, {"tenantId": tenant.id, "cursor": at_one})
    assert (answer["tenantId"], answer["unread"], answer["unseen"], answer["version"]) == (tenant.id, 2, 1, 3), answer
    event = bens.wait_news(3)[2]
    assert (event.type, event.data["data"]["messageId"]) == ("message:read", 0), event
    assert event.data["data"]["payload"] == {"readerEmail": ben.email, "messageIds": []}, event
    assert frames(bens)[-1] == (2, 1, 3), frames(bens)
    ben.post(SEEN, {"tenantId": tenant.id, "cursor": tenant.head})
    assert_counts(ben, tenant, 2, 0, 4)
    assert len(ben.messages(tenant, unread="true")["items"]) == 2


def test_seen_never_goes_back_and_says_nothing_when_nothing_moves(stack, scene):
    tenant, anna, ben, *_ = scene
    anna.send(tenant, [ben], "one")
    at_one = tenant.head
    anna.send(tenant, [ben], "two")
    ben.post(SEEN, {"tenantId": tenant.id, "cursor": tenant.head})
    events_before = stack.database.head(tenant.id)
    answer = ben.post(SEEN, {"tenantId": tenant.id, "cursor": at_one})
    assert (answer["unread"], answer["unseen"]) == (2, 0), answer
    assert stack.database.head(tenant.id) == events_before, "an old cursor made an event"


def test_reading_what_was_seen_leaves_unseen_alone(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben], "one")
    ben.post(SEEN, {"tenantId": tenant.id, "cursor": tenant.head})
    anna.send(tenant, [ben], "two")
    answer = read(ben, message)
    assert (answer["unread"], answer["unseen"]) == (1, 1), answer


@pytest.mark.parametrize("cursor", ["", "garbage", "abcd.-1", "abcd.01", "zzzzzzzz.1"])
def test_seen_refuses_a_cursor_that_is_none_of_this_log(stack, scene, cursor):
    tenant, anna, ben, *_ = scene
    anna.send(tenant, [ben])
    before = stack.database.fingerprint()
    answer = ben.client.post(SEEN, {"tenantId": tenant.id, "cursor": cursor})
    assert_problem(answer, (400, 422), field="cursor", context=cursor)
    assert stack.database.fingerprint() == before


def test_recent_letters_are_the_three_newest(scene):
    tenant, anna, ben, *_ = scene
    sent = [anna.send(tenant, [ben], f"letter {n}")["id"] for n in range(5)]
    recent = ben.get("/api/messaging/unread-count", tenantId=tenant.id)["recent"]
    assert [item["id"] for item in recent] == sent[:1:-1], f"got {recent}, want {sent[:1:-1]}"


def test_all_sessions_of_one_person_hear_the_same_counts(scene, streams):
    tenant, anna, ben, _, bens = scene
    second = streams.open(ben.seat(), tenant).wait_hello()
    message = anna.send(tenant, [ben])
    read(ben, message)
    wait_until(lambda: len(frames(bens)) == len(frames(second)) == 2, 10, lambda: f"{bens!r} {second!r}")
    assert frames(bens) == frames(second) == [(1, 1, 1), (0, 0, 2)]
