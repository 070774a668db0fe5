"""The real mail while processes are killed: what was answered 201 is in the database once and on every stream once, in order.

Clients behave as good clients do: a send is repeated with its Idempotency-Key until it is 201, a stream
reconnects with Last-Event-ID. The seed of each run is printed.
"""

import threading
import time

import pytest
from harbor.mailrun import MailRun
from harbor.wait import wait_until

# Who waits for a frozen Redis waits for as long as `redis.timeout`: longer than any letter may take here.
OVERLAY = {"stream": {"heartbeat": "1 s", "retry": "50-200 ms", "per_user": 50}, "redis": {"timeout": "8 s"}}


class Blows:
    """Does each act at a random letter of the run, a random moment after it began to be sent."""

    def __init__(self, rng, letters, acts):
        self.plan = dict(zip(sorted(rng.sample(range(2, letters - 8), len(acts))), acts))
        self.delays = {index: rng.uniform(0, 0.02) for index in self.plan}
        self.threads, self.failures, self.struck = [], [], 0

    def before_letter(self, index):
        if index in self.plan:
            thread = threading.Thread(target=self._strike, args=(index,))
            thread.start()
            self.threads.append(thread)

    def _strike(self, index):
        try:
            time.sleep(self.delays[index])
            self.plan[index]()
            self.struck += 1
        except Exception as error:
            self.failures.append(error)

    def finish(self):
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures
        assert self.struck == len(self.plan), f"{self.struck} of {len(self.plan)} blows fell"


def run_under(stack, streams, shared_data, acts):
    run = MailRun(stack, streams, shared_data, retry=True, reconnect=True, pause_s=0.03)
    run.open_streams()
    blows = Blows(run.rng, len(run.letters), acts)
    run.send_all(blows.before_letter)
    blows.finish()
    run.verify(timeout_s=60)
    return run


# One at a time: of two blows to the same process the second would find the first one's dead.
ONE_BLOW = threading.Lock()


def killing(stack, name):
    def kill():
        with ONE_BLOW:
            stack.ctl("wait", name)
            pid = stack.pids()[name]
            stack.kill(name, "KILL")
            wait_until(lambda: stack.pids().get(name) != pid, 20, f"{name} to fall", every_s=0.005)
    return kill


def all_is_back(stack):
    wait_until(lambda: stack.client().get("/readyz").body.find(b"degraded") < 0, 30, "a stack that is whole again")


@pytest.mark.parametrize("name", ["api-1", "sse-1", "redis"])
def test_every_letter_arrives_once_although_a_process_is_killed(stack, streams, shared_data, name):
    pid = stack.pids()[name]
    run = run_under(stack, streams, shared_data, [killing(stack, name)] * 2)
    reconnected = [len(stream.connections) > 1 for stream in run.own.values()]
    assert all(reconnected) if name == "sse-1" else not any(reconnected), f"{name}: reconnected {reconnected}"
    wait_until(lambda: stack.pids().get(name) not in (None, pid), 20, f"{name} started again")
    all_is_back(stack)


def test_every_letter_arrives_once_although_nginx_is_reloaded(stack, streams, shared_data):
    run_under(stack, streams, shared_data, [lambda: stack.ctl("reload-nginx")] * 2)


def test_every_letter_arrives_once_although_everything_falls_in_one_run(stack, streams, shared_data):
    acts = [killing(stack, name) for name in ("api-1", "sse-1", "redis", "api-2")]
    run_under(stack, streams, shared_data, [*acts, lambda: stack.ctl("reload-nginx"), killing(stack, "sse-1")])
    all_is_back(stack)


def test_every_letter_arrives_once_with_redis_stopped_for_the_whole_run(stack, streams, shared_data):
    with stack.without("redis"):
        run = MailRun(stack, streams, shared_data)
        run.open_streams()
        run.send_all()
        run.verify()


def test_every_letter_arrives_once_with_redis_frozen(stack, streams, shared_data):
    run = MailRun(stack, streams, shared_data)
    run.open_streams()
    with stack.frozen("redis"):
        run.send_all()
        run.verify()
        assert run.slowest_s < 5, f"a letter took {run.slowest_s:.1f} s: it waited for the frozen Redis"
