"""The last step before the terminal: everything on the screen in the characters that it can draw."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from driftguard_tui.glyphs import Glyphs, drawn


class GlyphFilter(LineFilter):
    """Text, borders and scrollbars pass through it, whatever widget drew them."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(glyphs is not Glyphs.UNICODE)
        self._glyphs = glyphs

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments with other characters in them."""
        return [Segment(drawn(text, self._glyphs), style, control) for text, style, control in segments]
