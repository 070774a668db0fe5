"""`Idempotency-Key`: however often a send is repeated, there is one message and one answer."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from harbor.check import assert_problem
from harbor.world import letter

SEND = "/api/messaging/send"
REPLAYED = "idempotency-replayed"


@pytest.fixture
def team(world):
    return world.team("anna", "ben")


def test_200_parallel_copies_make_one_message_and_200_identical_answers(stack, team, streams):
    tenant, anna, ben = team
    stream = streams.open(ben, tenant).wait_hello()
    body, gate = letter(tenant, [ben], "only once"), threading.Barrier(50)

    def send_four(_):
        gate.wait()
        return [anna.client.post(SEND, body, key="one key") for _ in range(4)]

    with ThreadPoolExecutor(50) as pool:
        answers = [answer for four in pool.map(send_four, range(50)) for answer in four]
    assert len(answers) == 200
    assert {answer.status for answer in answers} == {201}, [str(one) for one in answers if one.status != 201][:3]
    assert len({(answer.body, answer.header("location")) for answer in answers}) == 1, "the answers differ"
    fresh = [answer for answer in answers if answer.header(REPLAYED) is None]
    assert len(fresh) == 1, f"{len(fresh)} answers without Idempotency-Replayed, want 1"
    assert all(answer.header(REPLAYED) == "true" for answer in answers if answer not in fresh)
    assert stack.database.message_ids(tenant.id) == [answers[0].json["id"]]
    marker = anna.send(tenant, [ben], "marker")["id"]
    stream.wait_news(2)
    assert stream.message_ids == [answers[0].json["id"], marker], stream.news


def test_both_workers_take_part(stack, team):
    """A copy answered by the other worker is a replay as well: stop one, repeat, start it again, stop the other."""
    tenant, anna, ben = team
    body = letter(tenant, [ben])
    first = anna.client.post(SEND, body, key="two workers")
    for name in ("api-1", "api-2"):
        with stack.without(name):
            again = anna.client.post(SEND, body, key="two workers")
        assert (again.status, again.body, again.header(REPLAYED)) == (201, first.body, "true"), f"without {name}: {again}"
    assert len(stack.database.message_ids(tenant.id)) == 1


def test_the_key_with_another_body_is_refused(stack, team):
    tenant, anna, ben = team
    first = anna.try_send(tenant, [ben], "one", key="k-1")
    assert first.status == 201 and first.header(REPLAYED) is None, f"got {first}"
    before = stack.database.fingerprint()
    assert_problem(anna.try_send(tenant, [ben], "two", key="k-1"), 422, code="idempotency_key_reused")
    spaced = b" " + json.dumps(letter(tenant, [ben], "one")).encode()
    assert_problem(anna.client.request("POST", SEND, body=spaced, key="k-1"), 422, code="idempotency_key_reused")
    assert stack.database.fingerprint() == before


def test_a_key_belongs_to_one_person(team):
    tenant, anna, ben = team
    first, second = anna.try_send(tenant, [ben], key="shared"), ben.try_send(tenant, [anna], key="shared")
    assert (first.status, second.status) == (201, 201), f"got {first} and {second}"
    assert first.json["id"] != second.json["id"]


def test_a_refusal_is_not_stored(team):
    tenant, anna, ben = team
    assert_problem(anna.try_send(tenant, [ben], subject="", key="k-2"), 422)
    good = anna.try_send(tenant, [ben], key="k-2")
    assert good.status == 201 and good.header(REPLAYED) is None, f"got {good}, want a first 201"


def test_without_a_key_each_send_is_its_own(stack, team):
    tenant, anna, ben = team
    ids = {anna.send(tenant, [ben])["id"] for _ in range(3)}
    assert len(ids) == 3 == len(stack.database.message_ids(tenant.id))


@pytest.mark.parametrize("key", ["x", "~" * 255, "with space", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}"])
def test_one_to_255_printable_ascii_characters_are_a_key(team, key):
    tenant, anna, ben = team
    first, second = anna.try_send(tenant, [ben], key=key), anna.try_send(tenant, [ben], key=key)
    assert (first.status, second.status, second.header(REPLAYED)) == (201, 201, "true"), f"got {first}, {second}"


@pytest.mark.parametrize("key", ["", "x" * 256, "käse".encode("latin-1").decode("latin-1"), "tab\there", "\x7f"])
def test_anything_else_is_no_key_and_changes_nothing(stack, team, key):
    tenant, anna, ben = team
    before = stack.database.fingerprint()
    assert_problem(anna.try_send(tenant, [ben], key=key), 400, context=repr(key)[:40])
    assert stack.database.fingerprint() == before


def test_a_key_is_for_one_message(team):
    tenant, anna, ben = team
    ids = [anna.send(tenant, [ben])["id"] for _ in range(2)]
    answers = [ben.client.request("POST", f"/api/messaging/messages/{number}/read", key="read-it") for number in ids]
    assert [answer.json["messageId"] for answer in answers] == ids, f"got {answers}"
    assert answers[1].json["unread"] == 0, f"the second message was not read: {answers[1]}"


def test_logging_out_with_a_key_that_was_used_logs_out(world):
    person = world.person("leaver")
    for _ in range(2):
        client = person.another_session()
        assert client.request("POST", "/api/auth/logout", key="bye").status == 204
        assert client.get("/api/auth/me").status == 401
