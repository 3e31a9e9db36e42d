"""How a matrix is drawn: what comes first, how dark it is, what of it is seen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from driftguard_tui.glyphs import Glyphs, drawn
from driftguard_tui.heatmap import drawing
from driftguard_tui.heatmap.frame import HEAD, frame
from driftguard_tui.heatmap.grid import Grid, of_pairs, over_time
from driftguard_tui.heatmap.ramp import GLYPHS, Shade, ramp
from driftguard_tui.heatmap.telling import cell_lines
from driftguard_tui.widgets.lines import Line, width
from engine.model import Cell, Matrix
from tests.support.reports import HOSTILE

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def times(rows: tuple[str, ...], columns: int, *cells: Cell) -> Grid:
    labels = tuple(f"{BEGIN + DAY * column:%Y-%m-%dT%H:%M:%SZ}" for column in range(columns))
    return over_time(Matrix("t", rows, labels, cells), DAY)


def pairs(names: tuple[str, ...], *cells: Cell) -> Grid:
    return of_pairs(Matrix("t", names, names, cells))


def said(line: Line) -> str:
    return "".join(span.text for span in line)


def test_rows_with_the_most_come_first_and_times_stay_in_order() -> None:
    grid = times(("cart", "idle", "mail"), 3, Cell(0, 2, 1), Cell(2, 0, 4), Cell(2, 1, 3))
    assert grid.rows == ("mail", "cart"), "what holds nothing is left out"
    assert (grid.totals, grid.cells[0, 1].count, grid.cells[1, 2].count) == ((7, 1), 3, 1)
    assert grid.span(1) == (BEGIN + DAY, BEGIN + 2 * DAY)


def test_of_pairs_rows_and_columns_have_one_order() -> None:
    grid = pairs(("a", "b", "c"), Cell(2, 0, 9, of=10), Cell(0, 2, 1, of=3))
    assert grid.rows == grid.columns == ("a", "c")
    assert grid.cells[1, 0].count == 9
    assert grid.span(0) is None


def test_one_begins_at_what_stands_out_most_else_at_what_there_is_most_of() -> None:
    common, rare = Cell(0, 0, 90), Cell(0, 1, 5, q_value=0.001, significant=True)
    assert times(("a",), 3, common, rare, Cell(0, 2, 9, q_value=0.004, significant=True)).first == (0, 1)
    assert times(("a",), 2, common, structs.replace(rare, significant=False)).first == (0, 0)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([1, 1], {3: "1+"}),
        ([1, 2], {2: "1", 5: "2+"}),
        ([1, 5], {1: "1", 2: "2", 3: "3", 4: "4", 5: "5+"}),
        ([1, 1000], {1: "1–3", 2: "4–15", 3: "16–62", 4: "63–250", 5: "251+"}),
    ],
)
def test_the_most_looks_like_the_most_whatever_it_is(counts: list[int], told: dict[int, str]) -> None:
    grid = times(("a",), len(counts), *(Cell(0, place, count) for place, count in enumerate(counts)))
    shades = ramp(grid, Shade.COUNT)
    assert dict(shades.ranges()) == told
    assert shades.level(grid.cells[0, len(counts) - 1]) == max(told)


def test_a_lift_is_as_dark_as_it_is_large_and_a_probability_as_it_is_small() -> None:
    cells = [Cell(0, place, 1, lift=lift, p_value=p) for place, (lift, p) in enumerate(
        [(0.5, 0.9), (2.0, 0.05), (5.0, 0.005), (20.0, 0.0005), (99.0, 0.0)])]  # fmt: skip
    grid = times(("a",), 5, *cells)
    for shade in (Shade.LIFT, Shade.RARITY):
        assert [ramp(grid, shade).level(cell) for cell in cells] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("glyphs", Glyphs)
def test_the_shades_are_five_in_every_set_of_characters(glyphs: Glyphs) -> None:
    assert len(set(drawn(GLYPHS, glyphs))) == 5


def test_a_wide_cell_shows_its_figure_and_what_stands_out_is_marked_in_every_size() -> None:
    grid = pairs(("alerts", "calls"), Cell(0, 1, 12, of=40, significant=True), Cell(1, 0, 3, of=9))
    wide = frame(grid, 60, 20)
    rows = [
        said(drawing.row_line(grid, wide, ramp(grid, Shade.COUNT), (), row, (wide.height - 1) // 2)) for row in (0, 1)
    ]
    assert "◆12" in rows[0]
    assert "◆" not in rows[1]
    many = times(("a",), 90, Cell(0, 0, 1, significant=True))
    narrow = frame(many, 100, 10)
    assert narrow.width == 1
    assert "◆" in said(drawing.row_line(many, narrow, ramp(many, Shade.COUNT), (), 0, 0))


def test_names_that_are_cut_say_so() -> None:
    grid = pairs(("x" * 200, "y"), Cell(0, 1, 1), Cell(1, 0, 1))
    shown = frame(grid, 78, 12)
    assert said(drawing.name(grid, shown, 0)).rstrip().removesuffix("1").rstrip().endswith("…")


def test_numbers_of_narrow_columns_stand_one_digit_above_the_other() -> None:
    names = tuple(f"kind{number:02}" for number in range(12))
    grid = pairs(names, *(Cell(row, (row + 1) % 12, 12 - row, of=20) for row in range(12)))
    shown = frame(grid, 40, 20)
    above, below = (said(line)[shown.gutter :] for line in drawing.head(grid, shown))
    assert shown.width == 2
    assert above.split() == ["1", "1", "1"]
    assert below.split() == list("123456789012")


def test_steps_are_named_as_people_name_them() -> None:
    assert drawing.step_name(BEGIN, BEGIN + DAY) == "Sun 1 Mar 2026"
    assert drawing.step_name(BEGIN, BEGIN + DAY / 4) == "Sun 1 Mar 2026 00:00–06:00 UTC"
    assert drawing.step_name(BEGIN, BEGIN + 7 * DAY) == "1 Mar–7 Mar 2026"


def test_a_cell_is_told_in_words() -> None:
    found = Cell(0, 1, 30, 2.1, 14.3, 1e-9, significant=True, p_value=1e-10, of=40)
    grid = pairs(("alert", "deploy"), found)
    told = " ".join(map(said, cell_lines(grid, (0, 1), timedelta(minutes=30), 200)))
    assert "30 of 40 times the second followed within 30 min; by chance 2.1 would be, so 14 times as often." in told
    assert "◆ That stands out." in told
    chance = structs.replace(found, significant=False, p_value=0.4, q_value=1.0, lift=1.2)
    told = " ".join(map(said, cell_lines(pairs(("alert", "deploy"), chance), (0, 1), timedelta(minutes=30), 200)))
    assert "may well be chance: so much is seen of such a pair in 40% of cases" in told
    told = " ".join(map(said, cell_lines(grid, (1, 0), timedelta(minutes=30), 200)))
    assert "never followed" in told


names = st.text(max_size=40) | st.sampled_from(HOSTILE)


@settings(max_examples=60)
@given(
    rows=st.lists(names, min_size=1, max_size=30, unique=True).map(tuple),
    columns=st.integers(1, 120),
    cells=st.integers(40, 240),
    lines=st.integers(4, 60),
    over=st.booleans(),
    data=st.data(),
)
def test_every_cell_can_be_reached_and_nothing_is_wider_than_the_pane(
    rows: tuple[str, ...], columns: int, cells: int, lines: int, over: bool, data: st.DataObject
) -> None:
    if over:
        held = [Cell(row, data.draw(st.integers(0, columns - 1)), 1 + row * row) for row in range(len(rows))]
        grid = times(rows, columns, *held)
    else:
        grid = pairs(rows, *(Cell(row, (row + 1) % len(rows), 1 + row, of=9) for row in range(len(rows))))
    place = (data.draw(st.integers(0, len(grid.rows) - 1)), data.draw(st.integers(0, len(grid.columns) - 1)))
    shown = frame(grid, cells, lines).at(place, grid)
    assert shown.place == place
    row, column = place[0] - shown.top, place[1] - shown.left
    assert 0 <= row < shown.rows
    assert 0 <= column < shown.columns
    assert shown.under(shown.gutter + column * shown.width, HEAD + row * shown.height) == place
    shades = ramp(grid, Shade.COUNT)
    drawn_lines = [
        *drawing.head(grid, shown),
        *(
            drawing.row_line(grid, shown, shades, drawing.changes(grid, shown), place[0], part)
            for part in range(shown.height)
        ),
        drawing.flag(grid, shown, cells),
        drawing.legend(shades, cells, marks=True),
    ]
    assert all(width(line) <= cells for line in drawn_lines)
    assert all(width(drawing.cursor_cell(grid, shown, shades, part)) == shown.width for part in range(shown.height))
    assert all(character.isprintable() for line in drawn_lines for character in said(line))


def test_cells_are_as_large_as_what_is_dense_has_room_for() -> None:
    long_ago = Cell(0, 0, 1)
    dense = [Cell(0, column, 5) for column in range(290, 300)]
    shown = frame(times(("cart",), 300, long_ago, *dense), 80, 20)
    assert shown.width > 1
    assert shown.left + shown.columns == 300, "of times the last are seen"
    assert shown.columns >= 10
    evenly = frame(times(("cart",), 300, *(Cell(0, column, 5) for column in range(300))), 80, 20)
    assert evenly.width == 1
