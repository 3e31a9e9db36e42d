"""A process that works for this one, and can be ended: for work that is long, or may never end."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection

#: More would wait for whoever takes their answers.
_MOST = 4

#: What a new process runs. It finds modules where this one does, and knows nothing else of it: what `multiprocessing`
#: starts runs this one's main script once more, whatever that does.
_MAIN = """
import sys
from multiprocessing.connection import Connection
requests = Connection(int(sys.argv[1]))
sys.path[:] = requests.recv()
answer = requests.recv()
from engine.collectors.processes import serve
serve(requests, answer)
"""

Answer = Callable[[bytes], bytes]


def how_many(work: int, each: int) -> int:
    """How many processes are worth starting for so much work, one more for `each` of it."""
    return min(_MOST, _cores(), 1 + work // each)


class Process:
    """A process that answers one request at a time, with a function that it can import.

    It is started anew rather than forked: a fork of a process with threads may hang. Raises OSError when the system
    starts no more.
    """

    def __init__(self, answer: Answer) -> None:
        self.answers, theirs = Pipe()
        handle = theirs.fileno()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
                [sys.executable, "-c", _MAIN, str(handle)],
                pass_fds=[handle],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # the terminal interrupts every process of its own; only this one decides
            )
        except OSError:
            self.answers.close()
            raise
        finally:
            theirs.close()
        with suppress(OSError):
            self.answers.send(sys.path)
            self.answers.send(answer)

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
        self._process.wait()
        self.answers.close()


def serve(requests: Connection, answer: Answer) -> None:
    """Answers requests as they come, until nobody asks any more."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            requests.send_bytes(answer(requests.recv_bytes()))


def _cores() -> int:
    """The cores that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
