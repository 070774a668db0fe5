"""How every answer looks: problems, request ids, methods, sizes, types; and HTTP that nobody's client sends."""

import gzip
import json
import re
import socket

import pytest
from harbor.check import assert_problem
from harbor.wait import wait_until
from harbor.world import letter

SEND = "/api/messaging/send"
REQUEST_ID = re.compile(r"[0-9a-f]{32}")


def raw(stack, data, timeout_s=10):
    """Everything the server answers to these bytes, until it closes or is silent."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=timeout_s) as connection:
        connection.sendall(data)
        answer = b""
        try:
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                answer += chunk
        except OSError:
            pass  # reset or closed before we were done: what came is the answer
        return answer


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def test_the_request_id_is_in_the_header_and_in_the_problem(stack, world):
    anna = world.person("anna")
    good = anna.client.get("/api/auth/me")
    bad = anna.client.get("/api/messaging/messages/999999999")
    for answer in (good, bad):
        assert REQUEST_ID.fullmatch(answer.header("x-request-id") or ""), answer.headers
        assert len(answer.all_headers("x-request-id")) == 1, answer.headers
    assert bad.json["requestId"] == bad.header("x-request-id")
    assert good.header("x-request-id") != bad.header("x-request-id")
    forged = anna.client.get("/api/auth/me", headers={"X-Request-Id": "f" * 32})
    assert forged.header("x-request-id") != "f" * 32, "a client chose the request id"


def test_a_problem_is_found_in_the_log_by_its_request_id(stack, world):
    answer = world.person("anna").client.get("/api/messaging/messages/999999999")
    wait_until(lambda: any(answer.json["requestId"] in path.read_text(errors="replace") for path in stack.log_files()), 5,
               f"the request {answer.json['requestId']} in a log")


def test_logs_have_no_bodies_tokens_or_passwords(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    anna.send(tenant, [ben], "subject-not-for-logs", "body-not-for-logs")
    anna.client.get("/api/auth/me")
    stack.client().post("/api/auth/login", {"email": anna.email, "password": "password-not-for-logs"})
    for path in stack.log_files():
        text = path.read_text(errors="replace")
        for secret in ("not-for-logs", anna.client.token, anna.password):
            assert secret not in text, f"{path.name} has {secret!r}"


@pytest.mark.parametrize("path", ["/api/nothing", "/api/messaging/nothing", "/api/messaging/messages/1/nothing", "/api/",
                                  "/api/messaging/send/", "/api//messaging/send", "/API/auth/me"])
def test_an_unknown_route_is_404(world, path):
    answer = world.person("anna").client.get(path)
    assert answer.status == 404, f"{path}: got {answer}, want 404"
    if path.startswith("/api/"):
        assert_problem(answer, 404, context=path)


@pytest.mark.parametrize("method, path, allowed", [
    ("GET", SEND, {"POST"}), ("DELETE", SEND, {"POST"}), ("PUT", "/api/auth/login", {"POST"}),
    ("POST", "/api/auth/me", {"GET", "HEAD"}), ("DELETE", "/api/messaging/unread-count", {"GET", "HEAD"}),
    ("POST", "/healthz", {"GET", "HEAD"})])
def test_a_wrong_method_is_405_and_names_the_right_ones(world, method, path, allowed):
    answer = world.person("anna").client.request(method, path, body=b"")
    assert_problem(answer, 405, context=f"{method} {path}")
    got = {name.strip() for name in (answer.header("allow") or "").split(",")}
    assert got - {"OPTIONS"} == allowed, f"{method} {path}: Allow {got}, want {allowed}"


def test_head_is_get_without_a_body(world):
    tenant, anna = world.team("anna")
    for path in ("/api/auth/me", f"/api/messaging/unread-count?tenantId={tenant.id}", "/healthz"):
        got, head = anna.client.get(path), anna.client.request("HEAD", path)
        assert (head.status, head.body) == (200, b""), f"{path}: got {head}"
        assert head.header("content-type") == got.header("content-type"), (path, head.headers)
    assert anna.client.request("HEAD", "/api/messaging/messages/999999999").status == 404


def test_a_body_above_the_limit_is_413(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    before = stack.database.fingerprint()
    for size in (1024 * 1024 + 1, 1_100 * 1024 + 1, 3 * 1024 * 1024):
        body = b'{"body":"' + b"x" * (size - 11) + b'"}'
        assert len(body) == size
        try:
            answer = anna.client.request("POST", SEND, body=body)
        except (ConnectionError, BrokenPipeError):
            continue  # nginx refused before it read all: allowed, and nothing is changed
        assert_problem(answer, 413, context=f"{size} bytes")
    just = b'{"body":"' + b"x" * (1024 * 1024 - 11) + b'"}'
    assert_problem(anna.client.request("POST", SEND, body=just), 400, context="exactly 1 MiB is read")
    assert stack.database.fingerprint() == before


@pytest.mark.parametrize("content_type, status", [
    ("application/json", 201), ("application/json; charset=utf-8", 201), ("Application/JSON", 201), ("text/plain", 415),
    ("application/x-www-form-urlencoded", 415), ("application/jsonx", 415), ("multipart/form-data; boundary=x", 415)])
def test_only_json_is_taken_as_json(world, content_type, status):
    tenant, anna, ben = world.team("anna", "ben")
    answer = anna.client.post(SEND, letter(tenant, [ben]), headers={"Content-Type": content_type})
    assert answer.status == status, f"{content_type}: got {answer}, want {status}"
    if status == 415:
        assert_problem(answer, 415)


def test_a_compressed_body_is_refused_as_such(world):
    tenant, anna, ben = world.team("anna", "ben")
    body = gzip.compress(json.dumps(letter(tenant, [ben])).encode())
    assert_problem(anna.client.request("POST", SEND, body=body, headers={"Content-Encoding": "gzip"}), 415)
    answer = anna.client.post(SEND, letter(tenant, [ben]), headers={"Content-Encoding": "identity"})
    assert answer.status == 201, f"got {answer}, want 201"


def test_an_unknown_query_key_and_a_repeated_one_are_refused(world):
    tenant, anna = world.team("anna")
    path = f"/api/messaging/unread-count?tenantId={tenant.id}"
    assert_problem(anna.client.get(path + "&colour=red"), 400, field="colour")
    assert_problem(anna.client.get(path + f"&tenantId={tenant.id}"), 400, field="tenantId")


def test_answers_carry_security_headers_and_no_versions(world):
    for answer in (world.person("anna").client.get("/api/auth/me"), world.stack.client().get("/api/auth/me")):
        assert answer.header("x-content-type-options") == "nosniff", answer.headers
        assert answer.header("cache-control") == "no-store", answer.headers
        assert not re.search(r"\d", answer.header("server") or ""), answer.headers
        assert answer.header("x-powered-by") is None, answer.headers
        assert answer.header("x-accel-redirect") is None, answer.headers


def test_health_and_readiness_are_told_without_a_session(stack):
    for path in ("/healthz", "/readyz"):
        answer = stack.client().get(path)
        assert answer.status == 200, f"{path}: got {answer}, want 200"


def test_readiness_says_when_redis_is_gone_and_still_serves(stack):
    with stack.without("redis"):
        answer = wait_until(lambda: said_by(stack, "degraded"), 10, "degraded in /readyz")
        assert answer.status == 200, f"got {answer}, want 200"
    wait_until(lambda: said_by(stack, '"status":"ok"'), 10, "ok in /readyz again")


def said_by(stack, text):
    answer = stack.client().get("/readyz")
    return answer if text.encode() in answer.body else None


ODD = {
    "http-0.9": b"GET /api/auth/me\r\n\r\n",
    "absolute-uri": b"GET http://127.0.0.1/healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "unknown-method": b"BREW /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "trace": b"TRACE /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "connect": b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    "two-hosts": b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
    "no-host": b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two-lengths": b"POST /api/auth/logout HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length-and-chunked": b"POST /api/auth/logout HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                          b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "negative-length": b"POST /api/auth/logout HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    "huge-length": b"POST /api/auth/logout HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_http_is_refused(stack, name):
    answer = raw(stack, ODD[name])
    assert answer == b"" or 400 <= (status_of(answer) or 0) <= 599, f"{name}: got {answer[:200]!r}, want a refusal"


def test_a_body_cut_short_changes_nothing(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    body = json.dumps(letter(tenant, [ben])).encode()
    before = stack.database.fingerprint()
    head = (f"POST {SEND} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {anna.client.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body) + 10}\r\n\r\n").encode()
    raw(stack, head + body)
    assert anna.client.get("/api/auth/me").status == 200
    assert stack.database.fingerprint() == before, "a cut body was sent"
