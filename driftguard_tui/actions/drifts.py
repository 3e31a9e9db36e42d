"""What can be done with the drifts that are listed."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, FIND, MOVE, SORT, Action, Situation
from driftguard_tui.sorting import ORDERS
from engine.model import Action as Recommended
from engine.model import Category, Role
from engine.workflow import rules


def _listed(now: Situation) -> str:
    return "" if now.listed else "There is no drift in the list"


def _selected(now: Situation) -> str:
    return "" if now.drift else "No drift is selected"


def _commands(now: Situation) -> str:
    return _selected(now) or ("" if now.commands else "No command is recommended for this drift")


def _fix(now: Situation) -> str:
    return rules.why_no_request(now.drift, now.role) if now.drift else _selected(now)


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
    Action("copy", DO, "Copy the first command, or that of a number", ("y",), argument="NUMBER", hint="copy",
           hinted=("detail",), why_not=_commands),
    Action("copy_drift", DO, "Copy all about the drift, as text", ("Y",), why_not=_selected),
    Action("request", DO, "Request a fix of what is recommended", ("f",), argument="ACTION", choices=tuple(Recommended),
           hint="fix", why_not=_fix, role=Role.EDIT),
    Action("confirm", DO, "Confirm the cause, or say which it was", ("c",), argument="CAUSE",
           choices=tuple(Category), why_not=_selected),
)  # fmt: skip
