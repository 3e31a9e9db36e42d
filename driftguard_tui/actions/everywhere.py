"""What can be done in every workspace."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, FIND, GO, MOVE, SEE, WINDOW, Action, Situation
from driftguard_tui.workspaces import BY_NAME, WORKSPACES


def _rescan(now: Situation) -> str:
    if now.scanning:
        return "A scan is running already"
    return "" if now.sources else "There is no source to scan; set one up with `driftguard config init`"


def _scanning(now: Situation) -> str:
    return "" if now.scanning else "No scan is running"


def _help(now: Situation) -> str:
    return "The help is on the screen already" if now.workspace == "help" else ""


def _filter(now: Situation) -> str:
    if now.workspace not in BY_NAME:
        return "That works on a workspace; esc goes back to it"
    return "" if now.filters else "There is nothing to filter here"


def _panes(now: Situation) -> str:
    return "" if now.panes > 1 else "There is one pane only"


def _drift(now: Situation) -> str:
    return "" if now.drift else "No drift is selected"


def _report(now: Situation) -> str:
    return "" if now.scanned else "No scan is done yet: there is nothing to explain"


def _windows(now: Situation) -> str:
    return "" if now.windows else "No window is open; w opens one on the selected drift"


def _in_window(now: Situation) -> str:
    return "" if now.pane == "window" else _windows(now) or "Go to a window first, with W"


def _past(now: Situation) -> str:
    return "" if now.as_of else "The desktop shows the present already"


#: The panes in which there is something to be opened.
_OPENING = (
    "counts", "worst", "groups", "list", "under-cursor", "heatmap", "tree", "requests", "talk", "source-list",
    "entries",
)  # fmt: skip

ACTIONS: Sequence[Action] = (
    *(
        Action(f"go_{place.name}", GO, f"{place.title}: {place.about}", (place.key,), command=place.name,
               method="do_workspace", passes=place.name)
        for place in WORKSPACES
    ),
    Action("go_back", GO, "The workspace before", ("minus",)),
    Action("down", MOVE, "Down", ("j", "down")),
    Action("up", MOVE, "Up", ("k", "up")),
    Action("left", MOVE, "To the left, or back", ("h", "left")),
    Action("right", MOVE, "To the right, or into it", ("l", "right")),
    Action("page_down", MOVE, "A page down", ("pagedown", "ctrl+f", "space")),
    Action("page_up", MOVE, "A page up", ("pageup", "ctrl+b")),
    Action("top", MOVE, "To the beginning", ("g", "home")),
    Action("bottom", MOVE, "To the end", ("G", "end")),
    Action("filter", FIND, "List only what matches", ("slash",), argument="EXPRESSION", hint="filter", why_not=_filter),
    Action("open", MOVE, "Open what is under the cursor", ("enter",), hint="open", hinted=_OPENING),
    Action("back", MOVE, "Back, or without the filter", ("escape",)),
    Action("next_pane", MOVE, "The next pane", ("tab",), why_not=_panes),
    Action("previous_pane", MOVE, "The pane before", ("shift+tab",), why_not=_panes),
    Action("jump", MOVE, "Jump to a row by its letter", ("semicolon",)),
    Action("rescan", DO, "Scan again", ("r",), hint="rescan", why_not=_rescan),
    Action("cancel", DO, "Cancel the scan that is running", ("X",), hint="cancel", why_not=_scanning),
    Action("present", SEE, "Back to the present", ("asterisk",), why_not=_past),
    Action("zoom", SEE, "The pane on the whole screen, or not", ("z",)),
    Action("layout", SEE, "The next layout of the panes", ("p",), why_not=_panes),
    Action("wider", SEE, "A larger pane", ("greater_than_sign",), why_not=_panes),
    Action("narrower", SEE, "A smaller pane", ("less_than_sign",), why_not=_panes),
    Action("even", SEE, "The layout as it was made", ("equals_sign",), why_not=_panes),
    Action("theme", SEE, "The next theme", ("t",), argument="NAME"),
    Action("menu", SEE, "The menus", ("m", "f10"), hint="menu"),
    Action("help", SEE, "Every key and command", ("question_mark",), hint="help", why_not=_help),
    Action("command", SEE, "Type a command", ("colon",), hint="command"),
    Action("palette", SEE, "Search for a command", ("ctrl+p",)),
    Action("quit", SEE, "Quit", ("q", "ctrl+c", "ctrl+q"), hint="quit"),
    Action("explain", WINDOW, "Have explained what is under the cursor, in a window", ("Q",), argument="QUESTION",
           why_not=_report),
    Action("tear_off", WINDOW, "The drift in a window of its own", ("w",), why_not=_drift),
    Action("next_window", WINDOW, "The next window, then the panes", ("W",), why_not=_windows),
    Action("close_window", WINDOW, "Close the window", ("x",), why_not=_windows),
    *(
        Action(f"window_{way}", WINDOW, f"Move the window {way}", (f"alt+{way}",), command=f"window {way}",
               method="do_move_window", passes=way, why_not=_in_window)
        for way in ("left", "right", "up", "down")
    ),
    *(
        Action(f"window_{name}", WINDOW, f"Make the window {name}", (f"shift+{way}",), command=f"window {name}",
               method="do_resize_window", passes=way, why_not=_in_window)
        for name, way in (("narrower", "left"), ("wider", "right"), ("lower", "up"), ("taller", "down"))
    ),
)  # fmt: skip
