"""What the timeline is asked, as functions that run beside the console on a thread of their own."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from driftguard_tui.timeline.loading import Question
from driftguard_tui.timeline.metric import Metric
from driftguard_tui.timeline.plot import DOTS
from driftguard_tui.timeline.scale import Scale
from engine.model import Actor, Event
from engine.store.records import ResourceChange
from engine.store.stretches import WRITES, Names, SeriesName, Stretch, Wanted

if TYPE_CHECKING:
    from engine.store import Stores

_INSTANT = timedelta(microseconds=1)
#: Events of one column that are listed, and shifts of one metric that are marked.
LISTED, _SHIFTS = 300, 500


class Recorded(NamedTuple):
    """What there is: from when to when, what events can be told apart by, and who is a person among their actors."""

    extent: tuple[datetime, datetime] | None
    names: Names
    actors: list[Actor]


class Column(NamedTuple):
    """What happened in a column; `more` events are left out."""

    events: list[Event]
    more: int
    changes: tuple[ResourceChange, ...]


class Measured(NamedTuple):
    """The metrics of a span, those first that bear on what is looked at; and one of them to be drawn."""

    keys: list[str]
    metric: Metric | None


def recorded(stores: "Stores") -> Recorded:
    """Everything that one can look at."""
    return Recorded(stores.timeline.extent(), stores.timeline.names(), stores.timeline.actors())


def stretch(question: Question) -> "Callable[[Stores], Stretch]":
    """What is to be drawn."""
    scale, by, names, wanted = question
    return lambda stores: stores.timeline.stretch(
        scale.start, scale.width, scale.columns, by=by, names=names, wanted=wanted
    )


def nothing(question: Question) -> Stretch:
    """What is to be drawn where nothing is recorded."""
    scale, _, names, _ = question
    return Stretch(
        start=scale.start, width=scale.width, columns=scale.columns, lanes={name: {} for name in names}, others={},
        begun={}, events=(), lasting=(),
    )  # fmt: skip


def column(start: datetime, end: datetime, wanted: Wanted | None, *, changes: bool) -> "Callable[[Stores], Column]":
    """What happened from start on and before end: the events, unless none are wanted, and the changes, if any are."""

    def ask(stores: "Stores") -> Column:
        timeline = stores.timeline
        events, more = timeline.events_within(start, end, wanted, limit=LISTED) if wanted is not None else ([], 0)
        seen = timeline.window(start, end - _INSTANT, limit=LISTED).changes if changes else ()
        return Column(events, more, seen)

    return ask


def record(event: Event) -> "Callable[[Stores], Event | None]":
    """An event with its request and original."""
    return lambda stores: stores.timeline.event(event.id, event.at)


def nearest(at: datetime, wanted: Wanted, *, earlier: bool) -> "Callable[[Stores], datetime | None]":
    """When the next event happened, or the one before."""
    return lambda stores: stores.timeline.nearest(at, wanted, earlier=earlier)


def measured(scale: Scale, key: str, around: Collection[str]) -> "Callable[[Stores], Measured]":
    """The metric with this key, else the first one; those come first that touch one of the names."""

    def ask(stores: "Stores") -> Measured:
        timeline = stores.timeline
        known = timeline.series_names(scale.start, scale.end)
        known.sort(key=lambda series: (not set(series.touches) & set(around), key_of(series)))
        if not known:
            return Measured([], None)
        chosen = next((series for series in known if key_of(series) == key), known[0])
        shape = timeline.series_shape(chosen.number, scale.start, scale.width / DOTS, scale.columns * DOTS)
        shifts, _ = timeline.events_within(
            scale.start, scale.end, WRITES.of("kind", "metric").of("operation", chosen.name), limit=_SHIFTS
        )
        own = [shift for shift in shifts if shift.source == chosen.source and shift.touches == chosen.touches]
        title = " ".join((chosen.name, *chosen.labels.values()))
        return Measured([*map(key_of, known)], Metric(title, chosen.unit, scale, shape.low, shape.high, own))

    return ask


def key_of(series: SeriesName) -> str:
    """What tells a metric from others, the same at the next start."""
    return (
        f"{series.source}:{series.name}:{','.join(f'{name}={value}' for name, value in sorted(series.labels.items()))}"
    )
