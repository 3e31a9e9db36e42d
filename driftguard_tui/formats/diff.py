"""The two values of a change as lines with signs, documents unfolded so that only what differs stands out."""

from typing import Any

import msgspec

from driftguard_tui.document import hunks, opened
from driftguard_tui.text import plain, plain_block
from engine.model import Change

#: Documents longer than this many cells are unfolded.
_SHORT = 60


def diff_lines(change: Change) -> list[tuple[str, str]]:
    """Pairs of a sign (`-` declared, `+` actual, space for both, `⋯` for lines left out) and a line fit to show."""
    if change.sensitive:
        return [("-", plain(str(change.declared))), ("+", plain(str(change.actual)))]
    old, new = opened(change.declared), opened(change.actual)
    if max(map(_size, (old, new))) <= _SHORT:
        return [("-", _compact(old)), ("+", _compact(new))]
    before, after = _unfolded(old), _unfolded(new)
    return list(hunks(before, after)) or [*(("-", line) for line in before), *(("+", line) for line in after)]


def _size(value: Any) -> int:
    """Cells on one line; more than any line for a text that has several."""
    if isinstance(value, str):
        return _SHORT + 1 if "\n" in value else 0
    return len(msgspec.json.encode(value)) if isinstance(value, dict | list) else 0


def _compact(value: Any) -> str:
    if value is None:
        return "(not set)"
    text = value if isinstance(value, str) and value.strip() else msgspec.json.encode(value, order="sorted").decode()
    return plain(text)


def _unfolded(value: Any) -> list[str]:
    """The lines of a value: of a document, indented; of a text, its own."""
    if isinstance(value, dict | list):
        text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2).decode()
        return plain_block(text).split("\n")
    if isinstance(value, str) and value.strip():
        return plain_block(value).split("\n")
    return [_compact(value)]
