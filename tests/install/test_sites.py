"""The installed sites within an nginx that is as Debian's: read by nginx itself, and the TLS one used for real."""

import json
import re
import signal
import subprocess
import time

import pytest

HOST = "harbor.example"
PASSWORD = "a long enough password"


def test_nginx_reads_every_variant_beside_debians_settings(site):
    for variant in ("tls", "plain"):
        said = site(variant).check()
        assert "[emerg]" not in said and "[warn]" not in said, said


def test_nginx_reads_the_variant_of_a_checkout(stack):
    """The one that ./dev runs, as it was rendered."""
    done = subprocess.run(["/usr/sbin/nginx", "-t", "-p", f"{stack.state}/", "-c", stack.state / "nginx/nginx.conf",
                           "-e", "logs/nginx-error.log"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("level", ["dev", "bench", "production"])
def test_nginx_reads_every_level_of_limits(stack, level):
    rendered = (stack.state / "nginx/nginx.conf").read_text()
    assert rendered.count("harbor/limits/dev.") == 2, rendered
    config = stack.state / f"nginx/{level}.conf"
    config.write_text(rendered.replace("harbor/limits/dev.", f"harbor/limits/{level}."))
    done = subprocess.run(["/usr/sbin/nginx", "-t", "-p", f"{stack.state}/", "-c", config, "-e", "logs/nginx-error.log"],
                          capture_output=True, text=True)
    assert done.returncode == 0 and "[warn]" not in done.stderr, done.stderr


class Served:
    """A running site, asked with curl as the world would."""

    def __init__(self, site):
        self.site = site
        self.port, self.plain_port = site.ports["443"], site.ports["80"]

    def curl(self, path, *options, check=True, scheme="https", port=None):
        port = port or self.port
        done = subprocess.run(self._command(f"{scheme}://{HOST}:{port}{path}", port, *options), capture_output=True, text=True,
                              timeout=30)
        assert not check or done.returncode == 0, f"curl {path}: exit {done.returncode} {done.stderr}"
        return Answer(done.stdout) if check else done

    def open(self, path, *options):
        return subprocess.Popen(self._command(f"https://{HOST}:{self.port}{path}", self.port, "-N", *options), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def post(self, path, body, *options):
        return self.curl(path, "-H", "Content-Type: application/json", "--data", json.dumps(body), *options)

    def login(self, person):
        answer = self.post("/api/auth/login", {"email": person.email, "password": PASSWORD})
        assert answer.status == 200, answer.text
        return answer.headers["set-cookie"]

    def _command(self, url, port, *options):
        return ["curl", "-sS", "-i", "--noproxy", "*", "--cacert", self.site.certificate,
                "--resolve", f"{HOST}:{port}:127.0.0.1", *options, url]


class Answer:
    def __init__(self, text):
        self.text = text
        head, _, self.body = text.replace("\r\n", "\n").partition("\n\n")
        lines = head.split("\n")
        self.protocol, self.status = lines[0].split()[0], int(lines[0].split()[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}


@pytest.fixture
def served(site, stack):
    """Starts a variant in front of the stack's own workers."""
    running = []

    def start(variant):
        made = site(variant)
        made.upstreams(stack.state / "run/api.sock", stack.state / "run/sse.sock")
        running.append(subprocess.Popen(made.command("-g", "daemon off;"), stderr=subprocess.PIPE, text=True))
        result = Served(made)
        how = {"scheme": "http", "port": made.ports["127.0.0.1:8080"]} if variant == "plain" else {}
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if running[-1].poll() is not None:
                raise AssertionError(running[-1].stderr.read())
            done = result.curl("/nginx-alive", check=False, **how)
            if done.returncode == 0:
                return result
            time.sleep(0.05)
        raise AssertionError("nginx did not answer within 10 s")

    yield start
    for process in running:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


def test_tls_login_cookie_and_headers_over_h2(served, world):
    tls = served("tls")
    anna = world.person("anna")
    answer = tls.post("/api/auth/login", {"email": anna.email, "password": PASSWORD}, "--http2")
    assert (answer.protocol, answer.status) == ("HTTP/2", 200), answer.text
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-harbor=") and "Secure" in cookie and "HttpOnly" in cookie, cookie
    assert "Path=/" in cookie and "Domain" not in cookie, f"{cookie}: the prefix __Host- asks for this"
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    who = tls.curl("/api/auth/me", "--http2", "-H", f"Cookie: {cookie.split(';')[0]}")
    assert who.status == 200 and anna.email in who.body, who.text


def test_tls_stream_delivers_over_h2(served, world):
    tls = served("tls")
    tenant, anna, ben = world.team("anna", "ben")
    cookie = tls.login(ben).split(";")[0]
    stream = tls.open(f"/api/messaging/stream/{tenant.id}", "--http2", "-H", f"Cookie: {cookie}")
    try:
        lines = iter(stream.stdout.readline, "")
        head = next(lines)
        assert head.startswith("HTTP/2 200"), head
        assert any(line == "event: hello\n" for line in lines)
        sent = anna.send(tenant, [ben], "Over TLS")
        said = next(line for line in lines if line.startswith("data: ") and "message:new" in line)
        assert json.loads(said[6:])["data"]["payload"]["id"] == sent["id"]
    finally:
        stream.kill()
        stream.wait()
        stream.stdout.close()


def test_tls_of_before_2008_is_refused(served):
    tls = served("tls")
    for version in ("1.0", "1.1"):
        done = tls.curl("/nginx-alive", f"--tlsv{version}", "--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0",
                        check=False)
        said = f"TLS {version}: curl's exit code {done.returncode}, {done.stderr}"
        assert done.returncode == 35 and "alert protocol version" in done.stderr, said
    for version in ("1.2", "1.3"):
        assert tls.curl("/nginx-alive", f"--tlsv{version}", "--tls-max", version).status == 204


def test_plain_http_points_to_https_and_keeps_method_and_path(served):
    answer = served("tls")
    answer = answer.curl("/en/harbor/messaging?a=1", "-X", "POST", scheme="http", port=answer.plain_port)
    assert (answer.status, answer.headers["location"]) == (308, f"https://{HOST}/en/harbor/messaging?a=1")


def test_names_with_a_hash_are_kept_and_pages_are_asked_for_again(served):
    tls = served("tls")
    assets = tls.site.tree / "usr/share/harbor/client/assets"
    assets.mkdir(exist_ok=True)
    (assets / "page-3f9a1c.js").write_text("export {};\n")
    kept = tls.curl("/assets/page-3f9a1c.js")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"].startswith("text/javascript")
    again = tls.curl("/assets/page-3f9a1c.js", "-H", f"If-None-Match: {kept.headers['etag']}")
    assert (again.status, again.headers["cache-control"]) == (304, kept.headers["cache-control"])
    assert "immutable" not in tls.curl("/assets/page-000000.js").text, "a missing file must not be missing for a year"
    door = tls.curl("/", "-H", "Accept-Language: nl")
    assert (door.status, door.headers["location"]) == (302, "/nl/harbor/messaging")
    page = tls.curl(door.headers["location"], "--http2")
    assert (page.protocol, page.status, page.headers["cache-control"]) == ("HTTP/2", 200, "no-cache"), page.text
    assert '<html lang="nl">' in page.body and "script-src 'self'" in page.headers["content-security-policy"]
    for script in re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.body):
        assert tls.curl(script).headers["cache-control"].endswith("immutable"), script
    description = tls.curl("/api/openapi.yaml")
    assert description.status == 200 and description.body.startswith("openapi: 3.1")


def test_metrics_are_for_this_machine_alone(served):
    """Behind a proxy too: the address that counts is the one it forwards."""
    plain = served("plain")
    port = plain.site.ports["127.0.0.1:8080"]
    outside = plain.curl("/metrics", "-H", "X-Forwarded-For: 203.0.113.9", scheme="http", port=port)
    assert outside.status == 403, outside.text
    assert plain.curl("/metrics", scheme="http", port=port).status in (200, 404)


def test_behind_a_proxy_cookies_are_secure_as_that_says(served, world):
    plain = served("plain")
    port = plain.site.ports["127.0.0.1:8080"]
    anna = world.person("anna")

    def cookie(*headers):
        options = [word for header in headers for word in ("-H", header)]
        answer = plain.curl("/api/auth/login", "-H", "Content-Type: application/json", *options, "--data",
                            json.dumps({"email": anna.email, "password": PASSWORD}), scheme="http", port=port)
        assert answer.status == 200, answer.text
        assert "strict-transport-security" not in answer.headers, "the proxy's to set"
        return answer.headers["set-cookie"]

    through = cookie("X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https")
    assert re.match(r"__Host-harbor=.*; Secure", through), through
    for headers in (["X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: http"], ["X-Forwarded-Proto: https"], []):
        assert cookie(*headers).startswith("harbor="), f"{headers}: nobody trusted said https"


def test_a_stack_of_ones_own_believes_no_forwarded_header(stack, world):
    anna = world.person("anna")
    done = subprocess.run(["curl", "-sS", "-i", "-H", "X-Forwarded-For: 203.0.113.9", "-H", "X-Forwarded-Proto: https",
                           "-H", "Content-Type: application/json", "--data",
                           json.dumps({"email": anna.email, "password": PASSWORD}),
                           f"http://127.0.0.1:{stack.port}/api/auth/login"], capture_output=True, text=True)
    assert "\nset-cookie: harbor=" in done.stdout.lower(), done.stdout
