"""What can be done with the sources."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, Action, Situation


def _chosen(now: Situation) -> str:
    return "" if now.chosen else "No source is under the cursor"


def _any(now: Situation) -> str:
    return "" if now.sources else "There is no source to check; set one up with `driftguard config init`"


ACTIONS: Sequence[Action] = (
    Action("check_source", DO, "Try this source now, by itself", ("c",), command="check", hint="check",
           why_not=_chosen),
    Action("check_sources", DO, "Try every source now", ("a",), command="check-all", hint="check all", why_not=_any),
)  # fmt: skip
