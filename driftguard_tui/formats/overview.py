"""An overview as text: what a report's reader wants first, a few lines for each part."""

from collections.abc import Iterable, Iterator, Sequence

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.correlations import groups_table
from driftguard_tui.formats.table import aligned, drift_table
from driftguard_tui.text import cut, plain
from engine.model import Category, Level, ScopeSummary, SourceHealth
from engine.overview import Course, Overview, Shift, Standing, Took

_MOST = 10
_LONGEST = 48


def render(overview: Overview, paper: Paper) -> str:
    """Counts, course, worst drifts, origins, coverage and sources, each under its title."""
    standing, course = overview.standing, overview.course
    head = f"{plain(standing.estate)} as of {labels.moment(standing.as_of)}: {labels.count(standing.drifts, 'drift')}"
    parts = [
        ("", f"{paper.paint(head, 'strong')}\n{phrases.totals(standing.summary)}\n"),
        ("Severity and cause", matrix(standing)),
        ("Course", "".join(f"{line}\n" for line in sentences(course))),
        ("Worst", drift_table(standing.worst[:_MOST], paper) if standing.worst else ""),
        ("Origins", groups_table(standing.groups[:_MOST], paper) if standing.groups else ""),
        ("Coverage", aligned([("SCOPE", "LIVE", "UNMANAGED", "COVERED"), *map(_scope, standing.scopes)])),
        ("Sources", aligned([("SOURCE", "KIND", "STATUS", "READ UP TO (UTC)"), *_sources(standing.sources, course)])),
    ]
    return "\n".join(f"{paper.paint(title, 'strong')}\n{body}" if title else body for title, body in parts if body)


def matrix(standing: Standing) -> str:
    """The counts as a table, or nothing without drift."""
    if not standing.counts:
        return ""
    counts = {(count.level, count.cause): count.drifts for count in standing.counts}
    causes: list[Category | None] = [
        cause for cause in (*Category, None) if any((level, cause) in counts for level in Level)
    ]
    head = ("SEVERITY", "ALL", *(cause_name(cause).upper() for cause in causes))
    rows = [
        (
            f"{labels.LEVEL_SIGNS[level]} {level.value}",
            f"{sum(number for (of, _), number in counts.items() if of is level):,}",
            *(f"{counts.get((level, cause), 0):,}" for cause in causes),
        )
        for level in labels.LEVELS
    ]
    return aligned([head, *rows])


def cause_name(cause: Category | None) -> str:
    """A cause as a column's title."""
    return labels.SHORT_CAUSES[cause] if cause else "undetermined"


def sentences(course: Course) -> Iterator[str]:
    """What has changed, how fast it is found and resolved, and how many drifts were open before."""
    if course.since:
        news = ", ".join(f"{number:,} {level.value}" for level, number in _by_level(course.since.appeared))
        new = f"{course.since.total:,} new{f' ({news})' if news else ''}"
        yield f"since {labels.moment(course.since.at)}: {new}, {course.since.resolved:,} resolved"
    yield f"found {took(course.detect, 'after the change', course)}"
    yield f"resolved {took(course.resolve, 'after it was found', course)}"
    if len(course.trend) > 1:
        first, last = course.trend[0], course.trend[-1]
        yield f"open: {first.total:,} by {labels.moment(first.at)}, {last.total:,} by {labels.moment(last.at)}"
    yield from map(shift, course.shifts)


def shift(found: Shift) -> str:
    """A step of the trend in a sentence."""
    word = "rose" if found.after > found.before else "fell"
    return f"{word} from about {found.before:,.0f} to {found.after:,.0f} open drifts by {labels.moment(found.at)}"


def took(length: Took | None, what: str, course: Course) -> str:
    """`2 h after the change in the median, 3 d on average (27 drifts, the last 30 d)`."""
    reach = labels.span(course.reach)
    if length is None:
        return f"nothing in the last {reach} of which it is known how fast"
    over = f"{labels.count(length.count, 'drift')}, the last {reach}"
    return f"{labels.span(length.median)} {what} in the median, {labels.span(length.mean)} on average ({over})"


def _by_level(numbers: dict[Level, int]) -> Iterable[tuple[Level, int]]:
    return [(level, numbers[level]) for level in labels.LEVELS if numbers.get(level)]


def _scope(scope: ScopeSummary) -> tuple[str, ...]:
    name = cut(plain(scope.scope or scope.provider), _LONGEST)
    return name, f"{scope.actual:,}", f"{scope.unmanaged:,}", labels.percent(scope.coverage)


def _sources(sources: Sequence[SourceHealth], course: Course) -> Iterator[tuple[str, ...]]:
    for source in sources:
        status = f"{labels.STATUS_SIGNS[source.status][0]} {source.status.value}"
        yield cut(plain(source.name), _LONGEST), source.kind, status, phrases.when(course.fresh.get(source.name))
