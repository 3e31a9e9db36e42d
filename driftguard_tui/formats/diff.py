"""The two values of a change as lines with signs, documents unfolded so that only what differs stands out."""

import difflib
from typing import Any

import msgspec

from driftguard_tui.text import plain, plain_block
from engine.model import Change

#: Lines of a document that are shown around each line that differs.
_CONTEXT = 2
#: Documents longer than this many cells are unfolded.
_SHORT = 60


def diff_lines(change: Change) -> list[tuple[str, str]]:
    """Pairs of a sign (`-` declared, `+` actual, space for both, `…` for lines left out) and a line fit to show."""
    if change.sensitive:
        return [("-", plain(str(change.declared))), ("+", plain(str(change.actual)))]
    old, new = _opened(change.declared), _opened(change.actual)
    if max(map(_size, (old, new))) <= _SHORT:
        return [("-", _compact(old)), ("+", _compact(new))]
    before, after = _unfolded(old), _unfolded(new)
    lines: list[tuple[str, str]] = []
    for line in list(difflib.unified_diff(before, after, n=_CONTEXT, lineterm=""))[2:]:
        if not line.startswith("@@"):
            lines.append((line[0], line[1:]))
        elif lines:
            lines.append(("…", ""))
    return lines or [*(("-", line) for line in before), *(("+", line) for line in after)]


def _opened(value: Any) -> Any:
    """The value; of a text that holds a JSON object or list, that."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value


def _size(value: Any) -> int:
    """Cells on one line; more than any line for a text that has several."""
    if isinstance(value, str):
        return _SHORT + 1 if "\n" in value else 0
    return len(msgspec.json.encode(value)) if isinstance(value, dict | list) else 0


def _compact(value: Any) -> str:
    if value is None:
        return "(unset)"
    text = value if isinstance(value, str) and value.strip() else msgspec.json.encode(value, order="sorted").decode()
    return plain(text)


def _unfolded(value: Any) -> list[str]:
    """The lines of a value: of a document, indented; of a text, its own."""
    if isinstance(value, dict | list):
        text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2).decode()
        # Without the commas, an item added at the end of a list does not make the one before it differ.
        return [line.removesuffix(",") for line in plain_block(text).split("\n")]
    if isinstance(value, str) and value.strip():
        return plain_block(value).split("\n")
    return [_compact(value)]
