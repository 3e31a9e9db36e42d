"""A metric as a table: a CSV file with the columns `timestamp` and `value`."""

import csv
import io
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from engine.collectors.files import decompress
from engine.errors import SourceError

_TIME_COLUMNS = ("timestamp", "time", "date")
_VALUE_COLUMN = "value"
#: How tables write that there is no value.
_MISSING = frozenset({"", "nan", "null", "none", "na", "n/a", "-"})
#: A number of seconds that is greater than this is one of milliseconds.
_MOST_SECONDS = 1e11


class Row(Struct, frozen=True):
    """A line of the table. `value` is None where there is none; `at` too where `problem` says what cannot be read."""

    number: int
    timestamp: str
    at: datetime | None = None
    value: float | None = None
    problem: str = ""


def read_rows(raw: bytes, name: str) -> Iterator[Row]:
    """The rows of a table, compressed or not, one for each line after the header that is not blank.

    `name` is for the errors' sentences. Raises SourceError when it is damaged, or has no such columns.
    """
    text = decompress(raw, name).decode("utf-8-sig", errors="replace")
    lines = _rows_of(io.StringIO(text.replace("\0", ""), newline=""), name)
    header = next(lines, (0, []))[1]
    names = [cell.strip().lower() for cell in header]
    time = next((names.index(column) for column in _TIME_COLUMNS if column in names), None)
    if time is None or _VALUE_COLUMN not in names:
        raise SourceError(f"{name}: the first line has to name the columns `timestamp` and `value`")
    value = names.index(_VALUE_COLUMN)
    for number, cells in lines:
        yield _row(number, cells, time, value)


def _rows_of(lines: Iterable[str], name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise SourceError(f"{name}: line {reader.line_num} cannot be read as CSV ({error}); check the file") from error


def _row(number: int, cells: list[str], time: int, value: int) -> Row:
    if len(cells) <= max(time, value):
        return Row(number, cells[time].strip() if len(cells) > time else "", problem="has too few columns")
    timestamp, amount = cells[time].strip(), cells[value].strip()
    at = _time(timestamp)
    if at is None:
        return Row(number, timestamp, problem="has no timestamp that can be read")
    if amount.lower() in _MISSING:
        return Row(number, timestamp, at)
    try:
        read = float(amount)
    except ValueError:
        return Row(number, timestamp, at, problem="has a value that is no number")
    return Row(number, timestamp, at, read) if math.isfinite(read) else Row(number, timestamp, at)


def _time(text: str) -> datetime | None:
    """The moment of an ISO time, or of seconds or milliseconds since 1970; a time without a zone is UTC."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return None
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(seconds / 1000 if abs(seconds) > _MOST_SECONDS else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
