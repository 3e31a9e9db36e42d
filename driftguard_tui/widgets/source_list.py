"""The list of sources: by role, how reading each went, how new what it holds is, how long reading took."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from driftguard_tui import labels, text
from driftguard_tui.progress import ScanProgress
from driftguard_tui.session import Source
from driftguard_tui.widgets.lines import Line, Span, cut, line
from driftguard_tui.widgets.rows import Column, Rows
from driftguard_tui.widgets.sections.cause import bar
from engine.model import Report, SourceHealth, SourceRole

#: Up to this old all is fresh, from this old nothing is; the bar between them shrinks with each doubling.
_FRESH, _OLD = timedelta(minutes=5), timedelta(days=30)
_BAR, _AGE = 6, 6


class SourceRow(NamedTuple):
    """A source as the list shows it.

    `heads` says that it is the first of its role, `scan` how far the scan under way is.
    """

    source: Source
    heads: bool
    health: SourceHealth | None = None
    as_of: datetime | None = None
    took: float | None = None
    scan: ScanProgress | None = None

    @property
    def is_unread(self) -> bool:
        """Whether the scan under way has not read it yet."""
        return self.scan is not None and self.source.name not in self.scan.took

    @property
    def records(self) -> int | None:
        """So many of the scan under way, else of the last one; None before it begins."""
        if self.scan is not None:
            return self.scan.records.get(self.source.name)
        return self.health.records if self.health else None

    @property
    def age(self) -> timedelta | None:
        """How old the newest of what it holds was at the time that is shown."""
        if self.health is None or self.health.newest is None or self.as_of is None:
            return None
        return max(timedelta(), self.as_of - self.health.newest)


def rows(
    sources: Sequence[Source],
    report: Report | None,
    took: Mapping[str, float],
    scan: ScanProgress | None,
) -> list[SourceRow]:
    """Every source, by role. `took` are seconds by name; `scan` is the one under way."""
    known = {health.name: health for health in report.scan.sources} if report else {}
    found: list[SourceRow] = []
    for role in SourceRole:
        for source in (source for source in sources if source.role is role):
            found.append(
                SourceRow(
                    source,
                    heads=not found or found[-1].source.role is not role,
                    health=known.get(source.name),
                    as_of=report.scan.as_of if report else None,
                    took=took.get(source.name),
                    scan=scan,
                )
            )
    return found


def source_list() -> Rows[SourceRow]:
    """The list."""
    return Rows(_COLUMNS, lambda row: row.source.name, "source-list")


def status(row: SourceRow) -> Line:
    """How reading it went, or is going."""
    if row.is_unread:
        return line(("· waiting", "muted")) if row.records is None else line(("⟳ reading", "accent"))
    if row.scan is not None:
        return line(("✓ read", "good"))
    if row.health is None:
        return line(("· not read", "muted"))
    sign, tone = labels.STATUS_SIGNS[row.health.status]
    return line((f"{sign} {row.health.status}", tone))


def freshness(row: SourceRow, cells: int = _BAR) -> Line:
    """A bar that is full where the newest is new, and how old that is; nothing where no record tells."""
    age = row.age
    if age is None:
        return line((text.fit("–", cells + 1 + _AGE, right=True), "muted"))
    share = 1 - math.log(max(1.0, age / _FRESH)) / math.log(_OLD / _FRESH)
    tone = "accent" if row.source.role is SourceRole.DECLARED else _tone(age)
    return (*bar(share, cells, tone), Span(f" {labels.span(age):>{_AGE}}", "muted"))


def seconds(length: float) -> str:
    """Seconds as people say them: `0.4 s`, `12 s`, `3 min`."""
    return f"{length:.1f} s" if length < 10 else labels.span(timedelta(seconds=length))


def titles(shown: Iterable[SourceRow]) -> str:
    """How many there are, and how many are wrong, for a border."""
    every = list(shown)
    wrong = sum(row.health is not None and row.health.error is not None for row in every)
    return labels.join((labels.count(len(every), "source"), f"{wrong} not in order" if wrong else ""))


def _tone(age: timedelta) -> str:
    return "good" if age <= timedelta(hours=2) else "medium" if age <= timedelta(days=2) else "high"


def _name(row: SourceRow, cells: int) -> Line:
    name = Span(row.source.name[: cells + 1], "strong" if row.health else "")
    reason = row.health.error if row.health and row.health.error and row.scan is None else ""
    tone = labels.STATUS_SIGNS[row.health.status][1] if row.health else ""
    return cut((name, Span(f"  {reason[: cells + 1]}", tone)) if reason else (name,), cells)


def _records(row: SourceRow, cells: int) -> Line:
    shown = "" if row.records is None else f"{row.records:,}"
    return line((text.fit(shown, cells, right=True), "muted" if row.is_unread else ""))


def _skipped(row: SourceRow, cells: int) -> Line:
    count = f"{row.health.skipped:,}" if row.health and row.health.skipped else ""
    return line((text.fit(count, cells, right=True), "medium"))


def _took(row: SourceRow, cells: int) -> Line:
    return line((text.fit(seconds(row.took) if row.took is not None else "–", cells, right=True), "muted"))


_COLUMNS: Sequence[Column[SourceRow]] = (
    Column("role", 8, 68, lambda row, _: line((row.source.role if row.heads else "", "title"))),
    Column("status", 10, 0, lambda row, _: status(row)),
    Column("kind", 20, 112, lambda row, _: line((row.source.kind, "muted"))),
    Column("source", 0, 0, _name),
    Column("records", 9, 0, _records, right=True),
    Column("skipped", 7, 96, _skipped, right=True),
    Column("newest", _BAR + 1 + _AGE, 0, lambda row, _: freshness(row), right=True),
    Column("took", 6, 84, _took, right=True),
)
