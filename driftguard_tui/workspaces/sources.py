"""The workspace Sources: what is read, and how it goes."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from driftguard_tui.screens.sources import SourcesText
from driftguard_tui.session import Engine
from driftguard_tui.widgets.splits import Tree
from driftguard_tui.workspaces.workspace import Workspace, bindings
from engine.model import Report


def make(engine: Engine) -> "SourcesWorkspace":
    """The workspace."""
    return SourcesWorkspace(engine)


class SourcesWorkspace(Workspace):
    """Sources by role, with the reason where one fails."""

    NAME = "sources"
    BINDINGS: ClassVar[list[BindingType]] = bindings("sources")
    LAYOUTS: ClassVar[Sequence[Tree]] = ("sources-text",)

    def panes(self) -> Mapping[str, Widget]:
        """One text."""
        self.text = SourcesText(self.engine)
        return {"sources-text": self.text}

    def found(self, report: Report) -> None:
        """Tells how reading went."""
        self.report = report
        self.text.lay_out()
