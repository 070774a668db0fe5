"""Messages end by themselves: the jobs worker ends them with one event and exact counts, and removes what is older than
the retention. No reading compares clocks."""

import json
from datetime import datetime, timedelta, timezone

from harbor.check import assert_problem
from harbor.wait import wait_until

OVERLAY = {"jobs": {"interval": "200 ms"}}
MESSAGES = "/api/messaging/messages"
SECRET = "zanzibar-7431"


def in_seconds(seconds):
    time = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def deletions(stream):
    return stream.of_type("message:delete")


def test_messages_end_together_for_those_who_share_them(stack, world, streams):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    annas, bens, cleos = streams.open_all([anna, ben, cleo], tenant)
    end = in_seconds(8)
    shared = [anna.send(tenant, [ben], f"{SECRET} {n}", expiresAt=end)["id"] for n in range(3)]
    wider = anna.send(tenant, [ben, cleo], SECRET, expiresAt=end)["id"]
    stays = anna.send(tenant, [ben], "stays", expiresAt=in_seconds(3600))
    ben.post(f"{MESSAGES}/{shared[0]}/read")
    assert ben.counts(tenant) == (4, 4)
    for stream, count in ((annas, 2), (bens, 2), (cleos, 1)):
        wait_until(lambda: len(deletions(stream)) >= count, 30, lambda: f"{count} ends on {stream!r}: {stream.news}")
    ends = {tuple(event.data["data"]["payload"]["messageIds"]): event for event in deletions(bens)}
    assert set(ends) == {tuple(shared), (wider,)}, ends
    for event in ends.values():
        data = event.data["data"]
        assert data["messageId"] == 0 and (data["payload"]["scope"], data["payload"]["deletedBy"]) == ("all", None), data
    assert [event.data["data"]["payload"]["messageIds"] for event in deletions(cleos)] == [[wider]], \
        "cleo hears of messages that were never hers"
    assert ben.counts(tenant) == (1, 1) and cleo.counts(tenant) == (0, 0)
    assert bens.of_type("unread:count")[-1].data["unread"] == 1
    for person in (anna, ben):
        for message in (*shared, wider):
            assert_problem(person.client.get(f"{MESSAGES}/{message}"), 404)
        items = person.messages(tenant, folder="all")["items"]
        assert [item["id"] for item in items] == [stays["id"]], items
    assert SECRET not in str(stack.database.rows("SELECT Payload FROM Events")), "the log has what ended"


def test_what_is_older_than_the_retention_is_removed_for_good(stack, world, streams):
    tenant, anna, ben = world.team("anna", "ben")
    young = anna.send(tenant, [ben], "young")["id"]
    line = {"messageId": "<1@old.example>", "inReplyTo": None, "date": "2009-11-17T15:28:37Z", "from": anna.email,
            "fromName": anna.name, "to": [ben.email], "subject": "old", "body": SECRET, "attachments": []}
    stack.harborctl("import", "-", "--tenant", tenant.id, stdin=json.dumps(line) + "\n")
    # Opened after the import, which makes every stream begin anew.
    (bens,) = streams.open_all([ben], tenant)
    stack.harborctl("settings", "set", "limits.retention", "365 d", "--tenant", tenant.id)
    wait_until(lambda: deletions(bens), 30, lambda: f"the end of the old message: {bens.news}")
    payload = deletions(bens)[0].data["data"]["payload"]
    assert payload["scope"] == "all" and len(payload["messageIds"]) == 1, payload
    assert stack.database.message_ids(tenant.id) == [young]
    assert SECRET not in str(stack.database.rows("SELECT Body FROM Messages"))
    assert ben.counts(tenant) == (1, 1)
