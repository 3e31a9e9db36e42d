"""How an estate came to stand as it does: its open drifts over time, and how fast they were found and resolved."""

import statistics
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine.model import Level
from engine.overview.shifts import steps_of
from engine.overview.words import Came, Course, Point, Shift, Since, Took

if TYPE_CHECKING:
    from engine.store import Stores
    from engine.store.records import Lives

#: Lengths of the stretches of a trend: what people divide time into.
_LENGTHS = (
    *(timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 7, 14, 28, 91, 182, 364)),
)  # fmt: skip
#: `Level.rank`, for thousands of them.
_RANKS = {level: level.rank for level in Level}
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # a Monday, so that weeks begin on one
#: So many stretches at most.
STEPS = 60
#: So long before a moment it is asked what was detected and resolved, and when what is open came about.
REACH = timedelta(days=30)
#: By stretches of this length it is first counted when drifts came about.
FINE = timedelta(hours=1)


def course(stores: "Stores", estate: str, at: datetime, since: datetime | None, steps: int = STEPS) -> Course:
    """What the stores tell of an estate up to a moment, but for `came`; see `engine.overview.overview`."""
    lives = stores.ledger.lives(estate, at, since=since, reach=REACH)
    trend = trend_of(lives, at, steps)
    return Course(
        trend=trend,
        shifts=shifts_of(trend),
        reach=REACH,
        detect=took(lives.detected_after),
        resolve=took(lives.resolved_after),
        since=_since(lives),
        fresh=stores.ledger.last_read(estate, at) | stores.timeline.watermarks(estate),
    )


def trend_of(lives: "Lives", at: datetime, steps: int = STEPS) -> tuple[Point, ...]:
    """Open drifts, and those that appeared and went, from the first scan to a moment in at most `steps` stretches."""
    scans = [moment for moment in lives.scans if moment <= at]
    if not scans:
        return ()
    ends = _ends(*_stretches(min(scans), at, steps), at)
    changes = [[0] * len(Level) for _ in ends]
    appeared, resolved = [0] * len(ends), [0] * len(ends)
    for turns, sign, counted in ((lives.appeared, 1, appeared), (lives.resolved, -1, resolved)):
        for turn in turns:
            place = min(bisect_left(ends, turn.at), len(ends) - 1)
            changes[place][_RANKS[turn.level]] += sign * turn.drifts
            counted[place] += turn.drifts
    looked = [0] * len(ends)
    for moment in scans:
        looked[bisect_left(ends, moment)] += 1
    points, open_ = [], [0] * len(Level)
    for place, end in enumerate(ends):
        open_ = [max(0, before + change) for before, change in zip(open_, changes[place], strict=True)]
        low, medium, high, critical = open_
        points.append(Point(end, (low, medium, high, critical), appeared[place], resolved[place], looked[place]))
    return tuple(points)


def came_about(found: Sequence[tuple[int, Level, int]], at: datetime, steps: int = STEPS) -> tuple[Came, ...]:
    """When open drifts came about: from the first of those within REACH to the moment, in at most `steps` stretches.

    `found` has how many did in each FINE stretch of REACH, by severity.
    """
    if not found:
        return ()
    begin = at - REACH
    start, length = _stretches(begin + min(number for number, _, _ in found) * FINE, at, steps)
    ends = _ends(start, length, at)
    counts = [[0] * len(Level) for _ in ends]
    for number, level, drifts in found:
        middle = begin + number * FINE + FINE / 2
        counts[min(bisect_left(ends, middle), len(ends) - 1)][_RANKS[level]] += drifts
    return tuple(
        Came(end, (low, medium, high, critical))
        for end, (low, medium, high, critical) in zip(ends, counts, strict=True)
    )


def shifts_of(trend: Sequence[Point]) -> tuple[Shift, ...]:
    """Where the number of open drifts changed its level."""
    totals = [point.total for point in trend]
    return tuple(Shift(trend[place].at, before, after) for place, before, after in steps_of(totals))


def took(seconds: Iterable[float]) -> Took | None:
    """Mean and median of lengths of time; None of none."""
    lengths = [max(0.0, length) for length in seconds]
    if not lengths:
        return None
    mean, median = statistics.fmean(lengths), statistics.median(lengths)
    return Took(timedelta(seconds=round(mean)), timedelta(seconds=round(median)), len(lengths))


def _since(lives: "Lives") -> Since | None:
    if lives.since is None:
        return None
    appeared: dict[Level, int] = {}
    for turn in lives.appeared_since:
        appeared[turn.level] = appeared.get(turn.level, 0) + turn.drifts
    resolved = sum(turn.drifts for turn in lives.resolved if turn.at > lives.since)
    return Since(lives.since, appeared, resolved)


def _stretches(first: datetime, last: datetime, steps: int) -> tuple[datetime, timedelta]:
    """Where to begin, and how long a stretch is, so that no more than `steps` hold both moments."""
    for length in _LENGTHS:
        start = _EPOCH + (first - _EPOCH) // length * length
        if (last - start) / length <= steps:
            break
    return start, length


def _ends(start: datetime, length: timedelta, last: datetime) -> list[datetime]:
    """The ends of the stretches; the last one's is the moment itself."""
    number = max(1, -((start - last) // length))
    return [*(start + step * length for step in range(1, number)), last]
