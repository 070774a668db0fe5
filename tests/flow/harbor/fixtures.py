"""One stack per test file (its configuration is the file's `OVERLAY`), people and streams per test."""

import pytest

from .stack import ROOT, Stack
from .streams import Streams
from .world import World


@pytest.fixture(scope="module")
def stack(request):
    failed_before = request.session.testsfailed
    with Stack(getattr(request.module, "OVERLAY", None)) as running:
        yield running
        running.keep = request.session.testsfailed > failed_before


@pytest.fixture(scope="module")
def world(stack):
    return World(stack)


@pytest.fixture
def streams(stack):
    with Streams(stack.port) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_data():
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: the shared test data lie beside the checkout")
    return folder
