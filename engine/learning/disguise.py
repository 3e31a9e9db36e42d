"""Cases in disguise: roles renamed and the texts of tickets shuffled, to see whether a model leans on words."""

from datetime import datetime

import msgspec
import numpy as np
from msgspec import structs

from engine.model import Attribution, Circumstance, Difference, Event, EventKind, Ticket, ticket_of

_TICKETS = (EventKind.INCIDENT, EventKind.ALERT, EventKind.DEPLOY)
_LETTERS = "bcdfghjklmnpqrstvwxz"

_Seen = tuple[Difference, Attribution, datetime]


def disguised(seen: _Seen, chance: np.random.Generator) -> _Seen:
    """What is known of a drift, with every role called by letters without meaning, and words of tickets out of order.

    Who a ticket names, its priority and what it is about stay as they are: those are no words but facts.
    """
    difference, attribution, at = seen
    roles: dict[str, str] = {}

    def event(one: Event) -> Event:
        return _shuffled(_renamed(one, roles, chance), chance)

    context = tuple(Circumstance(event(one.event), one.relation, one.weight, one.says) for one in attribution.context)
    changed = structs.replace(
        attribution,
        actor=structs.replace(attribution.actor, role=_name(attribution.actor.role, roles, chance)),
        change=event(attribution.change) if attribution.change else None,
        related=tuple(map(event, attribution.related)),
        context=context,
    )
    return difference, changed, at


def _renamed(event: Event, roles: dict[str, str], chance: np.random.Generator) -> Event:
    if event.actor.role is None:
        return event
    return structs.replace(event, actor=structs.replace(event.actor, role=_name(event.actor.role, roles, chance)))


def _name(role: str | None, roles: dict[str, str], chance: np.random.Generator) -> str | None:
    if role is None:
        return None
    if role not in roles:
        roles[role] = "".join(_LETTERS[place] for place in chance.integers(len(_LETTERS), size=9))
    return roles[role]


def _shuffled(event: Event, chance: np.random.Generator) -> Event:
    if event.kind not in _TICKETS or not event.request:
        return event
    ticket: Ticket = structs.replace(
        ticket_of(event), title=_mixed(ticket_of(event).title, chance), text=_mixed(ticket_of(event).text, chance)
    )
    return structs.replace(event, summary=_mixed(event.summary, chance), request=msgspec.json.encode(ticket).decode())


def _mixed(text: str, chance: np.random.Generator) -> str:
    words = text.split()
    return " ".join(words[place] for place in chance.permutation(len(words)))
