"""What a scan explains causes by: the model in use, and the habits of the estate."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

from engine.errors import ModelError
from engine.learning.registry import CAUSE, folder_of, load_registered
from engine.model import Feedback
from ml.ensemble import Ensemble
from ml.ensemble.model import ensemble_of
from ml.prior import Priors

if TYPE_CHECKING:
    from engine.store.ledger import Ledger
    from engine.store.records import ModelRecord


class InUse(Struct, frozen=True):
    """The model in use, None for the shipped one, and the habits of one estate. `mark` changes when either does.

    `problem` says why a promoted model is not used: the shipped one stands in for it.
    """

    ensemble: Ensemble | None = None
    priors: Priors = field(default_factory=Priors)
    mark: str = ""
    problem: str = ""


def in_use(store: Path, ledger: "Ledger", estate: str) -> InUse:
    """What is in use in a store for an estate. A promoted model that is damaged is told, never raised."""
    feedback = ledger.feedback(estate)
    champion = ledger.champion(CAUSE)
    ensemble, problem = _load(store, champion)
    return InUse(ensemble, Priors(feedback), _mark(feedback, champion, problem), problem)


def _load(store: Path, champion: "ModelRecord | None") -> tuple[Ensemble | None, str]:
    if champion is None:
        return None, ""
    try:
        manifest, files = load_registered(store, champion)
        where = str(folder_of(store, champion.name, champion.version))
        return ensemble_of(manifest, files, where), ""
    except ModelError as error:
        return None, str(error)


def _mark(feedback: list[Feedback], champion: "ModelRecord | None", problem: str) -> str:
    words = [(given.drift_id, given.category, given.named) for given in feedback]
    return msgspec.json.encode((champion.sha256 if champion else "", problem, words)).decode()
