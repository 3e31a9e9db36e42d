"""What can be done about it: each recommendation with its reason, its commands and its patch."""

from driftguard_tui import labels
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line
from engine.model import Drift, Recommendation, Role

_PATCH_LINES = 40
_COMMAND_LINES = 6
_PATCH_TONES = {"+": "added", "-": "removed", "@": "accent"}


def advice(drift: Drift, cells: int) -> list[Line]:
    """The recommendations, best first. Commands carry the number that copies them."""
    lines: list[Line] = []
    number = 1
    for item in drift.recommendations:
        if lines:
            lines.append(BLANK)
        lines += _head(item, cells)
        for command in item.commands:
            lines += _command(number, command, cells)
            number += 1
        if item.patch:
            lines += _patch(item.patch, cells)
    return lines or [line(("Nothing is recommended.", "muted"))]


def _head(item: Recommendation, cells: int) -> list[Line]:
    spans = [Span(item.title, "strong"), Span(f"  {item.action}, {labels.percent(item.confidence)} sure", "muted")]
    if item.requires_role is not Role.VIEW:
        spans.append(Span(f", needs {item.requires_role}", "muted"))
    if item.policy:
        spans.append(Span(f", {item.policy}", "muted"))
    return [*flow(spans, cells, limit=2), *flow([Span(item.rationale, "muted")], cells, limit=4)]


def _command(number: int, command: str, cells: int) -> list[Line]:
    label = str(number) if number <= 9 else " "
    return flow(
        [Span(label, "key"), Span(" $ ", "muted"), Span(command, "accent")], cells, indent=4, limit=_COMMAND_LINES
    )


def _patch(patch: str, cells: int) -> list[Line]:
    rows = patch.splitlines()
    lines = [cut(line((f"  {row}", _tone(row))), cells) for row in rows[:_PATCH_LINES]]
    if len(rows) > _PATCH_LINES:
        lines.append(line((f"  … {len(rows) - _PATCH_LINES:,} more lines", "muted")))
    return lines


def _tone(row: str) -> str:
    """Of a patch's line; the names of its files are neither added nor removed."""
    return "strong" if row.startswith(("--- ", "+++ ")) else _PATCH_TONES.get(row[:1], "muted")
