"""Jump letters: a letter at each row that is seen, and the next key goes there."""

from collections.abc import Sequence
from itertools import product

from textual import events
from textual.strip import Strip

from driftguard_tui.widgets.lines import Pages, line

#: The letters under the fingers come first.
_LETTERS = "asdfghjklqwertyuiopzxcvbnm"


def codes(count: int) -> Sequence[str]:
    """So many different codes: a letter each, or two where there are more rows than letters."""
    if count <= len(_LETTERS):
        return _LETTERS[:count]
    return ["".join(pair) for pair in product(_LETTERS, repeat=2)][:count]


class Jumping(Pages):
    """Rows with a cursor. A subclass says which rows are in view, and draws each through `lettered`."""

    _jumps: dict[int, str] = {}  # noqa: RUF012 - replaced, never changed
    _typed = ""

    def rows_in_view(self) -> range:
        """The numbers of the rows that are seen."""
        raise NotImplementedError

    def select(self, row: int) -> None:
        """Puts the cursor on a row."""
        raise NotImplementedError

    def lettered(self, strip: Strip, row: int) -> Strip:
        """The strip of a row, with its letters over its beginning while a jump is on."""
        code = self._jumps.get(row)
        if code is None or not code.startswith(self._typed):
            return strip
        label = self.strip(line((code[len(self._typed) :], "tab"), " "), len(code) - len(self._typed) + 1)
        return Strip.join([label, strip.crop(label.cell_length)])

    def do_jump(self) -> None:
        rows = self.rows_in_view()
        self._jump_to(dict(zip(rows, codes(len(rows)), strict=False)))

    def end_jump(self) -> None:
        """Takes the letters away."""
        if self._jumps:
            self._jump_to({})

    def on_key(self, event: events.Key) -> None:
        """While a jump is on, letters are the way to a row, and any other key ends it."""
        if not self._jumps:
            return
        event.stop()
        event.prevent_default()
        self._typed += event.character or " "
        fitting = [row for row, code in self._jumps.items() if code.startswith(self._typed)]
        if len(fitting) > 1:
            self.refresh()
            return
        self.end_jump()
        if fitting:
            self.select(fitting[0])

    def on_blur(self) -> None:
        """Something else has the keys."""
        self.end_jump()

    def _jump_to(self, jumps: dict[int, str]) -> None:
        self._jumps, self._typed = jumps, ""
        self.refresh()
