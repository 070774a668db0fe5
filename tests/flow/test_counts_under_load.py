"""Counts stay exact while everybody sends, reads, unreads and sees at once: tables, counters, answers and streams agree."""

import random
import secrets
import threading

from harbor.check import assert_rising
from harbor.wait import wait_until

MESSAGES = "/api/messaging/messages"
OVERLAY = {"stream": {"per_user": 50}}
ACTS = 50


class Actor:
    """One person, acting at random on what is in the own inbox."""

    def __init__(self, person, tenant, others, seed):
        self.person, self.tenant, self.others, self.rng = person, tenant, others, random.Random(seed)
        self.failures = []

    def run(self):
        try:
            for _ in range(ACTS):
                self.rng.choice((self.send, self.send, self.read, self.read, self.unread, self.read_all, self.see))()
        except Exception as error:
            self.failures.append(error)

    def send(self):
        self.person.send(self.tenant, self.rng.sample(self.others, self.rng.randint(1, len(self.others))))

    def read(self, word="read"):
        inbox = self.person.messages(self.tenant, limit=20)["items"]
        if inbox:
            self.person.post(f"{MESSAGES}/{self.rng.choice(inbox)['id']}/{word}")

    def unread(self):
        self.read("unread")

    def read_all(self):
        if self.rng.random() < 0.2:
            self.person.post(f"{MESSAGES}/read-all", {"tenantId": self.tenant.id})

    def see(self):
        self.person.post("/api/messaging/seen", {"tenantId": self.tenant.id, "cursor": self.person.messages(self.tenant)["cursor"]})


def recounted(database, tenant, email):
    """(unread, unseen) from the letters themselves."""
    seen = database.rows("SELECT SeenSeq FROM UnreadCounters WHERE TenantId = ? AND Email = ?", tenant.id, email)
    return database.one(
        "SELECT COUNT(*), COALESCE(SUM(m.CreatedSeq > ?), 0) FROM MessageRecipients r JOIN Messages m ON m.Id = r.MessageId "
        "WHERE m.TenantId = ? AND r.RecipientEmail = ? AND r.IsRead = 0", seen[0][0] if seen else 0, tenant.id, email)


def test_counts_are_exact_at_rest_after_everybody_acted_at_once(stack, world, streams):
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    tenant, *people = world.team("anna", "ben", "cleo", "dirk")
    opened = streams.open_all(people, tenant)
    actors = [Actor(person, tenant, [one for one in people if one is not person], seed + number)
              for number, person in enumerate(people * 2)]
    threads = [threading.Thread(target=actor.run) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failures = [failure for actor in actors for failure in actor.failures]
    assert not failures, failures[:3]

    for person, stream in zip(people, opened):
        want = recounted(stack.database, tenant, person.email)
        assert person.counts(tenant) == want, f"{person}: answers {person.counts(tenant)}, want {want}"
        version = person.get("/api/messaging/unread-count", tenantId=tenant.id)["version"]
        wait_until(lambda: frames(stream)[-1:] and frames(stream)[-1][2] >= version, 15,
                   lambda: f"the count of version {version} on {stream!r}: {frames(stream)[-2:]}")
        assert frames(stream)[-1] == (*want, version), f"{person}: the stream ends with {frames(stream)[-1]}"
        assert_rising([frame[2] for frame in frames(stream)], person.email)
        last = person.events(tenant)
        assert (last["unread"], last["unseen"], last["version"]) == (*want, version), last
    head = stack.database.head(tenant.id)[1]
    assert stack.database.seqs(tenant.id) == list(range(1, head + 1)), "the log is not dense"


def frames(stream):
    return [(item.data["unread"], item.data["unseen"], item.data["version"]) for item in stream.of_type("unread:count")]
