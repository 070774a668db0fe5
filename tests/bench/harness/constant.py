"""The floor: harbor-bench-constant behind an nginx with Harbor's own configuration, on sockets of its own."""

import os
import sys
import time
from pathlib import Path

from . import system, wire
from .programs import BenchError

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
from harbor_stack import configs, parts  # noqa: E402
from harbor_stack.state import State  # noqa: E402

_PROCESSES = 2  # as many as Harbor has api workers
_THREADS = 16
_READY_SECONDS = 10


class Constant:
    """A context. `answer`: (status, headers, body) of the answer that is repeated whatever is asked."""

    def __init__(self, programs, folder, answer):
        self._program = programs.path("harbor-bench-constant")
        self._state, self._answer = State(folder / "state"), answer
        self._children = []
        self.port = None

    def __enter__(self):
        self._state.prepare()
        status, headers, body = self._answer
        own = [f"{name}: {value}" for name, value in headers
               if name.lower() in ("content-type", "content-length", "cache-control", "location")]
        file = self._state.path / "answer"
        file.write_bytes("\r\n".join([f"Status: {status}", *own, "", ""]).encode() + body)
        listener = parts.listen(self._state.run / "api.sock")
        for _ in range(_PROCESSES):
            self._begin([self._program, file, _THREADS], stdin=listener)
        self.port, self._holder = parts.hold_port(0)
        config = configs.write_nginx(self._state, self.port, "bench")
        self._begin([configs.program("nginx"), "-p", f"{self._state.path}/", "-c", config, "-e", "logs/nginx-error.log"])
        self._await_answer(status)
        return self

    def __exit__(self, *_):
        for child in reversed(self._children):
            system.end(child)
        self._holder.close()
        self._state.clear_leftovers()

    def pids(self):
        *constants, nginx = (child.pid for child in self._children)
        return {"api": constants, "nginx": system.with_children(nginx)}

    def _begin(self, command, **more):
        self._children.append(system.begin(command, env=dict(os.environ), **more))

    def _await_answer(self, status):
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            try:
                if wire.ask_once(self.port, wire.request("GET", "/healthz"))[0] == status:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise BenchError("the constant responder does not answer")
