"""Every key and command, drawn from the action table."""

from collections.abc import Sequence

from driftguard_tui import filters, labels, text
from driftguard_tui.actions import GROUPS, Action, key_names, of
from driftguard_tui.screens.reading import ReadingScreen, Text
from driftguard_tui.widgets.lines import BLANK, Line, Span, beside, cut, flow, line
from driftguard_tui.workspaces import BY_NAME, WORKSPACES
from engine.model import Category, DriftKind

_KEY_CELLS = 18
_HELP_CELLS = 54
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

    def __init__(self, workspace: str) -> None:
        super().__init__("Help")
        self._workspace = workspace

    def draw(self, cells: int) -> Sequence[Line]:
        """One column, or two where there is room."""
        if cells < _TWO_COLUMNS:
            return [BLANK, *_actions(cells, self._workspace), BLANK, *_legend(cells)]
        half = cells // 2 - 2
        return [BLANK, *beside(_actions(half, self._workspace), _legend(half), half, 4)]


def _actions(cells: int, workspace: str) -> list[Line]:
    """The workspace's own first, then by group what is everywhere, then the other workspaces' own."""
    lines: list[Line] = []
    here = BY_NAME[workspace].title if workspace in BY_NAME else ""
    chapters = [(f"In {here}", list(of(workspace)))] if here else []
    chapters += [(group, [action for action in of("") if action.group == group]) for group in GROUPS]
    chapters += [(f"In {place.title}", list(of(place.name))) for place in WORKSPACES if place.name != workspace]
    for title, actions in chapters:
        if actions:
            lines += [BLANK] if lines else []
            lines += [line((title, "title")), *(_action(action, cells) for action in actions)]
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
    for kind, meaning in _KINDS.items():
        lines.append(
            line((text.fit(f"{labels.KIND_SIGNS[kind]} {kind}", _KEY_CELLS), labels.KIND_TONES[kind]), meaning)
        )
    lines += [BLANK, line(("The causes", "title"))]
    for category, meaning in _CAUSES.items():
        lines.append(cut(line((text.fit(labels.SHORT_CAUSES[category], _KEY_CELLS), ""), (meaning, "muted")), cells))
    return lines


def help_screen(workspace: str) -> ReadingScreen:
    """The screen, as it is asked for in a workspace."""
    return ReadingScreen("help", HelpText(workspace))
