"""A process that works for this one, and can be ended: for work that is long, or may never end."""

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

#: More would wait for whoever takes their answers.
_MOST = 4

#: What a new process runs. It finds modules where this one does, and knows nothing else of it: what `multiprocessing`
#: starts runs this one's main script once more, whatever that does.
_MAIN = """
import sys
sys.path[:] = sys.argv[2:]
from engine.collectors.processes import Line, serve
serve(Line(fileno=int(sys.argv[1])))
"""

#: A new process keeps the memory that it is done with: giving it back to the system and asking for as much again takes
#: a tenth of the time. GNU's C library reads this, others do not.
_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**30), "MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_TOP_PAD_": str(2**24)}
#: How much this one comes before the others: what they have read waits for it, and not the other way round.
_POLITE = 5

Answer = Callable[[bytes], bytes]


def how_many(work: int, each: int) -> int:
    """How many processes are worth starting for so much work, one more for `each` of it."""
    return min(_MOST, _cores(), 1 + work // each)


class Line(socket.socket):
    """One end of what two processes talk through. Messages are taken whole, without Python's lock in between."""

    def send_bytes(self, message: bytes) -> None:
        """Sends a message. Raises OSError when nobody is there to take it."""
        self.sendall(len(message).to_bytes(8, "big"))
        self.sendall(message)

    def recv_bytes(self) -> bytearray:
        """The next message. Raises EOFError or OSError when there is nobody to send one."""
        return self._take(int.from_bytes(self._take(8), "big"))

    def _take(self, size: int) -> bytearray:
        taken = bytearray(size)
        rest = memoryview(taken)
        while rest:
            count = self.recv_into(rest, len(rest), socket.MSG_WAITALL)
            if not count:
                raise EOFError
            rest = rest[count:]
        return taken


class Process:
    """A process that answers one request after another, with a function that it can import.

    It is started anew rather than forked: a fork of a process with threads may hang. Raises OSError when the system
    starts no more.
    """

    def __init__(self, answer: Answer) -> None:
        ours, theirs = socket.socketpair()
        self.answers = Line(fileno=ours.detach())
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
                    [sys.executable, "-c", _MAIN, str(theirs.fileno()), *sys.path],
                    env={**_MEMORY, **os.environ},
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,  # the terminal interrupts every process of its own; only this one decides
                )
            except OSError:
                self.answers.close()
                raise
        self.ask(pickle.dumps(answer))

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


def serve(requests: Line) -> None:
    """Answers requests as they come, with the function that the first of them holds, until nobody asks any more."""
    os.nice(_POLITE)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        answer = pickle.loads(requests.recv_bytes())  # noqa: S301 - from the process that started this one
        while True:
            requests.send_bytes(answer(bytes(requests.recv_bytes())))


def _cores() -> int:
    """The cores that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
