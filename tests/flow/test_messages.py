"""Listing and reading messages: folders, filters, paging, the snapshot's cursor, and what each person may see."""

import pytest
from harbor.check import assert_exactly_once_in_order, assert_problem

PATH = "/api/messaging/messages"


@pytest.fixture(scope="module")
def mailbox(world):
    """anna wrote seven to ben (two of them also to cleo), ben one to anna."""
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    sent = [anna.send(tenant, [ben, cleo] if n in (2, 5) else [ben], f"Letter {n}", f"Body {n} " + "word " * 80,
                      priority="urgent" if n == 3 else "normal") for n in range(7)]
    answer = ben.send(tenant, [anna], "Answer", "See https://example.org/x", replyToMessageId=sent[0]["id"])
    return tenant, anna, ben, cleo, sent, answer


def ids(listing):
    return [item["id"] for item in listing["items"]]


def test_each_folder_has_what_belongs_there_newest_first(mailbox):
    tenant, anna, ben, cleo, sent, answer = mailbox
    all_sent = [message["id"] for message in reversed(sent)]
    want = {
        (ben, "inbox"): all_sent, (ben, "sent"): [answer["id"]], (ben, "all"): [answer["id"], *all_sent],
        (anna, "inbox"): [answer["id"]], (anna, "sent"): all_sent, (anna, "archived"): [],
        (cleo, "inbox"): [sent[5]["id"], sent[2]["id"]], (cleo, "sent"): [],
    }
    for (person, folder), expected in want.items():
        got = ids(person.messages(tenant, folder=folder))
        assert got == expected, f"{folder} of {person}: got {got}, want {expected}"


def test_the_inbox_is_the_folder_without_a_word(mailbox):
    tenant, _, ben, *_ = mailbox
    assert ids(ben.messages(tenant)) == ids(ben.messages(tenant, folder="inbox"))


def test_pages_join_to_the_whole_without_hole_or_repeat(mailbox):
    tenant, _, ben, _, sent, _ = mailbox
    got, before, pages = [], {}, 0
    while True:
        page = ben.messages(tenant, folder="inbox", limit=3, **before)
        got += ids(page)
        pages += 1
        if page["nextCursor"] is None:
            break
        before = {"before": page["nextCursor"]}
    assert_exactly_once_in_order(got, [message["id"] for message in reversed(sent)], "three a page")
    assert pages == 3, f"got {pages} pages, want 3"


def test_a_page_is_not_shifted_by_mail_that_comes_between(world):
    tenant, anna, ben = world.team("anna", "ben")
    sent = [anna.send(tenant, [ben], f"Letter {n}")["id"] for n in range(6)]
    first = ben.messages(tenant, limit=3)
    anna.send(tenant, [ben], "in between")
    second = ben.messages(tenant, limit=3, before=first["nextCursor"])
    assert_exactly_once_in_order(ids(first) + ids(second), sent[::-1], "two pages with a letter between")


def test_filters_narrow_the_list(mailbox):
    tenant, anna, ben, cleo, sent, _ = mailbox
    assert ids(ben.messages(tenant, priority="urgent")) == [sent[3]["id"]]
    assert ids(ben.messages(tenant, **{"from": cleo.email})) == []
    assert len(ids(ben.messages(tenant, **{"from": anna.email}))) == 7
    assert ids(ben.messages(tenant, messageType="broadcast")) == []
    assert len(ids(ben.messages(tenant, messageType="direct"))) == 7
    ben.post(f"{PATH}/{sent[6]['id']}/read")
    assert ids(ben.messages(tenant, unread="true")) == [message["id"] for message in reversed(sent[:6])]


def test_a_listed_item_has_an_excerpt_in_place_of_the_bodies(mailbox):
    tenant, _, ben, _, sent, _ = mailbox
    item = ben.messages(tenant)["items"][-1]
    assert "body" not in item and "bodyHtml" not in item, item
    assert len(item["excerpt"]) <= 200 and item["excerpt"].startswith("Body 0 word"), item["excerpt"]
    for name in ("id", "tenantId", "subject", "senderEmail", "senderName", "version", "threadId", "isRead", "createdAt"):
        assert name in item, f"no {name} in {item}"


@pytest.mark.parametrize("query, field", [
    ({"limit": "0"}, "limit"), ({"limit": "201"}, "limit"), ({"limit": "x"}, "limit"), ({"limit": "-1"}, "limit"),
    ({"folder": "trash"}, "folder"), ({"before": "garbage!"}, "before"), ({"unread": "perhaps"}, "unread"),
    ({"priority": "huge"}, "priority"), ({"messageType": "telegram"}, "messageType"), ({"colour": "red"}, "colour")])
def test_a_bad_filter_is_refused_and_named(mailbox, query, field):
    tenant, _, ben, *_ = mailbox
    path = f"{PATH}?tenantId={tenant.id}&" + "&".join(f"{name}={value}" for name, value in query.items())
    assert_problem(ben.client.get(path), (400, 422), field=field, context=path)


def test_the_tenant_must_be_named(mailbox):
    assert_problem(mailbox[2].client.get(PATH), 400, field="tenantId")


def test_the_snapshot_cursor_is_the_log_of_the_same_moment(world, streams):
    """A stream from a listing's cursor brings exactly what the listing does not have."""
    tenant, anna, ben = world.team("anna", "ben")
    for n in range(3):
        anna.send(tenant, [ben], f"before {n}")
    snapshot = ben.messages(tenant)
    assert snapshot["cursor"] == tenant.head, f"got {snapshot['cursor']}, want {tenant.head}"
    later = [anna.send(tenant, [ben], f"after {n}")["id"] for n in range(3)]
    stream = streams.open(ben, tenant, cursor=snapshot["cursor"])
    stream.wait_news(3)
    assert_exactly_once_in_order(stream.message_ids, later, "stream from the snapshot")
    assert set(later).isdisjoint(ids(snapshot))


def test_the_sender_sees_who_has_read_and_a_recipient_sees_names_only(world):
    tenant, anna, ben, cleo = world.team("anna", "ben", "cleo")
    message = anna.send(tenant, [ben, cleo])
    ben.post(f"{PATH}/{message['id']}/read")
    seen = {one["email"]: one for one in anna.get(f"{PATH}/{message['id']}")["recipients"]}
    assert (seen[ben.email]["isRead"], seen[cleo.email]["isRead"]) == (True, False), seen
    assert seen[ben.email]["readAt"] and seen[cleo.email]["readAt"] is None, seen
    for one in cleo.get(f"{PATH}/{message['id']}")["recipients"]:
        assert set(one) == {"email", "name"}, f"a recipient is shown {one}"
    for item in cleo.messages(tenant)["items"]:
        for one in item.get("recipients", []):
            assert set(one) == {"email", "name"}, f"a recipient's listing shows {one}"


def test_a_tenant_admin_sees_read_states_of_what_they_may_read(world):
    tenant, anna, ben = world.team("anna", "ben")
    dana = world.person("dana")
    tenant.add(dana, admin=True)
    message = anna.send(tenant, [ben, dana])
    seen = dana.get(f"{PATH}/{message['id']}")["recipients"]
    assert all("isRead" in one for one in seen), seen


def test_get_marks_nothing_read(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    message = anna.send(tenant, [ben])
    before = stack.database.fingerprint()
    ben.get(f"{PATH}/{message['id']}")
    assert ben.client.request("HEAD", f"{PATH}/{message['id']}").status == 200
    ben.messages(tenant)
    ben.events(tenant)
    ben.counts(tenant)
    assert stack.database.fingerprint() == before
    assert ben.get(f"{PATH}/{message['id']}")["isRead"] is False


def test_statistics_come_on_request(mailbox):
    tenant, _, ben, *_ = mailbox
    assert "stats" not in ben.messages(tenant)
    stats = ben.messages(tenant, stats="true")["stats"]
    assert set(stats) == {"total", "unread", "sent", "received", "conversations", "attachments", "links"}, stats
    got = (stats["total"], stats["received"], stats["sent"], stats["attachments"])
    assert got == (8, 7, 1, 0), f"got {stats}, want 8 in all, 7 received, 1 sent"
    assert stats["unread"] == ben.counts(tenant)[0], stats


def test_the_seeds_route_lists_the_same(mailbox):
    tenant, _, ben, *_ = mailbox
    assert ben.get("/api/messages", tenantId=tenant.id) == ben.messages(tenant)


def test_recipients_are_the_other_members_searchable_and_paged(world):
    names = ["Mira", "Milan", "Minna", "Otis"]
    tenant, mira, milan, minna, otis = world.team(*names)
    world.team("mimi")
    path = "/api/messaging/recipients"
    found = mira.get(path, tenantId=tenant.id)["items"]
    assert {one["email"] for one in found} >= {milan.email, minna.email, otis.email}, found
    assert all(set(one) == {"email", "name", "roles"} for one in found), found
    matching = {one["name"] for one in milan.get(path, tenantId=tenant.id, q="mi")["items"]}
    assert matching - {"Milan"} == {"Mira", "Minna"}, f"got {matching}, want those named Mi… of this tenant"
    got, after = [], {}
    while True:
        page = otis.get(path, tenantId=tenant.id, limit=1, **after)
        got += [one["email"] for one in page["items"]]
        if page["nextCursor"] is None:
            break
        after = {"after": page["nextCursor"]}
    assert len(got) == len(set(got)) and set(got) >= {mira.email, milan.email, minna.email}, got


def test_search_letters_are_taken_literally(world):
    tenant, anna, _ = world.team("anna", "ben")
    for text in ("%", "_", "\\", "'", "%25"):
        assert anna.get("/api/messaging/recipients", tenantId=tenant.id, q=text)["items"] == [], text


def test_a_message_id_that_is_none_is_not_found(mailbox):
    for text in ("0", "-1", "1e3", "abc", "9" * 30, "1%20", "%31%00", "01"):
        answer = mailbox[2].client.get(f"{PATH}/{text}")
        assert_problem(answer, 400 if "%00" in text else 404, context=text)
