"""The audit log for those who read it: its entries, whether the chain holds, and a form without people's names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from engine.store.audit import GENESIS, AuditEntry, AuditFilter, AuditVerdict

__all__ = ["GENESIS", "ITSELF", "AuditEntry", "AuditFilter", "AuditVerdict", "MaskedEntry", "masked"]

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
