"""20 restarts of each api worker by SIGTERM while letters are sent: no request fails, and no client retries."""

import threading

from harbor.check import assert_exactly_once_in_order
from harbor.wait import wait_until

RESTARTS, SENDERS = 20, 3


def test_restarts_of_api_workers_fail_no_request(stack, world):
    tenant, anna, ben = world.team("anna", "ben")
    answered, failures, stop = [], [], threading.Event()

    def keep_sending():
        while not stop.is_set():
            try:
                answer = anna.try_send(tenant, [ben])
            except Exception as error:  # any broken connection is a failed request here
                failures.append(repr(error))
                continue
            if answer.status == 201:
                answered.append(answer.json["id"])
            else:
                failures.append(str(answer))

    threads = [threading.Thread(target=keep_sending) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        pids = set()
        for _ in range(RESTARTS):
            for name in ("api-1", "api-2"):
                before = len(answered)
                stack.restart(name)
                pids.add(stack.pids()[name])
                wait_until(lambda before=before: len(answered) > before or failures, 10, "a letter after the restart")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    print(f"{len(answered)} letters answered over {len(pids)} restarts")
    assert len(pids) == 2 * RESTARTS, f"{len(pids)} different processes, want {2 * RESTARTS}"
    assert not failures, f"{len(failures)} of {len(answered) + len(failures)} requests failed: {failures[:3]}"
    assert len(answered) > 100, f"only {len(answered)} letters: no load"
    assert_exactly_once_in_order(stack.database.message_ids(tenant.id), sorted(answered), "Messages against the 201 answers")
