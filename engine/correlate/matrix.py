"""Counts for heatmaps: what occurred where and when, and what occurs with what, each cell with its significance."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from engine.correlate.cooccurrence import WINDOW, episodes, lifts
from engine.correlate.significance import LEAST_LIFT, LEVEL, Integers, benjamini_hochberg, poisson_tail
from engine.model import Cell, Matrix

_MICROSECOND = timedelta(microseconds=1)


def over_time(
    title: str,
    rows: Mapping[str, Sequence[Integers]],
    start: datetime,
    end: datetime,
    step: timedelta,
    window: timedelta = WINDOW,
) -> Matrix:
    """How much occurred in each row in each step of time from `start` until `end`.

    Each row holds the occurrences of several kinds, in microseconds since 1970 and in order; of a burst of one kind
    within the window only the beginning counts. A cell is expected to have its share by the sums of its row and its
    column, and is significant where it has more by far.
    """
    names = sorted(rows)
    columns = max(1, -((start - end) // step))
    counts = np.zeros((len(names), columns), dtype=np.int64)
    for row, name in enumerate(names):
        for times in rows[name]:
            place = (episodes(times, window).starts - _micros(start)) // (step // _MICROSECOND)
            np.add.at(counts[row], place[(place >= 0) & (place < columns)], 1)
    labels = tuple(f"{start.astimezone(UTC) + step * place:%Y-%m-%dT%H:%M:%SZ}" for place in range(columns))
    return Matrix(title, tuple(names), labels, _cells(counts))


def side_by_side(title: str, kinds: Mapping[str, Integers], window: timedelta = WINDOW) -> Matrix:
    """How many episodes of a row's kind have one of the column's kind within the window after them."""
    names = tuple(sorted(kinds))
    place = {name: number for number, name in enumerate(names)}
    cells = [
        Cell(
            row=place[one.first],
            column=place[one.second],
            count=one.together,
            expected=one.expected,
            lift=one.lift,
            q_value=one.q_value,
            significant=one.significant,
            p_value=one.p_value,
            of=one.count,
        )
        for one in lifts(kinds, window)
    ]
    return Matrix(title, names, names, tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _cells(counts: Any) -> tuple[Cell, ...]:
    total = counts.sum()
    if not total:
        return ()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / total
    filled = np.argwhere(counts > 0)
    found, chance = counts[counts > 0], expected[counts > 0]
    p_values = poisson_tail(found, chance)
    q_values = benjamini_hochberg(p_values, tests=counts.size)
    return tuple(
        Cell(
            row=int(row),
            column=int(column),
            count=int(count),
            expected=round(float(by_chance), 3),
            lift=round(float(count / by_chance), 3),
            q_value=float(q_value),
            significant=bool(q_value <= LEVEL and count >= LEAST_LIFT * by_chance),
            p_value=float(p_value),
        )
        for (row, column), count, by_chance, p_value, q_value in zip(
            filled, found, chance, p_values, q_values, strict=True
        )
    )


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1e6)
