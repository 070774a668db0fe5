#!/usr/bin/python3
"""Measurements of Harbor, each beside its floors in the same run.

  ./dev bench send   [--quick] [--json FILE]    durable sends a second, at this disk's speed and with a 2 ms fdatasync
  ./dev bench stream [--quick] [--json FILE]    from POST to the frame on 100 streams, with Redis and without
  ./dev bench listing [--quick] [--json FILE]   lists, counts and searches at 1,000,000 messages and at 10,000

The first two each take at most three minutes, with --quick 40 seconds; --bin DIR measures other programs than build/release/bin.
Every answer and every delivery is checked: one that is wrong, missing or doubled ends the measurement with 1.
Ratios are the figures to keep: products and floors take turns (A B A B), so that a busy machine hits them alike.
"""

import argparse
import json
import signal
import sys
from pathlib import Path

from harness import listing, send, stream
from harness.programs import BenchError, Programs
from harness.system import Load

ROOT = Path(__file__).resolve().parents[2]


def main():
    options = _options()
    if options is None:
        print(__doc__.strip())
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    load = Load()
    try:
        result = options.measure(Programs(options.bin), options.quick)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    others = load.others_share()
    print("\n".join(result.lines))
    print(f"\nOther processes took {others:.0%} of the machine's CPU meanwhile" +
          ("; absolute figures would be better without them." if others > 0.05 else "."))
    if options.json:
        result.detail["others_cpu_share"] = round(others, 3)
        Path(options.json).write_text(json.dumps({"figures": result.figures, "detail": result.detail}, indent=1) + "\n")
    return 0


def _interrupt(*_):
    raise KeyboardInterrupt


def _options():
    if len(sys.argv) < 2:
        return None
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    subjects = parser.add_subparsers(required=True, metavar="SUBJECT")
    for name, measure in (("send", send.measure), ("stream", stream.measure), ("listing", listing.measure)):
        subject = subjects.add_parser(name)
        subject.set_defaults(measure=measure)
        subject.add_argument("--quick", action="store_true", help="shorter, with wider intervals")
        subject.add_argument("--json", metavar="FILE", help="also write the figures there")
        subject.add_argument("--bin", metavar="DIR", type=Path, default=ROOT / "build" / "release" / "bin")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
