"""CloudTrail's log files: records in whatever shape they were kept.

The shapes are told apart by content: files as delivered to S3 (`Records`), one record per line, answers of
`lookup-events` (`Events`), single records, lists of records, and records that EventBridge wrapped.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail.records import Record, event_of, particular, read_record
from engine.collectors.events.cloudtrail.settings import Settings
from engine.collectors.json_files import UNREADABLE, items, opened, reason, records
from engine.collectors.pieces import Piece
from engine.collectors.reading import read_files
from engine.errors import SourceError
from engine.model import Event
from engine.secret_places import each_looked_at


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields every call of the logs, reads included. The digests that are delivered beside them hold none.

    Raises SourceError when nothing in the logs can be read.
    """
    logs = [path for path in files if "CloudTrail-Digest" not in path.parts]
    count = 0
    for events in read_files(logs, partial(_read, source=settings.name), list[Event], context):
        count += len(events)
        yield from (event for event in events if context.since is None or event.at >= context.since)
    if not count and context.problems:
        raise SourceError(f"nothing in the logs of source {settings.name!r} could be read: {context.problems[0]}")


def _read(piece: Piece, context: Context, source: str) -> list[Event]:
    return list(events_in(piece.content(), piece.name, source, context))


def events_in(data: bytes, name: str, source: str, context: Context) -> Iterator[Event]:
    """The events of a file's content. What cannot be read is reported under the file's name."""
    found = _read_records(data, name, context)
    for (record, raw), is_telling in each_looked_at(found, lambda item: particular(*item)):
        try:
            yield event_of(record, raw, source, is_telling)
        except UNREADABLE as error:
            context.skip(name, f"a record cannot be read ({reason(error)})")


def _read_records(data: bytes, name: str, context: Context) -> Iterator[tuple[Record, bytes]]:
    for raw in records(data, _unwrap, partial(context.skip, name)):
        try:
            yield read_record(raw), raw
        except UNREADABLE as error:
            context.skip(name, f"a record cannot be read ({reason(error)})")


_NO_DETAIL = Raw(b"null")


class _Envelope(Struct, frozen=True):
    records: list[Raw] | None = field(name="Records", default=None)
    events: list[Raw] | None = field(name="Events", default=None)
    lookup: str | None = field(name="CloudTrailEvent", default=None)
    detail: Raw = _NO_DETAIL


_envelope = msgspec.json.Decoder(_Envelope)


def _unwrap(text: bytes) -> Iterator[bytes]:
    if text[:1] == b"[":
        for item in items(text):
            yield from opened(item, _unwrap)
        return
    envelope = _envelope.decode(text)
    if envelope.records is not None:
        yield from map(bytes, envelope.records)
    elif envelope.events is not None:
        for item in envelope.events:
            yield from opened(bytes(item), _unwrap)
    elif envelope.lookup is not None:
        yield envelope.lookup.encode()
    elif bytes(envelope.detail) != b"null":
        yield bytes(envelope.detail)
    else:
        yield text
