"""The request under the cursor, whole."""

from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.screens.reading import Text
from driftguard_tui.widgets.lines import Line
from driftguard_tui.widgets.sections.request import request_lines
from engine.model import ChangeRequest


class RequestDetail(Text):
    """Reads from top to bottom; stays where it is while the same request is shown."""

    def __init__(self) -> None:
        super().__init__("Plan")
        self._request: ChangeRequest | None = None
        self._said: Sequence[str] = ()

    def show(self, request: ChangeRequest | None, said: Sequence[str] = ()) -> None:
        """Shows another request, or none. `said` is what a tool has said so far that carries it out."""
        again = request is not None and self._request is not None and request.id == self._request.id
        self._request, self._said = request, said
        self.entitle(labels.title_of(request.plan.resource) if request else "Plan")
        self.lay_out()
        if not again:
            self.scroll_to(y=0, animate=False)

    def draw(self, cells: int) -> Sequence[Line]:
        """The request at this width."""
        return request_lines(self._request, cells, self._said) if self._request else ()
