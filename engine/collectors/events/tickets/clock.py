"""When the trouble began, as a description tells it: `since 07:48 IST`, `inicio sobre las 09:42 UTC+2`."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec

_TOLD = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?\s*(?:\(?(?P<zone>[A-Z]{1,5})\)?(?![A-Za-z]))?"
    r"(?P<offset>\(?[+-]\d{1,2}(?::?\d{2})?\)?)?"
)
#: A ticket is opened within this time after the trouble was noticed; clocks differ by the other.
_LATEST, _AHEAD = timedelta(hours=6), timedelta(minutes=5)


def began_in(text: str, opened: datetime) -> datetime | None:
    """The first time of day in a text that comes with a zone, as the moment before the ticket was opened.

    Of a zone with several meanings (IST) the one nearest before that counts. None where no time fits.
    """
    for match in _TOLD.finditer(text):
        moments = [
            moment
            for offset in _offsets(match["zone"] or "", match["offset"] or "")
            if opened - _LATEST <= (moment := _moment(match, offset, opened)) <= opened + _AHEAD
        ]
        if moments:
            return max(moments)
    return None


def _moment(match: re.Match[str], offset: timedelta, opened: datetime) -> datetime:
    """The last time before the opening, or just after it, at which a clock with this offset showed the time."""
    latest = opened + _AHEAD
    local = (latest + offset).astimezone(UTC)
    shown = local.replace(hour=int(match["hour"]), minute=int(match["minute"]), second=0, microsecond=0)
    moment = shown - offset
    return moment if moment <= latest else moment - timedelta(days=1)


def _offsets(zone: str, offset: str) -> list[timedelta]:
    digits = re.sub(r"[^\d+-]", "", offset)
    if digits and zone in ("", "UTC", "GMT"):
        hours, minutes = (digits[1:], "0") if len(digits) <= 3 else (digits[1:-2], digits[-2:])
        size = timedelta(hours=int(hours), minutes=int(minutes))
        return [-size if digits[0] == "-" else size]
    return [timedelta(hours=hours) for hours in _zones().get(zone, ())]


@cache
def _zones() -> dict[str, list[float]]:
    return msgspec.toml.decode(files(__package__).joinpath("zones.toml").read_bytes(), type=dict[str, list[float]])
