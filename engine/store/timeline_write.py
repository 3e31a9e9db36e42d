"""Writing to the timeline, by columns: rows handed to DuckDB one by one are a hundred times slower."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

import duckdb
import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.model import Event, Report, ResourceState, SourceStatus
from engine.redact import redact_json
from engine.store.timeline_found import Columns, Found
from engine.store.timeline_read import IDENTITY, latest

T = TypeVar("T")

# Rows of Python objects that exist at once beside what the caller holds.
_BATCH = 20_000

_canonical_json = msgspec.json.Encoder(order="deterministic")
_json = msgspec.json.Encoder()


def write_scan(
    cursor: duckdb.DuckDBPyConnection, report: Report, fingerprint: str | None, *, drifts_of: int | None = None
) -> int:
    """Writes the scan and its drifts, unless they are those of an earlier scan, and returns the scan's number."""
    scan = report.scan
    number: int
    [(number,)] = cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM scans").fetchall()
    times = [to_naive(at) for at in (scan.as_of, scan.started_at, scan.finished_at)]
    head = msgspec.structs.replace(report, drifts=())
    cursor.execute(
        "INSERT INTO scans VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [number, scan.id, scan.estate, *times, fingerprint, drifts_of or number, _json.encode(head).decode()],
    )
    if drifts_of is None and (drifts := report.drifts):
        columns = {
            "position": np.arange(len(drifts)),
            "drift_id": _column((drift.id for drift in drifts), len(drifts)),
            "body": _column((_json.encode(drift).decode() for drift in drifts), len(drifts)),
        }
        _execute(cursor, columns, "INSERT INTO drift_history SELECT $number, * FROM incoming", {"number": number})
    return number


def write_resources(
    cursor: duckdb.DuckDBPyConnection, number: int, report: Report, resources: Iterable[ResourceState]
) -> None:
    """Writes a version of each resource that appeared, changed or vanished between the last version and this scan.

    What a source that could not be read whole does not show is not taken for vanished.
    """
    found = Found()
    for batch in _batches(resources):
        bodies = [_canonical_json.encode(state.attributes) for state in batch]
        hashes = [blake2b(body, digest_size=16).hexdigest() for body in bodies]
        found.add(batch, hashes)
        _write_contents(cursor, dict(zip(hashes, bodies, strict=True)))
    unread = [source.name for source in report.scan.sources if source.status is not SourceStatus.OK]
    columns = found.columns()
    moment = {"at": to_naive(report.scan.as_of), "estate": report.scan.estate, "unread": unread}
    following = cursor.execute(
        "SELECT number, as_of FROM scans WHERE as_of > $1 AND estate = $2 ORDER BY as_of, number LIMIT 1",
        [moment["at"], moment["estate"]],
    ).fetchall()
    for next_number, next_at in following:
        _execute(cursor, columns, _RESTATE, {**moment, "next_number": next_number, "next_at": next_at})
    _execute(cursor, columns, _ADD_CHANGES, {**moment, "number": number})
    _release(columns)


def write_events(cursor: duckdb.DuckDBPyConnection, events: Iterable[Event]) -> int:
    """Writes the events whose id is not there yet, and returns how many those were."""
    added = 0
    for batch in _batches(events):
        columns = _event_columns(list({event.id: event for event in batch}.values()))
        added += int(_execute(cursor, columns, _ADD_EVENTS)["Count"][0])
        _release(columns)
    return added


def to_naive(at: datetime) -> datetime:
    """A moment as the timeline stores it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)


# Columns of text, and where an event has them. The text of an enumeration's member is an attribute of the member.
_EVENT_COLUMNS = {
    "id": "id", "source": "source", "kind": "kind._value_", "operation": "operation", "service": "service",
    "scope": "scope", "principal": "actor.principal", "actor_kind": "actor.kind._value_", "via": "actor.via._value_",
    "source_ip": "actor.source_ip", "role": "actor.role", "error": "error", "summary": "summary",
    "request": "request", "original": "original",
}  # fmt: skip

# Both statements start from what the caller holds and from committed rows. DuckDB 2.0 silently inserts nothing when it
# selects more than 122,880 rows that the same transaction wrote, so no temporary table carries the changes over.
_CHANGES = f"""
    SELECT {IDENTITY}, coalesce(incoming.name, latest.name) AS name, coalesce(incoming.source, latest.source) AS source,
           incoming.hash AS hash
    FROM (SELECT $estate AS estate, * FROM incoming) AS incoming
    FULL JOIN ({latest("$at", "estate = $estate")}) AS latest USING ({IDENTITY})
    WHERE incoming.hash IS DISTINCT FROM latest.hash
      AND (incoming.hash IS NOT NULL OR NOT list_contains($unread::VARCHAR[], latest.source))
"""  # noqa: S608

_ADD_CHANGES = f"INSERT INTO resource_versions SELECT $number, $at, * FROM ({_CHANGES})"  # noqa: S608

# A scan of an earlier time than others changes what was until the next of them, not what that one saw.
_RESTATE = f"""
INSERT INTO resource_versions
SELECT $next_number, $next_at, {IDENTITY}, coalesce(later.name, changes.name), coalesce(later.source, changes.source),
       later.hash
FROM ({_CHANGES}) AS changes LEFT JOIN ({latest("$next_at", "estate = $estate")}) AS later USING ({IDENTITY})
WHERE later.valid_from IS DISTINCT FROM $next_at
"""  # noqa: S608

_ADD_EVENTS = """
INSERT INTO events
SELECT id, make_timestamp(micros), source, kind, operation, service, scope, principal, actor_kind, via, source_ip,
       role, writes, error, from_json(touches, '["VARCHAR"]'), summary, request, original
FROM incoming ANTI JOIN events USING (id)
"""


def _write_contents(cursor: duckdb.DuckDBPyConnection, bodies: dict[str, bytes]) -> None:
    hashes = {"hash": _column(bodies, len(bodies))}
    unknown = _execute(cursor, hashes, "SELECT hash FROM incoming ANTI JOIN contents USING (hash)")["hash"]
    if len(unknown):
        texts = _column((redact_json(bodies[digest]) for digest in unknown), len(unknown))
        contents = {"hash": unknown, "body": texts}
        _execute(cursor, contents, "INSERT INTO contents SELECT * FROM incoming")
        _release(contents)
    _release(hashes)


def _event_columns(events: Sequence[Event]) -> Columns:
    count = len(events)
    columns = {name: _column(map(attrgetter(path), events), count) for name, path in _EVENT_COLUMNS.items()}
    columns["micros"] = np.fromiter((round(event.at.timestamp() * 1e6) for event in events), np.int64, count)
    columns["writes"] = np.fromiter(map(attrgetter("writes"), events), np.bool_, count)
    # As JSON text, because DuckDB guesses the type of a column of lists from a sample, and wrongly when the lists in it
    # are empty.
    columns["touches"] = _column((_json.encode(event.touches).decode() for event in events), count)
    return columns


def _execute(
    cursor: duckdb.DuckDBPyConnection, incoming: Columns, statement: str, parameters: dict[str, Any] | None = None
) -> Columns:
    """Runs a statement that reads the columns as the table `incoming`, and returns its answer by columns."""
    cursor.register("incoming", incoming)
    answer = cursor.execute(statement, parameters).fetchnumpy()
    cursor.unregister("incoming")
    return dict(answer)


def _release(columns: Columns) -> None:
    """Empties columns that were read: DuckDB holds on to what was registered until the transaction is over."""
    for column in columns.values():
        if column.dtype == object:
            column.fill(None)


def _column(values: Iterable[Any], count: int) -> NDArray[Any]:
    return np.fromiter(values, dtype=object, count=count)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
