"""Reading recorded logs, on several cores where there is so much of them that it is worth it.

Decoding a record takes a core some ten microseconds, and Python has one core to a process. A process takes a fifth of a
second to start: little is read in this one. What is found, and in which order, is the same either way.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, NamedTuple, TypeVar

import msgspec

from engine.collectors.base import Context
from engine.collectors.pieces import Piece, pieces_of, weight
from engine.collectors.processes import Process, how_many
from engine.errors import SourceError

#: A process more for every so many bytes.
_BYTES_A_PROCESS = 24 * 1024**2
#: How much is read ahead of who takes it, beside what the processes have in hand.
_BYTES_AHEAD = 48 * 1024**2
_PIECES_AHEAD = 16

T = TypeVar("T")
#: Reads a piece, and passes what it cannot use to the context's `skip`. One that another process can import.
Read = Callable[[Piece, Context], T]


def read_files(
    files: Iterable[Path], read: Read[T], kind: type[T], context: Context, processes: int | None = None
) -> Iterator[T]:
    """What is found in each file, or in each piece of it, in the order of the files. Closing it ends the processes.

    `kind` is the type of what `read` gives, one that msgspec can encode. A file of which `read` raises SourceError is
    skipped with that reason. `processes` overrides how many read, none for reading in this one.
    """
    paths = list(files)
    if processes is None:
        processes = how_many(sum(map(weight, paths)), _BYTES_A_PROCESS)
    pieces = pieces_of(paths)
    if processes > 1:
        try:
            readers = _Readers(processes, partial(_answer, read))
        except (OSError, EOFError):
            pass  # none can be started here
        else:
            yield from _read_apart(pieces, readers, kind, context)
            return
    for piece in pieces:
        if context.cancelled:
            return
        yield from _read_here(piece, read, context)


def _read_here(piece: Piece, read: Read[T], context: Context) -> Iterator[T]:
    try:
        found = read(piece, context)
    except SourceError as error:
        context.skip(piece.name, str(error).removeprefix(f"{piece.name}: "))
    except Exception as error:  # noqa: BLE001 - whatever breaks in one file must not stop the others
        context.skip(piece.name, f"unexpected {type(error).__name__} while reading; please report this")
    else:
        yield found


def _answer(read: Read[Any], request: bytes) -> bytes:
    """Reads one piece, in a process for it."""
    gc.disable()  # what is read holds no cycles, and looking for some costs a third of the time
    if not request:
        return b""
    context = Context()
    found = list(_read_here(msgspec.msgpack.decode(request, type=Piece), read, context))
    return msgspec.msgpack.encode((found, context.skipped, context.problems))


def _read_apart(pieces: Iterator[Piece], readers: "_Readers", kind: type[T], context: Context) -> Iterator[T]:
    waiting: deque[tuple[Piece, Future[bytearray]]] = deque()
    decode = msgspec.msgpack.Decoder(tuple[list[kind], int, list[str]]).decode  # type: ignore[valid-type]
    ahead = 0
    with closing(readers):
        while True:
            # Read ahead, but not further than what there is memory for.
            while len(waiting) < 2 * readers.count or (ahead < _BYTES_AHEAD and len(waiting) < _PIECES_AHEAD):
                piece = next(pieces, None)
                if piece is None:
                    break
                ahead += piece.weight
                waiting.append((piece, readers.read(msgspec.msgpack.encode(piece))))
            if not waiting:
                return
            piece, future = waiting.popleft()
            if not _is_done(future, context):
                return
            ahead -= piece.weight
            try:
                found, skipped, problems = _undisturbed(decode, future.result())
            except (EOFError, OSError):
                context.skip(piece.name, "reading it ended the process that read it; it is left out")
            else:
                context.add(skipped, problems)
                yield from found


def _undisturbed(decode: Callable[[bytearray], T], answer: bytearray) -> T:
    """Decodes without looking for cycles, of which there are none in it: that would take longer than decoding."""
    looking = gc.isenabled()
    gc.disable()
    try:
        return decode(answer)
    finally:
        if looking:
            gc.enable()


def _is_done(future: "Future[bytearray]", context: Context) -> bool:
    """Waits for the answer; false when the scan was cancelled before."""
    while not context.cancelled:
        try:
            future.exception(timeout=0.1)
        except TimeoutError:
            continue
        return True
    return False


class _Asked(NamedTuple):
    request: bytes
    answer: "Future[bytearray]"


class _Readers:
    """Processes that read, each with the next piece at hand when it is done with one.

    Raises OSError or EOFError when they cannot be started.
    """

    def __init__(self, count: int, answer: Callable[[bytes], bytes]) -> None:
        self.count = count
        self._answer = answer
        self._lock = Lock()
        self._closed = False
        self._asked = SimpleQueue[_Asked | None]()
        self._processes = [Process(answer) for _ in range(count)]
        try:
            # Where another process finds no Python, or not what this one has, it ends before it answers.
            for process in self._processes:
                process.ask(b"")
                process.answers.recv_bytes()
        except (EOFError, OSError):
            for process in self._processes:
                process.end()
            raise
        self._threads = [Thread(target=self._work, args=(place,), name="read", daemon=True) for place in range(count)]
        for thread in self._threads:
            thread.start()

    def read(self, request: bytes) -> "Future[bytearray]":
        """The answer to a request, when it is there. EOFError or OSError when it ended the process."""
        asked = _Asked(request, Future())
        self._asked.put(asked)
        return asked.answer

    def close(self) -> None:
        """Ends all processes."""
        with self._lock:
            self._closed = True
            for process in self._processes:
                process.kill()
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            process.end()

    def _work(self, place: int) -> None:
        """Asks one of the processes, twice before it takes an answer, so that it never waits to be asked."""
        begun: deque[_Asked] = deque()
        while True:
            with suppress(Empty):
                while len(begun) < 2:
                    asked = self._asked.get(block=not begun)
                    if asked is None:
                        return
                    begun.append(asked)
                    self._processes[place].ask(asked.request)
            asked = begun.popleft()
            try:
                asked.answer.set_result(self._processes[place].answers.recv_bytes())
            except (EOFError, OSError) as error:
                asked.answer.set_exception(error)
                if not self._is_replaced(place):
                    return
                for asked in begun:
                    self._processes[place].ask(asked.request)

    def _is_replaced(self, place: int) -> bool:
        """Starts a process in the place of one that has ended."""
        with self._lock:
            self._processes[place].end()
            if not self._closed:
                with suppress(OSError):
                    self._processes[place] = Process(self._answer)
            return not self._closed
