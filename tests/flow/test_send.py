"""`POST /api/messaging/send`: what is accepted, what is refused and names its field, and that a refusal changes nothing."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from harbor.check import assert_problem
from harbor.world import letter

SEND = "/api/messaging/send"
MISSING = object()


@pytest.fixture(scope="module")
def team(world):
    return world.team("anna", "ben", "cleo")


def changed(base, changes):
    body = {**base, **changes}
    return {name: value for name, value in body.items() if value is not MISSING}


def row(name, field, **changes):
    return pytest.param(changes, field, id=name)


SYNTAX = [
    *(row(f"no-{name}", name, **{name: MISSING}) for name in ("tenantId", "subject", "body", "recipients")),
    *(row(f"{name}-{kind}", name, **{name: value}) for name in ("tenantId", "subject", "body", "messageType", "priority")
      for kind, value in (("number", 7), ("null", None), ("list", ["x"]), ("object", {"x": 1}), ("bool", True))
      if not (kind == "null" and name in ("messageType", "priority"))),
    row("recipients-text", "recipients", recipients="ben@people.example"),
    row("recipients-null", "recipients", recipients=None),
    row("recipients-of-numbers", "recipients[0]", recipients=[5]),
    row("recipients-second-null", "recipients[1]", recipients=["BEN", None]),
    row("roles-text", "roles", roles="author"),
    row("roles-of-numbers", "roles[0]", roles=[1]),
    row("expiresAt-number", "expiresAt", expiresAt=1893456000),
    row("reply-text", "replyToMessageId", replyToMessageId="7"),
    row("reply-fraction", "replyToMessageId", replyToMessageId=1.5),
    row("reply-object", "replyToMessageId", replyToMessageId={}),
    row("attachments-object", "attachments", attachments={}),
    row("attachment-text", "attachments[0]", attachments=["x"]),
    row("attachment-without-media", "attachments[0].mediaId", attachments=[{"attachmentType": "upload"}]),
    row("attachment-unknown-key", "attachments[0].size", attachments=[{"mediaId": 1, "attachmentType": "upload", "size": 3}]),
    row("links-text", "links", links="https://example.org"),
    row("link-number", "links[0]", links=[3]),
    row("unknown-key", "colour", colour="red"),
]

RULES = [
    row("subject-empty", "subject", subject=""),
    row("subject-blank", "subject", subject=" \t\r\n "),
    row("subject-201-characters", "subject", subject="é" * 201),
    row("body-empty", "body", body=""),
    row("body-too-long", "body", body="x" * (64 * 1024 + 1)),
    row("nobody", "recipients", recipients=[]),
    row("only-myself", "recipients", recipients=["ANNA"]),
    row("101-recipients", "recipients", recipients=[f"p{n}@people.example" for n in range(101)]),
    row("unknown-second", "recipients[1]", recipients=["BEN", "ghost@people.example"]),
    row("no-address", "recipients[0]", recipients=["not an address"]),
    row("address-255-bytes", "recipients[0]", recipients=["a" * 243 + "@b.example.de"]),
    row("type-unknown", "messageType", messageType="telegram"),
    row("type-broadcast", "messageType", messageType="broadcast"),
    row("type-announcement", "messageType", messageType="announcement"),
    row("priority-unknown", "priority", priority="NORMAL"),
    row("role-unknown", "roles[0]", roles=["emperor"]),
    row("expired", "expiresAt", expiresAt="2020-01-01T00:00:00.000Z"),
    row("expiry-too-late", "expiresAt", expiresAt="2999-01-01T00:00:00.000Z"),
    row("reply-to-nothing", "replyToMessageId", replyToMessageId=999999999),
    row("reply-to-negative", "replyToMessageId", replyToMessageId=-1),
    row("21-links", "links", links=[f"https://example.org/{n}" for n in range(21)]),
    row("link-javascript", "links[0]", links=["javascript:alert(1)"]),
    row("link-file", "links[0]", links=["file:///etc/passwd"]),
    row("link-second-broken", "links[1]", links=["https://example.org/", "https://"]),
]


def prepared(team, changes):
    tenant, anna, ben, _ = team
    named = {"ANNA": anna.email, "BEN": ben.email}
    body = changed(letter(tenant, [ben]), changes)
    if isinstance(body.get("recipients"), list):
        body["recipients"] = [named.get(one, one) if isinstance(one, str) else one for one in body["recipients"]]
    return body


@pytest.mark.parametrize("changes, field", SYNTAX)
def test_what_is_not_of_the_form_is_400_and_changes_nothing(stack, team, changes, field):
    before = stack.database.fingerprint()
    answer = team[1].client.post(SEND, prepared(team, changes), key=f"syntax-{field}")
    assert_problem(answer, 400, field=field, context=str(changes)[:200])
    assert stack.database.fingerprint() == before


@pytest.mark.parametrize("changes, field", RULES)
def test_what_breaks_a_rule_is_422_and_changes_nothing(stack, team, changes, field):
    before = stack.database.fingerprint()
    answer = team[1].client.post(SEND, prepared(team, changes), key=f"rule-{field}")
    problem = assert_problem(answer, 422, field=field, context=str(changes)[:200])
    assert all(set(error) >= {"field", "code"} for error in problem["errors"]), problem
    assert stack.database.fingerprint() == before


def test_an_expiry_that_is_no_time_is_refused_and_named(stack, team):
    for text in ("tomorrow", "2030-13-01T00:00:00Z", "2030-01-01", "2030-01-01T00:00:00", ""):
        before = stack.database.fingerprint()
        answer = team[1].client.post(SEND, prepared(team, {"expiresAt": text}))
        assert_problem(answer, (400, 422), field="expiresAt", context=text)
        assert stack.database.fingerprint() == before


@pytest.mark.parametrize("changes, fields", [
    ({"subject": "", "priority": "huge", "body": ""}, {"subject", "priority", "body"}),
    ({"recipients": ["g@x.example", "BEN", "h@x.example"]}, {"recipients[0]", "recipients[2]"})])
def test_every_broken_rule_is_named_at_once(team, changes, fields):
    """What the text alone shows, and then what the tenant's people show."""
    problem = assert_problem(team[1].client.post(SEND, prepared(team, changes)), 422)
    got = {error["field"] for error in problem["errors"]}
    assert got == fields, f"got {got}, want {fields}"


def test_a_sent_message_is_answered_as_it_will_be_read(stack, team):
    tenant, anna, ben, cleo = team
    body = "First line\n\nSee https://example.org/a for more"
    answer = anna.try_send(tenant, [ben, cleo], "Grüße 🚢", body, priority="high")
    assert answer.status == 201, f"got {answer}, want 201"
    message = answer.json
    assert answer.header("location") == f"/api/messaging/messages/{message['id']}", answer.headers
    want = {"tenantId": tenant.id, "subject": "Grüße 🚢", "body": body,
            "senderEmail": anna.email, "senderName": anna.name, "messageType": "direct", "priority": "high",
            "expiresAt": None, "editedAt": None, "inReplyTo": None, "threadId": message["id"], "recipientCount": 2,
            "isArchived": False, "isSaved": False, "isRecalled": False, "recalledAt": None, "recallReason": None,
            "attachments": []}
    assert {name: message.get(name, MISSING) for name in want} == want
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", message["createdAt"]), message
    assert [link["url"] for link in message["links"]] == ["https://example.org/a"], message["links"]
    assert {"email": ben.email, "name": ben.name, "isRead": False, "readAt": None} in message["recipients"], message
    assert message["version"] == stack.database.head(tenant.id)[1], message
    again = anna.get(f"/api/messaging/messages/{message['id']}")
    assert again == message, f"read back {again}, want {message}"


def test_subject_limits_count_characters_not_bytes(team):
    tenant, anna, ben, _ = team
    subject = "é" * 200
    assert anna.send(tenant, [ben], subject)["subject"] == subject


def test_a_body_of_exactly_the_limit_is_accepted(team):
    tenant, anna, ben, _ = team
    assert len(anna.send(tenant, [ben], body="x" * 65536)["body"]) == 65536


def test_control_characters_in_a_subject_become_one_space(team):
    tenant, anna, ben, _ = team
    for subject, want in (("a\tb", "a b"), ("a\r\n\tb", "a b"), ("a\u0000b", "a b"), ("a\u007fb", "a b"), ("a\u0085b", "a b")):
        got = anna.send(tenant, [ben], subject)["subject"]
        assert got == want, f"{subject!r}: got {got!r}, want {want!r}"


def test_the_body_is_kept_to_the_byte_and_html_is_escaped(team):
    tenant, anna, ben, _ = team
    body = "<script>alert(1)</script>\r\n\ttab \"quotes\" \u2028 <img src=x onerror=alert(1)>"
    message = anna.send(tenant, [ben], body=body)
    assert message["body"] == body
    assert "<script" not in message["bodyHtml"] and "<img" not in message["bodyHtml"], message["bodyHtml"]


def test_recipients_are_trimmed_lower_cased_and_counted_once(team):
    tenant, anna, ben, _ = team
    message = anna.send(tenant, [ben.email.upper(), f" {ben.email} ", ben.email])
    assert [one["email"] for one in message["recipients"]] == [ben.email], message["recipients"]
    assert message["recipientCount"] == 1


def test_the_sender_is_taken_out_of_the_audience(team, streams):
    tenant, anna, ben, _ = team
    message = anna.send(tenant, [anna, ben])
    assert [one["email"] for one in message["recipients"]] == [ben.email], message["recipients"]
    assert anna.counts(tenant)[0] == 0, "a sender has own mail unread"


def test_a_foreign_and_an_unknown_recipient_are_refused_alike(world, team):
    tenant, anna, _, _ = team
    stranger = world.person("stranger")
    world.tenant(stranger)
    refusals = []
    for address in (stranger.email, "x" * (len(stranger.email) - 15) + "@people.example"):
        problem = assert_problem(anna.try_send(tenant, [address]), 422, field="recipients[0]")
        assert problem["errors"][0]["code"] == "unknown_recipient", problem
        refusals.append({name: value for name, value in problem.items() if name != "requestId"})
    assert refusals[0] == refusals[1], refusals


def test_a_reply_keeps_the_thread_and_an_invisible_parent_is_refused(team):
    tenant, anna, ben, cleo = team
    first = anna.send(tenant, [ben], "Root")
    reply = ben.send(tenant, [anna], "Re: Root", replyToMessageId=first["id"])
    assert (reply["inReplyTo"], reply["threadId"]) == (first["id"], first["threadId"]), reply
    second = anna.send(tenant, [ben, cleo], "Re: Re", replyToMessageId=reply["id"])
    assert (second["inReplyTo"], second["threadId"]) == (reply["id"], first["id"]), second
    hidden = cleo.try_send(tenant, [anna], replyToMessageId=first["id"])
    missing = cleo.try_send(tenant, [anna], replyToMessageId=first["id"] + 10**9)
    problems = [assert_problem(answer, 422, field="replyToMessageId") for answer in (hidden, missing)]
    stripped = [{name: value for name, value in problem.items() if name != "requestId"} for problem in problems]
    assert stripped[0] == stripped[1], stripped


def test_roles_stand_for_their_holders(stack, world):
    tenant, anna = world.team("anna")
    editor, author = world.person("ed"), world.person("arthur")
    stack.harborctl("member", "add", tenant.id, editor.email, "--role", "editor")
    stack.harborctl("member", "add", tenant.id, author.email, "--role", "author")
    message = anna.send(tenant, [], roles=["editor"])
    assert [one["email"] for one in message["recipients"]] == [editor.email], message["recipients"]
    both = anna.send(tenant, [editor], roles=["author", "editor"])
    assert sorted(one["email"] for one in both["recipients"]) == sorted([editor.email, author.email])
    assert_problem(anna.try_send(tenant, [], roles=["reviewer"]), 422, context="a role that nobody holds")


def test_an_expiry_is_kept_in_utc(team):
    tenant, anna, ben, _ = team
    moment = (datetime.now(timezone.utc) + timedelta(days=2)).replace(microsecond=250000)
    shifted = moment.astimezone(timezone(timedelta(hours=2))).isoformat(timespec="milliseconds")
    want = moment.strftime("%Y-%m-%dT%H:%M:%S.250Z")
    got = anna.send(tenant, [ben], expiresAt=shifted)["expiresAt"]
    assert got == want, f"{shifted}: got {got}, want {want}"
