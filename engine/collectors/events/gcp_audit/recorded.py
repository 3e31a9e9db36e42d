"""Entries of Cloud Logging, read from files: as exported to a bucket, as `gcloud logging read` and the API answer,
or in the messages of Pub/Sub that a log sink sent."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from engine.collectors.base import Context
from engine.collectors.events.gcp_audit.operations import Operations
from engine.collectors.events.gcp_audit.records import Logged, NotAuditError, entry_of, particular, read_entry
from engine.collectors.events.gcp_audit.settings import Settings
from engine.collectors.json_files import UNREADABLE, items, opened, reason, records
from engine.collectors.pieces import Piece
from engine.collectors.reading import read_files
from engine.errors import SourceError
from engine.model import Event
from engine.secret_places import each_looked_at

#: How exports begin an entry, mostly: what begins like this needs no unwrapping.
_ENTRY = b'{"insertId"'


class _Found(Struct):
    """What a piece of a log holds: whole calls, starts and ends of those that take their time, other logs' entries."""

    calls: list[Event]
    begun: list[Event]
    ended: list[Event]
    others: int = 0


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields every call of the audit logs in the files, reads included; entries of other logs are passed over.

    Raises SourceError when nothing could be read at all.
    """
    operations = Operations()
    count = 0
    for found in read_files(files, partial(_read, source=settings.name), _Found, context):
        count += len(found.calls) + len(found.begun) + len(found.ended) + found.others
        new = [*map(operations.begin, found.begun), *map(operations.end, found.ended)]
        context.repeated(new.count(False))
        yield from _since(found.calls, context)
    if context.cancelled:
        return
    yield from _since(operations.events(partly=False), context)
    if not count and context.problems:
        raise SourceError(f"nothing in the logs of source {settings.name!r} could be read: {context.problems[0]}")


def _since(events: Iterable[Event], context: Context) -> Iterator[Event]:
    return (event for event in events if context.since is None or event.at >= context.since)


def _read(piece: Piece, context: Context, source: str) -> _Found:
    found = _Found([], [], [])
    for (logged, raw), is_telling in each_looked_at(
        _read_entries(piece, context, found), lambda item: particular(item[1])
    ):
        try:
            entry = entry_of(logged, raw, source, is_telling)
        except UNREADABLE as error:
            context.skip(piece.name, f"an entry cannot be read ({reason(error)})")
        else:
            (found.begun if entry.begins else found.ended if entry.ends else found.calls).append(entry.event)
    return found


def _read_entries(piece: Piece, context: Context, found: _Found) -> Iterator[tuple[Logged, bytes]]:
    for raw in records(piece.content(), _unwrap, partial(context.skip, piece.name)):
        try:
            yield read_entry(raw), raw
        except NotAuditError:
            found.others += 1
        except UNREADABLE as error:
            context.skip(piece.name, f"an entry cannot be read ({reason(error)})")


class _Message(Struct, frozen=True):
    data: str = ""


class _Envelope(Struct, frozen=True, rename="camel"):
    """What entries come in: an answer of the API, a message that was pushed, messages that were pulled."""

    entries: list[Raw] | None = None
    message: _Message | None = None
    received_messages: list[Raw] | None = None
    data: str | None = None
    insert_id: str | None = None


_envelope = msgspec.json.Decoder(_Envelope).decode


def _unwrap(text: bytes) -> Iterator[bytes]:
    if text.startswith(_ENTRY) and b"\n" not in text:
        yield text
        return
    if text[:1] == b"[":
        for item in items(text):
            yield from opened(item, _unwrap)
        return
    envelope = _envelope(text)
    inner = envelope.entries if envelope.entries is not None else envelope.received_messages
    coded = envelope.message.data if envelope.message else envelope.data
    if envelope.insert_id is None and inner is not None:
        for item in inner:
            yield from opened(bytes(item), _unwrap)
    elif envelope.insert_id is None and coded:
        yield from _unwrap(_decoded(coded))
    else:
        yield text


def _decoded(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise msgspec.DecodeError("the message's data is not base64") from error
