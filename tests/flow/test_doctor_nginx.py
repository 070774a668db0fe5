"""harborctl doctor on nginx's configuration: the one that ./dev runs, with each thing in it broken."""

import pytest
from harbor.doctor import CONFIG, OK, assert_changes, is_root

OVERLAY = {"stream": {"per_worker": 100}}
STREAM, SERVER = "harbor/snippets/stream.conf", "harbor/snippets/connections.conf"


def test_a_copy_is_as_good(doctor, well):
    with doctor.nginx() as places:
        answer = doctor.look(**places)
        assert_changes(answer, well, {}, OK)
        assert "which nginx accepts" in answer.lines["nginx configuration"]["detail"], answer


def test_who_may_not_ask_nginx_reads_its_files(doctor, well):
    """As the workers' user, for whom the certificate's key is not."""
    refusal = "nginx: [emerg] open() \"/run/nginx.pid\" failed (13: Permission denied)"
    with doctor.nginx() as places:
        places["nginx"] = f"echo '{refusal}' >&2; exit 1"
        answer = doctor.look(**places)
        assert_changes(answer, well, {}, OK)
        assert "read by file" in answer.lines["nginx configuration"]["detail"], answer
    with doctor.nginx(STREAM, "fastcgi_buffering off;", "") as places:
        places["nginx"] = f"echo '{refusal}' >&2; exit 1"
        assert_changes(doctor.look(**places), well, {"nginx buffering": "fail"}, CONFIG)


RETRY = "error_page 429 500 502 503 504 =200 @stream_capacity;"


@pytest.mark.parametrize("name, old, new, count, check, level, code", [
    (STREAM, "fastcgi_buffering off;", "fastcgi_buffering on;", 1, "nginx buffering", "fail", CONFIG),
    (STREAM, "fastcgi_buffering off;", "", 2, "nginx buffering", "fail", CONFIG),
    (SERVER, "gzip off;", "gzip on;", 1, "nginx gzip", "fail", CONFIG),
    (STREAM, "fastcgi_read_timeout 90s;", "fastcgi_read_timeout 20s;", 1, "nginx timeouts", "fail", CONFIG),
    (STREAM, "fastcgi_read_timeout 90s;", "fastcgi_read_timeout 30s;", 1, "nginx timeouts", "warn", OK),
    (STREAM, RETRY, "", 1, "nginx retry rule", "fail", CONFIG),
    (STREAM, RETRY, RETRY.replace(" 429", ""), 2, "nginx retry rule", "fail", CONFIG),
    (STREAM, "fastcgi_intercept_errors on;", "", 1, "nginx retry rule", "fail", CONFIG),
    (STREAM, "return 200 'retry:", "return 503 'retry:", 1, "nginx retry rule", "fail", CONFIG),
    (STREAM, "internal;", "", 1, "nginx hand-over", "fail", CONFIG),
    (STREAM, "$upstream_http_x_sse_claims", "$http_x_sse_claims", 1, "nginx hand-over", "fail", CONFIG),
    (STREAM, "location /_sse/", "location /_elsewhere/", 1, "nginx hand-over", "fail", CONFIG),
    ("nginx.conf", "worker_shutdown_timeout 20m;", "worker_shutdown_timeout 10s;", 1, "nginx reload", "warn", OK),
    ("nginx.conf", "sse.sock\" max_fails=0", "sse.sock\"", 1, "nginx upstreams", "fail", CONFIG),
    ("nginx.conf", "worker_connections", "worker_connections 64; #", 1, "nginx connections", "warn", OK),
    ("nginx.conf", "worker_rlimit_nofile", "#", 1, "nginx open files", "fail", CONFIG)],
    ids=lambda value: value if isinstance(value, str) and value.startswith("nginx ") else "")
def test_a_setting_that_breaks_streams(doctor, well, name, old, new, count, check, level, code):
    with doctor.nginx(name, old, new, count) as places:
        assert_changes(doctor.look(**places), well, {check: level}, code)


def test_a_user_of_nginx_who_may_not_connect(doctor, well):
    old, new = ("user root;", "") if is_root() else ("daemon off;", "daemon off;")
    with doctor.nginx("nginx.conf", old, f"{new} user nobody nogroup;") as places:
        answer = doctor.look(**places)
        assert_changes(answer, well, {"nginx user": "fail"}, CONFIG)
        assert "nobody may not connect" in answer.lines["nginx user"]["detail"], answer


def test_what_nginx_itself_refuses(doctor, well):
    rules = {name: None for name in well.lines if name.startswith("nginx ") and name != "nginx configuration"}
    for broken in ("gzip maybe;", "gzip off", "}"):
        with doctor.nginx(SERVER, "gzip off;", broken) as places:
            assert_changes(doctor.look(**places), well, {"nginx configuration": "fail", **rules}, CONFIG)


def test_a_site_that_is_not_enabled(doctor, well):
    rules = {name: None for name in well.lines if name.startswith("nginx ") and name != "nginx configuration"}
    with doctor.nginx("nginx.conf", "api.sock", "another.sock") as places:
        answer = doctor.look(**places)
        assert_changes(answer, well, {**rules, "nginx site": "fail"}, CONFIG)


def test_no_configuration_at_all(doctor, well):
    rules = {name: None for name in well.lines if name.startswith("nginx ") and name != "nginx configuration"}
    answer = doctor.look(nginx="exit 127", nginx_config=str(doctor.folder / "none.conf"))
    assert_changes(answer, well, {"nginx configuration": "fail", **rules}, CONFIG)
