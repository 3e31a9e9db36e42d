"""Times as people say them: `yesterday`, `since 03:00`, `between 2 and 3 am on 10 March`, `last night`.

What is said is taken out of the question, so that no number of it is taken for a name.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from msgspec import Struct

from engine.assistant.tables import read

_DAY = timedelta(days=1)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
#: `13 to 15 March`
_TWO_DAYS = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s*(and|to|until|till|-|–)\s*(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b",
    re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

#: What was said of a time stands in the text as this.
_HELD = re.compile(r"<(\d+)>")
_BESIDE = re.compile(r"<(\d+)>((?:,|\s|\bat\b|\bon\b|\bthe\b|\bof\b|\bin\b)+)<(\d+)>", re.IGNORECASE)


class Tables(Struct, frozen=True, forbid_unknown_fields=True):
    parts: dict[str, tuple[int, int]]
    clocks: dict[str, int]
    units: dict[str, int]
    numbers: dict[str, int]


@cache
def _tables() -> Tables:
    tables: Tables = read("analyst/times.toml", Tables)
    return tables


class Said(Struct, frozen=True):
    """A time that was said: from `start` to `end`. An `instant` is a moment, and its end the same."""

    start: datetime
    end: datetime

    @property
    def is_instant(self) -> bool:
        """Whether it is a moment rather than a stretch."""
        return self.start == self.end


class Times(Struct, frozen=True):
    """The times of a question. `how`: `at`, `since`, `until`, `between`, or empty where none was said.

    `first` and `last` bound what was meant; `others` are the times in the order in which they were said. `left` is the
    question without them.
    """

    left: str
    how: str = ""
    first: datetime | None = None
    last: datetime | None = None
    others: tuple[Said, ...] = ()


class _Clock(Struct, frozen=True):
    """A time of a day that has not been said yet."""

    begin: timedelta
    end: timedelta


def read_times(text: str, now: datetime, anchor: datetime | None = None) -> Times:
    """The times in a question. A time of day without a day is that of `anchor`, else the last before `now`."""
    found: list[Said | _Clock] = []

    def hold(make: Callable[[re.Match[str]], Said | _Clock | None]) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            made = make(match)
            if made is None:
                return match[0]
            found.append(made)
            return f"<{len(found) - 1}>"

        return replace

    held = _TWO_DAYS.sub(r"\1 \4 \2 \3 \4", text.replace("<", " ").replace(">", " "))
    for pattern, make in _forms(now):
        held = pattern.sub(hold(make), held)
    held = _joined(held, found)
    said = (found[int(number)] for number in _HELD.findall(held))
    day = next((one.start for one in said if isinstance(one, Said) and one.end - one.start <= _DAY), None)
    settled = [_settled(one, now, day or anchor) for one in found]
    return _related(held, settled, now)


def _joined(held: str, found: list[Said | _Clock]) -> str:
    """Days and times of day that stand beside each other as one."""

    def join(match: re.Match[str]) -> str:
        one, other = found[int(match[1])], found[int(match[3])]
        day, clock = (one, other) if isinstance(other, _Clock) else (other, one)
        if not isinstance(day, Said) or not isinstance(clock, _Clock) or day.end - day.start > _DAY:
            return match[0]
        found.append(Said(day.start + clock.begin, day.start + clock.end))
        return f"<{len(found) - 1}>"

    return _BESIDE.sub(join, held)


def _settled(one: Said | _Clock, now: datetime, anchor: datetime | None) -> Said:
    if isinstance(one, Said):
        return one
    midnight = _midnight(anchor or now)
    if anchor is None and midnight + one.begin > now:
        midnight -= _DAY
    return Said(midnight + one.begin, midnight + one.end)


_AND = r"\s*(?:and|to|until|till|-|–)\s*(?:the\s+)?"
_RELATIONS = tuple(
    (how, re.compile(pattern, re.IGNORECASE))
    for how, pattern in (
        ("between", rf"(?:\bbetween\b|\bfrom\b)\s*(?:the\s+)?<(\d+)>{_AND}<(\d+)>"),
        ("between", rf"<(\d+)>{_AND}<(\d+)>"),
        ("since", r"\b(?:since|after|from)\s+(?:the\s+)?<(\d+)>"),
        ("until", r"\b(?:until|till|before|by|up to)\s+(?:the\s+)?<(\d+)>"),
        ("at", r"\b(?:at|on|around|about|near|during|in|of|for)\s+(?:the\s+)?<(\d+)>"),
        ("at", r"<(\d+)>"),
    )
)


def _related(held: str, settled: list[Said], now: datetime) -> Times:
    left = _HELD.sub(" ", held)
    said = tuple(settled[int(number)] for number in _HELD.findall(held))
    for how, pattern in _RELATIONS:
        match = pattern.search(held)
        if match is None:
            continue
        left = _HELD.sub(" ", held[: match.start()] + " " + held[match.end() :])
        one = settled[int(match[1])]
        if how == "between":
            first, last = sorted((one, settled[int(match[2])]), key=lambda time_: time_.start)
            return Times(left, how, first.start, last.end, said)
        if how == "since":
            return Times(left, how, one.start, max(now, one.start), said)
        if how == "until":
            return Times(left, how, None, one.start, said)
        return Times(left, "at" if one.is_instant else "between", one.start, one.end, said)
    return Times(left)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    words = _tables()
    number = rf"(\d+|{'|'.join(words.numbers)})"
    unit = rf"({'|'.join(words.units)})s?"
    sources = {
        "iso": r"\b(\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(?:\s?Z|\s?UTC)?)?",
        "day_month": rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b\.?(?:,?\s+(\d{{4}})\b)?",
        "month_day": rf"\b{_MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}})\b)?(?!:)",
        "ago": rf"\b(?:a\s+)?{number}\s+{unit}\s+ago\b",
        "the_last": rf"\b(?:(?:in|over|within|during|for)\s+)?(?:the\s+)?(?:last|past)\s+(?:{number}\s+)?{unit}\b",
        "last_part": rf"\blast\s+({'|'.join(words.parts)})\b",
        "this_part": rf"\b(?:this\s+)({'|'.join(words.parts)})\b|\b(tonight)\b",
        "day_word": r"\b(today|yesterday|the day before yesterday|this week)\b",
        "weekday": rf"\b(?:last\s+|this\s+)?({'|'.join(_WEEKDAYS)})\b",
        "clock": r"\b([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?\s*(am|pm)?(?:\s?Z\b|\s?UTC\b)?",
        "hour": r"\b(1[0-2]|0?[1-9])\s*(am|pm|a\.m\.|p\.m\.)",
        "named_clock": rf"\b({'|'.join(words.clocks)})\b",
        "part": rf"\b({'|'.join(words.parts)})\b",
    }
    return {name: re.compile(source, re.IGNORECASE) for name, source in sources.items()}


def _forms(now: datetime) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Said | _Clock | None]]]:
    """The forms of times, those that others are part of first."""
    words, patterns = _tables(), _patterns()
    today = _midnight(now)

    def count(text: str | None) -> int:
        return 1 if not text else int(text) if text.isdigit() else words.numbers[text.lower()]

    def length(number: str | None, unit: str) -> timedelta:
        return timedelta(seconds=min(count(number), 10_000) * words.units[unit.lower()])

    def iso(match: re.Match[str]) -> Said | None:
        year, month, day, hour, minute, second = match.groups()
        at = _day(int(year), int(month), int(day))
        if at is None or hour is None:
            return Said(at, at + _DAY) if at else None
        exact = at + timedelta(hours=int(hour), minutes=int(minute), seconds=int(second or 0))
        return Said(exact, exact)

    def dated(day: str, month: str, year: str | None) -> Said | None:
        number = _MONTHS.index(month[:3].lower()) + 1
        at = _day(int(year or now.year), number, int(day))
        if at is not None and year is None and at > now:  # without a year it is the last one
            at = _day(now.year - 1, number, int(day))
        return Said(at, at + _DAY) if at else None

    def ago(match: re.Match[str]) -> Said:
        at = now - length(match[1], match[2])
        return Said(at, at)

    def part_of(midnight: datetime, name: str) -> Said:
        span = _part(name)
        return Said(midnight + span.begin, midnight + span.end)

    def last_part(match: re.Match[str]) -> Said:
        return part_of(today - _DAY, match[1])

    def this_part(match: re.Match[str]) -> Said:
        return part_of(today, match[1] or "night")

    def day_word(match: re.Match[str]) -> Said:
        back = {"today": 0, "yesterday": 1, "the day before yesterday": 2}.get(match[1].lower())
        if back is None:
            return Said(today - _DAY * now.weekday(), now)
        return Said(today - _DAY * back, today - _DAY * (back - 1))

    def weekday(match: re.Match[str]) -> Said:
        back = (now.weekday() - _WEEKDAYS.index(match[1].lower())) % 7
        if back == 0 and match[0].lower().startswith("last"):
            back = 7
        return Said(today - _DAY * back, today - _DAY * (back - 1))

    def clock(match: re.Match[str]) -> _Clock:
        hours = _of_noon(int(match[1]), match[4])
        at = timedelta(hours=hours, minutes=int(match[2]), seconds=int(match[3] or 0))
        return _Clock(at, at)

    def hour(match: re.Match[str]) -> _Clock:
        at = timedelta(hours=_of_noon(int(match[1]), match[2]))
        return _Clock(at, at)

    def named(match: re.Match[str]) -> _Clock:
        at = timedelta(hours=words.clocks[match[1].lower()])
        return _Clock(at, at)

    return [
        (patterns["iso"], iso),
        (patterns["day_month"], lambda match: dated(match[1], match[2], match[3])),
        (patterns["month_day"], lambda match: dated(match[2], match[1], match[3])),
        (patterns["ago"], ago),
        (patterns["the_last"], lambda match: Said(now - length(match[1], match[2]), now)),
        (patterns["last_part"], last_part),
        (patterns["this_part"], this_part),
        (patterns["day_word"], day_word),
        (patterns["weekday"], weekday),
        (patterns["clock"], clock),
        (patterns["hour"], hour),
        (patterns["named_clock"], named),
        (patterns["part"], lambda match: _part(match[1])),
    ]


def _part(name: str) -> _Clock:
    begin, end = _tables().parts[name.lower()]
    return _Clock(timedelta(hours=begin), timedelta(hours=end if end > begin else end + 24))


def _of_noon(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime.combine(date(year, month, day), time(), UTC)
    except ValueError:
        return None


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
