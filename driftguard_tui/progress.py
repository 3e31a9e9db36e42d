"""Where a scan is, as the console shows it."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from driftguard_tui import labels, text
from driftguard_tui.pace import Pace
from driftguard_tui.session import Source
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, line
from driftguard_tui.widgets.sections.cause import bar
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
_BAR = 12


class ScanProgress:
    """What the scan has told so far: how far each source is, how fast it goes, how long it still takes.

    The latter is known where `expect` was told how much each source held before.
    """

    def __init__(self, sources: Sequence[Source], clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = sources
        self._clock = clock
        self._pace = Pace(clock)
        self._step = "collect"
        self._expected: Mapping[str, int] = {}
        self._records: dict[str, int] = {}
        self._began: dict[str, float] = {}
        self._took: dict[str, float] = {}

    def expect(self, records: Mapping[str, int]) -> None:
        """How many records each source held when it was last read."""
        self._expected = records

    def told(self, progress: "Progress") -> None:
        """Takes in a word of progress."""
        self._step = progress.step
        if progress.source:
            began = self._began.setdefault(progress.source, self._clock())
            self._records[progress.source] = progress.records
            self._pace.reached(sum(self._records.values()))
            if progress.done:
                self._took[progress.source] = self._clock() - began

    @property
    def took(self) -> Mapping[str, float]:
        """The seconds that reading each source took which has been read."""
        return self._took

    def summary(self) -> Line:
        """One line."""
        spans = [Span("… ", "accent"), Span(_STEPS.get(self._step, self._step))]
        if self._step == "collect" and self._sources:
            total = sum(self._records.values())
            parts = [f"{len(self._took)} of {len(self._sources)} read", labels.count(total, "record")]
            if self._pace.rate is not None:
                parts.append(f"{self._pace.rate:,.0f}/s")
            left = self._pace.left(self._total())
            if left is not None:
                parts.append(f"{labels.span(timedelta(seconds=left))} left")
            spans.append(Span(f"  {labels.join_words(parts)}", "muted"))
            waiting = [source.name for source in self._sources if source.name not in self._took]
            if waiting:
                spans.append(Span(f"  {', '.join(waiting)}", "muted"))
        return tuple(spans)

    def table(self, cells: int) -> list[Line]:
        """Every source and how far it is."""
        names = max((text.width(text.plain(source.name)) for source in self._sources), default=0)
        lines = [line((_STEPS.get(self._step, self._step).capitalize() + " …", "strong")), BLANK]
        for source in self._sources:
            done = source.name in self._took
            sign, tone = ("✓", "good") if done else ("·", "muted")
            name = text.fit(text.plain(source.name), min(names, max(8, cells - 24)))
            spans = [
                Span(f"{sign} ", tone),
                Span(name, "" if done else "muted"),
                Span(f"  {self._word(source.name)}", "muted"),
            ]
            lines.append(cut((*spans, *self._bar(source.name)), cells))
        return lines

    @property
    def records(self) -> Mapping[str, int]:
        """How many records there are so far of each source whose reading has begun."""
        return self._records

    def _word(self, source: str) -> str:
        """How far a source is, in a few words."""
        records = self._records.get(source)
        if records is None:
            return "waiting"
        return labels.count(records, "record") if records or source in self._took else "reading"

    def _bar(self, source: str) -> Line:
        """How much of what was there last time has been read; nothing where that is not known, or all."""
        expected, records = self._expected.get(source, 0), self._records.get(source, 0)
        if source in self._took or not expected or not records:
            return ()
        return (Span("  "), *bar(records / expected, _BAR, "accent"))

    def _total(self) -> int | None:
        """How many records there will be; None where a source was never read."""
        if any(source.name not in self._took and source.name not in self._expected for source in self._sources):
            return None
        return sum(
            self._records[source.name]
            if source.name in self._took
            else max(self._expected[source.name], self._records.get(source.name, 0))
            for source in self._sources
        )


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
