"""An installed tree in a folder of its own (DESTDIR), and nginx configurations made from it that can run there."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "flow"))
from harbor.fixtures import stack, world  # noqa: E402, F401


def install_into(folder):
    build = os.environ.get("HARBOR_BUILD", ROOT / "build" / "release")
    done = subprocess.run(["cmake", "--install", build], env={**os.environ, "DESTDIR": str(folder)}, capture_output=True,
                          text=True)
    assert done.returncode == 0, f"cmake --install: exit {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def tree():
    folder = Path(tempfile.mkdtemp(prefix="hb-tree-", dir="/tmp"))
    install_into(folder)
    yield folder
    shutil.rmtree(folder)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# As Debian's nginx.conf is, with what stands in our way: types, gzip, old TLS and a default site's log format.
DEBIANS = """\
{user}
pid {tree}/run/nginx.pid;
error_log {tree}/nginx-error.log;
include {tree}/etc/nginx/modules-enabled/*.conf;
events {{ worker_connections 768; }}
http {{
  client_body_temp_path {tree}/run/body;
  fastcgi_temp_path {tree}/run/fastcgi;
  proxy_temp_path {tree}/run/proxy;
  scgi_temp_path {tree}/run/scgi;
  uwsgi_temp_path {tree}/run/uwsgi;
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  types {{ text/plain txt; }}
  default_type application/octet-stream;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
  ssl_prefer_server_ciphers on;
  access_log {tree}/access.log;
  gzip on;
  include {tree}/etc/nginx/sites-enabled/*;
}}
"""


class Site:
    """nginx as an operator has it after enabling one of our sites; only folders, ports and names are others."""

    def __init__(self, tree, variant):
        self.tree = tree
        self.ports = {"443": free_port(), "80": free_port(), "127.0.0.1:8080": free_port()}
        enabled = tree / "etc/nginx/sites-enabled"
        shutil.rmtree(enabled, ignore_errors=True)
        enabled.mkdir()
        (tree / "run").mkdir(exist_ok=True)
        (enabled / "site.conf").write_text(self._moved((tree / f"etc/nginx/sites-available/harbor-{variant}.conf").read_text()))
        self.config = tree / "etc/nginx/nginx.conf"
        self.config.write_text(DEBIANS.format(tree=tree, user="user root;" if os.geteuid() == 0 else ""))
        self._certificate()

    def _moved(self, text):
        for place in ("/etc/harbor/tls", "/usr/share/harbor"):
            text = text.replace(place, f"{self.tree}{place}")
        text = text.replace("/var/log/nginx", str(self.tree))
        text = re.sub(r"\n *listen \[::\].*", "", text)
        for port, free in self.ports.items():
            text = re.sub(rf"listen {re.escape(port)}(?=[ ;])", f"listen 127.0.0.1:{free}", text)
        return text

    def upstreams(self, api, sse):
        path = self.tree / "etc/nginx/harbor/upstreams.conf"
        text = path.read_text()
        path.write_text(text.replace("/run/harbor/api.sock", str(api)).replace("/run/harbor/sse-1.sock", str(sse)))

    def _certificate(self):
        folder = self.tree / "etc/harbor/tls"
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate = folder / "fullchain.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", "/CN=harbor.example", "-addext", "subjectAltName=DNS:harbor.example",
                        "-keyout", folder / "privkey.pem", "-out", self.certificate], check=True, capture_output=True)

    def command(self, *words):
        return ["/usr/sbin/nginx", "-e", self.tree / "nginx-error.log", "-c", self.config, *words]

    def check(self):
        done = subprocess.run(self.command("-t"), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr


@pytest.fixture
def site(tree, tmp_path):
    """Makes a site in a copy of the tree: what an operator edits and nginx writes is not what was installed."""
    copy = shutil.copytree(tree, tmp_path / "tree")
    return lambda variant: Site(copy, variant)
