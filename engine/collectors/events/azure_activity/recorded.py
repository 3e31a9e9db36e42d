"""Reads what was recorded of Azure's activity log and of Resource Graph's changes."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.base import Context
from engine.collectors.events.azure_activity.changes import Recorded, is_change, joined, to_change
from engine.collectors.events.azure_activity.conditions import CATEGORIES, conditions
from engine.collectors.events.azure_activity.entries import Entry, to_entry
from engine.collectors.events.azure_activity.operations import operations, to_event
from engine.collectors.events.azure_activity.settings import Settings
from engine.collectors.json_files import read_json
from engine.errors import SourceError
from engine.model import Event

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_MISSING = Raw(b"null")
_ENVELOPE = re.compile(rb'\{\s*"(?:value|records|data|nextLink|totalRecords|count)"')


class _Table(Struct, frozen=True):
    """Rows in the older format of Resource Graph: the names of the columns apart from the values."""

    columns: list[dict[str, Any]]
    rows: list[list[Any]]


class _Envelope(Struct, frozen=True):
    value: list[Raw] | None = None
    records: list[Raw] | None = None
    data: list[Raw] | _Table | None = None
    operation_name: Raw = field(name="operationName", default=_MISSING)


_list = msgspec.json.Decoder(list[Raw])
_envelope = msgspec.json.Decoder(_Envelope)
_row = msgspec.json.Decoder(dict[str, Any])


class Records:
    """Records as they are found, each known by what it is and kept once."""

    def __init__(self, source: str, context: Context) -> None:
        self._source = source
        self._context = context
        self._calls: dict[str, Entry] = {}
        self._conditions: dict[str, Entry] = {}
        self._changes: dict[str, Recorded] = {}

    def add(self, raw: bytes, where: str) -> None:
        """One record; what cannot be used, or is there already, is counted as skipped."""
        try:
            if b'"operationName"' in raw:
                self._add_entry(to_entry(raw))
            else:
                self._add_change(_row.decode(raw), where)
        except _UNREADABLE as error:
            self._context.skip(where, f"a record cannot be read ({str(error).split(' - at')[0].lower()})")

    @property
    def is_empty(self) -> bool:
        return not (self._calls or self._conditions or self._changes)

    def events(self, unfinished_until: datetime | None = None) -> Iterator[Event]:
        """The events of all records together, without operations that began later than told and are not over yet."""
        calls: list[Event] = []
        correlations: dict[str, str] = {}
        for entries in operations(self._calls.values()):
            begun = entries[0].at
            if unfinished_until and begun > unfinished_until and not any(entry.is_over for entry in entries):
                continue
            event = to_event(entries, self._source)
            if self._changes:
                calls.append(event)
                correlations[event.id] = entries[0].correlation_id
            yield event
        yield from conditions(self._conditions.values(), self._source)
        yield from joined(self._changes.values(), calls, correlations)

    def _add_entry(self, entry: Entry) -> None:
        kept = self._conditions if entry.category in CATEGORIES else self._calls
        if entry.id in kept:
            self._context.skipped += 1
        kept[entry.id] = entry

    def _add_change(self, row: dict[str, Any], where: str) -> None:
        if not is_change(row):
            self._context.skip(where, "neither an entry of the activity log nor a change that Resource Graph recorded")
            return
        change = to_change(row, self._source)
        if change.event.id in self._changes:
            self._context.skipped += 1
        self._changes[change.event.id] = change


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the operations, conditions and changes that the files tell of.

    Files and records that cannot be used are skipped with their reason. Raises SourceError with the first reason when
    none can.
    """
    found = Records(settings.name, context)
    for file in files:
        if context.cancelled:
            return
        _read(file, found, context)
    if found.is_empty and context.problems:
        raise SourceError(f"nothing in source {settings.name!r} can be used; {context.problems[0]}")
    for event in found.events():
        if context.since is None or (event.recorded_at or event.at) >= context.since:
            yield event


def _read(file: Path, found: Records, context: Context) -> None:
    try:
        data = read_json(file)
    except SourceError as error:
        context.skip(file.name, str(error).removeprefix(f"{file.name}: "))
        return
    try:
        records = list(_unwrap(data)) if data else []
    except _UNREADABLE:
        records = _lines(data, file, context)
        if not records:
            records = list(_before_the_cut(data))
            reason = (
                "the file is cut short" if records else "not JSON that Azure writes; check that the file is complete"
            )
            context.skip(file.name, reason)
    for record in records:
        found.add(record, file.name)


def _lines(data: bytes, file: Path, context: Context) -> list[bytes]:
    """The records of a file with a document on each line, where a damaged line costs itself; nothing if it has none."""
    damaged: list[int] = []
    records: list[bytes] = []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            records += _unwrap(line) if line.strip() else ()
        except _UNREADABLE:
            damaged.append(number)
    for number in damaged if records else ():
        context.skip(f"{file.name}:{number}", "the line is damaged")
    return records


def _before_the_cut(data: bytes) -> Iterator[bytes]:
    """The complete records of a list that was cut short."""
    text = data.decode(errors="replace")
    decode, at = json.JSONDecoder().raw_decode, text.find("[") + 1
    while at:
        begin = text.find("{", at)
        try:
            _, at = decode(text, begin) if begin > 0 else (None, 0)
        except (ValueError, RecursionError):
            return
        if at:
            yield text[begin:at].encode()


def _unwrap(data: bytes | Raw) -> Iterator[bytes]:
    """The records of a document: of an answer or a list those within it, else the document itself."""
    text = bytes(data)
    if text[:1] == b"[":
        for item in _list.decode(text):
            yield from _unwrap(item) if _ENVELOPE.match(item) else (bytes(item),)
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
