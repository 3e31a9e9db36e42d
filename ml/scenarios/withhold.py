"""Evidence that is missing: sources that are not given, logs that do not reach back far enough."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from ml.scenarios.stage import LOGS
from ml.scenarios.story import Act, Truth

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

#: Says that logs are kept for a few days only.
RETENTION = "retention"
_KEPT = timedelta(days=4)
#: Says that the records of every other change are lost, and no others.
RECORDS = "records"
#: How far from a change the records lie that tell of it.
_NEAR = timedelta(minutes=4)


def withhold(scenario: "Scenario", sources: frozenset[str]) -> None:
    """Takes the sources out of the scenario; its truth then says what can no longer be told."""
    scenario.withheld = sources
    cut = scenario.end - _KEPT
    logs = frozenset(LOGS.values()) if RETENTION in sources else frozenset()

    def is_lost(truth: Truth) -> tuple[str, ...]:
        gone = [need for need in truth.needs if need in sources]
        gone += [RETENTION for need in truth.needs if need in logs and truth.changed_at < cut]
        return (*gone, RECORDS) if truth.id in lost else tuple(gone)

    lost = _lose(scenario) if RECORDS in sources else {}
    if RETENTION in sources:
        scenario.acts = [act for act in scenario.acts if act.at >= cut]
    scenario.acts = [act for act in scenario.acts if LOGS[act.provider] not in sources]
    scenario.tickets = [] if "tickets" in sources else scenario.tickets
    scenario.alarms = [] if "prometheus" in sources else scenario.alarms
    scenario.truth = tuple(structs.replace(truth, withheld=is_lost(truth)) for truth in scenario.truth)


def _lose(scenario: "Scenario") -> dict[str, datetime]:
    """Takes the records of every other change out of the logs. Returns the resources, with the time of the change."""
    logged = [truth for truth in scenario.truth if set(truth.needs) <= set(LOGS.values())]
    lost = {truth.id: truth.changed_at for truth in logged[::2]}
    scenario.acts = [act for act in scenario.acts if not _tells(act, lost)]
    return lost


def _tells(act: Act, lost: dict[str, datetime]) -> bool:
    return act.thing is not None and act.thing.id in lost and abs(act.at - lost[act.thing.id]) <= _NEAR
