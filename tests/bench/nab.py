"""The standard score of the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015).

A detection inside a labelled window is worth the more the earlier it comes, and only the first of a window counts; one
outside costs the more the farther it lies behind the last window; a window without any costs one. What falls into the
first part of a series, its probation, is left out. One threshold, the best, holds for all series, and the sum is
scaled so that a detector that never detects gets 0 and a perfect one 100.
"""

import csv
import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

#: The weights of the standard profile.
TRUE_POSITIVE = 1.0
FALSE_POSITIVE = 0.11
FALSE_NEGATIVE = 1.0

_PROBATION_SHARE = 0.15
_PROBATION_MOST = 750
#: What a detection in a window may be worth at most before it is scaled: one at its very first point.
_BEST = 2 / (1 + math.exp(-5)) - 1


class Labelled(Struct, frozen=True):
    """A series and where it is anomalous: `windows` holds the first and the last index of each window, in order."""

    name: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    windows: tuple[tuple[int, int], ...]


class Score(Struct, frozen=True):
    """A score of 100 is perfect, 0 is that of no detection at all. A score at or above `threshold` is a detection."""

    score: float
    threshold: float
    found: int
    windows: int
    false: int


def read_corpus(folder: Path) -> list[Labelled]:
    """The series that `windows.json` of the folder names."""
    windows = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
    return [_read(folder, name, limits) for name, limits in windows.items()]


def _read(folder: Path, name: str, limits: list[tuple[str, str]]) -> Labelled:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    windows = tuple((times.index(datetime.fromisoformat(a)), times.index(datetime.fromisoformat(b))) for a, b in limits)
    return Labelled(name, tuple(times), tuple(float(row["value"]) for row in rows), windows)


def probation(length: int) -> int:
    """How many points at the beginning of a series are not scored."""
    return min(int(_PROBATION_SHARE * length), _PROBATION_MOST)


def score(corpus: Sequence[Labelled], scores: Mapping[str, Sequence[float]], threshold: float | None = None) -> Score:
    """The standard score of the scores of each series, by name; with the best threshold unless one is given."""
    points: list[tuple[float, float, tuple[str, int] | None]] = []
    total = 0
    for series in corpus:
        worths = _worths(series)
        start = probation(len(series.values))
        total += len({window for _, window in worths[start:] if window is not None})
        for given, (worth, window) in zip(scores[series.name][start:], worths[start:], strict=True):
            points.append((given, worth, None if window is None else (series.name, window)))
    if threshold is not None:
        points = [point for point in points if point[0] >= threshold]
    points.sort(key=lambda point: -point[0])
    return _sweep(points, total, threshold)


def _worths(series: Labelled) -> list[tuple[float, int | None]]:
    """What a detection at each point is worth, and the window that the point is in."""
    worths: list[tuple[float, int | None]] = [(-FALSE_POSITIVE, None)] * len(series.values)
    for number, (first, last) in enumerate(series.windows):
        width = last - first + 1
        for index in range(first, last + 1):
            worths[index] = (TRUE_POSITIVE * _sigmoid(-(last - index + 1) / width) / _BEST, number)
        following = series.windows[number + 1][0] if number + 1 < len(series.windows) else len(worths)
        for index in range(last + 1, following):
            worths[index] = (FALSE_POSITIVE * _sigmoid((index - last) / max(width - 1, 1)), None)
    return worths


def _sigmoid(position: float) -> float:
    """From 1 well inside a window (-1) over 0 at its end to -1 far behind it."""
    return 2 / (1 + math.exp(5 * position)) - 1 if position <= 3 else -1.0


def _sweep(
    points: Sequence[tuple[float, float, tuple[str, int] | None]], windows: int, threshold: float | None
) -> Score:
    """Lowers the threshold point by point; the best sum counts, or with a given threshold the last one."""
    best = Score(0.0, math.inf, 0, windows, 0)
    reward, cost, false = 0.0, 0.0, 0
    found: dict[tuple[str, int], float] = {}
    perfect = windows * (TRUE_POSITIVE + FALSE_NEGATIVE)
    for number, (given, worth, window) in enumerate(points):
        if window is None:
            cost += worth
            false += 1
        elif window not in found or found[window] < worth:
            reward += worth - found.get(window, -FALSE_NEGATIVE)
            found[window] = worth
        if number + 1 < len(points) and points[number + 1][0] == given:
            continue
        scaled = 100 * (reward + cost) / perfect if perfect else 100 * cost
        if threshold is not None or scaled > best.score:
            best = Score(scaled, given if threshold is None else threshold, len(found), windows, false)
    return best
