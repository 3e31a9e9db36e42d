"""What differs, attribute by attribute: declared in red with `−`, actual in green with `+`."""

import json
from collections.abc import Sequence
from typing import Any

from driftguard_tui import labels, text
from driftguard_tui.document import hunks, opened
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line
from engine.model import SENSITIVE, Against, Change, Drift, DriftKind

_CHANGES = 200
_DOCUMENT_LINES = 400
_WRAPPED_LINES = 4
_CONTEXT = 2
_UNSET = "(not set)"
#: How a kind of line is signed and coloured.
_TONES = {"-": ("−", "removed"), "+": ("+", "added"), " ": (" ", "muted"), "⋯": (" ", "muted")}


def diff(drift: Drift, cells: int) -> list[Line]:
    """All changes; or, where there are none to show, what the kind of drift means."""
    return changes(drift.changes, cells) or _whole(drift, cells)


def changes(differing: Sequence[Change], cells: int) -> list[Line]:
    """Attributes with both their values."""
    lines: list[Line] = []
    for change in differing[:_CHANGES]:
        if lines:
            lines.append(BLANK)
        lines += _change(change, cells)
    if len(differing) > _CHANGES:
        lines += [BLANK, line((f"… and {len(differing) - _CHANGES:,} more", "muted"))]
    return lines


def heading(drift: Drift) -> str:
    """What the section is called, and against what was compared."""
    if drift.kind is not DriftKind.MODIFIED:
        return f"What changed · {drift.kind}"
    return f"What changed · {labels.count(len(drift.changes), 'attribute')}"


def _whole(drift: Drift, cells: int) -> list[Line]:
    if drift.kind is DriftKind.MISSING:
        return [cut(line(("− ", "removed"), "declared, but not there"), cells)]
    there = cut(line(("+ ", "added"), "there, but no code declares it"), cells)
    known = labels.join(labels.origin(drift.origin))
    return [there, *flow([Span("  "), Span(known, "muted")], cells, indent=2, limit=3)] if known else [there]


def _change(change: Change, cells: int) -> list[Line]:
    title: Line = line((change.path, "strong"))
    if change.against is Against.BASELINE:
        title = line((change.path, "strong"), ("  against the accepted baseline", "muted"))
    if change.sensitive:
        return [cut(title, cells), _masked("−", "removed"), _masked("+", "added")]
    before, after = _document(change.declared), _document(change.actual)
    if before == after:  # they differ in type or in writing only
        before, after = [_raw(change.declared)], [_raw(change.actual)]
    if len(before) == len(after) == 1:
        return [cut(title, cells), *_pair(before[0], after[0], cells)]
    return [cut(title, cells), *_documents(before, after, cells)]


def _masked(sign: str, tone: str) -> Line:
    return line((f"{sign} ", tone), (SENSITIVE, "muted"))


def _pair(before: str, after: str, cells: int) -> list[Line]:
    """Two short values, the part that differs set off."""
    lengths = len(before), len(after)
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    if start > cells * _WRAPPED_LINES:  # the difference would be out of sight
        skipped = start - cells
        before, after = text.ELLIPSIS + before[skipped:], text.ELLIPSIS + after[skipped:]
    if max(text.width(before), text.width(after)) + 2 > cells or start + end < 3:
        return [
            *_side("−", before, "removed", cells, lengths[0]),
            *_side("+", after, "added", cells, lengths[1]),
        ]
    lines = []
    for sign, value, tone in (("−", before, "removed"), ("+", after, "added")):
        head, changed, tail = value[:start], value[start : len(value) - end], value[len(value) - end :]
        lines.append(line((f"{sign} {head}", tone), (changed, f"{tone}-strong"), (tail, tone)))
    return lines


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    for index, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine != yours:
            return index
    return min(len(one), len(other))


def _side(sign: str, value: str, tone: str, cells: int, length: int) -> list[Line]:
    """A long value in a few lines; `length` is that of the whole."""
    shown = text.plain(value[: cells * (_WRAPPED_LINES + 1)])
    rows = text.wrap(shown, cells - 2, limit=_WRAPPED_LINES)
    lines = [line((f"{sign if index == 0 else ' '} {row}", tone)) for index, row in enumerate(rows)]
    if length > cells * _WRAPPED_LINES:
        lines.append(line((f"  {length:,} characters in all", "muted")))
    return lines


def _documents(before: list[str], after: list[str], cells: int) -> list[Line]:
    """Two values of several lines: what changed, with a little of what did not."""
    lines = []
    for kind, content in hunks(before[:_DOCUMENT_LINES], after[:_DOCUMENT_LINES]):
        sign, tone = _TONES[kind]
        shown = f"⋯ {content}" if kind == "⋯" else content[: cells + 1]
        lines.append(cut(line((f"{sign} {shown}", tone)), cells))
    left_out = max(len(before), len(after)) - _DOCUMENT_LINES
    return [*lines, line((f"  … {left_out:,} more lines", "muted"))] if left_out > 0 else lines


def _document(value: Any) -> list[str]:
    """A value as the lines that show it; JSON inside a string is laid out like any other."""
    if value is None:
        return [_UNSET]
    value = opened(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict | list | tuple):
        short = _raw(value)
        if len(short) <= 40 and not any(isinstance(item, dict | list) for item in _items(value)):
            return [short]
        return json.dumps(value, ensure_ascii=False, indent=2, default=str).split("\n")
    return [_raw(value)]


def _text(value: str) -> list[str]:
    """Lines of text; in quotes where its ends would not be seen."""
    lines = value.splitlines()
    if len(lines) > 1:
        return [text.plain(entry.expandtabs(4)) for entry in lines]
    return [value] if value and value == value.strip() else [_raw(value)]


def _raw(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _items(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value
