"""The orders in which drifts can be listed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from driftguard_tui import labels
from engine.model import Drift, Level

_RANKS = {level: level.rank for level in Level}
_EARLY = datetime.min.replace(tzinfo=UTC)


class Order(NamedTuple):
    """`key` sorts upwards; `falling` says that this order starts with the largest."""

    name: str
    key: Callable[[Drift], Any]
    falling: bool


ORDERS = {
    order.name: order
    for order in (
        Order("severity", lambda drift: (_RANKS[drift.severity.level], drift.severity.score), True),
        Order("resource", lambda drift: labels.resource_title(drift).casefold(), False),
        Order("cause", lambda drift: (drift.cause.category, -drift.cause.confidence), False),
        Order("time", lambda drift: drift.changed_at or _EARLY, True),
        Order("actor", lambda drift: (drift.actor.principal is None, (drift.actor.principal or "").casefold()), False),
        Order("kind", lambda drift: drift.kind, False),
    )
}
