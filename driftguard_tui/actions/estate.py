"""What can be done in the tree of the estate, beside moving in it."""

from collections.abc import Sequence

from driftguard_tui.actions.action import FIND, MOVE, SEE, Action, Situation


def _listed(now: Situation) -> str:
    return "" if now.listed else "There is nothing in the tree"


def _chosen(now: Situation) -> str:
    return "" if now.chosen else "Nothing is under the cursor"


ACTIONS: Sequence[Action] = (
    Action("drifted_only", FIND, "Only what has drift in it, or all", ("d",), command="drifted", hint="drifted only",
           hinted=("tree",)),
    Action("unfold", SEE, "Open all that has drift in it", ("o",), hint="open drifted", hinted=("tree",),
           why_not=_listed),
    Action("fold", SEE, "Close everything", ("c",), hint="close all", hinted=("tree",), why_not=_listed),
    Action("list_drifts", MOVE, "List the drifts of what is under the cursor", ("f",), command="list-drifts",
           hint="its drifts", why_not=_chosen),
    Action("earlier_version", SEE, "The resource as it was before", ("left_square_bracket",), hint="earlier",
           hinted=("node",), why_not=_chosen),
    Action("later_version", SEE, "The resource as it was after that", ("right_square_bracket",), hint="later",
           hinted=("node",), why_not=_chosen),
)  # fmt: skip
