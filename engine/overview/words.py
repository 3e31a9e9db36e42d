"""What an overview says: how an estate stands at a moment, and how it came to that."""

from datetime import datetime, timedelta

from msgspec import Struct

from engine.model import Category, CauseGroup, Drift, Level, ScopeSummary, SourceHealth, Summary


class Count(Struct, frozen=True):
    """So many open drifts of a severity and a cause; `cause` is None where none is likely enough to be named."""

    level: Level
    cause: Category | None
    drifts: int


class Standing(Struct, frozen=True):
    """What the last scan up to a moment found. `as_of` is the time that scan is about.

    `counts` has every severity and cause that a drift has. `worst` are the gravest drifts, `groups` the origins that
    drifts share, the ones that matter most first. `scopes` come with the least covered first.
    """

    estate: str
    as_of: datetime
    scan_id: str
    summary: Summary
    counts: tuple[Count, ...] = ()
    worst: tuple[Drift, ...] = ()
    groups: tuple[CauseGroup, ...] = ()
    scopes: tuple[ScopeSummary, ...] = ()
    sources: tuple[SourceHealth, ...] = ()

    @property
    def drifts(self) -> int:
        """How many there are."""
        return sum(count.drifts for count in self.counts)


class Point(Struct, frozen=True):
    """A stretch of the history, up to `at`. `open` are at its end, by severity from low to critical."""

    at: datetime
    open: tuple[int, int, int, int]
    appeared: int = 0
    resolved: int = 0
    scans: int = 0

    @property
    def total(self) -> int:
        """All open drifts."""
        return sum(self.open)


class Came(Struct, frozen=True):
    """A stretch of time up to `at`, and how many of the open drifts came about in it, from low to critical."""

    at: datetime
    drifts: tuple[int, int, int, int]

    @property
    def total(self) -> int:
        """Of every severity."""
        return sum(self.drifts)


class Shift(Struct, frozen=True):
    """From the stretch that ends `at` on, about `after` drifts are open, where before about `before` were."""

    at: datetime
    before: float
    after: float


class Took(Struct, frozen=True):
    """How long something took, over `count` drifts."""

    mean: timedelta
    median: timedelta
    count: int


class Since(Struct, frozen=True):
    """What has changed since a moment: drifts that appeared and are still open, by severity, and those resolved."""

    at: datetime
    appeared: dict[Level, int]
    resolved: int = 0

    @property
    def total(self) -> int:
        """All that appeared."""
        return sum(self.appeared.values())


class Course(Struct, frozen=True):
    """How an estate came to stand as it does.

    `trend` is the recorded history; `came` says when the open drifts came about, as far as that is known and no longer
    ago than `reach`.
    `detect` is from a change to the scan that found it, `resolve` from there to the scan that found it gone, both of
    what was detected or resolved within `reach` before the moment; None where that is nothing. `fresh` says of a
    source up to when it was last read whole.
    """

    trend: tuple[Point, ...] = ()
    came: tuple[Came, ...] = ()
    shifts: tuple[Shift, ...] = ()
    reach: timedelta = timedelta(days=30)
    detect: Took | None = None
    resolve: Took | None = None
    since: Since | None = None
    fresh: dict[str, datetime] = {}


class Overview(Struct, frozen=True):
    """An estate at one glance."""

    standing: Standing
    course: Course
