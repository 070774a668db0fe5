import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "flow"))

from harbor.fixtures import shared_data, stack, streams, world  # noqa: E402,F401
