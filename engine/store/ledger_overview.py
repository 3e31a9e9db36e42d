"""What the ledger tells of an estate as a whole: counts of open drifts, and how long drifts lived."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Double, Integer, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from engine.model import UNDETERMINED, Category, Level, SourceStatus
from engine.store.ledger_tables import DriftRow, ScanRow
from engine.store.records import Lives, Turn

#: So many scans back it is looked when a source was read whole.
_SCANS_BACK = 200


class _Seconds(GenericFunction[float]):
    """The seconds from one moment to another."""

    type = Double()
    inherit_cache = True
    name = "seconds_between"


@compiles(_Seconds, "sqlite")
def _in_sqlite(element: _Seconds, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 86400.0)"


@compiles(_Seconds, "postgresql")
def _in_postgres(element: _Seconds, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({end} - {start})) AS DOUBLE PRECISION)"


def open_counts(connection: Connection, estate: str, at: datetime) -> list[tuple[Level, Category | None, int]]:
    """How many drifts of each severity and cause were open at a moment; see `Ledger`."""
    named: ColumnElement[bool] = DriftRow.confidence >= UNDETERMINED
    kinds = DriftRow.level, case((named, DriftRow.category))
    query = select(*kinds, func.count()).where(*_open(estate, at)).group_by(*kinds)
    return [(level, category, drifts) for level, category, drifts in connection.execute(query).all()]


def came_about(
    connection: Connection, estate: str, at: datetime, since: datetime, length: timedelta
) -> list[tuple[int, Level, int]]:
    """How many of the drifts open at a moment came about in each stretch of time, by severity; see `Ledger`."""
    stretch = cast(func.floor(_Seconds(literal(since), DriftRow.changed_at) / length.total_seconds()), Integer)
    kinds = stretch, DriftRow.level
    query = select(*kinds, func.count()).where(*_open(estate, at), DriftRow.changed_at.between(since, at))
    return [(number, level, drifts) for number, level, drifts in connection.execute(query.group_by(*kinds)).all()]


def lives(connection: Connection, estate: str, at: datetime, since: datetime | None, reach: timedelta) -> Lives:
    """When the drifts of an estate appeared and went, up to a moment; see `Lives`."""
    begin = at - reach
    detected, resolved = DriftRow.first_detected_at, DriftRow.resolved_at
    scans = select(ScanRow.as_of).where(ScanRow.estate == estate, ScanRow.as_of <= at).order_by(ScanRow.as_of)
    to_detect = select(_Seconds(DriftRow.changed_at, detected)).where(
        DriftRow.estate == estate, detected > begin, detected <= at, DriftRow.changed_at.is_not(None)
    )
    to_resolve = select(_Seconds(detected, resolved)).where(DriftRow.estate == estate, resolved > begin, resolved <= at)
    fresh = () if since is None else _turns(connection, detected, and_(detected > since, *_open(estate, at)))
    return Lives(
        scans=tuple(connection.scalars(scans).all()),
        appeared=_turns(connection, detected, and_(DriftRow.estate == estate, detected <= at)),
        resolved=_turns(connection, resolved, and_(DriftRow.estate == estate, resolved <= at)),
        reach=reach,
        detected_after=tuple(connection.scalars(to_detect).all()),
        resolved_after=tuple(connection.scalars(to_resolve).all()),
        since=since,
        appeared_since=fresh,
    )


def last_read(connection: Connection, estate: str, at: datetime) -> dict[str, datetime]:
    """The last time up to a moment that a scan read each source whole, among the last scans."""
    query = (
        select(ScanRow.as_of, ScanRow.sources)
        .where(ScanRow.estate == estate, ScanRow.as_of <= at)
        .order_by(ScanRow.as_of.desc())
        .limit(_SCANS_BACK)
    )
    found: dict[str, datetime] = {}
    unread: set[str] | None = None
    for as_of, sources in connection.execute(query):
        whole = {source["name"] for source in sources if source["status"] == SourceStatus.OK}
        unread = {source["name"] for source in sources} if unread is None else unread
        found |= dict.fromkeys(unread & whole, as_of)
        unread -= whole
        if not unread:
            break
    return found


def _open(estate: str, at: datetime) -> Sequence[ColumnElement[bool]]:
    """What holds of the drifts that were open at a moment."""
    return (
        DriftRow.estate == estate,
        DriftRow.first_detected_at <= at,
        or_(DriftRow.resolved_at.is_(None), DriftRow.resolved_at > at),
    )


def _turns(connection: Connection, moment: Any, which: ColumnElement[bool]) -> tuple[Turn, ...]:
    query = select(moment, DriftRow.level, func.count()).where(which).group_by(moment, DriftRow.level)
    return tuple(Turn(at, level, drifts) for at, level, drifts in connection.execute(query).all())
