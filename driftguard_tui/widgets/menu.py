"""The menus: the action table by groups, opened below the first line and walked with the keys or the mouse."""

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip

from driftguard_tui.actions import ACTIONS, GROUPS, Action, Situation, key_name
from driftguard_tui.widgets.cursored import Cursored
from driftguard_tui.widgets.lines import Line, Span, cut, fit, line, width

_GAP = 2


class Menu(Cursored):
    """One line of groups, and below it the actions of the chosen one, those that cannot be had with the reason."""

    HEAD = 1  # the groups

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
        self.entitle("Menu")

    @property
    def actions(self) -> Sequence[Action]:
        """What the chosen group holds."""
        return self._groups[self._group][1]

    @property
    def count(self) -> int:
        """How many actions it holds."""
        return len(self.actions)

    def on_mount(self) -> None:
        super().on_mount()
        self._turn_to(self._group)

    def do_right(self) -> None:
        self._turn(1)

    def do_left(self) -> None:
        self._turn(-1)

    def do_next_pane(self) -> None:
        self._turn(1)

    def do_previous_pane(self) -> None:
        self._turn(-1)

    def do_open(self) -> None:
        self.post_message(self.Chosen(self.actions[self.cursor]))

    def do_back(self) -> None:
        self.post_message(self.Chosen(None))

    do_menu = do_back

    def render_line(self, y: int) -> Strip:
        """The groups, then the actions in view."""
        cells = self.size.width
        if y == 0:
            return self.strip(self._titles(), cells)
        row = self.scroll_offset.y + y - 1
        if row >= self.count:
            return self.strip((), cells)
        return self.lettered(self.strip(_row(self.actions[row], self._now, cells), cells, self.over(row)), row)

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
                    self._turn_to(index)
                x += len(group) + _GAP
        elif (row := self.row_at(event)) is not None:
            self.post_message(self.Chosen(self.actions[row]))

    def on_blur(self) -> None:
        """A menu that is left is closed."""
        self.post_message(self.Chosen(None))

    def _turn(self, step: int) -> None:
        self._turn_to((self._group + step) % len(self._groups))

    def _turn_to(self, group: int) -> None:
        self.end_jump()
        self._group = group
        self.styles.height = self.count + 3
        self.extend(self.count + 1)
        self.select(0)

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
