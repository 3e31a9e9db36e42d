"""How well a model names causes on organisations that it never saw, and in part on processes that it never saw."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.learning.dataset import KEPT_FOR_TEST, LACKS, Plan, Tell, samples_for
from engine.model import Category
from ml.ensemble import Ensemble
from ml.ensemble.pooling import Table
from ml.evidence import evidence_table
from ml.features import feature_names, feature_table
from ml.training.metrics import Score, score
from ml.training.samples import Samples, joined

#: From this confidence on a cause is named at all; below it counts as undetermined.
DETERMINED = 0.5
#: A question of one field has so many answers at most.
_ANSWERS = 5
_PARTS = 3


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


class Rule(Struct, frozen=True):
    """A signal taken alone for a cause. right: how often it then is that cause. found: how much of it that finds."""

    signal: str
    category: Category
    right: float
    found: float


class Field(Struct, frozen=True):
    """A single field taken alone: the accuracy of the best questions to it, over all causes."""

    name: str
    accuracy: float


class Sets(Struct, frozen=True):
    """The conformal sets: how often the true cause is in them, and how many causes they hold on average."""

    coverage: float
    size: float


class Evaluation(Struct, frozen=True):
    """What was measured. `voices` begins with the whole ensemble; the others are what it is made of, each alone."""

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
        rules=_rules(whole),
        fields=_fields(whole),
    )


def _said(model: Ensemble, samples: Samples) -> Table:
    return model.probabilities(samples.features, samples.evidence)


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


def _rules(samples: Samples) -> tuple[Rule, ...]:
    """Each signal of the evidence model as a rule for the cause that it speaks for most, the furthest first."""
    found = []
    for name, weighted in evidence_table().signal.items():
        category = max(weighted.weights, key=lambda each: weighted.weights[each])
        seen = samples.features[:, feature_names().index(name)] == 1
        true = samples.causes == list(Category).index(category)
        if seen.any() and true.any():
            found.append(Rule(name, category, float(true[seen].mean()), float(seen[true].mean())))
    return tuple(sorted(found, key=lambda rule: -_balance(rule)))


def _balance(rule: Rule) -> float:
    """The harmonic mean of how often a rule is right and how much it finds."""
    total = rule.right + rule.found
    return 2 * rule.right * rule.found / total if total else 0.0


def _fields(samples: Samples) -> tuple[Field, ...]:
    """How far each measure gets alone, on other estates than its questions were chosen on; the furthest first."""
    from sklearn.model_selection import GroupKFold
    from sklearn.tree import DecisionTreeClassifier

    names = list(feature_table())
    groups = min(_PARTS, len(np.unique(samples.estates)))
    if groups < 2:
        return ()
    parts = list(GroupKFold(groups).split(samples.features, samples.causes, samples.estates))

    def accuracy(column: NDArray[np.float32]) -> float:
        right = 0
        for taught, asked in parts:
            questions = DecisionTreeClassifier(max_leaf_nodes=_ANSWERS, random_state=0)
            questions.fit(column[taught], samples.causes[taught])
            right += int((questions.predict(column[asked]) == samples.causes[asked]).sum())
        return right / len(samples)

    fields = [Field(name, accuracy(samples.features[:, [place]])) for place, name in enumerate(names)]
    return tuple(sorted(fields, key=lambda field: -field.accuracy))
