"""What can be done with what hangs together."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, GO, MOVE, SEE, Action, Situation
from engine.correlating import Heatmap


def _cell(now: Situation) -> str:
    return "" if now.listed else "There is no cell under the cursor"


def _outstanding(now: Situation) -> str:
    return _cell(now) or ("" if now.chosen == "outstanding" else "No cell stands out here")


_HEATMAP = ("heatmap", "cell")

ACTIONS: Sequence[Action] = (
    Action("next_standing_out", MOVE, "To the next cell that stands out", ("full_stop",), hint="next ◆",
           hinted=("heatmap",), why_not=_outstanding),
    Action("previous_standing_out", MOVE, "To the cell before that stands out", ("comma",), why_not=_outstanding),
    Action("drifts_of_cell", GO, "List the drifts behind the cell", ("f",), hint="drifts", hinted=_HEATMAP,
           why_not=_cell),
    Action("time_of_cell", GO, "The time of the cell in the timeline", ("i",), hint="in time", hinted=_HEATMAP,
           why_not=_cell),
    Action("heatmap", SEE, "The next heatmap, or the one named", ("v",), argument="NAME", choices=tuple(Heatmap),
           hint="other map", hinted=_HEATMAP),
    Action("shade", SEE, "Shade by count, by times chance, or by rarity", ("s",), hint="shade",
           hinted=("heatmap",), why_not=_cell),
    Action("together", DO, "What counts as together: the next length of time", ("b",), hint="within",
           hinted=("heatmap",)),
)  # fmt: skip
