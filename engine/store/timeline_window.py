"""One question to the timeline: everything that happened within a span of time, as it was known at a moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb
from msgspec import structs

from engine.model import Event, ResourceRef
from engine.store.records import ResourceChange, Window
from engine.store.timeline_columns import to_aware, to_naive
from engine.store.timeline_events import FULL, LIGHT, event_of

#: What lasts and began this long before the span is looked for still; longer open tickets tell nothing of it.
_LASTING = timedelta(days=7)

_PLACE = "(scope = '' OR scope = $scope OR starts_with(scope, $scope || '/') OR starts_with($scope, scope || '/'))"
#: Choice → the condition for it. Only those that are made go into the query, so that DuckDB's own filters see them.
_CONDITIONS = {
    "scope": _PLACE,
    "sources": "source IN (SELECT unnest($sources::VARCHAR[]))",
    "kinds": "kind IN (SELECT unnest($kinds::VARCHAR[]))",
    "touching": "list_has_any(touches, $touching::VARCHAR[])",
    "only_writes": "(writes OR kind <> 'api_call' OR error IS NOT NULL)",
}

# By itself, so that only the part of the table is read that holds the span.
_WITHIN = "happened_at BETWEEN $start AND $end"
# Incidents and alerts that were under way when the span began.
_UNDER_WAY = (
    "happened_at BETWEEN $lasting AND $start AND happened_at < $start AND kind IN ('incident', 'alert') "
    "AND (ended_at IS NULL OR ended_at >= $start)"
)

_CHANGES = f"""
    SELECT changes.valid_from, changes.provider, changes.type, changes.id, changes.scope, changes.address, changes.name,
           changes.source, changes.side, changes.hash IS NULL AS gone,
           NOT EXISTS (
               SELECT 1 FROM resource_versions AS earlier
               WHERE earlier.valid_from < changes.valid_from AND earlier.hash IS NOT NULL
                 AND (earlier.estate, earlier.side, earlier.provider, earlier.type, earlier.scope, earlier.id,
                      earlier.address)
                   = (changes.estate, changes.side, changes.provider, changes.type, changes.scope, changes.id,
                      changes.address)
           ) AS fresh
    FROM resource_versions AS changes
    WHERE changes.valid_from BETWEEN $start AND $end
      AND changes.valid_from > (SELECT min(as_of) FROM scans WHERE scans.estate = changes.estate)
      AND ($sources::VARCHAR[] IS NULL OR list_contains($sources::VARCHAR[], source))
      AND ($scope::VARCHAR IS NULL OR {_PLACE})
    ORDER BY changes.valid_from, changes.type, changes.id LIMIT $limit
"""  # noqa: S608


def window(
    cursor: duckdb.DuckDBPyConnection,
    start: datetime,
    end: datetime,
    *,
    as_of: datetime | None = None,
    sources: Sequence[str] | None = None,
    scope: str | None = None,
    kinds: Sequence[str] | None = None,
    touching: Sequence[str] | None = None,
    only_writes: bool = False,
    limit: int,
    full: bool = False,
) -> Window:
    """What happened from start to end, both included; see `Timeline.window`."""
    last = min(end, as_of) if as_of else end
    given = {"scope": scope, "sources": sources, "kinds": kinds, "touching": touching}
    chosen: dict[str, Any] = {name: choice for name, choice in given.items() if choice is not None}
    conditions = [_CONDITIONS[name] for name in chosen] + ([_CONDITIONS["only_writes"]] if only_writes else [])

    def ask(what: str, when: str, then: str = "", **parameters: Any) -> list[Any]:
        where = " AND ".join([when, *conditions])
        return cursor.execute(f"SELECT {what} FROM events WHERE {where} {then}", {**chosen, **parameters}).fetchall()  # noqa: S608

    columns, in_order = FULL if full else LIGHT, "ORDER BY happened_at, id"
    begin, stop = to_naive(start), to_naive(last)
    rows = ask(columns, _UNDER_WAY, in_order, lasting=to_naive(start - _LASTING), start=begin)
    rows += ask(columns, _WITHIN, f"{in_order} LIMIT {limit + 1}", start=begin, end=stop)
    more = 0
    if len(rows) > limit:
        [(count,)] = ask("count(*)", _WITHIN, start=begin, end=stop)
        more = max(0, count - limit)
    changes: tuple[ResourceChange, ...] = ()
    if kinds is None and touching is None:
        wanted = {"start": begin, "end": stop, "scope": scope, "sources": sources, "limit": limit}
        changes = tuple(_change(row) for row in cursor.execute(_CHANGES, wanted).fetchall())
    return Window(events=tuple(_known_at(event_of(row), as_of) for row in rows[:limit]), changes=changes, more=more)


def _known_at(event: Event, as_of: datetime | None) -> Event:
    """The event as it was known at a moment: what ended later was not over yet."""
    if as_of is None or event.ended_at is None or event.ended_at <= as_of:
        return event
    return structs.replace(event, ended_at=None)


def _change(row: Sequence[Any]) -> ResourceChange:
    at, provider, type_, id_, scope, address, name, source, side, gone, fresh = row
    ref = ResourceRef(provider=provider, type=type_, id=id_, scope=scope, address=address, name=name)
    return ResourceChange(
        at=to_aware(at), resource=ref, side=side, source=source, what="gone" if gone else "new" if fresh else "changed"
    )
