"""Questions of a drawing to the timeline: how much happened when, in lanes, whatever the length of time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb
import msgspec

from engine.model import Actor, ActorKind, Event
from engine.model.event import FIELDS
from engine.store.stretches import Counts, Names, ScanMark, SeriesName, SeriesShape, Stretch, Wanted
from engine.store.timeline_columns import micros_of, to_aware, to_naive
from engine.store.timeline_events import FULL, LIGHT, event_of

#: What lasts without a known end is looked for that long after it began; tickets open longer tell nothing.
_LASTING = timedelta(days=7)

_COLUMNS = {name: name for name in FIELDS} | {"actor": "coalesce(principal, '')"}
_LASTS = "kind IN ('incident', 'alert')"
_PASSES = "kind NOT IN ('incident', 'alert')"
_WITHIN = "happened_at >= $start AND happened_at < $end"
_BUCKET = "(epoch_us({time}) - $first) // $width"
_UNDER_WAY = (
    f"{_LASTS} AND happened_at < $end "
    "AND (ended_at >= $start OR happened_at >= $start OR (ended_at IS NULL AND happened_at >= $recent))"
)


def stretch(
    cursor: duckdb.DuckDBPyConnection,
    start: datetime,
    width: timedelta,
    columns: int,
    *,
    by: str,
    names: Sequence[str],
    wanted: Wanted,
    most: int,
) -> Stretch:
    """What happened in `columns` columns of this width; see `Timeline.stretch`."""
    end = start + width * columns
    span = {"start": to_naive(start), "end": to_naive(end)}
    conditions, chosen = _conditions(wanted)
    grid = {"first": micros_of(start), "width": width // timedelta(microseconds=1)}
    lanes, others = _lanes(cursor, [_PASSES, *conditions], {**chosen, **span, **grid, "names": list(names)}, by)
    total = sum(sum(counts.values()) for counts in (*lanes.values(), others))
    events = _events(cursor, [_WITHIN, _PASSES, *conditions], {**chosen, **span}, most) if total <= most else None
    recent = {"recent": to_naive(start - _LASTING)}
    lasting = _events(cursor, [_UNDER_WAY, *conditions], {**chosen, **span, **recent}, most)
    return Stretch(
        start=start,
        width=width,
        columns=columns,
        lanes=lanes,
        others=others,
        begun=_begun(cursor, conditions, {**chosen, **span, **grid}),
        events=events,
        lasting=lasting,
        changes=_changes(cursor, {**span, **grid}),
        scans=_scans(cursor, span),
    )


def names(cursor: duckdb.DuckDBPyConnection) -> Names:
    """The values of every field and how many events have each, the most frequent first."""
    found: dict[str, dict[str, int]] = {field: {} for field in FIELDS}
    parts = (f"SELECT '{field}', {_COLUMNS[field]}, count(*) FROM events GROUP BY 2" for field in FIELDS)  # noqa: S608
    rows = cursor.execute(" UNION ALL ".join(parts)).fetchall()
    for field, value, count in sorted(rows, key=lambda row: (-row[2], row[1])):
        found[field][value] = count
    return found


def actors(cursor: duckdb.DuckDBPyConnection) -> list[Actor]:
    """Who did anything, by name and kind."""
    rows = cursor.execute(
        "SELECT DISTINCT principal, actor_kind FROM events WHERE principal IS NOT NULL ORDER BY ALL"
    ).fetchall()
    return [Actor(principal, ActorKind(kind)) for principal, kind in rows]


def people(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Whoever tickets and planned changes name."""
    rows = cursor.execute("""
        SELECT DISTINCT unnest(from_json(json_extract(request, '$.people'), '["VARCHAR"]'))
        FROM events WHERE kind IN ('incident', 'deploy') AND json_valid(request) ORDER BY ALL
    """).fetchall()
    return [name for (name,) in rows if name]


def extent(cursor: duckdb.DuckDBPyConnection) -> tuple[datetime, datetime] | None:
    """When the first and the last thing happened that is recorded, scans and metrics included."""
    query = """
        SELECT min(first), max(last) FROM (
            SELECT min(happened_at) AS first, max(happened_at) AS last FROM events
            UNION ALL SELECT min(as_of), max(as_of) FROM scans
            UNION ALL SELECT min(measured_at), max(measured_at) FROM samples
        )
    """
    [(first, last)] = cursor.execute(query).fetchall()
    return None if first is None else (to_aware(first), to_aware(last))


def events_within(
    cursor: duckdb.DuckDBPyConnection, start: datetime, end: datetime, wanted: Wanted, limit: int
) -> tuple[list[Event], int]:
    """The first events from start on and before end, without their long texts, and how many more there are."""
    conditions, chosen = _conditions(wanted)
    parameters = {**chosen, "start": to_naive(start), "end": to_naive(end)}
    where = " AND ".join([_WITHIN, *conditions])
    query = f"SELECT {LIGHT} FROM events WHERE {where} ORDER BY happened_at, id LIMIT {limit}"  # noqa: S608
    found = [event_of(row) for row in cursor.execute(query, parameters).fetchall()]
    if len(found) < limit:
        return found, 0
    [(count,)] = cursor.execute(f"SELECT count(*) FROM events WHERE {where}", parameters).fetchall()  # noqa: S608
    return found, count - len(found)


def event(cursor: duckdb.DuckDBPyConnection, id_: str, at: datetime) -> Event | None:
    """One event with its request and original."""
    query = f"SELECT {FULL} FROM events WHERE happened_at = $at AND id = $id"  # noqa: S608
    rows = cursor.execute(query, {"id": id_, "at": to_naive(at)}).fetchall()
    return event_of(rows[0]) if rows else None


def nearest(
    cursor: duckdb.DuckDBPyConnection, at: datetime, wanted: Wanted, *, earlier: bool = False
) -> datetime | None:
    """When the next wanted event after a moment happened, or the one before it; None when there is none."""
    conditions, chosen = _conditions(wanted)
    which, when = ("max", "happened_at < $at") if earlier else ("min", "happened_at > $at")
    where = " AND ".join([when, *conditions])
    query = f"SELECT {which}(happened_at) FROM events WHERE {where}"  # noqa: S608
    [(found,)] = cursor.execute(query, {**chosen, "at": to_naive(at)}).fetchall()
    return found and to_aware(found)


def series_names(cursor: duckdb.DuckDBPyConnection, start: datetime, end: datetime) -> list[SeriesName]:
    """The metrics of which something was measured within the span."""
    query = """
        SELECT number, source, name, labels, unit, touches, samples
        FROM series JOIN (
            SELECT series, count(*) AS samples FROM samples
            WHERE measured_at >= $start AND measured_at < $end GROUP BY series
        ) ON series = number ORDER BY name, key
    """
    rows = cursor.execute(query, {"start": to_naive(start), "end": to_naive(end)}).fetchall()
    return [
        SeriesName(
            number, source, name, msgspec.json.decode(labels, type=dict[str, str]), unit, tuple(touches), samples
        )
        for number, source, name, labels, unit, touches, samples in rows
    ]


def series_shape(
    cursor: duckdb.DuckDBPyConnection, number: int, start: datetime, width: timedelta, columns: int
) -> SeriesShape:
    """The bounds of a series in each of `columns` columns of this width."""
    query = f"""
        SELECT {_BUCKET.format(time="measured_at")} AS bucket, min(value), max(value)
        FROM samples WHERE series = $number AND measured_at >= $start AND measured_at < $end GROUP BY bucket
    """  # noqa: S608
    grid = {"first": micros_of(start), "width": width // timedelta(microseconds=1)}
    span = {"start": to_naive(start), "end": to_naive(start + width * columns)}
    rows = cursor.execute(query, {"number": number, **span, **grid}).fetchall()
    return SeriesShape({bucket: low for bucket, low, _ in rows}, {bucket: high for bucket, _, high in rows})


def _conditions(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """The conditions for what is wanted and their parameters."""
    found: list[str] = []
    chosen: dict[str, Any] = {}
    for number, alternatives in enumerate(wanted.among):
        either = []
        for field, values in alternatives:
            name = f"{field}{number}"
            either.append(f"{_COLUMNS[field]} IN (SELECT unnest(${name}::VARCHAR[]))")
            chosen[name] = list(values)
        found.append(f"({' OR '.join(either) or 'false'})")
    if wanted.touching:
        found.append("list_has_any(touches, $touching::VARCHAR[])")
        chosen["touching"] = list(wanted.touching)
    if wanted.only_writes:
        found.append("(writes OR kind <> 'api_call' OR error IS NOT NULL)")
    return found, chosen


def _lanes(
    cursor: duckdb.DuckDBPyConnection, conditions: Sequence[str], parameters: dict[str, Any], by: str
) -> tuple[dict[str, dict[int, int]], dict[int, int]]:
    where = " AND ".join([_WITHIN, *conditions])
    query = f"""
        WITH counted AS (
            SELECT {_COLUMNS[by]} AS lane, {_BUCKET.format(time="happened_at")} AS bucket, count(*) AS count
            FROM events WHERE {where} GROUP BY lane, bucket
        )
        SELECT CASE WHEN lane IN (SELECT unnest($names::VARCHAR[])) THEN lane END AS named, bucket, sum(count)::BIGINT
        FROM counted GROUP BY named, bucket
    """  # noqa: S608
    lanes: dict[str, dict[int, int]] = {name: {} for name in parameters["names"]}
    others: dict[int, int] = {}
    for name, bucket, count in cursor.execute(query, parameters).fetchall():
        (others if name is None else lanes[name])[bucket] = count
    return lanes, others


def _events(
    cursor: duckdb.DuckDBPyConnection, conditions: Sequence[str], parameters: dict[str, Any], most: int
) -> tuple[Event, ...] | None:
    """The events without their long texts; None when they are more than `most`."""
    where = " AND ".join(conditions)
    query = f"SELECT {LIGHT} FROM events WHERE {where} ORDER BY happened_at, id LIMIT {most + 1}"  # noqa: S608
    rows = cursor.execute(query, parameters).fetchall()
    return tuple(event_of(row) for row in rows) if len(rows) <= most else None


def _begun(
    cursor: duckdb.DuckDBPyConnection, conditions: Sequence[str], parameters: dict[str, Any]
) -> dict[str, Counts]:
    where = " AND ".join([_WITHIN, _LASTS, *conditions])
    bucket = _BUCKET.format(time="happened_at")
    query = f"SELECT kind, {bucket} AS bucket, count(*) FROM events WHERE {where} GROUP BY ALL"  # noqa: S608
    found: dict[str, dict[int, int]] = {}
    for kind, bucket, count in cursor.execute(query, parameters).fetchall():
        found.setdefault(kind, {})[bucket] = count
    return dict(found)


def _changes(cursor: duckdb.DuckDBPyConnection, parameters: dict[str, Any]) -> Counts:
    query = f"""
        SELECT {_BUCKET.format(time="valid_from")} AS bucket, count(*) FROM resource_versions AS changes
        WHERE valid_from >= $start AND valid_from < $end
          AND valid_from > (SELECT min(as_of) FROM scans WHERE scans.estate = changes.estate)
        GROUP BY bucket
    """  # noqa: S608
    return dict(cursor.execute(query, parameters).fetchall())


def _scans(cursor: duckdb.DuckDBPyConnection, span: dict[str, Any]) -> tuple[ScanMark, ...]:
    within = "as_of >= $start AND as_of < $end"
    query = f"SELECT arg_max(id, number), as_of FROM scans WHERE {within} GROUP BY as_of ORDER BY as_of"  # noqa: S608
    return tuple(ScanMark(id_, to_aware(at)) for id_, at in cursor.execute(query, span).fetchall())
