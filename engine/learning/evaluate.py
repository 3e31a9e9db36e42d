"""How well a model names causes on organisations that it never saw, and in part on processes that it never saw."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from msgspec import Struct

from engine.learning.dataset import KEPT_FOR_TEST, LACKS, Plan, Tell, samples_for
from engine.learning.telltale import Field, Rule, fields, rules
from ml.ensemble import Ensemble
from ml.ensemble.pooling import Table
from ml.sittings import together
from ml.training.metrics import Score, score
from ml.training.samples import Samples, joined

#: From this confidence on a cause is named at all; below it counts as undetermined.
DETERMINED = 0.5


class Unseen(Struct, frozen=True):
    """What models are held against.

    whole: estates with all of their evidence. lacking: estates that lack a source each. plain, disguised: the same
    estates as they are, and with roles renamed and the texts of tickets shuffled.
    """

    whole: Samples
    lacking: Samples
    plain: Samples
    disguised: Samples


class Coverage(Struct, frozen=True):
    """How a model does without a source: how many it names at all, how often rightly, and how often over all."""

    lacking: str
    count: int
    named: float
    right_of_named: float
    right: float


class Sets(Struct, frozen=True):
    """The conformal sets: how often the true cause is in them, and how many causes they hold on average."""

    coverage: float
    size: float


class Evaluation(Struct, frozen=True):
    """What was measured. `voices` begins with the whole ensemble; the others are what it is made of, each alone.

    rules, fields: how far single ones get, the furthest first.
    """

    voices: Mapping[str, Score]
    kept_processes: Score
    everything: Score
    plain: Score
    disguised: Score
    coverage: tuple[Coverage, ...]
    sets: Sets
    rules: tuple[Rule, ...]
    fields: tuple[Field, ...]


def unseen_plans(estates: int, seed: int) -> tuple[Plan, Plan, Plan]:
    """Estates of the test pool: so many with all evidence, as many that lack some, and a third in disguise."""
    return (
        Plan("test", estates, seed),
        Plan("test", max(estates, len(LACKS)), seed + 1, LACKS),
        Plan("test", max(estates // 3, 1), seed, disguise=True),
    )


def unseen_estates(estates: int, seed: int, cache: Path | None = None, tell: Tell | None = None) -> Unseen:
    """What comes of `unseen_plans`. Raises ModelError when what is kept in `cache` cannot be read."""
    whole, lacking, disguised = (samples_for(plan, cache, tell) for plan in unseen_plans(estates, seed))
    plain = whole.where(np.isin(whole.estates, disguised.estates))
    return Unseen(whole, lacking, plain, disguised)


def evaluate(model: Ensemble, tests: Unseen) -> Evaluation:
    """Measures a model. What lacks evidence is only counted where it says so."""
    whole = tests.whole.where(tests.whole.complete)
    trees, forest = model.voices(whole.features)
    voices = {
        "ensemble": _said(model, whole),
        "boosted trees": trees,
        "random forest": forest,
        "evidence model": whole.evidence,
    }
    kept = whole.where(np.isin(whole.processes, list(KEPT_FOR_TEST)))
    every = joined([tests.whole, tests.lacking])
    return Evaluation(
        voices={name: score(said, whole.causes) for name, said in voices.items()},
        kept_processes=score(_said(model, kept), kept.causes),
        everything=score(_said(model, every), every.causes),
        plain=score(_said(model, tests.plain), tests.plain.causes),
        disguised=score(_said(model, tests.disguised), tests.disguised.causes),
        coverage=tuple(_coverage(model, tests.lacking, lack) for lack in np.unique(tests.lacking.lacking)),
        sets=_sets(model, every),
        rules=rules(whole),
        fields=fields(whole),
    )


def _said(model: Ensemble, samples: Samples) -> Table:
    """What the model says of each drift, those of one sitting heard together."""
    own = model.probabilities(samples.features, samples.evidence)
    return together(own, samples.places_of_sittings(), model.pooling.shared)


def _coverage(model: Ensemble, lacking: Samples, lack: str) -> Coverage:
    samples = lacking.where(lacking.lacking == lack)
    said = _said(model, samples)
    named = said.max(axis=1) >= DETERMINED
    right = said.argmax(axis=1) == samples.causes
    return Coverage(
        lacking=str(lack),
        count=len(samples),
        named=float(named.mean()),
        right_of_named=float(right[named].mean()) if named.any() else 0.0,
        right=float(right.mean()),
    )


def _sets(model: Ensemble, samples: Samples) -> Sets:
    said = _said(model, samples)
    possible = said >= model.pooling.possible_from
    possible[np.arange(len(said)), said.argmax(axis=1)] = True
    return Sets(
        coverage=float(possible[np.arange(len(said)), samples.causes].mean()), size=float(possible.sum(axis=1).mean())
    )
