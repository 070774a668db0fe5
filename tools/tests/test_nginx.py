"""The site's rules (nginx/), with stand-ins behind it."""

import base64
import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import wait_for

CAPACITY = re.compile(
    rb"^retry: (\d+)\nevent: bye\ndata: \{\"reason\":\"capacity\",\"reconnectAfterMs\":(\d+)\}\n\n$")


class Answer:
    def __init__(self, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split()[1]) if raw else None
        self.headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        self.body = body

    def json(self):
        return json.loads(self.body)


def exchange(port, request):
    """Everything that comes back for these bytes until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        return Answer(read_to_the_end(connection))


def read_to_the_end(connection):
    received = b""
    try:
        while data := connection.recv(65536):
            received += data
    except ConnectionResetError:
        pass  # nginx ends so what it refused without reading all of it
    return received


def get(port, path, *headers, method="GET", body=b""):
    lines = [f"{method} {path} HTTP/1.0", "Host: harbor.test", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return exchange(port, "\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def problem(answer, status, code):
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    content = answer.json()
    assert set(content) == {"type", "title", "status", "detail", "code", "requestId"}
    assert (content["status"], content["code"]) == (status, code)
    assert content["requestId"] == answer.headers["x-request-id"]
    return answer


def open_stream(port, path, *headers):
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall("\r\n".join([f"GET {path} HTTP/1.0", "Host: x", *headers, "", ""]).encode())
    received = b""
    while not received.endswith(b"\n\n"):
        data = connection.recv(65536)
        assert data, f"the stream ended with {received!r}"
        received += data
    return connection, Answer(received)


@pytest.fixture
def port(running):
    return running.port


@pytest.fixture
def without_api(running):
    path = running.state / "run" / "api.sock"
    path.rename(path.with_suffix(".away"))
    yield running.port
    path.with_suffix(".away").rename(path)


def test_parameters_are_nginxs_and_the_clients_are_marked_as_such(port):
    answer = get(port, "/api/echo?a=1&b=%20", "X-Request-Id: forged", "Request-Id: forged", "Harbor-Claims: forged")
    params = answer.json()["params"]
    assert params["REQUEST_URI"] == "/api/echo?a=1&b=%20" and params["QUERY_STRING"] == "a=1&b=%20"
    assert params["REMOTE_ADDR"] == "127.0.0.1" and params["REQUEST_SCHEME"] == "http" and "HTTPS" not in params
    assert params["HTTP_HOST"] == "harbor.test" and params["SERVER_PROTOCOL"] == "HTTP/1.0"
    assert params["REQUEST_ID"] == answer.headers["x-request-id"] and len(params["REQUEST_ID"]) == 32
    assert params["HTTP_HARBOR_CLAIMS"] == "forged" and "HARBOR_CLAIMS" not in params


def test_a_body_arrives_whole_with_its_length(port):
    answer = get(port, "/api/echo", method="POST", body=b"x" * 300_000).json()
    assert answer["bytes"] == 300_000 and answer["params"]["CONTENT_LENGTH"] == "300000"


def test_a_chunked_body_gets_a_length(port):
    request = (b"POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
               b"5\r\nhello\r\n0\r\n\r\n")
    answer = exchange(port, request)
    assert b'"CONTENT_LENGTH": "5"' in answer.raw and b'"bytes": 5' in answer.raw


def test_the_api_refuses_what_is_a_little_too_large_and_nginx_the_rest(port):
    assert get(port, "/api/echo", method="POST", body=b"x" * (1024 * 1024 + 1)).status == 200
    problem(exchange(port, b"POST /api/echo HTTP/1.0\r\nContent-Length: 2000000\r\n\r\n"), 413, "too_large")


def test_the_apis_own_refusals_pass_untouched(port):
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 500, 503):
        answer = get(port, f"/api/status/{status}")
        assert (answer.status, answer.json()) == (status, {"by": "api", "status": status})


def test_the_description_is_served(port):
    answer = get(port, "/api/openapi.yaml")
    assert answer.headers["content-type"] == "application/yaml" and answer.body.startswith(b"openapi: 3.1")
    assert problem(get(port, "/api/openapi.yaml", method="POST"), 405, "method_not_allowed")


def test_security_headers_are_on_every_answer(port):
    for path in ("/", "/api/echo", "/api/status/404", "/nowhere", "/nginx-alive"):
        headers = get(port, path).headers
        assert headers["server"] == "nginx"
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert len(headers["x-request-id"]) == 32


def test_nginxs_own_errors_are_problems(port):
    problem(get(port, "/nowhere"), 404, "not_found")
    problem(get(port, "/", method="POST"), 405, "method_not_allowed")
    problem(get(port, "/api/" + "x" * 9000), 414, "bad_request")
    problem(get(port, "/api/echo", *[f"H{number}: {'x' * 6000}" for number in range(9)]), 400, "bad_request")
    problem(get(port, "/_sse/acme"), 404, "not_found")


def test_no_address_is_redirected_for_the_want_of_a_slash(port):
    for path in ("/api", "/_sse"):
        problem(get(port, path), 404, "not_found")
    assert get(port, "/api/messaging/stream").json()["params"]["REQUEST_URI"] == "/api/messaging/stream", "the api answers it"


def test_an_api_that_is_gone_is_a_502_problem_with_retry_after(without_api):
    answer = problem(get(without_api, "/api/echo"), 502, "outcome_unknown")
    assert answer.headers["retry-after"] in ("1", "2", "3")


@pytest.mark.parametrize("line", [
    b"GET http://evil.test/api/echo HTTP/1.1", b"GET echo HTTP/1.1", b"get /api/echo HTTP/1.1",
    b"GET /api/echo HTTP/9.9", b"GET  HTTP/1.1", b"\x16\x03\x01\x02\x00\x01"])
def test_odd_request_lines_are_refused(port, line):
    answer = exchange(port, line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.status in (400, 421, 505)
    problem(answer, answer.status, "bad_request")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "BREW", "M-SEARCH"])
def test_unknown_methods_are_refused(port, method):
    assert get(port, "/api/echo", method=method).status in (400, 405, 501)


def test_http_0_9_is_closed_without_a_word(port):
    assert exchange(port, b"GET /api/echo\r\n").raw == b""


@pytest.mark.parametrize("headers", [
    b"", b"Host: a\r\nHost: b\r\n", b"Host: a b\r\n", b"Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    b"Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", b"Host: a\r\nTransfer-Encoding: gzip\r\n"])
def test_ambiguous_headers_are_refused(port, headers):
    answer = exchange(port, b"POST /api/echo HTTP/1.1\r\nConnection: close\r\n" + headers + b"\r\n")
    assert answer.status in (400, 501), answer.raw


def test_a_stream_is_handed_over_with_the_claims_of_the_api(port):
    connection, answer = open_stream(port, "/api/messaging/stream/acme?cursor=a.1", "Last-Event-ID: a.2",
                                     "X-Sse-Claims: forged")
    with connection:
        assert answer.status == 200 and answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["x-accel-buffering"] == "no" and "x-sse-claims" not in answer.headers
        params = json.loads(answer.body.removeprefix(b"data: "))
        assert base64.urlsafe_b64decode(params["HARBOR_CLAIMS"]) == b"acme"
        assert params["HTTP_LAST_EVENT_ID"] == "a.2" and params["REQUEST_ID"] == answer.headers["x-request-id"]
        assert params["REQUEST_URI"] == "/api/messaging/stream/acme?cursor=a.1"


def test_refusals_of_a_stream_keep_their_status_and_words(port):
    for status in (400, 401, 403, 404):
        answer = get(port, f"/api/messaging/stream/{status}")
        assert (answer.status, answer.json()) == (status, {"by": "api", "status": status})


def capacity(answer):
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream" and answer.headers["cache-control"] == "no-store"
    found = CAPACITY.match(answer.body)
    assert found and found[1] == found[2], answer.body
    assert 1000 <= int(found[1]) <= 10000
    return int(found[1])


def test_failures_of_either_leg_are_an_event_stream_that_comes_back(port):
    for name in (429, 500, 502, 503, 504, "refused"):
        capacity(get(port, f"/api/messaging/stream/{name}"))


def test_a_stream_survives_the_absence_of_the_api(without_api):
    capacity(get(without_api, "/api/messaging/stream/acme"))


def test_the_return_of_refused_streams_is_spread(port):
    delays = {capacity(get(port, "/api/messaging/stream/503")) for _ in range(100)}
    assert len(delays) >= 12 and min(delays) < 2500 and max(delays) > 8500


def test_only_get_opens_a_stream(port):
    for method in ("POST", "DELETE", "OPTIONS", "HEAD"):
        assert get(port, "/api/messaging/stream/acme", method=method).status == 405


def test_stream_status_is_an_ordinary_request(port):
    assert get(port, "/api/messaging/stream/status", method="POST", body=b"x").json()["bytes"] == 1


def test_the_log_names_path_and_request_and_no_secrets(running):
    answer = get(running.port, "/api/echo?cursor=secret-cursor", "Cookie: harbor=secret-cookie",
                 "Authorization: Bearer secret-token")
    log = running.state / "logs" / "nginx-access.log"
    wait_for(lambda: answer.headers["x-request-id"] in log.read_text(), "the request is logged")
    line = next(line for line in log.read_text().splitlines() if answer.headers["x-request-id"] in line)
    assert 'path="/api/echo"' in line and "status=200" in line and "seconds=" in line
    assert "secret" not in log.read_text()


def test_a_reload_keeps_streams_and_requests(running):
    connection, _ = open_stream(running.port, "/api/messaging/stream/acme")
    with connection:
        running.ctl("reload-nginx")
        end = time.monotonic() + 2
        while time.monotonic() < end:
            assert get(running.port, "/api/echo").status == 200
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)  # neither data nor an end


def flood(count, ask):
    """The answers to `count` calls, many at a time, and the seconds that they took: what a rate lets through depends on it."""
    began = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(), range(count)))
    return answers, time.monotonic() - began


def test_a_refused_address_gets_a_problem_and_a_refused_stream_comes_back(stack):
    stack.run("--limits", "production")
    answers, seconds = flood(500, lambda: get(stack.port, "/api/echo", "Cookie: a=b; harbor=token"))
    refused = [answer for answer in answers if answer.status == 429]
    passed = len(answers) - len(refused)
    assert 100 <= passed <= 102 + 50 * (seconds + 0.1), f"{passed} of {len(answers)} in {seconds:.2f} s: burst 100, rate 50/s"
    assert refused, f"none of {len(answers)} was refused in {seconds:.2f} s"
    assert problem(refused[0], 429, "too_many_requests").headers["retry-after"] in ("1", "2", "3")
    assert get(stack.port, "/api/echo", "Cookie: harbor=other").status == 200
    streams, seconds = flood(60, lambda: get(stack.port, "/api/messaging/stream/404", "Authorization: Bearer abc"))
    passed = [answer.status for answer in streams].count(404)
    assert 20 <= passed <= 22 + 2 * (seconds + 0.5), f"{passed} of {len(streams)} in {seconds:.2f} s: burst 20, rate 2/s"
    capacity(next(answer for answer in streams if answer.status != 404))
    assert get(stack.port, "/healthz").status == 200


def test_development_refuses_nobody(stack):
    stack.run()
    streams = [open_stream(stack.port, "/api/messaging/stream/acme", "Cookie: harbor=one")[0] for _ in range(320)]
    assert {get(stack.port, "/api/echo", "Cookie: harbor=one").status for _ in range(500)} == {200}
    for connection in streams:
        connection.close()


def test_nothing_is_written_outside_the_state(running):
    pid = running.part("nginx")["pid"]
    opened = [path.readlink() for path in Path(f"/proc/{pid}/fd").iterdir()]
    files = [str(path) for path in opened if str(path).startswith("/") and not str(path).startswith("/dev/")]
    assert files and all(path.startswith(str(running.state)) for path in files)
