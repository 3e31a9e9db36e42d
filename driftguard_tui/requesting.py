"""Asking for what is recommended for a drift, from wherever a drift is selected."""

from functools import partial
from typing import TYPE_CHECKING

from driftguard_tui import labels
from driftguard_tui.widgets.choice import Choice
from driftguard_tui.widgets.lines import cut, line
from driftguard_tui.widgets.rows import Column
from engine.errors import DriftGuardError
from engine.model import Recommendation
from engine.workflow.rules import requestable

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp
    from engine.model import ChangeRequest, Drift
    from engine.store import Stores

#: What is said where there is no store, so that nothing can be asked for or decided.
NOTHING_RECORDED = "Nothing is recorded here: open the console with a store"

_COLUMNS: tuple[Column[Recommendation], ...] = (
    Column("action", 11, 0, lambda advice, _: line((advice.action.value, "accent"))),
    Column("request which fix?", 0, 0, lambda advice, cells: cut(line((advice.title, "strong")), cells)),
    Column("sure", 4, 50, lambda advice, _: line((f"{labels.percent(advice.confidence):>4}", "muted")), right=True),
)


def request(app: "DriftGuardApp", drift: "Drift", action: str = "") -> None:
    """Requests the recommendation with this action; without one asks which, with the best under the cursor."""
    offered = {advice.action.value: advice for advice in requestable(drift)}
    if not action:
        title = f"Fix {labels.resource_name(drift)}"
        app.screen.mount(Choice(title, list(offered.values()), _COLUMNS, partial(_send_later, app, drift)))
    elif action in offered:
        _send_later(app, drift, offered[action])
    else:
        app.say(f"{action!r} is not recommended for this drift; there is {', '.join(offered)}", "medium")


def _send_later(app: "DriftGuardApp", drift: "Drift", advice: Recommendation) -> None:
    app.run_worker(_send(app, drift, advice), group="requests")


async def _send(app: "DriftGuardApp", drift: "Drift", advice: Recommendation) -> None:
    engine = app.engine
    by_hand: list[str] = []

    def ask(stores: "Stores") -> "ChangeRequest":
        return engine.workflow(stores).ask(drift.id, recommendation_id=advice.id, say=by_hand.append)

    app.say(f"Working out what exactly is to be done: {advice.title}", "muted")
    try:
        made = await engine.read(ask)
    except DriftGuardError as error:
        app.say(str(error), "bad")
        return
    if made is None:
        app.say(NOTHING_RECORDED, "medium")
    else:
        app.warroom.decided(f"Requested: {made.plan.title}", drift)
        how = ", to be carried out by hand" if by_hand else ""
        app.say(f"Requested: {made.plan.title}; 6 shows it{how}", "good")
