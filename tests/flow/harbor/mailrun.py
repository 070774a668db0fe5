"""The main job as one run: the people of the real mail in one tenant, each with a stream, all letters
sent as their senders, while a second tenant sends its own. Then every stream is held against the log.

Counts are checked against `Ledger`, which knows what each person must have been told at each Seq.
"""

import json
import random
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import mail
from .check import assert_exactly_once_in_order, assert_rising
from .wait import wait_until
from .world import World, letter

SEND = "/api/messaging/send"


class Ledger:
    """One tenant's sent messages by Seq, and what they mean to each person (nobody reads)."""

    def __init__(self, tenant):
        self.tenant, self.sent = tenant, {}
        self._lock = threading.Lock()

    def add(self, answer, sender, recipients):
        message = answer.json
        with self._lock:
            assert message["version"] not in self.sent, f"two messages have Seq {message['version']}"
            self.sent[message["version"]] = (message, sender, frozenset(recipients))

    def for_reader(self, email):
        """[(seq, message)] that this person's stream must carry."""
        return [(seq, message) for seq, (message, sender, recipients) in sorted(self.sent.items())
                if email == sender or email in recipients]

    def unread(self, email, version):
        return sum(email in recipients for seq, (_, _, recipients) in self.sent.items() if seq <= version)

    def is_recipient(self, email, seq):
        return email in self.sent[seq][2]


class MailRun:
    def __init__(self, stack, streams, shared_data, *, retry=False, reconnect=False, pause_s=0, seed=None):
        """`pause_s` between two letters makes the run last long enough for what shall happen meanwhile."""
        self.stack, self.streams, self.retry, self.reconnect, self.pause_s = stack, streams, retry, reconnect, pause_s
        self.seed = secrets.randbits(32) if seed is None else seed
        self.rng = random.Random(self.seed)
        print(f"seed {self.seed}")
        self.tag = secrets.token_hex(3)
        self.letters, names = mail.load(shared_data)
        world = World(stack)
        with ThreadPoolExecutor(4) as pool:
            made = pool.map(lambda item: world.new_person(item[1], email=self._own(item[0])), names.items())
            self.people = dict(zip(names, made))
            self.others = list(pool.map(world.new_person, ("Olga", "Otto", "Odile")))
        self.both = self.people["cworth@cworth.org"]
        self.tenant = world.tenant(*self.people.values(), prefix="mail")
        self.other_tenant = world.tenant(*self.others, self.both, prefix="other")
        self.ledger, self.other_ledger = Ledger(self.tenant), Ledger(self.other_tenant)
        self.ids, self.slowest_s = {}, 0

    def _own(self, address):
        """An address of the mail, made this run's own: several runs share a stack."""
        local, domain = address.split("@")
        return f"{local}@{self.tag}.{domain}"

    def open_streams(self):
        self.own = {name: self.streams.open(person, self.tenant, reconnect=self.reconnect)
                    for name, person in self.people.items()}
        self.foreign = [self.streams.open(person, self.other_tenant, reconnect=self.reconnect)
                        for person in [*self.others, self.both]]
        for stream in [*self.own.values(), *self.foreign]:
            stream.wait_hello()

    def send_all(self, before_letter=lambda index: None):
        """All letters in order, while another thread sends in the second tenant until they are out."""
        done, failures = threading.Event(), []
        other = threading.Thread(target=self._send_in_the_other_tenant, args=(done, failures))
        other.start()
        try:
            for index, item in enumerate(self.letters):
                before_letter(index)
                self._send_letter(item)
                time.sleep(self.pause_s)
        finally:
            done.set()
            other.join()
        assert not failures, f"second tenant: {failures[0]}"

    def _send_letter(self, item):
        recipients = [self.people[address].email for address in item.recipients]
        more = {"replyToMessageId": self.ids[item.parent]} if item.parent else {}
        sender = self.people[item.sender]
        began = time.monotonic()
        answer = self._post(sender, letter(self.tenant, recipients, item.subject, item.body, **more))
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        self.ids[item.external_id] = answer.json["id"]
        self.ledger.add(answer, sender.email, recipients)

    def _send_in_the_other_tenant(self, done, failures):
        members = [*self.others, self.both]
        number, choice = 0, random.Random(self.seed)
        try:
            while not done.is_set() or number < 20:
                number += 1
                sender = self.others[number % len(self.others)]
                possible = [person.email for person in members if person is not sender]
                recipients = choice.sample(possible, choice.randint(1, len(possible)))
                answer = self._post(sender, letter(self.other_tenant, recipients, f"globex-secret {number}", "globex-body"))
                self.other_ledger.add(answer, sender.email, recipients)
                done.wait(0.02)
        except Exception as error:  # handed to the test's own thread
            failures.append(error)

    def _post(self, sender, body):
        if self.retry:
            return sender.client.post_until_created(SEND, body, key=secrets.token_hex(12))
        answer = sender.client.post(SEND, body)
        assert answer.status == 201, f"send by {sender.email}: got {answer}, want 201"
        return answer

    def verify(self, timeout_s=30):
        assert len(self.ids) == 52, f"{len(self.ids)} letters have an id, want 52"
        for name, person in self.people.items():
            self._verify_stream(self.own[name], person.email, self.ledger, timeout_s)
        for stream in self.foreign:
            self._verify_stream(stream, stream.name, self.other_ledger, timeout_s)
        self._verify_nothing_crossed()
        self._verify_database(self.tenant, self.ledger)
        self._verify_database(self.other_tenant, self.other_ledger)
        self._verify_payloads()

    def _verify_stream(self, stream, email, ledger, timeout_s):
        want = ledger.for_reader(email)
        epoch = ledger.tenant.head.split(".")[0]
        want_ids = [f"{epoch}.{seq}" for seq, _ in want]
        wait_until(lambda: len(stream.news) >= len(want_ids), timeout_s,
                   lambda: f"{len(want_ids)} events on {stream!r}, which has {len(stream.news)}")
        assert_exactly_once_in_order(stream.ids, want_ids, f"{email} in {ledger.tenant.id}")
        assert_rising([item.seq for item in stream.news], email)
        got = [(item.type, item.data["data"]["messageId"]) for item in stream.news]
        assert got == [("message:new", message["id"]) for _, message in want], f"{email}: got {got}"
        assert stream.violations == [], f"{email}: {stream.violations}"
        self._verify_counts(stream, email, ledger)

    @staticmethod
    def _verify_counts(stream, email, ledger):
        """Live events that move the person's counts follow their count frame at once; every count is right."""
        counted, before, behind = 0, None, 0
        for item in list(stream.received):
            if item.type in ("unread:count", "hello", "resync"):
                want = ledger.unread(email, item.data["version"])
                got = item.data["unread"], item.data["unseen"]
                assert got == (want, want), f"{email}: {item} at version {item.data['version']}, want {want}"
            if item.type == "hello":
                behind = int(item.data["cursor"].split(".")[1]) + item.data["behind"]
            if item.is_logged and ledger.is_recipient(email, item.seq) and item.seq > behind:
                counted += 1
                # A reconnect may fall between two pages of a replay; then the log has grown since hello.
                assert before is not None and (before.type == "unread:count" and before.data["version"] == item.seq
                                               or item.connection > 0), f"{email}: {before} before {item}, want its count"
            before = item
        return counted

    def _verify_nothing_crossed(self):
        for stream in self.foreign:
            for item in self.letters:
                for text in (item.stored_subject, item.external_id, self.tenant.id):
                    assert not contains(stream.raw, text), f"{stream!r} carries {text!r} of {self.tenant.id}"
            for name, person in self.people.items():
                if person is not self.both:
                    assert not contains(stream.raw, person.email), f"{stream!r} carries {person.email}"
        for stream in self.own.values():
            for text in ("globex-secret", "globex-body", self.other_tenant.id, *(one.email for one in self.others)):
                assert not contains(stream.raw, text), f"{stream!r} carries {text!r} of {self.other_tenant.id}"

    def _verify_database(self, tenant, ledger):
        rows = self.stack.database.message_ids(tenant.id)
        answered = sorted(message["id"] for message, _, _ in ledger.sent.values())
        assert_exactly_once_in_order(rows, answered, f"Messages of {tenant.id} against the 201 answers")
        seqs = self.stack.database.seqs(tenant.id)
        _, head, floor = self.stack.database.head(tenant.id)
        assert seqs == list(range(floor + 1, head + 1)), f"{tenant.id}: the log {seqs} is not dense up to {head}"

    def _verify_payloads(self):
        """What a stream said of each letter is what was sent, threads kept."""
        by_id = {self.ids[item.external_id]: item for item in self.letters}
        for stream in self.own.values():
            for received in stream.news:
                payload = received.data["data"]["payload"]
                item = by_id[payload["id"]]
                got = payload["subject"], payload["senderEmail"], payload["inReplyTo"], payload["recipientCount"]
                want = (item.stored_subject, self.people[item.sender].email, self.ids.get(item.parent),
                        len(item.recipients))
                assert got == want, f"{stream.name}: got {got}, want {want}"
                assert received.data["data"]["tenantId"] == self.tenant.id
                assert payload["version"] == received.seq, f"{received}: version {payload['version']}"


def contains(raw, text):
    """In the bytes as they are, or as JSON may escape them."""
    forms = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
    return any(form.encode() in raw for form in forms)
