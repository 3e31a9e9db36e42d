"""What a scan explains causes by: the model in use, and the habits of the estate."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from engine.errors import ModelError
from engine.learning.registry import CAUSE, load_registered
from engine.model import Feedback
from ml.prior import Priors
from ml.registry import Manifest

if TYPE_CHECKING:
    from engine.store.ledger import Ledger
    from ml.ensemble import Ensemble


class InUse:
    """The model in use and the habits of one estate: without anything given, the shipped model and no habits.

    `words` are what people said of drifts, by their ids. `problem` says why a promoted model is not used: the shipped
    one stands in for it.
    """

    def __init__(
        self,
        feedback: Sequence[Feedback] = (),
        promoted: tuple[Manifest, Mapping[str, bytes]] | None = None,
        problem: str = "",
    ) -> None:
        self.priors = Priors(feedback)
        self.words = {given.drift_id: given for given in feedback}
        self.problem = problem
        self._feedback = feedback
        self._promoted = promoted

    @cached_property
    def ensemble(self) -> "Ensemble | None":
        """The promoted model; None for the shipped one. Raises ModelError when it is none for all that."""
        from ml.ensemble.model import ensemble_of

        return ensemble_of(*self._promoted, self._promoted[0].label) if self._promoted else None

    @property
    def mark(self) -> str:
        """Changes when causes could be told otherwise."""
        words = [(given.drift_id, given.category, given.named) for given in self._feedback]
        files = self._promoted[0].files if self._promoted else {}
        return msgspec.json.encode((files, self.problem, words)).decode()


def in_use(store: Path, ledger: "Ledger", estate: str) -> InUse:
    """What is in use in a store for an estate. A promoted model that is damaged is told, never raised."""
    feedback = ledger.feedback(estate)
    champion = ledger.champion(CAUSE)
    if champion is None:
        return InUse(feedback)
    try:
        return InUse(feedback, load_registered(store, champion))
    except ModelError as error:
        return InUse(feedback, problem=str(error))
