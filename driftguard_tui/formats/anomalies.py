"""A scored series as a table, below a line that draws it."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from msgspec import Struct

from driftguard_tui import labels
from driftguard_tui.formats import Paper
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.collectors.series_csv import Row
from engine.correlate.anomaly import ANOMALOUS, Detector

_COLUMNS = ("TIME", "VALUE", "USUAL", "SCORE", "")
_MARK = "▲"
_HEIGHTS = "▁▂▃▄▅▆▇█"
_NOTHING = " "
#: Cells that the drawing takes at most.
_WIDEST = 80
_LONGEST_TIME = 40


class Scored(Struct, frozen=True):
    """A row with its score, as `ndjson` has it."""

    timestamp: str
    value: float | None
    score: float
    usual: float | None = None

    @property
    def is_anomalous(self) -> bool:
        return self.score >= ANOMALOUS


def scored(rows: Sequence[Row]) -> list[Scored]:
    """Each row with the score of its value; `usual` is what the value would have been expected to be."""
    detector = Detector()
    found = []
    for row in rows:
        if row.at is None:
            found.append(Scored(row.timestamp, row.value, 0.0))
            continue
        usual = detector.usual(row.at)
        score = round(detector.score(row.at, row.value), 6)
        found.append(Scored(row.timestamp, row.value, score, usual and usual[0]))
    return found


def render(series: Sequence[Scored], every: bool, paper: Paper) -> str:
    """The series drawn, its anomalies (or every row with these marked), and how many there are."""
    anomalies = [one for one in series if one.is_anomalous]
    values = labels.count(len(series), "value")
    total = f"{labels.count(len(anomalies), 'anomaly', 'anomalies')} in {values}\n"
    if not series:
        return total
    shown = series if every else anomalies
    lines = aligned([_COLUMNS, *map(_cells, shown)]).splitlines(keepends=True) if shown else []
    if paper.color and lines:
        body = [
            paper.paint(line, "bad") if one.is_anomalous else line for line, one in zip(lines[1:], shown, strict=True)
        ]
        lines = [paper.paint(lines[0], "strong"), *body]
    return "\n".join(part for part in (_drawing(series, paper), "".join(lines), total) if part)


def _cells(one: Scored) -> tuple[str, ...]:
    return (
        cut(plain(one.timestamp), _LONGEST_TIME),
        "" if one.value is None else f"{one.value:.6g}",
        "" if one.usual is None else f"{one.usual:.3g}",
        f"{one.score:.3f}",
        _MARK if one.is_anomalous else "",
    )


def _drawing(series: Sequence[Scored], paper: Paper) -> str:
    """The series from its first value to its last, and below it marks where it is anomalous."""
    known = [one.value for one in series if one.value is not None]
    if not known:
        return ""
    cells = min(len(series), paper.width or _WIDEST, _WIDEST)
    bounds = [len(series) * cell // cells for cell in range(cells + 1)]
    parts = [series[start:end] for start, end in pairwise(bounds)]
    middle, low, high = median(known), min(known), max(known)
    line = "".join(_height(part, middle, low, high) for part in parts)
    marks = "".join(_MARK if any(one.is_anomalous for one in part) else " " for part in parts).rstrip()
    return f"{line}\n{paper.paint(marks, 'bad')}\n" if marks else f"{line}\n"


def _height(part: Sequence[Scored], middle: float, low: float, high: float) -> str:
    """Of the values of a cell the one that is farthest from the middle."""
    values = [one.value for one in part if one.value is not None]
    if not values:
        return _NOTHING
    farthest = max(values, key=lambda value: abs(value - middle))
    share = (farthest - low) / (high - low) if high > low else 0.0
    return _HEIGHTS[round(share * (len(_HEIGHTS) - 1))]
