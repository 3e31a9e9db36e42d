"""Whether what differs is a move that the provider's own software makes, by the tables of keepers."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from engine.model import Change
from engine.providers import KeeperRule

#: The value of an attribute of the resource.
Read = Callable[[str], Any]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(?:([a-z]{3}):)(\d{2}):(\d{2})-(?:([a-z]{3}):)(\d{2}):(\d{2})", re.ASCII)
_WEEK = timedelta(days=7)
#: Work that began within the window may take so long, and be noted as much later.
_LATE = timedelta(hours=1)


def keeper_of(change: Change, rules: Iterable[KeeperRule], read: Read, noted_at: datetime | None) -> str:
    """The name under which software may have made a change by itself; empty where none may have.

    `read` gives the value at a path of the resource, None where it has none. `noted_at` is when the provider noted that
    the resource had changed, where that is known.
    """
    found = (
        rule.by
        for rule in rules
        if change.path in rule.of
        and _fits(change, rule)
        and all(_is_met(read(path), values) for path, values in rule.when.items())
        and (not rule.window or noted_at is None or _is_within(noted_at, read(rule.window)))
    )
    return next(found, "")


def value_by(value: Any, steps: Iterable[str | int]) -> Any:
    """What lies within a value by these names and places in lists; None where nothing does."""
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _fits(change: Change, rule: KeeperRule) -> bool:
    if rule.moves == "any":
        return True
    before, after = _numbers(change.declared), _numbers(change.actual)
    if not before or not after or after <= before:
        return False
    same = min(2, max(len(before) - 1, 1))
    return rule.moves == "up" or before[:same] == after[:same]


def _numbers(value: Any) -> list[float]:
    """The numbers of a size or a version in their order: 8.0.36 is 8, 0, 36."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return []
    return [float(value)] if not isinstance(value, str) else [float(digits) for digits in re.findall(r"\d+", value)]


def _is_met(value: Any, wanted: list[str]) -> bool:
    if not wanted:
        return value not in (None, "", 0, "0", False)
    return str(value).lower() in wanted


def _is_within(at: datetime, window: Any) -> bool:
    """Whether a moment is within a weekly window, or soon after it. A window that cannot be read excludes nothing."""
    match = _WINDOW.fullmatch(window.lower()) if isinstance(window, str) else None
    if match is None or match[1] not in _DAYS or match[4] not in _DAYS:
        return True
    begin, end = (
        timedelta(days=_DAYS.index(match[place]), hours=int(match[place + 1]), minutes=int(match[place + 2]))
        for place in (1, 4)
    )
    moment = timedelta(days=at.weekday(), hours=at.hour, minutes=at.minute)
    return (moment - begin) % _WEEK <= (end - begin) % _WEEK + _LATE
