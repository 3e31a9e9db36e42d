"""What a cell of a heatmap says, in words; and the drifts and events behind it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from driftguard_tui import labels, text
from driftguard_tui.heatmap.drawing import figure, step_name
from driftguard_tui.heatmap.grid import Grid, Place
from driftguard_tui.heatmap.ramp import STANDS_OUT, Shade
from driftguard_tui.timeline.lanes import event_mark, what
from driftguard_tui.widgets.lines import BLANK, Line, Span, cut, flow, line, width
from engine.correlating import Heatmap
from engine.model import Cell, Drift, Event

if TYPE_CHECKING:
    from engine.heatmaps import Behind, Mark, Together

TITLES = {
    Heatmap.SERVICES: "Services over time",
    Heatmap.SOURCES: "Sources over time",
    Heatmap.KINDS: "What follows on what",
    Heatmap.SOURCE_PAIRS: "Which source tells after which",
}
#: Times that a pair occurred, and drifts and events, of which a pane tells.
_TIMES, _LISTED = 8, 100
_WHO = 22
_NARROWEST = 24
#: What is less probable than this would be noticed, were it the only cell.
_RARE = 0.02


def title(grid: Grid, place: Place) -> str:
    """The cell's name."""
    row, column = place
    span = grid.span(column)
    if span is not None:
        return labels.join((grid.rows[row], step_name(*span)))
    return f"{grid.rows[row]} → {grid.columns[column]}"


def cell_lines(grid: Grid, place: Place, window: timedelta, cells: int) -> list[Line]:
    """How much is in a cell, against chance, and how sure that is."""
    cells = max(_NARROWEST, cells)
    cell = grid.cells.get(place)
    is_over_time = grid.begin is not None
    if cell is None:
        said = "Nothing began here then." if is_over_time else "The second has never followed on the first."
        return flow(line((said, "muted")), cells)
    lines = flow(_count(cell, window) if cell.of is not None else _began(cell), cells)
    verdict = _stands_out(cell) if cell.significant else _may_be_chance(cell, is_over_time)
    return [*lines, *_closed(flow(verdict, cells), _probabilities(cell), cells)]


def behind_lines(behind: "Behind", known: Mapping[str, Drift], cells: int) -> list[Line]:
    """What is behind a cell. `known` are the drifts of the report that is shown; others are gone by then."""
    cells = max(_NARROWEST, cells)
    lines = _section("Drifts behind it", len(behind.drifts))
    lines += [_drift(mark, known.get(mark.id), cells) for mark in behind.drifts[:_LISTED]]
    if not behind.drifts:
        lines.append(line(("none", "muted")))
    if behind.times:
        lines += [*_section("Times it was so", len(behind.times)), *map(_together, behind.times[:_TIMES])]
        lines += _more(len(behind.times) - _TIMES)
    if behind.total:
        lines += _section("Events", behind.total if not behind.times else 0)
        events = behind.events[::-1] if behind.times else behind.events
        lines += [_event(event, cells) for event in events[:_LISTED]]
        lines += _more(behind.total - min(len(behind.events), _LISTED))
    return lines


def _began(cell: Cell) -> Line:
    expected = "" if cell.expected is None else f"; {_number(cell.expected)} would be usual"
    times = "" if cell.lift is None else f", so {figure(cell, Shade.LIFT)} times as much as chance"
    return line((labels.count(cell.count, "beginning"), "strong"), (f"{expected}{times}.", ""))


def _count(cell: Cell, window: timedelta) -> Line:
    expected = "" if cell.expected is None else f"; by chance {_number(cell.expected)} would be"
    times = "" if cell.lift is None else f", so {figure(cell, Shade.LIFT)} times as often"
    return line(
        (f"{cell.count:,} of {cell.of:,} times", "strong"),
        (f" the second followed within {labels.span(window)}{expected}{times}.", ""),
    )


def _stands_out(cell: Cell) -> Line:
    """For a cell that is called significant."""
    return line(
        (f"{STANDS_OUT} That stands out. ", "strong"),
        (f"Were it chance, so much would be seen {_share(cell.p_value)}; of cells as striking as this one, ", ""),
        (f"{_wrong(cell.q_value)} chance.", ""),
    )


def _may_be_chance(cell: Cell, is_over_time: bool) -> Line:
    if cell.lift is not None and cell.lift <= 1:
        said = "No more than chance brings."
    elif cell.p_value is not None and cell.p_value < _RARE:
        said = f"By itself that is rare, {_share(cell.p_value)}; among so many cells some are so by chance."
    else:
        where = "in such a place" if is_over_time else "of such a pair"
        said = f"That may well be chance: so much is seen {where} {_share(cell.p_value)}."
    return line((said, ""))


def _probabilities(cell: Cell) -> Line:
    return line((f"p {_probability(cell.p_value)}, q {_probability(cell.q_value)}", "muted"))


def _closed(lines: list[Line], last: Line, cells: int) -> list[Line]:
    """Lines that end with something that is not broken: in the last of them, or in one of its own."""
    joined = (*lines[-1], Span("  "), *last)
    return [*lines[:-1], joined] if width(joined) <= cells else [*lines, last]


def _share(probability: float | None) -> str:
    """How often, in words."""
    if probability is None:
        return "now and then"
    if probability >= 0.1:
        return f"in {labels.percent(probability)} of cases"
    return f"once in {float(f'{1 / probability:.2g}'):,.0f}" if probability > 1e-6 else "next to never"


def _wrong(q_value: float | None) -> str:
    if q_value is None:
        return "some are"
    return f"{100 * q_value:.1g}% are" if q_value >= 1e-4 else "hardly any is"


def _probability(value: float | None) -> str:
    if value is None:
        return "–"
    return "under 0.0001" if value < 1e-4 else f"{value:.2g}"


def _number(value: float) -> str:
    return f"{value:.1f}" if value >= 0.05 else "next to none"


def _section(name: str, number: int) -> list[Line]:
    return [BLANK, line((name, "title"), (f"  {number:,}" if number else "", "muted"))]


def _more(number: int) -> list[Line]:
    return [line((f"… and {number:,} more", "muted"))] if number > 0 else []


def _drift(mark: "Mark", drift: Drift | None, cells: int) -> Line:
    at = Span(f"  {_moment(mark.at)}", "muted")
    if drift is None:
        gone = line(("✓ ", "muted"), (labels.title_of(mark.resource), "muted"), ("  gone", "muted"))
        return (*cut(gone, cells - at.width), at)
    level = drift.severity.level
    sign = line((f"{labels.LEVEL_SIGNS[level]} {text.fit(level.value, 9)}", level.value))
    named = line((labels.resource_name(drift), "strong"), (f"  {labels.what_changed(drift)}", "muted"))
    return (*sign, *cut(named, max(1, cells - width(sign) - at.width)), at)


def _together(times: "Together") -> Line:
    gap = times.second_at - times.first_at
    later = "at the same moment" if not gap else f"{labels.span(gap)} later"
    return line((_moment(times.first_at), "muted"), f"  then, {later}, the other")


def _event(event: Event, cells: int) -> Line:
    sign, tone = event_mark(event, evidence=False)
    who = text.fit(text.plain(labels.actor_name(event.actor)), _WHO) if cells >= 3 * _WHO else ""
    head = line((f"{_moment(event.at)} ", "muted"), (f"{sign} ", tone), who, "  " if who else "")
    refused = line((f"  refused: {event.error}", "bad")) if event.error is not None else ()
    said = what(event)
    deed = said if said.startswith(event.operation) or not event.operation else f"{event.operation}  {said}"
    return cut((*head, Span(deed), *refused), cells)


def _moment(at: datetime) -> str:
    return f"{at:%-d %b %H:%M}"
