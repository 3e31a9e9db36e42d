"""The one table of what can be done in the console.

Key bindings, the hints in the last line, the help screen, the palette and the `:` commands all come from it. An
action is carried out by the method `do_ID` of the screen it is asked on, or of the app.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from driftguard_tui.filters import FIELDS
from driftguard_tui.sorting import ORDERS
from engine.model import Category, Drift


class Situation(Struct, frozen=True):
    """What an action's availability depends on."""

    screen: str
    pane: str = ""
    listed: int = 0
    drift: Drift | None = None
    filter: str = ""
    scanning: bool = False
    sources: int = 0

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that are recommended for the selected drift, in the order in which they are numbered."""
        return () if self.drift is None else recommended_commands(self.drift)


#: Says why an action cannot be had now, or nothing when it can.
WhyNot = Callable[[Situation], str]


class Action(Struct, frozen=True):
    """`keys` are Textual's names of keys; `hint` is its word in the last line, for the panes in `hinted`.

    `argument` names what the `:` command takes; `choices` are the values that complete it, and
    with `takes_key` the pressed key is the argument. `method` is what carries it out (`do_ID` unless said), with the
    argument `passes`.
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
    takes_key: bool = False
    method: str = ""
    passes: str = ""

    @property
    def name(self) -> str:
        """Its name in the `:` line."""
        return self.command or self.id.replace("_", "-")

    @property
    def handler(self) -> str:
        """The name of the method that carries it out."""
        return self.method or f"do_{self.id}"


def recommended_commands(drift: Drift) -> tuple[str, ...]:
    """Every command of every recommendation, in order; the console numbers them from 1."""
    return tuple(command for advice in drift.recommendations for command in advice.commands)


def _on_drifts(now: Situation) -> str:
    return "" if now.screen == "estate" else "That works on the list of drifts; esc goes back to it"


def _listed(now: Situation) -> str:
    return _on_drifts(now) or ("" if now.listed else "There is no drift in the list")


def _selected(now: Situation) -> str:
    return _on_drifts(now) or ("" if now.drift else "No drift is selected")


def _commands(now: Situation) -> str:
    return _selected(now) or ("" if now.commands else "No command is recommended for this drift")


def _rescan(now: Situation) -> str:
    if now.scanning:
        return "A scan is running already"
    return "" if now.sources else "There is no source to scan; set one up with `driftguard config init`"


def _sources(now: Situation) -> str:
    return "The sources are on the screen already" if now.screen == "sources" else ""


def _help(now: Situation) -> str:
    return "The help is on the screen already" if now.screen == "help" else ""


MOVE, FIND, SORT, DO, SEE = "Move", "Find", "Sort", "Do", "See"
_BOTH = ("list", "detail")

ACTIONS: Sequence[Action] = (
    Action("down", MOVE, "Down", ("j", "down")),
    Action("up", MOVE, "Up", ("k", "up")),
    Action("page_down", MOVE, "A page down", ("pagedown", "ctrl+f", "space")),
    Action("page_up", MOVE, "A page up", ("pageup", "ctrl+b")),
    Action("top", MOVE, "To the beginning", ("g", "home")),
    Action("bottom", MOVE, "To the end", ("G", "end")),
    Action("open", MOVE, "Read the selected drift", ("enter", "l", "right"),
           hint="read", hinted=("list",), why_not=_selected),
    Action("back", MOVE, "Back, or without the filter", ("escape", "h", "left"),
           hint="back", hinted=("detail", "other")),
    Action("next_pane", MOVE, "The next pane", ("tab",), why_not=_on_drifts),
    Action("previous_pane", MOVE, "The pane before", ("shift+tab",), why_not=_on_drifts),
    Action("next_drift", MOVE, "The next drift, from either pane", ("n",),
           hint="next", hinted=("detail",), why_not=_listed),
    Action("previous_drift", MOVE, "The drift before", ("p",),
           hint="previous", hinted=("detail",), why_not=_listed),
    Action("next_section", MOVE, "The next section", ("right_square_bracket",), why_not=_selected),
    Action("previous_section", MOVE, "The section before", ("left_square_bracket",), why_not=_selected),
    Action("filter", FIND, "List only what matches", ("slash",), argument="EXPRESSION",
           choices=tuple(f"{field}:" for field in FIELDS), hint="filter", hinted=("list",), why_not=_on_drifts),
    Action("go", FIND, "Select by the beginning of its name", argument="NAME", why_not=_listed),
    *(
        Action(f"sort_{order.name}", SORT, f"Sort by {order.name}, or backwards", (key,),
               command=f"sort {order.name}", method="do_sort", passes=order.name, why_not=_listed)
        for key, order in zip("SRCTAK", ORDERS.values(), strict=True)
    ),
    Action("copy", DO, "Copy the first command", ("y",), hint="copy", hinted=("detail",), why_not=_commands),
    Action("copy_number", DO, "Copy the command of that number", tuple("123456789"), argument="NUMBER",
           takes_key=True, why_not=_commands),
    Action("copy_drift", DO, "Copy all about the drift, as text", ("Y",), why_not=_selected),
    Action("confirm", DO, "Confirm the cause, or say which it was", ("c",), argument="CAUSE",
           choices=tuple(Category), why_not=_selected),
    Action("rescan", DO, "Scan again", ("r",), hint="rescan", hinted=("list",), why_not=_rescan),
    Action("zoom", SEE, "One pane on the whole screen", ("z",), why_not=_on_drifts),
    Action("sources", SEE, "How reading the sources went", ("s",), hint="sources", hinted=_BOTH, why_not=_sources),
    Action("theme", SEE, "The next theme", ("t",), argument="NAME"),
    Action("help", SEE, "Every key and command", ("question_mark",),
           hint="help", hinted=(*_BOTH, "other"), why_not=_help),
    Action("command", SEE, "Type a command", ("colon",), hint="command", hinted=("list",)),
    Action("palette", SEE, "Search for a command", ("ctrl+p",)),
    Action("quit", SEE, "Quit", ("q", "ctrl+c", "ctrl+q"), hint="quit", hinted=(*_BOTH, "other")),
)  # fmt: skip

BY_ID = {action.id: action for action in ACTIONS}

_KEY_NAMES = {
    "down": "↓", "up": "↑", "left": "←", "right": "→", "pagedown": "pgdn", "pageup": "pgup", "escape": "esc",
    "slash": "/", "question_mark": "?", "colon": ":", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as people call it."""
    return _KEY_NAMES.get(key, key)


def key_names(action: Action) -> str:
    """All keys of an action."""
    if len(action.keys) > 4:
        return f"{key_name(action.keys[0])}–{key_name(action.keys[-1])}"
    return " ".join(key_name(key) for key in action.keys)
