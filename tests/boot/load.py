"""Letters without a pause, until standard input ends: `load.py CERTIFICATE TENANT RECIPIENT TOKEN…`, one sender per
token. Each on a connection of its own, none tried twice. Says `sending` once every sender has been answered, and ends with a
line of JSON: what was answered, and what failed."""

import http.client
import json
import socket
import ssl
import sys
import threading
import time

HOST = "harbor.example"
PAUSE = 0.03  # below the site's 50 requests a second for a session


def send(trust, recipient, tenant, token):
    connection = http.client.HTTPSConnection(HOST, timeout=30)  # the machine knows no names
    connection.sock = trust.wrap_socket(socket.create_connection(("127.0.0.1", 443), 30), server_hostname=HOST)
    try:
        connection.request("POST", "/api/messaging/send", json.dumps(
            {"tenantId": tenant, "subject": "Load", "body": "A body.", "recipients": [recipient]}),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 201:
            raise OSError(f"{answer.status} {body[:300]!r}")
        return json.loads(body)["id"]
    finally:
        connection.close()


def keep_sending(arguments, ended, answered, failed):
    while not ended.is_set():
        started = time.monotonic()
        try:
            answered.append((send(*arguments), time.monotonic() - started))
        except Exception as error:  # whatever it is, a request failed
            failed.append(repr(error))
        time.sleep(PAUSE)


def main():
    certificate, tenant, recipient, *tokens = sys.argv[1:]
    trust = ssl.create_default_context(cafile=certificate)
    ended, answered, failed = threading.Event(), [], []
    senders = [threading.Thread(target=keep_sending, args=((trust, recipient, tenant, token), ended, answered, failed))
               for token in tokens]
    for sender in senders:
        sender.start()
    while len(answered) + len(failed) < len(senders):
        time.sleep(0.01)
    print("sending", flush=True)
    sys.stdin.read()
    ended.set()
    for sender in senders:
        sender.join()
    json.dump({"ids": [number for number, _ in answered], "longest": max([seconds for _, seconds in answered], default=0),
               "failed": failed}, sys.stdout)


main()
