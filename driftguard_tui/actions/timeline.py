"""What can be done with the lanes of time."""

from collections.abc import Sequence

from driftguard_tui.actions.action import DO, FIND, MOVE, SEE, Action, Situation
from engine.model.event import FIELDS


def _drift(now: Situation) -> str:
    return "" if now.drift else "No drift is selected"


def _range(now: Situation) -> str:
    return "" if now.chosen == "range" else "Mark a range first: v begins one, the cursor ends it"


def _past(now: Situation) -> str:
    return "" if now.as_of else "The desktop shows the present already"


def _record(now: Situation) -> str:
    return "" if now.chosen == "record" else "Open a record first: enter on the list of what is under the cursor"


_LANES = ("lanes",)

ACTIONS: Sequence[Action] = (
    Action("zoom_in", MOVE, "Closer, around the cursor", ("plus", "i"), hint="zoom in", hinted=_LANES),
    Action("zoom_out", MOVE, "Farther, around the cursor", ("underscore", "d"), hint="out", hinted=_LANES),
    Action("whole_range", MOVE, "All that is recorded", ("0",)),
    Action("fit_drift", MOVE, "The selected drift and all that bears on it", ("a",), hint="the drift", hinted=_LANES,
           why_not=_drift),
    Action("next_event", MOVE, "To the next event of the lane", ("full_stop",), hint="next", hinted=_LANES),
    Action("previous_event", MOVE, "To the event before", ("comma",)),
    Action("mark_range", FIND, "Begin a range at the cursor, which enter zooms into", ("v",),
           hint="range", hinted=_LANES),
    Action("drifts_of_range", FIND, "List the drifts that came about in the range", ("f",), hint="drifts in it",
           hinted=_LANES, why_not=_range),
    Action("as_of", DO, "Show the whole desktop as of the cursor", ("o",), hint="as of here", hinted=_LANES),
    Action("as_of_now", DO, "Back to the present", ("O",), method="do_present", why_not=_past),
    Action("copy_record", DO, "Copy the record that is read", ("y",), hint="copy", hinted=("under-cursor",),
           why_not=_record),
    Action("lanes_by", SEE, "Lanes by the next field of the events", ("b",), argument="FIELD", choices=FIELDS,
           hint="lanes by", hinted=_LANES),
    Action("metric", SEE, "The next metric below the lanes, at last none", ("s",)),
    Action("every_call", SEE, "Calls that only read too, or not", ("e",)),
)  # fmt: skip
