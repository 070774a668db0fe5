"""Settings: a tenant's own before the one for all, that before the file's; they hold for the next request, in every worker."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harbor.check import assert_problem
from harbor.wait import wait_until

PATH = "/api/messaging/settings"


@pytest.fixture
def acme(world):
    """A tenant, its admin, and two members."""
    tenant, anna, ben = world.team("anna", "ben")
    dana = world.new_person("dana")
    tenant.add(dana, admin=True)
    return tenant, dana, anna, ben


def put(person, tenant, **settings):
    path = PATH if tenant is None else f"{PATH}?tenantId={tenant.id}"
    return person.client.request("PUT", path, {"settings": {key.replace("__", "."): value for key, value in settings.items()}})


def setting(answer, key):
    return next(item for item in answer["settings"] if item["key"] == key)


def test_a_tenants_own_goes_before_the_one_for_all_and_that_before_the_files(stack, world, acme):
    tenant, dana, _, _ = acme
    root = world.new_person("root", global_admin=True)
    first = dana.get(PATH, tenantId=tenant.id)
    assert first["tenantId"] == tenant.id
    assert {key: setting(first, "limits.recall")[key] for key in ("value", "source", "updatedBy")} == {
        "value": "1 h", "source": "file", "updatedBy": None}
    try:
        assert put(root, None, limits__recall="2 h").status == 200
        assert setting(dana.get(PATH, tenantId=tenant.id), "limits.recall")["source"] == "all"
        answer = put(dana, tenant, limits__recall="10 min")
        assert answer.status == 200, answer
        own = setting(answer.json, "limits.recall")
        assert (own["value"], own["source"], own["updatedBy"]) == ("10 min", "tenant", dana.email)
        assert setting(put(dana, tenant, limits__recall=None).json, "limits.recall")["value"] == "2 h"
    finally:
        assert put(root, None, limits__recall=None).status == 200
    assert setting(root.get(PATH), "limits.recall")["source"] == "file"
    acts = stack.database.rows("SELECT Actor, Act, TenantId, Subject, Detail FROM AuditLog ORDER BY Id DESC LIMIT 4")
    assert [tuple(row[:4]) for row in acts][1] == (dana.email, "settings.change", tenant.id, "limits.recall"), acts
    assert json.loads(acts[2][4]) == {"value": "10 min"}, acts


def test_what_is_refused_names_the_setting_and_changes_nothing(stack, acme):
    tenant, dana, _, _ = acme
    before = stack.database.fingerprint()
    for value in ("0", "100001", "many", -1, "1.5", "7 d"):
        problem = assert_problem(put(dana, tenant, limits__recipients=value), 422)
        assert problem["errors"] == [{"field": "settings.limits.recipients", "code": "out_of_bounds"}], value
    for value in ([], {}, 1.5):
        assert assert_problem(put(dana, tenant, limits__links=value), 400)["field"] == "settings.limits.links"
    for key in ("limits__page", "http__threads", "nothing"):
        assert_problem(put(dana, tenant, **{key: 1}), 400)
    two = put(dana, tenant, limits__links=3, limits__body="1 TiB")
    assert_problem(two, 422)
    for body in ({}, {"settings": []}, {"settings": {}, "more": 1}):
        assert_problem(dana.client.request("PUT", f"{PATH}?tenantId={tenant.id}", body), 400)
    assert stack.database.fingerprint() == before


def test_a_change_is_an_event_for_the_members_pages(acme, streams):
    tenant, dana, anna, _ = acme
    stream = streams.open(anna, tenant).wait_hello()
    assert put(dana, tenant, limits__links=7).status == 200
    stream.wait_news(1, timeout_s=5)
    assert stream.news[0].type == "tenant:settings" and stream.news[0].data["data"]["payload"] == {"changed": ["limits.links"]}
    head = tenant.head
    assert put(dana, tenant, limits__links="7").status == 200
    assert tenant.head == head, "nothing changed, and there is an event"


def test_limits_of_a_message_hold_for_the_next_request_at_the_last_one_that_passes(acme):
    tenant, dana, anna, ben = acme
    assert put(dana, tenant, limits__subject=10, limits__body="1 KiB", limits__recipients=1, limits__links=1).status == 200
    assert anna.try_send(tenant, [ben], "s" * 10, "b" * 1024).status == 201
    for changed, field in (({"subject": "s" * 11}, "subject"), ({"body": "b" * 1025}, "body"),
                           ({"recipients": [ben, dana]}, "recipients"),
                           ({"links": ["https://a.example/", "https://b.example/"]}, "links")):
        letter = {"recipients": [ben], "subject": "s", "body": "b", **changed}
        problem = assert_problem(anna.try_send(tenant, letter.pop("recipients"), letter.pop("subject"), letter.pop("body"),
                                               **letter), 422)
        assert problem["field"] == field, problem


def test_messaging_can_be_switched_off_and_on(acme):
    tenant, dana, anna, ben = acme
    message = anna.send(tenant, [ben])["id"]
    assert put(dana, tenant, limits__messaging=False).status == 200
    for answer in (anna.try_send(tenant, [ben]), ben.client.get(f"/api/messaging/messages/{message}"),
                   anna.client.get(f"/api/messaging/messages?tenantId={tenant.id}")):
        problem = assert_problem(answer, 503)
        assert problem["code"] == "messaging_off" and int(answer.header("retry-after")) > 0, answer
    assert dana.get(PATH, tenantId=tenant.id)["settings"], "the admin must be able to switch it on again"
    assert put(dana, tenant, limits__messaging="yes").status == 200
    anna.send(tenant, [ben])


def test_where_messages_can_only_be_read_nothing_is_sent(acme):
    tenant, dana, anna, ben = acme
    message = anna.send(tenant, [ben])["id"]
    assert put(dana, tenant, limits__read_only=True).status == 200
    assert assert_problem(anna.try_send(tenant, [ben]), 403)["code"] == "read_only"
    assert ben.get(f"/api/messaging/messages/{message}")["id"] == message
    ben.post(f"/api/messaging/messages/{message}/read")
    assert ben.counts(tenant) == (0, 0)
    put(dana, tenant, limits__read_only=None)
    anna.send(tenant, [ben])


def test_the_last_message_of_the_limit_passes_and_the_next_is_refused_across_workers(acme):
    """Forty at once through two workers: exactly twelve."""
    tenant, dana, anna, ben = acme
    assert put(dana, tenant, limits__messages="12/h").status == 200
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: anna.try_send(tenant, [ben]), range(40)))
    passed = [answer for answer in answers if answer.status == 201]
    assert len(passed) == 12, [answer.status for answer in answers]
    assert sorted(int(answer.header("ratelimit-remaining")) for answer in passed) == list(range(12))
    for answer in answers:
        assert answer.header("ratelimit-limit") == "12", answer.all_headers
        if answer.status != 201:
            assert_problem(answer, 429)
            assert 200 <= int(answer.header("retry-after")) <= 300, answer.all_headers
    assert ben.try_send(tenant, [anna]).status == 201, "another sender is another allowance"
    put(dana, tenant, limits__messages=None)
    wait_until(lambda: anna.try_send(tenant, [ben]).status == 201, 5, "a message under the raised limit")


def test_an_allowance_comes_back_with_time(acme):
    tenant, dana, anna, ben = acme
    assert put(dana, tenant, limits__messages="2/s").status == 200
    assert [anna.try_send(tenant, [ben]).status for _ in range(2)] == [201, 201]
    begun = time.monotonic()
    wait_until(lambda: anna.try_send(tenant, [ben]).status == 201, 5, "the next message to pass", every_s=0.05)
    assert time.monotonic() - begun < 5


def test_without_redis_a_local_bound_holds_and_nothing_fails(stack, acme):
    tenant, dana, anna, ben = acme
    assert put(dana, tenant, limits__messages="10/h").status == 200
    with stack.without("redis"):
        answers = [anna.try_send(tenant, [ben]) for _ in range(45)]
        passed = sum(answer.status == 201 for answer in answers)
        assert {answer.status for answer in answers} == {201, 429}, [answer.status for answer in answers]
        assert 10 <= passed <= 20, f"{passed} of two workers with 10 each"


def test_a_stuck_redis_delays_a_send_and_refuses_none(stack, acme):
    tenant, _, anna, ben = acme
    with stack.frozen("redis"):
        answers = [anna.try_send(tenant, [ben]) for _ in range(5)]
    assert [answer.status for answer in answers] == [201] * 5


def test_streams_of_a_person_are_a_setting(acme, streams):
    tenant, dana, anna, _ = acme
    first, second = (streams.open(anna, tenant).wait_hello() for _ in range(2))
    assert put(dana, tenant, stream__per_user=1).status == 200
    third = streams.open(anna, tenant).wait_hello()
    for old in (first, second):
        old.wait_over(timeout_s=10)
        assert [bye.data["reason"] for bye in old.of_type("bye")] == ["replaced"]
    assert third.of_type("bye") == []


def test_the_operators_hand_sets_them_too(stack, acme, streams):
    tenant, dana, anna, ben = acme
    stream = streams.open(anna, tenant).wait_hello()
    assert "changed" in stack.harborctl("settings", "set", "limits.subject", "5", "--tenant", tenant.id).stdout
    stream.wait_news(1, timeout_s=5)
    assert anna.try_send(tenant, [ben], "123456").status == 422
    listed = stack.harborctl("settings", "list", "--tenant", tenant.id).stdout
    assert "limits.subject\t5\ttenant\t" in listed, listed
    assert "unchanged" in stack.harborctl("settings", "set", "limits.subject", "5", "--tenant", tenant.id).stdout
    stack.harborctl("settings", "unset", "limits.subject", "--tenant", tenant.id)
    anna.send(tenant, [ben], "123456")
