"""A quiet tenant whose log was pruned to nothing goes on counting where it was."""

from harbor.check import assert_exactly_once_in_order
from harbor.wait import wait_until

OVERLAY = {"log": {"keep": "1 s"}, "jobs": {"interval": "100 ms"}}


def wait_empty(stack, tenant):
    wait_until(lambda: stack.database.seqs(tenant.id) == [], 20, lambda: f"no events: {stack.database.seqs(tenant.id)}")


def test_numbering_goes_on_after_everything_was_pruned(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    for n in range(3):
        anna.send(tenant, [ben], f"letter {n}")
    stream = streams.open(ben, tenant, reconnect=True).wait_hello()
    wait_empty(stack, tenant)
    epoch, head, floor = stack.database.head(tenant.id)
    assert (head, floor) == (3, 3), f"got head {head} and floor {floor}, want 3 and 3"

    with stack.without("jobs"):  # which would remove this one too, as soon as it is a second old
        message = anna.send(tenant, [ben], "the fourth")
        assert message["version"] == 4, f"the first event after pruning has number {message['version']}, want 4"
        assert stack.database.head(tenant.id)[1] == 4
        stream.wait_news(1)
    assert_exactly_once_in_order(stream.ids, [f"{epoch}.4"], "the stream that was open")
    assert stream.of_type("unread:count")[-1].data["version"] == 4


def test_a_cursor_at_the_head_of_an_emptied_log_is_no_gap(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    anna.send(tenant, [ben])
    cursor = ben.events(tenant)["cursor"]
    wait_empty(stack, tenant)
    answer = ben.events(tenant, cursor=cursor)
    assert (answer["gap"], answer["cursor"], answer["items"]) == (False, cursor, []), answer
    stream = streams.open(ben, tenant, last_event_id=cursor).wait_hello()
    assert (stream.hello["gap"], stream.hello["cursor"]) == (False, cursor), stream.hello
    with stack.without("jobs"):
        anna.send(tenant, [ben])
        assert stream.wait_news(1)[0].seq == 2, stream.news


def test_a_cursor_below_an_emptied_log_is_a_gap(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    start = tenant.head
    anna.send(tenant, [ben])
    wait_empty(stack, tenant)
    answer = ben.events(tenant, cursor=start)
    assert (answer["gap"], answer["cursor"]) == (True, tenant.head), answer
    assert answer["unread"] == 1, "pruning the log lost a count"
