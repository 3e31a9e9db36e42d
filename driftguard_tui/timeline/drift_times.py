"""The drifts of a report by the time at which they came about: those of any span at once, however many there are."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from driftguard_tui.timeline.scale import Scale
from engine.model import Drift

#: Drifts of which the gravest is known beforehand.
_BLOCK = 128


class DriftTimes:
    """`found` are the times at which they were found."""

    def __init__(self, drifts: Iterable[Drift] = ()) -> None:
        every = list(drifts)
        known = [(drift.changed_at, drift) for drift in every if drift.changed_at is not None]
        known.sort(key=lambda pair: pair[0])
        self._times = [at for at, _ in known]
        self._drifts = [drift for _, drift in known]
        self._gravest = [_gravest(self._drifts[at : at + _BLOCK]) for at in range(0, len(known), _BLOCK)]
        self.found = sorted({drift.detected_at for drift in every})

    @property
    def extent(self) -> tuple[datetime, datetime] | None:
        """From the first change to when the last was found; None without any drift."""
        return (min(self._times[:1] + self.found[:1]), self.found[-1]) if self.found else None

    def between(self, start: datetime, end: datetime) -> Sequence[Drift]:
        """Those that came about from start on and before end, oldest first."""
        return self._drifts[bisect_left(self._times, start) : bisect_left(self._times, end)]

    def columns(self, scale: Scale) -> Iterator[tuple[int, int, Drift]]:
        """Each column in sight in which any came about, how many did, and the gravest of them."""
        place, last = bisect_left(self._times, scale.start), bisect_left(self._times, scale.end)
        while place < last:
            column = scale.column(self._times[place])
            end = bisect_left(self._times, scale.at(column + 1), place, last)
            yield column, end - place, self._gravest_of(place, end)
            place = end

    def _gravest_of(self, first: int, end: int) -> Drift:
        """Of whole blocks it is known; what sticks out at both ends is looked through."""
        block, last_block = -(-first // _BLOCK), end // _BLOCK
        if block >= last_block:
            return _gravest(self._drifts[first:end])
        edges = (*self._drifts[first : block * _BLOCK], *self._drifts[last_block * _BLOCK : end])
        return _gravest((*edges, *self._gravest[block:last_block]))


def _gravest(drifts: Sequence[Drift]) -> Drift:
    return max(drifts, key=lambda drift: drift.severity.score)
