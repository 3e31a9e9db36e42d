"""The events and drifts of a long time, as far as patterns among them need it."""

from datetime import datetime

import duckdb
import msgspec

from engine.model import Drift, Event, Report
from engine.store.timeline_events import LIGHT, event_of
from engine.store.timeline_read import report_of

_BATCH = 50_000
# Of tickets and alerts, what they say of themselves is what they are; of calls it is long, and not needed.
_HISTORY = f"""
SELECT {LIGHT}, CASE WHEN kind IN ('incident', 'deploy', 'alert') THEN request ELSE '' END, ''
FROM events
WHERE happened_at BETWEEN $start AND $end AND (writes OR kind <> 'api_call' OR error IS NOT NULL)
ORDER BY happened_at DESC, id LIMIT $limit
"""  # noqa: S608


def events_of_history(cursor: duckdb.DuckDBPyConnection, start: datetime, end: datetime, limit: int) -> list[Event]:
    """The last `limit` of what was written or went on from start to end (UTC without zone), the latest first."""
    answer = cursor.execute(_HISTORY, {"start": start, "end": end, "limit": limit})
    found: list[Event] = []
    while rows := answer.fetchmany(_BATCH):
        found += map(event_of, rows)
    return found


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
