"""The audit log of a Kubernetes API server: who did what to which object, from the server's files or a webhook's.

Read are logs of one record a line, rotated and compressed ones, lists of records, the `EventList` that the server
sends to a webhook, and records that a log service wrapped (CloudWatch, Azure diagnostics). Of a request's stages the
last one counts.

Nearly all of a busy server's log is software that reads and keeps its books: watches, heartbeats, reports of status.
They changed nothing that anybody declares, and a million of them would take gigabytes. So what software read
successfully, or wrote as bookkeeping, is left out, but for the newest record of all, which tells how far the log
reaches. Every refused or failed call is kept, and everything that people did, reads included: they tell a story.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Raw

from engine.collectors import base
from engine.collectors.base import Context
from engine.collectors.events.kubernetes_audit_records import UnusableError, is_over, read_record, to_event, unwrapped
from engine.collectors.files import find_files, fingerprint, read_bytes
from engine.errors import SourceError
from engine.model import Event

#: The digits are the ends of rotated files: `audit.log.1`, `audit.log-20260301`.
_SUFFIXES = (".json", ".ndjson", ".jsonl", ".log", *"0123456789")
_BOM = b"\xef\xbb\xbf"


class Settings(base.Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`cluster` names the cluster whose log it is; without it, the log may be of any."""

    cluster: str | None = None


class Source:
    """The audit log of one cluster."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fingerprint(self) -> str | None:
        return fingerprint(find_files(self._settings, _SUFFIXES))

    def collect(self, context: Context) -> Iterator[Event]:
        """Yields the calls that can bear on a drift, and the newest of all."""
        seen: set[str] = set()
        told: datetime | None = None
        left_out: Event | None = None
        for path in find_files(self._settings, _SUFFIXES):
            for event, tells in self._read(path, context):
                if context.cancelled:
                    return
                if not tells:
                    left_out = event if left_out is None or event.at > left_out.at else left_out
                elif event.id in seen:
                    context.skipped += 1
                else:
                    seen.add(event.id)
                    told = event.at if told is None or event.at > told else told
                    if _is_new(event, context):
                        yield event
        if left_out is not None and (told is None or left_out.at > told) and _is_new(left_out, context):
            yield left_out
        if told is None and left_out is None and context.problems:
            name, reason = self._settings.name, context.problems[0]
            raise SourceError(f"nothing in the audit logs of source {name!r} could be read: {reason}")

    def _read(self, path: Path, context: Context) -> Iterator[tuple[Event, bool]]:
        try:
            lines = _documents(read_bytes(path))
        except SourceError as error:
            context.skip(path.name, str(error).removeprefix(f"{path.name}: "))
            return
        for number, line in enumerate(lines, 1):
            try:
                yield from self._events(line, path.name, context)
            except (msgspec.DecodeError, UnicodeDecodeError, UnusableError) as error:
                context.skip(f"{path.name}:{number}", f"a record cannot be read ({_reason(error)})")

    def _events(self, raw: bytes | Raw, where: str, context: Context) -> Iterator[tuple[Event, bool]]:
        record = read_record(raw)
        if record.audit_id:
            if is_over(record):
                yield to_event(record, raw, self._settings.name, self._settings.cluster or "")
            return
        inner = record.items if record.items is not None else unwrapped(msgspec.json.decode(raw))
        if not inner and record.items is None:
            raise UnusableError("it is no audit record")
        for item in inner:
            try:
                yield from self._events(item, where, context)
            except (msgspec.DecodeError, UnicodeDecodeError, UnusableError) as error:
                context.skip(where, f"a record of a list cannot be read ({_reason(error)})")


def _is_new(event: Event, context: Context) -> bool:
    return context.since is None or event.at >= context.since


def _documents(data: bytes) -> list[bytes] | list[Raw]:
    """The JSON documents of a file: a line each, or the whole where it is one document, whose list is opened."""
    data = data.removeprefix(_BOM).strip()
    try:
        if data[:1] == b"[":
            return msgspec.json.decode(data, type=list[Raw])
        msgspec.json.decode(data, type=Raw)
    except msgspec.DecodeError:
        return [line for line in data.splitlines() if line and not line.isspace()]
    return [data]


def _reason(error: Exception) -> str:
    return str(error).split(" - at")[0].lower()
