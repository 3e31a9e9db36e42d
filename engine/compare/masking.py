"""Keeps secret values out of changes: what is marked sensitive, named like a secret, or looks like one."""

import re
from collections.abc import Iterable

from msgspec import structs

from engine.model import SENSITIVE, Change, Declared
from engine.model.change_path import overlap
from engine.redact import is_secret_name, looks_secret, redact_value


def mask(changes: Iterable[Change], item: Declared) -> tuple[Change, ...]:
    """The changes with every secret shown as `(sensitive)` on both sides."""
    return tuple(_mask(change, item.sensitive) for change in changes)


def _mask(change: Change, sensitive: frozenset[str]) -> Change:
    if (
        change.sensitive
        # Where a part of the value is sensitive and the whole moved, nothing of it can be shown safely.
        or any(overlap(path, change.path) for path in sensitive)
        or is_secret_name(_last_name(change.path))
        or any(isinstance(side, str) and looks_secret(side) for side in (change.declared, change.actual))
    ):
        return structs.replace(change, declared=SENSITIVE, actual=SENSITIVE, sensitive=True)
    return structs.replace(change, declared=redact_value(change.declared), actual=redact_value(change.actual))


def _last_name(path: str) -> str:
    names = [name for name in re.findall(r"[^.\[\]\"]+", path) if not name.isdigit()]
    return names[-1] if names else ""
