"""The pane beside a conversation: what the claim under the cursor rests on."""

from collections.abc import Sequence

from driftguard_tui.screens.reading import Text
from driftguard_tui.widgets.lines import Line, flow, line
from driftguard_tui.widgets.sections.fact import fact_lines
from engine.assistant.conversation import Looked
from engine.assistant.facts import Fact


class SourcePane(Text):
    """Shows one fact."""

    def __init__(self) -> None:
        super().__init__("Source")
        self._fact: Fact | Looked | None = None
        self._prompt = ""

    def show(self, fact: Fact | Looked | None) -> None:
        """Shows another one, or what the pane is for."""
        self._fact, self._prompt = fact, ""
        self.entitle("Source")
        self.lay_out()
        self.scroll_to(y=0, animate=False)

    def show_prompt(self, prompt: str) -> None:
        """Shows what would be sent to a model, until a fact is wanted."""
        self._prompt = prompt
        self.entitle("What would be sent")
        self.lay_out()
        self.scroll_to(y=0, animate=False)

    def draw(self, cells: int) -> Sequence[Line]:
        """The fact, or the prompt, at this width."""
        if self._prompt:
            return [part for text in self._prompt.split("\n") for part in flow(line(text), cells)]
        return fact_lines(self._fact, cells)
