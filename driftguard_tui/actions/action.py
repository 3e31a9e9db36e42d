"""What can be done in the console: one action, and the situation that its availability depends on."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from engine.model import Drift, Role

MOVE, FIND, SORT, DO, SEE, WINDOW, GO, ROOM = "Move", "Find", "Sort", "Do", "See", "Window", "Go", "War room"
#: The groups in the order in which menus and help show them.
GROUPS = (GO, MOVE, FIND, SORT, DO, SEE, WINDOW, ROOM)

_RANKS = {role: rank for rank, role in enumerate(Role)}


class Situation(Struct, frozen=True):
    """What an action's availability depends on.

    `workspace` is the name of the one on the screen, of a text that lies over it (`help`), or empty; `pane` is the
    id of the focused pane, or `window`. `chosen` is what a workspace other than Drifts has under its cursor.
    `filters` says whether the workspace has a filter, `scanned` whether there is a report. `room` is the war room that
    is open, if any.
    """

    workspace: str
    pane: str = ""
    panes: int = 1
    listed: int = 0
    marked: int = 0
    drift: Drift | None = None
    chosen: object = None
    filter: str = ""
    filters: bool = False
    scanning: bool = False
    scanned: bool = False
    sources: int = 0
    windows: int = 0
    as_of: datetime | None = None
    role: Role = Role.ADMIN
    read_only: bool = False
    room: str = ""
    replaying: bool = False

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that are recommended for the selected drift, in the order in which they are numbered."""
        return () if self.drift is None else recommended_commands(self.drift)


#: The user's own keys, by the id of the action.
_own_keys: dict[str, tuple[str, ...]] = {}

#: Says why an action cannot be had now, or nothing when it can.
WhyNot = Callable[[Situation], str]


class Action(Struct, frozen=True):
    """One thing that can be done.

    `keys` are Textual's names of keys; `hint` is its word in the last line, for the panes in `hinted` (any, when
    that is empty). `argument` names what the `:` command takes; `choices` are the values that complete it. `method`
    is what carries it out (`do_ID` unless said), with the argument `passes`. `role` is the least role that may do
    it. `danger` is the question that must be answered with yes first, or makes it of the situation. `where` names the
    workspace that it belongs to; empty: everywhere.
    """

    id: str
    group: str
    help: str
    keys: tuple[str, ...] = ()
    command: str = ""
    argument: str = ""
    choices: tuple[str, ...] = ()
    hint: str = ""
    hinted: tuple[str, ...] = ()
    why_not: WhyNot = lambda _: ""
    method: str = ""
    passes: str = ""
    role: Role = Role.VIEW
    danger: str | Callable[[Situation], str] = ""
    where: str = ""

    @property
    def name(self) -> str:
        """Its name in the `:` line."""
        return self.command or self.id.replace("_", "-")

    @property
    def shown_keys(self) -> tuple[str, ...]:
        """The keys that it has on this desk: the user's own, else those of the table."""
        return _own_keys.get(self.id, self.keys)

    @property
    def handler(self) -> str:
        """The name of the method that carries it out."""
        return self.method or f"do_{self.id}"

    def question(self, now: Situation) -> str:
        """What must be answered with yes before it is done; empty when nothing must."""
        return self.danger if isinstance(self.danger, str) else self.danger(now)

    def unavailable(self, now: Situation) -> str:
        """Why it cannot be had in this situation; empty when it can."""
        if self.role is not Role.VIEW and now.read_only:
            return "The console is read-only here: it was opened with --readonly"
        if _RANKS[now.role] < _RANKS[self.role]:
            return f"That takes the role {self.role}; yours is {now.role}"
        if self.where and self.where != now.workspace:
            return f"That belongs to the workspace {self.where.capitalize()}"
        return self.why_not(now)

    def is_hinted(self, now: Situation) -> bool:
        """Whether the last line shows it in this situation."""
        return bool(self.hint) and (not self.hinted or now.pane in self.hinted) and not self.unavailable(now)


def recommended_commands(drift: Drift) -> tuple[str, ...]:
    """Every command of every recommendation, in order; the console numbers them from 1."""
    return tuple(command for advice in drift.recommendations for command in advice.commands)


_KEY_NAMES = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "pagedown": "pgdn", "pageup": "pgup", "escape": "esc",
    "slash": "/", "question_mark": "?", "colon": ":", "left_square_bracket": "[", "right_square_bracket": "]",
    "semicolon": ";", "minus": "-", "equals_sign": "=", "less_than_sign": "<", "greater_than_sign": ">",
    "plus": "+", "comma": ",", "full_stop": ".", "exclamation_mark": "!", "asterisk": "*", "number_sign": "#",
    "underscore": "_", "f10": "F10",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as people call it."""
    modifier, plus, last = key.rpartition("+")
    return f"{modifier}{plus}{_KEY_NAMES.get(last, last)}" if plus else _KEY_NAMES.get(key, key)


def key_names(action: Action) -> str:
    """All keys of an action."""
    return " ".join(key_name(key) for key in action.shown_keys)


def take_keys(keys: Mapping[str, str]) -> None:
    """From now on actions are shown with these keys, by their ids, several with commas between them."""
    _own_keys.clear()
    _own_keys.update({id_: tuple(key.strip() for key in given.split(",")) for id_, given in keys.items()})
