"""Heatmaps of one history, which is read once, and what is behind their cells."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.correlating import HISTORY, WINDOW, Heatmap, bounds, history
from engine.model import Drift, Event, Matrix, ResourceRef

if TYPE_CHECKING:
    from engine.correlate.history import History, Occurrence
    from engine.store import Stores

#: So many steps at most has a heatmap over time in what most of it is about: a quarter in days. In all it has no more
#: than a multiple of that.
_STEPS, _ALL_STEPS = 92, 368
_HOUR = timedelta(hours=1)
#: The lengths that a step can have. Steps begin where hours, days and weeks do, so that people know what one is about.
_LENGTHS = tuple(_HOUR * hours for hours in (1, 2, 3, 4, 6, 8, 12, 24, 48, 7 * 24, 14 * 24, 28 * 24, 91 * 24))
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Of a cell so many events are looked at, so many told of, and of a pair so many times that it occurred.
_LOOKED_AT, _TOLD, _TOLD_TIMES = 20_000, 200, 20


class Mark(Struct, frozen=True):
    """What is kept of a drift: when it came about, as what it is counted, and the ids of the events that explain it."""

    id: str
    at: datetime
    resource: ResourceRef
    kind: str
    source: str
    service: str
    evidence: frozenset[str]

    @classmethod
    def of(cls, drift: Drift, at: datetime, counted: "Occurrence") -> "Mark":
        """Of a drift that came about then."""
        evidence = frozenset(item.event_id for item in drift.evidence)
        return cls(drift.id, at, drift.resource, counted.kind, counted.source, counted.service, evidence)


class Together(Struct, frozen=True):
    """Once that one kind followed on another."""

    first_at: datetime
    second_at: datetime


class Behind(Struct, frozen=True):
    """What a cell counts.

    `events` are the first of `total`, oldest first; `times` all that one kind followed on another, newest first: of
    those the events of the newest are told. `drifts` are those that are counted in the cell, or that one of its events
    explains, oldest first. `start` and `end` bound all of it.
    """

    start: datetime
    end: datetime
    events: tuple[Event, ...] = ()
    total: int = 0
    times: tuple[Together, ...] = ()
    drifts: tuple[Mark, ...] = ()


class Heatmaps:
    """What occurred from `start` to `end`, in the heatmaps that it makes. `marks` are the drifts that came about."""

    def __init__(
        self, occurred: "History", marks: Sequence[Mark], start: datetime, end: datetime, window: timedelta
    ) -> None:
        self._occurred = occurred
        self._marks = marks
        self.window = window
        self.end = end
        #: When the first of it occurred.
        self.start = max(start, occurred.first) if occurred.first else end
        busy = self.end - max(self.start, occurred.busy_from) if occurred.busy_from else self.length
        #: How long a column of those over time is.
        self.step = next((one for one in _LENGTHS if busy // one < _STEPS - 1 and self.length // one < _ALL_STEPS - 1),
                         _LENGTHS[-1])  # fmt: skip

    @classmethod
    def read(
        cls,
        stores: "Stores",
        *,
        reach: timedelta = HISTORY,
        window: timedelta = WINDOW,
        until: datetime | None = None,
    ) -> "Heatmaps":
        """What the stores hold from so long before the last scan on, or before `until`. Raises StoreError."""
        start, end = (until - reach, until) if until else bounds(stores, reach)
        occurred, drifts = history(stores, start, end)
        marks = [
            Mark.of(drift, drift.changed_at, occurred.occurrence_of_drift(drift))
            for drift in drifts
            if drift.changed_at
        ]
        return cls(occurred, sorted(marks, key=lambda mark: (mark.at, mark.id)), start, end, window)

    def within(self, window: timedelta) -> "Heatmaps":
        """The same with another window for what counts as together."""
        return Heatmaps(self._occurred, self._marks, self.start, self.end, window)

    @property
    def length(self) -> timedelta:
        """How long a history it is."""
        return self.end - self.start

    def matrix(self, what: Heatmap) -> Matrix:
        """The counts of one of them."""
        from engine.correlate.matrix import over_time, side_by_side

        occurred = self._occurred
        if what is Heatmap.KINDS:
            return side_by_side("what occurs after what", occurred.by_kind(), self.window)
        if what is Heatmap.SOURCE_PAIRS:
            return side_by_side("which source tells after which", occurred.by_source(), self.window)
        rows = occurred.kinds_of_services() if what is Heatmap.SERVICES else occurred.kinds_of_sources()
        begin = _EPOCH + (self.start - _EPOCH) // self.step * self.step
        return over_time(f"{what.value} over time", rows, begin, self.end + _MICROSECOND, self.step, self.window)

    def behind(self, stores: "Stores", what: Heatmap, row: str, column: str) -> Behind:
        """What the cell of these labels counts. Raises StoreError."""
        if what.is_of_pairs:
            return self._behind_pair(stores, what, row, column)
        start = datetime.fromisoformat(column)
        return self._behind_step(stores, what, row, start, min(start + self.step - _MICROSECOND, self.end))

    def _behind_step(self, stores: "Stores", what: Heatmap, row: str, start: datetime, end: datetime) -> Behind:
        from engine.correlate.history import DRIFTS

        name_of = _NAMES[what]
        window = stores.timeline.window(start, end, only_writes=True, limit=_LOOKED_AT)
        found = [event for event in window.events if event.at >= start and self._name(what, event) == row]
        explained = {event.id for event in found}
        drifts = tuple(
            mark
            for mark in self._marks
            if (start <= mark.at <= end and name_of(mark) == row) or not mark.evidence.isdisjoint(explained)
        )
        moments = self._occurred.moments(lambda one: name_of(one) == row and one.source != DRIFTS)
        first, last = moments.searchsorted([_micros(start), _micros(end) + 1])
        return Behind(start, end, tuple(found[:_TOLD]), max(len(found), int(last - first)), drifts=drifts)

    def _behind_pair(self, stores: "Stores", what: Heatmap, first: str, second: str) -> Behind:
        from engine.correlate.cooccurrence import followed

        name_of, occurred = _NAMES[what], self._occurred
        begins = occurred.moments(lambda one: name_of(one) == first)
        follows = occurred.moments(lambda one: name_of(one) == second)
        found = followed(begins, follows, self.window)
        times = tuple(Together(_moment(begin), _moment(follow)) for begin, follow in reversed(found))
        counted = {(first, one.first_at) for one in times} | {(second, one.second_at) for one in times}
        events: dict[str, Event] = {}
        for one in islice(times, _TOLD_TIMES):
            within = stores.timeline.window(one.first_at, one.second_at, only_writes=True, limit=_LOOKED_AT, full=True)
            events |= {event.id: event for event in within.events if (self._name(what, event), event.at) in counted}
        drifts = tuple(
            mark for mark in self._marks if (name_of(mark), mark.at) in counted or not mark.evidence.isdisjoint(events)
        )
        start = times[-1].first_at if times else self.start
        end = max((one.second_at for one in times), default=self.end)
        told = sorted(events.values(), key=lambda event: (event.at, event.id))
        return Behind(start, end, tuple(told), len(told), times, drifts)

    def _name(self, what: Heatmap, event: Event) -> str:
        return _NAMES[what](self._occurred.occurrence_of(event))


_NAMES: Mapping[Heatmap, Callable[["Occurrence | Mark"], str]] = {
    Heatmap.SERVICES: lambda one: one.service,
    Heatmap.SOURCES: lambda one: one.source,
    Heatmap.KINDS: lambda one: one.kind,
    Heatmap.SOURCE_PAIRS: lambda one: one.source,
}


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
