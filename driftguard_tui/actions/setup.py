"""What can be done while the console is set up."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, MOVE, Action, Situation


def _proposal(now: Situation) -> str:
    return "" if now.chosen else "No source is under the cursor"


ACTIONS: Sequence[Action] = (
    Action("setup_next", MOVE, "On to the next step", ("enter",), hint="go on"),
    Action("setup_toggle", DO, "Take the source, or leave it out", ("space",), hint="take or leave",
           why_not=_proposal),
    Action("setup_all", DO, "Take all that need no answer, or none", ("a",), hint="all or none",
           why_not=_proposal),
    Action("setup_back", MOVE, "A step back; from the first, leave all as it is", ("escape",),
           hint="back"),
)  # fmt: skip
