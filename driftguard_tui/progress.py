"""Where a scan is, as the console shows it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from driftguard_tui import labels, text
from driftguard_tui.session import Source
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, line
from engine.model import Report, SourceStatus

if TYPE_CHECKING:
    from engine.pipeline import Progress

#: The steps of the pipeline, as something that is going on.
_STEPS = {
    "collect": "reading the sources",
    "compare": "comparing",
    "correlate": "linking events",
    "explain": "explaining",
    "record": "recording",
}


class ScanProgress:
    """What the scan has told so far."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._step = "collect"
        self._records: dict[str, int] = {}
        self._done: set[str] = set()

    def told(self, progress: "Progress") -> None:
        """Takes in a word of progress."""
        self._step = progress.step
        if progress.source:
            self._records[progress.source] = progress.records
            if progress.done:
                self._done.add(progress.source)

    def summary(self) -> Line:
        """One line."""
        spans = [Span("… ", "accent"), Span(_STEPS.get(self._step, self._step))]
        if self._step == "collect" and self._sources:
            total = sum(self._records.values())
            spans.append(
                Span(f"  {len(self._done)} of {len(self._sources)} read, {labels.count(total, 'record')}", "muted")
            )
            waiting = [source.name for source in self._sources if source.name not in self._done]
            if waiting:
                spans.append(Span(f"  {', '.join(waiting)}", "muted"))
        return tuple(spans)

    def table(self, cells: int) -> list[Line]:
        """Every source and how far it is."""
        names = max((text.width(text.plain(source.name)) for source in self._sources), default=0)
        lines = [line((_STEPS.get(self._step, self._step).capitalize() + " …", "strong")), BLANK]
        for source in self._sources:
            done = source.name in self._done
            sign, tone = ("✓", "good") if done else ("·", "muted")
            records = self._records.get(source.name)
            count = "waiting" if records is None else labels.count(records, "record")
            name = text.fit(text.plain(source.name), min(names, max(8, cells - 24)))
            lines.append(cut(line((f"{sign} ", tone), (name, "" if done else "muted"), (f"  {count}", "muted")), cells))
        return lines


def scanned(report: Report) -> Line:
    """How the last scan went, in a line."""
    scan = report.scan
    seconds = (scan.finished_at - scan.started_at).total_seconds()
    failed = [source for source in scan.sources if source.status is SourceStatus.FAILED]
    spans = [
        Span("✗ " if failed else "✓ ", "bad" if failed else "good"),
        Span(f"{labels.count(len(report.drifts), 'drift')} in {seconds:.1f} s", ""),
        Span(f"  {labels.clock(scan.finished_at)} UTC", "muted"),
    ]
    if failed:
        names = ", ".join(source.name for source in failed)
        spans.append(Span(f"   {names} failed: 8 says why", "bad"))
    return tuple(spans)
