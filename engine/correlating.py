"""What hangs together in what was recorded: drifts of one origin, and kinds of events that occur together."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.model import CauseGroup, Drift, Lift

if TYPE_CHECKING:
    from engine.correlate.history import History
    from engine.store import Stores

#: How far back a history goes where nothing else is asked for.
HISTORY = timedelta(days=90)
WINDOW = timedelta(minutes=30)


class Heatmap(StrEnum):
    """What a matrix counts."""

    SERVICES = "services"  # services over time
    SOURCES = "sources"  # sources over time
    KINDS = "kinds"  # kinds of events after kinds of events
    SOURCE_PAIRS = "source-pairs"  # sources after sources

    @property
    def is_of_pairs(self) -> bool:
        """Whether it is of what follows on what, rather than of what occurs when."""
        return self in (Heatmap.KINDS, Heatmap.SOURCE_PAIRS)


def cause_groups(stores: "Stores") -> tuple[CauseGroup, ...]:
    """The origins that drifts of the last scans share, across all estates of the stores. Raises StoreError."""
    from engine.correlate import groups_of

    return groups_of({report.scan.estate: report.drifts for report in stores.timeline.last_reports()})


def links(stores: "Stores", *, reach: timedelta = HISTORY, window: timedelta = WINDOW) -> tuple[Lift, ...]:
    """Kinds of events that occur within the window after each other, the surest first. Raises StoreError.

    `reach` is how long before the last scan the history begins.
    """
    from engine.correlate.cooccurrence import lifts

    occurred, _ = history(stores, *bounds(stores, reach))
    return lifts(occurred.by_kind(), window)


def bounds(stores: "Stores", reach: timedelta) -> tuple[datetime, datetime]:
    """The span of the history, up to the last moment that a scan was about. Raises StoreError."""
    end = max((report.scan.as_of for report in stores.timeline.last_reports()), default=datetime.now(UTC))
    return end - reach, end


def history(stores: "Stores", start: datetime, end: datetime) -> tuple["History", list[Drift]]:
    """What occurred from start to end, and the drifts that came about. Raises StoreError."""
    from engine.correlate.history import History

    drifts = stores.timeline.drifts_of_history()
    recent = [drift for drift in drifts if drift.changed_at and start <= drift.changed_at <= end]
    return History(stores.timeline.events_alike(start, end), recent), recent
