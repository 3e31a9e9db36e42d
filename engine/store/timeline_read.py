"""Questions to the timeline: the estate as of a time, the history of a resource, what was reported."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import msgspec

from engine.model import Drift, Report, ResourceRef, ResourceState
from engine.store.timeline_columns import to_aware

#: The columns that make two versions versions of one resource.
IDENTITY = "estate, side, provider, type, scope, id, address"

_STATE_COLUMNS = "side, provider, type, id, scope, address, name, source, body"


def latest(at: str, where: str = "true") -> str:
    """A query of the last version of every resource up to a moment, vanished ones too (their hash is NULL)."""
    return f"""
        SELECT {IDENTITY}, unnest(arg_max(struct_pack(name, source, hash, valid_from), (valid_from, scan)))
        FROM resource_versions WHERE valid_from <= {at} AND {where} GROUP BY {IDENTITY}
    """  # noqa: S608


def resources_as_of(cursor: duckdb.DuckDBPyConnection, at: datetime, side: str | None) -> list[ResourceState]:
    """The estate as it was recorded at a moment (UTC without zone), ordered by identity."""
    rows = cursor.execute(
        f"SELECT {_STATE_COLUMNS} FROM ({latest('$at')}) JOIN contents USING (hash) "  # noqa: S608
        f"WHERE $side IS NULL OR side = $side ORDER BY {IDENTITY}",
        {"at": at, "side": side},
    ).fetchall()
    return [_state(row) for row in rows]


def history(
    cursor: duckdb.DuckDBPyConnection, ref: ResourceRef, side: str
) -> list[tuple[datetime, ResourceState | None]]:
    """Every version of a resource, oldest first. Of a vanishing and an appearance at one moment the latter counts."""
    rows = cursor.execute(
        f"SELECT valid_from, {_STATE_COLUMNS} FROM resource_versions LEFT JOIN contents USING (hash) "  # noqa: S608
        "WHERE side = $side AND provider = $provider AND type = $type AND id = $id "
        "AND ($scope = '' OR scope = $scope) AND ($id <> '' OR address = $address) "
        "ORDER BY valid_from, scan, body NULLS FIRST",
        {
            "side": side, "provider": ref.provider, "type": ref.type, "id": ref.id,
            "scope": ref.scope, "address": ref.address,
        },
    ).fetchall()  # fmt: skip
    versions = {to_aware(at): _state(state) if state[-1] is not None else None for at, *state in rows}
    return list(versions.items())


def last_report(cursor: duckdb.DuckDBPyConnection) -> Report | None:
    """The report that was recorded last."""
    return _report(cursor, "ORDER BY number DESC LIMIT 1", {})


def report_for(cursor: duckdb.DuckDBPyConnection, fingerprint: str) -> Report | None:
    """The report that was recorded last of its estate, if it is of sources with this fingerprint."""
    last = "(SELECT max(number) FROM scans AS others WHERE others.estate = scans.estate)"
    where = f"WHERE fingerprint = $fingerprint AND number = {last}"
    return _report(cursor, where, {"fingerprint": fingerprint})


def drifts_of_last_scan(cursor: duckdb.DuckDBPyConnection, estate: str) -> int:
    """The number of the scan with which the drifts of the estate's last scan are recorded."""
    number: int
    rows = cursor.execute("SELECT drifts_of FROM scans WHERE estate = $1 ORDER BY number DESC LIMIT 1", [estate])
    [(number,)] = rows.fetchall()
    return number


def report_of(cursor: duckdb.DuckDBPyConnection, scan_id: str) -> Report | None:
    """The report of one scan."""
    return _report(cursor, "WHERE id = $id", {"id": scan_id})


def report_at(
    cursor: duckdb.DuckDBPyConnection, at: datetime | None, estate: str | None, most: int | None = None
) -> Report | None:
    """The report of the estate's last scan that was about a moment (UTC without zone) or earlier; see `Timeline`."""
    scanned_last = "(SELECT estate FROM scans ORDER BY number DESC LIMIT 1)"
    which = (
        f"WHERE estate = coalesce($estate, {scanned_last}) AND ($at IS NULL OR as_of <= $at) "
        "ORDER BY as_of DESC, number DESC LIMIT 1"
    )
    return _report(cursor, which, {"at": at, "estate": estate}, most)


def scan_ids(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """The ids of all scans, in the order in which they were recorded."""
    return [row[0] for row in cursor.execute("SELECT id FROM scans ORDER BY number").fetchall()]


def _report(
    cursor: duckdb.DuckDBPyConnection, which: str, parameters: dict[str, Any], most: int | None = None
) -> Report | None:
    rows = cursor.execute(f"SELECT drifts_of, report FROM scans {which}", parameters).fetchall()  # noqa: S608
    if not rows:
        return None
    [(drifts_of, head)] = rows
    wanted = "scan = $1 AND ($2 IS NULL OR position < $2)"
    bodies = cursor.execute(f"SELECT body FROM drift_history WHERE {wanted} ORDER BY position", [drifts_of, most])  # noqa: S608
    drifts = tuple(msgspec.json.decode(body, type=Drift) for (body,) in bodies.fetchall())
    return msgspec.structs.replace(msgspec.json.decode(head, type=Report), drifts=drifts)


def _state(row: Sequence[Any]) -> ResourceState:
    side, provider, type_, id_, scope, address, name, source, body = row
    ref = ResourceRef(provider=provider, type=type_, id=id_, scope=scope, address=address, name=name)
    return ResourceState(side=side, ref=ref, attributes=msgspec.json.decode(body), source=source)


def watermarks(cursor: duckdb.DuckDBPyConnection, estate: str) -> dict[str, datetime]:
    """Up to when each source of events of an estate has been read."""
    rows = cursor.execute("SELECT source, read_to FROM watermarks WHERE estate = $1", [estate]).fetchall()
    return {source: to_aware(at) for source, at in rows}
