"""What happened, for one scan: the events of its sources, the shifts of their metrics, and what was told before."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from engine.collectors.gathering import Gathered
from engine.correlate import names_of, shifts_of
from engine.model import Difference, Event, Series

if TYPE_CHECKING:
    from engine.store import Stores

#: What a metric usually is, is told by as much of it before what is new.
_BEFORE = timedelta(days=14)


def add_shifts(gathered: Gathered, earlier: Sequence[Series] = ()) -> None:
    """Adds an event for each stretch of a metric that is unlike what came before it; `earlier` samples were known."""
    shifts = shifts_of(_joined(earlier, gathered.series))
    gathered.events = sorted([*gathered.events, *shifts], key=lambda event: (event.at, event.id))


def earlier_series(gathered: Gathered, stores: "Stores") -> list[Series]:
    """What was recorded of the gathered metrics before what is new of them."""
    starts = [series.times[0] for series in gathered.series if series.times]
    if not starts:
        return []
    keys = {series.key for series in gathered.series}
    known = stores.timeline.series_between(min(starts) - _BEFORE, max(starts))
    return [series for series in known if series.key in keys]


def with_earlier(
    events: Sequence[Event], differences: Sequence[Difference], sources: Collection[str], at: datetime, stores: "Stores"
) -> list[Event]:
    """The events of this scan and, of sources that told only what is new, those told before that may bear on it."""
    names = {name for difference in differences for name in names_of(difference)}
    earlier = stores.timeline.events_touching(names, sources=list(sources), until=at)
    merged = {event.id: event for event in (*earlier, *events)}
    return sorted(merged.values(), key=lambda event: (event.at, event.id))


def _joined(earlier: Sequence[Series], fresh: Sequence[Series]) -> list[Series]:
    """Each series once, with the samples of all that have its key, each moment once."""
    samples: dict[str, dict[datetime, float]] = {}
    heads: dict[str, Series] = {}
    for series in (*earlier, *fresh):
        heads[series.key] = series
        samples.setdefault(series.key, {}).update(zip(series.times, series.values, strict=True))
    found = []
    for key, head in heads.items():
        times = tuple(sorted(samples[key]))
        found.append(structs.replace(head, times=times, values=tuple(samples[key][at] for at in times)))
    return found
