"""Times as ticket tools write them: with and without zones, the day or the month first, clocks of 12 hours."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from msgspec import Struct

from engine.collectors.events.moments import is_possible

_CLOCK = r"(?:[ T,]+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_YEAR_LAST = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<mark>[-/.])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d{{2}}){_CLOCK}"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})(?P<mark>[-/.])(?P<one>\d{{1,2}})(?P=mark)(?P<two>\d{{1,2}}){_CLOCK}")


def instant(text: object, zone: tzinfo = UTC) -> datetime | None:
    """The time that a text in ISO 8601 names, in UTC; without a zone in it, it is meant in `zone`. None for no time."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        return _in_utc(datetime.fromisoformat(text.strip()), zone)
    except (ValueError, OverflowError):
        return None


class DateForm(Struct, frozen=True):
    """How times for people are written: whether the day comes before the month, None where nothing tells."""

    zone: tzinfo = UTC
    day_first: bool | None = None

    def read(self, text: object) -> datetime | None:
        """The time a text names, in UTC. None for no time, and for one whose day and month cannot be told apart."""
        if not isinstance(text, str):
            return None
        text = text.strip()
        match = _YEAR_FIRST.fullmatch(text)
        if match:
            return _built(match, int(match["one"]), int(match["two"]), self.zone)
        match = _YEAR_LAST.fullmatch(text)
        if match is None:
            return instant(text, self.zone)
        one, two = int(match["one"]), int(match["two"])
        day_first = _told_by(match) if self.day_first is None else self.day_first
        if day_first is None and one != two:
            return None
        return _built(match, two, one, self.zone) if day_first else _built(match, one, two, self.zone)


def has_open_order(text: object) -> bool:
    """Whether a text is a time that could be read with the day or with the month first, and mean two days."""
    match = _YEAR_LAST.fullmatch(text.strip()) if isinstance(text, str) else None
    return match is not None and _told_by(match) is None and match["one"] != match["two"]


def day_comes_first(texts: Iterable[object], rising: Sequence[tuple[object, object]] = ()) -> bool | None:
    """Whether the dates of one set have the day first: whoever wrote one wrote them all alike.

    A number above 12 tells, and so do dots. Where none does, `rising` may: pairs of texts of which the first is
    never the later one. None when nothing tells, or the set contradicts itself.
    """
    matches = (_YEAR_LAST.fullmatch(text.strip()) for text in texts if isinstance(text, str))
    told = {order for match in matches if match and (order := _told_by(match)) is not None}
    if told:
        return told.pop() if len(told) == 1 else None
    falling = {order: _falling(rising, DateForm(day_first=order)) for order in (True, False)}
    if falling[True] == falling[False]:
        return None
    return falling[True] < falling[False]


def _falling(pairs: Sequence[tuple[object, object]], form: DateForm) -> int:
    read = ((form.read(first), form.read(second)) for first, second in pairs)
    return sum(first is not None and second is not None and first > second for first, second in read)


def _told_by(match: re.Match[str]) -> bool | None:
    """Whether one date alone tells that the day is first."""
    one, two = int(match["one"]), int(match["two"])
    if one > 12 or two > 12:
        return one > 12
    return True if match["mark"] == "." else None


def _built(match: re.Match[str], month: int, day: int, zone: tzinfo) -> datetime | None:
    year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    half = (match["half"] or "").replace(".", "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        # Its zone is put to it at once.
        return _in_utc(datetime(year, month, day, hour, minute, second), zone)  # noqa: DTZ001
    except (ValueError, OverflowError):
        return None


def _in_utc(at: datetime, zone: tzinfo) -> datetime | None:
    moment = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return moment if is_possible(moment) else None
