"""What can be done with the audit log."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, GO, Action, Situation


def _selected(now: Situation) -> str:
    return "" if now.chosen else "No entry is selected"


ACTIONS: Sequence[Action] = (
    Action("verify", DO, "Follow the chain again, from the first entry on", ("v",), hint="verify"),
    Action("export", DO, "Write the log into a file, as JSON lines", ("e",), argument="FILE", hint="export"),
    Action("export_masked", DO, "The same without people's names", ("E",), argument="FILE"),
    Action("open_subject", GO, "What the entry is about", ("o",), hint="subject", why_not=_selected),
)  # fmt: skip
