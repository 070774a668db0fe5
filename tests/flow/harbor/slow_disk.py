"""A disk whose syncs take as long as a test says: a shim around fdatasync and fsync, preloaded into the api workers."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from .stack import Stack

SOURCE = Path(__file__).with_name("slow_disk.c")


@contextmanager
def stack_on_slow_disk(milliseconds, overlay=None):
    """(stack, slow): `slow(ms)` sets how long a sync takes from now on; it begins with `milliseconds`.
    `slow.syncs()` is how many there have been."""
    with tempfile.TemporaryDirectory(prefix="hb-disk-") as folder:
        delay = Path(folder) / "delay"

        def slow(ms):
            scratch = delay.with_suffix(".new")
            scratch.write_text(str(ms))
            scratch.rename(delay)

        slow.syncs = lambda: delay.with_suffix(".syncs").stat().st_size
        slow(milliseconds)
        # A sanitizer's runtime wants to be loaded first and does not need to be.
        options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        environment = {"HARBOR_SLOW_DISK": str(delay), "ASAN_OPTIONS": options}
        with Stack(overlay, preload=shim(Path(folder)), environment=environment) as stack:
            yield stack, slow


def shim(folder):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler for the slow disk's shim")
    library = folder / "slow_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library
