#!/usr/bin/python3
"""Runs one whole Harbor stack in one directory: Redis, the workers and nginx, supervised the way systemd would.

  stack.py run --bin DIR --state DIR [--port N] [--config FILE] [--demo] [--detach] …
  stack.py stop --state DIR
  stack.py ctl --state DIR status | wait [NAME…] | stop NAME | start NAME | restart NAME | kill NAME SIGNAL
                           | watch NAME on|off | reload-nginx
  stack.py harborctl --bin DIR --state DIR ARGUMENT…

`run` ends its output with `ready http://127.0.0.1:PORT`, and stays until SIGINT, SIGTERM or `stop`. It writes nothing
outside its directory, save a folder in $TMPDIR where the directory's path is too long for sockets.
Exit codes: 0 done, 1 refused or failed, 69 a program is missing, 78 bad configuration, 130 interrupted before ready.
"""

import argparse
import json
import os
import signal
import sys
import time

from harbor_stack import configs, process
from harbor_stack.control import ask
from harbor_stack.errors import StackError
from harbor_stack.harborctl import Harborctl
from harbor_stack.parts import Table, hold_port, http_probe
from harbor_stack.screen import Screen, detach
from harbor_stack.state import State
from harbor_stack.supervisor import Interrupted, Supervisor

_READY_SECONDS = 30
_STOP_SECONDS = 90  # two groups of drains at their longest, and a little
_ASK_SECONDS = 150


def main():
    options = _options()
    try:
        return options.act(options)
    except StackError as error:
        print(f"stack: {error}", file=sys.stderr, flush=True)
        return error.code
    except (Interrupted, KeyboardInterrupt):
        return 130


def run(options):
    if options.detach:
        detach()
    for number in (signal.SIGTERM, signal.SIGHUP):  # until the supervisor takes them over
        signal.signal(number, _interrupt)
    state = State(options.state)
    state.acquire()
    state.prepare()
    try:
        return _run_owned(state, options)
    finally:
        state.clear_leftovers()


def _interrupt(*_):
    raise Interrupted


def _run_owned(state, options):
    screen = Screen(state.logs / "stack.log")
    state.set_overlay(options.config)
    port, _holder = hold_port(options.port)
    url = f"http://127.0.0.1:{port}"
    configs.write_harbor(state)
    _prepare_database(state, options, screen.say)

    def record(pids):
        state.record({"url": url, "port": port, "supervisor": os.getpid(), "bin": options.bin,
                      "state": str(state.path), "pids": pids})

    process.adopt_orphans()
    supervisor = Supervisor(
        Table(state, port, options).groups(), notify_path=state.run / "notify.sock",
        control_path=state.run / "control.sock", say=screen.say, changed=record)
    try:
        supervisor.start()
        supervisor.run(_until_ready(supervisor, port))
        screen.say(f"ready {url}")
        if options.detach:
            screen.leave_terminal()
        supervisor.serve()
        screen.say("stopping")
    finally:
        supervisor.stop()
    screen.say("stopped")
    return 0


def _prepare_database(state, options, say):
    harborctl = Harborctl(options.bin, state)
    harborctl.migrate()
    if options.demo:
        harborctl.make_demo(say)


def _until_ready(supervisor, port):
    """All parts are up; now the way through all of them must be."""
    probe = http_probe(port, "/readyz", 200)
    deadline = time.monotonic() + _READY_SECONDS

    def answered():
        probe.tick(time.monotonic(), supervisor.selector)
        return probe.healthy or time.monotonic() > deadline

    yield answered
    if not probe.healthy:
        words = probe.received.decode(errors="replace")
        raise StackError(f"/readyz does not answer 200 after {_READY_SECONDS} s\n{words}")


def stop(options):
    state = State(options.state)
    if not state.path.is_dir():
        return 0
    supervisor = state.owner()
    if supervisor is not None:
        process.signal_if_there(supervisor, signal.SIGTERM)
        if not state.wait_until_free(_STOP_SECONDS):
            process.signal_if_there(supervisor, signal.SIGKILL)  # its parts are told by the kernel
    state.acquire()
    state.clear_leftovers()
    return 0


def ctl(options):
    answer = ask(State(options.state).run / "control.sock", options.words, _ASK_SECONDS)
    print(json.dumps(answer, indent=2) if isinstance(answer, dict) else answer)
    return 0


def harborctl(options):
    state = State(options.state)
    if not state.config.exists():
        raise StackError(f"{state.path} holds no stack yet; start one first")
    Harborctl(options.bin, state).exec(options.words)


def _options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    acts = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run_options(_add_act(acts, "run", run))
    _add_act(acts, "stop", stop)
    _add_act(acts, "ctl", ctl).add_argument("words", nargs="+")
    act = _add_act(acts, "harborctl", harborctl)
    act.add_argument("--bin", required=True, type=os.path.abspath)
    act.add_argument("words", nargs=argparse.REMAINDER)
    return parser.parse_args()


def _add_act(acts, name, act):
    parser = acts.add_parser(name)
    parser.set_defaults(act=act)
    parser.add_argument("--state", required=True, metavar="DIR")
    return parser


def _add_run_options(parser):
    add = parser.add_argument
    add("--bin", required=True, metavar="DIR", type=os.path.abspath, help="where the programs are")
    add("--port", type=int, metavar="N", help="0: any free one; without: 8080, or a free one if that is taken")
    add("--config", metavar="FILE", type=os.path.abspath, help="YAML laid over the defaults")
    add("--demo", action="store_true", help="make demo tenants and people in an empty database")
    add("--detach", action="store_true", help="go on in the background once it is ready")
    add("--limits", choices=("dev", "bench", "production"), default="dev", help="nginx's limits (nginx/limits)")
    add("--api-workers", type=int, default=2, metavar="N")
    add("--env", action=_Variables, default={}, metavar="NAME=VALUE", help="for the workers; repeatable")
    add("--preload", metavar="LIBRARY", type=os.path.abspath, help="LD_PRELOAD of the api workers")


class _Variables(argparse.Action):
    def __call__(self, parser, namespace, value, option=None):
        name, equals, content = value.partition("=")
        if not equals:
            parser.error(f"{option} takes NAME=VALUE")
        setattr(namespace, self.dest, {**getattr(namespace, self.dest), name: content})


if __name__ == "__main__":
    sys.exit(main())
