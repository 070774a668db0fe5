"""Writes what the programs of a stack read: harbor.yaml, redis.conf, nginx.conf."""

import json
import os
import shlex
import shutil

from . import process
from .errors import StackError

_SITE = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", "nginx"))

_REDIS = """\
# Redis of one Harbor stack: announcements, presence and rate limits. It keeps nothing that could be missed.
port 0
unixsocket {run}/redis.sock
unixsocketperm 660
dir {state}
daemonize no
save ""
appendonly no
maxmemory 128mb
maxmemory-policy volatile-lru
# A subscriber that does not read is cut early: it finds in the log what it missed.
client-output-buffer-limit pubsub 16mb 4mb 20
"""


def write_harbor(state):
    quoted = json.dumps  # a JSON string is a YAML string
    state.config.write_text(
        "# Written at each start of the stack; lay a file of your own over it with --config.\n"
        f"database: {{path: {quoted(str(state.database))}}}\n"
        f"redis: {{socket: {quoted(str(state.run / 'redis.sock'))}}}\n"
        f"http: {{listen: {quoted(str(state.run / 'api.sock'))}}}\n"
        f"stream: {{listen: {quoted(str(state.run / 'sse.sock'))}}}\n")


def write_redis(state):
    path = state.path / "redis" / "redis.conf"
    path.write_text(_REDIS.format(run=state.run, state=state.path))
    return str(path)


def write_nginx(state, port, limits):
    """Renders nginx/harbor.conf.in and puts what it includes beside it."""
    folder = state.path / "nginx"
    link = folder / "harbor"
    link.unlink(missing_ok=True)
    link.symlink_to(_SITE)
    open_files = process.open_files()
    values = {
        # As root the workers stay root: the sockets and the state are the user's own, whoever that is.
        "USER": "user root;" if os.geteuid() == 0 else "",
        "RUN": state.run, "PORT": port, "LIMITS": limits,
        "OPEN_FILES": open_files, "CONNECTIONS": min(open_files * 15 // 16, 60000),
    }
    with open(os.path.join(_SITE, "harbor.conf.in")) as template:
        text = template.read()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    path = folder / "nginx.conf"
    path.write_text(text)
    return str(path)


def doctor_places(state):
    """Options and values by which `harborctl doctor` looks at this stack's nginx, and at the kernel as the checkout wants it."""
    config = state.path / "nginx" / "nginx.conf"
    command = [program("nginx"), "-T", "-q", "-p", f"{state.path}/", "-c", str(config), "-e", "logs/nginx-error.log"]
    return {"--nginx-config": str(config), "--nginx": shlex.join(command),
            "--sysctl": os.path.join(os.path.dirname(_SITE), "systemd", "sysctl.conf")}


def program(name):
    """The full path of a program of the system; nginx is in a folder that a user's PATH may lack."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise StackError(f"{name} is not installed", 69)
    return found
