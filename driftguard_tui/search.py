"""Filters over very many drifts: what they look at is worked out once, and each value is looked at once."""

from array import array
from collections.abc import Collection, Sequence
from threading import Lock
from typing import NamedTuple

from driftguard_tui.filters import FIELDS, Filter, Moment, Term, joined
from engine.model import Drift

#: A field with more values than this is not completed by them.
_TOO_MANY = 2_000


class _Column(NamedTuple):
    """The texts of a field: each that there is, as it is and in lower case; and the number of each drift's."""

    numbers: Sequence[int]
    texts: list[str]
    lowered: list[str]


class Index:
    """What is searched in drifts. Any thread may ask it; what it needs is worked out when it is first asked for."""

    def __init__(self, drifts: Sequence[Drift]) -> None:
        self._drifts = drifts
        self._columns: dict[str, _Column] = {}
        self._making = Lock()

    def prepare(self) -> None:
        """Works out all that can be asked for."""
        for field in FIELDS:
            self._column(field)

    def matching(self, wanted: Filter) -> bytes:
        """For each drift, 1 if it is wanted and 0 if not."""
        found = _all(len(self._drifts))
        for term in wanted.terms:
            found &= self._term(term)
        for moment in wanted.moments:
            found &= self._moment(moment)
        return found.to_bytes(len(self._drifts), "little")

    def values(self, field: str) -> Collection[str]:
        """The values of a field, where they are known and not very many."""
        column = self._columns.get(field)
        if column is None or len(column.texts) > _TOO_MANY:
            return ()
        return {text for texts in column.texts for text in texts.split("\n")}

    def _term(self, term: Term) -> int:
        """A byte for each drift, as one number: numbers as long as that are combined faster than anything else."""
        found = 0
        for field in term.fields:
            column = self._column(field)
            if term.literal:
                literal = term.literal
                hits = bytes([literal in text for text in column.lowered])
            else:
                search = term.pattern.search
                hits = bytes([search(text) is not None for text in column.texts])
            if 1 in hits:
                found |= int.from_bytes(bytes(map(hits.__getitem__, column.numbers)), "little")
        return found ^ _all(len(self._drifts)) if term.inverse else found

    def _moment(self, moment: Moment) -> int:
        return int.from_bytes(bytes(map(moment.holds, self._drifts)), "little")

    def _column(self, field: str) -> _Column:
        with self._making:
            known = self._columns.get(field)
            if known is None:
                known = self._columns[field] = self._made(field)
            return known

    def _made(self, field: str) -> _Column:
        texts_of = FIELDS[field]
        known: dict[str, int] = {}
        numbers = array("L", (known.setdefault(joined(texts_of(drift)), len(known)) for drift in self._drifts))
        return _Column(numbers, list(known), [text.lower() for text in known])


def _all(count: int) -> int:
    return int.from_bytes(b"\1" * count, "little")
