"""Api workers come and go while letters are sent: no request fails, and no client retries."""

import threading
from contextlib import contextmanager

from harbor.check import assert_exactly_once_in_order
from harbor.stack import Stack
from harbor.wait import wait_until
from harbor.world import World

RESTARTS, SENDERS = 20, 3


class Load:
    """Letters from anna to ben, from several threads, until the block ends."""

    def __init__(self, world):
        self.tenant, self.anna, self.ben = world.team("anna", "ben")
        self.answered, self.failures = [], []
        self._stop = threading.Event()

    @contextmanager
    def running(self):
        threads = [threading.Thread(target=self._send) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _send(self):
        while not self._stop.is_set():
            try:
                answer = self.anna.try_send(self.tenant, [self.ben])
            except Exception as error:  # any broken connection is a failed request here
                self.failures.append(repr(error))
                continue
            if answer.status == 201:
                self.answered.append(answer.json["id"])
            else:
                self.failures.append(str(answer))

    def wait_for(self, more):
        wanted = len(self.answered) + more
        wait_until(lambda: len(self.answered) >= wanted or self.failures, 120, lambda: f"{wanted} letters: {len(self.answered)}")

    def verify(self, stack):
        total = len(self.answered) + len(self.failures)
        assert not self.failures, f"{len(self.failures)} of {total} requests failed: {self.failures[:3]}"
        assert len(self.answered) > 100, f"only {len(self.answered)} letters: no load"
        assert_exactly_once_in_order(stack.database.message_ids(self.tenant.id), sorted(self.answered),
                                     "Messages against the 201 answers")


def test_20_restarts_of_each_api_worker_by_sigterm_fail_no_request(stack, world):
    pids = set()
    with Load(world).running() as load:
        for _ in range(RESTARTS):
            for name in ("api-1", "api-2"):
                stack.restart(name)
                pids.add(stack.pids()[name])
                load.wait_for(1)
    print(f"{len(load.answered)} letters answered over {len(pids)} restarts")
    assert len(pids) == 2 * RESTARTS, f"{len(pids)} different processes, want {2 * RESTARTS}"
    load.verify(stack)


def test_a_worker_that_retires_after_its_share_of_requests_fails_none():
    with Stack({"http": {"retire_after": 100}}) as stack:
        with Load(World(stack)).running() as load:
            load.wait_for(500)
        retired = sum(stack.status()[name]["restarts"] for name in ("api-1", "api-2"))
        assert retired >= 3, f"{retired} retirements after {len(load.answered)} letters, want at least 3"
        stack.expect_restarts("api-1", "api-2")
        load.verify(stack)
