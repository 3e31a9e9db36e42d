"""A reader of pieces for tests, in a module that other processes can import: numbers, one to a line."""

import os
import signal
import time

from engine.collectors.base import Context
from engine.collectors.pieces import Piece
from engine.errors import SourceError


def read_numbers(piece: Piece, context: Context) -> list[dict[str, int]]:
    """The numbers of a piece and the process that read them. Some words make it do something else."""
    found = []
    for number, line in enumerate(piece.content().splitlines(), 1):
        match line.strip(b'{"} '):
            case b"refuse":
                raise SourceError(f"{piece.name}: it is refused")
            case b"break":
                raise KeyError("a mistake")
            case b"die":
                os.kill(os.getpid(), signal.SIGKILL)
            case b"sleep":
                time.sleep(600)
            case digits if digits.isdigit():
                found.append({"number": int(digits), "process": os.getpid()})
            case _:
                context.skip(piece.line(number), "no number")
    return found
