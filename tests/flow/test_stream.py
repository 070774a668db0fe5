"""One person's stream through nginx: headers, hello, heartbeat, replay, who receives what, and errors as event streams."""

import re

import pytest
from harbor.check import assert_exactly_once_in_order, assert_problem
from harbor.wait import wait_until
from harbor.world import stream_path

OVERLAY = {"stream": {"heartbeat": "500 ms", "retry": "100-400 ms"}}


def test_the_stream_is_an_unbuffered_uncached_event_stream(world, streams):
    tenant, anna = world.team("anna")
    stream = streams.open(anna, tenant).wait_hello()
    assert stream.last.status == 200
    headers = stream.last.response.headers
    assert headers["content-type"].split(";")[0] == "text/event-stream", headers
    assert headers["cache-control"] == "no-store", headers
    assert headers.get("x-accel-buffering") == "no", headers
    assert "content-length" not in headers and "content-encoding" not in headers, headers
    for internal in ("x-accel-redirect", "x-sse-claims"):
        assert internal not in headers, f"{internal} left the house: {headers}"


def test_hello_says_where_the_stream_stands(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    anna.send(tenant, [ben])
    stream = streams.open(ben, tenant).wait_hello()
    hello, epoch = stream.hello, tenant.head.split(".")[0]
    want = {"epoch": epoch, "cursor": f"{epoch}.1", "behind": 0, "gap": False, "unread": 1, "unseen": 1, "version": 1}
    assert {name: hello.get(name) for name in want} == want, hello
    assert hello["heartbeatSeconds"] in (0, 0.5, 1), hello
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", hello["sessionExpiresAt"]), hello
    assert set(hello) == {*want, "heartbeatSeconds", "sessionExpiresAt"}, hello
    assert stream.received[0].type == "hello" and stream.received[0].id == f"{epoch}.1", stream.received[:2]


def test_retry_is_told_first_and_differs_between_connections(world, streams):
    tenant, anna = world.team("anna")
    opened = [streams.open(anna, tenant) for _ in range(12)]
    for stream in opened:
        stream.wait_hello()
        assert stream.raw.startswith(b"retry: "), stream.raw[:80]
    told = [stream.last.parser.retry for stream in opened]
    assert all(100 <= retry <= 400 for retry in told), told
    assert len(set(told)) > 1, f"no jitter: {told}"


def test_a_heartbeat_carries_the_cursor_forward_past_events_of_others(world, streams):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    stream = streams.open(cleo, tenant).wait_hello()
    for n in range(3):
        anna.send(tenant, [ben], f"not for cleo {n}")
    head = tenant.head
    wait_until(lambda: [beat for beat in stream.of_type("heartbeat") if beat.id == head], 10,
               lambda: f"a heartbeat with id {head}: {stream.received[-3:]}")
    for beat in stream.of_type("heartbeat"):
        assert beat.data == {"cursor": beat.id}, beat
    assert stream.news == [], stream.news
    assert stream.last_event_id == head


def test_a_heartbeat_never_overtakes_an_event(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    for n in range(60):
        anna.send(tenant, [ben], f"letter {n}")
    beats = len(stream.of_type("heartbeat"))
    stream.wait_news(60)
    wait_until(lambda: len(stream.of_type("heartbeat")) > beats, 10, "one more heartbeat")
    seen = 0
    for item in stream.received:
        if item.id is not None:
            assert item.seq >= seen, f"{item} after an id of {seen}"
            if item.type == "heartbeat":
                assert item.seq == seen, f"{item} claims events up to {item.seq}, only {seen} came"
            seen = item.seq


def test_last_event_id_replays_what_was_missed(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    anna.send(tenant, [ben], "first")
    stream.wait_news(1)
    streams.cut(stream)
    missed = [anna.send(tenant, [ben], f"missed {n}")["id"] for n in range(5)]
    resumed = streams.open(ben, tenant, last_event_id=stream.last_event_id)
    live = anna.send(tenant, [ben], "live")["id"]
    resumed.wait_news(6)
    assert_exactly_once_in_order(resumed.message_ids, [*missed, live], "after the resume")
    hello = resumed.of_type("hello")[0]
    assert hello.id == stream.last_event_id and hello.data["gap"] is False, hello
    assert 5 <= hello.data["behind"] <= 6, hello


def test_last_event_id_wins_over_the_cursor_in_the_query(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    epoch = tenant.head.split(".")[0]
    for n in range(4):
        anna.send(tenant, [ben], f"letter {n}")
    stream = streams.open(ben, tenant, cursor=f"{epoch}.0", last_event_id=f"{epoch}.3").wait_hello()
    assert stream.hello["cursor"] == f"{epoch}.3", stream.hello
    assert [item.id for item in stream.wait_news(1)] == [f"{epoch}.4"]
    unusable = streams.open(ben, tenant, cursor=f"{epoch}.1", last_event_id="garbage").wait_hello()
    assert (unusable.hello["gap"], unusable.hello["cursor"]) == (True, f"{epoch}.4"), unusable.hello


def test_only_the_audience_receives_an_event(world, streams):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    opened = streams.open_all([anna, ben, cleo], tenant)
    secret = anna.send(tenant, [ben], "a subject for ben alone")
    open_letter = anna.send(tenant, [ben, cleo], "for both")
    opened[2].wait_news(1)
    for stream in opened[:2]:
        stream.wait_news(2)
        assert stream.message_ids == [secret["id"], open_letter["id"]], stream
    assert opened[2].message_ids == [open_letter["id"]], opened[2].news
    assert b"ben alone" not in opened[2].raw, "cleo's stream carries a letter to ben"
    assert cleo.events(tenant, cursor=f"{tenant.head.split('.')[0]}.0")["items"][0]["data"]["messageId"] == open_letter["id"]


def test_a_message_event_carries_what_a_list_needs(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    message = anna.send(tenant, [ben], "Grüße\n🚢", "Body " * 100 + "https://example.org/x", priority="low")
    event = stream.wait_news(1)[0]
    data = event.data
    assert set(data) == {"type", "data"} and data["type"] == event.type == "message:new", data
    assert set(data["data"]) == {"messageId", "tenantId", "timestamp", "payload"}, data
    payload = data["data"]["payload"]
    names = ("id", "subject", "senderEmail", "senderName", "recipientCount", "messageType", "priority", "createdAt",
             "expiresAt", "inReplyTo", "threadId", "version")
    want = {name: message[name] for name in names}
    want |= {"attachmentCount": 0, "linkCount": 1, "excerpt": payload["excerpt"]}
    assert payload == want, f"got {payload}, want {want}"
    assert len(payload["excerpt"]) <= 200 and payload["excerpt"].startswith("Body Body"), payload
    assert ben.messages(tenant)["items"][0]["excerpt"] == payload["excerpt"]
    assert event.seq == message["version"]


def test_text_that_looks_like_the_stream_format_stays_text(world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant).wait_hello()
    body = "\n\ndata: forged\nid: zzzz.99\r\revent: bye\u2028\u2029\u0085 end"
    message = anna.send(tenant, [ben], "data: forged", body)
    marker = anna.send(tenant, [ben], "after it")
    stream.wait_news(2)
    assert stream.message_ids == [message["id"], marker["id"]], stream.received
    assert stream.violations == [] and stream.of_type("bye") == [], (stream.violations, stream.received)
    assert ben.get(f"/api/messaging/messages/{message['id']}")["body"] == body


def test_a_cookie_opens_a_stream_too(stack, world, streams):
    tenant, anna = world.team("anna")
    answer = stack.client().post("/api/auth/login", {"email": anna.email, "password": anna.password})
    seat = anna.seat()
    seat.client = stack.client(cookie=answer.header("set-cookie").split(";")[0])
    assert streams.open(seat, tenant).wait_hello().hello["cursor"] == tenant.head


def test_who_may_not_listen_gets_a_status_and_no_stream(stack, world, streams):
    tenant, anna = world.team("anna")
    stranger, admin = world.person("stranger"), world.new_person("root", global_admin=True)
    for client, tenant_id, status in ((stack.client(), tenant.id, 401), (stack.client(token="x" * 43), tenant.id, 401),
                                      (stranger.client, tenant.id, 404), (anna.client, "no-such-tenant", 404),
                                      (admin.client, tenant.id, 403)):
        answer = client.get(stream_path(tenant_id), headers={"Accept": "text/event-stream"})
        assert_problem(answer, status, context=tenant_id)


def test_claims_of_a_client_are_not_believed(stack, world):
    """A client may send any header the hand-over uses; and /_sse/ is not for it."""
    tenant, _ = world.team("anna")
    forged = {"X-Sse-Claims": "email=anna", "X-Sse-User": "anna", "X-Accel-Redirect": "/_sse/", "Harbor-Claims": "x"}
    assert_problem(stack.client().get(stream_path(tenant.id), headers=forged), 401)
    assert_problem(stack.client().get("/_sse/", headers=forged), 404)
    assert_problem(stack.client().get(f"/_sse/{tenant.id}", headers=forged), 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_stream_is_opened_by_get_only(world, method):
    tenant, anna = world.team("anna")
    assert_problem(anna.client.request(method, stream_path(tenant.id), body=b""), 405)


def test_without_an_sse_worker_the_answer_is_still_an_event_stream(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant, reconnect=True).wait_hello()
    with stack.unplugged("sse"):
        streams.cut(stream)
        wait_until(lambda: any(bye.data["reason"] == "capacity" for bye in stream.of_type("bye")), 15,
                   lambda: f"bye capacity on {stream!r}")
        substitutes = [one for one in stream.connections[1:] if b"capacity" in one.raw]
        for connection in substitutes:
            assert connection.status == 200
            assert connection.response.headers["content-type"].split(";")[0] == "text/event-stream"
            assert connection.parser.retry is not None and b"id:" not in connection.raw, bytes(connection.raw)
        bye = next(one for one in stream.of_type("bye") if one.data["reason"] == "capacity")
        assert bye.data["reconnectAfterMs"] == stream.connections[bye.connection].parser.retry, bye
        missed = anna.send(tenant, [ben], "sent meanwhile")["id"]
    stream.wait_news(1, timeout_s=20)
    assert_exactly_once_in_order(stream.message_ids, [missed], "after the socket came back")


def test_a_stream_that_waits_for_a_restarting_sse_worker_is_served_by_the_next(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    with stack.without("sse-1"):
        stream = streams.open(ben, tenant)
        message = anna.send(tenant, [ben])
    stream.wait_hello()
    marker = anna.send(tenant, [ben])
    stream.wait_news(1)
    assert stream.message_ids in ([message["id"], marker["id"]], [marker["id"]]), stream.news


def test_without_api_workers_the_answer_is_still_an_event_stream(stack, world):
    tenant, anna = world.team("anna")
    with stack.unplugged("api"):
        answer = anna.client.get(stream_path(tenant.id))
        assert answer.status == 200 and answer.header("content-type").startswith("text/event-stream"), f"got {answer}"
        assert b'"capacity"' in answer.body and b"id:" not in answer.body, answer
    assert anna.client.get("/api/auth/me").status == 200
