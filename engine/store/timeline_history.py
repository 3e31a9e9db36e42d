"""The events and drifts of a long time, as far as patterns among them need it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import msgspec

from engine.model import Actor, ActorKind, Drift, Event, EventKind, Report, Via
from engine.store.timeline_read import report_of

# Alike are events of which one kind and subject are told; of tickets, what they say of themselves is what they are.
_ALIKE = """
WITH latest AS (
    SELECT * FROM events
    WHERE happened_at BETWEEN $start AND $end AND (writes OR kind <> 'api_call' OR error IS NOT NULL)
    ORDER BY happened_at DESC, id LIMIT $limit
)
SELECT source, kind, operation, actor_kind, CASE WHEN via = 'terraform' THEN via ELSE 'unknown' END AS caller,
       error IS NOT NULL AS failed, touches, CASE WHEN kind = 'commit' THEN scope ELSE '' END AS place,
       CASE WHEN kind IN ('incident', 'deploy') THEN request ELSE '' END AS told, list(epoch_us(happened_at))
FROM latest GROUP BY ALL ORDER BY ALL
"""


def events_alike(
    cursor: duckdb.DuckDBPyConnection, start: datetime, end: datetime, limit: int
) -> list[tuple[Event, list[int]]]:
    """The last `limit` of what was written or went on from start to end (UTC without zone); see `Timeline`."""
    rows = cursor.execute(_ALIKE, {"start": start, "end": end, "limit": limit}).fetchall()
    return [(_standing_for(row), row[-1]) for row in rows]


def _standing_for(row: Sequence[Any]) -> Event:
    source, kind, operation, actor_kind, via, failed, touches, scope, request, moments = row
    return Event(
        id="",
        at=datetime.fromtimestamp(min(moments) / 1e6, UTC),
        source=source,
        kind=EventKind(kind),
        operation=operation,
        actor=Actor(kind=ActorKind(actor_kind), via=Via(via)),
        scope=scope,
        error="failed" if failed else None,
        touches=tuple(touches),
        request=request,
    )


def last_reports(cursor: duckdb.DuckDBPyConnection) -> list[Report]:
    """The report of the last scan of each estate, by its name."""
    rows = cursor.execute("SELECT arg_max(id, number) FROM scans GROUP BY estate ORDER BY estate").fetchall()
    reports = (report_of(cursor, scan_id) for (scan_id,) in rows)
    return [report for report in reports if report is not None]


def drifts_of_history(cursor: duckdb.DuckDBPyConnection) -> list[Drift]:
    """Every drift that any scan found, once, as the last report that held it told it."""
    rows = cursor.execute(
        "SELECT arg_max(body, scan) FROM drift_history GROUP BY drift_id ORDER BY drift_id"
    ).fetchall()
    return [msgspec.json.decode(body, type=Drift) for (body,) in rows]
