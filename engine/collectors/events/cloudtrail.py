"""AWS CloudTrail: who called which API, from recorded logs or from the lookup API.

Recorded logs come in several shapes, told apart by content: files as delivered to S3 (`Records`), one record per
line, answers of `lookup-events` (`Events`), single records, lists of records, and records that EventBridge wrapped.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.base import Access, Context
from engine.collectors.events.cloudtrail_records import to_event
from engine.collectors.events.cloudtrail_settings import Settings
from engine.collectors.files import find_files, fingerprint, read_bytes
from engine.errors import SourceError
from engine.model import Event

__all__ = ["Settings", "Source"]

_SUFFIXES = (".json", ".ndjson", ".jsonl", ".log")
_BOM = b"\xef\xbb\xbf"


class Source:
    """A CloudTrail source."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        """Names, sizes and times of the recorded files; None for the live API."""
        return fingerprint(self._files()) if self._settings.paths else None

    def collect(self, context: Context) -> Iterator[Event]:
        """Yields every call of recorded logs, reads included; of the live API the writing calls only."""
        if not self._settings.paths:
            from engine.collectors.events.cloudtrail_live import lookup

            yield from lookup(self._settings, context)
            return
        events = 0
        for path in self._files():
            if context.cancelled:
                return
            for event in self._read(path, context):
                events += 1
                if context.since is None or event.at >= context.since:
                    yield event
        if not events and context.problems:
            raise SourceError(
                f"nothing in the logs of source {self._settings.name!r} could be read: {context.problems[0]}"
            )

    def access(self, context: Context) -> Access | None:
        """As whom the lookup API is asked, and in which regions it answers; None for recorded logs."""
        if self._settings.paths:
            return None
        from engine.collectors.events.cloudtrail_live import try_access

        return try_access(self._settings, context)

    def _files(self) -> list[Path]:
        """The log files; the digests that are delivered beside them hold no records."""
        return [path for path in find_files(self._settings, _SUFFIXES) if "CloudTrail-Digest" not in path.parts]

    def _read(self, path: Path, context: Context) -> Iterator[Event]:
        try:
            raws = list(records(read_bytes(path)))
        except SourceError as error:
            context.skip(path.name, str(error).removeprefix(f"{path.name}: "))
            return
        except (msgspec.DecodeError, UnicodeDecodeError):
            context.skip(path.name, "not JSON that CloudTrail writes; check that the file is complete")
            return
        for raw in raws:
            try:
                yield to_event(raw, self._settings.name)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                context.skip(path.name, f"a record cannot be read ({_reason(error)})")


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
    except msgspec.DecodeError:
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
