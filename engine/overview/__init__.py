"""An estate at one glance: how much drift of what weight and cause, what is new, how fast it is found and resolved."""

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from engine.overview.standing import cause_named, standing_of
from engine.overview.words import Came, Count, Course, Overview, Point, Shift, Since, Standing, Took

if TYPE_CHECKING:
    from engine.store import Stores

__all__ = [
    "Came",
    "Count",
    "Course",
    "Overview",
    "Point",
    "Shift",
    "Since",
    "Standing",
    "Took",
    "cause_named",
    "overview",
    "standing_of",
]


def overview(
    stores: "Stores",
    estate: str | None = None,
    *,
    as_of: datetime | None = None,
    since: datetime | None = None,
    steps: int | None = None,
) -> Overview | None:
    """How an estate stood at a moment, now without one, and how it came to that; None before its first scan.

    Without a name it is the estate that was scanned last. `since` asks what has changed from then on; `steps` is how
    many stretches the trend has at most. A drift that came back counts as if it had never been gone. Raises StoreError.
    """
    from engine.overview.course import FINE, REACH, STEPS, came_about, course
    from engine.overview.standing import WORST

    report = stores.timeline.report_at(as_of, estate, most=WORST)
    if report is None:
        return None
    name, scanned, most = report.scan.estate, report.scan.as_of, steps or STEPS
    counts = (Count(*count) for count in stores.ledger.open_counts(name, scanned))
    came = stores.ledger.came_about(name, scanned, since=scanned - REACH, length=FINE)
    told = structs.replace(course(stores, name, as_of or scanned, since, most), came=came_about(came, scanned, most))
    return Overview(standing_of(report, counts), told)
