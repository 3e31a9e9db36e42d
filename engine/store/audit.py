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


class AuditVerdict(Struct, frozen=True):
    """How many entries hold together, and where and why the chain breaks if it does."""

    entries: int
    broken_at: int | None = None
    reason: str = ""

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


def verify(entries: Iterable[AuditEntry]) -> AuditVerdict:
    """Follows the chain from its first entry to its last."""
    previous, count = GENESIS, 0
    for entry in entries:
        if entry.number != count + 1:
            return AuditVerdict(count, count + 1, f"entry {count + 1} is missing")
        if entry.previous_hash != previous:
            return AuditVerdict(count, entry.number, f"entry {entry.number} does not follow entry {count}")
        if entry.hash != _hash(entry):
            return AuditVerdict(count, entry.number, f"entry {entry.number} was altered")
        previous, count = entry.hash, entry.number
    return AuditVerdict(count)


def _hash(entry: AuditEntry) -> str:
    content = {field: getattr(entry, field) for field in ("number", "at", "actor", "action", "subject", "details")}
    return sha256(entry.previous_hash.encode() + _canonical_json.encode(content)).hexdigest()
