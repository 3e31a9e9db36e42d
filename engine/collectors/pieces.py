"""Recorded logs as pieces that can be read apart: the files, and of a big one with a record to a line, slices."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from engine.collectors.files import read_lines
from engine.collectors.json_files import mended, read_json

_SLICE = 16 * 1024**2
#: Within so much of a file its first record ends, or it is taken for one with a single record.
_HEAD = 1024**2


class Piece(Struct, frozen=True):
    """A file, or where `end` is given the lines of it that begin from byte `start` on and before byte `end`."""

    file: str
    start: int = 0
    end: int | None = None

    @property
    def name(self) -> str:
        return Path(self.file).name

    @property
    def weight(self) -> int:
        """About how many bytes there are to read."""
        return weight(Path(self.file)) if self.end is None else self.end - self.start

    def content(self) -> bytes:
        """The text as `read_json` gives it. Raises SourceError with the reason when the file cannot be read."""
        path = Path(self.file)
        return read_json(path) if self.end is None else mended(read_lines(path, self.start, self.end))

    def line(self, number: int) -> str:
        """What a line of the content, counted from 1, is called in reports: `audit.log:17`."""
        return f"{self.name}:{number + (_lines_before(self.file, self.start) if self.start else 0)}"


def pieces_of(files: Iterable[Path], size: int = _SLICE) -> Iterator[Piece]:
    """The files, the big ones with a record to a line in slices of about `size` bytes."""
    for path in files:
        whole = _size(path)
        if whole < 2 * size or not _has_lines(path):
            yield Piece(str(path))
        else:
            for start in range(0, whole, size):
                yield Piece(str(path), start, min(start + size, whole))


def weight(path: Path) -> int:
    """About how many bytes there will be to read: logs take a tenth of that when they are compressed."""
    return _size(path) * (10 if path.suffix in (".gz", ".zst") else 1)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # whoever reads it learns why
        return 0


def _has_lines(path: Path) -> bool:
    """Whether a file has a JSON object by itself on its first line, and more behind it; compressed ones have not."""
    try:
        with path.open("rb") as file:
            first, _, rest = file.read(_HEAD).partition(b"\n")
        return rest[:1] == b"{" and first[:1] == b"{" and bool(msgspec.json.decode(first, type=Raw))
    except (OSError, msgspec.DecodeError, RecursionError):
        return False


@lru_cache(maxsize=256)
def _lines_before(file: str, end: int) -> int:
    return read_lines(Path(file), 0, end).count(b"\n")
