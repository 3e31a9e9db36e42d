"""What the overview's tiles draw, as lines of text."""

from datetime import timedelta

import pytest

from driftguard_tui.widgets.lines import Line, width
from driftguard_tui.widgets.sections import figures, matrix, reach, trend
from engine.model import Category, Level, ScopeSummary
from engine.overview import Came, Count, Course, Point, Shift, Since, Took, standing_of
from tests.support.reports import a_report
from tests.support.sample_report import HOSTILE
from tests.support.samples import at

WIDTHS = (20, 40, 54, 76, 118)

COUNTS = (
    Count(Level.CRITICAL, Category.UNAUTHORIZED_CHANGE, 4),
    Count(Level.HIGH, None, 1),
    Count(Level.LOW, Category.AUTOMATED_PROCESS, 1_204),
)


def words(lines: list[Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


class TestFigures:
    COURSE = Course(
        detect=Took(timedelta(hours=5), timedelta(hours=2), 9),
        since=Since(at(0), {Level.HIGH: 3}, 2),
    )

    def test_all_of_them_with_a_remark_each(self) -> None:
        values, remarks = words(figures.lines(figures.figures(standing_of(a_report()), self.COURSE, at(60)), 118))
        assert "open" in values
        assert "3 new" in values
        assert "found in 2 h" in values
        assert "resolved in –" in values
        assert "in 1 h, −2" in remarks
        assert "median of 9" in remarks
        assert "✗ 1 failed" in remarks

    def test_eighty_cells_have_room_for_all(self) -> None:
        values, _ = words(figures.lines(figures.figures(standing_of(a_report()), self.COURSE, at(60)), 76))
        assert "sources" in values

    @pytest.mark.parametrize("cells", WIDTHS)
    def test_the_last_give_way_where_there_is_no_room(self, cells: int) -> None:
        shown = figures.lines(figures.figures(standing_of(a_report()), self.COURSE, at(60)), cells)
        assert all(width(line) <= cells for line in shown)
        assert "open" in words(shown)[0]
        assert not any("…" in line for line in words(shown))


class TestMatrix:
    def test_every_severity_has_a_line_with_its_causes(self) -> None:
        head, critical, high, medium, low = words(matrix.matrix(COUNTS, 118))
        assert head.split()[:3] == ["all", "emergency", "manual"]
        assert critical.split()[-1] == "·"
        assert "◆ critical" in critical
        assert high.split()[-1] == "1", "the undetermined one"
        assert medium.split()[-1] == "·"
        assert "1,204" in low

    def test_causes_are_ranked_below_where_all_of_them_have_room(self) -> None:
        drawn = words(matrix.described(COUNTS, 60, 12))
        assert drawn[6].startswith("automated process")
        assert drawn[6].endswith("99%")
        assert len(matrix.described(COUNTS, 60, 8)) == 5

    @pytest.mark.parametrize("cells", WIDTHS)
    def test_it_never_takes_more_than_it_is_given(self, cells: int) -> None:
        assert all(width(line) <= cells for line in matrix.described(COUNTS, cells, 40))


class TestTrend:
    POINTS = tuple(Point(at(60 * n), (0, 2 if n < 10 else 9, 1, n // 15), 1, 0, 1) for n in range(30))

    def test_columns_are_as_high_as_the_number_of_drifts(self) -> None:
        lines = words(trend.trend(Course(trend=self.POINTS), 60, 10))
        assert lines[0].startswith("11┤")
        assert lines[-3].startswith(" 0┤█")
        assert "2 Mar 2026 17:00 UTC" not in lines[-1]
        assert "3 Mar 2026 17:00 UTC" in lines[-1]

    def test_the_gravest_are_at_the_bottom(self) -> None:
        lines = trend.trend(Course(trend=self.POINTS), 60, 12)
        tones = [line[-1].tone for line in lines[:-2]]
        assert tones == sorted(tones, key=lambda tone: ["low", "medium", "high", "critical"].index(tone))

    def test_a_step_is_marked_and_told(self) -> None:
        lines = words(trend.trend(Course(trend=self.POINTS, shifts=(Shift(at(600), 3, 10),)), 60, 14))
        assert any(line.strip() == "△" for line in lines)
        assert "△ from about 3 to 10" in lines[-1]

    def test_with_one_scan_it_shows_when_the_drifts_came_about(self) -> None:
        course = Course(trend=self.POINTS[:1], came=(Came(at(0), (1, 0, 0, 0)), Came(at(60), (0, 0, 0, 2))))
        assert trend.title(course) == "When the open drifts came about"
        assert trend.trend(course, 40, 8)[0][-1].tone == "critical"

    def test_before_anything_is_recorded_it_says_so(self) -> None:
        assert words(trend.trend(Course(), 40, 8)) == ["Nothing is recorded yet."]

    @pytest.mark.parametrize("cells", WIDTHS)
    @pytest.mark.parametrize("rows", [1, 4, 6, 20])
    def test_it_never_takes_more_than_it_is_given(self, cells: int, rows: int) -> None:
        lines = trend.trend(Course(trend=self.POINTS, shifts=(Shift(at(600), 3, 10),)), cells, rows)
        assert all(width(line) <= cells for line in lines)
        assert len(lines) <= max(3, rows)


class TestReach:
    def test_the_least_covered_scope_stands_out(self) -> None:
        [low, full] = reach.coverage([ScopeSummary("a", "aws", 4, 3, 2), ScopeSummary("", "random", 1, 1)], 80)
        assert "60%" in words([low])[0]
        assert "+2 unmanaged" in words([low])[0]
        assert words([full])[0].startswith("random")

    def test_names_are_text(self) -> None:
        [line] = reach.coverage([ScopeSummary(HOSTILE * 20, "aws", 1, 1)], 60)
        assert width(line) <= 60
        assert "\x1b" not in words([line])[0]
