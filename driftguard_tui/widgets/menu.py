"""The menus: the action table by groups, opened below the first line and walked with the keys or the mouse."""

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui.actions import ACTIONS, GROUPS, Action, Situation, key_name
from driftguard_tui.widgets.lines import Line, Pages, Span, cut, fit, line, width

_GAP = 2


class Menu(Pages):
    """One line of groups, and below it the actions of the chosen one, those that cannot be had with the reason."""

    class Chosen(Message):
        """An action is wanted; None: nothing is."""

        def __init__(self, action: Action | None) -> None:
            self.action = action
            super().__init__()

    def __init__(self, now: Situation) -> None:
        super().__init__(id="menu")
        self._now = now
        wanted = [action for action in ACTIONS if action.where in ("", now.workspace) and action.id != "menu"]
        self._groups = [
            (group, [action for action in wanted if action.group == group])
            for group in GROUPS
            if any(action.group == group for action in wanted)
        ]
        names = [group for group, _ in self._groups]
        self._group = names.index("Do") if "Do" in names else 0
        self._row = 0
        self.entitle("Menu")

    @property
    def actions(self) -> Sequence[Action]:
        """What the chosen group holds."""
        return self._groups[self._group][1]

    def on_mount(self) -> None:
        super().on_mount()
        self._changed()

    def do_down(self) -> None:
        self._move(1)

    def do_up(self) -> None:
        self._move(-1)

    def do_page_down(self) -> None:
        self._move(self.page)

    def do_page_up(self) -> None:
        self._move(-self.page)

    def do_top(self) -> None:
        self._move(-len(self.actions))

    def do_bottom(self) -> None:
        self._move(len(self.actions))

    def do_right(self) -> None:
        self._turn(1)

    def do_left(self) -> None:
        self._turn(-1)

    def do_next_pane(self) -> None:
        self._turn(1)

    def do_previous_pane(self) -> None:
        self._turn(-1)

    def do_open(self) -> None:
        self.post_message(self.Chosen(self.actions[self._row]))

    def do_back(self) -> None:
        self.post_message(self.Chosen(None))

    do_menu = do_back

    def render_line(self, y: int) -> Strip:
        """The groups, then the actions in view."""
        cells = self.size.width
        if y == 0:
            return self.strip(self._titles(), cells)
        row = self.scroll_offset.y + y - 1
        if row >= len(self.actions):
            return self.strip((), cells)
        over = self.screen.get_component_rich_style("menu--cursor", partial=True) if row == self._row else None
        return self.strip(_row(self.actions[row], self._now, cells), cells, over)

    def on_click(self, event: events.Click) -> None:
        """A click on a group turns to it, on an action does it."""
        event.stop()
        inside = event.get_content_offset(self)
        if inside is None:
            return
        if inside.y == 0:
            x = 0
            for index, (group, _) in enumerate(self._groups):
                if x <= inside.x < x + len(group) + _GAP:
                    self._group, self._row = index, 0
                    self._changed()
                x += len(group) + _GAP
        elif 0 <= (row := self.scroll_offset.y + inside.y - 1) < len(self.actions):
            self.post_message(self.Chosen(self.actions[row]))

    def on_blur(self) -> None:
        """A menu that is left is closed."""
        self.post_message(self.Chosen(None))

    def _turn(self, step: int) -> None:
        self._group, self._row = (self._group + step) % len(self._groups), 0
        self._changed()

    def _move(self, rows: int) -> None:
        self._row = max(0, min(len(self.actions) - 1, self._row + rows))
        seen = max(1, self.size.height - 1)
        top = min(max(self.scroll_offset.y, self._row - seen + 1), self._row)
        self.scroll_to(y=top, animate=False, force=True)
        self.refresh()

    def _changed(self) -> None:
        self.styles.height = len(self.actions) + 3
        self.extend(len(self.actions) + 1)
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def _titles(self) -> Line:
        spans: list[Span] = []
        for index, (group, _) in enumerate(self._groups):
            spans += [Span(group, "title" if index == self._group else "muted"), Span(" " * _GAP)]
        return tuple(spans)


def _row(action: Action, now: Situation, cells: int) -> Line:
    why_not = action.unavailable(now)
    keys = Span(" ".join(key_name(key) for key in action.shown_keys[:2]), "muted" if why_not else "key")
    label = line((action.help, "muted" if why_not else ""), ("…" if action.argument else "", "muted"))
    if why_not:
        label = (*label, Span(f"  {why_not}", "muted"))
    room = max(1, cells - width((keys,)) - 2)
    return (*fit(cut(label, room), room), Span("  "), keys)
