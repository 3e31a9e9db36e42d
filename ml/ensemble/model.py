"""The trees of the ensemble, and what they say. xgboost is imported when the first model is loaded, not before."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from msgspec import Struct

from engine.errors import ModelError
from engine.model import Category
from ml.ensemble.checks import check_trees
from ml.ensemble.pooling import Pooling, Table, decode_pooling
from ml.ensemble.said import opinions_from
from ml.features import Vector, feature_names, learnable, thin
from ml.registry import Manifest, load
from ml.transparent import opinion_of
from ml.verdict import Opinion, Voice

if TYPE_CHECKING:
    from xgboost import Booster, DMatrix

SHIPPED = Path(__file__).parent.parent / "shipped" / "cause"

#: The files of a model.
TREES, FOREST, POOLING = "trees.ubj", "forest.ubj", "pooling.json"


class Said(Struct, frozen=True):
    """What the ensemble says of some cases, one row each.

    probabilities: of the categories. contributions: what each feature, and last the base, adds to a category's
    log-odds, by the trees' exact Shapley values: cases × categories × features. trust: in what is known of the case.
    """

    probabilities: Table
    contributions: Table
    trust: Table


class Ensemble:
    """A trained ensemble."""

    def __init__(self, manifest: Manifest, trees: "Booster", forest: "Booster", pooling: Pooling) -> None:
        self.manifest = manifest
        self.pooling = pooling
        self._trees = trees
        self._forest = forest
        #: Which of this version's features it learned from: there may be more by now.
        self._columns = [feature_names().index(name) for name in manifest.features]

    def probabilities(self, matrix: Vector, evidence: Table) -> Table:
        """The distribution of each row, given what the evidence model says of it."""
        trees, forest = self.voices(matrix)
        return self.pooling.pooled(trees, forest, evidence, thin(matrix))

    def voices(self, matrix: Vector) -> tuple[Table, Table]:
        """What the trees and the forest say alone."""
        data = self._data(matrix)
        return self._trees.predict(data), self._forest.predict(data)

    @property
    def voice(self) -> Voice:
        """What reports say of this model."""
        return Voice(self.manifest.label, self.manifest.trained_on, self.pooling.possible_from)

    def opinions(self, matrix: Vector, seen: Sequence[Mapping[str, str]]) -> list[Opinion]:
        """What the ensemble says of cases, in their order, by their features and the signals that were seen."""
        evidence = [opinion_of(each) for each in seen]
        table = np.array([[opinion.distribution[category] for category in Category] for opinion in evidence])
        said = self.say(matrix, table)
        shares = self.pooling.evidence * said.trust
        return opinions_from(said.probabilities, said.contributions, matrix, evidence, shares)

    def say(self, matrix: Vector, evidence: Table) -> Said:
        """The same, with what each feature contributed."""
        data = self._data(matrix)
        contributions = self.pooling.trees * self._contributions(self._trees, data)
        contributions += self.pooling.forest * self._contributions(self._forest, data)
        trust = self.pooling.trust(thin(matrix))
        return Said(self.probabilities(matrix, evidence), contributions * trust[:, np.newaxis, np.newaxis], trust)

    def _data(self, matrix: Vector) -> "DMatrix":
        from xgboost import DMatrix

        # For a few rows, threads cost more than they save.
        return DMatrix(learnable(matrix)[:, self._columns], nthread=1 if len(matrix) < 100 else 0)

    def _contributions(self, booster: "Booster", data: "DMatrix") -> Table:
        """Of each feature of this version, and of the base; nothing of those that it never learned from."""
        found = booster.predict(data, pred_contribs=True).reshape(data.num_row(), len(Category), -1)
        contributions = np.zeros((data.num_row(), len(Category), len(feature_names()) + 1))
        contributions[:, :, [*self._columns, -1]] = found
        return contributions


def load_ensemble(folder: Path) -> Ensemble:
    """A model from its folder. Raises ModelError when it is not whole, or asks for features that are unknown here."""
    manifest, contents = load(folder)
    return ensemble_of(manifest, contents, str(folder))


def ensemble_of(manifest: Manifest, contents: Mapping[str, bytes], where: str) -> Ensemble:
    """A model from its manifest and files. Raises ModelError as `load_ensemble` does, naming `where` it lies."""
    if not set(manifest.features) <= set(feature_names()):
        raise ModelError(f"{where}: the model was trained on features that this version does not have; train it again")
    try:
        pooling = decode_pooling(contents[POOLING])
        trees, forest = (_booster(contents[name], len(manifest.features)) for name in (TREES, FOREST))
    except (KeyError, msgspec.DecodeError, ValueError) as error:
        raise ModelError(f"{where}: is no model of causes ({error}); train or install it again") from error
    return Ensemble(manifest, trees, forest, pooling)


@cache
def shipped() -> Ensemble | None:
    """The model that comes with this version; None where there is none. Raises ModelError when it is damaged."""
    return load_ensemble(SHIPPED) if SHIPPED.is_dir() else None


def _booster(content: bytes, features: int) -> "Booster":
    check_trees(content, features, len(Category))
    from xgboost import Booster

    booster = Booster()
    booster.load_model(bytearray(content))
    return booster
