"""Filters over very many drifts: what they look at is worked out once, and each value is looked at once."""

from array import array
from collections.abc import Collection, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from driftguard_tui.filters import FIELDS, Filter, Moment, Term, joined
from engine.model import Drift

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    #: For each drift, whether something holds of it.
    Hits = NDArray[np.bool_]

#: A field with more values than this is not completed by them.
_TOO_MANY = 2_000


class _Column(NamedTuple):
    """The texts of a field: each that there is, as it is, in lower case, and all in one; the number of each drift's."""

    numbers: "array[int]"
    texts: Sequence[str]
    lowered: Sequence[str]
    whole: str


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

    def matching(self, wanted: Filter) -> "Hits":
        """For each drift, whether it is wanted."""
        import numpy as np

        found = np.ones(len(self._drifts), np.bool_)
        for term in wanted.terms:
            found &= self._term(term)
        for moment in wanted.moments:
            found &= self._moment(moment)
        return found

    def values(self, field: str) -> Collection[str]:
        """The values of a field, where they are known and not very many."""
        column = self._columns.get(field)
        if column is None or len(column.texts) > _TOO_MANY:
            return ()
        return {text for texts in column.texts for text in texts.split("\n")}

    def _term(self, term: Term) -> "Hits":
        """Fields with few values first: in those with many only the drifts are looked at that are not found yet."""
        import numpy as np

        found = np.zeros(len(self._drifts), np.bool_)
        for column in sorted(map(self._column, term.fields), key=lambda column: len(column.texts)):
            numbers = np.frombuffer(column.numbers, column.numbers.typecode)
            # Most fields hold nothing of it: that takes one look instead of one at each text.
            if term.in_lower_case and not term.found([column.whole])[0]:
                continue
            left = np.flatnonzero(~found)
            texts = column.lowered if term.in_lower_case else column.texts
            if len(texts) <= len(left):
                found |= np.array(term.found(texts), np.bool_)[numbers]
            else:
                found[left] = term.found([texts[row] for row in numbers[left].tolist()])
        return ~found if term.inverse else found

    def _moment(self, moment: Moment) -> "Hits":
        import numpy as np

        return np.array([moment.holds(drift) for drift in self._drifts], np.bool_)

    def _column(self, field: str) -> _Column:
        with self._making:
            known = self._columns.get(field)
            if known is None:
                known = self._columns[field] = self._made(field)
            return known

    def _made(self, field: str) -> _Column:
        texts_of = FIELDS[field]
        known: dict[str, int] = {}
        numbers = array("L", [known.setdefault(joined(texts_of(drift)), len(known)) for drift in self._drifts])
        lowered = [text.lower() for text in known]
        return _Column(numbers, list(known), lowered, joined(lowered))
