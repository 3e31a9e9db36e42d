"""The pane beside a conversation: what the claim under the cursor rests on."""

from collections.abc import Sequence

from driftguard_tui.screens.reading import Text
from driftguard_tui.widgets.lines import Line
from driftguard_tui.widgets.sections.fact import fact_lines
from engine.assistant.conversation import Looked
from engine.assistant.facts import Fact


class SourcePane(Text):
    """Shows one fact."""

    def __init__(self) -> None:
        super().__init__("Source")
        self._fact: Fact | Looked | None = None

    def show(self, fact: Fact | Looked | None) -> None:
        """Shows another one, or what the pane is for."""
        self._fact = fact
        self.lay_out()
        self.scroll_to(y=0, animate=False)

    def draw(self, cells: int) -> Sequence[Line]:
        """The fact at this width."""
        return fact_lines(self._fact, cells)
