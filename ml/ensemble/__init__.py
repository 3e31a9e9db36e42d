"""The learned cause: boosted trees, a random forest and the evidence model, pooled into one voice and calibrated.

pooling   how the voices become one distribution, and what it leaves possible; plain JSON, its bounds checked
model     the trees themselves, loaded with xgboost alone
said      what counted, in sentences
"""

from ml.ensemble.model import Ensemble, load_ensemble, shipped

__all__ = ["Ensemble", "load_ensemble", "shipped"]
