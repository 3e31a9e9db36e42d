"""Severities by causes: how many drifts of each, and how much of all a cause makes up."""

from collections.abc import Sequence

from driftguard_tui import labels, text
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut
from driftguard_tui.widgets.sections.cause import bar
from engine.model import Category, Level
from engine.overview import Count

_NAME, _TOTAL = 10, 5
_BAR = 14
#: Names for columns that have next to no room.
_NARROW: dict[Category | None, str] = {
    Category.EMERGENCY_FIX: "emerg",
    Category.MANUAL_TROUBLESHOOTING: "manual",
    Category.AUTOMATED_PROCESS: "auto",
    Category.INCOMPLETE_ROLLOUT: "rollout",
    Category.UNAUTHORIZED_CHANGE: "unauth",
    None: "undet",
}
_WIDE: dict[Category | None, str] = {None: "undetermined", **dict(labels.SHORT_CAUSES.items())}
_CAUSES: Sequence[Category | None] = (*Category, None)


def matrix(counts: Sequence[Count], cells: int) -> list[Line]:
    """A line of titles, and one for each severity, the gravest first."""
    numbers = {(count.level, count.cause): count.drifts for count in counts}
    names, bar_cells = _fitting(cells)
    gap = max(1, (cells - _NAME - _TOTAL - bar_cells - sum(map(text.width, names.values()))) // len(names))
    titles = [Span(text.fit("all", _TOTAL, right=True), "muted")]
    head = [Span(" " * (_NAME + bar_cells)), *titles]
    widths = {cause: min(16, text.width(name) + gap) for cause, name in names.items()}
    head += [Span(text.fit(name, widths[cause], right=True), "muted") for cause, name in names.items()]
    most = max(1, *(_of(numbers, level) for level in Level))
    return [cut(tuple(head), cells), *(_row(numbers, level, widths, bar_cells, most, cells) for level in labels.LEVELS)]


def by_cause(counts: Sequence[Count], cells: int) -> list[Line]:
    """A bar for each cause that there is, the most frequent first."""
    numbers = {cause: sum(count.drifts for count in counts if count.cause == cause) for cause in _CAUSES}
    every = max(1, sum(numbers.values()))
    name_cells = max(text.width(name) for name in labels.CAUSES.values())
    lines = []
    for cause, number in sorted(numbers.items(), key=lambda pair: -pair[1]):
        if number:
            name = labels.CAUSES[cause] if cause else "undetermined"
            bar_cells = max(4, cells - name_cells - 14)
            share = (Span(f"{number:>6,}", "strong"), Span(f"  {labels.percent(number / every):>4}", "muted"))
            lines.append(
                cut(
                    (
                        Span(text.fit(f"{name}  ", name_cells + 2), "muted"),
                        *bar(number / every, bar_cells, "accent"),
                        *share,
                    ),
                    cells,
                )
            )
    return lines


def described(counts: Sequence[Count], cells: int, rows: int) -> list[Line]:
    """The matrix, and below it the causes where there is room for all of them."""
    lines = matrix(counts, cells)
    causes = by_cause(counts, cells)
    return [*lines, BLANK, *causes] if causes and len(lines) + 1 + len(causes) <= rows else lines


def _fitting(cells: int) -> tuple[dict[Category | None, str], int]:
    """The longest names that have room, and the cells of a bar before them, if that has."""
    for names in (_WIDE, _NARROW):
        needed = _NAME + _TOTAL + sum(text.width(name) + 1 for name in names.values())
        if needed + _BAR <= cells:
            return {cause: names[cause] for cause in _CAUSES}, _BAR
        if needed <= cells:
            return {cause: names[cause] for cause in _CAUSES}, 0
    return {cause: _NARROW[cause] for cause in _CAUSES}, 0


def _row(
    numbers: dict[tuple[Level, Category | None], int],
    level: Level,
    widths: dict[Category | None, int],
    bar_cells: int,
    most: int,
    cells: int,
) -> Line:
    every = _of(numbers, level)
    tone = level.value if every else "muted"
    spans = [Span(text.fit(f"{labels.LEVEL_SIGNS[level]} {level.value}", _NAME), tone)]
    if bar_cells:
        spans += [Span("  "), *bar(every / most, bar_cells - 2, tone)]
    spans.append(Span(text.fit(f"{every:,}", _TOTAL, right=True), tone if every else "muted"))
    for cause, size in widths.items():
        number = numbers.get((level, cause), 0)
        spans.append(Span(text.fit(f"{number:,}" if number else "·", size, right=True), tone if number else "faint"))
    return cut(tuple(spans), cells)


def _of(numbers: dict[tuple[Level, Category | None], int], level: Level) -> int:
    return sum(number for (of, _), number in numbers.items() if of is level)
