#!/usr/bin/python3
"""Runs one fuzz target under libFuzzer and says how it went.

  run.py PROGRAM FOLDER…        a program of build/fuzz/bin, and the corpora that it starts from

HARBOR_FUZZ_SECONDS is for how long (60). What it finds stays in ./corpus/TARGET of the working directory for the next
run, what ends it in ./failures/, one line of figures in ./figures/TARGET. Exit codes: 0 nothing was found, 1 a property was broken.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

LONGEST_INPUT = 8192
ONE_INPUT_SECONDS = 10
MEMORY_MB = 2048


def from_hex(text):
    """The bytes of a `.hex` seed: hexadecimal text, comments from '#' on (as replay.cpp reads it)."""
    return bytes.fromhex("".join(line.partition("#")[0] for line in text.splitlines()))


def fill(corpus, folders):
    """The seeds as libFuzzer reads them, beside what earlier runs found."""
    corpus.mkdir(parents=True, exist_ok=True)
    for folder in map(Path, folders):
        for seed in sorted(folder.iterdir()):
            data = from_hex(seed.read_text()) if seed.suffix == ".hex" else seed.read_bytes()
            (corpus / f"seed-{seed.name}").write_bytes(data[:LONGEST_INPUT])


def summary(name, output):
    """One line of figures from libFuzzer's own."""
    counters = re.search(r"\((\d+) inline 8-bit counters\)", output)
    states = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)/", output)
    rate = re.search(r"stat::average_exec_per_sec:\s+(\d+)", output)
    runs = re.search(r"stat::number_of_executed_units:\s+(\d+)", output)
    edges, features, inputs = states[-1] if states else ("?", "?", "?")
    of = f" of {counters.group(1)} in the program" if counters else ""
    return (f"{name}: {runs.group(1) if runs else '?'} runs, {rate.group(1) if rate else '?'}/s, {edges} edges{of}, "
            f"{features} features, {inputs} inputs kept")


def main():
    program, folders = Path(sys.argv[1]).resolve(), sys.argv[2:]
    name = program.name.removeprefix("harbor-fuzz-")
    seconds = int(os.environ.get("HARBOR_FUZZ_SECONDS", "60"))
    corpus, failures = Path("corpus") / name, Path("failures")
    fill(corpus, folders)
    failures.mkdir(exist_ok=True)
    command = [program, f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", f"-timeout={ONE_INPUT_SECONDS}",
               f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=1", f"-artifact_prefix={failures}/{name}-", corpus]
    environment = {**os.environ, "UBSAN_OPTIONS": "print_stacktrace=1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, check=False,
                          timeout=seconds + 300)
    output = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        print(output[-12000:])
    figures = summary(name, output)
    print(figures)
    Path("figures").mkdir(exist_ok=True)
    (Path("figures") / name).write_text(figures + "\n")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
