"""Full-text search: real mail against a plain scan of its file, what a hit looks like, and input of any kind."""

import json
import random
import secrets
from datetime import datetime, timedelta, timezone
from urllib.parse import urlencode

import pytest
from harbor import mail, words
from harbor.check import assert_exactly_once_in_order, assert_problem
from harbor.wait import wait_until
from harbor.world import PASSWORD, Person

PATH = "/api/messaging/messages"
OVERLAY = {"jobs": {"interval": "200 ms"}}


def search(person, tenant, typed, **filters):
    return person.messages(tenant, q=typed, **{"folder": "all", "limit": 200, **filters})["items"]


def found(person, tenant, typed, **filters):
    return [item["id"] for item in search(person, tenant, typed, **filters)]


def wait_for_index(stack, message):
    wait_until(lambda: stack.database.one("SELECT UpTo FROM SearchProgress") >= message, 20, f"the index to come to {message}")


def parent_of(record):
    """The id in inReplyTo, which says more at times: "<id> (Ann's message of Monday)"."""
    found = mail.MESSAGE_ID.search(record["inReplyTo"] or "")
    return found.group() if found else None


class Archive:
    """mail.jsonl in a tenant of its own; its people can sign in."""

    def __init__(self, stack, world, folder):
        self.tenant = world.tenant()
        self.records = [json.loads(line) for line in (folder / "mail.jsonl").read_text().splitlines()]
        stack.harborctl("import", str(folder / "mail.jsonl"), "--tenant", self.tenant.id)
        self.ids = dict(stack.database.rows("SELECT ExternalId, MessageId FROM ImportedIds WHERE TenantId = ?",
                                            self.tenant.id))
        self.people = []
        for email in ("notmuch@notmuchmail.org", "cworth@cworth.org", "keithp@keithp.com"):
            stack.harborctl("user", "passwd", email, stdin=PASSWORD + "\n")
            self.people.append(Person(stack, email, email).login())

    def of(self, person):
        """What lies in a person's mailbox, newest first."""
        return [record for record in reversed(self.records) if person.email == record["from"] or person.email in record["to"]]

    def scan(self, person, phrase, is_prefix):
        hits = []
        for record in self.of(person):
            texts = (words.split(record["subject"]), words.split(record["body"]))
            if any(words.stands_in(text, phrase, is_prefix) for text in texts):
                hits.append(self.ids[record["messageId"]])
        return hits


@pytest.fixture(scope="module")
def archive(stack, world, shared_data):
    return Archive(stack, world, shared_data)


def test_imported_threads_are_those_that_the_mail_says(archive):
    parents = {record["messageId"]: parent_of(record) for record in archive.records}
    person = archive.people[0]
    items = {item["id"]: item for item in person.messages(archive.tenant, folder="all", limit=200)["items"]}
    assert len(items) == len(archive.of(person)) > 40, f"{len(items)} listed, want {len(archive.of(person))}"
    replies = 0
    for record in archive.of(person):
        item = items[archive.ids[record["messageId"]]]
        root = record["messageId"]
        while parents[root] in parents:
            root = parents[root]
        parent = archive.ids.get(parents[record["messageId"]])
        replies += parent is not None
        got = (item["inReplyTo"], item["threadId"])
        assert got == (parent, archive.ids[root]), f"{record['messageId']}: got {got}, want {(parent, archive.ids[root])}"
    assert replies > 20, f"{replies} replies to mail that is there"


def test_searching_the_mail_finds_what_a_plain_scan_of_the_file_finds(archive):
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    bodies = [words.split(record["body"]) for record in archive.records]
    known = sorted({word for body in bodies for word in body})
    accented = sorted({word for record in archive.records for word in record["body"].split() if not word.isascii()})
    assert accented, "no word with a diacritic in the mail"
    for number in range(200):
        person = rng.choice(archive.people)
        kind = ("word", "beginning", "phrase", "phrase beginning", "accented")[number % 5]
        if kind == "accented":
            typed = rng.choice(accented).strip('*"')
            phrase = words.split(typed)
        elif kind.startswith("phrase"):
            body = rng.choice([body for body in bodies if len(body) > 3])
            start = rng.randrange(len(body) - 2)
            phrase = body[start:start + rng.randint(2, 3)]
            typed = f'"{" ".join(phrase)}"'
        else:
            phrase = [rng.choice(known)]
            typed = phrase[0].upper()
        is_prefix = "beginning" in kind
        if is_prefix:
            phrase = [*phrase[:-1], phrase[-1][:rng.randint(1, len(phrase[-1]))]]
            typed = f'"{" ".join(phrase)}"*' if kind.startswith("phrase") else phrase[0] + "*"
        want = archive.scan(person, phrase, is_prefix)
        assert_exactly_once_in_order(found(person, archive.tenant, typed), want, f"seed {seed}: {person} searches {typed}")


def test_a_message_is_found_at_once_and_after_it_was_indexed(stack, world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    message = anna.send(tenant, [ben], "Hafenrundfahrt", "Wir treffen uns an der Überseebrücke.")["id"]
    for _ in range(2):
        for person, want in ((anna, [message]), (ben, [message]), (cleo, [])):
            for typed in ("hafen*", "uberseebrucke", '"der Überseebrücke"'):
                got = found(person, tenant, typed)
                assert got == want, f"{person} searches {typed}: got {got}, want {want}"
        wait_for_index(stack, message)


# The act on a message of anna's to ben, and whether each of them finds its words afterwards.
ACTS = {
    "edited": (lambda anna, ben, path: anna.client.request("PATCH", path, {"subject": "Other", "body": "word"}), False, False),
    "recalled": (lambda anna, ben, path: anna.client.post(path + "/recall", {"reason": "Landungssteg"}), False, False),
    "deleted for all": (lambda anna, ben, path: anna.client.delete(path), False, False),
    "deleted by its recipient": (lambda anna, ben, path: ben.client.delete(path), True, False),
    "deleted by its sender, for oneself": (lambda anna, ben, path: anna.client.delete(path + "?scope=me"), False, True),
    "archived": (lambda anna, ben, path: ben.client.post(path + "/archive"), True, True),
}


@pytest.mark.parametrize("is_indexed", [False, True], ids=["not indexed", "indexed"])
@pytest.mark.parametrize("act", ACTS)
def test_what_becomes_of_a_message_shows_in_the_next_search(stack, world, act, is_indexed):
    run, anna_finds, ben_finds = ACTS[act]
    tenant, anna, ben = world.team("anna", "ben")
    message = anna.send(tenant, [ben], "Landungssteg", "A plank.")["id"]
    if is_indexed:
        wait_for_index(stack, message)
    assert found(anna, tenant, "landungssteg plank") == found(ben, tenant, "landungssteg plank") == [message]
    answer = run(anna, ben, f"{PATH}/{message}")
    assert answer.status in (200, 204), answer
    for _ in range(2):
        got = tuple(found(person, tenant, typed) for person in (anna, ben) for typed in ("landungssteg", "plank"))
        want = tuple([message] if finds else [] for finds in (anna_finds, anna_finds, ben_finds, ben_finds))
        assert got == want, f"{act}: got {got}, want {want}"
        assert found(ben, tenant, "other word") == ([message] if act == "edited" else [])
        wait_for_index(stack, message)


def test_a_message_past_its_end_is_found_no_more(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    end = datetime.now(timezone.utc) + timedelta(seconds=4)
    message = anna.send(tenant, [ben], "Ebbe", expiresAt=end.strftime("%Y-%m-%dT%H:%M:%SZ"))["id"]
    stays = anna.send(tenant, [ben], "Ebbe und Flut")["id"]
    assert found(ben, tenant, "ebbe") == [stays, message]
    wait_for_index(stack, stays)
    wait_until(lambda: found(ben, tenant, "ebbe") == found(anna, tenant, "ebbe") == [stays], 30, "the end of the message")
    assert [item["id"] for item in ben.messages(tenant)["items"]] == [stays]


def test_a_hit_shows_where_it_is_in_parts_of_text(world):
    tenant, anna, ben = world.team("anna", "ben")
    long = "before " * 100 + "<script>Needle</script> " + "after " * 100
    anna.send(tenant, [ben], "A needle & more", long)
    snippet = search(ben, tenant, "needle")[0]["snippet"]
    assert snippet["subject"] == [{"text": "A ", "hit": False}, {"text": "needle", "hit": True},
                                  {"text": " & more", "hit": False}], snippet
    shown = "".join(part["text"] for part in snippet["body"])
    assert [part["text"] for part in snippet["body"] if part["hit"]] == ["Needle"], snippet
    assert "before <script>Needle</script> after" in shown and len(shown) <= 200, shown
    assert shown.startswith("…") and shown.endswith("…"), shown
    assert "snippet" not in ben.messages(tenant)["items"][0]


def test_a_search_has_pages_and_takes_the_filters(world):
    tenant, anna, ben = world.team("anna", "ben")
    sent = [anna.send(tenant, [ben], "odd" if n % 2 else "even", "number", priority="high" if n == 3 else "normal")["id"]
            for n in range(7)]
    ben.post(f"{PATH}/{sent[1]}/read")
    got, before = [], {}
    while before is not None:
        page = ben.messages(tenant, q="odd", limit=1, **before)
        got += [item["id"] for item in page["items"]]
        before = {"before": page["nextCursor"]} if page["nextCursor"] else None
    assert_exactly_once_in_order(got, [sent[5], sent[3], sent[1]], "pages of one")
    assert found(ben, tenant, "odd", folder="inbox", unread="true") == [sent[5], sent[3]]
    assert found(ben, tenant, "number", priority="high") == [sent[3]]
    assert found(ben, tenant, "number", folder="sent") == []
    assert found(anna, tenant, "number", folder="sent") == sent[::-1]
    assert found(ben, tenant, "number", **{"from": ben.email}) == []


@pytest.mark.parametrize("typed", ['"', '""', '"a', "*", "AND", "a AND", "OR NOT", "NEAR(a b)", "Subject:a", "{a}", "^a", "(", "a*b*",
                                   "'; DROP TABLE Messages;--", "\\", "-", "\u0000a\u0000", "\ue0001", "💥", "%", "a\nb", "日本*"])
def test_whatever_is_typed_is_searched(world, typed):
    tenant, anna, _ = world.team("anna", "ben")
    answer = anna.client.get(f"{PATH}?{urlencode({'tenantId': tenant.id, 'q': typed})}")
    assert answer.status == 200 and answer.json["items"] == [], f"{typed!r}: got {answer}, want an empty page"


def test_an_empty_search_is_none(world):
    tenant, anna, ben = world.team("anna", "ben")
    message = anna.send(tenant, [ben], "Any")["id"]
    assert found(ben, tenant, "") == found(ben, tenant, " ") == [message]


def test_a_search_that_is_too_much_is_refused_and_named(world):
    tenant, anna, _ = world.team("anna", "ben")
    assert found(anna, tenant, "ä" * 200) == []
    for typed in ("ä" * 201, "a " * 17):
        answer = anna.client.get(f"{PATH}?{urlencode({'tenantId': tenant.id, 'q': typed})}")
        assert_problem(answer, 400, code="bad_value", field="q", context=typed[:10])
    answer = anna.client.get(f"{PATH}?tenantId={tenant.id}&q=%ff")
    assert_problem(answer, 400, field="q", context="not UTF-8")


def test_the_seeds_route_searches_too(world):
    tenant, anna, ben = world.team("anna", "ben")
    message = anna.send(tenant, [ben], "seed word")["id"]
    items = ben.get("/api/messages", tenantId=tenant.id, q="seed")["items"]
    assert [item["id"] for item in items] == [message], items
