"""Watching a model at work: whether drifts still look like those it learned from, and whether people agree with it.

Population stability compares how a feature is spread now with how it was in training: the sum over its bins of
(now - then) * ln(now / then), what is missing being a bin of its own. Below 0.1 nothing moved, from 0.25 on the model
meets what it was not made for.

People do not confirm drifts at random, so an accuracy on feedback is held against what the model itself had said of
those very drifts: the mean of its confidences. A calibrated model is right as often as it says.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import NormalDist

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.model import Feedback

#: The file of a model that holds its features' spreads.
SPREADS = "spreads.json"
#: From here on a feature's spread has moved so far that what was learned of it may not hold.
MOVED = 0.25
#: Confirmations that are looked at together, newest first; fewer than `ENOUGH` say nothing yet.
WINDOW = 50
ENOUGH = 20
#: With fewer drifts than this chance alone moves the spread of their features.
ENOUGH_ROWS = 200
#: A model that is right as often as it says is taken for degraded once in so many looks.
_FALSE_ALARM = 0.01

_BINS = 10
_CONFIDENCE_BINS = 10
#: Keeps the logarithm of an empty bin finite; about one drift in a thousand.
_FLOOR = 1e-3
_MOST_FEATURES = 1_000


class Spread(Struct, frozen=True, forbid_unknown_fields=True):
    """How a feature was spread in training: the upper edges of its bins, and the share of each bin.

    There is a bin above the last edge, and one for what was missing: two more shares than edges.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]


class Performance(Struct, frozen=True):
    """How well a model did on what people confirmed, between the first and the last of it.

    `accuracy` is the share that was named right, `expected` what the model's own confidences had promised. `ece` is
    the expected calibration error: by how much the two differ, on average over ten bins of confidence.
    """

    count: int
    accuracy: float
    expected: float
    ece: float
    first_at: datetime
    last_at: datetime


class Alert(Struct, frozen=True):
    """What somebody should know of a model at work. `name` is for rules, `says` for people."""

    name: str
    says: str


def spreads_of(matrix: NDArray[np.float32], names: Sequence[str]) -> dict[str, Spread]:
    """How each feature (a column) is spread, for later comparison."""
    return {name: _spread(matrix[:, column]) for column, name in enumerate(names)}


def encode_spreads(spreads: Mapping[str, Spread]) -> bytes:
    """The spreads as a file of a model."""
    return msgspec.json.encode(spreads, order="deterministic")


def decode_spreads(body: bytes) -> dict[str, Spread]:
    """The spreads in a file of a model. Raises ModelError when they are none."""
    try:
        spreads = msgspec.json.decode(body, type=dict[str, Spread])
    except msgspec.DecodeError as error:
        raise ModelError(f"the spreads of a model's features cannot be read ({error}); train it again") from error
    if len(spreads) > _MOST_FEATURES or not all(map(_is_whole, spreads.values())):
        raise ModelError("the spreads of a model's features do not fit together; train it again")
    return spreads


def stability(spreads: Mapping[str, Spread], rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The population stability index of each feature, the most moved first. In a row, what is not there is missing."""
    if not rows:
        return {}
    found = {}
    for name, spread in spreads.items():
        now = _shares(np.array([row.get(name, math.nan) for row in rows]), np.array(spread.edges))
        found[name] = _index(np.array(spread.shares), now)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def performance(feedback: Sequence[Feedback]) -> Performance | None:
    """How well the causes of these drifts were named; None without any."""
    if not feedback:
        return None
    right = np.array([not given.is_correction for given in feedback], dtype=float)
    said = np.array([given.distribution[given.named] for given in feedback])
    times = [given.at for given in feedback]
    return Performance(
        count=len(feedback),
        accuracy=float(right.mean()),
        expected=float(said.mean()),
        ece=_calibration_error(said, right),
        first_at=min(times),
        last_at=max(times),
    )


def over_time(feedback: Sequence[Feedback]) -> list[Performance]:
    """The performance in windows of `WINDOW` confirmations, the newest last; the first window may hold fewer."""
    ordered = sorted(feedback, key=lambda given: given.at)
    ends = range(len(ordered), 0, -WINDOW)
    windows = [ordered[max(0, end - WINDOW) : end] for end in reversed(ends)]
    return [found for found in map(performance, windows) if found is not None]


def alerts(
    feedback: Sequence[Feedback], spreads: Mapping[str, Spread], rows: Sequence[Mapping[str, float]]
) -> list[Alert]:
    """What is wrong with a model at work, as far as its last confirmations and the last drifts' features tell."""
    return [alert for alert in (_degraded(feedback), _moved(spreads, rows)) if alert is not None]


def _degraded(feedback: Sequence[Feedback]) -> Alert | None:
    """Whether the last confirmations were named right less often than chance explains, by the model's own word."""
    recent = sorted(feedback, key=lambda given: given.at)[-WINDOW:]
    found = performance(recent)
    if found is None or found.count < ENOUGH:
        return None
    said = np.array([given.distribution[given.named] for given in recent])
    deviation = math.sqrt(float((said * (1 - said)).sum())) or 1.0
    lacking = (found.expected - found.accuracy) * found.count
    if lacking / deviation <= NormalDist().inv_cdf(1 - _FALSE_ALARM):
        return None
    right = round(found.accuracy * found.count)
    return Alert(
        "accuracy degraded",
        f"of the last {found.count} confirmed causes {right} had been named right ({found.accuracy:.0%}), where the "
        f"model was {found.expected:.0%} sure: train it with what was confirmed, or go back to the model before",
    )


def _moved(spreads: Mapping[str, Spread], rows: Sequence[Mapping[str, float]]) -> Alert | None:
    if len(rows) < ENOUGH_ROWS:
        return None
    moved = [name for name, index in stability(spreads, rows).items() if index >= MOVED]
    # A few features always move from one estate to the next; it is many at once that make a case strange.
    if len(moved) <= len(spreads) // 4:
        return None
    return Alert(
        "features moved",
        f"{len(moved)} of {len(spreads)} features are spread otherwise than in training, most of all "
        f"{', '.join(moved[:3])}: the model meets drifts that it was not made for",
    )


def _spread(column: NDArray[np.float32]) -> Spread:
    known = column[~np.isnan(column)]
    quantiles = np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1]) if len(known) else np.empty(0)
    edges = np.unique(quantiles.astype(float))
    return Spread(tuple(edges.tolist()), tuple(_shares(column.astype(float), edges).tolist()))


def _shares(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of each bin, an edge belonging to the bin below it; the last is what is missing."""
    bins = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
    counts: NDArray[np.float64] = np.bincount(bins, minlength=len(edges) + 2) / max(len(values), 1)
    return counts


def _index(then: NDArray[np.float64], now: NDArray[np.float64]) -> float:
    then, now = np.maximum(then, _FLOOR), np.maximum(now, _FLOOR)
    return float(((now - then) * np.log(now / then)).sum())


def _calibration_error(said: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    bins = np.minimum((said * _CONFIDENCE_BINS).astype(int), _CONFIDENCE_BINS - 1)
    gaps = [abs(said[bins == each].sum() - right[bins == each].sum()) for each in np.unique(bins)]
    return float(sum(gaps) / len(said))


def _is_whole(spread: Spread) -> bool:
    rising = all(before < after for before, after in zip(spread.edges, spread.edges[1:], strict=False))
    finite = all(map(math.isfinite, (*spread.edges, *spread.shares)))
    return rising and finite and len(spread.shares) == len(spread.edges) + 2 and min(spread.shares) >= 0
