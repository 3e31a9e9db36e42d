"""Sittings: what the drifts that somebody made in one go say of each other.

Whoever breaks in breaks several things, and whoever fights a fire turns several knobs. So the drifts of a sitting are
taken to share one cause, each with a certain chance, and that cause is looked for in all of them: exact inference in a
tree of one unknown and one leaf for each drift. A drift hears what the others say by their own evidence, never what
they heard in turn; and as it may have a cause of its own, what it hears can move it only so far.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct

from engine.model import ActorKind, Attribution, Category, EventKind, Via, login_in
from ml.ensemble.pooling import Table

#: Changes of one caller that are further apart are of two sittings.
_APART = timedelta(hours=2)
#: Before anything is known of it, a sitting's cause is any.
_PRIOR = 1 / len(Category)


class Heard(Struct, frozen=True):
    """What the other drifts of a sitting say.

    factors: by how much they multiply the odds of each cause. others: how many they are. strongest: the place of the
    one that says most for the cause that they speak for.
    """

    factors: Table
    others: int
    strongest: int


def sittings_of(attributions: Iterable[Attribution]) -> list[list[int]]:
    """The places of drifts that were made in one sitting, in order of time; sittings of one drift are left out."""
    by_caller: dict[Hashable, list[tuple[datetime, int]]] = defaultdict(list)
    for place, attribution in enumerate(attributions):
        caller = _caller(attribution)
        if caller is not None and attribution.changed_at is not None:
            by_caller[caller].append((attribution.changed_at, place))
    return [sitting for found in by_caller.values() for sitting in _parted(sorted(found)) if len(sitting) > 1]


def heard(distributions: Table, sittings: Sequence[Sequence[int]], shared: float) -> dict[int, Heard]:
    """What each drift of a sitting hears from the others, by its place.

    `distributions` are those by own evidence; each sitting has two drifts at least.
    """
    found: dict[int, Heard] = {}
    for sitting in sittings:
        own = distributions[list(sitting)]
        said = np.log(_softened(own, shared))
        others = said.sum(axis=0) - said
        beliefs = np.exp(others - others.max(axis=1, keepdims=True))
        beliefs /= beliefs.sum(axis=1, keepdims=True)
        factors = _softened(beliefs, shared)
        ranked = np.argsort(-own, axis=0, kind="stable")
        for row, place in enumerate(sitting):
            first, second = ranked[:2, int(beliefs[row].argmax())]
            strongest = int(first if first != row else second)
            found[place] = Heard(factors[row], len(sitting) - 1, sitting[strongest])
    return found


def together(distributions: Table, sittings: Sequence[Sequence[int]], shared: float) -> Table:
    """The distributions, moved by what the other drifts of each one's sitting say."""
    moved = distributions.copy()
    for place, what in heard(distributions, sittings, shared).items():
        moved[place] *= what.factors
    shares: Table = moved / moved.sum(axis=1, keepdims=True)
    return shares


def _softened(distributions: Table, shared: float) -> Table:
    """By how much each cause gains where another drift has such a distribution, and may have a cause of its own."""
    softened: Table = (1 - shared) + shared * distributions / _PRIOR
    return softened


def _caller(attribution: Attribution) -> Hashable | None:
    """Who sat there, if anybody did: the provider's software and what applies code never do.

    Of a program's keys, only calls from one address are taken for one sitting: the program itself goes on elsewhere.
    """
    change, actor = attribution.change, attribution.actor
    if change is None or change.error is not None or change.kind not in (EventKind.API_CALL, EventKind.AUDIT):
        return None
    if actor.principal is None or actor.kind is ActorKind.SERVICE or actor.via in (Via.TERRAFORM, Via.CONTROLLER):
        return None
    if actor.kind is ActorKind.HUMAN:
        return login_in(actor.principal)
    return (actor.principal, actor.source_ip) if actor.source_ip else None


def _parted(timed: Sequence[tuple[datetime, int]]) -> list[list[int]]:
    """The places of what is in order of time, parted where long nothing was done."""
    sittings: list[list[int]] = []
    last: datetime | None = None
    for at, place in timed:
        if last is None or at - last > _APART:
            sittings.append([])
        sittings[-1].append(place)
        last = at
    return sittings
