"""One action over many drifts: asked about once, with their number, and told of once."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from driftguard_tui import labels
from driftguard_tui.asking import Question
from driftguard_tui.requesting import NOTHING_RECORDED
from driftguard_tui.widgets.choice import Choice
from driftguard_tui.widgets.lines import line
from driftguard_tui.widgets.rows import Column
from engine.errors import DriftGuardError
from engine.model import Category, Drift, Recommendation
from engine.workflow.rules import requestable

if TYPE_CHECKING:
    from driftguard_tui.app import DriftGuardApp
    from engine.store import Stores


class Offer(NamedTuple):
    """Something that can be requested for some of the drifts."""

    name: str
    title: str
    wanted: Sequence[tuple[Drift, Recommendation]]


_COLUMNS: tuple[Column[Offer], ...] = (
    Column("action", 11, 0, lambda offer, _: line((offer.name, "accent"))),
    Column("request which fix?", 0, 0, lambda offer, _: line((offer.title, "strong"))),
    Column("drifts", 7, 0, lambda offer, _: line((f"{len(offer.wanted):>7,}", "muted")), right=True),
)


def offers(drifts: Sequence[Drift]) -> list[Offer]:
    """What can be requested for drifts: of each the best, or everywhere the same, where that is recommended."""
    first: list[tuple[Drift, Recommendation]] = []
    by_action: dict[str, list[tuple[Drift, Recommendation]]] = {}
    for drift in drifts:
        advised = requestable(drift)
        first += [(drift, advice) for advice in advised[:1]]
        for advice in {advice.action: advice for advice in reversed(advised)}.values():
            by_action.setdefault(advice.action.value, []).append((drift, advice))
    alike = [Offer(name, f"{name} wherever it is recommended", wanted) for name, wanted in by_action.items()]
    alike.sort(key=lambda offer: -len(offer.wanted))
    return [Offer("best", "what is recommended most for each", first), *alike] if first else []


def request(app: "DriftGuardApp", drifts: Sequence[Drift], action: str = "") -> None:
    """Asks which fix to request for all of these drifts; with an action only whether."""
    offered = {offer.name: offer for offer in offers(drifts)}
    if not offered:
        app.say(f"Nothing is recommended for the {len(drifts):,} marked drifts that could be requested", "medium")
    elif not action:
        title = f"Fix {labels.count(len(drifts), 'marked drift')}"
        app.screen.mount(Choice(title, list(offered.values()), _COLUMNS, partial(_send_later, app)))
    elif action in offered:
        number = labels.count(len(offered[action].wanted), "drift")
        app.asking.confirm(f"Request {action} for {number}?", partial(_send_later, app, offered[action]))
    else:
        app.say(f"{action!r} is recommended for none of them; there is {', '.join(offered)}", "medium")


def confirm(app: "DriftGuardApp", drifts: Sequence[Drift], cause: str = "") -> None:
    """Asks which cause to confirm for all of these drifts, with the commonest to begin with."""
    named = [drift.cause.category.value for drift in drifts]
    commonest = max(sorted(set(named)), key=named.count)

    def answered(typed: str) -> str:
        if typed.strip() not in set(Category):
            return f"{typed.strip()!r} is no cause; there are {', '.join(Category)}"
        app.run_worker(_confirm(app, drifts, Category(typed.strip())), group="confirming")
        return ""

    def complete(typed: str) -> Sequence[str]:
        return [category.value for category in Category if category.value.startswith(typed) and category != typed]

    hint = f"enter confirms this cause for {labels.count(len(drifts), 'marked drift')}; esc leaves"
    app.asking.ask(Question("c", answered, cause or commonest, hint, complete))


def _send_later(app: "DriftGuardApp", offer: Offer) -> None:
    app.run_worker(_send(app, offer), group="requests")


async def _send(app: "DriftGuardApp", offer: Offer) -> None:
    engine = app.engine

    def create(stores: "Stores") -> list[str]:
        workflow, refused = engine.workflow(stores), []
        for drift, advice in offer.wanted:
            try:
                workflow.ask(drift.id, recommendation_id=advice.id, say=lambda _: None)
            except DriftGuardError as error:
                refused.append(str(error))
        return refused

    refused = await app.engine.read(create)
    if refused is None:
        app.say(NOTHING_RECORDED, "medium")
    else:
        made = len(offer.wanted) - len(refused)
        if made:
            app.warroom.decided(f"Requested {offer.name} for {labels.count(made, 'drift')}", offer.wanted[0][0])
        _tell(app, f"Requested {labels.count(made, 'fix', 'fixes')}; 6 shows them", refused)


async def _confirm(app: "DriftGuardApp", drifts: Sequence[Drift], category: Category) -> None:
    refused: list[str] = []
    for drift in drifts:
        try:
            await app.engine.confirm(drift, category)
        except DriftGuardError as error:
            refused.append(str(error))
    done = f"Confirmed as {labels.CAUSES[category]}: {labels.count(len(drifts) - len(refused), 'drift')}"
    if len(refused) < len(drifts):
        app.warroom.decided(done, drifts[0])
    _tell(app, done, refused)


def _tell(app: "DriftGuardApp", done: str, refused: Sequence[str]) -> None:
    """What was done; where something was not, how often, and why at first."""
    if refused:
        app.say(f"{done}; {len(refused):,} not: {refused[0]}", "medium")
    else:
        app.say(done, "good")
