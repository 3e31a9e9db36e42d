"""The head of the list of drifts: how much drift there is, of what weight and cause, and whether the sources answer."""

from collections import Counter
from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.widgets.lines import Line, Lines, Span, line, spread
from engine.model import Category, Report, SourceStatus

_SHORT, _WIDE, _FULL = 1, 100, 140


class Headline(Lines):
    """Two lines about a report, one where the screen is short."""

    def __init__(self, sources: int) -> None:
        super().__init__(id="headline")
        self._sources = sources
        self._report: Report | None = None

    def show(self, report: Report) -> None:
        """Shows another report."""
        self._report = report
        self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """Severities and time; causes and sources."""
        if self._report is None:
            return [line((labels.count(self._sources, "source"), "muted"))]
        report = self._report
        if self.size.height <= _SHORT:
            when = _when(report) if cells >= _WIDE else ()
            return [spread(_severities(report), (*_health(report, short=True), *when), cells)]
        return [
            spread(_severities(report), (*_coverage(report, cells), *_when(report)), cells),
            spread(_causes(report), _health(report, short=cells < _FULL), cells),
        ]


def _when(report: Report) -> Line:
    return line(("   as of ", "muted"), labels.moment(report.scan.as_of))


def _health(report: Report, *, short: bool = False) -> Line:
    """How many sources answered, and how many did not; `short` tells of those only, if there are any."""
    statuses = Counter(source.status for source in report.scan.sources)
    worse = [status for status in SourceStatus if statuses[status] and status is not SourceStatus.OK]
    shown = worse if short and worse else [status for status in SourceStatus if statuses[status]]
    spans = [] if short and worse else [Span("sources  " if statuses else "no sources", "muted")]
    for status in shown:
        sign, tone = labels.STATUS_SIGNS[status]
        spans += [
            Span(f"{sign} ", tone),
            Span(f"{statuses[status]} {status}", "" if tone == "good" else tone),
            Span("  "),
        ]
    return tuple(spans[:-1])


def _severities(report: Report) -> Line:
    counts = Counter(drift.severity.level for drift in report.drifts)
    spans: list[Span] = []
    for level in labels.LEVELS:
        tone = level.value if counts[level] else "muted"
        spans += [Span(f"{labels.LEVEL_SIGNS[level]} {counts[level]:,} {level}", tone), Span("   ")]
    return tuple(spans[:-1])


def _causes(report: Report) -> Line:
    counts = Counter(drift.cause.category for drift in report.drifts if labels.determined(drift.cause))
    spans: list[Span] = []
    for category in Category:
        if counts[category]:
            spans += [Span(labels.SHORT_CAUSES[category], "muted"), Span(f" {counts[category]:,}"), Span("   ")]
    unclear = len(report.drifts) - counts.total()
    if unclear:
        spans += [Span("undetermined", "muted"), Span(f" {unclear:,}"), Span("   ")]
    return tuple(spans[:-1])


def _coverage(report: Report, cells: int) -> Line:
    summary = report.summary
    spans = [Span(f"{labels.percent(summary.coverage)}"), Span(" covered", "muted")]
    details = (("declared", summary.declared), ("live", summary.actual), ("not compared", summary.not_compared))
    if cells >= _FULL:
        for name, number in details:
            spans += [Span("   "), Span(f"{number:,}"), Span(f" {name}", "muted")]
    return tuple(spans)
