"""Fits the calibration of the risk model on `rules/risk_cases.toml` and measures it; `python -m ml.risk_fit` prints it.

A fit is measured on types that it has not seen: the cases of every type in turn are left out and then predicted.
"""

import sys
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.model import Category, Cause, Change, Difference, DriftKind, ResourceRef, Surroundings
from ml.risk import Calibration, load_risk, log_odds, terms_of
from ml.severity_rules import shipped_rules
from ml.surroundings import surroundings_of

Numbers = NDArray[np.float64]

#: Nothing is known of why: each cause is as likely as any.
_ANY_CAUSE = Cause(Category.MANUAL_TROUBLESHOOTING, 0.2, (0.0, 1.0), dict.fromkeys(Category, 0.2), "none@0")
#: How firmly the slope is held to 1 and the intercept to 0, in cases: there are too few to go far from them.
_FIRMNESS = 5.0
_BINS = 5


class RiskCase(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One documented behaviour: a drift, whether leaving it or putting it back disturbs, and because of what."""

    type: str
    disturbs: bool
    because: str
    kind: DriftKind = DriftKind.MODIFIED
    path: str = ""
    declared: Any = None
    actual: Any = None

    @property
    def difference(self) -> Difference:
        """The drift of the case."""
        provider = self.type.partition("_")[0] if "/" not in self.type else "kubernetes"
        changes = (Change(self.path, self.declared, self.actual),) if self.path else ()
        return Difference(ResourceRef(provider, self.type, "x"), self.kind, changes)


class _Cases(Struct, frozen=True, forbid_unknown_fields=True):
    cases: list[RiskCase]


def load_cases() -> list[RiskCase]:
    """The shipped cases."""
    return msgspec.toml.decode(files("ml").joinpath("rules", "risk_cases.toml").read_bytes(), type=_Cases).cases


def fit_calibration() -> Calibration:
    """The calibration that the cases give, with its scores on types that were left out."""
    cases = load_cases()
    odds = np.array([_odds(case.difference) for case in cases])
    truth = np.array([float(case.disturbs) for case in cases])
    said = np.empty_like(truth)
    for name in {case.type for case in cases}:
        out = np.array([case.type == name for case in cases])
        said[out] = _apply(_fit(odds[~out], truth[~out]), odds[out])
    slope, intercept = _fit(odds, truth)
    return Calibration(
        slope=round(float(slope), 3),
        intercept=round(float(intercept), 3),
        cases=len(cases),
        brier=round(float(np.mean((said - truth) ** 2)), 3),
        chance=round(float(np.var(truth)), 3),
        calibration_error=round(_calibration_error(said, truth), 3),
        measured_on=load_risk().calibration.measured_on,
    )


def _odds(difference: Difference) -> float:
    nothing: Surroundings = surroundings_of(difference)
    return log_odds(shipped_rules().matches(difference), terms_of(difference, nothing), _ANY_CAUSE)


def _fit(odds: Numbers, truth: Numbers) -> Numbers:
    """Slope and intercept by Newton's method, held to 1 and 0."""
    columns = np.column_stack([odds, np.ones_like(odds)])
    start = np.array([1.0, 0.0])
    weights = start.copy()
    for _ in range(30):
        said = _apply(weights, odds)
        slope = columns.T @ (said - truth) + _FIRMNESS * (weights - start)
        bend = (columns * (said * (1 - said))[:, None]).T @ columns + _FIRMNESS * np.eye(2)
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def _apply(weights: Numbers, odds: Numbers) -> Numbers:
    said: Numbers = 1 / (1 + np.exp(-(weights[0] * odds + weights[1])))
    return said


def _calibration_error(said: Numbers, truth: Numbers) -> float:
    """The mean distance of what is said from what is true, over equal shares of the cases in order of what is said."""
    shares = np.array_split(np.argsort(said, kind="stable"), _BINS)
    return float(sum(len(share) * abs(said[share].mean() - truth[share].mean()) for share in shares) / len(said))


if __name__ == "__main__":
    fitted = msgspec.to_builtins(fit_calibration())
    sys.stdout.write("".join(f"{name} = {msgspec.json.encode(value).decode()}\n" for name, value in fitted.items()))
