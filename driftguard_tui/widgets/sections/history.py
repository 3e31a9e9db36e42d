"""How the resource was before: its versions, the newest first, each with what changed."""

from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, line
from driftguard_tui.widgets.sections import diff
from engine.versions import Version

#: So many versions are shown with all that changed, so many more in a line each.
_IN_FULL, _IN_A_LINE = 3, 12


def history(versions: Sequence[Version], cells: int) -> list[Line]:
    """The versions that scans have seen; nothing where none is recorded."""
    lines: list[Line] = []
    for number, version in enumerate(versions[: _IN_FULL + _IN_A_LINE]):
        is_full = number < _IN_FULL and bool(version.changes)
        if lines and is_full:
            lines.append(BLANK)
        head = (Span("● " if number == 0 else "○ ", "accent"), Span(labels.moment(version.at), "strong"))
        lines.append(cut((*head, Span(f"  {what(version)}", "muted")), cells))
        if is_full:
            lines += [cut((Span("  "), *row), cells) for row in diff.changes(version.changes, cells - 2)]
    left_out = len(versions) - _IN_FULL - _IN_A_LINE
    return [*lines, line((f"… and {left_out:,} earlier versions", "muted"))] if left_out > 0 else lines


def what(version: Version) -> str:
    """What a version is, in a few words."""
    if version.is_gone:
        return "gone"
    if version.is_first:
        return "first seen"
    if not version.changes:
        return "there again"
    first = version.changes[0].path
    return first if len(version.changes) == 1 else f"{first} and {len(version.changes) - 1:,} more"
