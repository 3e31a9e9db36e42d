"""The header: whose estate, as of when, how much drift of what weight and cause, and whether the sources answer."""

from collections import Counter
from collections.abc import Sequence

from driftguard_tui import labels
from driftguard_tui.widgets.lines import BLANK, Line, Lines, Span, line, spread
from engine.model import Category, Report, SourceStatus

_SHORT = 3


class Overview(Lines):
    """Three lines about the last report, two where the screen is short, and a line of air."""

    def __init__(self, estate: str, sources: int) -> None:
        super().__init__(id="overview")
        self._estate, self._sources = estate, sources
        self._report: Report | None = None

    def show(self, report: Report) -> None:
        """Shows another report."""
        self._report = report
        self.refresh()

    def lines(self, cells: int) -> Sequence[Line]:
        """Title and time; severities and coverage; causes and sources."""
        title = line(("DriftGuard", "title"), "  ", (self._estate, "strong"))
        if self._report is None:
            return [spread(title, line((labels.count(self._sources, "source"), "muted")), cells)]
        report = self._report
        when = line(("as of ", "muted"), labels.moment(report.scan.as_of))
        if self.size.height <= _SHORT:
            return [
                spread(title, (*_coverage(report, cells), Span("   "), *when), cells),
                spread(_severities(report), _health(report, short=True), cells),
            ]
        return [
            spread(title, (*_health(report), Span("   "), *when), cells),
            spread(_severities(report), _coverage(report, cells), cells),
            _causes(report),
            BLANK,
        ]


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
    if cells >= 100:
        for name, number in details:
            spans += [Span("   "), Span(f"{number:,}"), Span(f" {name}", "muted")]
    if summary.hidden:
        spans += [Span("   "), Span(f"{summary.hidden:,}"), Span(" hidden", "muted")]
    return tuple(spans)
