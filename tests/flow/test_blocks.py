"""Blocks and bars: whose messages are refused, by which rule, and what stays as it was."""

from harbor.check import assert_problem

BLOCKS = "/api/messaging/blocks"


def block(person, tenant, whom, status=201, **more):
    answer = person.client.post(BLOCKS, {"tenantId": tenant.id, "email": whom.email, **more})
    assert answer.status == status, f"{person} blocks {whom}: got {answer}, want {status}"
    return answer.json


def test_a_block_names_every_bad_recipient_and_sends_to_nobody(stack, world):
    tenant, anna, ben, cleo, dora = world.team("anna", "ben", "cleo", "dora")
    other, foreign = world.team("foreign")
    earlier = anna.send(tenant, [ben])["id"]
    made = block(ben, tenant, anna, reason="too much mail")
    assert (made["email"], made["scope"], made["reason"]) == (anna.email, "me", "too much mail"), made
    assert block(ben, tenant, anna, status=200)["id"] == made["id"]
    before = stack.database.fingerprint()
    answer = anna.try_send(tenant, [ben, cleo, foreign, "nobody@people.example"])
    problem = assert_problem(answer, 422, context="a blocked recipient among others")
    assert problem["errors"] == [{"field": "recipients[0]", "code": "blocks_you"},
                                 {"field": "recipients[2]", "code": "unknown_recipient"},
                                 {"field": "recipients[3]", "code": "unknown_recipient"}], problem
    assert b"too much" not in answer.body
    forwarded = anna.client.post(f"/api/messaging/messages/{earlier}/forward", {"recipients": [ben.email]})
    assert_problem(forwarded, 422, field="recipients[0]", context="forward to one who blocks")
    resolved = anna.client.post("/api/messaging/recipients/resolve", {"tenantId": tenant.id, "recipients": [ben.email]})
    assert_problem(resolved, 422, field="recipients[0]", context="resolve one who blocks")
    assert stack.database.fingerprint() == before
    assert ben.get(f"/api/messaging/messages/{earlier}")["id"] == earlier, "what was received stays"
    directory = {person["email"] for person in anna.get("/api/messaging/recipients", tenantId=tenant.id)["items"]}
    assert directory == {cleo.email, dora.email}
    ben.send(tenant, [anna], "the other way is open")
    assert ben.client.delete(f"{BLOCKS}/{made['id']}").status == 204
    assert_problem(ben.client.delete(f"{BLOCKS}/{made['id']}"), 404)
    anna.send(tenant, [ben, cleo])


def test_blocks_are_per_tenant_and_listed_to_their_maker(stack, world):
    first, anna, ben, cleo = world.team("anna", "ben", "cleo")
    second = world.tenant(anna, ben)
    ids = [block(anna, first, person)["id"] for person in (ben, cleo)]
    ben.send(second, [anna], "elsewhere it arrives")
    listed = anna.get(BLOCKS, tenantId=first.id, limit=1)
    assert [item["email"] for item in listed["items"]] == [ben.email]
    rest = anna.get(BLOCKS, tenantId=first.id, limit=1, after=listed["nextCursor"])
    assert [item["id"] for item in rest["items"]] == ids[1:] and rest["nextCursor"] is None
    assert anna.get(BLOCKS, tenantId=second.id)["items"] == []
    assert ben.get(BLOCKS, tenantId=first.id)["items"] == [], "who is blocked is not told by whom"


def test_an_admins_bar_keeps_a_sender_from_the_whole_tenant(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    elsewhere = world.tenant(anna, ben)
    admin, second_admin = world.person("admin"), world.person("second")
    for person in (admin, second_admin):
        tenant.add(person, admin=True)
    message = anna.send(tenant, [ben])["id"]
    assert_problem(ben.client.post(BLOCKS, {"tenantId": tenant.id, "email": anna.email, "scope": "tenant"}), 403)
    assert_problem(ben.client.get(f"{BLOCKS}?tenantId={tenant.id}&scope=tenant"), 403)
    bar = block(admin, tenant, anna, reason="advertising")
    assert bar["scope"] == "tenant"
    for answer in (anna.try_send(tenant, [ben]), anna.try_send(tenant, [admin]),
                   anna.client.request("PATCH", f"/api/messaging/messages/{message}", {"subject": "Edited"})):
        assert assert_problem(answer, 403)["code"] == "barred"
        assert b"advertising" not in answer.body and admin.email.encode() not in answer.body
    anna.send(elsewhere, [ben])
    ben.send(tenant, [anna], "she still receives")
    assert anna.get(f"/api/messaging/messages/{message}")["id"] == message
    assert [item["email"] for item in second_admin.get(BLOCKS, tenantId=tenant.id, scope="tenant")["items"]] == [anna.email]
    assert_problem(anna.client.delete(f"{BLOCKS}/{bar['id']}"), 404)
    assert second_admin.client.delete(f"{BLOCKS}/{bar['id']}").status == 204
    anna.send(tenant, [ben])
    acts = [(item["act"], item["actor"], item["subject"])
            for item in admin.get("/api/admin/audit", tenantId=tenant.id)["items"] if item["act"].endswith("bar")]
    assert acts == [("member.unbar", second_admin.email, anna.email), ("member.bar", admin.email, anna.email)], acts


def test_what_cannot_be_blocked_names_its_field(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    admin = world.person("admin")
    tenant.add(admin, admin=True)
    before = stack.database.fingerprint()
    for person, email, more, status, field in (
            (anna, anna.email, {}, 422, "email"), (anna, "nobody@people.example", {}, 422, "email"),
            (anna, "no address", {}, 422, "email"), (anna, ben.email, {"scope": "all"}, 422, "scope"),
            (anna, ben.email, {"reason": "x" * 201}, 422, "reason"), (anna, ben.email, {"until": "noon"}, 400, "until"),
            (admin, admin.email, {}, 422, "email")):
        answer = person.client.post(BLOCKS, {"tenantId": tenant.id, "email": email, **more})
        assert_problem(answer, status, field=field, context=f"{email} {more}")
    assert stack.database.fingerprint() == before
