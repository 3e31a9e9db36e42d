"""The report in each form that `--format` names. Each is a function from a report to text."""

from importlib import import_module
from typing import Protocol, cast

from msgspec import Struct

from engine.model import Report

#: Where each form is written. Adding one is a file with a `render` and an entry here.
FORMATS = {
    "table": "driftguard_tui.formats.table",
    "json": "driftguard_tui.formats.as_json",
    "ndjson": "driftguard_tui.formats.as_json",
    "sarif": "driftguard_tui.formats.sarif",
    "markdown": "driftguard_tui.formats.markdown",
}


class Paper(Struct, frozen=True):
    """What is written on. `width` is in terminal cells, None where lines may be as long as they like."""

    width: int | None = None
    color: bool = False

    def paint(self, text: str, tone: str) -> str:
        """The text in a tone (`critical`), as the theme of the sixteen colours has it that every terminal has."""
        if not (self.color and tone):
            return text
        from rich.color import ColorSystem
        from rich.style import Style

        from themes.for_rich import rich_style

        return Style.parse(rich_style(tone)).render(text, color_system=ColorSystem.STANDARD)


class _Render(Protocol):
    def __call__(self, report: Report, paper: Paper) -> str: ...


def render(report: Report, name: str, paper: Paper | None = None) -> str:
    """The report in the form of this name, ending in a line break."""
    function = "render_lines" if name == "ndjson" else "render"
    return cast("_Render", getattr(import_module(FORMATS[name]), function))(report, paper or Paper())
