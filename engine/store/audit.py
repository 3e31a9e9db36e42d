"""The audit log's chain: each entry holds the hash of the one before it, so that no entry can be altered, taken out
or slipped in without every later hash telling. What the chain alone cannot show is a cut at its end."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

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


def next_entry(
    last: AuditEntry | None, at: datetime, actor: str, action: str, subject: str, details: Mapping[str, Any]
) -> AuditEntry:
    """The entry that follows `last`. `details` must be JSON values."""
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=at.astimezone(UTC),
        actor=actor,
        action=action,
        subject=subject,
        details=msgspec.json.decode(msgspec.json.encode(details)),
        previous_hash=last.hash if last else GENESIS,
        hash="",
    )
    return msgspec.structs.replace(entry, hash=_hash(entry))


def verify(entries: Iterable[AuditEntry], noted: str = "") -> AuditVerdict:
    """Follows the chain from its first entry to its last.

    `noted` is the beginning of a hash that was its head once: without an entry that has it the chain was cut, or
    written anew.
    """
    previous, count, met = GENESIS, 0, not noted
    for entry in entries:
        if reason := _flaw(entry, count, previous):
            return AuditVerdict(count, count + 1, reason, previous)
        previous, count = entry.hash, entry.number
        met = met or entry.hash.startswith(noted)
    if not met:
        return AuditVerdict(
            count, count + 1, f"no entry has the hash {noted}: the end was cut off, or all rewritten", previous
        )
    return AuditVerdict(count, head=previous)


def _flaw(entry: AuditEntry, count: int, previous: str) -> str:
    """What is wrong with the entry that follows `count` others, of which the last has the hash `previous`."""
    if entry.number != count + 1:
        return f"entry {count + 1} is missing"
    if entry.previous_hash != previous:
        return f"entry {entry.number} does not follow entry {count}"
    return f"entry {entry.number} was altered" if entry.hash != _hash(entry) else ""


def _hash(entry: AuditEntry) -> str:
    content = {
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
    }
    return sha256(entry.previous_hash.encode() + _canonical_json.encode(content)).hexdigest()
