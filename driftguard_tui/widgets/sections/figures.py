"""The numbers of an overview, each with a word on it: what is read first."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import Line, Span, fit, width
from engine.model import SourceStatus
from engine.overview import Course, Standing, Took

#: The least space between two of them; there is more where there is room.
_GAP = 1
#: So many severities are told of, the gravest that there are.
_LEVELS = 2


class Figure(NamedTuple):
    """A number, what it is of, and a remark below it. `leads` says that the word comes before the number."""

    value: str
    noun: str
    remark: str = ""
    tone: str = "strong"
    leads: bool = False

    @property
    def line(self) -> Line:
        """Number and word."""
        value, noun = Span(self.value, self.tone), Span(self.noun, "")
        return (noun, Span(" "), value) if self.leads else (value, Span(" "), noun)

    @property
    def cells(self) -> int:
        """Its width."""
        return max(width(self.line), text.width(self.remark))


def figures(standing: Standing, course: Course, now: datetime) -> Iterator[Figure]:
    """All of them, those that matter most first. `now` is the time that is shown."""
    yield _open(standing)
    yield _new(course, now)
    yield _took(course.detect, "found in")
    yield _took(course.resolve, "resolved in")
    summary = standing.summary
    yield Figure(labels.percent(summary.coverage), "covered", f"{summary.declared:,} in code")
    yield _sources(standing)


def lines(shown: Iterator[Figure], cells: int) -> list[Line]:
    """Two lines; where not all have room, the last ones give way."""
    fitting: list[Figure] = []
    for figure in shown:
        if sum(one.cells + _GAP for one in (*fitting, figure)) - _GAP <= cells:
            fitting.append(figure)
    if not fitting:
        return []
    used = sum(figure.cells for figure in fitting)
    gap = min(8, (cells - used) // max(1, len(fitting) - 1))
    first: list[Span] = []
    second: list[Span] = []
    for figure in fitting:
        size = figure.cells + (gap if figure is not fitting[-1] else 0)
        first += fit(figure.line, size)
        second.append(Span(text.fit(figure.remark, size), "muted"))
    return [tuple(first), tuple(second)]


def _open(standing: Standing) -> Figure:
    levels = {level: sum(one.drifts for one in standing.counts if one.level is level) for level in labels.LEVELS}
    worst = next((level for level in labels.LEVELS if levels[level]), None)
    counts = [f"{labels.LEVEL_SIGNS[level]} {number:,}" for level, number in levels.items() if number]
    remark = "  ".join(counts[:_LEVELS]) or "in sync"
    return Figure(f"{standing.drifts:,}", "open", remark, worst.value if worst else "good")


def _new(course: Course, now: datetime) -> Figure:
    since = course.since
    if since is None:
        return Figure("–", "new", "first visit", "muted")
    gone = f", −{since.resolved:,}" if since.resolved else ""
    return Figure(
        f"{since.total:,}", "new", f"in {labels.span(now - since.at)}{gone}", "high" if since.total else "good"
    )


def _took(length: Took | None, what: str) -> Figure:
    if length is None:
        return Figure("–", what, "not known yet", "muted", leads=True)
    return Figure(labels.span(length.median), what, f"median of {length.count:,}", leads=True)


def _sources(standing: Standing) -> Figure:
    bad = [source for source in standing.sources if source.status is not SourceStatus.OK]
    number = f"{len(standing.sources):,}"
    if not bad:
        return Figure(number, "sources", "✓ all read", "good" if standing.sources else "muted")
    failed = sum(source.status is SourceStatus.FAILED for source in bad)
    remark = f"✗ {failed:,} failed" if failed else f"◐ {len(bad):,} partly"
    return Figure(number, "sources", remark, "bad" if failed else "medium")
