"""The gate: a challenger takes the champion's place only where it is shown to be no worse.

Both are held against the shipped evaluation, whose truth nobody can edit, and against confirmed drifts that neither
has learned from. Labels given at random or in bad faith show in one of three places: in the batches that contradict
what the model had left open, in a challenger that does worse on the shipped evaluation, and in one that overlooks
what nobody authorised.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct

from engine.learning.feedback import Suspicion
from engine.model import Category
from ml.ensemble.pooling import Table
from ml.features import Vector
from ml.training.samples import Samples

#: By so much a challenger may do worse on the shipped evaluation: what another draw of it would give as well.
TOLERANCE = 0.01
#: By so much more of the unauthorised changes it may overlook.
_OVERLOOKED = 0.02
#: By so much more (nats a drift) the truth of held-out drifts may surprise it.
_SURPRISED = 0.01
#: Fewer confirmed drifts than this that were held out say nothing of which model is better.
ENOUGH = 20

_LEAST = 1e-6


class Model(Protocol):
    """What can be compared: a model that gives each row of features a distribution over the causes."""

    def probabilities(self, matrix: Vector, evidence: Table) -> Table:
        """A row for each row, a column for each category in their order. `evidence` is the evidence model's word."""
        ...


class Score(Struct, frozen=True):
    """How well a model did on some samples.

    `accuracy` is the share that it named right, `log_loss` the mean surprise at the truth in nats, `recall` the share
    of the unauthorised changes that it named so, None without any.
    """

    count: int
    accuracy: float
    log_loss: float
    recall: float | None


class Match(Struct, frozen=True):
    """What the champion and the challenger scored on the same samples."""

    champion: Score
    challenger: Score


class Verdict(Struct, frozen=True):
    """Whether a challenger may take the champion's place, and what speaks against it, each in a sentence."""

    evaluation: Match
    held_out: Match
    objections: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.objections


def judge(
    champion: Model, challenger: Model, *, evaluation: Samples, held_out: Samples, suspicions: Sequence[Suspicion] = ()
) -> Verdict:
    """Compares two models on the shipped evaluation and on held-out feedback.

    `suspicions` are those about the feedback that the challenger has learned from.
    """
    on_evaluation = Match(score(champion, evaluation), score(challenger, evaluation))
    on_held_out = Match(score(champion, held_out), score(challenger, held_out))
    objections = (
        *(suspicion.says for suspicion in suspicions),
        *_on_evaluation(on_evaluation),
        *_on_held_out(on_held_out),
    )
    return Verdict(on_evaluation, on_held_out, objections)


def score(model: Model, samples: Samples) -> Score:
    """How well a model does on samples."""
    if not len(samples):
        return Score(0, 0.0, 0.0, None)
    shares = model.probabilities(samples.features, samples.evidence)
    right = shares.argmax(axis=1) == samples.causes
    told = np.maximum(shares[np.arange(len(samples)), samples.causes], _LEAST)
    harmful = samples.causes == list(Category).index(Category.UNAUTHORIZED_CHANGE)
    return Score(
        count=len(samples),
        accuracy=float(right.mean()),
        log_loss=float(-np.log(told).mean()),
        recall=float(right[harmful].mean()) if harmful.any() else None,
    )


def _on_evaluation(match: Match) -> list[str]:
    old, new = match.champion, match.challenger
    found = []
    if not new.count:
        return ["there is no evaluation to compare the two on"]
    if new.accuracy < old.accuracy - TOLERANCE:
        found.append(
            f"on the shipped evaluation it names {new.accuracy:.1%} of the causes right, the model in use "
            f"{old.accuracy:.1%}"
        )
    if new.recall is not None and old.recall is not None and new.recall < old.recall - _OVERLOOKED:
        found.append(
            f"of the unauthorized changes of the shipped evaluation it finds {new.recall:.1%}, the model in use "
            f"{old.recall:.1%}"
        )
    return found


def _on_held_out(match: Match) -> list[str]:
    old, new = match.champion, match.challenger
    if new.count < ENOUGH:
        return [f"{new.count} confirmed drifts are held out, and it takes {ENOUGH} to tell which model is better"]
    found = []
    if new.accuracy < old.accuracy:
        found.append(
            f"of {new.count} confirmed drifts that were held out it names {new.accuracy:.1%} right, the model in use "
            f"{old.accuracy:.1%}"
        )
    if new.log_loss > old.log_loss + _SURPRISED:
        found.append(
            f"the truth of the held-out drifts surprises it more than the model in use (log loss {new.log_loss:.3f}, "
            f"{old.log_loss:.3f})"
        )
    return found
