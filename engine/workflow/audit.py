"""The audit log for those who read it: its entries, whether the chain holds, and a form without people's names."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from engine.errors import WorkflowError
from engine.store.audit import GENESIS, AuditEntry, AuditFilter, AuditVerdict

if TYPE_CHECKING:
    from engine.store.ledger import Ledger

__all__ = [
    "GENESIS",
    "ITSELF",
    "AuditEntry",
    "AuditFilter",
    "AuditVerdict",
    "MaskedEntry",
    "entries_of",
    "export",
    "masked",
]

#: Who the log names for what nobody did, such as a request that expired.
ITSELF = "driftguard"

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Who is known by name and never acted: there is no number for them that would stay.
_SOMEBODY = "person"


class MaskedEntry(Struct, frozen=True):
    """An entry without names. It has no hash, by which a guess at a name could be checked; `number` finds the entry."""

    number: int
    at: str
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]


def entries_of(ledger: "Ledger", *, mask: bool) -> "Iterator[AuditEntry | MaskedEntry]":
    """The whole log, oldest entry first, with or without people's names."""
    log = ledger.audit_entries()
    return masked(log, ledger.names_of_people()) if mask else iter(log)


def export(ledger: "Ledger", file: Path, *, mask: bool) -> int:
    """Writes the whole log as JSON lines into a new file for its owner's eyes, and says how many there are.

    Raises WorkflowError when the file is there already or cannot be written.
    """
    entries = list(entries_of(ledger, mask=mask))
    try:
        new = os.open(file.expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(new, "wb") as out:
            out.writelines(msgspec.json.encode(entry) + b"\n" for entry in entries)
    except FileExistsError:
        raise WorkflowError(f"{file} is there already: name another file") from None
    except OSError as error:
        raise WorkflowError(f"{file} cannot be written ({error.strerror}): name another file") from error
    return len(entries)


def masked(entries: Iterable[AuditEntry], others: Iterable[str] = ()) -> Iterator[MaskedEntry]:
    """The whole log, from its first entry, with `person-1`, `person-2`, … for people in the order in which they act.

    Since the log only grows, the same person has the same token in every export. Names are replaced wherever they
    occur in an entry, in remarks as well; `others` are known by name and may be mentioned, without having acted.
    """
    log = list(entries)
    mask = _Mask(log, others)
    for entry in log:
        yield MaskedEntry(
            number=entry.number,
            at=entry.at.isoformat().replace("+00:00", "Z"),
            actor=mask.text(entry.actor),
            action=entry.action,
            subject=mask.text(entry.subject),
            details=mask.value(entry.details),
        )


class _Mask:
    def __init__(self, log: Iterable[AuditEntry], others: Iterable[str]) -> None:
        self._tokens = dict.fromkeys(map(str.lower, others), _SOMEBODY)
        acting = dict.fromkeys(entry.actor.lower() for entry in log if entry.actor != ITSELF)
        self._tokens |= {name: f"person-{number}" for number, name in enumerate(acting, 1)}
        longest_first = sorted(filter(None, self._tokens), key=len, reverse=True)
        names = "|".join(map(re.escape, longest_first))
        self._names = re.compile(rf"(?<![\w@.-])(?:{names})(?![\w@]|[.-]\w)" if names else r"(?!)", re.IGNORECASE)

    def text(self, text: str) -> str:
        """The text with tokens for names and addresses."""
        known = self._names.sub(lambda match: self._tokens[match[0].lower()], text)
        return _ADDRESS.sub(_SOMEBODY, known)

    def value(self, value: Any) -> Any:
        """The same for every text in a JSON value."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(key): self.value(item) for key, item in value.items()}
        return [self.value(item) for item in value] if isinstance(value, list | tuple) else value
