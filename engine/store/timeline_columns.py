"""Columns of numpy handed to DuckDB: rows handed over one by one are a hundred times slower."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Columns = dict[str, NDArray[Any]]

# Rows of Python objects that exist at once beside what the caller holds.
_BATCH = 20_000

#: What DuckDB takes for a moment that is not known.
NO_MOMENT = np.iinfo(np.int64).min


def execute(
    cursor: duckdb.DuckDBPyConnection, incoming: Columns, statement: str, parameters: dict[str, Any] | None = None
) -> Columns:
    """Runs a statement that reads the columns as the table `incoming`, and returns its answer by columns."""
    cursor.register("incoming", incoming)
    answer = cursor.execute(statement, parameters).fetchnumpy()
    cursor.unregister("incoming")
    return dict(answer)


def release(columns: Columns) -> None:
    """Empties columns that were read: DuckDB holds on to what was registered until the transaction is over."""
    for column in columns.values():
        if column.dtype == object:
            column.fill(None)


def column(values: Iterable[Any], count: int) -> NDArray[Any]:
    """Values of any kind, `count` of them."""
    return np.fromiter(values, dtype=object, count=count)


def moments(values: Iterable[datetime | None], count: int) -> NDArray[Any]:
    """Moments as DuckDB's timestamps, in UTC; None stays unknown."""
    micros = (NO_MOMENT if at is None else micros_of(at) for at in values)
    return np.fromiter(micros, np.int64, count).view("datetime64[us]")


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of bounded length."""
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def micros_of(at: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return round(at.timestamp() * 1e6)


def to_naive(at: datetime) -> datetime:
    """A moment as the timeline stores it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)


def to_aware(at: datetime) -> datetime:
    """A moment of the timeline, saying that it is UTC."""
    return at.replace(tzinfo=UTC)
