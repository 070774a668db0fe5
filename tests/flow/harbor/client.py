"""One person's HTTP: a kept connection per thread, no retry that was not asked for, each answer held to openapi.yaml."""

import http.client
import json as jsonlib
import threading
import time
from dataclasses import dataclass

from .description import description

TEMPORARY = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple
    body: bytes

    def header(self, name, default=None):
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[0] if found else default

    def all_headers(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def json(self):
        return jsonlib.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.header('content-type')} {self.body[:600]!r}"


class Client:
    """`token` goes as Bearer, `cookie` as Cookie; neither is somebody without a session."""

    def __init__(self, port, token=None, cookie=None, timeout=30):
        self.port, self.token, self.cookie, self.timeout = port, token, cookie, timeout
        self._local = threading.local()

    def credentials(self):
        headers = {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.cookie:
            headers["Cookie"] = self.cookie
        return headers

    def request(self, method, path, json=None, *, body=None, key=None, headers=None):
        head = self.credentials()
        if json is not None:
            body = jsonlib.dumps(json).encode()
        if body is not None:
            head["Content-Type"] = "application/json"
        if key is not None:
            head["Idempotency-Key"] = key
        head.update(headers or {})
        head = {name: value for name, value in head.items() if value is not None}
        connection = self._connection()
        try:
            connection.request(method, path, body=body, headers=head)
            response = connection.getresponse()
            answer = Answer(response.status, tuple(response.getheaders()), response.read())
        except BaseException:
            self.close()
            raise
        description().check(method, path, answer, body)
        return answer

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, json=None, **more):
        return self.request("POST", path, json, **more)

    def delete(self, path, **more):
        return self.request("DELETE", path, **more)

    def post_until_created(self, path, json, key, deadline_s=60):
        """The retry a careful client does: the same key and body, until it hears 201."""
        deadline, last = time.monotonic() + deadline_s, None
        while time.monotonic() < deadline:
            try:
                last = self.post(path, json, key=key)
                if last.status == 201:
                    return last
                assert last.status in TEMPORARY, f"POST {path}: got {last}, want 201 or a temporary refusal"
            except (OSError, http.client.HTTPException) as error:
                last = error
            time.sleep(0.02)
        raise AssertionError(f"POST {path} with key {key}: no 201 within {deadline_s} s, last {last}")

    def close(self):
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _connection(self):
        if getattr(self._local, "connection", None) is None:
            self._local.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        return self._local.connection
