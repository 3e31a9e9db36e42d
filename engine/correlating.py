"""What hangs together in what was recorded: drifts of one origin, and kinds of events that occur together."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.model import CauseGroup, Lift, Matrix

if TYPE_CHECKING:
    from engine.correlate.history import History
    from engine.store import Stores

#: How far back a history goes where nothing else is asked for.
HISTORY = timedelta(days=90)
WINDOW = timedelta(minutes=30)
#: So many steps at most has a heatmap over time; each is a whole number of hours.
_STEPS = 60
_HOUR = timedelta(hours=1)


class Heatmap(StrEnum):
    """What a matrix counts."""

    SERVICES = "services"  # services over time
    SOURCES = "sources"  # sources over time
    KINDS = "kinds"  # kinds of events after kinds of events
    SOURCE_PAIRS = "source-pairs"  # sources after sources


def cause_groups(stores: "Stores") -> tuple[CauseGroup, ...]:
    """The origins that drifts of the last scans share, across all estates of the stores. Raises StoreError."""
    from engine.correlate import groups_of

    return groups_of({report.scan.estate: report.drifts for report in stores.timeline.last_reports()})


def links(stores: "Stores", *, reach: timedelta = HISTORY, window: timedelta = WINDOW) -> tuple[Lift, ...]:
    """Kinds of events that occur within the window after each other, the surest first. Raises StoreError.

    `reach` is how long before the last scan the history begins.
    """
    from engine.correlate.cooccurrence import lifts

    start, end = _bounds(stores, reach)
    return lifts(_history(stores, start, end).by_kind(), window)


def matrix(stores: "Stores", what: Heatmap, *, reach: timedelta = HISTORY, window: timedelta = WINDOW) -> Matrix:
    """The counts of a heatmap, over time or of what occurs with what. Raises StoreError."""
    from engine.correlate.matrix import over_time, side_by_side

    start, end = _bounds(stores, reach)
    history = _history(stores, start, end)
    if what is Heatmap.KINDS:
        return side_by_side("what occurs after what", history.by_kind(), window)
    if what is Heatmap.SOURCE_PAIRS:
        return side_by_side("which source tells after which", history.by_source(), window)
    rows = history.kinds_of_services() if what is Heatmap.SERVICES else history.kinds_of_sources()
    first = history.first or start
    begin = max(start, first.replace(minute=0, second=0, microsecond=0))
    step = _HOUR * max(1, -((begin - end) // (_HOUR * _STEPS)))
    return over_time(f"{what.value} over time", rows, begin, end, step, window)


def _bounds(stores: "Stores", reach: timedelta) -> tuple[datetime, datetime]:
    """The span of the history, up to the last moment that a scan was about."""
    end = max((report.scan.as_of for report in stores.timeline.last_reports()), default=datetime.now(UTC))
    return end - reach, end


def _history(stores: "Stores", start: datetime, end: datetime) -> "History":
    from engine.correlate.history import History

    drifts = stores.timeline.drifts_of_history()
    recent = [drift for drift in drifts if drift.changed_at and start <= drift.changed_at <= end]
    return History(stores.timeline.events_alike(start, end), recent)
