"""Statistics of rounds, and their tables. A round measures everything once; ratios are taken within a round."""

import math
import statistics
from dataclasses import dataclass, field

# Student's t for 95 %, by degrees of freedom; from 30 on as good as the normal's.
_T = [0, 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10,
      2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05]


@dataclass
class Result:
    lines: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)
    detail: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    middle: float
    low: float
    high: float

    def text(self, form="{:,.0f}"):
        return f"{form.format(self.middle)} ({form.format(self.low)}–{form.format(self.high)})"


def spread(values):
    """Median, least and most."""
    return Spread(statistics.median(values), min(values), max(values))


def ratio(ours, theirs):
    """The geometric mean of the rounds' ratios and its 95 % interval."""
    logs = [math.log(a / b) for a, b in zip(ours, theirs)]
    middle = statistics.fmean(logs)
    if len(logs) < 2:
        return Spread(math.exp(middle), 0.0, math.inf)
    freedom = len(logs) - 1
    t = _T[freedom] if freedom < len(_T) else 1.96
    half = t * statistics.stdev(logs) / math.sqrt(len(logs))
    return Spread(math.exp(middle), math.exp(middle - half), math.exp(middle + half))


def table(rows):
    """Rows of texts, the first one being the head; columns as wide as they need, numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if i < 2 else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return [lines[0], "-" * max(map(len, lines)), *lines[1:]]
