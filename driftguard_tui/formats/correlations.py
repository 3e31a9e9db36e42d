"""What hangs together, as text: drifts by their origin, pairs of events, and the cells of a matrix that stand out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from driftguard_tui import labels
from driftguard_tui.formats import Paper, phrases
from driftguard_tui.formats.table import aligned
from driftguard_tui.text import cut, plain
from engine.model import CauseGroup, Cell, Lift, Matrix

_GROUPS = ("ORIGIN", "SEVERITY", "DRIFTS", "SERVICES", "TYPES", "SCOPES", "FIRST (UTC)", "LAST (UTC)")
_PAIRS = ("FIRST", "THEN", "TOGETHER", "TIMES CHANCE", "BY CHANCE")
_CELLS = ("WHERE", "WHEN OR WHAT", "COUNT", "EXPECTED", "TIMES CHANCE", "BY CHANCE")
_NAMED = 3
_WIDEST = 60


def render(groups: Sequence[CauseGroup], pairs: Sequence[Lift], by: str | None, within: timedelta, paper: Paper) -> str:
    """The groups, then the pairs; both under a title where both were asked for."""
    parts = []
    if by != "lift":
        parts.append(_titled("Drifts by origin", groups_table(groups, paper), by, paper))
    if by != "groups":
        parts.append(_titled("What occurs together", pairs_table(pairs, within, paper), by, paper))
    return "\n".join(parts)


def groups_table(groups: Sequence[CauseGroup], paper: Paper) -> str:
    """A line for each origin, with how far it reached."""
    if not groups:
        return "No drifts of the last scans share an origin.\n"
    return _table(_GROUPS, [_group(group) for group in groups], paper)


def pairs_table(pairs: Sequence[Lift], within: timedelta, paper: Paper) -> str:
    """A line for each pair: `41 of 60 within 30 min, expected 4.1`."""
    if not pairs:
        return "Nothing recorded occurs together more often than by chance.\n"
    return _table(_PAIRS, [_pair(pair, within) for pair in pairs], paper)


def render_matrix(matrix: Matrix, every: bool, paper: Paper) -> str:
    """The cells that stand out, or every one that holds something, the rows in order."""
    shown = [cell for cell in matrix.cells if every or cell.significant]
    if not shown:
        return f"Of {plain(matrix.title)} nothing stands out.\n"
    return _table(_CELLS, [_cell(matrix, cell) for cell in shown], paper)


def cells(matrix: Matrix, every: bool) -> list[dict[str, Any]]:
    """The cells with the names of their row and column."""
    return [
        {
            "row": matrix.rows[cell.row],
            "column": matrix.columns[cell.column],
            "count": cell.count,
            "expected": cell.expected,
            "lift": cell.lift,
            "p_value": cell.p_value,
            "q_value": cell.q_value,
            "significant": cell.significant,
        }
        for cell in matrix.cells
        if every or cell.significant
    ]


def _titled(title: str, table: str, by: str | None, paper: Paper) -> str:
    return table if by else f"{paper.paint(title, 'strong')}\n{table}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], paper: Paper) -> str:
    head, *lines = aligned([columns, *rows]).splitlines(keepends=True)
    return "".join([paper.paint(head.rstrip("\n"), "strong") + "\n", *lines])


def _group(group: CauseGroup) -> tuple[str, ...]:
    return (
        phrases.origin(group),
        f"{labels.LEVEL_SIGNS[group.level]} {group.level.value}",
        f"{len(group.drifts):,}",
        _some(group.services),
        _some(group.types),
        _some(group.scopes if len(group.estates) < 2 else group.estates),
        phrases.when(group.first_at),
        phrases.when(group.last_at),
    )


def _pair(pair: Lift, within: timedelta) -> tuple[str, ...]:
    minutes = within / timedelta(minutes=1)
    return (
        cut(plain(pair.first), _WIDEST),
        cut(plain(pair.second), _WIDEST),
        f"{pair.together:,} of {pair.count:,} within {minutes:g} min, expected {pair.expected:.1f}",
        f"{pair.lift:.1f}",
        _chance(pair.q_value),
    )


def _cell(matrix: Matrix, cell: Cell) -> tuple[str, ...]:
    return (
        cut(plain(matrix.rows[cell.row]), _WIDEST),
        cut(plain(matrix.columns[cell.column]), _WIDEST),
        f"{cell.count:,}",
        "" if cell.expected is None else f"{cell.expected:.1f}",
        "" if cell.lift is None else f"{cell.lift:.1f}",
        "" if cell.q_value is None else _chance(cell.q_value),
    )


def _chance(q_value: float) -> str:
    """How likely it is that the pair is one of chance."""
    return "under 0.1%" if q_value < 0.001 else f"{100 * q_value:.1f}%"


def _some(names: Sequence[str]) -> str:
    more = f" +{len(names) - _NAMED}" if len(names) > _NAMED else ""
    return cut(plain(", ".join(names[:_NAMED])), _WIDEST - len(more)) + more
