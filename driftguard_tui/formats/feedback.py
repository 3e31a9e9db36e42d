"""What was confirmed, and what comes of it."""

from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.formats import phrases
from driftguard_tui.text import plain
from engine.model import Feedback
from ml.prior import PROVISIONAL_BELOW


def render_confirmed(given: Feedback, known: Sequence[Feedback]) -> str:
    """What was said of a drift, and how much the estate's confirmations weigh by now."""
    sure = labels.percent(given.distribution[given.named])
    drift = plain(given.drift_id[: phrases.SHORT_ID])
    said = labels.CAUSES[given.category]
    if given.is_correction:
        first = f"{drift} is corrected to {said}; {plain(given.model)} had named {labels.CAUSES[given.named]} ({sure})"
    else:
        first = f"{drift} is confirmed as {said}, as {plain(given.model)} had named it ({sure})"
    number = labels.count(len(known), "cause")
    weight = (
        f"provisional, and of little weight, until there are {PROVISIONAL_BELOW}"
        if len(known) < PROVISIONAL_BELOW
        else "they weigh in whatever is scanned next"
    )
    return f"{first}\n{number} confirmed in {plain(given.estate) or 'this estate'}: {weight}\n"
