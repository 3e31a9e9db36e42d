"""CloudTrail's log files: records in whatever shape they were kept.

The shapes are told apart by content: files as delivered to S3 (`Records`), one record per line, answers of
`lookup-events` (`Events`), single records, lists of records, and records that EventBridge wrapped.
"""

from collections.abc import Iterator

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail.records import to_event
from engine.model import Event

_BOM = b"\xef\xbb\xbf"
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def events_in(data: bytes, name: str, source: str, context: Context) -> Iterator[Event]:
    """The events of a file's content. What cannot be read is reported under the file's name."""
    try:
        raws = list(records(data))
    except _UNREADABLE:
        context.skip(name, "not JSON that CloudTrail writes; check that the file is complete")
        return
    for raw in raws:
        try:
            yield to_event(raw, source)
        except _UNREADABLE as error:
            context.skip(name, f"a record cannot be read ({_reason(error)})")


_NO_DETAIL = Raw(b"null")


class _Envelope(Struct, frozen=True):
    records: list[Raw] | None = field(name="Records", default=None)
    events: list[Raw] | None = field(name="Events", default=None)
    lookup: str | None = field(name="CloudTrailEvent", default=None)
    detail: Raw = _NO_DETAIL


_list = msgspec.json.Decoder(list[Raw])
_envelope = msgspec.json.Decoder(_Envelope)


def records(data: bytes) -> Iterator[bytes | Raw]:
    """The records of a file's content, each as JSON still to be decoded.

    Raises msgspec.DecodeError when the content is neither one JSON document nor one per line.
    """
    data = data.removeprefix(_BOM).strip()
    if not data:
        return
    try:
        found = list(_unwrap(data))
    except (msgspec.DecodeError, RecursionError):
        lines = data.splitlines()
        if len(lines) < 2:
            raise
        found = [record for line in lines if line.strip() for record in _unwrap(line)]
    yield from found


def _unwrap(data: bytes | Raw) -> Iterator[bytes | Raw]:
    text = bytes(data)
    if text[:1] == b"[":
        for item in _list.decode(text):
            yield from _unwrap(item)
        return
    envelope = _envelope.decode(text)
    if envelope.records is not None:
        yield from envelope.records
    elif envelope.events is not None:
        for item in envelope.events:
            yield from _unwrap(item)
    elif envelope.lookup is not None:
        yield envelope.lookup.encode()
    elif bytes(envelope.detail) != b"null":
        yield envelope.detail
    else:
        yield text


def _reason(error: Exception) -> str:
    return str(error).split(" - at")[0].lower()
