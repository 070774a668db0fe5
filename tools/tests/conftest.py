"""Stacks of stand-ins: the real supervisor, Redis and nginx around workers that do next to nothing."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[1]
PROGRAMS = ("harbor-api", "harbor-sse", "harbor-jobs", "harborctl")


class Stack:
    """One state directory; `run` and `ctl` are stack.py's own commands."""

    def __init__(self, folder):
        self.state = folder / "state"
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        for name in PROGRAMS:
            (self.bin / name).symlink_to(TOOLS / "tests" / "stand_in.py")

    def call(self, *words, expect=0, timeout=60):
        done = subprocess.run([sys.executable, TOOLS / "stack.py", *map(str, words)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == expect, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def run(self, *options, expect=0):
        return self.call("run", "--bin", self.bin, "--state", self.state, "--port", 0, "--detach", *options,
                         expect=expect)

    def stop(self, expect=0):
        return self.call("stop", "--state", self.state, expect=expect)

    def ctl(self, *words, expect=0):
        return self.call("ctl", "--state", self.state, *words, expect=expect)

    def part(self, name):
        return json.loads(self.ctl("status"))["parts"][name]

    @property
    def record(self):
        return json.loads((self.state / "run" / "stack.json").read_text())

    @property
    def port(self):
        return self.record["port"]

    def said(self):
        return (self.state / "logs" / "stack.log").read_text()

    def processes(self):
        """Every process that lives in the state directory."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                folder = os.readlink(f"/proc/{pid}/cwd")
            except OSError:
                continue
            if folder == str(self.state.resolve()):
                found.append(int(pid))
        return found


def wait_for(condition, what, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="hb-stack-", dir="/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def stack(folder):
    made = Stack(folder)
    yield made
    made.stop()
    assert made.processes() == []


@pytest.fixture(scope="module")
def running():
    """One stack for all tests of a module that leave it as it was."""
    path = Path(tempfile.mkdtemp(prefix="hb-stack-", dir="/tmp"))
    made = Stack(path)
    made.run()
    yield made
    made.stop()
    shutil.rmtree(path)
