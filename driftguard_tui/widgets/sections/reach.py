"""What is covered, and what is fresh: a line for each scope, and for each source."""

from collections.abc import Iterable

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import Line, Span, cut, line
from driftguard_tui.widgets.sections.cause import bar
from driftguard_tui.widgets.source_list import SourceRow, freshness, status
from engine.model import ScopeSummary

_STATUS = 10
#: From so many cells on there is room for words beside a longer bar.
_WIDE = 70
_LEAST_NAME = 16


def coverage(scopes: Iterable[ScopeSummary], cells: int) -> list[Line]:
    """How much of each scope's live resources code declares, the least covered first."""
    lines = [_scope(scope, cells) for scope in scopes]
    return lines or [line(("No live resource was read.", "muted"))]


def sources(rows: Iterable[SourceRow], cells: int) -> list[Line]:
    """How reading each source went, and how new what it holds is."""
    lines = [_source(row, cells) for row in rows]
    return lines or [line(("No source is configured.", "muted"))]


def _scope(scope: ScopeSummary, cells: int) -> Line:
    share = scope.coverage
    tone = "good" if share >= 0.95 else "medium" if share >= 0.75 else "high"
    wide = cells >= _WIDE
    wild = f"+{scope.unmanaged:,}{' unmanaged' if wide else ''}" if scope.unmanaged else ""
    remark = Span(text.fit(wild, 16 if wide else 5, right=True), "muted")
    right = (*bar(share, 20 if wide else 8, tone), Span(f" {labels.percent(share):>4}"), remark)
    return _named(scope.scope or scope.provider, right, cells)


def _source(row: SourceRow, cells: int) -> Line:
    told = status(row)
    space = Span(" " * max(1, _STATUS - sum(span.width for span in told)))
    return _named(row.source.name, (*told, space, *freshness(row)), cells)


def _named(name: str, right: Line, cells: int) -> Line:
    room = max(_LEAST_NAME, cells - sum(span.width for span in right) - 2)
    return cut((Span(text.fit(text.plain(name[: cells + 1]), room), ""), Span("  "), *right), cells)
