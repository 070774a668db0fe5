"""Sessions: logging in and out, who am I, the cookie's protection, cross-site requests, throttling."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from harbor.check import assert_problem
from harbor.stack import Stack
from harbor.streams import Streams
from harbor.world import PASSWORD, World

OVERLAY = {"auth": {"login_per_account": "5/15 min"}}
LOGIN = "/api/auth/login"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def log_in(stack, person, **more):
    return stack.client().post(LOGIN, {"email": person.email, "password": person.password, **more})


def cookie_of(answer):
    return answer.header("set-cookie").split(";")[0]


def test_login_says_who_and_where_and_sets_a_guarded_cookie(stack, world):
    tenant, anna = world.team("anna")
    answer = log_in(stack, anna)
    assert answer.status == 200, f"got {answer}, want 200"
    body = answer.json
    assert (body["email"], body["name"], body["isGlobalAdmin"]) == (anna.email, anna.name, False), body
    assert {"id": tenant.id, "name": f"Tenant {tenant.id}", "isAdmin": False} in body["tenants"], body
    assert TIME.fullmatch(body["expiresAt"]) and TIME.fullmatch(body["signedInAt"]), body
    assert "token" not in body, "a token was given that nobody asked for"
    cookies = answer.all_headers("set-cookie")
    assert len(cookies) == 1 and cookies[0].startswith("harbor="), cookies
    flags = {flag.strip().lower() for flag in cookies[0].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags, cookies
    assert not any(flag.startswith("domain=") for flag in flags), cookies
    assert answer.header("cache-control") == "no-store", answer.headers


def test_cookie_and_bearer_token_both_open_the_session(stack, world):
    anna = world.person("anna")
    answer = log_in(stack, anna, token=True)
    for client in (stack.client(cookie=cookie_of(answer)), stack.client(token=answer.json["token"])):
        me = client.get("/api/auth/me")
        assert me.status == 200 and me.json["email"] == anna.email, f"got {me}, want {anna.email}"
        assert "token" not in me.json, me.json
        assert me.json["expiresAt"] and me.json["tenants"] == answer.json["tenants"], me.json


def test_addresses_are_trimmed_and_compared_lower_case(stack, world):
    anna = world.person("anna")
    answer = stack.client().post(LOGIN, {"email": f"  {anna.email.upper()} ", "password": PASSWORD})
    assert answer.status == 200 and answer.json["email"] == anna.email, f"got {answer}, want 200 for {anna.email}"


def test_wrong_password_unknown_and_disabled_users_get_the_same_refusal(stack, world):
    disabled = world.new_person("dora", login=False)
    stack.harborctl("user", "disable", disabled.email)
    anna = world.person("anna")
    refusals = []
    for email, password in ((anna.email, "wrong"), ("nobody@nowhere.example", PASSWORD), (disabled.email, PASSWORD)):
        answer = stack.client().post(LOGIN, {"email": email, "password": password})
        problem = assert_problem(answer, 401, context=email)
        assert answer.header("set-cookie") is None, answer.headers
        refusals.append({key: value for key, value in problem.items() if key != "requestId"})
    assert refusals[0] == refusals[1] == refusals[2], refusals


@pytest.mark.parametrize("body, field", [
    ({"password": "x"}, "email"), ({"email": "a@b.example"}, "password"),
    ({"email": 1, "password": "x"}, "email"), ({"email": "a@b.example", "password": None}, "password"),
    ({"email": "a@b.example", "password": "x", "token": "yes"}, "token"),
    ({"email": "a@b.example", "password": "x", "remember": True}, "remember")])
def test_login_names_the_field_that_is_wrong(stack, body, field):
    assert_problem(stack.client().post(LOGIN, body), 400, field=field, context=str(body))


def test_logout_ends_this_session_only(stack, world):
    anna = world.person("anna")
    first, second = anna.another_session(), anna.another_session()
    answer = first.post("/api/auth/logout")
    assert answer.status == 204 and answer.body == b"", f"got {answer}, want 204 and no body"
    assert_problem(first.get("/api/auth/me"), 401)
    assert second.get("/api/auth/me").status == 200
    assert anna.client.get("/api/auth/me").status == 200


def test_logout_clears_the_cookie(stack, world):
    cookie = cookie_of(log_in(stack, world.person("anna")))
    answer = stack.client(cookie=cookie).post("/api/auth/logout")
    assert answer.status == 204, f"got {answer}, want 204"
    cleared = answer.header("set-cookie") or ""
    assert cleared.startswith("harbor=;") and "max-age=0" in cleared.lower(), f"got {cleared!r}, want it cleared"


def test_sessions_are_listed_and_ended_one_by_one(stack, world):
    person = world.new_person("sam")
    other = person.another_session()
    listed = person.get("/api/auth/sessions")["items"]
    assert len(listed) == 2, f"got {listed}, want 2 sessions"
    for item in listed:
        assert set(item) == {"id", "createdAt", "lastSeenAt", "expiresAt", "current"}, item
        assert all(TIME.fullmatch(item[name]) for name in ("createdAt", "lastSeenAt", "expiresAt")), item
    assert [item["current"] for item in listed].count(True) == 1, listed
    target = next(item for item in listed if not item["current"])
    answer = person.client.delete(f"/api/auth/sessions/{target['id']}")
    assert answer.status == 204, f"got {answer}, want 204"
    assert_problem(other.get("/api/auth/me"), 401)
    assert person.client.get("/api/auth/me").status == 200
    assert [item["id"] for item in person.get("/api/auth/sessions")["items"]] != [item["id"] for item in listed]


def test_a_foreign_session_cannot_be_ended(stack, world):
    anna, ben = world.person("anna"), world.person("ben")
    session = ben.get("/api/auth/sessions")["items"][0]["id"]
    assert_problem(anna.client.delete(f"/api/auth/sessions/{session}"), 404)
    assert ben.client.get("/api/auth/me").status == 200, "somebody else ended ben's session"


def test_a_new_password_ends_every_session(stack, world):
    person = world.new_person("paul")
    stack.harborctl("user", "passwd", person.email, stdin="another long password\n")
    assert_problem(person.client.get("/api/auth/me"), 401)
    assert_problem(log_in(stack, person), 401)
    person.password = "another long password"
    person.login()


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    {"Origin": "null"}, {"Sec-Fetch-Site": "none", "Origin": "https://evil.example"}])
def test_an_unsafe_request_from_another_site_is_refused_and_changes_nothing(stack, world, headers):
    cookie = cookie_of(log_in(stack, world.person("anna")))
    client, before = stack.client(cookie=cookie), stack.database.fingerprint()
    assert_problem(client.post("/api/auth/logout", headers=headers), 403, context=str(headers))
    assert client.get("/api/auth/me", headers=headers).status == 200, "a safe request was refused too"
    assert stack.database.fingerprint() == before


def test_an_unsafe_request_from_our_own_pages_or_from_curl_passes(stack, world):
    own = f"http://127.0.0.1:{stack.port}"
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": own}, {"Sec-Fetch-Site": "none"}, {"Origin": own}, {}):
        cookie = cookie_of(log_in(stack, world.person("anna")))
        answer = stack.client(cookie=cookie).post("/api/auth/logout", headers=headers)
        assert answer.status == 204, f"{headers}: got {answer}, want 204"


def test_failed_logins_of_one_account_are_throttled_and_others_are_not(stack, world):
    victim, ben = world.new_person("vera"), world.person("ben")
    for attempt in range(5):
        answer = stack.client().post(LOGIN, {"email": victim.email, "password": f"guess {attempt}"})
        assert answer.status == 401, f"attempt {attempt}: got {answer}, want 401"
    throttled = log_in(stack, victim)
    assert_problem(throttled, 429, context="the right password after five wrong ones")
    assert int(throttled.header("retry-after")) > 0, throttled.headers
    assert victim.client.get("/api/auth/me").status == 200, "the throttle ended a session"
    assert log_in(stack, ben).status == 200, "another account is throttled too"


def test_of_guesses_that_come_at_once_no_more_are_judged_than_the_bound_allows(stack, world):
    """Whichever workers they come to: the bound is held where the failure is counted."""
    victim = world.new_person("vera")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda n: stack.client().post(LOGIN, {"email": victim.email, "password": f"guess {n}"}), range(40)))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [401] * 5 + [429] * 35, f"got {statuses}, want five 401"
    assert_problem(log_in(stack, victim), 429, context="the right password among too many wrong ones")


def test_a_refusal_takes_as_long_for_an_unknown_account_as_for_a_known_one():
    """The quickest of several: what else the machine does only ever makes one slower."""
    with Stack({"auth": {"argon2_memory": "48 MiB", "argon2_passes": 3}}) as stack:
        world = World(stack)
        known, disabled = world.new_person("anna", login=False), world.new_person("dora", login=False)
        stack.harborctl("user", "disable", disabled.email)
        quickest = {}
        for email in (known.email, disabled.email, "nobody@nowhere.example") * 8:
            start = time.monotonic()
            answer = stack.client().post(LOGIN, {"email": email, "password": "wrong"})
            taken = time.monotonic() - start
            assert answer.status == 401, f"{email}: got {answer}, want 401"
            quickest[email] = min(taken, quickest.get(email, taken))
        assert min(quickest.values()) * 1.5 > max(quickest.values()), quickest
        assert min(quickest.values()) > 0.02, f"no password was hashed: {quickest}"


def test_an_address_that_tries_many_accounts_is_throttled():
    with Stack({"auth": {"login_per_address": "6/15 min"}}) as stack:
        anna = World(stack).new_person("anna", login=False)
        answers = [stack.client().post(LOGIN, {"email": f"guess{n}@nowhere.example", "password": "x"}) for n in range(8)]
        assert [answer.status for answer in answers] == [401] * 6 + [429] * 2, [str(answer) for answer in answers]
        assert_problem(log_in(stack, anna), 429)


def test_a_session_ends_at_its_age_and_its_stream_with_it():
    with Stack({"auth": {"session": "4 s"}, "stream": {"heartbeat": "500 ms"}}) as stack, Streams(stack.port) as streams:
        world = World(stack)
        tenant, anna = world.team("anna")
        stream = streams.open(anna.login(), tenant).wait_hello()
        assert TIME.fullmatch(stream.hello["sessionExpiresAt"]), stream.hello
        stream.wait_over(timeout_s=10)
        assert [bye.data["reason"] for bye in stream.of_type("bye")] == ["expired"], stream.received
        assert_problem(anna.client.get("/api/auth/me"), 401)
        refused = streams.open(anna, tenant)
        refused.wait_over()
        assert refused.last.status == 401, f"got {refused!r}, want 401"
