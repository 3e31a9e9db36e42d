"""What the wire formats share: times as they write them, JSON."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec


def iso(at: datetime, *, digits: int = 0) -> str:
    """RFC 3339 in UTC, with so many digits below the second."""
    text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{at.microsecond:06d}"[: len(text) + 1 + digits] + "Z" if digits else f"{text}Z"


def local(at: datetime, offset: int) -> datetime:
    """The time on clocks that are so many hours ahead of UTC."""
    return at.astimezone(timezone(timedelta(hours=offset)))


def encode(value: Any, *, indent: int = 0) -> bytes:
    """JSON."""
    text = msgspec.json.encode(value)
    return msgspec.json.format(text, indent=indent) if indent else text


def placed(record: Any, twin: tuple[str, str] | None) -> Any:
    """The record, or the same of a namesake in another place."""
    if twin is None:
        return record
    here, there = (text.encode() for text in twin)
    return msgspec.json.decode(msgspec.json.encode(record).replace(here, there))


def lines(values: Iterable[Any]) -> bytes:
    """Newline-delimited JSON."""
    return b"".join(msgspec.json.encode(value) + b"\n" for value in values)


def day_of(at: datetime) -> str:
    """The day, as paths of log files have it."""
    return at.astimezone(UTC).strftime("%Y/%m/%d")
