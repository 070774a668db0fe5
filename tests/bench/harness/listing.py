"""`bench listing`: what lists, counts and searches cost in a large tenant and in a small one."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import figures

PEOPLE = 10_000


@dataclass(frozen=True)
class Pace:
    small: int
    large: int
    rounds: int


FULL = Pace(small=10_000, large=1_000_000, rounds=20)
QUICK = Pace(small=10_000, large=100_000, rounds=10)


def measure(programs, quick=False, *, pace=None):
    pace = pace or (QUICK if quick else FULL)
    with tempfile.TemporaryDirectory(prefix="hbb-") as folder:
        small, large = Path(folder) / "small.db", Path(folder) / "large.db"
        fill_s = {path.stem: programs.fill_mailboxes(path, messages)
                  for path, messages in ((small, pace.small), (large, pace.large))}
        measured = programs.listing(small, large, pace.rounds)
    return _result(pace, fill_s, measured)


def _result(pace, fill_s, measured):
    sizes = f"{_short(pace.large)}_vs_{_short(pace.small)}"
    result = figures.Result(detail={"fill_seconds": fill_s, "cpu_us": measured})
    ratios = {kind: sides["large"]["p50"] / sides["small"]["p50"] for kind, sides in measured.items()}
    for what in ("inbox", "unread", "search"):
        of_it = {kind: ratio for kind, ratio in ratios.items() if kind.split()[0].strip(",") == what and "list" not in kind}
        result.figures[f"{what}_cost_{sizes}"] = round(_total(measured, of_it, "large") / _total(measured, of_it, "small"), 3)
        result.figures[f"{what}_worst_cost_{sizes}"] = round(max(of_it.values()), 3)
    result.lines = [
        f"listing: CPU of an api worker in µs a request, {PEOPLE:,} people, {pace.small:,} and {pace.large:,} messages",
        "fixed: people whose mailboxes are the same in both (120 messages); busy: the largest mailboxes, which grow", "",
        *figures.table([_HEAD, *(_row(kind, sides, ratios[kind]) for kind, sides in measured.items())]), "",
        *(f"{name} {value:.2f}" for name, value in result.figures.items()),
        f"filled in {fill_s['small']:.0f} s and {fill_s['large']:.0f} s"]
    return result


_HEAD = ["request", "of", "small p50", "p99", "large p50", "p99", "ratio of p50"]


def _row(kind, sides, ratio):
    name, who = kind.rsplit(", ", 1)
    costs = [f"{sides[side][key]:,.0f}" for side in ("small", "large") for key in ("p50", "p99")]
    return [name, who, *costs, f"{ratio:.2f}"]


def _total(measured, kinds, side):
    return sum(measured[kind][side]["p50"] for kind in kinds)


def _short(count):
    return f"{count // 1_000_000}m" if count % 1_000_000 == 0 else f"{count // 1000}k"
