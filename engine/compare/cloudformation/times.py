"""When two texts tell the same time: rates, instants, durations, times of day."""

import re
from datetime import UTC, datetime

_RATE = re.compile(r"rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:$|[T _]\d\d:\d\d)")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?Z?")


def rates(_name: str, left: str, right: str) -> bool:
    """`rate(60 minutes)` is `rate(1 hour)`."""
    first, second = _RATE.fullmatch(left), _RATE.fullmatch(right)
    return bool(first and second) and _minutes(first) == _minutes(second)


def instants(_name: str, left: str, right: str) -> bool:
    """One instant in other zones or as seconds; of seconds, a service may keep no more than the minute or the hour."""
    first, second = _instant(left), _instant(right)
    if first is None or second is None:
        return False
    if first == second:
        return True
    started = first.replace(second=0)
    return _are_epochs(left, right) and second in (started, started.replace(minute=0))


def durations(_name: str, left: str, right: str) -> bool:
    """`PT60M` is `PT1H`."""
    first, second = _DURATION.fullmatch(left), _DURATION.fullmatch(right)
    return bool(first and second) and _seconds(first) == _seconds(second) != 0


def clocks(_name: str, left: str, right: str) -> bool:
    """`23:00` is `23:00:00Z`."""
    first, second = _CLOCK.fullmatch(left), _CLOCK.fullmatch(right)
    if first is None or second is None:
        return False
    return (first[1], first[2], first[3] or "00") == (second[1], second[2], second[3] or "00")


def _minutes(rate: re.Match[str] | None) -> int:
    return int(rate[1]) * _MINUTES[rate[2].lower()] if rate else 0


def _are_epochs(left: str, right: str) -> bool:
    return bool(_EPOCH.fullmatch(left) and _EPOCH.fullmatch(right))


def _instant(text: str) -> datetime | None:
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    if not _DATE.match(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(duration: re.Match[str] | None) -> int:
    days, hours, minutes, seconds = (int(text or 0) for text in duration.groups()) if duration else (0, 0, 0, 0)
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
