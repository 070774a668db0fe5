"""What admins see and do of people, tenants and messages; each act and each refusal is in the audit log."""

import sqlite3
from contextlib import closing

import pytest
from harbor.check import assert_problem


@pytest.fixture
def acme(world):
    tenant, anna, ben = world.team("anna", "ben")
    dana = world.new_person("dana")
    tenant.add(dana, admin=True)
    return tenant, dana, anna, ben


@pytest.fixture
def root(world):
    return world.new_person("root", global_admin=True)


def acts(person, **query):
    return [(item["actor"], item["act"], item["subject"]) for item in person.get("/api/admin/audit", **query)["items"]]


def walk(person, path, key, **query):
    """All pages of two; the keys in the order they came."""
    found, after = [], {}
    while True:
        page = person.get(path, limit=2, **query, **after)
        found += [item[key] for item in page["items"]]
        if page["nextCursor"] is None:
            return found
        after = {("before" if isinstance(page["items"][0][key], int) else "after"): page["nextCursor"]}


def test_lists_are_paged_and_whole(stack, acme, root):
    tenant, dana, anna, ben = acme
    sent = [anna.send(tenant, [ben], f"letter {number}")["id"] for number in range(5)]
    assert walk(dana, "/api/admin/members", "email", tenantId=tenant.id) == sorted(p.email for p in (dana, anna, ben))
    assert walk(dana, "/api/admin/messages", "id", tenantId=tenant.id) == sent[::-1]
    people = [row[0] for row in stack.database.rows("SELECT Email FROM Subscribers ORDER BY Email")]
    assert walk(root, "/api/admin/users", "email") == people
    tenants = [row[0] for row in stack.database.rows("SELECT Id FROM Tenants ORDER BY Id")]
    assert walk(root, "/api/admin/tenants", "id") == tenants
    ids = walk(root, "/api/admin/audit", "id")
    assert ids == list(range(len(ids), 0, -1)), ids


def test_an_admin_makes_changes_and_removes_members(stack, acme, streams):
    tenant, dana, anna, ben = acme
    new = "newcomer@people.example"
    added = dana.client.post("/api/admin/members", {"tenantId": tenant.id, "email": f" {new.upper()} ", "name": "New",
                                                    "roles": ["editor", "user"]})
    assert added.status == 200 and added.json == {"email": new, "isAdmin": False, "roles": ["editor", "user"]}, added
    anna.send(tenant, [], roles=["editor"])
    changed = dana.client.post("/api/admin/members", {"tenantId": tenant.id, "email": new, "isAdmin": True, "roles": ["user"]})
    assert changed.json == {"email": new, "isAdmin": True, "roles": ["user"]}, changed
    member = next(item for item in dana.get("/api/admin/members", tenantId=tenant.id)["items"] if item["email"] == new)
    assert member == {"email": new, "name": "New", "isAdmin": True, "roles": ["user"]}
    stream = streams.open(ben, tenant).wait_hello()
    gone = dana.client.request("DELETE", f"/api/admin/members/{ben.email}?tenantId={tenant.id}")
    assert gone.status == 204, gone
    stream.wait_over(timeout_s=5)
    assert [bye.data["reason"] for bye in stream.of_type("bye")] == ["revoked"]
    assert_problem(ben.client.get(f"/api/messaging/messages?tenantId={tenant.id}"), 404)
    assert acts(dana, tenantId=tenant.id)[:3] == [(dana.email, "member.remove", ben.email), (dana.email, "member.set", new),
                                                  (dana.email, "member.set", new)]


def test_members_that_cannot_be_are_refused_and_nothing_changes(stack, acme):
    tenant, dana, anna, _ = acme
    before = stack.database.fingerprint()
    for body, field in (({"email": "no address"}, "email"), ({"email": anna.email, "roles": ["king"]}, "roles[0]"),
                        ({"email": anna.email, "name": "n" * 201}, "name"),
                        ({"email": anna.email, "roles": ["user"] * 21}, "roles")):
        problem = assert_problem(dana.client.post("/api/admin/members", {"tenantId": tenant.id, **body}), 422)
        assert problem["field"] == field, problem
    assert_problem(dana.client.post("/api/admin/members", {"tenantId": tenant.id}), 400)
    assert stack.database.fingerprint() == before


def test_disabling_ends_a_persons_streams_and_enabling_lets_them_in_again(world, acme, root, streams):
    tenant, _, anna, _ = acme
    eve = world.new_person("eve")
    tenant.add(eve)
    stream = streams.open(eve, tenant).wait_hello()
    assert root.client.post(f"/api/admin/users/{eve.email}/disable").status == 204
    stream.wait_over(timeout_s=5)
    assert anna.try_send(tenant, [eve]).status == 422
    assert root.client.post(f"/api/admin/users/{eve.email}/enable").status == 204
    anna.send(tenant, [eve])
    assert eve.login().counts(tenant) == (1, 1)
    assert_problem(root.client.post(f"/api/admin/users/{root.email}/disable"), 403)
    assert_problem(root.client.post("/api/admin/users/nobody@people.example/disable"), 404)


def test_content_is_shown_where_the_setting_allows_it_and_leaves_a_trace(stack, acme, root):
    tenant, dana, anna, ben = acme
    message = anna.send(tenant, [ben], "between the two", "of us")["id"]
    listed = dana.client.get(f"/api/admin/messages?tenantId={tenant.id}")
    assert b"between the two" not in listed.body and b"of us" not in listed.body, listed
    path = f"/api/admin/messages/{message}/open"
    for person in (dana, root):
        assert_problem(person.client.post(path, {"tenantId": tenant.id}), 403)
    stack.harborctl("settings", "set", "limits.admin_reads_content", "yes", "--tenant", tenant.id)
    opened = dana.client.post(path, {"tenantId": tenant.id})
    assert opened.status == 200 and (opened.json["subject"], opened.json["body"]) == ("between the two", "of us"), opened
    assert acts(dana, tenantId=tenant.id)[0] == (dana.email, "message.open", str(message))
    other = anna.stack.database.rows("SELECT Id FROM Messages WHERE TenantId <> ? LIMIT 1", tenant.id)
    for number in [10**9, *[row[0] for row in other]]:
        assert_problem(dana.client.post(f"/api/admin/messages/{number}/open", {"tenantId": tenant.id}), 404)
    assert ben.counts(tenant) == (1, 1), "looking is not reading"


def test_an_admin_of_one_tenant_sees_the_acts_of_that_one_only(acme, root):
    tenant, dana, _, _ = acme
    everything, own = root.get("/api/admin/audit", limit=200)["items"], dana.get("/api/admin/audit", tenantId=tenant.id)["items"]
    assert own and all(item["tenantId"] == tenant.id for item in own), own
    assert len(everything) > len(own)


def test_refusals_fill_the_audit_log_only_so_fast(stack, acme):
    tenant, _, anna, _ = acme
    before = stack.database.one("SELECT COUNT(*) FROM AuditLog")
    for _ in range(60):
        assert_problem(anna.client.get(f"/api/admin/members?tenantId={tenant.id}"), 403)
    assert stack.database.one("SELECT COUNT(*) FROM AuditLog") - before <= 32


def test_the_audit_log_says_whether_somebody_changed_it(stack, acme):
    assert "is whole" in stack.harborctl("audit", "verify").stdout
    tenant = acme[0]
    assert tenant.id in stack.harborctl("audit", "list", "--tenant", tenant.id).stdout
    with closing(sqlite3.connect(stack.database.path, timeout=10)) as database:
        with pytest.raises(sqlite3.DatabaseError):
            database.execute("UPDATE AuditLog SET Actor = 'nobody'")
        database.rollback()
        (actor,) = database.execute("SELECT Actor FROM AuditLog WHERE Id = 2").fetchone()
        forge(database, "nobody")
        try:
            found = stack.harborctl("audit", "verify", check=False)
            assert found.returncode == 1 and "broken at row 2" in found.stderr, found
        finally:
            forge(database, actor)
    assert "is whole" in stack.harborctl("audit", "verify").stdout


def forge(database, actor):
    """What one with the file in their hands can do: take the triggers away, and put them back."""
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'AuditLog'").fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE AuditLog SET Actor = ? WHERE Id = 2", (actor,))
    for _, sql in triggers:
        database.execute(sql)
    database.commit()
