#!/usr/bin/python3
"""Proves the tests: with each defect switched on (HARBOR_MUTANT, core/mutant.h) its test must fail, without any it must pass.

  run.py --bin DIR [NAME…]

A mutant counts as found only if a test's own assertion failed; a stack that does not start proves nothing.
Exit codes: 0 all found, 1 one was not (or the tests fail without a defect).
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Defect: the test that must notice it, the quickest that does.
FLOW, CHAOS = "tests/flow/test_", "tests/chaos/test_"
MUTANTS = {
    "deliver_from_notification": FLOW + "notifications.py::test_letters_that_were_announced_while_the_worker_was_frozen_arrive_whole",
    "answer_before_commit": CHAOS + "durability.py::test_an_answered_letter_can_be_read_at_once_on_a_slow_disk",
    "skip_revocation_read": FLOW + "revocation.py::test_what_was_not_yet_written_at_the_revocation_never_is",
    "max_seq_plus_one": FLOW + "pruned_to_nothing.py::test_numbering_goes_on_after_everything_was_pruned",
    "count_after_event": FLOW + "counts.py::test_the_count_frame_comes_without_id_directly_before_its_event_in_the_same_write",
    "no_idempotency_check": FLOW + "idempotency.py::test_200_parallel_copies_make_one_message_and_200_identical_answers",
    "no_audience_filter": FLOW + "stream.py::test_only_the_audience_receives_an_event",
    "no_tenant_check": FLOW + "isolation.py::test_a_foreign_id_and_a_missing_one_are_refused_alike",
}


def run(tests, bin_folder, mutant=None):
    """(passed, failed, errors, output) of these tests; stops at the first failure."""
    environment = {**os.environ, "HARBOR_BIN": str(bin_folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("HARBOR_MUTANT", None)
    if mutant:
        environment["HARBOR_MUTANT"] = mutant
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = ["/usr/bin/python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"--junitxml={report.name}"]
        done = subprocess.run(command + tests, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        try:
            suite = next(xml.parse(report.name).iter("testsuite"))
        except (xml.ParseError, StopIteration):
            return 0, 0, 1, done.stdout
    total, failed, errors, skipped = (int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped"))
    return total - failed - errors - skipped, failed, errors, done.stdout


def judge(name, bin_folder):
    began = time.monotonic()
    _, failed, _, output = run([MUTANTS[name]], bin_folder, name)
    found = failed > 0
    print(f"{'found' if found else 'NOT FOUND'}  {name}  ({time.monotonic() - began:.1f} s)", flush=True)
    if not found:
        print(output[-3000:])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MUTANTS))
    options = parser.parse_args()
    names, bin_folder = options.names or list(MUTANTS), options.bin.resolve()

    passed, failed, errors, output = run(sorted(MUTANTS[name] for name in names), bin_folder)
    if failed or errors or not passed:
        print(output[-5000:])
        print("the chosen tests fail without any defect: they prove nothing")
        return 1
    print(f"passed without a defect: {passed} tests", flush=True)
    missed = [name for name in names if not judge(name, bin_folder)]
    print(f"{len(names) - len(missed)} of {len(names)} mutants found" + (f"; not: {', '.join(missed)}" if missed else ""))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
