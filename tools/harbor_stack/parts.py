"""What one stack consists of: the table of its parts, and the sockets that stay open while parts come and go."""

import os
import signal
import socket

from . import configs
from .errors import StackError
from .part import WATCHDOG_SECONDS, Spec
from .probe import Probe

_BACKLOG = 4096  # a full backlog is a refusal at once, which nginx turns into 502
_LOOPBACK = "127.0.0.1"


def listen(path):
    """A listening unix socket as systemd's socket units make them."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    os.chmod(path, 0o660)
    listener.listen(_BACKLOG)
    return listener


def hold_port(wanted):
    """(port, socket). The bound socket keeps the port ours while nginx is down; nginx shares it by reuseport.

    wanted: a port, 0 for any free one, None for 8080 or else any free one.
    """
    for port in (8080, 0) if wanted is None else (wanted,):
        try:
            return _hold(port)
        except OSError as error:
            reason = error.strerror
    raise StackError(f"port {wanted} cannot be used: {reason}")


def _hold(port):
    with socket.socket() as trial:  # without reuseport: fails if anybody is there, a second stack of ours as well
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind((_LOOPBACK, port))
        port = trial.getsockname()[1]
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    holder.bind((_LOOPBACK, port))
    return port, holder


def http_probe(port, path, status):
    question = f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode()
    return Probe((_LOOPBACK, port), question, f"HTTP/1.1 {status}".encode())


class Table:
    """Builds the Specs of one stack.

    options: bin, api_workers, env (name → value, for the workers), preload (a library for the api workers), limits.
    """

    def __init__(self, state, port, options):
        self._state = state
        self._port = port
        self._options = options
        self._api_socket = listen(state.run / "api.sock")
        self._sse_socket = listen(state.run / "sse.sock")

    def groups(self):
        """In the order in which they start; all of a group start together."""
        apis = [self._api(number + 1) for number in range(self._options.api_workers)]
        sse = self._worker("sse-1", "harbor-sse", self._sse_socket)
        return [[self._redis()], [*apis, sse, self._worker("jobs", "harbor-jobs")], [self._nginx()]]

    def _spec(self, name, command, **facts):
        log = str(self._state.logs / f"{name}.log")
        return Spec(name=name, command=command, log=log, cwd=str(self._state.path), **facts)

    def _redis(self):
        command = [configs.program("redis-server"), configs.write_redis(self._state)]
        probe = Probe(str(self._state.run / "redis.sock"), b"PING\r\n", b"+PONG")
        return self._spec("redis", command, env=dict(os.environ), probe=probe)

    def _nginx(self):
        config = configs.write_nginx(self._state, self._port, self._options.limits)
        # -e: else the lines before the configuration is read go to a file outside the state
        command = [configs.program("nginx"), "-p", f"{self._state.path}/", "-c", config, "-e", "logs/nginx-error.log"]
        # Its workers would outlive a killed master; SIGTERM lets it end them.
        return self._spec("nginx", command, env=dict(os.environ), probe=http_probe(self._port, "/nginx-alive", 204),
                          death_signal=signal.SIGTERM)

    def _api(self, number):
        extra = {"LD_PRELOAD": self._options.preload} if self._options.preload else {}
        return self._worker(f"api-{number}", "harbor-api", self._api_socket, extra)

    def _worker(self, name, program, listener=None, extra=None):
        env = {
            **os.environ, **self._options.env, **(extra or {}),
            "NOTIFY_SOCKET": str(self._state.run / "notify.sock"),
            "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000),
        }
        command = [os.path.join(self._options.bin, program), *self._state.config_options()]
        return self._spec(name, command, env=env, stdin=listener)
