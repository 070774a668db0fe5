"""The isolation matrix: every route × (no session, expired session, disabled user, other tenant's id, non-existent id,
wrong role). Refused each time; foreign and non-existent are the same answer, byte for byte apart from the request id.

`ROUTES` must have every route the worker has (`harbor-api --routes`): a new route fails here until it is judged.
"""

import re
import subprocess
from dataclasses import dataclass, field

import pytest
from harbor.check import assert_problem, without_request_id
from harbor.stack import Stack, binary_folder
from harbor.wait import wait_until
from harbor.world import Person, World


@dataclass(frozen=True)
class Route:
    """`{tenant}`, `{message}`, `{session}`, `{cursor}`, `{person}`, `{block}` in path or body stand for ids; `answers` says
    what a foreign or missing one gets; `members_only` is closed to a global admin who is no member; `admins_only`
    is open to the tenant's admins, and for that reason asked by one here; `global_only` to global admins; `admins_see`
    is of a message, and open to the admins of its tenant too."""

    target: str
    body: dict | None = None
    session: bool = True
    members_only: bool = False
    admins_only: bool = False
    global_only: bool = False
    admins_see: bool = False
    answers: dict = field(default_factory=dict)


T, M = {"tenant": 404}, {"message": 404}
ROUTES = {
    "POST /api/auth/login": Route("/api/auth/login", {"email": "x@y.example", "password": "x"}, session=False),
    "POST /api/auth/exchange": Route("/api/auth/exchange", {"token": "a.b.c"}, session=False),
    "POST /api/auth/logout": Route("/api/auth/logout"),
    "GET /api/auth/me": Route("/api/auth/me"),
    "GET /api/auth/sessions": Route("/api/auth/sessions"),
    "DELETE /api/auth/sessions/{}": Route("/api/auth/sessions/{session}", answers={"session": 404}),
    "POST /api/messaging/send": Route(
        "/api/messaging/send", {"tenantId": "{tenant}", "subject": "s", "body": "b", "recipients": ["{person}"],
                                "replyToMessageId": "{message}"},
        members_only=True, answers={"tenant": 404, "person": 422, "message": 422}),
    "GET /api/messaging/messages": Route("/api/messaging/messages?tenantId={tenant}", answers=T),
    "GET /api/messages": Route("/api/messages?tenantId={tenant}", answers=T),
    "GET /api/messaging/messages/{}": Route("/api/messaging/messages/{message}", answers=M),
    "POST /api/messaging/messages/{}/read": Route("/api/messaging/messages/{message}/read", answers=M),
    "POST /api/messaging/messages/{}/unread": Route("/api/messaging/messages/{message}/unread", answers=M),
    **{f"POST /api/messaging/messages/{{}}/{act}": Route(f"/api/messaging/messages/{{message}}/{act}", answers=M)
       for act in ("archive", "unarchive", "save", "unsave", "recall")},
    "PATCH /api/messaging/messages/{}": Route("/api/messaging/messages/{message}", {"subject": "s"}, answers=M),
    "DELETE /api/messaging/messages/{}": Route("/api/messaging/messages/{message}", answers=M),
    "POST /api/messaging/messages/{}/forward": Route("/api/messaging/messages/{message}/forward",
                                                     {"recipients": ["{person}"]}, answers={"message": 404, "person": 422}),
    "GET /api/messaging/messages/{}/thread": Route("/api/messaging/messages/{message}/thread", answers=M),
    "GET /api/messaging/messages/{}/recipients": Route("/api/messaging/messages/{message}/recipients", admins_see=True,
                                                       answers=M),
    "GET /api/messaging/messages/{}/history": Route("/api/messaging/messages/{message}/history", admins_see=True,
                                                    answers=M),
    "POST /api/messaging/recipients/resolve": Route(
        "/api/messaging/recipients/resolve", {"tenantId": "{tenant}", "recipients": ["{person}"]}, members_only=True,
        answers={"tenant": 404, "person": 422}),
    "POST /api/messaging/messages/read-all": Route(
        "/api/messaging/messages/read-all", {"tenantId": "{tenant}", "upToMessageId": "{message}"}, members_only=True,
        answers={"tenant": 404, "message": (404, 422)}),
    "GET /api/messaging/recipients": Route("/api/messaging/recipients?tenantId={tenant}", answers=T),
    "GET /api/messaging/unread-count": Route("/api/messaging/unread-count?tenantId={tenant}", answers=T),
    "POST /api/messaging/seen": Route("/api/messaging/seen", {"tenantId": "{tenant}", "cursor": "{cursor}"},
                                      members_only=True, answers={"tenant": 404, "cursor": (400, 422)}),
    "GET /api/messaging/events": Route("/api/messaging/events?tenantId={tenant}&cursor={cursor}", members_only=True,
                                       answers={"tenant": 404, "cursor": 200}),
    "GET /api/messaging/stream/{}": Route("/api/messaging/stream/{tenant}", members_only=True, answers=T),
    "GET /api/messaging/blocks": Route("/api/messaging/blocks?tenantId={tenant}", answers=T),
    "POST /api/messaging/blocks": Route("/api/messaging/blocks", {"tenantId": "{tenant}", "email": "{person}"},
                                        answers={"tenant": 404, "person": 422}),
    "DELETE /api/messaging/blocks/{}": Route("/api/messaging/blocks/{block}", answers={"block": 404}),
    "GET /api/messaging/settings": Route("/api/messaging/settings?tenantId={tenant}", admins_only=True, answers=T),
    "PUT /api/messaging/settings": Route("/api/messaging/settings?tenantId={tenant}",
                                         {"settings": {"limits.links": 19}}, admins_only=True, answers=T),
    "GET /api/admin/audit": Route("/api/admin/audit?tenantId={tenant}", admins_only=True, answers=T),
    "GET /api/admin/tenants": Route("/api/admin/tenants", global_only=True),
    "GET /api/admin/users": Route("/api/admin/users", global_only=True),
    "POST /api/admin/users/{}/disable": Route("/api/admin/users/nobody@people.example/disable", global_only=True),
    "POST /api/admin/users/{}/enable": Route("/api/admin/users/nobody@people.example/enable", global_only=True),
    "GET /api/admin/members": Route("/api/admin/members?tenantId={tenant}", admins_only=True, answers=T),
    # Known elsewhere or not at all: the same answer, and in both cases a member from now on.
    "POST /api/admin/members": Route("/api/admin/members", {"tenantId": "{tenant}", "email": "{person}"},
                                     admins_only=True, answers=T),
    "DELETE /api/admin/members/{}": Route("/api/admin/members/{person}?tenantId={tenant}", admins_only=True,
                                          answers={"tenant": 404, "person": 404}),
    "GET /api/admin/messages": Route("/api/admin/messages?tenantId={tenant}", admins_only=True, answers=T),
    # The setting of the scene's tenants does not allow it, whatever the message.
    "DELETE /api/admin/messages/{}": Route("/api/admin/messages/{message}?tenantId={tenant}", admins_only=True, answers=T),
    "POST /api/admin/messages/{}/open": Route("/api/admin/messages/{message}/open", {"tenantId": "{tenant}"},
                                              admins_only=True, answers={"tenant": 404, "message": 403}),
    "GET /healthz": Route("/healthz", session=False),
    "GET /readyz": Route("/readyz", session=False),
}
WITH_SESSION = [name for name, route in ROUTES.items() if route.session]
ATTACKS = [(name, what) for name, route in ROUTES.items() for what in route.answers]


class Scene:
    """Two tenants, and for each kind of id: one that is anna's, one that is not, one that does not exist."""

    def __init__(self, stack, expired):
        self.stack = stack
        world = World(stack)
        self.own, self.anna, ben, cleo = world.team("anna", "ben", "cleo")
        self.foreign, other, another = world.team("other", "another")
        self.disabled = world.new_person("dora")
        self.own.add(self.disabled)
        self.dana = world.new_person("dana")
        self.own.add(self.dana, admin=True)
        stack.harborctl("user", "disable", self.disabled.email)
        logged_out = self.anna.another_session()
        logged_out.post("/api/auth/logout")
        self.admin = world.new_person("root", global_admin=True)
        mine = self.anna.send(self.own, [ben])["id"]
        unseen = ben.send(self.own, [cleo], "between ben and cleo")["id"]
        theirs = other.send(self.foreign, [another], "of the other tenant")["id"]
        session = {person: person.get("/api/auth/sessions")["items"][0]["id"] for person in (self.anna, other)}
        # kind: (mine, [such as I may not see], one that does not exist)
        self.values = {
            "tenant": (self.own.id, [self.foreign.id], "t0-" + "0" * (len(self.foreign.id) - 3)),
            "message": (mine, [theirs, unseen], 10**9 - 7),
            "session": (session[self.anna], [session[other]], 10**9 - 7),
            "cursor": (self.own.head, [self.foreign.head], "zz99zz99.1"),
            "person": (ben.email, [other.email], "x" * (len(other.email) - 15) + "@people.example"),
        }
        block = {blocker: blocker.client.post("/api/messaging/blocks", {"tenantId": tenant.id, "email": blocked.email}).json["id"]
                 for blocker, blocked, tenant in ((self.anna, cleo, self.own), (ben, cleo, self.own), (other, another, self.foreign))}
        self.values["block"] = (block[self.anna], [block[ben], block[other]], 10**9 - 7)
        self.nobodies = {"no session": stack.client(), "an unknown token": stack.client(token="x" * 43),
                         "an expired session": expired.client, "a disabled user": self.disabled.client,
                         "an ended session": logged_out, "an odd token": stack.client(token="%00\"'"),
                         "an unknown cookie": stack.client(cookie="harbor=" + "y" * 43)}

    def entitled(self, name):
        """The client of one who may do this in the own tenant."""
        route = ROUTES[name]
        return (self.dana if route.admins_only else self.admin if route.global_only else self.anna).client

    def ask(self, client, name, *, more="", **replaced):
        """The route's request with anna's own ids but those in `replaced`; `more` goes into its query."""
        route = ROUTES[name]
        values = {kind: own for kind, (own, _, _) in self.values.items()} | replaced
        body = None if route.body is None else {key: fill(value, values) for key, value in route.body.items()}
        target = route.target.format(**values)
        if more:
            target += ("&" if "?" in target else "?") + more
        return client.request(name.split()[0], target, body)


def state(scene, name):
    """What is stored; without the audit log, where the route's refusals are recorded."""
    found = scene.stack.database.fingerprint()
    if ROUTES[name].admins_only:
        found.pop("AuditLog")
    return found


def fill(value, values):
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    if isinstance(value, str) and value.startswith("{"):
        return values[value.strip("{}")]
    return value


@pytest.fixture(scope="module")
def scene(request):
    failed_before = request.session.testsfailed
    with Stack({"auth": {"session": "1 s"}}) as stack:
        expired = World(stack).new_person("eve")
        expired.stack.harborctl("tenant", "add", "of-eve", "--name", "Eve's")
        stack.harborctl("member", "add", "of-eve", expired.email)
        wait_until(lambda: expired.client.get("/api/auth/me").status == 401, 10, "the session to expire")
        stack.stop()
        stack.config["auth"].pop("session")
        stack.start()
        old = Person(stack, expired.email, expired.name)
        old.client = stack.client(token=expired.client.token)
        yield Scene(stack, old)
        stack.keep = request.session.testsfailed > failed_before


def test_the_table_has_every_route_of_the_worker():
    printed = subprocess.run([binary_folder() / "harbor-api", "--routes"], capture_output=True, text=True, timeout=30)
    assert printed.returncode == 0, printed
    lines = [line.split() for line in printed.stdout.splitlines() if line.strip()]
    routes = {f"{words[0]} {re.sub(r'{[^}]*}', '{}', words[1])}" for words in lines}
    assert len(routes) == len(lines) > 15, printed.stdout
    assert routes == set(ROUTES), f"only in the worker: {routes - set(ROUTES)}, only here: {set(ROUTES) - routes}"


@pytest.mark.parametrize("name", ROUTES)
def test_no_route_takes_a_parameter_that_it_does_not_know(scene, name):
    """Whatever dryRun=true shall mean, an act that ignores it disappoints."""
    before = scene.stack.database.fingerprint()
    assert_problem(scene.ask(scene.entitled(name), name, more="dryRun=true"), 400, field="dryRun", context=name)
    assert scene.stack.database.fingerprint() == before


@pytest.mark.parametrize("name", WITH_SESSION)
def test_without_a_valid_session_every_route_is_401(scene, name):
    before, answers = scene.stack.database.fingerprint(), {}
    for who, client in scene.nobodies.items():
        answer = scene.ask(client, name)
        problem = assert_problem(answer, 401, context=f"{name}, {who}")
        assert set(problem) <= {"type", "title", "status", "detail", "code", "requestId"}, problem
        answers[who] = without_request_id(answer)
    for who, answer in answers.items():
        assert answer == answers["no session"], f"{name}: {who} differs from no session: {answer}"
    assert scene.stack.database.fingerprint() == before


@pytest.mark.parametrize("name", WITH_SESSION)
def test_without_a_session_ids_make_no_difference(scene, name):
    nobody = scene.stack.client()
    for kind in ROUTES[name].answers:
        own, foreign, missing = scene.values[kind]
        seen = {str(without_request_id(scene.ask(nobody, name, **{kind: value}))) for value in (own, *foreign, missing)}
        assert len(seen) == 1, f"{name}: somebody without a session can tell {kind} ids apart: {seen}"


@pytest.mark.parametrize("name, kind", ATTACKS)
def test_a_foreign_id_and_a_missing_one_are_refused_alike(scene, name, kind):
    _, foreign, missing = scene.values[kind]
    before = state(scene, name)
    reference = scene.ask(scene.entitled(name), name, **{kind: missing})
    want = ROUTES[name].answers[kind]
    if want == 200:
        assert reference.status == 200 and reference.json["items"] == [], f"{name}: got {reference}"
    else:
        assert_problem(reference, want, context=f"{name}, missing {kind}")
    for value in foreign:
        answer = scene.ask(scene.entitled(name), name, **{kind: value})
        got, expected = without_request_id(answer), without_request_id(reference)
        assert got == expected, f"{name}: foreign {kind} {value}: got {got}, for a missing one {expected}"
    assert state(scene, name) == before


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if "tenant" in route.answers])
def test_a_bad_tenant_id_is_refused_too(scene, name):
    for value in ("all", "status", "default", "ACME", "a" * 64, "-a", "a_b", "*"):
        answer = scene.ask(scene.entitled(name), name, tenant=value)
        assert 400 <= answer.status < 500, f"{name} with tenant {value!r}: got {answer}, want a refusal"


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.admins_only or route.global_only])
def test_one_who_is_no_such_admin_is_403_and_the_audit_log_has_it(scene, name):
    others = [scene.anna, scene.dana] if ROUTES[name].global_only else [scene.anna]
    for person in others:
        before = scene.stack.database.fingerprint()
        assert_problem(scene.ask(person.client, name), 403, context=f"{name} by {person}")
        after = scene.stack.database.fingerprint()
        refused = scene.stack.database.rows("SELECT Actor, Act, Subject FROM AuditLog ORDER BY Id DESC LIMIT 1")[0]
        assert refused[:2] == (person.email, "refused") and refused[2].startswith(name.split()[0]), refused
        assert after.pop("AuditLog") == before.pop("AuditLog") + 1 and after == before


@pytest.mark.parametrize("name", ["GET /api/messaging/settings", "PUT /api/messaging/settings", "GET /api/admin/audit"])
def test_what_concerns_all_tenants_is_for_global_admins(scene, name):
    before = scene.stack.database.rows("SELECT * FROM SystemSettings")
    route = ROUTES[name]
    for person in (scene.anna, scene.dana):
        answer = person.client.request(name.split()[0], route.target.split("?")[0], route.body)
        assert_problem(answer, 403, context=f"{name} by {person}")
    assert scene.stack.database.rows("SELECT * FROM SystemSettings") == before


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.members_only])
def test_a_global_admin_who_is_no_member_is_403(scene, name):
    before = scene.stack.database.fingerprint()
    assert_problem(scene.ask(scene.admin.client, name), 403, context=name)
    assert scene.stack.database.fingerprint() == before


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items()
                                  if "message" in route.answers and not route.admins_see])
def test_a_global_admin_reads_and_changes_no_letter_of_others(scene, name):
    before = state(scene, name)
    answer = scene.ask(scene.admin.client, name)
    assert answer.status in (403, 404), f"{name}: got {answer}, want 403 or 404"
    assert state(scene, name) == before


@pytest.mark.parametrize("name", ["GET /api/messaging/messages", "GET /api/messages", "GET /api/messaging/recipients",
                                  "GET /api/messaging/unread-count"])
def test_a_global_admin_may_open_any_tenants_lists_and_finds_no_letters(scene, name):
    answer = scene.ask(scene.admin.client, name)
    assert answer.status == 200, f"{name}: got {answer}, want 200"
    assert b"between ben and cleo" not in answer.body, answer
    assert_problem(scene.ask(scene.admin.client, name, tenant="no-such-tenant"), 404)


def test_a_former_member_is_a_stranger_again(scene):
    world = World(scene.stack)
    guest = world.new_person("guest")
    scene.own.add(guest)
    message = scene.anna.send(scene.own, [guest], "while a member")["id"]
    assert guest.get(f"/api/messaging/messages/{message}")["id"] == message
    scene.own.remove(guest)
    for name in ("GET /api/messaging/messages", "GET /api/messaging/events", "GET /api/messaging/unread-count",
                 "POST /api/messaging/send", "POST /api/messaging/seen"):
        own = without_request_id(scene.ask(guest.client, name))
        missing = without_request_id(scene.ask(guest.client, name, tenant=scene.values["tenant"][2]))
        assert own == missing and own[0] == 404, f"{name}: got {own}, want the 404 of a missing tenant"
    answer = guest.client.get(f"/api/messaging/messages/{message}")
    missing = guest.client.get(f"/api/messaging/messages/{10**9 - 7}")
    assert without_request_id(answer) == without_request_id(missing), f"got {answer}, want {missing}"


def test_filters_tell_nothing_of_people_elsewhere(scene):
    _, (foreign,), missing = scene.values["person"]
    path = f"/api/messaging/messages?tenantId={scene.own.id}&from="
    answers = [scene.anna.client.get(path + address) for address in (foreign, missing)]
    assert without_request_id(answers[0]) == without_request_id(answers[1]), [str(answer) for answer in answers]
    found = scene.anna.get("/api/messaging/recipients", tenantId=scene.own.id, q=foreign.split("@")[0])
    assert found["items"] == [], f"a search finds people of another tenant: {found}"


@pytest.mark.parametrize("folder", ["inbox", "sent", "archived", "all"])
def test_a_search_finds_no_letter_that_is_for_others(scene, folder):
    """Neither of the other tenant nor of colleagues, whoever asks: an answer as for words that nobody wrote."""
    more = f"folder={folder}&q="
    for name in ("GET /api/messaging/messages", "GET /api/messages"):
        for person in (scene.anna, scene.dana, scene.admin):
            nowhere = without_request_id(scene.ask(person.client, name, more=more + "nowhere"))
            assert nowhere[0] == 200, f"{name} by {person}: got {nowhere}, want 200"
            for words in ("between", "ben+cleo", "betw*", "%22other+tenant%22"):
                found = without_request_id(scene.ask(person.client, name, more=more + words))
                assert found == nowhere, f"{name} by {person}, {words}: got {found}, for no hit {nowhere}"
    assert "between" in str(scene.stack.database.rows("SELECT Subject FROM Messages")), "there is nothing to find"
