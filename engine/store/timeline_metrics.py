"""Metrics of the timeline: series and their samples, each moment of a series once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import duckdb
import msgspec
import numpy as np

from engine.model import Series
from engine.store.timeline_columns import column, execute, moments, release, to_aware

_json = msgspec.json.Encoder()

_ADD_SERIES = """
INSERT INTO series
SELECT (SELECT coalesce(max(number), 0) FROM series) + row_number() OVER (ORDER BY place), key, source, name, labels,
       unit, scope, from_json(touches, '["VARCHAR"]')
FROM incoming ANTI JOIN series USING (key)
"""

_ADD_SAMPLES = """
INSERT INTO samples
SELECT number, measured_at, value FROM incoming JOIN series USING (key)
ANTI JOIN (SELECT series AS number, measured_at FROM samples WHERE measured_at BETWEEN $first AND $last)
USING (number, measured_at)
"""


def write_series(cursor: duckdb.DuckDBPyConnection, found: Iterable[Series]) -> None:
    """Writes the samples whose series and moment are not there yet."""
    every = {series.key: series for series in found if series.times}
    if not every:
        return
    count = len(every)
    heads = {
        "place": np.arange(count),
        "key": column(every, count),
        **{
            name: column((getattr(series, name) for series in every.values()), count)
            for name in ("source", "name", "unit", "scope")
        },
        "labels": column((_json.encode(series.labels).decode() for series in every.values()), count),
        "touches": column((_json.encode(series.touches).decode() for series in every.values()), count),
    }
    execute(cursor, heads, _ADD_SERIES)
    release(heads)
    for key, series in every.items():
        length = len(series.times)
        samples = {
            "key": column([key] * length, length),
            "measured_at": moments(series.times, length),
            "value": np.array(series.values, dtype=np.float64),
        }
        span = {"first": samples["measured_at"].min().item(), "last": samples["measured_at"].max().item()}
        execute(cursor, samples, _ADD_SAMPLES, span)
        release(samples)


def series_between(
    cursor: duckdb.DuckDBPyConnection, start: datetime, end: datetime, *, touching: Sequence[str] | None, most: int
) -> list[Series]:
    """What was measured from start to end (UTC without zone, both included), `most` samples in all."""
    rows = cursor.execute(
        """
        SELECT key, source, name, labels, unit, scope, touches, measured_at, value
        FROM samples JOIN series ON samples.series = series.number
        WHERE measured_at BETWEEN $start AND $end
          AND ($touching::VARCHAR[] IS NULL OR list_has_any(touches, $touching::VARCHAR[]))
        ORDER BY key, measured_at LIMIT $most
        """,
        {"start": start, "end": end, "most": most, "touching": None if touching is None else list(touching)},
    ).fetchall()
    found = []
    for _, group in groupby(rows, key=lambda row: row[0]):
        lines = list(group)
        _, source, name, labels, unit, scope, touches, *_ = lines[0]
        found.append(
            Series(
                source=source,
                name=name,
                times=tuple(to_aware(row[-2]) for row in lines),
                values=tuple(row[-1] for row in lines),
                labels=msgspec.json.decode(labels, type=dict[str, str]),
                unit=unit,
                scope=scope,
                touches=tuple(touches),
            )
        )
    return found
