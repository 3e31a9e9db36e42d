"""How an estate stands: what the last scan found, counted and ranked."""

from collections import Counter
from collections.abc import Iterable

from engine.model import UNDETERMINED, Category, CauseGroup, Drift, Report, ScopeSummary
from engine.overview.words import Count, Standing

#: So many of the gravest drifts are shown.
WORST = 50


def standing_of(report: Report, counts: Iterable[Count] | None = None) -> Standing:
    """What a report says; `counts` where the report holds only its first drifts."""
    scan = report.scan
    return Standing(
        estate=scan.estate,
        as_of=scan.as_of,
        scan_id=scan.id,
        summary=report.summary,
        counts=tuple(counts_of(report.drifts) if counts is None else in_order(counts)),
        worst=tuple(sorted(report.drifts, key=_gravest_first)[:WORST]),
        groups=ranked(report.groups),
        scopes=by_coverage(report.scopes),
        sources=scan.sources,
    )


def counts_of(drifts: Iterable[Drift]) -> list[Count]:
    """The drifts by severity and cause, the gravest first."""
    causes = ((drift.severity.level, cause_named(drift.cause.category, drift.cause.confidence)) for drift in drifts)
    counted = Counter(causes)
    return in_order(Count(*kinds, drifts) for kinds, drifts in counted.items())


def cause_named(category: Category, confidence: float) -> Category | None:
    """The cause if it is likely enough to be named."""
    return category if confidence >= UNDETERMINED else None


def ranked(groups: Iterable[CauseGroup]) -> tuple[CauseGroup, ...]:
    """The gravest first; of one severity those that reached furthest, and of these the oldest."""
    return tuple(sorted(groups, key=_furthest_first))


def by_coverage(scopes: Iterable[ScopeSummary]) -> tuple[ScopeSummary, ...]:
    """The least covered first, and of these the largest."""
    return tuple(sorted(scopes, key=lambda scope: (scope.coverage, -scope.actual, scope.scope)))


def in_order(counts: Iterable[Count]) -> list[Count]:
    """The gravest first; of a severity the causes in their own order, the undetermined last."""
    causes: list[Category | None] = [*Category, None]
    return sorted(counts, key=lambda count: (-count.level.rank, causes.index(count.cause)))


def _gravest_first(drift: Drift) -> tuple[int, int]:
    return -drift.severity.level.rank, -drift.severity.score


def _furthest_first(group: CauseGroup) -> tuple[int, int, int, float, str]:
    began = group.first_at.timestamp() if group.first_at else float("inf")
    return -group.level.rank, -group.resources, -len(group.services) - len(group.scopes), began, group.id
