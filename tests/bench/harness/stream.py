"""`bench stream`: from the moment a POST leaves to its frame on each stream, with Redis and without."""

import itertools
import random
import tempfile
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from . import figures, system, wire
from .constant import Constant
from .harbor import SEND, Harbor, letter
from .programs import repeat

TENANT = "bench"
STREAMS = 100
BODY = "What people write to each other is a few lines long, like this. " * 5
GRACE_S = 10  # in which a delivery may come before it counts as missing
REDIS = {"redis": True, "no_redis": False}


@dataclass(frozen=True)
class Kind:
    """Messages of one kind: to how many of the readers, and how many a second."""

    name: str
    recipients: int
    rate: float


KINDS = (Kind("all", STREAMS, 20), Kind("two", 2, 100))


@dataclass(frozen=True)
class Pace:
    rounds: int
    longest_s: float
    seconds: float


FULL = Pace(rounds=5, longest_s=150, seconds=4)
QUICK = Pace(rounds=2, longest_s=25, seconds=1.2)


def measure(programs, quick=False, *, pace=None):
    pace = pace or (QUICK if quick else FULL)
    with tempfile.TemporaryDirectory(prefix="hbb-") as folder, ExitStack() as stack:
        bench = StreamBench(programs, Path(folder), stack, pace)
        return bench.result(repeat(bench.round, pace.rounds, pace.longest_s))


class StreamBench:
    def __init__(self, programs, folder, stack, pace):
        self.programs, self.pace = programs, pace
        self.harbor = stack.enter_context(Harbor(programs, folder / "harbor"))
        self.sender, *self.readers = self.harbor.team(TENANT, STREAMS + 1)
        answer = wire.ask_once(self.harbor.port, self._post([self.readers[0]], "A first one"))
        self.constant = stack.enter_context(Constant(programs, folder / "constant", answer))
        self.random = random.Random(1)
        self.tags = itertools.count(1)
        self.measured = {}  # name → one result per round

    def round(self):
        for way, with_redis in REDIS.items():
            with nullcontext() if with_redis else self.harbor.without_redis():
                for kind in KINDS:
                    self._streams(f"{way} {kind.name}", self.harbor, kind, self.readers)
        self._streams("constant two", self.constant, KINDS[-1], [])

    def _streams(self, name, server, kind, readers):
        """One plan carried out; without readers only the posts' answers are timed."""
        mark = f"#{next(self.tags)}."
        plan = {"port": server.port, "expect": 201, "greeting": "event: hello", "mark": mark, "grace": GRACE_S,
                "streams": [wire.request("GET", f"/api/messaging/stream/{TENANT}", one.token) for one in readers],
                "posts": [self._paced_post(number, at, kind, mark, readers)
                          for number, at in enumerate(self._times(kind.rate))]}
        meter = system.Meter(server.pids())
        result = self.programs.client("streams", plan)
        result["cpu_us"] = meter.spent_us()
        self.measured.setdefault(name, []).append(result)

    def _times(self, rate):
        """About `rate` a second, at irregular moments: whatever beats in the product is met at all its phases."""
        at = 0.0
        while at < self.pace.seconds:
            yield at
            at += self.random.uniform(0.5, 1.5) / rate

    def _paced_post(self, number, at, kind, mark, readers):
        audience = self.random.sample(range(len(readers)), kind.recipients) if readers else []
        recipients = [self.readers[index] for index in audience] or self.readers[:kind.recipients]
        return {"at": at, "audience": audience, "request": self._post(recipients, f"Subject {mark}{number}#")}

    def _post(self, recipients, subject):
        return wire.request("POST", SEND, self.sender.token, letter(TENANT, recipients, subject, BODY))

    def result(self, rounds):
        result = figures.Result(detail=self.measured)
        result.lines = [
            f"stream: POST → frame on {STREAMS} streams of one tenant, {len(BODY)} bytes; "
            f"{rounds} rounds of {self.pace.seconds} s; ms: median over the rounds (least–most)", ""]
        result.lines += figures.table([_HEAD, *self._rows(result.figures)])
        deliveries = sum(one["deliveries"] for rounds in self.measured.values() for one in rounds)
        result.lines += ["", f"{deliveries:,} deliveries, each exactly once and to its readers only."]
        return result

    def _rows(self, out):
        for way in REDIS:
            for kind in KINDS:
                name = f"{way} {kind.name}"
                out.update({f"stream_{part}_{key}_ms_{way}_{kind.name}": round(self._ms(name, f"{part}_us", key).middle, 3)
                            for part in ("delay", "answer") for key in ("p50", "p99")})
                yield [way.replace("_", " "), f"to {kind.name}, {kind.rate}/s",
                       *(self._ms(name, "delay_us", key).text("{:.2f}") for key in ("p50", "p99", "max")),
                       *(self._ms(name, "answer_us", key).text("{:.2f}") for key in ("p50", "p99"))]
        out.update({f"constant_answer_{key}_ms": round(self._ms("constant two", "answer_us", key).middle, 3)
                    for key in ("p50", "p99")})
        yield ["floor", f"constant responder, {KINDS[-1].rate}/s", "", "", "",
               *(self._ms("constant two", "answer_us", key).text("{:.2f}") for key in ("p50", "p99"))]

    def _ms(self, name, what, key):
        return figures.spread([one[what][key] / 1000 for one in self.measured[name]])


_HEAD = ["", "messages", "frame p50", "frame p99", "frame max", "answer p50", "answer p99"]
