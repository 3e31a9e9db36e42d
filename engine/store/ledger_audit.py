"""The audit log in the ledger: adding to it, and reading it page by page or as a whole."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import structs
from sqlalchemy import ColumnElement, Connection, LargeBinary, Text, cast, func, insert, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from engine.store.audit import AuditEntry, AuditFilter, Line, next_entry
from engine.store.ledger_tables import NUL_MARK, AuditRow, DriftRow, UserRow

_ALL = select(*(getattr(AuditRow, name) for name in AuditEntry.__struct_fields__))
#: A NUL in JSON, behind backslashes that stand for themselves.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_APPEND = text(
    "SELECT number, at, actor, action, subject, details, previous_hash, hash "
    "FROM append_audit(:who, :what, :about, CAST(:said AS jsonb))"
).columns(*(getattr(AuditRow, name) for name in AuditEntry.__struct_fields__))
_TEXTS = AuditEntry.__struct_fields__[1:]
# As bytes: a byte that makes no text, or no time, is found like any other.
_RAW = select(AuditRow.number, *(cast(getattr(AuditRow, name), LargeBinary) for name in _TEXTS))
_RAW_ON_POSTGRES = select(
    *(cast(column, Text) if column.name == "details" else column for column in _ALL.selected_columns)
)
#: Read at a time where the whole log is: a million entries are never in memory at once.
_AT_A_TIME = 5_000


def append_audit(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    details: Mapping[str, Any],
    at: datetime | None = None,
) -> AuditEntry:
    """Adds an entry, chained to the last one.

    A shared database makes the chain by itself, and says who acts and when: another actor than whoever is connected is
    an error of the database.
    """
    if connection.dialect.name == "postgresql":
        said = _NUL.sub(rf"\1{NUL_MARK}", msgspec.json.encode(details).decode())
        named = {"who": actor, "what": action, "about": subject.replace("\0", NUL_MARK), "said": said}
        return _entry(connection.execute(_APPEND, named).one())
    last = connection.execute(_ALL.order_by(AuditRow.number.desc()).limit(1)).first()
    entry = next_entry(_entry(last) if last else None, at or datetime.now(UTC), actor, action, subject, details)
    connection.execute(insert(AuditRow), structs.asdict(entry))
    return entry


def read_audit(connection: Connection) -> Iterator[AuditEntry]:
    """The whole log, oldest entry first."""
    whole = _ALL.order_by(AuditRow.number)
    with connection.execute(whole, execution_options={"yield_per": _AT_A_TIME}) as rows:
        yield from map(_entry, rows)


def read_lines(connection: Connection) -> Iterator[Line]:
    """The whole log as the database keeps it, oldest entry first; what cannot be read is told, not raised."""
    raw = _RAW_ON_POSTGRES if connection.dialect.name == "postgresql" else _RAW
    query = raw.order_by(AuditRow.number).execution_options(yield_per=_AT_A_TIME)
    with connection.execute(query) as rows:
        yield from map(_line, rows)


def newest_audit(connection: Connection, chosen: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
    """So many entries that are chosen, newest first; only those before one of this number, if given."""
    query = _ALL.where(*_conditions(chosen)).order_by(AuditRow.number.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRow.number < before)
    return [_entry(row) for row in connection.execute(query)]


def names_of_people(connection: Connection) -> set[str]:
    """Who is known by name beside those who acted: registered people, and who changed what drifted."""
    known = [UserRow.name, UserRow.email, DriftRow.principal]
    return {name for column in known for name in connection.scalars(select(column).distinct()) if name}


def _conditions(chosen: AuditFilter) -> list[ColumnElement[bool]]:
    texts = {AuditRow.actor: chosen.who, AuditRow.action: chosen.what, AuditRow.subject: chosen.subject}
    conditions = [_has(column, part) for column, part in texts.items() if part]
    conditions += [or_(*(_has(column, part) for column in texts)) for part in chosen.anywhere]
    if chosen.since is not None:
        conditions.append(AuditRow.at >= chosen.since)
    if chosen.until is not None:
        conditions.append(AuditRow.at <= chosen.until)
    return conditions


def _has(column: InstrumentedAttribute[str], part: str) -> ColumnElement[bool]:
    return func.lower(column).contains(part.lower(), autoescape=True)


def _line(row: Sequence[Any]) -> Line:
    number, at, *texts = row
    try:
        if isinstance(at, bytes):
            at, texts = _moment(at.decode()), [part.decode() for part in texts]
    except (ValueError, AttributeError):
        return Line(number)
    actor, action, subject, details, previous_hash, hash_ = texts
    return Line(number, at, actor, action, subject, details.encode(), previous_hash, hash_)


def _moment(kept: str) -> datetime:
    """A moment as SQLite keeps it. Raises ValueError when it is not written so."""
    at = datetime.fromisoformat(kept)
    if at.isoformat(" ", "microseconds") != kept:
        raise ValueError(kept)
    return at.replace(tzinfo=UTC)


def _entry(row: Sequence[Any]) -> AuditEntry:
    return AuditEntry(*row)
