"""Requests as they go over the wire, for harbor-bench-client; and single ones for the driver itself."""

import http.client
import json
import socket


def request(method, path, token="", body=None, headers=None):
    """The text of a whole HTTP/1.1 request; body: anything JSON can say."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    text = "" if body is None else json.dumps(body)
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(text)}"]
    return "\r\n".join(lines) + "\r\n\r\n" + text


def ask_once(port, text):
    """(status, headers, body) of the answer to such a request, on a connection of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.getheaders(), answer.read()
