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
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Raw

from engine.collectors import base
from engine.collectors.base import Context
from engine.collectors.events.kubernetes_audit.records import (
    Record,
    UnusableError,
    is_over,
    read_record,
    to_event,
    unwrapped,
)
from engine.collectors.files import find_files, fingerprint
from engine.collectors.json_files import read_json
from engine.errors import SourceError
from engine.model import Event

#: The digits are the ends of rotated files: `audit.log.1`, `audit.log-20260301`.
_SUFFIXES = (".json", ".ndjson", ".jsonl", ".log", *"0123456789")
_EVER = datetime.min.replace(tzinfo=UTC)
#: What is wrong with records that cannot be used.
_DAMAGED = (msgspec.DecodeError, UnicodeDecodeError, UnusableError, RecursionError)


class Settings(base.Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`cluster` names the cluster whose log it is; without it, the log may be of any."""

    cluster: str | None = None


class _Call(NamedTuple):
    """A finished request, and its event where it can bear on a drift."""

    record: Record
    raw: bytes | Raw
    event: Event | None

    @property
    def at(self) -> datetime:
        return self.record.at or _EVER


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
        left_out: _Call | None = None
        for path in find_files(self._settings, _SUFFIXES):
            for call in self._read(path, context):
                if context.cancelled:
                    return
                event = call.event
                if event is None:
                    left_out = call if left_out is None or call.at > left_out.at else left_out
                elif event.id in seen:
                    context.skipped += 1
                else:
                    seen.add(event.id)
                    told = event.at if told is None or event.at > told else told
                    if context.since is None or event.at >= context.since:
                        yield event
        if left_out is not None and left_out.at > max(filter(None, (told, context.since)), default=_EVER):
            yield from filter(None, [self._event(left_out.record, left_out.raw, anyway=True)])
        if told is None and left_out is None and context.problems:
            name, reason = self._settings.name, context.problems[0]
            raise SourceError(f"nothing in the audit logs of source {name!r} could be read: {reason}")

    def _read(self, path: Path, context: Context) -> Iterator[_Call]:
        try:
            lines = _documents(read_json(path))
        except SourceError as error:
            context.skip(path.name, str(error).removeprefix(f"{path.name}: "))
            return
        for number, line in enumerate(lines, 1):
            try:
                record = read_record(line)
                if not record.audit_id:
                    yield from self._wrapped(record, line, path.name, context)
                elif is_over(record):
                    yield _Call(record, line, self._event(record, line))
            except _DAMAGED as error:
                context.skip(f"{path.name}:{number}", f"a record cannot be read ({_reason(error)})")

    def _wrapped(self, record: Record, raw: bytes | Raw, where: str, context: Context) -> Iterator[_Call]:
        """The records of a list, or of what a log service made of them."""
        inner = record.items if record.items is not None else unwrapped(msgspec.json.decode(raw))
        if not inner and record.items is None:
            raise UnusableError("it is no audit record")
        for item in inner:
            try:
                record = read_record(item)
                if is_over(record):
                    yield _Call(record, item, self._event(record, item))
            except _DAMAGED as error:
                context.skip(where, f"a record of a list cannot be read ({_reason(error)})")

    def _event(self, record: Record, raw: bytes | Raw, *, anyway: bool = False) -> Event | None:
        return to_event(record, raw, self._settings.name, self._settings.cluster or "", anyway=anyway)


def _documents(data: bytes) -> list[bytes] | list[Raw]:
    """The JSON documents of a file: a line each, or the whole where it is one document, whose list is opened."""
    try:
        if data[:1] == b"[":
            return msgspec.json.decode(data, type=list[Raw])
        msgspec.json.decode(data, type=Raw)
    except (msgspec.DecodeError, RecursionError):
        return [line for line in data.splitlines() if line and not line.isspace()]
    return [data]


def _reason(error: Exception) -> str:
    return str(error).split(" - at")[0].lower()
