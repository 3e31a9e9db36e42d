"""Training an ensemble: from samples to the files of a model."""

import msgspec

from ml.ensemble.model import FOREST, POOLING, TREES, Ensemble, ensemble_of
from ml.features import feature_names, learnable, thin
from ml.monitoring import SPREADS, encode_spreads, spreads_of
from ml.registry import Manifest
from ml.training.calibrate import calibrate
from ml.training.fit import fit_forest, fit_trees, varied
from ml.training.samples import EVALUATION, Samples, encode_samples


def train(training: Samples, validation: Samples, evaluation: Samples, seed: int) -> dict[str, bytes]:
    """The files of a model: its voices from the training samples, how they are pooled from the validation samples.

    The evaluation samples are kept beside them, for later models to be held against. The same samples and seed give
    the same files.
    """
    import xgboost

    taught = varied(training, seed)
    trees, forest = fit_trees(taught, seed), fit_forest(taught, seed)
    data = xgboost.DMatrix(learnable(validation.features), nthread=1)
    pooling = calibrate(
        trees.predict(data),
        forest.predict(data),
        validation.evidence,
        thin(validation.features),
        validation.causes,
        validation.places_of_sittings(),
    )
    return {
        TREES: bytes(trees.save_raw("ubj")),
        FOREST: bytes(forest.save_raw("ubj")),
        POOLING: msgspec.json.encode(pooling),
        SPREADS: encode_spreads(spreads_of(training.features, feature_names())),
        EVALUATION: encode_samples(evaluation),
    }


def as_model(manifest: Manifest, files: dict[str, bytes]) -> Ensemble:
    """The model that the files hold."""
    return ensemble_of(manifest, files, manifest.label)
