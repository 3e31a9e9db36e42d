"""What people confirmed, as data to learn from and to be measured on, and batches of it that nobody should trust."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b
from statistics import NormalDist

import numpy as np
from msgspec import Struct

from engine.model import Category, Feedback
from ml.ensemble.pooling import Table
from ml.features import feature_names
from ml.signals import SIGNALS
from ml.training.samples import Samples
from ml.transparent import distribution_of, signals_of

#: One in so many confirmations is never learned from, so that models can be held against it.
_HELD_OUT_OF = 4
#: Corrections that are too few to tell whether they make sense.
_FEW = 10
#: How little of a model's second choice is believed: it says well what a cause is, and less well what else it may be.
_DOUBT = 0.2
#: A batch of honest corrections is suspected once in so many.
_FALSE_SUSPICION = 0.001


class Suspicion(Struct, frozen=True):
    """A batch of one person's corrections, of one day or of all days, that does not look like an honest one.

    `unlikely` of its `corrections` name a cause that the model had left less than an even share of what remained
    beside the named one. `chance` is how likely corrections by the model's other choices would fit as badly.
    """

    by: str
    first: date
    last: date
    corrections: int
    unlikely: int
    chance: float

    @property
    def says(self) -> str:
        """The suspicion in a sentence."""
        when = f"on {self.first}" if self.first == self.last else f"from {self.first} to {self.last}"
        return (
            f"{self.unlikely} of {self.corrections} corrections by {self.by} {when} name a cause that hardly anything "
            "speaks for"
        )


def split(feedback: Iterable[Feedback]) -> tuple[list[Feedback], list[Feedback]]:
    """What may be learned from, and what is held out. Which a drift belongs to never changes."""
    learned: list[Feedback] = []
    held_out: list[Feedback] = []
    for given in feedback:
        (held_out if _is_held_out(given.drift_id) else learned).append(given)
    return learned, held_out


def samples_of(feedback: Iterable[Feedback]) -> Samples:
    """Confirmed drifts as samples. One whose features were not recorded is left out; a feature it lacks is missing."""
    usable = [given for given in feedback if given.features]
    names = feature_names()
    rows = [[given.features.get(name, math.nan) for name in names] for given in usable]
    matrix = np.array(rows, dtype=np.float32).reshape(len(usable), len(names))
    order = list(Category)
    return Samples(
        features=matrix,
        evidence=_evidence(usable),
        causes=np.array([order.index(given.category) for given in usable], dtype=np.int8),
        processes=np.full(len(usable), "confirmed"),
        estates=np.array([given.estate for given in usable], dtype=str),
        lacking=np.full(len(usable), ""),
        sittings=np.full(len(usable), ""),
        complete=np.ones(len(usable), dtype=bool),
    )


def suspicions(feedback: Iterable[Feedback]) -> list[Suspicion]:
    """The batches of corrections that contradict what the model had left open, the least honest first.

    People correct what is wrong, so that they disagree says nothing. But the causes they put in place of the named
    one are mostly those that the model held likeliest beside it; labels given at random or in bad faith are not.
    """
    batches: dict[tuple[str, date | None], list[Feedback]] = defaultdict(list)
    for given in feedback:
        if given.is_correction:
            batches[given.by, given.at.date()].append(given)
            batches[given.by, None].append(given)  # who is patient gives a few a day
    found = {_suspicion(by, batch) for (by, _), batch in batches.items() if len(batch) >= _FEW}
    return sorted((each for each in found if each.chance < _FALSE_SUSPICION), key=lambda each: (each.chance, each.by))


def _suspicion(by: str, batch: Sequence[Feedback]) -> Suspicion:
    fit, expected, variance = 0.0, 0.0, 0.0
    unlikely = 0
    for given in batch:
        left = _left_open(given)
        logs = {category: math.log(share) for category, share in left.items()}
        mean = sum(share * logs[category] for category, share in left.items())
        fit += logs[given.category]
        expected += mean
        variance += sum(share * (logs[category] - mean) ** 2 for category, share in left.items())
        unlikely += left[given.category] < 1 / len(left)
    deviation = math.sqrt(variance) or 1.0
    days = [given.at.date() for given in batch]
    return Suspicion(
        by=by,
        first=min(days),
        last=max(days),
        corrections=len(batch),
        unlikely=unlikely,
        chance=NormalDist().cdf((fit - expected) / deviation),
    )


def _left_open(given: Feedback) -> dict[Category, float]:
    """How likely each other cause was, given that the named one is wrong."""
    others = [category for category in Category if category is not given.named]
    rest = sum(given.distribution.get(category, 0.0) for category in others)
    even = 1 / len(others)
    return {
        category: (1 - _DOUBT) * (given.distribution.get(category, 0.0) / rest if rest else even) + _DOUBT * even
        for category in others
    }


def _evidence(feedback: Sequence[Feedback]) -> Table:
    """What the evidence model says of each drift: its signals are among the features."""
    rows = []
    for given in feedback:
        seen = {name: "" for name in SIGNALS if given.features.get(name) == 1}
        shares = distribution_of(signals_of(seen))
        rows.append([shares[category] for category in Category])
    return np.array(rows, dtype=float).reshape(len(rows), len(Category))


def _is_held_out(drift_id: str) -> bool:
    return blake2b(drift_id.encode(), digest_size=2).digest()[0] % _HELD_OUT_OF == 0
