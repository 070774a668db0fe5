"""Waiting for a condition, never for a time."""

import time


def wait_until(condition, timeout_s, what, every_s=0.01):
    """Returns the condition's first true value; after `timeout_s` fails with what was awaited.

    `what` is a text, or a function that says how far it came.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s} s: {what() if callable(what) else what}")
        time.sleep(every_s)
