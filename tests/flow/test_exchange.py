"""A host application's signed token becomes a session: once, for whom the issuer may, and for nothing that is forged."""

import json
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from harbor.check import assert_problem, without_request_id
from harbor.portal import Portal, base64url, hmac_sha256
from harbor.stack import Stack, binary_folder
from harbor.wait import wait_until
from harbor.world import Person

EXCHANGE = "/api/auth/exchange"
TABLES = ("Subscribers", "TenantUsers", "UserRoles", "Sessions", "ExchangedTokens", "AuditLog")


class Portals:
    """Three applications that only know our people, one by algorithm; `adding` adds; `limited` is for the tenant `lim`."""

    def __init__(self, folder):
        self.plain = {algorithm: Portal(folder, algorithm.lower(), algorithm) for algorithm in ("EdDSA", "RS256", "HS256")}
        self.adding = Portal(folder, "adding", "EdDSA", adds_people=True, adds_members=True, session="1 h")
        self.limited = Portal(folder, "limited", "EdDSA", adds_members=True, tenants=["lim"])
        self.all = [*self.plain.values(), self.adding, self.limited]

    def __getitem__(self, algorithm):
        return self.plain[algorithm]


@pytest.fixture(scope="module")
def portals():
    with tempfile.TemporaryDirectory(prefix="hb-portal-") as folder:
        yield Portals(folder)


@pytest.fixture(scope="module")
def stack(request, portals):
    failed_before = request.session.testsfailed
    with Stack({"auth": {"issuers": [portal.config for portal in portals.all]}}) as running:
        running.harborctl("tenant", "add", "lim", "--name", "Limited")
        yield running
        running.keep = request.session.testsfailed > failed_before


def exchange(stack, token, **more):
    return stack.client().post(EXCHANGE, {"token": token, **more})


def enter(stack, token):
    """A client with the session that the token becomes."""
    answer = exchange(stack, token, bearer=True)
    assert answer.status == 200, f"got {answer}, want 200"
    return stack.client(token=answer.json["token"])


def stored(stack):
    return {table: stack.database.rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in TABLES}


def assert_refused(stack, token, context):
    before = stored(stack)
    answer = exchange(stack, token, bearer=True)
    problem = assert_problem(answer, 401, code="token_refused", context=context)
    assert answer.header("set-cookie") is None, f"{context}: {answer.headers}"
    assert stored(stack) == before, f"{context}: got {stored(stack)}, want {before}"
    return {name: value for name, value in problem.items() if name != "requestId"}


@pytest.mark.parametrize("algorithm", ["EdDSA", "RS256", "HS256"])
def test_a_token_becomes_a_session_by_cookie_or_bearer(stack, world, portals, algorithm):
    tenant, anna = world.team("anna")
    answer = exchange(stack, portals[algorithm].token(anna))
    assert answer.status == 200 and "token" not in answer.json, f"got {answer}, want 200 and no token"
    assert (answer.json["email"], answer.json["name"]) == (anna.email, anna.name), answer.json
    assert {"id": tenant.id, "name": f"Tenant {tenant.id}", "isAdmin": False} in answer.json["tenants"], answer.json
    cookies = answer.all_headers("set-cookie")
    assert len(cookies) == 1 and cookies[0].startswith("harbor="), cookies
    flags = {flag.strip().lower() for flag in cookies[0].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags, cookies
    me = stack.client(cookie=cookies[0].split(";")[0]).get("/api/auth/me")
    assert me.json == answer.json, f"got {me}, want {answer}"
    assert enter(stack, portals[algorithm].token(anna)).get("/api/auth/me").json["email"] == anna.email


def test_a_session_of_a_token_sends_receives_and_ends_like_any_other(stack, world, portals, streams):
    tenant, anna, ben = world.team("anna", "ben")
    guest = Person(stack, anna.email, anna.name)
    guest.client = enter(stack, portals["EdDSA"].token(anna))
    stream = streams.open(guest, tenant).wait_hello()
    ben.send(tenant, [anna], "to a guest")
    stream.wait_news(1)
    guest.send(tenant, [ben], "from a guest")
    assert guest.client.post("/api/auth/logout").status == 204
    assert_problem(guest.client.get("/api/auth/me"), 401)
    stream.wait_over(timeout_s=10)


def test_a_token_is_taken_once_by_whichever_worker_it_comes_to(stack, world, portals):
    anna = world.person("anna")
    assert len([name for name in stack.pids() if name.startswith("api")]) >= 2
    for portal in portals.plain.values():
        token, before = portal.token(anna), stored(stack)
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _, token=token: exchange(stack, token), range(32)))
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200] + [401] * 31, f"{portal.algorithm}: got {statuses}, want one 200"
        after = stored(stack)
        assert after["Sessions"] == before["Sessions"] + 1, f"got {after}, before {before}"
        assert_refused(stack, token, "once more")


def test_a_taken_token_stays_taken_when_the_workers_start_anew(stack, world, portals):
    token = portals["EdDSA"].token(world.person("anna"))
    assert exchange(stack, token).status == 200
    for name in [name for name in stack.pids() if name.startswith("api")]:
        stack.restart(name)
    assert_refused(stack, token, "after a restart")


def test_the_same_id_under_another_signature_is_taken_once_too(stack, world, portals):
    anna = world.person("anna")
    portal = portals["RS256"]
    assert exchange(stack, portal.token(anna, jti="the-same")).status == 200
    assert_refused(stack, portal.token(anna, jti="the-same", name="Another"), "another token of that jti")
    other = portals["HS256"]
    assert exchange(stack, other.token(anna, jti="the-same")).status == 200, "another issuer's jti is its own"


def forgeries(portals, email):
    ed, rsa, secret = (portals[algorithm] for algorithm in ("EdDSA", "RS256", "HS256"))
    for portal in (ed, rsa, secret):
        for name in ("none", "None", "NONE", ""):
            yield f"{portal.algorithm}: alg {name!r}", portal.seal({"alg": name}, portal.claims(email), lambda text: b"")
        token = portal.token(email)
        yield f"{portal.algorithm}: no signature", token.rsplit(".", 1)[0] + "."
        yield f"{portal.algorithm}: two parts", token.rsplit(".", 1)[0]
        claims = base64url(json.dumps(portal.claims("root@harbor.example")).encode())
        yield f"{portal.algorithm}: other claims", ".".join([token.split(".")[0], claims, token.split(".")[2]])
        yield f"{portal.algorithm}: crit", portal.seal({"alg": portal.algorithm, "crit": ["x"], "x": 1}, portal.claims(email))
        yield f"{portal.algorithm}: alg twice", portal.seal(
            f'{{"alg":"{portal.algorithm}","alg":"none"}}'.encode(), portal.claims(email))
    for portal in (ed, rsa):
        public = portal.key_file.read_bytes()
        for name in ("HS256", portal.algorithm):
            yield f"{portal.algorithm}: its public key as a secret, alg {name}", portal.seal(
                {"alg": name}, portal.claims(email), lambda text, public=public: hmac_sha256(public, text))
    yield "an empty secret", secret.seal({"alg": "HS256"}, secret.claims(email), lambda text: hmac_sha256(b"", text))
    yield "another issuer's key", ed.seal({"alg": "EdDSA"}, ed.claims(email), portals.adding.sign)
    yield "another issuer's name", rsa.seal({"alg": "RS256"}, rsa.claims(email, iss=ed.issuer))
    yield "an issuer nobody knows", ed.token(email, iss="https://nobody.example")


def test_nothing_forged_is_taken_and_every_refusal_is_the_same(stack, world, portals):
    anna = world.person("anna")
    refusals = {context: assert_refused(stack, token, context) for context, token in forgeries(portals, anna.email)}
    assert len(refusals) > 20
    first = next(iter(refusals.values()))
    for context, refusal in refusals.items():
        assert refusal == first, f"{context}: got {refusal}, want {first}"


@pytest.mark.parametrize("changes", [
    {"exp": 0}, {"exp": None}, {"exp": "soon"}, {"aud": "another"}, {"aud": None}, {"aud": ["a", "b"]}, {"iss": None},
    {"jti": None}, {"jti": ""}, {"jti": "x" * 256}, {"email": None}, {"email": "nobody"}, {"email_verified": False},
    {"email": "nobody@nowhere.example"}], ids=str)
def test_a_claim_that_is_not_as_it_must_be_is_refused(stack, world, portals, changes):
    assert_refused(stack, portals["EdDSA"].token(world.person("anna"), **changes), str(changes))


@pytest.mark.parametrize("offsets, good", [
    ({"exp": -50}, True), ({"exp": -60}, False), ({"exp": 655}, True), ({"exp": 665}, False), ({"nbf": 55}, True),
    ({"nbf": 65}, False), ({"iat": 55}, True), ({"iat": 65}, False), ({"iat": -300, "exp": 300}, True),
    ({"iat": -301, "exp": 300}, False)], ids=str)
def test_clocks_may_differ_by_the_skew_and_a_token_lives_so_long_only(stack, world, portals, offsets, good):
    now = int(time.time())
    token = portals["EdDSA"].token(world.person("anna"), **{name: now + offset for name, offset in offsets.items()})
    if good:
        assert exchange(stack, token).status == 200, f"{offsets}: want it taken"
    else:
        assert_refused(stack, token, str(offsets))


def test_a_token_that_is_too_long_is_refused(stack, world, portals):
    anna = world.person("anna")
    assert exchange(stack, portals["EdDSA"].token(anna, pad="x" * 5000)).status == 200
    assert_refused(stack, portals["EdDSA"].token(anna, pad="x" * 7000), "above auth.token_size")
    assert_refused(stack, "x" * 100_000, "no token at all")


@pytest.mark.parametrize("body, field", [
    ({}, "token"), ({"token": 7}, "token"), ({"token": None}, "token"), ({"token": "a.b.c", "bearer": "yes"}, "bearer"),
    ({"token": "a.b.c", "remember": True}, "remember")], ids=str)
def test_the_field_that_is_wrong_is_named(stack, body, field):
    assert_problem(stack.client().post(EXCHANGE, body), 400, field=field, context=str(body))


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_another_sites_page_cannot_sign_its_reader_in(stack, world, portals, headers):
    token, before = portals["EdDSA"].token(world.person("anna")), stored(stack)
    answer = stack.client().post(EXCHANGE, {"token": token}, headers=headers)
    assert_problem(answer, 403, code="cross_site", context=str(headers))
    assert stored(stack) == before
    assert exchange(stack, token).status == 200, "the refused request took the token"


def test_a_disabled_person_stays_out(stack, world, portals):
    dora = world.new_person("dora", login=False)
    stack.harborctl("user", "disable", dora.email)
    for portal in (portals["EdDSA"], portals.adding):
        assert_refused(stack, portal.token(dora), portal.issuer)


def test_an_issuer_that_may_adds_the_person_and_the_memberships(stack, world, portals, streams):
    tenant, ben = world.team("ben")
    role = stack.database.rows("SELECT Name FROM Roles ORDER BY Name LIMIT 1")[0][0]
    stated = [{"id": tenant.id, "roles": [role], "admin": False}]
    token = portals.adding.token("Newt@People.example", name="Newt", tenants=stated)
    answer = exchange(stack, token, bearer=True)
    assert answer.status == 200, f"got {answer}, want 200"
    assert (answer.json["email"], answer.json["name"], answer.json["isGlobalAdmin"]) == ("newt@people.example", "Newt", False)
    assert [one["id"] for one in answer.json["tenants"]] == [tenant.id], answer.json
    assert "Max-Age=3600" in answer.header("set-cookie"), answer.headers
    newt = Person(stack, "newt@people.example", "Newt")
    newt.client = stack.client(token=answer.json["token"])
    ben.send(tenant, [newt], "welcome")
    assert newt.counts(tenant) == (1, 1)
    acts = stack.database.rows("SELECT Act, TenantId, Subject FROM AuditLog WHERE Actor = ? ORDER BY Id", portals.adding.issuer)
    assert [(act, at, subject) for act, at, subject in acts if subject == newt.email] == [
        ("user.add", "", newt.email), ("member.set", tenant.id, newt.email)], acts
    assert stack.harborctl("audit", "verify").returncode == 0
    # A person without a password has none to guess.
    assert_problem(stack.client().post("/api/auth/login", {"email": newt.email, "password": "x"}), 401)


def test_what_a_token_states_is_all_or_nothing(stack, world, portals):
    tenant = world.tenant()
    for stated in ([{"id": tenant.id}, {"id": "no-such-tenant"}], [{"id": tenant.id, "roles": ["king"]}],
                   [{"id": tenant.id, "globalAdmin": True}], [{"id": tenant.id}, {"id": tenant.id}]):
        assert_refused(stack, portals.adding.token("half@people.example", tenants=stated), str(stated))


def test_an_issuer_that_adds_nobody_adds_nobody(stack, world, portals):
    tenant = world.tenant()
    assert_refused(stack, portals["EdDSA"].token("stranger@people.example"), "an unknown person")
    anna = world.person("anna")
    answer = exchange(stack, portals["EdDSA"].token(anna, tenants=[{"id": tenant.id, "admin": True}]))
    assert answer.status == 200 and tenant.id not in [one["id"] for one in answer.json["tenants"]], answer


def test_a_session_of_an_issuer_for_some_tenants_sees_those_alone(stack, world, portals):
    other, lisa, ben = world.team("lisa", "ben")
    stack.harborctl("member", "add", "lim", lisa.email)
    message = ben.send(other, [lisa], "of another tenant")["id"]
    client = enter(stack, portals.limited.token(lisa))
    assert [one["id"] for one in client.get("/api/auth/me").json["tenants"]] == ["lim"]
    assert client.get("/api/messaging/messages?tenantId=lim").status == 200
    for path in ("/api/messaging/messages?tenantId={}", "/api/messaging/unread-count?tenantId={}", "/api/messaging/stream/{}",
                 "/api/messaging/recipients?tenantId={}"):
        got, want = (without_request_id(client.get(path.format(tenant))) for tenant in (other.id, "no-such-tenant"))
        assert got == want and got[0] == 404, f"{path}: got {got}, want {want}"
    got, want = (without_request_id(client.get(f"/api/messaging/messages/{id}")) for id in (message, 10**9 - 7))
    assert got == want and got[0] == 404, f"got {got}, want {want}"
    assert_problem(client.post("/api/messaging/send", {"tenantId": other.id, "subject": "s", "body": "b",
                                                       "recipients": [ben.email]}), 404)
    assert_refused(stack, portals.limited.token(ben), "a person of none of its tenants")
    assert_refused(stack, portals.limited.token(lisa, tenants=[{"id": other.id, "admin": True}]), "a tenant outside")
    assert len(client.get("/api/auth/sessions").json["items"]) == 1, "it sees the person's other sessions"
    assert lisa.client.get("/api/auth/me").status == 200


def test_nobody_is_a_global_admin_by_an_issuer_for_some_tenants(stack, world, portals):
    root = world.new_person("root", global_admin=True)
    stack.harborctl("member", "add", "lim", root.email)
    assert enter(stack, portals["EdDSA"].token(root)).get("/api/admin/tenants").status == 200
    client = enter(stack, portals.limited.token(root))
    assert client.get("/api/auth/me").json["isGlobalAdmin"] is False
    assert_problem(client.get("/api/admin/tenants"), 403)


def test_a_sign_in_is_as_old_as_the_host_says(stack, world, portals):
    anna, long_ago = world.person("anna"), int(time.time()) - 7200
    client = enter(stack, portals["EdDSA"].token(anna, auth_time=long_ago))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(long_ago))
    assert client.get("/api/auth/me").json["signedInAt"] == stamp
    assert anna.get("/api/auth/me")["signedInAt"] > stamp


def test_the_log_has_the_reason_and_never_the_token(stack, world, portals):
    token = portals["EdDSA"].token(world.person("anna"), aud="another", pad="word-of-the-token")
    answer = exchange(stack, token)
    request_id = answer.json["requestId"]

    def lines():
        return [line for path in stack.log_files() for line in path.read_text(errors="replace").splitlines()]

    def reasons():
        return [line for line in lines() if request_id in line and "token refused" in line]
    wait_until(reasons, 10, "a line with the reason")
    assert "aud is another" in reasons()[0] and portals["EdDSA"].issuer in reasons()[0], reasons()
    for part in (*token.split("."), "word-of-the-token"):
        assert not [line for line in lines() if part in line], f"{part} is in the log"


def test_sessions_of_an_issuer_end_with_its_configuration():
    with tempfile.TemporaryDirectory(prefix="hb-portal-") as folder:
        portal = Portal(folder, "gone", "HS256", adds_people=True)
        with Stack({"auth": {"issuers": [portal.config]}}) as stack:
            client = enter(stack, portal.token("guest@people.example"))
            assert client.get("/api/auth/me").status == 200
            stack.stop()
            stack.config["auth"]["issuers"] = []
            stack.start()
            client = stack.client(token=client.token)
            assert_problem(client.get("/api/auth/me"), 401)
            assert_refused(stack, portal.token("guest@people.example"), "an issuer that is no more")


@pytest.mark.parametrize("change, said", [
    ({"algorithm": "RS256"}, "not RSA"), ({"algorithm": "HS256"}, "in PEM where HS256 needs a secret"),
    ({"key_file": "/nowhere/key.pem"}, "No such file"), ({"key_file": "key.pem"}, "nor a credential"),
    ({"algorithm": "none"}, "EdDSA|RS256|HS256"), ({"audience": ""}, "audience is empty")], ids=str)
def test_a_worker_does_not_start_on_an_issuer_that_cannot_be(portals, tmp_path, change, said):
    config = tmp_path / "harbor.yaml"
    config.write_text(json.dumps({"database": {"path": str(tmp_path / "no.db")},
                                  "auth": {"issuers": [{**portals["EdDSA"].config, **change}]}}))
    done = subprocess.run([binary_folder() / "harbor-api", "--config", config], capture_output=True, text=True, timeout=20,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 78, f"exit {done.returncode}, want 78: {done.stderr}"
    assert said in done.stderr and re.search(r"harbor\.yaml:1: auth\.issuers\[0\]", done.stderr), done.stderr


def test_a_secret_that_everybody_may_read_is_no_start(portals, tmp_path):
    path = tmp_path / "open.secret"
    path.write_bytes(Path(portals["HS256"].key_file).read_bytes())
    path.chmod(0o644)
    config = tmp_path / "harbor.yaml"
    config.write_text(json.dumps({"auth": {"issuers": [{**portals["HS256"].config, "key_file": str(path)}]}}))
    done = subprocess.run([binary_folder() / "harbor-api", "--config", config], capture_output=True, text=True, timeout=20,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 78 and "can be read by everybody" in done.stderr, done
