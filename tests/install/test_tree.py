"""What `cmake --install` puts where, with which modes; and what it leaves alone."""

import re

import pytest
from conftest import install_into

PROGRAMS = {"usr/bin/harborctl", "usr/lib/harbor/harbor-api", "usr/lib/harbor/harbor-sse", "usr/lib/harbor/harbor-jobs"}
FILES = {
    "etc/harbor/harbor.yaml",
    "etc/nginx/harbor/limits/production.conf",
    "etc/nginx/harbor/limits/production.zones.conf",
    "etc/nginx/harbor/snippets/site.conf",
    "etc/nginx/harbor/snippets/tls.conf",
    "etc/nginx/harbor/upstreams.conf",
    "etc/nginx/modules-enabled/60-harbor.conf",
    "etc/nginx/sites-available/harbor-plain.conf",
    "etc/nginx/sites-available/harbor-tls.conf",
    "usr/lib/sysctl.d/60-harbor.conf",
    "usr/lib/systemd/system/harbor-api.socket",
    "usr/lib/systemd/system/harbor-api@.service",
    "usr/lib/systemd/system/harbor-api@.service.d/50-sandbox.conf",
    "usr/lib/systemd/system/harbor-jobs.service",
    "usr/lib/systemd/system/harbor-jobs.service.d/50-sandbox.conf",
    "usr/lib/systemd/system/harbor-migrate.service",
    "usr/lib/systemd/system/harbor-migrate.service.d/50-sandbox.conf",
    "usr/lib/systemd/system/harbor-redis.service",
    "usr/lib/systemd/system/harbor-redis.service.d/50-sandbox.conf",
    "usr/lib/systemd/system/harbor-sse@.service",
    "usr/lib/systemd/system/harbor-sse@.service.d/50-sandbox.conf",
    "usr/lib/systemd/system/harbor-sse@.socket",
    "usr/lib/systemd/system/harbor.target",
    "usr/lib/systemd/system/nginx.service.d/60-harbor.conf",
    "usr/lib/sysusers.d/harbor.conf",
    "usr/lib/tmpfiles.d/harbor.conf",
    "usr/share/doc/harbor/README.md",
    "usr/share/doc/harbor/harbor.yaml.sample",
    "usr/share/harbor/client/openapi.yaml",
    "usr/share/harbor/redis.conf",
}
# Whose files grow with the project; each must be of one of these folders.
FOLDERS = ("etc/nginx/harbor/snippets/", "usr/share/harbor/client/", "usr/share/doc/harbor/")


@pytest.fixture(scope="module")
def found(tree):
    return {str(path.relative_to(tree)): path for path in tree.rglob("*") if not path.is_dir()}


def test_everything_is_where_debian_expects_it_and_nothing_else(found):
    missing = (PROGRAMS | FILES) - set(found)
    assert not missing, f"missing: {sorted(missing)}"
    stray = [name for name in set(found) - PROGRAMS - FILES if not name.startswith(FOLDERS)]
    assert not stray, f"not expected: {sorted(stray)}"
    assert any(name.startswith("usr/share/harbor/client/") and name.endswith(".html") for name in found), "no page"


def test_programs_can_be_run_and_nothing_else_can(tree, found):
    for name, path in found.items():
        want = 0o755 if name in PROGRAMS else 0o644
        assert path.stat().st_mode & 0o7777 == want, f"{name}: mode {path.stat().st_mode & 0o7777:o}, want {want:o}"
        assert not path.is_symlink(), f"{name} is a link, which may lead nowhere on another machine"
    for path in tree.rglob("*"):
        if path.is_dir():
            assert path.stat().st_mode & 0o7777 == 0o755, f"{path}: mode {path.stat().st_mode & 0o7777:o}, want 755"


def test_no_installed_text_names_this_checkout(found):
    from conftest import ROOT
    here = re.compile(rb"(?<![\w./-])" + re.escape(str(ROOT).encode()) + rb"(?![\w-])")  # a whole path, not "client/src"
    for name, path in found.items():
        if name not in PROGRAMS:
            assert not here.search(path.read_bytes()), f"{name} names {ROOT}"


def test_an_upgrade_keeps_the_operators_files_and_renews_the_packages(tmp_path):
    install_into(tmp_path)
    mine, theirs = tmp_path / "etc/harbor/harbor.yaml", tmp_path / "etc/nginx/harbor/snippets/site.conf"
    original = mine.read_text()
    mine.write_text(original + "# mine\n")
    theirs.write_text("# spoilt\n")
    said = install_into(tmp_path)
    assert mine.read_text() == original + "# mine\n" and (tmp_path / "etc/harbor/harbor.yaml.new").read_text() == original
    assert f"Kept: {mine}" in said
    assert theirs.read_text() != "# spoilt\n"
    assert not list(tmp_path.rglob("etc/nginx/sites-available/*.new")), "what was not edited needs no second copy"
