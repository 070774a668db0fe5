"""`bench send`: durable sends a second beside their floors."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import figures, system, wire
from .constant import Constant
from .harbor import SEND, Harbor, letter
from .programs import repeat

CLIENTS = (1, 16, 64)
DISKS = {"normal": None, "slow": 2}  # name → milliseconds added to each fdatasync
TENANT = "bench"
PEOPLE = 64
RECIPIENTS = 2
BODY = "What people write to each other is a few lines long, like this. " * 5
BATCH = 64


@dataclass(frozen=True)
class Pace:
    rounds: int
    longest_s: float
    harbor_s: float
    floor_s: float
    warmup_s: float


FULL = Pace(rounds=7, longest_s=160, harbor_s=1.5, floor_s=0.8, warmup_s=0.2)
QUICK = Pace(rounds=3, longest_s=28, harbor_s=0.7, floor_s=0.4, warmup_s=0.1)


def measure(programs, quick=False, *, pace=None, clients=CLIENTS, disks=DISKS):
    pace = pace or (QUICK if quick else FULL)
    with tempfile.TemporaryDirectory(prefix="hbb-") as folder, ExitStack() as stack:
        bench = SendBench(programs, Path(folder), stack, pace, clients, disks)
        return bench.result(repeat(bench.round, pace.rounds, pace.longest_s))


class SendBench:
    def __init__(self, programs, folder, stack, pace, clients, disks):
        self.programs, self.folder, self.pace, self.clients, self.disks = programs, folder, pace, clients, disks
        self.harbors = {disk: stack.enter_context(Harbor(programs, folder / disk, slow_disk_ms=delay))
                        for disk, delay in disks.items()}
        self.requests = {disk: _requests(harbor) for disk, harbor in self.harbors.items()}
        self.constant = stack.enter_context(Constant(programs, folder / "constant", self._sample_answer()))
        self.measured = {}  # name → one result per round

    def _sample_answer(self):
        harbor = next(iter(self.harbors.values()))
        return wire.ask_once(harbor.port, next(iter(self.requests.values()))[0])

    def round(self):
        """Everything once, our own and each floor by turns."""
        for disk in self.disks:
            self._sqlite(disk, "message")
            for count in self.clients:
                self._load(f"harbor {disk} {count}", self.harbors[disk], self.requests[disk], count, self.pace.harbor_s)
                if disk == next(iter(self.disks)):  # it has no disk
                    self._load(f"constant {count}", self.constant, self.requests[disk], count, self.pace.floor_s)
            self._sqlite(disk, "send")
            self._sqlite(disk, "send", BATCH)

    def _load(self, name, server, requests, clients, seconds):
        plan = {"port": server.port, "expect": 201, "clients": clients, "warmup": self.pace.warmup_s,
                "seconds": seconds, "requests": requests}
        meter = system.Meter(server.pids())
        result = self.programs.client("requests", plan)
        result["cpu_us"] = {part: round(spent / result["answered"], 1) for part, spent in meter.spent_us().items()}
        self.measured.setdefault(name, []).append(result)

    def _sqlite(self, disk, rows, per_commit=1):
        result = self.programs.sqlite(
            self.folder / f"bare-{disk}-{rows}-{per_commit}.db", rows, per_commit=per_commit, recipients=RECIPIENTS,
            body_bytes=len(BODY), seconds=self.pace.floor_s, slow_disk=self.disks[disk] is not None)
        self.measured.setdefault(f"sqlite {disk} {rows} {per_commit}", []).append(result)

    def rates(self, name):
        return [one["rate"] for one in self.measured[name]]

    def result(self, rounds):
        result = figures.Result(detail=self.measured)
        result.lines = [
            f"send: durable sends a second through nginx, {RECIPIENTS} recipients, {len(BODY)} bytes; "
            f"{rounds} rounds of {self.pace.harbor_s} s",
            "absolute: median (least–most); ratios: geometric mean (95 % interval); CPU: µs a send, all threads", ""]
        result.lines += figures.table([_HEAD, *self._rows(result.figures)])
        result.lines += ["", *figures.table([_FLOOR_HEAD, *self._floor_rows(result.figures)])]
        return result

    def _rows(self, out):
        for disk in self.disks:
            for count in self.clients:
                ours = self.rates(f"harbor {disk} {count}")
                ratios = {
                    "constant": figures.ratio(ours, self.rates(f"constant {count}")),
                    "sqlite_message": figures.ratio(ours, self.rates(f"sqlite {disk} message 1")),
                    "sqlite_send": figures.ratio(ours, self.rates(f"sqlite {disk} send 1")),
                    "batched_sqlite": figures.ratio(ours, self.rates(f"sqlite {disk} send {BATCH}")),
                }
                out[f"send_rate_{disk}_{count}"] = round(figures.spread(ours).middle, 1)
                out.update({f"send_vs_{floor}_{disk}_{count}": round(one.middle, 4) for floor, one in ratios.items()})
                yield [disk, str(count), figures.spread(ours).text(), *self._times(f"harbor {disk} {count}"),
                       *(one.text("{:.2f}") for one in ratios.values())]
        if "normal" in self.disks and 64 in self.clients:
            out["send_rate_vs_batched_sqlite"] = out["send_vs_batched_sqlite_normal_64"]

    def _times(self, name):
        """p50 and p99 in ms, CPU of the workers and of nginx; medians over the rounds."""
        rounds = self.measured[name]
        middle = [figures.spread([one["latency_us"][key] for one in rounds]).middle / 1000 for key in ("p50", "p99")]
        cpu = [figures.spread([one["cpu_us"][part] for one in rounds]).middle for part in ("api", "nginx")]
        return [*(f"{value:.2f}" for value in middle), *(f"{value:.0f}" for value in cpu)]

    def _floor_rows(self, out):
        for count in self.clients:
            name = f"constant {count}"
            out[f"constant_rate_{count}"] = round(figures.spread(self.rates(name)).middle, 1)
            yield ["constant responder", str(count), figures.spread(self.rates(name)).text(), *self._times(name)]
        for disk in self.disks:
            for rows, per_commit, words in (("message", 1, "one row"), ("send", 1, "send's rows"),
                                            ("send", BATCH, f"send's rows, {BATCH} a commit")):
                name = f"sqlite {disk} {rows} {per_commit}"
                out[f"sqlite_{rows}_rate_{disk}_{per_commit}"] = round(figures.spread(self.rates(name)).middle, 1)
                commit = [figures.spread([one["latency_us"][key] for one in self.measured[name]]).middle / 1000
                          for key in ("p50", "p99")]
                yield [f"bare SQLite, {disk} disk: {words}", "", figures.spread(self.rates(name)).text(),
                       *(f"{value:.2f}" for value in commit), "", ""]


_HEAD = ["disk", "clients", "sends/s", "p50 ms", "p99 ms", "api µs", "nginx µs", "/ constant", "/ SQLite, one row",
         "/ SQLite, send's rows", f"/ SQLite, {BATCH} a commit"]
_FLOOR_HEAD = ["floor", "clients", "a second", "p50 ms", "p99 ms", "worker µs", "nginx µs"]


def _requests(harbor):
    """Each of the people writes to the next two."""
    people = harbor.team(TENANT, PEOPLE)
    return [wire.request("POST", SEND, person.token,
                         letter(TENANT, [people[(number + step) % PEOPLE] for step in range(1, RECIPIENTS + 1)],
                                "A subject as people write it", BODY))
            for number, person in enumerate(people)]
