"""What makes api workers believe in a slow disk: a preloaded shim around fdatasync and fsync."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("slow_disk.c")


def slow_disk(milliseconds):
    """The options of a Stack whose commits take so much longer."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler for the slow disk's shim")
    folder = Path(tempfile.gettempdir()) / f"harbor-slow-disk-{os.getuid()}-{int(SOURCE.stat().st_mtime)}"
    library = folder / "slow_disk.so"
    if not library.exists():
        folder.mkdir(exist_ok=True)
        unfinished = folder / f"slow_disk-{os.getpid()}.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", unfinished, SOURCE, "-ldl"], check=True)
        unfinished.rename(library)
    # A sanitizer's runtime wants to be loaded first and does not need to be.
    options = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    return {"preload": library, "environment": {"HARBOR_SLOW_DISK_MS": str(milliseconds), "ASAN_OPTIONS": options}}
