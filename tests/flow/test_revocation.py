"""Logout, disabling, a new password and removal end the streams concerned within 1 s, before any later event:
with and without Redis, with the worker frozen meanwhile, and between a stream's authorisation and its registration.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harbor.check import assert_exactly_once_in_order
from harbor.wait import wait_until

OVERLAY = {"stream": {"heartbeat": "500 ms", "per_user": 50}}
WITHIN_S = 1.0


def logout(stack, tenant, seat):
    answer = seat.client.post("/api/auth/logout")
    assert answer.status == 204, f"got {answer}, want 204"


def delete_session(stack, tenant, seat):
    current = next(item for item in seat.get("/api/auth/sessions")["items"] if item["current"])
    answer = seat.client.delete(f"/api/auth/sessions/{current['id']}")
    assert answer.status == 204, f"got {answer}, want 204"


def disable(stack, tenant, seat):
    stack.harborctl("user", "disable", seat.email)


def new_password(stack, tenant, seat):
    stack.harborctl("user", "passwd", seat.email, stdin="quite another password\n")


def remove(stack, tenant, seat):
    tenant.remove(seat)


WAYS = [logout, delete_session, disable, new_password, remove]
STILL_ADDRESSABLE = [logout, delete_session, new_password]


@pytest.fixture(scope="module", params=["with Redis", "without Redis"])
def redis(request, stack):
    if request.param == "with Redis":
        yield request.param
        return
    with stack.without("redis"):
        yield request.param


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_revoked_stream_ends_within_a_second_before_any_later_event(stack, world, streams, redis, way):
    tenant, ben, friend = world.team("ben", "friend")
    victim = world.new_person("vic")
    tenant.add(victim)
    bystander = streams.open(ben, tenant).wait_hello()
    stream = streams.open(victim, tenant).wait_hello()
    earlier = ben.send(tenant, [victim], "earlier")["id"]
    stream.wait_news(1)
    way(stack, tenant, victim)
    revoked_at = time.monotonic()
    later = ben.try_send(tenant, [victim], "a later secret")
    assert later.status in ((201,) if way in STILL_ADDRESSABLE else (201, 422)), f"got {later}"
    stream.wait_over(timeout_s=10)
    took = stream.last.ended_at - revoked_at
    assert took < WITHIN_S, f"{way.__name__}: ended {took:.2f} s after it, want less than {WITHIN_S}"
    byes = [(bye.data["reason"], bye.data["reconnectAfterMs"] >= 600_000) for bye in stream.of_type("bye")]
    assert byes == [("revoked", True)], f"got {byes}, want one bye revoked"
    assert stream.received[-1].type == "bye", f"after the bye: {stream.received[-1]}"
    assert_exactly_once_in_order(stream.message_ids, [earlier], f"{way.__name__}: the revoked stream")
    assert b"later secret" not in stream.raw, "a later event was written"
    marker = ben.send(tenant, [friend], "marker")
    wait_until(lambda: bystander.message_ids[-1:] == [marker["id"]], 10, "the bystander's stream goes on")
    assert bystander.of_type("bye") == [], "a bystander was cut"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_what_was_not_yet_written_at_the_revocation_never_is(stack, world, streams, redis, way):
    """The worker is frozen while a letter and the revocation are committed: the revocation must come first."""
    tenant, ben = world.team("ben")
    victim = world.new_person("vic")
    tenant.add(victim)
    stream = streams.open(victim, tenant).wait_hello()
    with stack.frozen("sse-1"):
        ben.send(tenant, [victim], "a frozen secret 1")
        way(stack, tenant, victim)
        ben.try_send(tenant, [victim], "a frozen secret 2")
    stream.wait_over(timeout_s=10)
    assert stream.news == [] and b"frozen secret" not in stream.raw, f"{way.__name__}: {stream.news}"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_revocation_between_authorisation_and_registration_is_not_missed(stack, world, streams, redis, way):
    """nginx has the api's yes and waits at the frozen sse worker's door when the right is taken away."""
    tenant, ben = world.team("ben")
    victim = world.new_person("vic")
    tenant.add(victim)
    with stack.frozen("sse-1"):
        before = stack.connections("sse")
        stream = streams.open(victim, tenant)
        wait_until(lambda: stack.connections("sse") > before, 10, "the stream waiting at the sse worker's socket")
        way(stack, tenant, victim)
        ben.try_send(tenant, [victim], "a slipped secret")
    awake_at = time.monotonic()
    stream.wait_over(timeout_s=10)
    took = stream.last.ended_at - awake_at
    assert took < WITHIN_S, f"{way.__name__}: ended {took:.2f} s after the worker woke, want less than {WITHIN_S}"
    assert stream.news == [] and b"slipped secret" not in stream.raw, f"{way.__name__}: {stream.news}"
    if stream.last.status == 403:
        problem = json.loads(stream.raw)
        assert set(problem) == {"type", "title", "status", "detail", "code", "requestId"}, problem
        assert (problem["status"], problem["code"]) == (403, "revoked"), problem


LOSSES = {"logout": "DELETE FROM Sessions WHERE Email = :email", "member": "DELETE FROM TenantUsers WHERE Email = :email",
          "disable": "UPDATE Subscribers SET IsDisabled = 1 WHERE Email = :email"}


@pytest.mark.parametrize("loss, status", [("logout", 401), ("disable", 401), ("member", 404)])
def test_an_act_that_waits_for_its_turn_while_the_right_goes_is_refused(stack, world, loss, status):
    tenant, ben = world.team("ben")
    victim = world.new_person("vic")
    tenant.add(victim)
    workers = {pid for name, pid in stack.pids().items() if name.startswith("api")}
    with ThreadPoolExecutor(1) as pool:
        with stack.database.turn() as connection:
            answer = pool.submit(victim.try_send, tenant, [ben], "too late")
            wait_until(lambda: stack.database.waiting() & workers, 10, "an api worker that waits for its turn")
            connection.execute(LOSSES[loss], {"email": victim.email})
        refused = answer.result()
    assert refused.status == status, f"{loss}: got {refused}, want {status}"
    assert stack.database.message_ids(tenant.id) == []


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_revoked_person_cannot_come_back(stack, world, streams, redis, way):
    tenant, _ = world.team("ben")
    victim = world.new_person("vic")
    tenant.add(victim)
    stream = streams.open(victim, tenant).wait_hello()
    way(stack, tenant, victim)
    stream.wait_over(timeout_s=10)
    again = streams.open(victim, tenant, last_event_id=stream.last_event_id)
    again.wait_over()
    want = 404 if way is remove else 401
    assert again.last.status == want, f"{way.__name__}: got {again!r}, want {want}"
    answer = victim.client.get(f"/api/messaging/events?tenantId={tenant.id}")
    assert answer.status == want, f"GET /events: got {answer}, want {want}"


def test_logout_leaves_the_persons_other_sessions_alone(world, streams, redis):
    tenant, ben = world.team("ben")
    victim = world.new_person("vic")
    tenant.add(victim)
    kept_seat = victim.seat()
    ended, kept = streams.open(victim, tenant).wait_hello(), streams.open(kept_seat, tenant).wait_hello()
    logout(None, tenant, victim)
    ended.wait_over(timeout_s=10)
    message = ben.send(tenant, [victim])
    kept.wait_news(1)
    assert kept.message_ids == [message["id"]] and kept.of_type("bye") == [], kept


def test_removal_from_one_tenant_leaves_streams_of_the_others_alone(world, streams, redis):
    here, ben = world.team("ben")
    victim = world.new_person("vic")
    here.add(victim)
    there = world.tenant(ben, victim)
    ended, kept = streams.open(victim, here).wait_hello(), streams.open(victim, there).wait_hello()
    here.remove(victim)
    ended.wait_over(timeout_s=10)
    message = ben.send(there, [victim])
    kept.wait_news(1)
    assert kept.message_ids == [message["id"]] and kept.of_type("bye") == [], kept


def test_a_removed_person_who_is_added_again_may_listen_again(world, streams, redis):
    tenant, ben = world.team("ben")
    victim = world.new_person("vic")
    tenant.add(victim)
    ended = streams.open(victim, tenant).wait_hello()
    tenant.remove(victim)
    ended.wait_over(timeout_s=10)
    tenant.add(victim)
    again = streams.open(victim, tenant).wait_hello()
    message = ben.send(tenant, [victim])
    again.wait_news(1)
    assert again.message_ids == [message["id"]], again
