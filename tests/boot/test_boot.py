"""One real boot of a Debian with Harbor installed as README.md says. The tests are one story: they run in this order, on
one machine, and each leaves it serving."""

import json
import os
import resource
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from machine import Machine
from root import CannotBoot, check_nspawn, fresh_copy

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("HARBOR_BUILD", ROOT / "build" / "release"))
PROGRAMS = [BUILD / "bin" / name for name in ("harbor-api", "harbor-sse", "harbor-jobs", "harborctl")]
HOST = "harbor.example"
PASSWORD = "a long enough password"
PEOPLE = ["anna", "ben", "carl", "dora"]
WORKERS = ["harbor-api@1", "harbor-api@2", "harbor-sse@1", "harbor-jobs"]
CTL = "runuser -u harbor -- harborctl"


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


class Harbor:
    """The machine, and what people do with it from outside its services: all through nginx, by TLS."""

    def __init__(self, machine, folder):
        self.machine, self.folder = machine, folder
        self.certificate = folder / "certificate.pem"
        self.tokens = {}

    def curl(self, path, *options, token=None, body=None):
        words = [*self._curl(path, token), *options]
        if body is not None:
            words += ["-H", "Content-Type: application/json", "--data", json.dumps(body)]
        process = self.machine.on_its_network(*words, "-w", "\n%{http_code}", stdin=subprocess.DEVNULL,
                                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, f"curl {path}: exit {process.returncode} {complaint}"
        text, _, status = said.rpartition("\n")
        return int(status), text

    def json(self, path, *, want=200, **request):
        status, text = self.curl(path, **request)
        assert status == want, f"{path}: got {status} {text[:500]}, want {want}"
        return json.loads(text)

    def login(self, name):
        self.tokens[name] = self.json("/api/auth/login", body={"email": f"{name}@acme.example", "password": PASSWORD,
                                                               "token": True})["token"]

    def send(self, sender, recipient, subject):
        return self.json("/api/messaging/send", want=201, token=self.tokens[sender], body={
            "tenantId": "acme", "subject": subject, "body": "A body.", "recipients": [f"{recipient}@acme.example"]})["id"]

    def inbox(self, name):
        return self.json("/api/messaging/messages?tenantId=acme&folder=inbox&limit=200", token=self.tokens[name])["items"]

    @contextmanager
    def stream(self, name, cursor=None):
        """Yields a function that reads on until a line has `text` in it, and returns that line."""
        path = "/api/messaging/stream/acme" + (f"?cursor={cursor}" if cursor else "")
        with open(self.folder / f"stream-{time.monotonic_ns()}", "w+") as output:
            process = self.machine.on_its_network(*self._curl(path, self.tokens[name]), "-N", "--http2",
                                                  stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL)

            def line_with(text, seconds=40):
                def find():
                    lines = Path(output.name).read_text().splitlines()
                    return next((line for line in lines if text in line), None)
                return wait_until(find, seconds, f"a line with {text!r} on {name}'s stream")

            try:
                yield line_with
            finally:
                process.terminate()
                process.wait(10)

    @contextmanager
    def under_load(self):
        """Letters all the while; at the end none may have failed, and each that was answered is there."""
        process = self.machine.on_its_network(
            "/usr/bin/python3", ROOT / "tests/boot/load.py", self.certificate, "acme", "dora@acme.example",
            *(self.tokens[name] for name in ("anna", "ben", "carl")),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout.readline() == "sending\n", process.communicate(timeout=60)
        try:
            yield
            time.sleep(1)
        finally:
            said, complaint = process.communicate(timeout=60)
        result = json.loads(said) if said else {"failed": [complaint], "ids": []}
        print(f"{len(result['ids'])} letters answered, {len(result['failed'])} failed, "
              f"longest {result.get('longest', 0):.2f} s")
        assert not result["failed"], f"{len(result['failed'])} of {len(result['ids'])}: {result['failed'][:3]}"
        assert len(result["ids"]) >= 10, "that was no load"
        assert len(set(result["ids"])) == len(result["ids"])

    def _curl(self, path, token):
        return ["curl", "-sS", "--noproxy", "*", "--cacert", self.certificate, "--resolve", f"{HOST}:443:127.0.0.1",
                f"https://{HOST}{path}", *(["-H", f"Authorization: Bearer {token}"] if token else [])]


@pytest.fixture(scope="module")
def harbor():
    for program in ("systemd-nspawn", "debootstrap", "nsenter", "openssl", "curl"):
        assert shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"), f"{program} is not installed (./dev does)"
    try:
        check_nspawn()
    except CannotBoot as reason:
        print(f"SKIPPED: {reason}")
        pytest.exit(f"skipped: {reason}", returncode=77)
    started = time.monotonic()
    root = fresh_copy(ROOT / "build" / "boot", PROGRAMS)
    print(f"the root was ready after {time.monotonic() - started:.1f} s")
    folder = root.parent
    machine = Machine(root, folder / "console.log")
    try:
        machine.boot()
        made = Harbor(machine, folder)
        yield made
        machine.power_off()
    finally:
        print_evidence(machine, folder)
        machine.power_off()
        shutil.rmtree(folder)


def print_evidence(machine, folder):
    """Shown by pytest where a test failed."""
    print((folder / "console.log").read_text(errors="replace")[-1000:])
    if machine.is_up():
        print(machine.run("journalctl --no-pager -o short-monotonic -u 'harbor*' -u nginx -n 60", check=False))


def main_pid(harbor, unit):
    return int(harbor.machine.show(unit, "MainPID"))


def test_it_is_installed_with_the_commands_of_the_readme(harbor):
    machine, root = harbor.machine, harbor.machine.root
    machine.run("rm /etc/nginx/sites-enabled/default")
    done = subprocess.run(["cmake", "--install", BUILD], env={**os.environ, "DESTDIR": str(root)}, capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    machine.run("systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload && systemctl restart systemd-sysctl")
    machine.run("systemctl enable --now harbor.target")
    for unit in WORKERS:
        assert machine.show(unit, "ActiveState") == "active", unit
    assert machine.show("harbor-migrate", "Result") == "success"

    key = root / "etc/harbor/tls/privkey.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", key, "-out",
                    harbor.certificate], check=True, capture_output=True)
    shutil.copy(harbor.certificate, root / "etc/harbor/tls/fullchain.pem")
    machine.run("sed -i 's/worker_connections .*/worker_connections 20000;/' /etc/nginx/nginx.conf")
    machine.run("ln -s ../sites-available/harbor-tls.conf /etc/nginx/sites-enabled/ && nginx -t && systemctl restart nginx")
    assert harbor.curl("/readyz")[0] == 200
    assert machine.run("systemctl --failed --no-legend --plain") == ""


def test_systemd_and_the_kernel_took_what_was_installed(harbor):
    machine = harbor.machine
    machine.run("systemd-analyze verify --man=no harbor.target harbor-api@1.service harbor-sse@1.service harbor-jobs.service"
                " harbor-migrate.service harbor-redis.service harbor-api.socket harbor-sse@1.socket")
    for name, want in (("core/somaxconn", 4096), ("ipv4/tcp_notsent_lowat", 16384), ("ipv4/tcp_retries2", 8)):
        assert machine.run(f"cat /proc/sys/net/{name}") == str(want), name
    for socket in ("api.sock", "sse-1.sock"):
        assert machine.run(f"stat -c '%U:%G %a' /run/harbor/{socket}") == "harbor:www-data 660"
    assert machine.show("harbor-api.socket", "Backlog") == "4096"


def test_the_sandbox_is_real(harbor):
    machine = harbor.machine
    for unit in [*WORKERS, "harbor-redis"]:
        status = machine.status_of(main_pid(harbor, unit))
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2"), f"{unit}: {status['NoNewPrivs']} {status['Seccomp']}"
        for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(status[name], 16) == 0, f"{unit}: {name} {status[name]}"
        assert status["Uid"].split()[0] != "0", unit
    assert machine.run("stat -c '%U %a' /var/lib/harbor /var/lib/harbor/harbor.db") == "harbor 700\nharbor 640"
    for forbidden in ("cat /var/lib/harbor/harbor.db", "redis-cli -s /run/harbor-redis/redis.sock ping",
                      "cat /etc/harbor/harbor.yaml"):
        said = machine.run(f"runuser -u www-data -- {forbidden} >/dev/null 2>&1 && echo done", check=False)
        assert said == "", f"nginx's user may: {forbidden}"
    files = int(machine.run(f"awk '/Max open files/ {{print $5}}' /proc/{main_pid(harbor, 'harbor-sse@1')}/limits"))
    assert files >= min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1]), f"{files} open files"


def test_people_and_a_message_that_arrives_on_an_open_stream(harbor):
    machine = harbor.machine
    machine.run(f"{CTL} tenant add acme --name Acme")
    machine.run(f"{CTL} settings set limits.messages 1000000/min --tenant acme")  # the load writes more than people do
    for name in PEOPLE:
        machine.run(f"{CTL} user add {name}@acme.example --name {name}", stdin=PASSWORD + "\n")
        machine.run(f"{CTL} member add acme {name}@acme.example")
        harbor.login(name)
    with harbor.stream("ben") as line_with:
        line_with("event: hello")
        number = harbor.send("anna", "ben", "The first one")
        assert f'"id":{number},' in line_with("message:new\",").replace(" ", "")
    assert [item["subject"] for item in harbor.inbox("ben")] == ["The first one"]
    assert machine.run("redis-cli -s /run/harbor-redis/redis.sock ping", check=False) == "PONG"


# What a machine of this size rightly hears of: each has its reason in the line itself.
EXPLAINED = {
    "nginx connections": "the README's 20,000 connections are fewer than the default of stream.per_worker asks for",
    "sse files": "the hard limit of open files is the one of the machine around this one",
    "clock source": "the clock is that of the machine around this one",
}


def test_the_doctor_finds_nothing_wrong(harbor):
    for command in (CTL, "harborctl"):
        report = json.loads(harbor.machine.run(f"{command} doctor --json"))
        assert report["exitCode"] == 0 and len(report["checks"]) > 25, report
        odd = [line for line in report["checks"] if line["status"] != "ok"]
        assert all(line["status"] == "warn" and line["check"] in EXPLAINED for line in odd), odd
        said = {line["check"]: line["detail"] for line in report["checks"]}
        assert "by harbor" in said["database writing"], "root looks with the rights of the database's owner"
        assert ("which nginx accepts" if command == "harborctl" else "read by file") in said["nginx configuration"]
    print(harbor.machine.run("harborctl doctor"))
    assert harbor.machine.run(f"{CTL} doctor --counters").endswith(" 0 differences")


def test_the_doctor_names_a_file_that_a_command_of_roots_left_behind(harbor):
    machine = harbor.machine
    machine.run("chown root:root /var/lib/harbor/harbor.db.lock")
    said = machine.run("harborctl doctor || echo exit $?")
    machine.run("chown --reference=/var/lib/harbor/harbor.db /var/lib/harbor/harbor.db.lock")
    failed = [line for line in said.splitlines() if line.startswith("fail")]
    # Both lines that open the database to write say which file is in the way; the first one what helps.
    assert len(failed) == 2 and all("harbor.db.lock" in line for line in failed), said
    assert "database writing" in failed[0] and "chown --reference" in failed[0], said
    assert said.endswith("exit 69"), said


def test_no_request_fails_while_each_service_is_restarted(harbor):
    machine = harbor.machine
    with harbor.under_load():
        for unit in [*WORKERS, "harbor-redis"]:
            before = main_pid(harbor, unit)
            machine.run(f"systemctl restart {unit}")
            assert main_pid(harbor, unit) not in (0, before), unit
            time.sleep(0.3)
        machine.run("systemctl reload nginx")


def test_no_request_fails_while_a_new_version_starts(harbor):
    """`systemctl restart harbor.target`: all workers at once, behind sockets that stay open."""
    machine = harbor.machine
    before = {unit: main_pid(harbor, unit) for unit in [*WORKERS, "harbor-redis"]}
    sockets = machine.run("stat -c %i /run/harbor/*.sock")
    with harbor.under_load():
        machine.run("systemctl restart harbor.target")
    for unit in WORKERS:
        assert main_pid(harbor, unit) not in (0, before[unit]), f"{unit} is the old process"
    assert main_pid(harbor, "harbor-redis") == before["harbor-redis"]
    assert machine.run("stat -c %i /run/harbor/*.sock") == sockets, "a socket was made anew: whoever knocked then was refused"


def test_a_stream_says_goodbye_at_a_restart_and_goes_on_from_its_cursor(harbor):
    with harbor.stream("ben") as line_with:
        cursor = json.loads(line_with('"cursor":').removeprefix("data: "))["cursor"]
        harbor.machine.run("systemctl restart harbor-sse@1")
        assert '"reason":"drain"' in line_with('"reconnectAfterMs"').replace(" ", "")
    number = harbor.send("anna", "ben", "While nobody looked")
    with harbor.stream("ben", cursor) as line_with:
        assert json.loads(line_with("event: hello") and line_with('"gap":').removeprefix("data: "))["gap"] is False
        line_with(f'"id":{number},')


def test_frozen_workers_are_back_through_their_watchdog(harbor):
    machine = harbor.machine
    frozen = ["harbor-api@2", "harbor-sse@1", "harbor-jobs"]
    before = {unit: main_pid(harbor, unit) for unit in frozen}
    machine.run(f"systemctl kill --kill-whom=main -s SIGSTOP {' '.join(frozen)}")
    started = time.monotonic()
    for unit in frozen:
        wait_until(lambda unit=unit: main_pid(harbor, unit) not in (0, before[unit]) and
                   machine.show(unit, "ActiveState") == "active", 90, f"{unit} is back")
        print(f"{unit} was back after {time.monotonic() - started:.0f} s")
    assert "Watchdog timeout" in machine.run("journalctl --no-pager -u 'harbor*'")
    number = harbor.send("anna", "ben", "After the frost")
    assert number in [item["id"] for item in harbor.inbox("ben")]


def test_a_killed_worker_costs_a_moment_and_a_crash_loop_does_not_close_its_socket(harbor):
    machine = harbor.machine
    for _ in range(3):
        before = main_pid(harbor, "harbor-sse@1")
        machine.run("systemctl kill --kill-whom=main -s SIGKILL harbor-sse@1")
        wait_until(lambda before=before: main_pid(harbor, "harbor-sse@1") not in (0, before) and
                   machine.show("harbor-sse@1", "ActiveState") == "active", 40, "harbor-sse@1 is back")
    assert machine.show("harbor-sse@1.socket", "ActiveState") == "active"
    with harbor.stream("ben") as line_with:
        line_with("event: hello")


def test_a_wrong_configuration_is_said_and_not_tried_again(harbor):
    machine = harbor.machine
    machine.run("cp -p /etc/harbor/harbor.yaml /etc/harbor/kept && echo 'jobs: {interval: 0 s}' >> /etc/harbor/harbor.yaml")
    machine.run("systemctl restart harbor-jobs", check=False)
    wait_until(lambda: machine.show("harbor-jobs", "ActiveState") == "failed", 40, "harbor-jobs has failed")
    assert machine.show("harbor-jobs", "ExecMainStatus") == "78"
    time.sleep(1.5)
    assert machine.show("harbor-jobs", "NRestarts") == "0"
    assert "jobs.interval" in machine.run("journalctl --no-pager -u harbor-jobs -n 20")
    assert harbor.curl("/readyz")[0] == 200, "the others go on with what they have read"
    machine.run("mv /etc/harbor/kept /etc/harbor/harbor.yaml && systemctl restart harbor-jobs")


def test_a_third_api_worker_is_one_command(harbor):
    machine = harbor.machine
    machine.run("systemctl enable --now harbor-api@3")
    assert machine.show("harbor-api@3", "ActiveState") == "active"
    machine.run("systemctl disable --now harbor-api@3")
    assert harbor.curl("/readyz")[0] == 200


def test_a_reboot_keeps_everything_and_starts_everything(harbor):
    machine = harbor.machine
    known = [item["id"] for item in harbor.inbox("ben")]
    assert known
    started = time.monotonic()
    machine.reboot()
    wait_until(lambda: harbor.curl("/readyz")[0] == 200, 60, "the site is ready")
    print(f"serving {time.monotonic() - started:.1f} s after `reboot`")
    for unit in WORKERS:
        assert machine.show(unit, "ActiveState") == "active", unit
    assert machine.run("systemctl --failed --no-legend --plain") == ""
    assert [item["id"] for item in harbor.inbox("ben")] == known, "with the sessions of before"
    with harbor.stream("ben") as line_with:
        line_with("event: hello")
        number = harbor.send("anna", "ben", "After the reboot")
        line_with(f'"id":{number},')


def test_stopping_the_target_stops_everything(harbor):
    machine = harbor.machine
    machine.run("systemctl stop harbor.target")
    wait_until(lambda: machine.run("systemctl list-units --no-legend --plain --state=active 'harbor*'") == "", 60,
               "no unit of Harbor is active")
    status, text = harbor.curl("/readyz")
    assert status == 502 and json.loads(text)["code"] == "outcome_unknown"
