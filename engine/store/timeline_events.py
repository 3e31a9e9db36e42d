"""Events of the timeline: writing those not yet known, and finding those that bear on given resources."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

import duckdb
import msgspec
import numpy as np

from engine.model import Actor, ActorKind, Event, EventKind, Via
from engine.store.timeline_columns import NO_MOMENT, Columns, batches, column, execute, moments, release, to_aware

_json = msgspec.json.Encoder()

# Columns of text, and where an event has them. The text of an enumeration's member is an attribute of the member.
_TEXTS = {
    "id": "id", "source": "source", "kind": "kind._value_", "operation": "operation", "service": "service",
    "scope": "scope", "principal": "actor.principal", "actor_kind": "actor.kind._value_", "via": "actor.via._value_",
    "source_ip": "actor.source_ip", "role": "actor.role", "error": "error", "summary": "summary",
    "request": "request", "original": "original",
}  # fmt: skip

# A record that was written later than the one known takes its place: the ticket was closed, the alert resolved.
_REMOVE_EARLIER = """
DELETE FROM events USING incoming
WHERE events.id = incoming.id AND incoming.recorded_at IS NOT NULL
  AND coalesce(events.recorded_at, events.happened_at) < incoming.recorded_at
"""

# Two records of one call have one time, so only what happened between the first and the last of the new ones is looked
# through; records that may be written again can move.
_ADD = """
INSERT INTO events
SELECT id, happened_at, source, kind, operation, service, scope, principal, actor_kind, via, source_ip, role, writes,
       error, from_json(touches, '["VARCHAR"]'), summary, request, original, ended_at, recorded_at
FROM incoming ANTI JOIN (
    SELECT id FROM events WHERE happened_at BETWEEN $first AND $last OR recorded_at IS NOT NULL
) AS known USING (id)
"""

#: The columns of an event but for its long texts, in the order of `event_of`.
LIGHT = (
    "id, happened_at, source, kind, operation, principal, actor_kind, via, source_ip, role, service, scope, writes, "
    "error, touches, summary, ended_at, recorded_at"
)
FULL = f"{LIGHT}, request, original"

_READ = "source IN (SELECT unnest($sources::VARCHAR[])) AND happened_at <= $until"
#: Of few names each row is asked for them; many are joined.
_FEW = 200
_HAS_ANY = f"SELECT rowid AS row FROM events WHERE {_READ} AND list_has_any(touches, $names::VARCHAR[])"  # noqa: S608
_HAS_JOINED = f"""
    SELECT DISTINCT row FROM (SELECT rowid AS row, unnest(touches) AS name FROM events WHERE {_READ})
    SEMI JOIN incoming USING (name)
"""  # noqa: S608
# What touches one of the names, all commits, what else went on within a week before and a day after that, and what the
# callers wrote within the same half hours. Rows are found by their narrow columns first: the wide ones are most of the
# file.
_RECALL = """
WITH hits AS MATERIALIZED (
    SELECT rowid AS row, happened_at, principal, writes, kind FROM events WHERE rowid IN ({touching})
), days AS (
    SELECT DISTINCT date_trunc('day', happened_at) + step * INTERVAL 1 DAY AS day
    FROM (SELECT happened_at FROM hits UNION ALL SELECT $until::TIMESTAMP), (SELECT unnest(range(-7, 2)) AS step)
), context AS (
    SELECT rowid AS row FROM events
    WHERE {read} AND kind <> 'api_call' AND (kind = 'commit' OR date_trunc('day', happened_at) IN (FROM days))
), sittings AS (
    SELECT DISTINCT principal, time_bucket(INTERVAL 30 MINUTE, happened_at) + step * INTERVAL 30 MINUTE AS half_hour
    FROM hits, (SELECT unnest([-1, 0, 1]) AS step) WHERE writes AND kind = 'api_call'
), nearby AS (
    SELECT rowid AS row FROM events SEMI JOIN sittings
    ON events.principal = sittings.principal
       AND time_bucket(INTERVAL 30 MINUTE, events.happened_at) = sittings.half_hour
    WHERE writes AND {read}
)
SELECT {columns} FROM events
WHERE rowid IN (SELECT row FROM hits UNION SELECT row FROM context UNION SELECT row FROM nearby)
ORDER BY happened_at, id
"""


def write_events(cursor: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> int:
    """Writes the events whose id is not there yet, and returns how many those were.

    Of two records with one id the one that was written later stays.
    """
    added = 0
    for batch in batches(events):
        columns = _columns(_latest(batch))
        span = {"first": columns["happened_at"].min().item(), "last": columns["happened_at"].max().item()}
        if (columns["recorded_at"].view(np.int64) != NO_MOMENT).any():
            execute(cursor, columns, _REMOVE_EARLIER)
        added += int(execute(cursor, columns, _ADD, span)["Count"][0])
        release(columns)
    return added


def events_touching(
    cursor: duckdb.DuckDBPyConnection,
    names: Collection[str],
    *,
    sources: Sequence[str],
    until: datetime,
) -> list[Event]:
    """What bears on resources of these names, oldest first, up to a moment (UTC without zone).

    That is their calls, all commits, tickets, alerts and the like of those days, and what the callers wrote around
    their calls.
    """
    chosen: dict[str, Any] = {"sources": list(sources), "until": until}
    if len(names) <= _FEW:
        query = _RECALL.format(touching=_HAS_ANY, read=_READ, columns=FULL)
        return [event_of(row) for row in cursor.execute(query, {**chosen, "names": list(names)}).fetchall()]
    cursor.register("incoming", {"name": column(names, len(names))})
    query = _RECALL.format(touching=_HAS_JOINED, read=_READ, columns=FULL)
    rows = cursor.execute(query, chosen).fetchall()
    cursor.unregister("incoming")
    return [event_of(row) for row in rows]


def event_of(row: Sequence[Any]) -> Event:
    """An event from a row of the columns FULL, or of LIGHT: then its request and original are empty."""
    id_, at, source, kind, operation, principal, actor_kind, via, ip, role, service, scope, *rest = row
    writes, error, touches, summary, ended_at, recorded_at, *texts = rest
    request, original = texts or ("", "")
    return Event(
        id=id_,
        at=to_aware(at),
        source=source,
        kind=EventKind(kind),
        operation=operation,
        actor=Actor(principal=principal, kind=ActorKind(actor_kind), via=Via(via), source_ip=ip, role=role),
        service=service,
        scope=scope,
        writes=writes,
        error=error,
        touches=tuple(touches),
        summary=summary,
        request=request,
        original=original,
        ended_at=to_aware(ended_at) if ended_at else None,
        recorded_at=to_aware(recorded_at) if recorded_at else None,
    )


def _latest(events: list[Event]) -> list[Event]:
    """Of the events with one id the one that was written last."""
    if len(set(map(attrgetter("id"), events))) == len(events):
        return events
    latest: dict[str, Event] = {}
    for event in events:
        known = latest.get(event.id)
        if known is None or (event.recorded_at or event.at) > (known.recorded_at or known.at):
            latest[event.id] = event
    return list(latest.values())


def _columns(events: Sequence[Event]) -> Columns:
    count = len(events)
    columns = {name: column(map(attrgetter(path), events), count) for name, path in _TEXTS.items()}
    columns["happened_at"] = moments((event.at for event in events), count)
    columns["ended_at"] = moments((event.ended_at for event in events), count)
    columns["recorded_at"] = moments((event.recorded_at for event in events), count)
    columns["writes"] = np.fromiter(map(attrgetter("writes"), events), np.bool_, count)
    # As JSON text, because DuckDB guesses the type of a column of lists from a sample, and wrongly when the lists in it
    # are empty.
    columns["touches"] = column((_json.encode(event.touches).decode() for event in events), count)
    return columns
