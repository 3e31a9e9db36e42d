"""The source under the cursor, whole."""

from collections.abc import Sequence

from driftguard_tui.screens.reading import Text
from driftguard_tui.widgets.lines import Line
from driftguard_tui.widgets.sections.source import SourceStory, source_lines


class SourceDetail(Text):
    """Reads from top to bottom; stays where it is while the same source is shown."""

    def __init__(self) -> None:
        super().__init__("Source")
        self._story: SourceStory | None = None

    def show(self, story: SourceStory | None) -> None:
        """Shows another source, or none."""
        again = story is not None and self._story is not None and story.row.source == self._story.row.source
        self._story = story
        self.entitle(story.row.source.name if story else "Source")
        self.lay_out()
        if not again:
            self.scroll_to(y=0, animate=False)

    def draw(self, cells: int) -> Sequence[Line]:
        """The source at this width."""
        return source_lines(self._story, cells) if self._story else ()
