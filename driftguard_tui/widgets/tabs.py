"""The first line: the menus, the workspaces, and whose estate this is."""

from collections.abc import Iterable, Sequence

from textual import events
from textual.message import Message

from driftguard_tui import text
from driftguard_tui.widgets.lines import Line, Lines, Span, cut, spread, width
from driftguard_tui.workspaces import WORKSPACES

_MENU = "≡"
_NAME_CELLS = 32


class Tabs(Lines):
    """Workspaces by their keys, the one that is seen in its full name; names give way where there is no room."""

    class Chosen(Message):
        """A workspace, or the menu (an empty name), is wanted."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, current: str, estate: str) -> None:
        super().__init__(id="tabs")
        self._current, self._estate = current, estate

    def lines(self, cells: int) -> Sequence[Line]:
        """One line."""
        left = _spans(self._fitting(cells))
        return [spread(left, self._whose(), cells) if self._has_room(left, cells) else cut(left, cells)]

    @property
    def names_estate(self) -> bool:
        """Whether there is room for the estate's name."""
        cells = self.size.width
        return self._has_room(_spans(self._fitting(cells)), cells)

    def on_click(self, event: events.Click) -> None:
        """A click on a tab goes there."""
        x = 0
        inside = event.get_content_offset(self)
        for name, spans in self._fitting(self.size.width):
            x += width(spans)
            if inside is not None and inside.x < x:
                self.post_message(self.Chosen(name))
                return

    def _fitting(self, cells: int) -> list[tuple[str, Line]]:
        """The tabs in the longest form that has room beside the estate's name, else in the longest that has room."""
        forms = [self._tabs("title", airy=True), *(self._tabs(form) for form in ("title", "short", "key"))]
        beside = (tabs for tabs in forms[:-1] if self._has_room(_spans(tabs), cells))
        alone = (tabs for tabs in forms if width(_spans(tabs)) <= cells)
        return next(iter((*beside, *alone, forms[-1])))

    def _has_room(self, tabs: Iterable[Span], cells: int) -> bool:
        return width((*tabs, *self._whose())) + 2 <= cells

    def _whose(self) -> Line:
        return (Span(text.head(text.plain(self._estate), _NAME_CELLS), "strong"),)

    def _tabs(self, form: str, *, airy: bool = False) -> list[tuple[str, Line]]:
        tabs: list[tuple[str, Line]] = [("", (Span(f"{_MENU} ", "accent"),))]
        for place in WORKSPACES:
            here = place.name == self._current
            name = place.title if here else {"title": place.title, "short": place.short}.get(form, "")
            label = f" {place.key} {name}" if name else f" {place.key}"
            tabs.append((place.name, (Span(f"{label} " if here or airy else label, "tab" if here else "muted"),)))
        return tabs


def _spans(tabs: Iterable[tuple[str, Line]]) -> Line:
    return tuple(span for _, spans in tabs for span in spans)
