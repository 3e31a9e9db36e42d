"""Reads the files of an API server's audit log."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.collectors.base import Context
from engine.collectors.events.kubernetes_audit.records import (
    Record,
    UnusableError,
    is_over,
    read_record,
    to_event,
    unwrapped,
)
from engine.collectors.events.kubernetes_audit.settings import Settings
from engine.collectors.json_files import UNREADABLE, is_document, items, reason, records
from engine.collectors.pieces import Piece
from engine.collectors.reading import read_files
from engine.errors import SourceError
from engine.model import Event

#: What is wrong with records that cannot be used.
_DAMAGED = (*UNREADABLE, UnusableError)


class _Found(Struct):
    """The calls of a piece of a log that can bear on a drift, and the newest of those that cannot."""

    calls: list[Event]
    left_out: Event | None = None


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields the calls that can bear on a drift, and the newest of all.

    Raises SourceError when nothing in the logs can be read.
    """
    read = partial(_read, source=settings.name, cluster=settings.cluster or "")
    newest, is_empty = context.since, True
    left_out: list[Event] = []
    for found in read_files(files, read, _Found, context):
        is_empty = is_empty and not found.calls and found.left_out is None
        left_out += [found.left_out] if found.left_out else []
        for event in found.calls:
            newest = event.at if newest is None or event.at > newest else newest
            if context.since is None or event.at >= context.since:
                yield event
    if context.cancelled:
        return
    last = max(left_out, key=lambda event: event.at, default=None)
    if last is not None and (newest is None or last.at > newest):
        yield last
    if is_empty and context.problems:
        reason = context.problems[0]
        raise SourceError(f"nothing in the audit logs of source {settings.name!r} could be read: {reason}")


def _read(piece: Piece, context: Context, source: str, cluster: str) -> _Found:
    found = _Found([])
    last: tuple[Record, bytes] | None = None
    for record, raw, line in _finished(piece, context):
        try:
            event = to_event(record, raw, source, cluster)
        except _DAMAGED as error:
            context.skip(piece.line(line), f"a record cannot be read ({reason(error)})")
            continue
        if event is not None:
            found.calls.append(event)
        elif record.at and (last is None or last[0].at is None or record.at > last[0].at):
            last = record, raw
    if last is not None:
        found.left_out = to_event(*last, source, cluster, anyway=True)
    return found


def _finished(piece: Piece, context: Context) -> Iterator[tuple[Record, bytes, int]]:
    """The records that tell how a request ended, each with the line that it is on."""
    for number, line in enumerate(records(piece.content(), _unwrap, partial(context.skip, piece.name)), 1):
        try:
            record = read_record(line)
            inner = [] if record.audit_id else _wrapped(record, line)
        except _DAMAGED as error:
            context.skip(piece.line(number), f"a record cannot be read ({reason(error)})")
            continue
        if record.audit_id and is_over(record):
            yield record, line, number
        for item in inner:
            try:
                record = read_record(item)
            except _DAMAGED as error:
                context.skip(piece.line(number), f"a record of a list cannot be read ({reason(error)})")
                continue
            if is_over(record):
                yield record, item, number


def _unwrap(text: bytes) -> list[bytes]:
    """The items of a list, or the document itself. A line needs no closer look: who decodes it sees what it is."""
    if text[:1] == b"[":
        return items(text)
    if b"\n" in text:
        is_document(text)
    return [text]


def _wrapped(record: Record, raw: bytes) -> list[bytes]:
    """The records of a list, or of what a log service made of them. Raises UnusableError when there are none."""
    if record.items is not None:
        return [bytes(item) for item in record.items]
    inner = unwrapped(msgspec.json.decode(raw))
    if not inner:
        raise UnusableError("it is no audit record")
    return inner
