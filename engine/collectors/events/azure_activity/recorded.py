"""Reads what was recorded of Azure's activity log and of Resource Graph's changes."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.base import Context
from engine.collectors.events.azure_activity.records import Part, Records
from engine.collectors.events.azure_activity.settings import Settings
from engine.collectors.json_files import items, opened, records
from engine.collectors.pieces import Piece
from engine.collectors.reading import read_files
from engine.errors import SourceError
from engine.model import Event

_MISSING = Raw(b"null")


class _Table(Struct, frozen=True):
    """Rows in the older format of Resource Graph: the names of the columns apart from the values."""

    columns: list[dict[str, Any]]
    rows: list[list[Any]]


class _Envelope(Struct, frozen=True):
    value: list[Raw] | None = None
    records: list[Raw] | None = None
    data: list[Raw] | _Table | None = None
    operation_name: Raw = field(name="operationName", default=_MISSING)


_envelope = msgspec.json.Decoder(_Envelope)


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the operations, conditions and changes that the files tell of.

    Files and records that cannot be used are skipped with their reason. Raises SourceError with the first reason when
    none can.
    """
    found = Records(settings.name, context)
    for part in read_files(files, partial(_read, source=settings.name), Part, context):
        found.add_part(part)
    if context.cancelled:
        return
    if found.is_empty and context.problems:
        raise SourceError(f"nothing in source {settings.name!r} can be used; {context.problems[0]}")
    for event in found.events():
        if context.since is None or (event.recorded_at or event.at) >= context.since:
            yield event


def _read(piece: Piece, context: Context, source: str) -> Part:
    found, name = Records(source, context), piece.name
    for record in records(piece.content(), _unwrap, partial(context.skip, name)):
        found.add(record, name)
    return found.part()


def _unwrap(text: bytes) -> Iterator[bytes]:
    """The records of a document: of an answer or a list those within it, else the document itself."""
    if text[:1] == b"[":
        for item in items(text):
            yield from opened(item, _unwrap)
        return
    envelope = _envelope.decode(text)
    if envelope.operation_name != _MISSING:
        yield text
    elif isinstance(envelope.data, _Table):
        names = [str(column.get("name")) for column in envelope.data.columns]
        yield from (msgspec.json.encode(dict(zip(names, row, strict=False))) for row in envelope.data.rows)
    else:
        lists = (envelope.value, envelope.records, envelope.data)
        listed = next((found for found in lists if found is not None), None)
        yield from map(bytes, listed) if listed is not None else (text,)
