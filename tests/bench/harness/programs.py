"""The compiled programs: where they are, and how one is run to its end."""

import json
import os
import subprocess
import time


class BenchError(Exception):
    """There is no figure: something failed, or an answer was wrong."""


class Programs:
    def __init__(self, folder):
        self.folder = folder.resolve()
        self.slow_fdatasync = self.folder.parent / "lib" / "libharbor-slow-fdatasync.so"

    def path(self, name):
        found = self.folder / name
        if not found.exists():
            raise BenchError(f"{found} is not built")
        return found

    def client(self, what, plan, longest_s=120):
        """What harbor-bench-client has measured; what: requests or streams."""
        return self._run([self.path("harbor-bench-client"), what], longest_s, stdin=json.dumps(plan))

    def sqlite(self, database, rows, *, per_commit=1, recipients, body_bytes, seconds, slow_disk):
        words = [database, rows, per_commit, recipients, body_bytes, seconds]
        # ASan, where the programs are built with it, otherwise insists on being the first to be loaded.
        preload = {"LD_PRELOAD": str(self.slow_fdatasync), "ASAN_OPTIONS": "verify_asan_link_order=0"} if slow_disk else {}
        return self._run([self.path("harbor-bench-sqlite"), *words], seconds + 30, env={**os.environ, **preload})

    def fill_mailboxes(self, database, messages, longest_s=1800):
        """Seconds that it took."""
        begin = time.monotonic()
        self._run([self.path("harbor-bench-listing"), "fill", database, messages], longest_s)
        return time.monotonic() - begin

    def listing(self, small, large, rounds, longest_s=600):
        return self._run([self.path("harbor-bench-listing"), "measure", small, large, rounds], longest_s)

    @staticmethod
    def _run(command, longest_s, *, stdin="", env=None):
        words = [str(word) for word in command]
        try:
            done = subprocess.run(words, input=stdin, text=True, capture_output=True, timeout=longest_s, env=env)
        except subprocess.TimeoutExpired as error:
            raise BenchError(f"{' '.join(words[:2])} has not ended after {longest_s} s") from error
        if done.returncode != 0:
            raise BenchError(done.stderr.strip() or f"{words[0]}: exit {done.returncode}")
        return json.loads(done.stdout or "null")


def repeat(measure_round, most, longest_s):
    """Rounds until there are so many, or the next would take longer than there is time; how many there were."""
    begin, longest_round, rounds = time.monotonic(), 0.0, 0
    while rounds < most and time.monotonic() - begin + longest_round <= longest_s:
        round_begin = time.monotonic()
        measure_round()
        longest_round = max(longest_round, time.monotonic() - round_begin)
        rounds += 1
    return rounds
