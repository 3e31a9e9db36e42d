"""Writing scans and the versions of resources to the timeline."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b

import duckdb
import msgspec
import numpy as np

from engine.model import Report, ResourceState, SourceStatus
from engine.redact import redact_json
from engine.store.timeline_columns import batches, column, execute, release, to_naive
from engine.store.timeline_found import Found
from engine.store.timeline_read import IDENTITY, latest

_canonical_json = msgspec.json.Encoder(order="deterministic")
_json = msgspec.json.Encoder(order="deterministic")
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
            "drift_id": column((drift.id for drift in drifts), len(drifts)),
            "body": column((_json.encode(drift).decode() for drift in drifts), len(drifts)),
        }
        execute(cursor, columns, "INSERT INTO drift_history SELECT $number, * FROM incoming", {"number": number})
    return number


def write_resources(
    cursor: duckdb.DuckDBPyConnection, number: int, report: Report, resources: Iterable[ResourceState]
) -> None:
    """Writes a version of each resource that appeared, changed or vanished between the last version and this scan.

    What a source that could not be read whole does not show is not taken for vanished.
    """
    found = Found()
    for batch in batches(resources):
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
        execute(cursor, columns, _RESTATE, {**moment, "next_number": next_number, "next_at": next_at})
    execute(cursor, columns, _ADD_CHANGES, {**moment, "number": number})
    release(columns)


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


def _write_contents(cursor: duckdb.DuckDBPyConnection, bodies: dict[str, bytes]) -> None:
    hashes = {"hash": column(bodies, len(bodies))}
    unknown = execute(cursor, hashes, "SELECT hash FROM incoming ANTI JOIN contents USING (hash)")["hash"]
    if len(unknown):
        texts = column((redact_json(bodies[digest]) for digest in unknown), len(unknown))
        contents = {"hash": unknown, "body": texts}
        execute(cursor, contents, "INSERT INTO contents SELECT * FROM incoming")
        release(contents)
    release(hashes)


def write_watermarks(cursor: duckdb.DuckDBPyConnection, estate: str, read_to: Mapping[str, datetime]) -> None:
    """Notes up to when the estate's sources of events have been read; never an earlier time than is noted."""
    for source, at in read_to.items():
        moved = {"estate": estate, "source": source, "at": to_naive(at)}
        cursor.execute("DELETE FROM watermarks WHERE estate = $estate AND source = $source AND read_to < $at", moved)
        cursor.execute(
            "INSERT INTO watermarks SELECT $estate, $source, $at WHERE NOT EXISTS "
            "(SELECT 1 FROM watermarks WHERE estate = $estate AND source = $source)",
            moved,
        )
