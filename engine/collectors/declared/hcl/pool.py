"""Parsing many files in processes of their own, so that one that never ends can be ended.

The parser is slow (some hundred kilobytes a second) and takes minutes over a few real files. A process that works on
one file for too long is killed, and another takes its place.
"""

import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import wait

import msgspec

from engine.collectors.declared.hcl.document import Body, parse_hcl
from engine.collectors.processes import Process, how_many

#: A process more for every so many bytes: starting one costs as much as parsing this.
_BYTES_A_WORKER = 64 * 1024


def parse_files(files: Sequence[tuple[str, str]], limit: float) -> Iterator[tuple[str, Body | str]]:
    """Each name with what its text says, or the reason why it could not be parsed. `limit` is seconds a file.

    Yields as results come, in no certain order. Closing the generator ends the processes.
    """
    waiting = list(reversed(files))
    size = sum(len(text) for _, text in files)
    count = min(len(files), how_many(size, _BYTES_A_WORKER))
    workers = [_Worker() for _ in range(count)]
    try:
        while waiting or any(worker.name for worker in workers):
            for place, worker in enumerate(workers):
                if worker.name and worker.is_late(limit):
                    yield worker.name, f"parsing it took more than {limit:g} s; it is left out"
                    worker.end()
                    workers[place] = worker = _Worker()  # noqa: PLW2901
                if not worker.name and waiting:
                    worker.start(*waiting.pop())
            busy = {worker.answers: worker for worker in workers if worker.name}
            for ready in wait(list(busy), timeout=0.1):
                worker = busy[ready]  # type: ignore[index]
                name, worker.name = worker.name, ""
                try:
                    answer = msgspec.json.decode(worker.answers.recv_bytes(), type=Body | str)
                except (EOFError, OSError):
                    yield name, "parsing it ended the parser; it is left out"
                    worker.end()
                    workers[workers.index(worker)] = _Worker()
                else:
                    yield name, answer
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """One process. `name` is the file it works on, empty while it has none."""

    def __init__(self) -> None:
        self._process = Process(_parse)
        self.answers = self._process.answers
        self.name = ""
        self._since = 0.0

    def start(self, name: str, text: str) -> None:
        self.name, self._since = name, time.monotonic()
        self._process.ask(text.encode())

    def is_late(self, limit: float) -> bool:
        return time.monotonic() - self._since > limit

    def end(self) -> None:
        self._process.end()


def _parse(text: bytes) -> bytes:
    return msgspec.json.encode(_parsed(text.decode()))


def _parsed(text: str) -> Body | str:
    try:
        return parse_hcl(text)
    except Exception as error:  # noqa: BLE001 - the parser raises whatever its grammar and its helpers raise
        place = f" at line {line}" if (line := getattr(error, "line", None)) else ""
        return f"it is not valid Terraform code, or of a kind that is not understood{place}; it is left out"
