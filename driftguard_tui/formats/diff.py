"""The two values of a change as lines with signs, documents unfolded so that only what differs stands out."""

import difflib
from typing import Any

import msgspec

from driftguard_tui.text import plain, plain_block
from engine.model import Change

#: Lines of a document that are shown around each line that differs.
_CONTEXT = 2


def diff_lines(change: Change) -> list[tuple[str, str]]:
    """Pairs of a sign (`-` declared, `+` actual, space for both, `…` for lines left out) and a line fit to show."""
    if change.sensitive:
        return [("-", plain(str(change.declared))), ("+", plain(str(change.actual)))]
    old, new = _unfolded(change.declared), _unfolded(change.actual)
    if len(old) <= 1 and len(new) <= 1:
        return [*(("-", line) for line in old), *(("+", line) for line in new)]
    lines: list[tuple[str, str]] = []
    for line in list(difflib.unified_diff(old, new, n=_CONTEXT, lineterm=""))[2:]:
        if not line.startswith("@@"):
            lines.append((line[0], line[1:]))
        elif lines:
            lines.append(("…", ""))
    return lines or [*(("-", line) for line in old), *(("+", line) for line in new)]


def _unfolded(value: Any) -> list[str]:
    """The lines of a value: of a document, indented; of a text, its own."""
    if value is None:
        return ["(unset)"]
    if isinstance(value, str):
        document = _document(value)
        if document is None:
            return plain_block(value).split("\n") if value.strip() else [f'"{plain(value)}"']
        value = document
    if isinstance(value, dict | list):
        compact = msgspec.json.encode(value, order="sorted").decode()
        if len(compact) <= 60:
            return [plain(compact)]
        return plain_block(msgspec.json.format(compact, indent=2)).split("\n")
    return [plain(msgspec.json.encode(value).decode())]


def _document(text: str) -> Any:
    """The JSON object or list that a text holds, None when it holds none."""
    if text[:1] not in ("{", "["):
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
