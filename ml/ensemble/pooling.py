"""How the voices of the ensemble become one distribution: a weighted, tempered product, and what it leaves possible."""

from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

Table = NDArray[np.float64]
Thin = NDArray[np.bool_]

#: A voice that says "never" is taken to mean this; one that is certain must not silence the others.
_LEAST = 1e-4

#: The chance that a drift has the cause of its sitting, where nothing was measured. A judgement.
SHARED = 0.5

_Weight = Annotated[float, Meta(ge=0, le=5)]


class Pooling(Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of the voices' log-probabilities, chosen on drifts that no voice learned from.

    `trees`, `forest` and `evidence` are the voices; their sum says how far the pool trusts what they agree on.
    `thin` is what is left of that trust where no event explains the change. `doubt` is the chance that the voices
    that learned from generated estates know nothing of a case, in which the evidence model alone counts.
    `possible_from` is the probability from
    which on a cause belongs to the conformal set: on those drifts, the true cause was in it in 95 % at least.
    `shared` is the chance that a drift has the cause of the sitting in which it was made (`ml.sittings`).
    """

    trees: _Weight
    forest: _Weight
    evidence: _Weight
    thin: Annotated[float, Meta(ge=0, le=1)]
    doubt: Annotated[float, Meta(ge=0, le=1)]
    possible_from: Annotated[float, Meta(ge=0, le=1)]
    shared: Annotated[float, Meta(ge=0, le=0.9)] = SHARED

    def pooled(self, trees: Table, forest: Table, evidence: Table, is_thin: Thin) -> Table:
        """One distribution for each row of the three; `is_thin` marks rows whose change no event explains."""
        scores = self.trees * logs(trees) + self.forest * logs(forest) + self.evidence * logs(evidence)
        learned = softmax(scores * self.trust(is_thin)[:, np.newaxis])
        return (1 - self.doubt) * learned + self.doubt * evidence

    def trust(self, is_thin: Thin) -> Table:
        """How far each row is trusted."""
        return np.where(is_thin, self.thin, 1.0)


def decode_pooling(content: bytes) -> Pooling:
    """Raises msgspec.DecodeError when the content is no pooling or a number is out of bounds."""
    return msgspec.json.decode(content, type=Pooling)


def logs(probabilities: Table) -> Table:
    """Log-probabilities, none below that of `_LEAST`."""
    return np.log(np.clip(probabilities, _LEAST, 1.0))


def softmax(scores: Table) -> Table:
    """Each row of scores as a distribution."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Table = raised / raised.sum(axis=1, keepdims=True)
    return shares
