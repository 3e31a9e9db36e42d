"""The labels of the columns: honest ones, each at the very column in which its moment is. All times are UTC."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from driftguard_tui.timeline.scale import Scale
from driftguard_tui.timeline.track import Track
from driftguard_tui.widgets.lines import Line

TICK = "╷"
#: Columns that a label takes beside its own: the tick, and air. Times of day, being long and many, get more of it.
_BESIDE, _BESIDE_TIMES = 2, 3

_SECOND, _MINUTE, _HOUR, _DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class _Step(NamedTuple):
    """Ticks of one kind: `begin` is the last tick up to a moment, `follow` the one after a tick."""

    begin: Callable[[datetime], datetime]
    follow: Callable[[datetime], datetime]
    least: timedelta
    label: str


def _every(step: timedelta, label: str) -> _Step:
    """A length of time of which a day holds a whole number."""
    return _Step(lambda at: at - (at - _day(at)) % step, lambda at: at + step, step, label)


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _months(count: int, label: str) -> _Step:
    def begin(at: datetime) -> datetime:
        months = at.year * 12 + at.month - 1
        return _day(at).replace(day=1, year=months // count * count // 12, month=months // count * count % 12 + 1)

    def follow(at: datetime) -> datetime:
        months = at.year * 12 + at.month - 1 + count
        return at.replace(year=months // 12, month=months % 12 + 1)

    return _Step(begin, follow, 28 * count * _DAY, label)


_DAYS = _every(_DAY, "%a %-d %b %Y")
_MONTHS = _months(1, "%b %Y")
_YEARS = _months(12, "%Y")
_WEEKS = _Step(lambda at: _day(at) - at.weekday() * _DAY, lambda at: at + 7 * _DAY, 7 * _DAY, "%-d")

#: Minor ticks, finest first, and the major ticks that stand above them.
_STEPS = (
    *((_every(_SECOND * number, "%H:%M:%S"), _DAYS) for number in (5, 10, 15, 30)),
    *((_every(_MINUTE * number, "%H:%M"), _DAYS) for number in (1, 2, 5, 10, 15, 30)),
    *((_every(_HOUR * number, "%H:%M"), _DAYS) for number in (1, 2, 3, 6, 12)),
    (_every(_DAY, "%-d"), _MONTHS),
    (_WEEKS, _MONTHS),
    (_months(1, "%b"), _YEARS),
    (_months(3, "%b"), _YEARS),
    (_YEARS, None),
    (_months(60, "%Y"), None),
)


class Ruler(NamedTuple):
    """Two lines: the days (or months, or years) above, the times in them below. `majors` are the columns of change."""

    major: Line
    minor: Line
    majors: frozenset[int]


def ruler(scale: Scale) -> Ruler:
    """The labels of a scale."""
    minor, major = next((pair for pair in _STEPS if _fits(pair[0], scale.width)), _STEPS[-1])
    below = Track(scale.columns)
    for at in _ticks(minor, scale):
        column = scale.column(at)
        if column >= 0:
            label = at.strftime(minor.label)
            below.put(column, TICK, "muted")
            below.write(column + 1, label if column + len(label) < scale.columns else "", "muted")
    if major is None:
        return Ruler((), below.line(), frozenset())
    above = Track(scale.columns)
    changes = list(_ticks(major, scale))
    shown = [column for at in changes if (column := scale.column(at)) >= 0]
    for at, following in zip(changes, [*changes[1:], None], strict=True):
        column, label = max(-1, scale.column(at)), at.strftime(major.label)
        end = scale.columns if following is None else scale.column(following)
        if column >= 0:
            above.put(column, TICK, "muted")
        room = end - column - 1 - (following is not None)
        above.write(column + 1, label if len(label) <= room else _shorter(at, major, room), "strong")
    return Ruler(above.line(), below.line(), frozenset(shown))


def _shorter(at: datetime, major: _Step, room: int) -> str:
    """The label without what can be understood from those beside it, or nothing where there is no room at all."""
    words = at.strftime(major.label).split(" ")
    shorter = (" ".join(words[first:last]) for first, last in ((0, -1), (1, -1), (1, 2), (0, 1)))
    return next((label for label in shorter if 0 < len(label) <= room), "")


def _fits(step: _Step, width: timedelta) -> bool:
    label = datetime(2000, 12, 25, tzinfo=UTC).strftime(step.label)
    return step.least // width >= len(label) + (_BESIDE_TIMES if ":" in label else _BESIDE)


def _ticks(step: _Step, scale: Scale) -> Iterator[datetime]:
    """Every tick in sight, and the one before the first."""
    at = step.begin(scale.start)
    while at < scale.end:
        yield at
        at = step.follow(at)
