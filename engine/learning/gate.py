"""The gate of a store: a registered model against the one in use, on the shipped evaluation and held-out feedback."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.learning.challenge import Model, Verdict, judge
from engine.learning.feedback import samples_of, split, suspicions
from engine.learning.in_use import in_use
from engine.learning.registry import folder_of, load_registered
from ml.ensemble.model import SHIPPED, ensemble_of, shipped
from ml.ensemble.pooling import Table
from ml.features import Vector
from ml.registry import load
from ml.training.samples import EVALUATION, Samples, decode_samples

if TYPE_CHECKING:
    from engine.store.ledger import Ledger
    from engine.store.records import ModelRecord


class _EvidenceModel:
    """The evidence model, which is in use where no learned one is."""

    def probabilities(self, matrix: Vector, evidence: Table) -> Table:
        """Its own word."""
        return evidence


def challenge(store: Path, ledger: "Ledger", record: "ModelRecord") -> Verdict:
    """What the gate says of a registered model. Raises ModelError when it, or the shipped one, is damaged."""
    manifest, files = load_registered(store, record)
    challenger = ensemble_of(manifest, files, str(folder_of(store, record.name, record.version)))
    feedback = ledger.feedback()
    _, held_out = split(feedback)
    return judge(
        _champion(store, ledger),
        challenger,
        evaluation=shipped_evaluation(),
        held_out=samples_of(held_out),
        suspicions=suspicions(feedback),
    )


def shipped_evaluation() -> Samples:
    """The drifts that come with DriftGuard for models to be held against; none where no model is shipped."""
    if not SHIPPED.is_dir():
        return samples_of(())
    manifest, files = load(SHIPPED)
    if EVALUATION not in files:
        return samples_of(())
    return decode_samples(files[EVALUATION], str(SHIPPED), manifest.features)


def _champion(store: Path, ledger: "Ledger") -> Model:
    return in_use(store, ledger, "").ensemble or shipped() or _EvidenceModel()
