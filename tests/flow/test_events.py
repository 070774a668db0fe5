"""`GET /events`: the log without a stream. The cursor table of CONTRACTS, for polling and for streams; pruning."""

import pytest
from harbor.check import assert_exactly_once_in_order, assert_problem
from harbor.wait import wait_until

OVERLAY = {"log": {"keep_events": 5, "page": 4}, "jobs": {"interval": "200 ms"}}


def ids(answer):
    return [item["id"] for item in answer["items"]]


def pruned_to(stack, tenant, floor):
    wait_until(lambda: stack.database.head(tenant.id)[2] == floor, 15,
               lambda: f"floor {floor} in {stack.database.head(tenant.id)}")


@pytest.fixture(scope="module")
def log(stack, world):
    """Twelve letters to ben, of which pruning keeps the last five: floor 7, head 12."""
    tenant, anna, ben = world.team("anna", "ben")
    for n in range(12):
        anna.send(tenant, [ben], f"letter {n}")
    pruned_to(stack, tenant, 7)
    epoch = tenant.head.split(".")[0]
    return tenant, anna, ben, epoch


def test_polling_without_a_cursor_starts_at_the_head(log):
    tenant, _, ben, epoch = log
    answer = ben.events(tenant)
    got = answer["items"], answer["cursor"], answer["gap"], answer["more"]
    assert got == ([], f"{epoch}.12", False, False), f"got {got}"
    assert (answer["unread"], answer["unseen"], answer["version"]) == (12, 12, 12), answer


@pytest.mark.parametrize("seq", [7, 8, 11, 12])
def test_polling_from_within_the_log_brings_everything_after_it(log, seq):
    tenant, _, ben, epoch = log
    answer = ben.events(tenant, cursor=f"{epoch}.{seq}")
    last = min(seq + 4, 12)  # a page is four
    assert_exactly_once_in_order(ids(answer), [f"{epoch}.{n}" for n in range(seq + 1, last + 1)], f"after {seq}")
    assert (answer["gap"], answer["cursor"], answer["more"]) == (False, f"{epoch}.{last}", last < 12), answer


def test_a_polled_item_is_what_a_stream_carries(log, streams):
    tenant, _, ben, epoch = log
    polled = ben.events(tenant, cursor=f"{epoch}.7")["items"]
    streamed = streams.open(ben, tenant, cursor=f"{epoch}.7").wait_news(5)
    for item, received in zip(polled, streamed):
        assert set(item) == {"id", "type", "data"}, item
        assert (item["id"], item["type"], item["data"]) == (received.id, received.type, received.data["data"]), item


GAPS = ["{epoch}.0", "{epoch}.6", "zzzz9999.9", "{epoch}.13", "{epoch}.999999999999", "{epoch}.9223372036854775807",
        "{epoch}.99999999999999999999999", "garbage", "{epoch}", "{epoch}.", ".5", "{epoch}.08", "{epoch}.-1",
        "{epoch}.+8", "{epoch}.8.8", "{epoch}.8%20", "{upper}.8", "abc.8", "%00", "%ff%fe", "x" * 500]


@pytest.mark.parametrize("form", GAPS)
def test_polling_from_where_nothing_can_be_continued_is_a_gap(log, form):
    tenant, _, ben, epoch = log
    cursor = form.format(epoch=epoch, upper=epoch.upper() if epoch.upper() != epoch else "ABCD")
    answer = ben.client.get(f"/api/messaging/events?tenantId={tenant.id}&cursor={cursor}")
    assert answer.status == 200, f"{form}: got {answer}, want 200"
    got = answer.json["items"], answer.json["cursor"], answer.json["gap"]
    assert got == ([], f"{epoch}.12", True), f"{form}: got {got}"
    assert (answer.json["unread"], answer.json["version"]) == (12, 12), answer.json


@pytest.mark.parametrize("form", GAPS)
def test_a_stream_from_where_nothing_can_be_continued_says_so_and_goes_on_from_the_head(log, streams, form):
    tenant, _, ben, epoch = log
    cursor = form.format(epoch=epoch, upper=epoch.upper() if epoch.upper() != epoch else "ABCD")
    stream = streams.open(ben, tenant, cursor=cursor).wait_hello()
    hello = stream.hello
    assert (hello["gap"], hello["cursor"], hello["behind"]) == (True, f"{epoch}.12", 0), f"{form}: got {hello}"
    assert stream.of_type("hello")[0].id == f"{epoch}.12", stream.received
    assert stream.news == [], f"{form}: events after a gap: {stream.news}"


@pytest.mark.parametrize("value", ["garbage", "zzzz9999.9", "\"", "{epoch}.13", "x" * 500])
def test_an_unusable_last_event_id_is_a_gap_on_the_stream(log, streams, value):
    tenant, _, ben, epoch = log
    stream = streams.open(ben, tenant, last_event_id=value.format(epoch=epoch)).wait_hello()
    assert (stream.hello["gap"], stream.hello["cursor"]) == (True, f"{epoch}.12"), f"{value}: got {stream.hello}"


def test_a_stream_from_within_the_log_replays_without_a_gap(log, streams):
    tenant, _, ben, epoch = log
    stream = streams.open(ben, tenant, cursor=f"{epoch}.9")
    assert_exactly_once_in_order([item.id for item in stream.wait_news(3)], [f"{epoch}.{n}" for n in (10, 11, 12)], "replay")
    assert (stream.hello["gap"], stream.hello["cursor"], stream.hello["behind"]) == (False, f"{epoch}.9", 3), stream.hello
    assert stream.of_type("unread:count") == [], "replay sends count frames"


def test_limit_counts_rows_scanned_so_that_a_quiet_reader_moves_on(world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    start = tenant.head
    for n in range(4):
        anna.send(tenant, [cleo], f"not for ben {n}")
    anna.send(tenant, [ben], "for ben")
    page = ben.events(tenant, cursor=start, limit=2)
    assert (page["items"], page["more"], page["gap"]) == ([], True, False), page
    assert page["cursor"] == f"{start.split('.')[0]}.2", page
    got, cursor = [], start
    for _ in range(3):
        page = ben.events(tenant, cursor=cursor, limit=2)
        cursor = page["cursor"]
        got += ids(page)
    assert got == [f"{start.split('.')[0]}.5"] and not page["more"], f"got {got} and {page}"


def test_polling_page_by_page_equals_the_log(log):
    tenant, _, ben, epoch = log
    got, cursor, more = [], f"{epoch}.7", True
    while more:
        page = ben.events(tenant, cursor=cursor, limit=2)
        got, cursor, more = got + ids(page), page["cursor"], page["more"]
    assert_exactly_once_in_order(got, [f"{epoch}.{n}" for n in range(8, 13)], "two a page")


@pytest.mark.parametrize("limit", ["0", "-1", "x", "100000"])
def test_a_bad_limit_is_refused(log, limit):
    tenant, _, ben, _ = log
    assert_problem(ben.client.get(f"/api/messaging/events?tenantId={tenant.id}&limit={limit}"), (400, 422), field="limit")


def test_pruning_keeps_what_the_configuration_says(stack, log):
    tenant = log[0]
    assert stack.database.seqs(tenant.id) == [8, 9, 10, 11, 12]
    assert stack.database.head(tenant.id)[1:] == (12, 7)


def test_a_stream_whose_place_was_pruned_away_is_told_to_resync(stack, world, streams):
    """The worker is frozen while more is written and pruned than the log keeps."""
    tenant, anna, ben = world.team("anna", "ben")
    stream = streams.open(ben, tenant, reconnect=True).wait_hello()
    with stack.frozen("sse-1"):
        sent = [anna.send(tenant, [ben], f"letter {number}")["version"] for number in range(12)]
        pruned_to(stack, tenant, 7)
    wait_until(lambda: stream.of_type("resync"), 10, lambda: f"resync on {stream!r}: {stream.received}")
    resync = stream.of_type("resync")[0]
    assert (resync.id, resync.data["cursor"], resync.data["unread"]) == (tenant.head, tenant.head, 12), resync
    assert stream.news == [], f"events of a log with a hole: {stream.news}"
    after = anna.send(tenant, [ben], "after it")
    assert [item.seq for item in stream.wait_news(1)] == [after["version"]] == [sent[-1] + 1], stream.news


def test_what_is_pruned_stays_in_the_mailbox(log):
    tenant, _, ben, _ = log
    assert len(ben.messages(tenant)["items"]) == 12
    assert ben.counts(tenant)[0] == 12


def test_epochs_differ_between_tenants_and_stay_over_a_restart(stack, world, log):
    tenant, _, ben, epoch = log
    other = world.tenant(ben)
    assert other.head.split(".")[0] != epoch, "two tenants share an epoch"
    for name in ("api-1", "api-2"):
        stack.restart(name)
    assert ben.events(tenant)["cursor"] == f"{epoch}.12"
