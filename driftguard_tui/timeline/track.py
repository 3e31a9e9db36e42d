"""A row of cells that is drawn into, column by column, and then is a line."""

from itertools import groupby

from driftguard_tui import text
from driftguard_tui.widgets.lines import Line, Span

EMPTY = " "


class Track:
    """Each cell has a character and a tone. Whatever is out of the row is left out."""

    __slots__ = ("signs", "tones")

    def __init__(self, columns: int) -> None:
        self.signs = [EMPTY] * columns
        self.tones = [""] * columns

    def put(self, column: int, sign: str, tone: str) -> None:
        """Puts a sign of our own there, of one cell."""
        if 0 <= column < len(self.signs):
            self.signs[column] = sign
            self.tones[column] = tone

    def write(self, column: int, words: str, tone: str) -> None:
        """Writes a text from there on. What it stands on is gone; what of it is out of the row is cut.

        It is made safe here as a whole; cut it only where that has been done before: half a name cannot be masked.
        """
        shown = text.plain(words)
        if shown.isascii():
            first, last = max(0, column), min(len(self.signs), column + len(shown))
            if first < last:
                self.signs[first:last] = shown[first - column : last - column]
                self.tones[first:last] = [tone] * (last - first)
            return
        place = column
        for character in shown:
            cells = text.width(character)
            if cells == 0:
                if 0 < place <= len(self.signs):
                    self.signs[place - 1] += character
                continue
            if place >= 0 and place + cells <= len(self.signs):
                self.put(place, character, tone)
                for rest in range(1, cells):
                    self.put(place + rest, "", tone)
            place += cells

    def fill(self, first: int, last: int, sign: str, tone: str) -> None:
        """Puts a sign of one cell into every column from first to last."""
        for column in range(max(0, first), min(len(self.signs) - 1, last) + 1):
            self.put(column, sign, tone)

    def free(self, column: int) -> bool:
        """Whether nothing is there: a space within a text is something."""
        return self.signs[column] == EMPTY and not self.tones[column]

    def room(self, column: int, most: int = 1_000) -> int:
        """How many cells are free from there on; `most` if it is no fewer."""
        last = min(len(self.signs), column + most)
        for end in range(column, last):
            if self.signs[end] != EMPTY or self.tones[end]:
                return end - column
        return max(0, last - column)

    def line(self) -> Line:
        """The row, in as few pieces as it has tones."""
        spans = []
        place = 0
        for tone, group in groupby(self.tones):
            length = sum(1 for _ in group)
            spans.append(Span.drawn("".join(self.signs[place : place + length]), tone))
            place += length
        return tuple(spans)
