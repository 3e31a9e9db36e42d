"""Every key and command, drawn from the action table."""

from collections.abc import Sequence
from itertools import groupby

from driftguard_tui import filters, labels, text
from driftguard_tui.actions import ACTIONS, Action, key_names
from driftguard_tui.screens.reading import ReadingScreen, Text
from driftguard_tui.widgets.lines import BLANK, Line, Span, beside, cut, flow, line
from engine.model import Category, DriftKind

_KEY_CELLS = 18
_HELP_CELLS = 38
_TWO_COLUMNS = 156

_KINDS = {
    DriftKind.MODIFIED: "differs from what the code declares",
    DriftKind.MISSING: "declared, but not there",
    DriftKind.UNMANAGED: "there, but no code declares it",
}
_CAUSES = {
    Category.EMERGENCY_FIX: "a person, to restore a service during an incident",
    Category.MANUAL_TROUBLESHOOTING: "a person, looking for a fault",
    Category.AUTOMATED_PROCESS: "software: autoscaler, operator, rotation",
    Category.INCOMPLETE_ROLLOUT: "a declared change that was not applied in full",
    Category.UNAUTHORIZED_CHANGE: "nothing legitimate explains it",
}


class HelpText(Text):
    """Actions by group, then the filter's language and the signs."""

    def __init__(self) -> None:
        super().__init__("Help")

    def draw(self, cells: int) -> Sequence[Line]:
        """One column, or two where there is room."""
        if cells < _TWO_COLUMNS:
            return [BLANK, *_actions(cells), BLANK, *_legend(cells)]
        half = cells // 2 - 2
        return [BLANK, *beside(_actions(half), _legend(half), half, 4)]


def _actions(cells: int) -> list[Line]:
    lines: list[Line] = []
    for group, actions in groupby(ACTIONS, lambda action: action.group):
        if lines:
            lines.append(BLANK)
        lines.append(line((group, "title")))
        lines += [_action(action, cells) for action in actions]
    return lines


def _action(action: Action, cells: int) -> Line:
    keys = text.fit(key_names(action), _KEY_CELLS)
    command = f":{action.name}" + (f" {action.argument}" if action.argument else "")
    return cut(line((keys, "key"), text.fit(action.help, _HELP_CELLS), (command, "muted")), cells)


def _legend(cells: int) -> list[Line]:
    lines = [line(("The filter", "title"))]
    for example, meaning in (
        ("front", "a regular expression, in all that is known about a drift"),
        ("severity:critical", "in one field"),
        ("!cause:automated", "what does not match"),
        ('actor:anna "a b"', "all terms must hold; quotes keep spaces together"),
    ):
        lines.append(cut(line((text.fit(example, _KEY_CELLS), "accent"), (meaning, "muted")), cells))
    lines += flow([Span("fields  ", "muted"), Span(", ".join(filters.FIELDS), "muted")], cells, indent=8)
    lines += [BLANK, line(("The signs", "title"))]
    for level in labels.LEVELS:
        lines.append(
            line((text.fit(f"{labels.LEVEL_SIGNS[level]} {level}", _KEY_CELLS), level.value), f"{level} severity")
        )
    meanings = {
        DriftKind.MODIFIED: "differs from what the code declares",
        DriftKind.MISSING: "declared, but not there",
        DriftKind.UNMANAGED: "there, but no code declares it",
    }
    for kind, meaning in meanings.items():
        lines.append(
            line((text.fit(f"{labels.KIND_SIGNS[kind]} {kind}", _KEY_CELLS), labels.KIND_TONES[kind]), meaning)
        )
    lines += [BLANK, line(("The causes", "title"))]
    causes = {
        Category.EMERGENCY_FIX: "a person, to restore a service during an incident",
        Category.MANUAL_TROUBLESHOOTING: "a person, looking for a fault",
        Category.AUTOMATED_PROCESS: "software: autoscaler, operator, rotation",
        Category.INCOMPLETE_ROLLOUT: "a declared change that was not applied in full",
        Category.UNAUTHORIZED_CHANGE: "nothing legitimate explains it",
    }
    for category, meaning in causes.items():
        lines.append(cut(line((text.fit(labels.SHORT_CAUSES[category], _KEY_CELLS), ""), (meaning, "muted")), cells))
    return lines


def help_screen() -> ReadingScreen:
    """The screen."""
    return ReadingScreen("help", HelpText())
