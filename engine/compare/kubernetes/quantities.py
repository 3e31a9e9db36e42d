"""Quantities and durations as Kubernetes writes them: `1000m` is `1`, `1.5Gi` is `1536Mi`, `90m` is `1h30m0s`."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,3}))?")
_SUFFIX = {
    **{
        letter: Decimal(10) ** power
        for letter, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)
    },
    **{f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", 1)},
}
_DURATION = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+")
_PIECE = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")
_SECONDS = {"ns": "1e-9", "us": "1e-6", "µs": "1e-6", "ms": "1e-3", "s": "1", "m": "60", "h": "3600"}


def quantity(value: Any) -> Decimal | None:
    """The number that a quantity stands for, None when it is none."""
    return None if isinstance(value, bool) or value is None else _quantity(str(value).strip())


@lru_cache(maxsize=4096)
def _quantity(text: str) -> Decimal | None:
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number, suffix, exponent = match.groups()
    try:
        return Decimal(number) * (_SUFFIX[suffix] if suffix else Decimal(10) ** int(exponent or 0))
    except InvalidOperation:
        return None


@lru_cache(maxsize=4096)
def duration(text: str) -> Decimal | None:
    """The seconds that a duration stands for, None when the text is none."""
    if not _DURATION.fullmatch(text):
        return None
    seconds = sum((Decimal(number) * Decimal(_SECONDS[unit]) for number, unit in _PIECE.findall(text)), Decimal(0))
    return -seconds if text.startswith("-") else seconds
