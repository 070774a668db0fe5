"""What a person sees of a running stack, and how it leaves the terminal."""

import os
import signal
import sys
import time


class Screen:
    """Says each line on stdout, as long as somebody reads it, and in a log."""

    def __init__(self, log):
        self._log = open(log, "a", buffering=1)

    def say(self, line):
        self._log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}\n")
        try:
            print(line, flush=True)
        except OSError:
            pass  # the reader has gone; the stack goes on

    def leave_terminal(self):
        """From here on only the log: whoever waits for our output sees its end."""
        with open(os.devnull, "w") as silence:
            os.dup2(silence.fileno(), 1)
        os.dup2(self._log.fileno(), 2)


def detach():
    """Forks. The child returns, in a session of its own; the parent shows what it says and ends with its verdict."""
    os.closerange(3, 1024)  # a lock or pipe of the caller's must not stay open as long as the stack
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        with open(os.devnull) as silence:
            os.dup2(silence.fileno(), 0)
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        os.close(writer)
        return
    os.close(writer)
    sys.exit(_relay(reader, child))


def _relay(reader, child):
    ready = False
    try:
        with os.fdopen(reader) as lines:
            for line in lines:
                print(line, end="", flush=True)
                ready = line.startswith("ready ")
    except KeyboardInterrupt:
        os.kill(child, signal.SIGTERM)
    if ready:
        return 0
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or 1
