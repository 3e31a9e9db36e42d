"""One source: how reading it went and what to do, how it is set up, what a check says, its last readings."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line
from driftguard_tui.widgets.source_list import SourceRow, freshness, seconds, status
from engine.model import SourceRole

if TYPE_CHECKING:
    from engine.doctor import Finding
    from engine.sources import Reading

_NARROWEST = 20
_MOST_NAMED = 6
VERDICTS = {"ok": ("✓", "good"), "note": ("◐", "medium"), "broken": ("✗", "bad")}
_ROLES = {
    SourceRole.DECLARED: "declared: what the code says",
    SourceRole.ACTUAL: "actual: what the provider says",
    SourceRole.EVENTS: "events: what happened",
}
#: What the lack of a source means for what is found.
_WITHOUT = {
    SourceRole.DECLARED: "What it declares may be reported as unmanaged, or not at all.",
    SourceRole.ACTUAL: "Drift there is not seen until it can be read.",
    SourceRole.EVENTS: "Who, when and why may be missing from drifts that it would explain.",
}


class Check(NamedTuple):
    """A check of a source: under way until there is a finding."""

    finding: "Finding | None" = None


class SourceStory(NamedTuple):
    """All that is told of a source."""

    row: SourceRow
    settings: Mapping[str, str] = {}
    check: Check | None = None
    readings: "Sequence[Reading]" = ()


def source_lines(story: SourceStory, cells: int) -> list[Line]:
    """All of it, what is wrong first."""
    cells = max(_NARROWEST, cells)
    sections = (
        ("", _head(story.row, cells)),
        ("What is wrong", _wrong(story.row, cells)),
        ("A check of it", check_lines(story.check, cells) if story.check else _how_to_check(cells)),
        ("Settings", _settings(story.settings, cells)),
        ("Last readings", _history(story.readings, cells)),
    )
    lines: list[Line] = []
    for title, body in sections:
        if body:
            rule = [line((title, "title"), (f" {'─' * max(0, cells - len(title) - 1)}", "faint"))] if title else []
            lines += [*([BLANK] if lines else []), *rule, *body]
    return lines


def _head(row: SourceRow, cells: int) -> list[Line]:
    lines = [cut(line((row.source.kind, "strong"), (f"   {_ROLES[row.source.role]}", "muted")), cells)]
    spans = [*status(row), Span("   ")]
    if row.records is not None:
        spans.append(Span(labels.count(row.records, "record")))
    if row.health is not None and row.scan is None:
        if row.health.skipped:
            spans.append(Span(f", {row.health.skipped:,} skipped", "medium"))
        if row.took is not None:
            spans.append(Span(f"   in {seconds(row.took)}", "muted"))
    lines.append(cut(tuple(spans), cells))
    if row.age is not None and row.health is not None and row.health.newest is not None:
        when = Span(f"   the newest of {labels.moment(row.health.newest)}", "muted")
        lines.append(cut((*freshness(row, 12), when), cells))
    return lines


def _wrong(row: SourceRow, cells: int) -> list[Line]:
    if row.health is None or not row.health.error or row.scan is not None:
        return []
    tone = labels.STATUS_SIGNS[row.health.status][1]
    lines = flow([Span(row.health.error, tone)], cells, limit=12)
    return [*lines, *flow([Span(_WITHOUT[row.source.role], "muted")], cells)]


def _how_to_check(cells: int) -> list[Line]:
    what = " tries it now, by itself: as whom it is read, what may be read, what is lacking"
    return flow([Span("c", "key"), Span(what, "muted")], cells)


def check_lines(check: Check, cells: int) -> list[Line]:
    """What trying a source gave, as far as it is known."""
    if check.finding is None:
        return [line(("⟳ ", "accent"), ("being tried …", "muted"))]
    finding = check.finding
    sign, tone = VERDICTS[finding.verdict.value]
    lines = flow(
        [Span(f"{sign} ", tone), Span(finding.detail, "" if tone == "good" else tone)], cells, indent=2, limit=8
    )
    if finding.access is not None:
        for what in _named(finding.access.may):
            lines += flow([Span("  may read ", "muted"), Span(what)], cells, indent=4, limit=3)
        for lack in finding.access.lacks[:_MOST_NAMED]:
            spans = [Span("  lacks ", "medium"), Span(lack.what), Span(f"  needs {lack.needs}", "muted")]
            lines += flow(spans, cells, indent=4, limit=3)
        if len(finding.access.lacks) > _MOST_NAMED:
            lines.append(line((f"  and lacks {len(finding.access.lacks) - _MOST_NAMED} more", "medium")))
    return lines


def _named(may: Sequence[str]) -> Iterable[str]:
    yield from may[:_MOST_NAMED]
    if len(may) > _MOST_NAMED:
        yield f"{len(may) - _MOST_NAMED} more"


def _settings(settings: Mapping[str, str], cells: int) -> list[Line]:
    names = min(max((text.width(name) for name in settings), default=0), cells // 2)
    lines: list[Line] = []
    for name, value in settings.items():
        lines += flow([Span(f"{text.fit(name, names)}  ", "muted"), Span(value)], cells, indent=names + 2, limit=6)
    return lines


def _history(readings: "Sequence[Reading]", cells: int) -> list[Line]:
    """A line for each, the newest first, with how many records more or fewer it gave than the one before."""
    lines: list[Line] = []
    for reading, earlier in zip_longest(readings, readings[1:]):
        health = reading.health
        sign, tone = labels.STATUS_SIGNS[health.status]
        more = health.records - earlier.health.records if earlier is not None else 0
        spans = line(
            (f"{sign} ", tone),
            (f"{labels.moment(reading.as_of):>21}", "muted"),
            f"{health.records:>12,}",
            (f"{more:>+9,}" if more else " " * 9, "accent"),
            (f"{health.skipped:>7,} skipped" if health.skipped else "", "medium"),
        )
        lines.append(cut(spans, cells))
    return lines
