"""300 streams, cut at random bytes and resumed by Last-Event-ID as often as it happens, equal the log."""

import random
import secrets
import threading

from harbor.check import assert_exactly_once_in_order, assert_rising
from harbor.wait import wait_until

OVERLAY = {"stream": {"per_user": 200, "heartbeat": "300 ms"}, "log": {"page": 7}}
NAMES = ["Ada", "Bea", "Cem", "Dov", "Eva", "Fay", "Gil", "Hal", "Ida", "Jan"]
EACH, LETTERS, CUTS = 30, 80, 4


def cuts(rng):
    """Bytes of body after which a connection is cut; the connection after the last cut lives on."""
    for _ in range(rng.randint(1, CUTS)):
        yield rng.choice((rng.randint(1, 40), rng.randint(1, 400), rng.randint(1, 6000)))


def test_300_streams_cut_at_random_bytes_and_resumed_equal_the_log(stack, world, streams):
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    tenant, *people = world.team(*NAMES)
    start = tenant.head
    opened = [streams.open(person, tenant, reconnect=True, cursor=start, cuts=cuts(random.Random(rng.random())))
              for person in people for _ in range(EACH)]
    expected, failures = {person.email: [] for person in people}, []
    plan = [(sender, rng.sample([one for one in people if one is not sender], rng.randint(1, 6)))
            for sender in (rng.choice(people) for _ in range(LETTERS))]

    def send_all():
        try:
            for number, (sender, recipients) in enumerate(plan):
                message = sender.send(tenant, recipients, f"letter {number} ✂", "✂" * rng.randint(1, 150))
                for person in {sender, *recipients}:
                    expected[person.email].append(message["version"])
        except Exception as error:
            failures.append(error)

    sender = threading.Thread(target=send_all)
    sender.start()
    sender.join()
    assert not failures, failures
    epoch = start.split(".")[0]
    want = {email: [f"{epoch}.{seq}" for seq in seqs] for email, seqs in expected.items()}
    wait_until(lambda: all(stream.ids[-1:] == want[stream.name][-1:] for stream in opened), 60,
               lambda: [stream for stream in opened if stream.ids[-1:] != want[stream.name][-1:]][:3], every_s=0.1)
    for stream in opened:
        assert_exactly_once_in_order(stream.ids, want[stream.name], repr(stream))
        assert_rising([item.seq for item in stream.news], repr(stream))
        assert stream.violations == [], f"{stream!r}: {stream.violations}"
        assert not any(hello.data["gap"] for hello in stream.of_type("hello")), f"{stream!r} was told a gap"
    streams.close()
    wait_until(lambda: stack.connections("sse") <= 1, 15, lambda: f"the end of {stack.connections('sse')} ghost streams")
    cut = sum(connection.ended == "cut" for stream in opened for connection in stream.connections)
    print(f"{cut} cuts, {sum(len(stream.connections) for stream in opened)} connections")
    assert cut >= len(opened), f"only {cut} cuts on {len(opened)} streams: the test tests too little"
