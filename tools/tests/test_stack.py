"""What the supervisor promises, tried with stand-ins for the workers."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import TOOLS, Stack, wait_for

PARTS = ("redis", "api-1", "api-2", "sse-1", "jobs", "nginx")


def get(stack, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{stack.port}{path}", timeout=5) as answer:
        return answer.status


def test_ready_is_the_last_line_and_nothing_lives_after_stop(stack):
    assert stack.run().splitlines()[-1] == f"ready http://127.0.0.1:{stack.port}"
    assert {name: stack.part(name)["state"] for name in stack.record["pids"]} == dict.fromkeys(PARTS, "up")
    assert get(stack, "/readyz") == 200
    stack.stop()
    assert stack.processes() == []
    assert not list((stack.state / "run").iterdir())


@pytest.mark.parametrize("name", PARTS)
def test_a_killed_part_is_started_again(stack, name):
    stack.run()
    before = stack.part(name)["pid"]
    assert json.loads(stack.ctl("kill", name, "KILL")) == {"pid": before}
    stack.ctl("wait")
    after = stack.part(name)
    assert after["pid"] != before and after["restarts"] == 1
    assert f"{name} exited with signal 9; started again (pid {after['pid']})" in stack.said()
    assert get(stack, "/readyz") == 200


def test_frozen_parts_are_killed_and_started_again(stack):
    stack.run()
    frozen = {name: stack.part(name)["pid"] for name in ("redis", "api-1", "nginx")}
    for name, pid in frozen.items():
        for process in [pid, *_children(pid)]:  # the workers of nginx answer, not its master
            os.kill(process, signal.SIGSTOP)
    wait_for(lambda: all(stack.part(name)["restarts"] == 1 for name in frozen), "all are started again", 25)
    stack.ctl("wait")
    assert "api-1 has sent no watchdog for 10 s; started again" in stack.said()
    assert "redis has not answered for 5 s; started again" in stack.said()
    assert "nginx has not answered for 5 s; started again" in stack.said()


def _children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_parts_that_nobody_watches_stay_frozen(stack):
    stack.run()
    before = {name: stack.part(name)["pid"] for name in ("redis", "api-1")}
    for name in before:
        stack.ctl("watch", name, "off")
        stack.ctl("kill", name, "STOP")
    used = _processor_seconds(stack.record["supervisor"])
    time.sleep(12)  # longer than either is given
    used = _processor_seconds(stack.record["supervisor"]) - used
    assert {name: stack.part(name)["pid"] for name in before} == before
    assert used < 3, f"the supervisor was busy for {used:.1f} of 12 s in which it had nothing to do"
    for name in before:
        stack.ctl("kill", name, "CONT")
        stack.ctl("watch", name, "on")
        stack.ctl("wait", name)
    assert {name: stack.part(name)["restarts"] for name in before} == {"redis": 0, "api-1": 0}


def _processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_bad_configuration_fails_the_start_with_the_workers_words(stack):
    said = stack.run("--env", "STAND_IN_EXIT=78", expect=78)
    assert "does not start:\nstand-in: told to exit" in said
    assert stack.processes() == []


def test_a_worker_that_never_starts_fails_the_start(stack):
    assert "does not start" in stack.run("--env", "STAND_IN_EXIT=1", expect=1)
    assert stack.processes() == []


def test_a_second_run_on_a_running_state_is_refused(stack):
    stack.run()
    assert f"is running in {stack.state} already: http://127.0.0.1:{stack.port}" in stack.run(expect=1)
    assert get(stack, "/readyz") == 200


def test_two_stacks_run_side_by_side(stack, folder):
    other = Stack(folder / "other")
    stack.run()
    other.run()
    try:
        stack.stop()
        assert get(other, "/readyz") == 200
    finally:
        other.stop()


def test_a_taken_port_is_said(stack):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port} cannot be used" in stack.run("--port", port, expect=1)


def test_the_port_is_kept_while_nginx_is_down(stack):
    stack.run()
    stack.ctl("stop", "nginx")
    with socket.socket() as thief, pytest.raises(OSError):
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        thief.bind(("127.0.0.1", stack.port))
    stack.ctl("start", "nginx")
    assert get(stack, "/readyz") == 200


def test_a_killed_supervisor_leaves_nothing_that_hinders_the_next(stack):
    stack.run()
    os.kill(stack.record["supervisor"], signal.SIGKILL)
    wait_for(lambda: not stack.processes(), "its parts have gone with it")
    stack.run()
    assert get(stack, "/readyz") == 200


def test_the_workers_of_a_killed_nginx_are_ended_by_the_next_start(stack):
    stack.run()
    record = stack.record
    orphans = _children(record["pids"]["nginx"])
    os.kill(record["supervisor"], signal.SIGSTOP)  # so that it cannot clear up itself
    os.kill(record["pids"]["nginx"], signal.SIGKILL)
    os.kill(record["supervisor"], signal.SIGKILL)
    wait_for(lambda: set(stack.processes()) <= set(orphans), "only the orphans are left")
    stack.run()
    assert not set(orphans) & set(stack.processes())


def test_a_path_too_long_for_sockets_gets_a_short_one(folder):
    stack = Stack(folder / ("long-" * 20))
    stack.run("--demo")
    target = (stack.state / "run").resolve()
    try:
        assert get(stack, "/readyz") == 200 and target.name.startswith("harbor-run-")
    finally:
        stack.stop()
    assert not target.exists()


def test_the_demo_is_made_once(stack):
    assert "harbor-demo" in stack.run("--demo")
    stack.stop()
    assert "harbor-demo" not in stack.run("--demo")
    book = json.loads((stack.state / "stand-in.json").read_text())
    assert book.count(["tenant", "add", "acme", "--name", "Acme"]) == 1
    assert ["member", "add", "acme", "dana@acme.example", "--admin"] in book
    assert ["user", "add", "admin@harbor.example", "--name", "Admin", "--global-admin", "harbor-demo"] in book


def test_a_restart_answers_when_the_new_process_is_ready(stack):
    stack.run()
    before = stack.part("api-2")["pid"]
    assert json.loads(stack.ctl("restart", "api-2"))["api-2"]["pid"] != before
    assert stack.part("api-2")["restarts"] == 0


def test_ctrl_c_ends_a_run_in_the_foreground(stack):
    words = ["run", "--bin", stack.bin, "--state", stack.state, "--port", "0"]
    with subprocess.Popen([sys.executable, TOOLS / "stack.py", *words], stdout=subprocess.PIPE, text=True,
                          start_new_session=True) as run:
        assert run.stdout.readline().startswith("ready ")
        os.killpg(run.pid, signal.SIGINT)
        assert run.stdout.read().splitlines() == ["stopping", "stopped"]
        assert run.wait(10) == 0
    assert stack.processes() == []


def test_requests_wait_while_all_api_workers_restart(stack):
    stack.run()
    for name in ("api-1", "api-2"):
        stack.ctl("stop", name)
    with socket.create_connection(("127.0.0.1", stack.port), timeout=5) as client:
        client.sendall(b"GET /api/echo HTTP/1.1\r\nHost: x\r\n\r\n")
        stack.ctl("start", "api-1")
        assert client.recv(100).startswith(b"HTTP/1.1 200")


def test_stop_also_ends_a_run_that_is_not_ready_yet(stack):
    words = ["run", "--bin", stack.bin, "--state", stack.state, "--port", "0", "--env", "STAND_IN_SLEEP=60"]
    with subprocess.Popen([sys.executable, TOOLS / "stack.py", *words], stderr=subprocess.PIPE) as run:
        wait_for(lambda: len(stack.processes()) >= 4, "its parts are starting")
        stack.stop()
        assert run.wait(10) == 130
    assert stack.processes() == []
