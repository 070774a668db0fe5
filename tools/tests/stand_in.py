#!/usr/bin/python3
"""Stands in for the programs of Harbor, so that the supervisor and nginx's rules can be tried without them.

Which one it is says its name (a link named harbor-api, harbor-sse, harbor-jobs or harborctl). The api leg answers by
the path: /api/echo the parameters it got, /api/status/N that status, /api/messaging/stream/NAME the hand-over, unless
NAME is a status. The stream leg shows its claims and stays open. STAND_IN_EXIT=N makes a worker exit at once,
STAND_IN_SLEEP=N lets it start N seconds later.
"""

import base64
import json
import os
import socket
import struct
import sys
import threading
import time

_HEADER = struct.Struct(">BBHHBx")
_BEGIN, _END, _PARAMS, _STDIN, _STDOUT = 1, 3, 4, 5, 6


def notify(message):
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(message.encode(), path)


def read_exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def read_request(connection):
    params, body = b"", b""
    while True:
        _, kind, _, length, padding = _HEADER.unpack(read_exactly(connection, 8))
        content = read_exactly(connection, length + padding)[:length]
        if kind == _PARAMS:
            params += content
        elif kind == _STDIN:
            if not content:
                return decode(params), body
            body += content


def decode(data):
    params, at = {}, 0
    while at < len(data):
        sizes = []
        for _ in range(2):
            if data[at] < 128:
                sizes.append(data[at])
                at += 1
            else:
                sizes.append(struct.unpack_from(">I", data, at)[0] & 0x7FFFFFFF)
                at += 4
        name = data[at:at + sizes[0]].decode()
        params[name] = data[at + sizes[0]:at + sizes[0] + sizes[1]].decode(errors="replace")
        at += sum(sizes)
    return params


def send(connection, text):
    data = text.encode()
    connection.sendall(_HEADER.pack(1, _STDOUT, 1, len(data), 0) + data)


def reply(connection, status, body, headers=""):
    send(connection, f"Status: {status}\r\nContent-Type: application/json\r\n{headers}\r\n{body}")
    connection.sendall(_HEADER.pack(1, _END, 1, 8, 0) + bytes(8))


def serve_api(connection, params, body):
    path = params["REQUEST_URI"].partition("?")[0]
    name = path.rpartition("/")[2]
    if name.isdigit():
        reply(connection, name, json.dumps({"by": "api", "status": int(name)}))
    elif path.startswith("/api/messaging/stream/") and name != "status":
        claims = base64.urlsafe_b64encode(name.encode()).decode()
        reply(connection, 200, "", f"X-Accel-Redirect: /_sse/{name}\r\nX-Sse-Claims: {claims}\r\n")
    else:
        time.sleep(float(params.get("HTTP_X_WAIT", "0")))
        reply(connection, 200, json.dumps({"params": params, "bytes": len(body), "pid": os.getpid()}))


def serve_sse(connection, params, _):
    if params["HARBOR_CLAIMS"] == base64.urlsafe_b64encode(b"refused").decode():
        reply(connection, 503, "")
        return
    send(connection, "Content-Type: text/event-stream\r\nX-Accel-Buffering: no\r\nCache-Control: no-store\r\n\r\n")
    send(connection, f"data: {json.dumps(params)}\n\n")
    connection.recv(1)  # until nginx goes


def answer(connection, serve):
    with connection:
        try:
            serve(connection, *read_request(connection))
        except (EOFError, OSError):
            pass


def accept_for_ever(serve):
    listener = socket.socket(fileno=os.dup(0))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection, serve), daemon=True).start()


def work(serve):
    if "STAND_IN_EXIT" in os.environ:
        print("stand-in: told to exit", flush=True)
        sys.exit(int(os.environ["STAND_IN_EXIT"]))
    time.sleep(float(os.environ.get("STAND_IN_SLEEP", "0")))
    if serve is not None:
        threading.Thread(target=accept_for_ever, args=(serve,), daemon=True).start()
    notify("READY=1")
    while True:
        time.sleep(int(os.environ["WATCHDOG_USEC"]) / 2e6)
        notify("WATCHDOG=1")


def control(words):
    """Remembers in a file beside the configuration what was added."""
    book = os.path.join(os.path.dirname(words[words.index("--config") + 1]), "stand-in.json")
    added = json.load(open(book)) if os.path.exists(book) else []
    command = [word for index, word in enumerate(words) if word != "--config" and words[index - 1] != "--config"]
    if command[:2] == ["tenant", "list"]:
        print("\n".join(line[2] for line in added if line[:2] == ["tenant", "add"]))
        return
    secret = sys.stdin.readline().strip() if command[:2] == ["user", "add"] else None
    json.dump([*added, [*command, *([secret] if secret else [])]], open(book, "w"))


def main():
    name = os.path.basename(sys.argv[0])
    if name == "harborctl":
        control(sys.argv[1:])
    else:
        work({"harbor-api": serve_api, "harbor-sse": serve_sse}.get(name))


if __name__ == "__main__":
    main()
