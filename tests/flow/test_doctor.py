"""harborctl doctor: all well on a stack that is well; and with each thing broken, exactly that line says so. (nginx has a
file of its own: test_doctor_nginx.py.)"""

import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest
from harbor.doctor import CONFIG, OK, REFUSED, UNAVAILABLE, assert_changes, is_root
from harbor.stack import ROOT, binary_folder
from harbor.wait import wait_until

# A stream's worth of files and connections, so that any machine has enough of them.
OVERLAY = {"stream": {"per_worker": 100}}
OF_THE_DATABASE = ["database writing", "database durability", "database space", "database log", "database integrity",
                   "schema", "database life"]
NOBODY = 65534


def test_a_stack_that_is_well_has_a_good_word_for_everything(well):
    # A container's clock may be kept by nobody that it knows of, and /tmp may lie in memory.
    others = {name for name, line in well.lines.items() if line["status"] != "ok"}
    assert others <= {"clock source", "database durability"}, well
    for name in ("configuration", "issuer keys", "database", *OF_THE_DATABASE, "redis", "api socket", "sse socket", "socket access",
                 "socket backlog", "nginx configuration", "nginx retry rule", "api files", "sse files", "clock",
                 "kernel net.core.somaxconn"):
        assert name in well.lines, well


def test_people_get_a_line_each(doctor):
    done = subprocess.run([*doctor.command(), "doctor"], capture_output=True, text=True, timeout=120)
    lines = done.stdout.splitlines()
    assert len(lines) > 15, done
    for line in lines:
        assert re.fullmatch(r"(ok|warn|fail) +\S.{20,}  \S.*", line), f"{line!r} of {done.stdout}"
        assert line.startswith("ok") == (" -> " not in line), line


def test_the_state_of_a_checkout_is_found_by_itself(stack, doctor, well):
    """What `./dev ctl doctor` runs."""
    done = subprocess.run([sys.executable, ROOT / "tools/stack.py", "harborctl", "--bin", binary_folder(), "--state", stack.state,
                           "doctor", "--json", "--proc", doctor.proc], capture_output=True, text=True, timeout=120)
    report = json.loads(done.stdout)
    assert done.returncode == OK, done
    assert {line["check"]: line["status"] for line in report["checks"]} == {
        name: line["status"] for name, line in well.lines.items()}, done.stdout


def test_looking_changes_nothing(doctor):
    with doctor.copy() as (path, config):
        before, stored = sorted(os.listdir(path.parent)), path.read_bytes()
        doctor.look(config)
        assert path.read_bytes() == stored
        left = set(os.listdir(path.parent)) - set(before)
        assert left <= {"harbor.db-wal", "harbor.db-shm"}, left  # of a database that nobody has open, SQLite's own


# Configuration


@pytest.mark.parametrize("config", ["http: {threads: none}\n", "fantasy: {x: 1}\n", "http: [\n"])
def test_a_wrong_configuration_is_the_only_line(doctor, config):
    answer = doctor.look(config)
    assert [(name, line["status"]) for name, line in answer.lines.items()] == [("configuration", "fail")], answer
    assert answer.code == CONFIG and "config-0.yaml:" in answer.lines["configuration"]["detail"], answer


def issuer(key_file, algorithm="HS256"):
    return json.dumps({"auth": {"issuers": [{"issuer": "https://portal.example", "audience": "harbor", "algorithm": algorithm,
                                             "key_file": str(key_file)}]}})


@pytest.mark.parametrize("mode, text, said", [
    (0o644, "s" * 40, "can be read by everybody"), (0o600, "s" * 31, "31 bytes"), (None, "", "No such file")],
    ids=["open", "short", "absent"])
def test_a_key_file_of_a_host_application_that_is_of_no_use(doctor, well, mode, text, said):
    path = doctor.folder / "portal.secret"
    path.unlink(missing_ok=True)
    if mode is not None:
        path.write_text(text)
        path.chmod(mode)
    answer = doctor.look(issuer(path))
    assert_changes(answer, well, {"issuer keys": "fail"}, CONFIG)
    detail = answer.lines["issuer keys"]["detail"]
    assert said in detail and "auth.issuers[0].key_file" in detail and "portal.secret" in detail, answer


def test_key_files_of_host_applications_that_are_good_or_out_of_sight(doctor, well):
    path = doctor.folder / "portal.secret"
    path.unlink(missing_ok=True)
    path.write_text("s" * 40)
    path.chmod(0o600)
    answer = doctor.look(issuer(path))
    assert_changes(answer, well, {}, OK)
    assert answer.lines["issuer keys"]["detail"] == "1 issuer, 1 key", answer
    answer = doctor.look(issuer("portal"))
    assert_changes(answer, well, {}, OK)
    assert "credential" in answer.lines["issuer keys"]["detail"], answer


# Database


@pytest.mark.parametrize("sql, check, level, code", [
    ("", None, None, OK),
    ("DROP INDEX MessagesByTenant", "schema", "fail", REFUSED),
    ("ALTER TABLE Messages ADD COLUMN Colour TEXT", "schema", "fail", REFUSED),
    ("ALTER TABLE Events RENAME COLUMN Payload TO Content", "schema", "fail", REFUSED),
    ("INSERT INTO SchemaMigrations VALUES (999, '0999_future', '')", "schema", "fail", REFUSED),
    ("PRAGMA journal_mode=DELETE", "database durability", "fail", REFUSED)],
    ids=["copy", "index", "column", "name", "newer", "journal"])
def test_a_drifted_database(doctor, well, sql, check, level, code):
    with doctor.copy(sql) as (_, config):
        gone = {"database life": None} if check == "schema" else {}
        assert_changes(doctor.look(config), well, {check: level, **gone} if check else {}, code)


def test_no_database_at_all(doctor, well):
    gone = {name: None for name in OF_THE_DATABASE}
    assert_changes(doctor.look(f"database: {{path: {doctor.folder}/none.db}}"), well, {"database": "fail", **gone}, UNAVAILABLE)
    other = doctor.folder / "text.db"
    other.write_text("this is no database, whatever its name says\n" * 100)
    assert_changes(doctor.look(f"database: {{path: {other}}}"), well, {"database": "fail", **gone}, UNAVAILABLE)


def test_a_damaged_database(doctor, well):
    with doctor.copy() as (path, config):
        with closing(sqlite3.connect(path)) as connection:
            page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'MessageLinksByMessage'").fetchone()[0]
            size = connection.execute("PRAGMA page_size").fetchone()[0]
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(path, "r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)
        assert_changes(doctor.look(config), well, {"database integrity": "fail"}, REFUSED)


def test_a_database_of_another_life(doctor, well):
    with doctor.copy() as (path, config):
        path.with_name("harbor.db.life").write_text("of another one\n")
        assert_changes(doctor.look(config), well, {"database life": "warn"}, OK)


def test_a_database_that_its_owner_cannot_write(doctor, well):
    """As root the doctor takes the place of the owner, whom modes concern."""
    with doctor.copy() as (path, config):
        if is_root():
            for entry in [path.parent, *path.parent.iterdir()]:
                os.chown(entry, NOBODY, NOBODY)
        assert_changes(doctor.look(config), well, {}, OK)
        path.chmod(0o444)
        assert_changes(doctor.look(config), well, {"database writing": "fail"}, UNAVAILABLE)


def test_a_side_file_of_somebody_else(doctor, well):
    if not is_root():
        pytest.skip("only root can make a file of somebody else")
    with doctor.copy() as (path, config):
        os.chown(path.with_name("harbor.db.lock"), NOBODY, NOBODY)
        answer = doctor.look(config)
        assert_changes(answer, well, {"database writing": "fail"}, UNAVAILABLE)
        assert "harbor.db.lock" in answer.lines["database writing"]["help"], answer


def test_a_log_that_nobody_folds_in(doctor, well):
    with doctor.copy() as (path, config):
        with open(path.with_name("harbor.db-wal"), "wb") as log:
            log.truncate(300 << 20)
        assert_changes(doctor.look(config), well, {"database log": "warn"}, OK)


def test_a_database_in_memory(doctor):
    with doctor.copy(parent="/dev/shm") as (_, config):
        answer = doctor.look(config)
        assert (answer.level("database durability"), answer.code) == ("warn", OK), answer


def test_a_full_disk(doctor, well):
    """A small one, seen by the doctor alone (unshare)."""
    small = doctor.folder / "small"
    small.mkdir()
    with doctor.copy() as (path, _):
        script = 'mount -t tmpfs -o size=60m none "$0" && cp -p "$1"/* "$0" && shift && exec "$@"'
        answer = doctor.look(f"database: {{path: {small}/harbor.db}}",
                             prefix=["unshare", "-rm", "/bin/sh", "-c", script, str(small), str(path.parent)])
    assert answer.level("database durability") == "warn", answer
    answer.lines["database durability"] = well.lines["database durability"]
    assert_changes(answer, well, {"database space": "fail"}, REFUSED)


def test_a_database_from_the_future(doctor, well):
    with doctor.copy("INSERT INTO Tenants VALUES ('future', 'F', ''); INSERT INTO EventHeads VALUES ('future', 'e', 1, 0);"
                     "INSERT INTO Events VALUES ('future', 1, 'x', 0, '*', '{}', '2999-01-01T00:00:00.000Z')") as (_, config):
        assert_changes(doctor.look(config), well, {"clock": "fail"}, REFUSED)


# Redis and the sockets


def test_redis_gone_and_redis_frozen(stack, doctor, well):
    with stack.without("redis"):
        assert_changes(doctor.look(), well, {"redis": "fail"}, UNAVAILABLE)
    with stack.frozen("redis"):
        assert_changes(doctor.look(), well, {"redis": "fail"}, UNAVAILABLE)
    assert_changes(doctor.look(), well, {}, OK)


@pytest.mark.parametrize("name", ["api", "sse"])
def test_a_socket_removed(stack, doctor, well, name):
    with stack.unplugged(name):
        assert_changes(doctor.look(), well, {f"{name} socket": "fail"}, UNAVAILABLE)


def test_no_worker_at_all(stack, doctor, well):
    with stack.without("sse-1"):
        answer = doctor.look(prefix=["timeout", "100"])
        assert_changes(answer, well, {"sse socket": "fail", "sse files": "warn"}, UNAVAILABLE)


def test_a_socket_open_to_everybody(stack, doctor, well):
    socket = stack.state / "run" / "api.sock"
    socket.chmod(0o666)
    try:
        assert_changes(doctor.look(), well, {"socket access": "fail"}, CONFIG)
    finally:
        socket.chmod(0o660)


# Limits


@contextmanager
def open_files(stack, name, number):
    pid = stack.pids()[name]
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (number, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("part, level, code", [("api-2", "fail", CONFIG), ("sse-1", "warn", OK)])
def test_too_few_files(stack, doctor, well, part, level, code):
    with open_files(stack, part, 300):
        assert_changes(doctor.look(), well, {f"{part[:3]} files": level}, code)


@pytest.mark.parametrize("name, value, level, code", [
    ("net/core/somaxconn", "128", "fail", CONFIG), ("net/core/somaxconn", "65535", None, OK),
    ("net/ipv4/tcp_notsent_lowat", "4294967295", "warn", OK), ("net/ipv4/tcp_retries2", "15", "warn", OK)])
def test_the_kernel_set_otherwise(doctor, well, name, value, level, code):
    changes = {f"kernel {name.replace('/', '.')}": level} if level else {}
    assert_changes(doctor.look(kernel={name: value}), well, changes, code)


def test_a_drop_in_that_is_not_installed(doctor, well):
    answer = doctor.look(sysctl=str(doctor.folder / "none.conf"))
    assert (answer.level("kernel"), answer.code) == ("warn", OK), answer


# Several at once


def test_a_wrong_setting_comes_before_what_is_gone_and_that_before_what_is_unsound(stack, doctor):
    with doctor.copy("DROP INDEX MessagesByTenant") as (_, config), stack.without("redis"):
        assert doctor.look(config).code == UNAVAILABLE
        assert doctor.look(config, kernel={"net/core/somaxconn": "128"}).code == CONFIG


# Counters


def test_unread_counters_are_recounted(stack, world, doctor):
    tenant, anna, ben = world.team("anna", "ben")
    for number in range(3):
        anna.send(tenant, [ben], f"letter {number}")
    said = stack.harborctl("doctor", "--counters").stdout
    assert re.search(r"^\d+ people, \d+ counters, 0 differences$", said), said

    with doctor.copy(f"UPDATE UnreadCounters SET Unread = 7, Unseen = 1 WHERE TenantId = '{tenant.id}'") as (_, config):
        command = [*doctor.command(config), "doctor", "--counters"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == REFUSED, done
        assert f"{ben.email} in {tenant.id}: stored 7 unread and 1 unseen, counted 3 and 3\n" in done.stdout
        report = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60).stdout)
        assert report["differences"] == [{"tenantId": tenant.id, "email": ben.email, "stored": {"unread": 7, "unseen": 1},
                                          "counted": {"unread": 3, "unseen": 3}}], report


def test_the_jobs_worker_recounts_as_well(stack):
    log = stack.state / "logs" / "jobs.log"
    wait_until(lambda: re.search(r'msg="unread counters recounted" people=\d+ counters=\d+ differences=0', log.read_text()), 30,
               "a line about the recount in the jobs worker's log")


def test_a_configuration_that_is_wrong_is_78_for_the_recount_too(doctor):
    done = subprocess.run([*doctor.command("x: 1\n"), "doctor", "--counters"], capture_output=True, text=True, timeout=60)
    assert done.returncode == CONFIG and "config-0.yaml:1" in done.stderr, done


@pytest.mark.parametrize("words", [["--timeout", "0"], ["--timeout", "soon"], ["--what"], ["more"]])
def test_wrong_usage_is_64(doctor, words):
    done = subprocess.run([*doctor.command(), "doctor", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 64, done
