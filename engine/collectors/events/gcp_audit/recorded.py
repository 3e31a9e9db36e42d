"""Entries of Cloud Logging, read from files: as exported to a bucket, as `gcloud logging read` and the API answer,
or in the messages of Pub/Sub that a log sink sent."""

import base64
import binascii
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from engine.collectors.base import Context
from engine.collectors.events.gcp_audit.operations import Operations
from engine.collectors.events.gcp_audit.records import Entry, NotAuditError, to_entry
from engine.collectors.events.gcp_audit.settings import Settings
from engine.collectors.json_files import read_json
from engine.errors import SourceError
from engine.model import Event

_BOM = b"\xef\xbb\xbf"
#: How exports begin an entry.
_ENTRY = b'{"insertId"'
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Event]:
    """Yields every call of the audit logs in the files, reads included; entries of other logs are passed over.

    Raises SourceError when nothing could be read at all.
    """
    reading = _Reading(settings, context)
    count = 0
    for path in files:
        if context.cancelled:
            return
        for event in reading.events(path):
            count += 1
            yield event
    for event in reading.operations():
        count += 1
        yield event
    if reading.repeated:
        context.skip(settings.name, f"recorded more than once: {reading.repeated} of the entries", reading.repeated)
    if not count and not reading.others and context.problems:
        raise SourceError(f"nothing in the logs of source {settings.name!r} could be read: {context.problems[0]}")


class _Reading:
    """The files of a source while they are read. `others` counts entries of other logs, `repeated` known ones."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self.others = 0
        self.repeated = 0
        self._source = settings.name
        self._context = context
        self._operations = Operations()
        self._known: set[str] = set()

    def events(self, path: Path) -> Iterator[Event]:
        """The calls in a file that are known as a whole; those that take their time are kept."""
        try:
            for raw in _entries(read_json(path)):
                entry = self._entry(raw, path.name)
                is_whole = entry is not None and self._is_new(entry) and not (entry.begins or entry.ends)
                if entry is not None and is_whole and self._is_wanted(entry.event):
                    yield entry.event
        except SourceError as error:
            self._context.skip(path.name, str(error).removeprefix(f"{path.name}: "))

    def operations(self) -> Iterator[Event]:
        """The calls that take their time."""
        return (event for event in self._operations.events(partly=False) if self._is_wanted(event))

    def _entry(self, raw: bytes | Raw, where: str) -> Entry | None:
        try:
            return to_entry(raw, self._source)
        except NotAuditError:
            self.others += 1
        except _UNREADABLE as error:
            self._context.skip(where, f"an entry cannot be read ({_reason(error)})")
        return None

    def _is_new(self, entry: Entry) -> bool:
        if entry.begins:
            new = self._operations.begin(entry.event)
        elif entry.ends:
            new = self._operations.end(entry.event)
        else:
            new = entry.event.id not in self._known
            self._known.add(entry.event.id)
        self.repeated += not new
        return new

    def _is_wanted(self, event: Event) -> bool:
        return self._context.since is None or event.at >= self._context.since


class _Message(Struct, frozen=True):
    data: str = ""


class _Envelope(Struct, frozen=True, rename="camel"):
    """What entries come in: an answer of the API, a message that was pushed, messages that were pulled."""

    entries: list[Raw] | None = None
    message: _Message | None = None
    received_messages: list[Raw] | None = None
    data: str | None = None
    insert_id: str | None = None


_list = msgspec.json.Decoder(list[Raw]).decode
_envelope = msgspec.json.Decoder(_Envelope).decode


def _entries(data: bytes) -> Iterator[bytes | Raw]:
    """The entries of a file's content, each as JSON still to be decoded.

    A line that is not JSON is passed on as it is, for whoever decodes it to say so. Raises SourceError when the content
    is neither one document nor one to a line.
    """
    data = data.removeprefix(_BOM).strip()
    lines = data.splitlines()
    if len(lines) > 1 and _is_object(lines[0]):
        yield from _of_lines(lines)
        return
    try:
        yield from list(_unwrapped(data)) if data else ()
    except _UNREADABLE as error:
        if not any(map(_is_object, lines)):
            raise SourceError("not JSON that Cloud Logging writes; check that the file is complete") from error
        yield from _of_lines(lines)


def _of_lines(lines: list[bytes]) -> Iterator[bytes | Raw]:
    for line in lines:
        if line.startswith(_ENTRY):
            yield line
        elif line.strip():
            yield from _of_one(line)


def _of_one(data: bytes | Raw) -> Iterator[bytes | Raw]:
    """What one line, or one of a list, holds; itself where it cannot be opened."""
    try:
        yield from list(_unwrapped(data))
    except _UNREADABLE:
        yield data


def _unwrapped(data: bytes | Raw) -> Iterator[bytes | Raw]:
    text = bytes(data)
    if text[:1] == b"[":
        for item in _list(text):
            yield from _of_one(item)
        return
    envelope = _envelope(text)
    inner = envelope.entries if envelope.entries is not None else envelope.received_messages
    coded = envelope.message.data if envelope.message else envelope.data
    if envelope.insert_id is None and inner is not None:
        for item in inner:
            yield from _of_one(item)
    elif envelope.insert_id is None and coded:
        yield from _unwrapped(_decoded(coded))
    else:
        yield text


def _decoded(coded: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except binascii.Error as error:
        raise msgspec.DecodeError("the message's data is not base64") from error


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    try:
        return line[:1] == b"{" and bool(msgspec.json.decode(line, type=Raw))
    except _UNREADABLE:
        return False


def _reason(error: Exception) -> str:
    return str(error).split(" - at")[0].lower()
