"""What happens to a message after it was sent: flags, edit, delete, recall, forward, hard delete. The second person's
stream sees it live, counts are exact, and what was withdrawn is nowhere to be read again."""

import secrets

import pytest
from harbor.check import assert_problem
from harbor.wait import wait_until

MESSAGES = "/api/messaging/messages"


@pytest.fixture
def secret():
    """A word that no other test has used."""
    return "zanzibar" + secrets.token_hex(6)


@pytest.fixture
def scene(world, streams):
    """A new tenant of anna and ben, each with a stream from an empty log."""
    tenant, anna, ben = world.team("anna", "ben")
    return tenant, anna, ben, *streams.open_all([anna, ben], tenant)


def path(message, act=""):
    return f"{MESSAGES}/{message['id'] if isinstance(message, dict) else message}" + (f"/{act}" if act else "")


def patch(person, message, json, **headers):
    return person.client.request("PATCH", path(message), json, headers=headers)


def delete(person, message, scope=None):
    return person.client.delete(path(message) + (f"?scope={scope}" if scope else ""))


def payload(event):
    return event.data["data"]["payload"]


def assert_counts(person, tenant, unread, unseen):
    got = person.counts(tenant)
    assert got == (unread, unseen), f"{person}: got {got}, want {unread} unread, {unseen} unseen"


def assert_is_nowhere(stack, streams, person, tenant, word):
    """Not in a raw replay of the stream, not in GET /events, not in the log's rows."""
    epoch, head, _ = stack.database.head(tenant.id)
    stream = streams.open(person.seat(), tenant, cursor=f"{epoch}.0").wait_hello()
    wait_until(lambda: stream.news and stream.news[-1].seq == head or stream.hello["behind"] == 0, 10,
               lambda: f"the replay of {stream!r} to {head}")
    assert word.encode() not in stream.raw, f"the replay has it: {stream.raw}"
    answer = person.client.get(f"/api/messaging/events?tenantId={tenant.id}&cursor={epoch}.0")
    assert answer.status == 200 and answer.json["items"], answer
    assert word.encode() not in answer.body, f"GET /events has it: {answer}"
    for table in ("Events", "Messages", "MessageLinks", "MessageHistory"):
        rows = stack.database.rows(f"SELECT * FROM {table}")
        assert word not in str(rows), f"{table} has it: {rows}"


# Flags ------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("act, undo, key", [("archive", "unarchive", "isArchived"), ("save", "unsave", "isSaved")])
def test_a_flag_is_told_to_oneself_alone_and_once(stack, scene, act, undo, key):
    tenant, anna, ben, annas, bens = scene
    message = anna.send(tenant, [ben])
    for number, (word, value) in enumerate([(act, True), (undo, False)], start=2):
        answer = ben.post(path(message, word))
        assert (answer["messageId"], answer[key], answer["unread"], answer["version"]) == \
            (message["id"], value, 1, number), answer
        assert answer["cursor"] == tenant.head, answer
        event = bens.wait_news(number)[-1]
        assert event.type == "message:archive" and event.seq == number, event
        want = {"archived": False, "saved": False} | {"archived" if act == "archive" else "saved": value}
        assert payload(event) == want, f"got {payload(event)}, want {want}"
        assert ben.get(path(message))[key] is value
        before = stack.database.fingerprint()
        assert ben.post(path(message, word))[key] is value
        assert stack.database.fingerprint() == before, f"a second {word} wrote something"
    anna.send(tenant, [ben], "marker")
    annas.wait_news(2)
    assert [event.type for event in annas.news] == ["message:new"] * 2, f"the sender heard of ben's flags: {annas.news}"


def test_archiving_moves_between_folders_for_oneself_alone(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    ben.post(path(message, "archive"))
    assert folders(ben, tenant, message) == {"archived", "all"}
    assert folders(anna, tenant, message) == {"sent", "all"}
    anna.post(path(message, "archive"))
    assert folders(anna, tenant, message) == {"archived", "all"}
    assert_counts(ben, tenant, 1, 1)


def folders(person, tenant, message):
    return {folder for folder in ("inbox", "sent", "archived", "all")
            if message["id"] in [item["id"] for item in person.messages(tenant, folder=folder)["items"]]}


def test_nobody_sees_by_the_version_what_another_does_for_oneself(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    ben.post(path(message, "archive"))
    assert anna.get(path(message))["version"] == message["version"], "anna sees that ben archived"
    before = ben.get(path(message))["version"]
    anna.post(path(message, "save"))
    assert anna.get(path(message))["isSaved"] is True
    assert ben.get(path(message))["version"] == before, "ben sees that anna saved"


# Edit -------------------------------------------------------------------------------------------------------------

def test_an_edit_is_seen_live_with_the_payload_of_a_new_message(scene, secret):
    tenant, anna, ben, annas, bens = scene
    message = anna.send(tenant, [ben], "First", f"{secret} https://old.example/")
    answer = patch(anna, message, {"subject": "Second", "body": "better https://new.example/", "priority": "high"})
    assert answer.status == 200, answer
    edited = answer.json
    assert answer.header("etag") == f'"{edited["version"]}"', answer.headers
    assert (edited["subject"], edited["body"], edited["priority"]) == \
        ("Second", "better https://new.example/", "high"), edited
    assert edited["editedAt"] and edited["version"] == 2, edited
    assert [link["url"] for link in edited["links"]] == ["https://new.example/"], edited["links"]
    for stream in (annas, bens):
        new, event = stream.wait_news(2)
        assert event.type == "message:update" and event.seq == 2, event
        got = payload(event)
        assert set(got) == set(payload(new)), f"got the keys {set(got)}, want those of message:new"
        assert (got["subject"], got["excerpt"], got["priority"], got["version"], got["linkCount"]) == \
            ("Second", "better https://new.example/", "high", 2, 1), got
        assert not [frame for frame in stream.of_type("unread:count") if frame.data["version"] == 2], "a count moved"
    assert ben.get(path(message))["body"] == "better https://new.example/"
    assert_counts(ben, tenant, 1, 1)


def test_what_was_edited_is_not_replayed_and_who_read_it_is(stack, scene, streams, secret):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben], f"Subject {secret}", f"{secret} https://{secret}.example/")
    ben.post(path(message, "read"))
    patch(anna, message, {"subject": "Other", "body": "words"})
    rows = stack.database.rows("SELECT Seq, Type, Payload FROM Events WHERE TenantId = ? ORDER BY Seq", tenant.id)
    assert [row[:2] for row in rows] == [(1, "message:new"), (2, "message:read"), (3, "message:update")], rows
    assert rows[0][2] == "{}" and ben.email in rows[1][2], rows
    epoch, *_ = stack.database.head(tenant.id)
    replay = streams.open(ben, tenant, cursor=f"{epoch}.0").wait_hello().wait_news(3)
    assert [event.seq for event in replay] == [1, 2, 3] and payload(replay[0]) == {}, replay
    assert payload(replay[2])["subject"] == "Other", replay
    assert secret not in str(stack.database.rows("SELECT Payload FROM Events")), "the log has it"


def test_if_match_lets_only_the_text_one_has_read_be_edited(stack, scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    first = anna.client.get(path(message)).header("etag")
    assert first == f'"{message["version"]}"', first
    ben.post(path(message, "read"))
    assert patch(anna, message, {"body": "two"}, **{"If-Match": first}).status == 200, "reading made the text stale"
    before = stack.database.fingerprint()
    for stale in (first, '"99999"', 'W/"3"', "nonsense"):
        assert_problem(patch(anna, message, {"body": "three"}, **{"If-Match": stale}), 412, code="stale", context=stale)
    assert stack.database.fingerprint() == before
    current = anna.client.get(path(message)).header("etag")
    assert patch(anna, message, {"body": "three"}, **{"If-Match": f'"1", {current}'}).status == 200
    assert patch(anna, message, {"body": "four"}, **{"If-Match": "*"}).status == 200
    assert patch(anna, message, {"body": "five"}).json["body"] == "five"


def test_an_edit_that_changes_nothing_says_nothing(stack, scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben], "Hello", "A body https://a.example/", links=["https://b.example/"])
    before = stack.database.fingerprint()
    for same in ({}, {"subject": "Hello"}, {"body": "A body https://a.example/", "priority": "normal"}):
        answer = patch(anna, message, same)
        assert answer.status == 200 and answer.json["version"] == message["version"], answer
    assert stack.database.fingerprint() == before


def test_stated_links_stay_and_links_of_the_text_follow_it(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben], "Hello", "see https://old.example/", links=["https://stated.example/"])
    ids = {link["url"]: link["id"] for link in message["links"]}
    edited = patch(anna, message, {"body": "see https://new.example/"}).json
    assert {link["url"] for link in edited["links"]} == {"https://stated.example/", "https://new.example/"}, edited
    kept = [link["id"] for link in edited["links"] if link["url"] == "https://stated.example/"]
    assert kept == [ids["https://stated.example/"]], "the link that stays is another row"
    edited = patch(anna, message, {"links": []}).json
    assert [link["url"] for link in edited["links"]] == ["https://new.example/"], edited


@pytest.mark.parametrize("change, status, field", [
    ({"subject": "x" * 201}, 422, "subject"), ({"subject": "  "}, 422, "subject"), ({"body": ""}, 422, "body"),
    ({"body": "x" * 65537}, 422, "body"), ({"priority": "very"}, 422, "priority"), ({"links": ["ftp://x"]}, 422, "links[0]"),
    ({"subject": 7}, 400, "subject"), ({"recipients": []}, 400, "recipients"), ({"expiresAt": None}, 400, "expiresAt")])
def test_an_edit_is_judged_as_a_new_message_is(stack, scene, change, status, field):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    before = stack.database.fingerprint()
    assert_problem(patch(anna, message, change), status, field=field, context=str(change))
    assert stack.database.fingerprint() == before


def test_only_the_sender_edits_and_recalls(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    assert_problem(patch(ben, message, {"body": "mine"}), 403, code="not_allowed")
    assert_problem(ben.client.post(path(message, "recall")), 403, code="not_allowed")
    assert_problem(delete(ben, message, "all"), 403, code="not_allowed", field="scope")


def test_history_is_the_senders_and_for_admins_to_open(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    dana, root = world.new_person("dana"), world.new_person("root", global_admin=True)
    tenant.add(dana, admin=True)
    message = anna.send(tenant, [ben], "One", "first")
    for body in ("second", "third"):
        patch(anna, message, {"body": body})
    page = anna.get(path(message, "history"))
    assert [(item["subject"], item["body"], item["version"], item["editedBy"]) for item in page["items"]] == \
        [("One", "second", 2, anna.email), ("One", "first", 1, anna.email)], page
    first = anna.get(path(message, "history"), limit=1)
    rest = anna.get(path(message, "history"), before=first["nextCursor"])
    assert first["items"] + rest["items"] == page["items"] and rest["nextCursor"] is None, (first, rest)
    assert_problem(ben.client.get(path(message, "history")), 403, code="not_allowed")
    for admin in (dana, root):
        items = admin.get(path(message, "history"))["items"]
        assert [(item["version"], item["subject"], item["body"]) for item in items] == \
            [(2, None, None), (1, None, None)], f"{admin}: {items}"
    route = f"/api/admin/messages/{message['id']}/open"
    assert_problem(dana.client.post(route, {"tenantId": tenant.id}), 403)
    stack.harborctl("settings", "set", "limits.admin_reads_content", "yes", "--tenant", tenant.id)
    opened = dana.post(route, {"tenantId": tenant.id})
    assert [item["body"] for item in opened["history"]] == ["second", "first"], opened


# Delete -----------------------------------------------------------------------------------------------------------

def test_a_message_deleted_for_all_is_gone_everywhere_at_once(stack, world, streams, secret):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    annas, bens, cleos = streams.open_all([anna, ben, cleo], tenant)
    kept = anna.send(tenant, [ben], "kept")
    message = anna.send(tenant, [ben, cleo], f"Subject {secret}", secret)
    cleo.post(path(message, "read"))
    answer = delete(anna, message)
    assert answer.status == 200 and answer.json["messageId"] == message["id"], answer
    assert answer.json["cursor"] == tenant.head, answer
    for stream, count in ((annas, 4), (bens, 3), (cleos, 3)):
        event = stream.wait_news(count)[-1]
        assert event.type == "message:delete" and event.data["data"]["messageId"] == message["id"], event
        assert payload(event) == {"scope": "all", "deletedBy": anna.email}, event
    assert_counts(ben, tenant, 1, 1)
    assert_counts(cleo, tenant, 0, 0)
    last = bens.of_type("unread:count")[-1].data
    assert (last["unread"], last["version"]) == (1, 4), last
    assert cleos.of_type("unread:count")[-1].data["version"] == 3, "cleo had read it: her count did not move"
    for person in (anna, ben, cleo):
        assert_problem(person.client.get(path(message)), 404)
        assert message["id"] not in [item["id"] for item in person.messages(tenant, folder="all")["items"]]
    assert ben.get(path(kept))["subject"] == "kept"
    rows = stack.database.rows("SELECT Payload FROM Events WHERE TenantId = ? AND MessageId = ? ORDER BY Seq", tenant.id,
                               message["id"])
    assert [row[0] for row in rows[:-1]] == ["{}", "{}"], rows
    assert stack.database.seqs(tenant.id) == [1, 2, 3, 4], "the numbers stay"
    assert_problem(delete(anna, message), 404)
    answer = anna.try_send(tenant, [ben], replyToMessageId=message["id"])
    assert_problem(answer, 422, field="replyToMessageId")


def test_a_recipient_deletes_for_oneself_and_nobody_else_hears(scene):
    tenant, anna, ben, annas, bens = scene
    message = anna.send(tenant, [ben])
    answer = delete(ben, message)
    assert (answer.status, answer.json["unread"], answer.json["unseen"], answer.json["version"]) == (200, 0, 0, 2), answer
    event = bens.wait_news(2)[-1]
    assert event.type == "message:delete" and payload(event) == {"scope": "me", "deletedBy": ben.email}, event
    assert bens.of_type("unread:count")[-1].data["unread"] == 0
    assert_problem(ben.client.get(path(message)), 404)
    assert_problem(delete(ben, message), 404)
    assert anna.get(path(message))["body"] == "A body."
    patch(anna, message, {"body": "changed"})
    assert [event.type for event in annas.wait_news(2)] == ["message:new", "message:update"], annas.news
    anna.send(tenant, [ben], "marker")
    assert [event.type for event in bens.wait_news(3)] == ["message:new", "message:delete", "message:new"], \
        f"ben hears of what he deleted: {bens.news}"


def test_a_sender_deletes_for_oneself_and_the_recipients_keep_it(scene):
    tenant, anna, ben, annas, bens = scene
    message = anna.send(tenant, [ben])
    assert delete(anna, message, "me").status == 200
    assert payload(annas.wait_news(2)[-1]) == {"scope": "me", "deletedBy": anna.email}
    assert_problem(anna.client.get(path(message)), 404)
    assert folders(anna, tenant, message) == set()
    assert anna.messages(tenant, folder="all", stats="true")["stats"]["sent"] == 0
    assert ben.get(path(message))["body"] == "A body."
    assert_counts(ben, tenant, 1, 1)
    ben.post(path(message, "read"))
    bens.wait_news(2)
    anna.send(tenant, [ben], "marker")
    assert [event.type for event in annas.wait_news(3)] == ["message:new", "message:delete", "message:new"], \
        f"anna hears of what she deleted: {annas.news}"


def test_scope_is_one_of_two_words(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    assert_problem(delete(anna, message, "everybody"), 400, field="scope")


# Recall -----------------------------------------------------------------------------------------------------------

def test_a_recall_leaves_a_tombstone_and_nothing_of_the_words(stack, scene, streams, secret):
    tenant, anna, ben, annas, bens = scene
    message = anna.send(tenant, [ben], f"Subject {secret}", f"{secret} https://{secret}.example/")
    patch(anna, message, {"body": f"still {secret} https://{secret}.example/"})
    answer = anna.client.post(path(message, "recall"), {"reason": "Wrong\naddress"})
    assert answer.status == 200, answer
    tombstone = answer.json
    assert answer.header("etag") == f'"{tombstone["version"]}"'
    for stream in (annas, bens):
        event = stream.wait_news(3)[-1]
        assert event.type == "message:recall" and event.data["data"]["messageId"] == message["id"], event
        assert payload(event) == {"reason": "Wrong address", "recalledAt": tombstone["recalledAt"]}, event
    last = bens.of_type("unread:count")[-1].data
    assert (last["unread"], last["unseen"], last["version"]) == (0, 0, 3), last
    assert_counts(ben, tenant, 0, 0)
    for person in (anna, ben):
        seen = person.get(path(message))
        assert (seen["isRecalled"], seen["recallReason"], seen["subject"], seen["body"], seen["links"]) == \
            (True, "Wrong address", "", "", []), seen
        assert message["id"] in [item["id"] for item in person.messages(tenant, folder="all")["items"]]
    assert ben.messages(tenant, unread="true")["items"] == [], "a tombstone is nothing to read"
    assert anna.get(path(message))["recipients"][0]["isRead"] is False, "ben had not read it"
    assert_is_nowhere(stack, streams, ben, tenant, secret)
    assert_is_nowhere(stack, streams, anna, tenant, secret)


def test_what_was_read_before_a_recall_stays_known_and_counts_do_not_move(scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    ben.post(path(message, "read"))
    anna.post(path(message, "recall"))
    assert anna.get(path(message))["recipients"][0]["isRead"] is True
    assert anna.get(path(message, "recipients"))["items"][0]["isRead"] is True
    assert_counts(ben, tenant, 0, 0)
    assert_problem(ben.client.post(path(message, "unread")), 409, code="already_recalled")
    assert delete(ben, message).json["unread"] == 0
    assert_counts(ben, tenant, 0, 0)


def test_a_tombstone_is_not_recalled_edited_or_forwarded(stack, scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    first = anna.client.post(path(message, "recall"), {}, key="once")
    before = stack.database.fingerprint()
    again = anna.client.post(path(message, "recall"), {}, key="once")
    assert (again.status, again.body) == (200, first.body), again
    assert_problem(anna.client.post(path(message, "recall")), 409, code="already_recalled")
    assert_problem(patch(anna, message, {"body": "x"}), 409, code="already_recalled")
    assert_problem(ben.client.post(path(message, "forward"), {"recipients": [anna.email]}), 409, code="already_recalled")
    assert stack.database.fingerprint() == before


def test_a_reason_is_bounded(stack, scene):
    tenant, anna, ben, *_ = scene
    message = anna.send(tenant, [ben])
    before = stack.database.fingerprint()
    assert_problem(anna.client.post(path(message, "recall"), {"reason": "x" * 201}), 422, field="reason")
    assert_problem(anna.client.post(path(message, "recall"), {"why": "x"}), 400, field="why")
    assert stack.database.fingerprint() == before


# Forward, replies, conversation -----------------------------------------------------------------------------------

def test_a_forward_is_a_message_of_ones_own_with_the_original_in_it(stack, world, streams):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    (cleos,) = streams.open_all([cleo], tenant)
    message = anna.send(tenant, [ben], "Report", "The words. https://a.example/", links=["https://b.example/"])
    before = ben.get(path(message))["version"]
    answer = ben.client.post(path(message, "forward"), {"recipients": [cleo.email], "body": "Look:"}, key="f-1")
    assert answer.status == 201, answer
    forwarded = answer.json
    assert answer.header("location") == path(forwarded), answer.headers
    assert forwarded["subject"] == "Fwd: Report" and forwarded["senderEmail"] == ben.email, forwarded
    assert forwarded["body"].startswith("Look:\n\n") and forwarded["body"].endswith("The words. https://a.example/")
    assert anna.email in forwarded["body"], forwarded["body"]
    assert {link["url"] for link in forwarded["links"]} == {"https://a.example/", "https://b.example/"}, forwarded
    assert forwarded["inReplyTo"] is None and forwarded["threadId"] == forwarded["id"], forwarded
    event = cleos.wait_news(1)[0]
    assert (event.type, payload(event)["subject"]) == ("message:new", "Fwd: Report"), event
    again = ben.client.post(path(message, "forward"), {"recipients": [cleo.email], "body": "Look:"}, key="f-1")
    assert (again.status, again.body, again.header("idempotency-replayed")) == (201, answer.body, "true"), again
    assert_counts(cleo, tenant, 1, 1)
    flags = stack.database.one("SELECT IsForwarded, ForwardedAt FROM MessageRecipients WHERE MessageId = ?", message["id"])
    assert flags == (1, forwarded["createdAt"]), flags
    assert ben.get(path(message))["version"] > before
    twice = cleo.client.post(path(forwarded, "forward"), {"recipients": [anna.email]}).json
    assert twice["subject"] == "Fwd: Report", twice
    assert ben.client.post(path(message, "forward"), {"recipients": [cleo.email], "subject": "Mine"}).json["subject"] == "Mine"


def test_a_forward_to_one_who_is_not_there_sends_nothing(stack, scene, world):
    tenant, anna, ben, *_ = scene
    stranger = world.person("stranger")
    message = anna.send(tenant, [ben])
    before = stack.database.fingerprint()
    answer = ben.client.post(path(message, "forward"),
                             {"recipients": [anna.email, stranger.email, "none@nowhere.example"]})
    problem = assert_problem(answer, 422)
    assert {error["field"] for error in problem["errors"]} == {"recipients[1]", "recipients[2]"}, problem
    assert_problem(ben.client.post(path(message, "forward"), {"recipients": [ben.email]}), 422, field="recipients")
    assert_problem(ben.client.post(path(message, "forward"), {}), 400, field="recipients")
    assert stack.database.fingerprint() == before


def test_a_reply_is_noted_on_the_repliers_own_row(stack, world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    message = anna.send(tenant, [ben, cleo])
    reply = ben.send(tenant, [anna], "Re: Hello", replyToMessageId=message["id"])
    rows = stack.database.rows("SELECT RecipientEmail, IsReplied, RepliedAt FROM MessageRecipients WHERE MessageId = ?"
                               " ORDER BY IsReplied", message["id"])
    assert rows == [(cleo.email, 0, None), (ben.email, 1, reply["createdAt"])], rows


def test_a_conversation_is_what_the_caller_sees_of_it(world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    first = anna.send(tenant, [ben, cleo], "first")
    second = ben.send(tenant, [anna], "second", replyToMessageId=first["id"])
    third = anna.send(tenant, [ben, cleo], "third", replyToMessageId=second["id"])
    anna.send(tenant, [ben], "another conversation")
    ids = [third["id"], second["id"], first["id"]]
    for person, want in ((anna, ids), (ben, ids), (cleo, [ids[0], ids[2]])):
        page = person.get(path(first, "thread"))
        assert [item["id"] for item in page["items"]] == want, f"{person}: {page}"
        assert page["nextCursor"] is None and page["cursor"] == tenant.head, page
    got, before = [], None
    while before is not None or not got:
        page = ben.get(path(third, "thread"), limit=1, **({"before": before} if before else {}))
        got += [item["id"] for item in page["items"]]
        before = page["nextCursor"]
    assert got == ids, got
    delete(anna, first)
    assert [item["id"] for item in ben.get(path(third, "thread"))["items"]] == ids[:2]


def test_who_has_read_is_for_the_sender_and_admins(world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    dana = world.new_person("dana")
    tenant.add(dana, admin=True)
    message = anna.send(tenant, [ben, cleo])
    read = ben.post(path(message, "read"))
    people = sorted([ben, cleo], key=lambda person: person.email)
    want = [{"email": person.email, "name": person.name, "isRead": person is ben,
             "readAt": read["readAt"] if person is ben else None} for person in people]
    for person in (anna, dana):
        assert person.get(path(message, "recipients"))["items"] == want, person
    names = [{"email": person.email, "name": person.name} for person in people]
    assert ben.get(path(message, "recipients"))["items"] == names
    first = anna.get(path(message, "recipients"), limit=1)
    rest = anna.get(path(message, "recipients"), limit=1, after=first["nextCursor"])
    assert first["items"] + rest["items"] == want and rest["nextCursor"] is None, (first, rest)


def test_an_audience_is_shown_before_sending(stack, world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    stranger = world.person("stranger")
    stack.harborctl("member", "add", tenant.id, cleo.email, "--role", "editor")
    stack.harborctl("member", "add", tenant.id, ben.email, "--role", "editor")
    before = stack.database.fingerprint()
    ask = {"tenantId": tenant.id, "recipients": [ben.email, anna.email, ben.email.upper()], "roles": ["editor"]}
    answer = anna.post("/api/messaging/recipients/resolve", ask)
    want = [{"email": person.email, "name": person.name} for person in sorted([ben, cleo], key=lambda who: who.email)]
    assert answer == {"tenantId": tenant.id, "recipientCount": 2, "recipients": want}, answer
    bad = anna.client.post("/api/messaging/recipients/resolve",
                           ask | {"recipients": [ben.email, stranger.email, "x@y.example"], "roles": ["king"]})
    problem = assert_problem(bad, 422)
    assert problem["errors"] == [{"field": "recipients[1]", "code": "unknown_recipient"},
                                 {"field": "recipients[2]", "code": "unknown_recipient"},
                                 {"field": "roles[0]", "code": "unknown_role"}], problem
    assert stack.database.fingerprint() == before, "showing an audience wrote something"
    sent = anna.send(tenant, ask["recipients"], roles=["editor"])
    assert [person["email"] for person in sent["recipients"]] == [person["email"] for person in want]


# Removed for good -------------------------------------------------------------------------------------------------

def test_an_admin_removes_a_message_for_good(stack, world, streams, secret):
    tenant, anna, ben = world.team("anna", "ben")
    dana = world.new_person("dana")
    tenant.add(dana, admin=True)
    annas, bens = streams.open_all([anna, ben], tenant)
    message = anna.send(tenant, [ben], f"Subject {secret}", f"{secret} https://{secret}.example/")
    reply = ben.send(tenant, [anna], "Re:", replyToMessageId=message["id"])
    route = f"/api/admin/messages/{message['id']}?tenantId={tenant.id}"
    assert_problem(ben.client.delete(route), 403, code="not_allowed")
    assert_problem(world.person("stranger").client.delete(route), 404)
    other_tenant, other, another = world.team("other", "another")
    foreign = other.send(other_tenant, [another])["id"]
    for number in (foreign, 10**9 - 7):
        assert_problem(dana.client.delete(f"/api/admin/messages/{number}?tenantId={tenant.id}"), 404)
    assert dana.client.delete(route).status == 204
    for stream in (annas, bens):
        event = stream.wait_news(3)[-1]
        assert event.type == "message:delete" and event.data["data"]["messageId"] == message["id"], event
        assert payload(event) == {"scope": "all", "deletedBy": dana.email}, event
    assert_counts(ben, tenant, 0, 0)
    assert_problem(dana.client.delete(route), 404)
    assert anna.get(path(reply))["inReplyTo"] == message["id"]
    for table in ("Messages", "MessageRecipients", "MessageLinks", "MessageThreads"):
        column = {"Messages": "Id", "MessageThreads": "ParentMessageId"}.get(table, "MessageId")
        assert not stack.database.rows(f"SELECT 1 FROM {table} WHERE {column} = ?", message["id"]), table
    assert_is_nowhere(stack, streams, ben, tenant, secret)
    row = stack.database.one("SELECT Actor, TenantId, Subject FROM AuditLog WHERE Act = 'message.remove' AND TenantId = ?",
                             tenant.id)
    assert row == (dana.email, tenant.id, str(message["id"])), row


def test_a_message_that_its_sender_deleted_can_still_be_removed_for_good(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    dana = world.new_person("dana")
    tenant.add(dana, admin=True)
    message = anna.send(tenant, [ben])
    delete(anna, message)
    head = tenant.head
    assert dana.client.delete(f"/api/admin/messages/{message['id']}?tenantId={tenant.id}").status == 204
    assert tenant.head == head, "its end was told twice"
    assert message["id"] not in stack.database.message_ids(tenant.id)
