"""The audit log's chain: each entry holds the hash of the one before it, so that no entry can be altered, taken out
or slipped in without every later hash telling. What the chain alone cannot show is a cut at its end."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

#: What the first entry holds in place of a hash.
GENESIS = "0" * 64

_canonical_json = msgspec.json.Encoder(order="deterministic")


class AuditEntry(Struct, frozen=True):
    """Who did what to which subject. `number` counts from 1 without a gap."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]
    previous_hash: str
    hash: str


class AuditFilter(Struct, frozen=True):
    """Which entries: those that have all of these texts in them, whatever their case, from `since` to `until`.

    Each of `anywhere` may be in who, what or the subject.
    """

    who: str = ""
    what: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    anywhere: tuple[str, ...] = ()


class AuditVerdict(Struct, frozen=True):
    """How many entries hold together, and where and why the chain breaks if it does.

    `head` is the hash of the last that does: noted somewhere else, it proves later that nothing was cut off.
    """

    entries: int
    broken_at: int | None = None
    reason: str = ""
    head: str = GENESIS

    @property
    def intact(self) -> bool:
        return self.broken_at is None


class Line(Struct, frozen=True):
    """An entry byte for byte as the database keeps it, its details as JSON. `number` alone is set where it is damaged.

    It is written by machines alone, so that whatever is not as they write it was altered, be it only a space.
    """

    number: int
    at: datetime | None = None
    actor: str = ""
    action: str = ""
    subject: str = ""
    details: bytes = b""
    previous_hash: str = ""
    hash: str = ""


class _Content(Struct, frozen=True):
    """What the hash is over, beside the hash before it; as JSON, with its keys in order."""

    action: str
    actor: str
    at: datetime
    details: msgspec.Raw
    number: int
    subject: str


def next_entry(
    last: AuditEntry | None, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, Any]
) -> AuditEntry:
    """The entry that follows `last`. `details` must be JSON values."""
    said = _canonical_json.encode(details)
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    moment = at.astimezone(UTC)
    hash_ = _hash(previous, _Content(action, actor, moment, msgspec.Raw(said), number, subject))
    return AuditEntry(number, moment, actor, action, subject, msgspec.json.decode(said), previous, hash_)


def lines_of(entries: Iterable[AuditEntry]) -> Iterator[Line]:
    """Entries as a database keeps them."""
    for entry in entries:
        yield Line(**{**asdict(entry), "details": msgspec.json.encode(entry.details)})


def verify(lines: Iterable[Line], noted: str = "") -> AuditVerdict:
    """Follows the chain from its first entry to its last.

    `noted` is the beginning of a hash that was its head once: without an entry that has it the chain was cut, or
    written anew.
    """
    previous, count, met = GENESIS, 0, not noted
    for line in lines:
        if reason := _flaw(line, count, previous):
            return AuditVerdict(count, count + 1, reason, previous)
        previous, count = line.hash, line.number
        met = met or line.hash.startswith(noted)
    if not met:
        return AuditVerdict(
            count, count + 1, f"no entry has the hash {noted}: the end was cut off, or all rewritten", previous
        )
    return AuditVerdict(count, head=previous)


def _flaw(line: Line, count: int, previous: str) -> str:
    """What is wrong with the entry that follows `count` others, of which the last has the hash `previous`."""
    if line.number != count + 1:
        return f"entry {count + 1} is missing"
    if line.at is None:
        return f"entry {line.number} was altered"
    if line.previous_hash != previous:
        return f"entry {line.number} does not follow entry {count}"
    content = _Content(line.action, line.actor, line.at, msgspec.Raw(line.details), line.number, line.subject)
    whole = line.hash == _hash(previous, content) or _was_kept_unsorted(line, content)
    return "" if whole else f"entry {line.number} was altered"


def _was_kept_unsorted(line: Line, content: _Content) -> bool:
    """Whether the details are as earlier versions kept them, in the order in which they were given."""
    try:
        details = msgspec.json.decode(line.details)
    except msgspec.DecodeError:
        return False
    if msgspec.json.encode(details) != line.details:
        return False
    return line.hash == _hash(
        line.previous_hash, replace(content, details=msgspec.Raw(_canonical_json.encode(details)))
    )


def _hash(previous: str, content: _Content) -> str:
    return sha256(previous.encode() + _canonical_json.encode(content)).hexdigest()
