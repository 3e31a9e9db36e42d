"""A question with a few answers, over the workspace: the cursor is on the first, enter takes the one it is on."""

from collections.abc import Callable, Sequence

from driftguard_tui.widgets.rows import Column, Item, Rows

#: Rows that are seen at once, and the border with the line of titles.
_ROWS, _FRAME = 8, 3


class Choice(Rows[Item]):
    """Gone as soon as something is chosen, or something else has the keys. `then` is given what was chosen."""

    def __init__(
        self,
        question: str,
        answers: Sequence[Item],
        columns: Sequence[Column[Item]],
        then: Callable[[Item], None],
    ) -> None:
        super().__init__(columns, id, "choice")
        self._answers, self._then = answers, then
        self.entitle(f"{question}   enter takes it, esc leaves")

    def on_mount(self) -> None:
        """As high as its answers, with the keys."""
        super().on_mount()
        self.styles.height = min(len(self._answers), _ROWS) + _FRAME
        self.show(self._answers, lambda _: ())
        self.focus()

    def on_blur(self) -> None:
        """Something else has the keys."""
        self.remove()

    def do_open(self) -> None:
        chosen = self.selected
        self.do_back()
        if chosen is not None:
            self._then(chosen)

    def do_back(self) -> None:
        refocus = getattr(self.screen, "refocus", None)
        if refocus is not None:
            refocus()

    def do_right(self) -> None:
        self.do_open()

    def do_left(self) -> None:
        self.do_back()
