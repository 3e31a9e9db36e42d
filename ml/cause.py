"""Why a drift came about: by the learned ensemble, or by the transparent model where none is installed."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from msgspec import Struct, structs

from engine.model import Attribution, Category, Cause, Difference, Feedback, RuledOut, Signal
from ml import transparent
from ml.case import Case
from ml.ensemble import Ensemble, shipped
from ml.ensemble.pooling import SHARED
from ml.evidence import vocabulary
from ml.features import Vector, matrix_of
from ml.prior import PROVISIONAL_BELOW, Prior
from ml.signals import see
from ml.sittings import Heard, heard, sittings_of
from ml.verdict import Opinion, cause_of, ruled_out

#: What the word of a person who looked into a drift weighs (log-odds): a thousand to one.
_WORD = 7.0

Explained = tuple[Cause, tuple[RuledOut, ...]]


class Known(Struct, frozen=True):
    """A difference, what is known about it, and what people confirmed before: where it is, and of this very drift."""

    difference: Difference
    attribution: Attribution
    prior: Prior | None = None
    word: Feedback | None = None


def explain(
    difference: Difference, attribution: Attribution, as_of: datetime, *, prior: Prior | None = None
) -> Explained:
    """The cause of a difference as a distribution over the five categories, and what was ruled out and why.

    With little evidence the confidence is low and the interval wide: such a cause is undetermined. Raises ModelError
    when the installed model is damaged.
    """
    [found] = explain_all([Known(difference, attribution, prior)], as_of)
    return found


def explain_all(known: Sequence[Known], as_of: datetime, ensemble: Ensemble | None = None) -> list[Explained]:
    """The causes of many differences, in their order: the same as one by one, and much faster.

    `ensemble` is asked in place of the shipped model. Raises ModelError as `explain` does.
    """
    return explain_and_tell(known, as_of, ensemble)[0]


def explain_and_tell(
    known: Sequence[Known], as_of: datetime, ensemble: Ensemble | None = None
) -> tuple[list[Explained], Vector]:
    """The causes as by `explain_all`, and what models see of each difference: its row of features."""
    cases = [Case(each.difference, each.attribution, as_of, vocabulary()) for each in known]
    seen = [see(case) for case in cases]
    matrix = matrix_of(cases, seen)
    if not known:
        return [], matrix
    model = ensemble or shipped()
    opinions = model.opinions(matrix, seen) if model else list(map(transparent.opinion_of, seen))
    opinions = [
        _with_word(_with_habits(opinion, each.prior), each.word) for opinion, each in zip(opinions, known, strict=True)
    ]
    opinions = _with_sittings(opinions, known, model.pooling.shared if model else SHARED)
    voice = model.voice if model else transparent.voice()
    causes = [cause_of(opinion, voice) for opinion in opinions]
    return [(cause, ruled_out(cause)) for cause in causes], matrix


def _with_sittings(opinions: Sequence[Opinion], known: Sequence[Known], shared: float) -> list[Opinion]:
    """The opinions, each moved by what the other drifts say that the same caller made in the same sitting."""
    moved = list(opinions)
    own = np.array([[opinion.distribution[category] for category in Category] for opinion in opinions])
    for place, what in heard(own, sittings_of(each.attribution for each in known), shared).items():
        moved[place] = _hearing(opinions[place], what, known[what.strongest].difference, opinions[what.strongest])
    return moved


def _hearing(opinion: Opinion, what: Heard, strongest: Difference, said: Opinion) -> Opinion:
    weights = {category: round(math.log(factor), 3) for category, factor in zip(Category, what.factors, strict=True)}
    category = max(Category, key=lambda each: said.distribution[each])
    name = strongest.resource.address or strongest.resource.name or strongest.resource.id
    called = f"{name}, by itself called {category.value.replace('_', ' ')} {said.distribution[category]:.0%}"
    drifts = f"{what.others} other drifts, among them" if what.others > 1 else "1 other drift,"
    signal = Signal("same_sitting", f"same sitting: {drifts} {called}", weights)
    distribution = _weighted(opinion.distribution, dict(zip(Category, what.factors.tolist(), strict=True)))
    return structs.replace(opinion, distribution=distribution, signals=(signal, *opinion.signals))


def _with_habits(opinion: Opinion, prior: Prior | None) -> Opinion:
    """The opinion moved by what was confirmed before."""
    if prior is None or not prior.confirmations:
        return opinion
    weights = {category: round(math.log(prior.factor(category)), 3) for category in Category}
    provisional = f", provisional until there are {PROVISIONAL_BELOW}" if prior.is_provisional else ""
    reason = f"by what people confirmed here before ({prior.confirmations}{provisional})"
    habit = Signal("confirmed_before", reason, weights)
    return structs.replace(opinion, distribution=prior.moved(opinion.distribution), signals=(*opinion.signals, habit))


def _with_word(opinion: Opinion, word: Feedback | None) -> Opinion:
    """The opinion moved by what a person said of this very drift: the strongest evidence there is, and no more."""
    if word is None:
        return opinion
    said = Signal("person_said", f"{word.by} looked into it and says so", {word.category: _WORD})
    distribution = _weighted(opinion.distribution, {word.category: math.exp(_WORD)})
    return structs.replace(opinion, distribution=distribution, signals=(said, *opinion.signals))


def _weighted(distribution: Mapping[Category, float], factors: Mapping[Category, float]) -> dict[Category, float]:
    """The distribution with the odds of causes multiplied by factors; those without one stay."""
    weighted = {category: share * factors.get(category, 1.0) for category, share in distribution.items()}
    total = sum(weighted.values())
    return {category: weight / total for category, weight in weighted.items()}
