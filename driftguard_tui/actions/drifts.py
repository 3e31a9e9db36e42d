"""What can be done with the drifts that are listed."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, FIND, MOVE, SEE, SORT, Action, Situation
from driftguard_tui.grouping import GROUPINGS
from driftguard_tui.sorting import ORDERS
from driftguard_tui.widgets.drift_columns import COLUMNS
from engine.model import Action as Recommended
from engine.model import Category, Role
from engine.workflow import rules


def _listed(now: Situation) -> str:
    return "" if now.listed else "There is no drift in the list"


def _selected(now: Situation) -> str:
    return "" if now.drift else "No drift is selected"


def _any(now: Situation) -> str:
    return "" if now.marked else _selected(now)


def _marked(now: Situation) -> str:
    return "" if now.marked else "No drift is marked; v marks one"


def _evidence(now: Situation) -> str:
    return _selected(now) or ("" if now.drift and now.drift.evidence else "No recorded event explains this drift")


def _grouped(now: Situation) -> str:
    return "" if now.chosen == "grouped" else "The drifts are not grouped; b groups them"


def _commands(now: Situation) -> str:
    return _any(now) or ("" if now.marked or now.commands else "No command is recommended for this drift")


def _fix(now: Situation) -> str:
    return _any(now) or (rules.why_no_request(now.drift, now.role) if now.drift and not now.marked else "")


ACTIONS: Sequence[Action] = (
    Action("next_drift", MOVE, "The next drift, from either pane", ("n",), hint="next", hinted=("detail",),
           why_not=_listed),
    Action("previous_drift", MOVE, "The drift before", ("N",), hint="previous", hinted=("detail",), why_not=_listed),
    Action("next_section", MOVE, "The next section", ("right_square_bracket",), why_not=_selected),
    Action("previous_section", MOVE, "The section before", ("left_square_bracket",), why_not=_selected),
    Action("go", FIND, "Select by the beginning of its name", command="go", argument="NAME", why_not=_listed),
    *(
        Action(f"sort_{order.name}", SORT, f"Sort by {order.name}, or backwards", (key,),
               command=f"sort {order.name}", method="do_sort", passes=order.name, why_not=_listed)
        for key, order in zip("SRCTAK", ORDERS.values(), strict=True)
    ),
    Action("mark", FIND, "Mark the drift or the group, or not", ("v",), hint="mark", hinted=("list",),
           why_not=_listed),
    Action("mark_to", FIND, "Mark from the last mark to the cursor", ("V",), why_not=_listed),
    Action("mark_all", FIND, "Mark all that are listed", ("a",), why_not=_listed),
    Action("unmark", FIND, "Take all marks away", ("u",), hint="unmark", hinted=("list",), why_not=_marked),
    Action("group", SEE, "Group by the next of cause, origin, actor, …", ("b",), argument="FIELD",
           choices=GROUPINGS, hint="group", hinted=("list",), why_not=_listed),
    Action("fold_all", SEE, "Close all groups, or open them", ("e",), why_not=_grouped),
    Action("columns", SEE, "Choose the columns, in this order", argument="NAMES",
           choices=tuple(COLUMNS)),
    Action("original", SEE, "The original record behind a claim, by its number", ("o",), argument="NUMBER",
           hint="record", hinted=("detail", "window"), why_not=_evidence),
    Action("versions", SEE, "Travel to an earlier version of the resource", ("i",), hint="history", hinted=("detail",),
           why_not=_selected),
    Action("copy", DO, "Copy the first command, or that of a number", ("y",), argument="NUMBER",
           hint="copy", hinted=("detail",), why_not=_commands),
    Action("copy_drift", DO, "Copy all about the drift, as text", ("Y",), why_not=_any),
    Action("request", DO, "Request a fix of what is recommended", ("f",), argument="ACTION", choices=tuple(Recommended),
           hint="fix", why_not=_fix, role=Role.EDIT),
    Action("confirm", DO, "Confirm the cause, or say which it was", ("c",), argument="CAUSE",
           choices=tuple(Category), why_not=_any),
)  # fmt: skip
