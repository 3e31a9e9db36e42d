"""A process that works for this one, and can be ended: for work that is long, or may never end."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

#: More would wait for whoever takes their answers.
_MOST = 4

Answer = Callable[[bytes], bytes]


def how_many(work: int, each: int) -> int:
    """How many processes are worth starting for so much work, one more for `each` of it; none where none can be."""
    if multiprocessing.current_process().daemon:  # those may have no children
        return 0
    return min(_MOST, _cores(), 1 + work // each)


class Process:
    """A process that answers one request at a time, with a function that it can import.

    It is started anew rather than forked: a fork of a process with threads may hang. Raises OSError when the system
    starts no more.
    """

    def __init__(self, answer: Answer) -> None:
        context = multiprocessing.get_context("spawn")
        self.answers, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_serve, args=(theirs, answer), daemon=True)
        try:
            self._process.start()
        except OSError:
            self.answers.close()
            raise
        finally:
            theirs.close()

    def ask(self, request: bytes) -> None:
        """Sends a request. The answer comes through `answers`: EOFError or OSError when the process has ended."""
        with suppress(OSError):  # a process that ended tells so when its answer is read
            self.answers.send_bytes(request)

    def kill(self) -> None:
        """Ends the process, so that whoever waits for its answer learns of it. Any thread may do so."""
        self._process.kill()

    def end(self) -> None:
        """Ends the process and forgets it."""
        self._process.kill()
        self._process.join()
        self.answers.close()


def _serve(requests: Connection, answer: Answer) -> None:
    """Answers requests as they come, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal interrupts every process; only the parent decides
    while True:
        try:
            request = requests.recv_bytes()
        except EOFError:
            return
        with suppress(BrokenPipeError):  # nobody waits for it any more
            requests.send_bytes(answer(request))


def _cores() -> int:
    """The cores that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
