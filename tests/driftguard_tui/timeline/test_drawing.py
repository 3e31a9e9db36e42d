"""Lanes: signs while things are few, heights with numbers where they are many, bars for what lasts."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.text import masked_with
from driftguard_tui.timeline.drawing import HEIGHTS, draw, short
from driftguard_tui.timeline.drift_times import DriftTimes
from driftguard_tui.timeline.lanes import Lane, Mark, lanes
from driftguard_tui.timeline.page import flag
from driftguard_tui.timeline.view import View
from driftguard_tui.widgets.lines import width
from engine.masking import Masker
from engine.model import Actor, Event, EventKind, Evidence, Level
from tests.support.reports import HOSTILE
from tests.support.samples import at, make_drift, make_event
from tests.support.timeline_samples import SCALE, drawn, lane_rows, lane_text, lanes_of, stretch_of, text_of


def event(minutes: float, **fields: Any) -> Event:
    return make_event(f"e{minutes}{fields}", minutes, **fields)


def incident(start: float, end: float | None, summary: str, **fields: Any) -> Event:
    ended = None if end is None else at(end)
    return event(start, kind=EventKind.INCIDENT, source="jira", summary=summary, ended_at=ended, **fields)


class TestSparse:
    def test_an_event_has_its_sign_and_says_what_it_is_where_there_is_room(self) -> None:
        shown = lane_text(drawn(lanes_of([event(2), event(30, kind=EventKind.COMMIT, source="git", summary="fix")])))
        assert shown["trail"] == "  ● opened port 22"
        assert shown["git"] == " " * 30 + "◆ fix"

    def test_what_stands_close_has_signs_only_and_several_their_number(self) -> None:
        events = [event(2), event(4), event(4.2), event(4.4), event(9)]
        assert lane_text(drawn(lanes_of(events)))["trail"] == "  ● 3    ● opened port 22"

    def test_what_was_refused_and_what_only_read_look_different(self) -> None:
        events = [event(1, error="AccessDenied"), event(3, writes=False), event(5, kind=EventKind.DEPLOY)]
        assert lane_text(drawn(lanes_of(events)))["trail"].startswith(" ✗ · ▲")

    def test_where_rows_are_left_the_others_say_it_below_on_leaders(self) -> None:
        events = [event(2, summary="the first one"), event(5, summary="the second"), event(8, summary="the third one")]
        assert lane_rows(drawn(lanes_of(events)), 1) == [
            "  ●  ●  ● the third one",
            "  │  └ the second",
            "  └ the first one",
        ]
        assert lane_rows(drawn(lanes_of(events), rows=5), 1) == ["  ●  ●  ● the third one"]

    def test_a_label_is_cut_with_a_sign(self) -> None:
        shown = lane_text(drawn(lanes_of([event(2, summary="x" * 99), event(30)])))["trail"]
        assert shown.startswith("  ● " + "x" * 24 + "… ●")

    def test_no_text_breaks_out_of_its_lane(self) -> None:
        for number, hostile in enumerate(HOSTILE):
            events = [event(2 + number, summary=hostile, source=hostile[:40]), incident(1, 50, hostile)]
            for line in drawn(lanes_of(events)).lines:
                assert width(line) <= 72
                assert "\x1b" not in text_of(line)


class TestDense:
    def test_many_are_heights_with_their_number_behind_them(self) -> None:
        events = [event(4 + n / 100) for n in range(50)] + [event(5.5), event(6.5), event(20)]
        assert lane_text(drawn(lanes_of(events), rows=5))["trail"] == "    █▁▁ 52          ▁ 1"

    def test_too_many_to_be_told_are_drawn_from_counts(self) -> None:
        events = [event(minute + n / 10) for minute in (3, 4) for n in range(8)]
        assert lane_text(drawn(lanes_of(events, most=9)))["trail"] == "   88"

    def test_a_dense_lane_takes_the_rows_that_are_left(self) -> None:
        page = drawn(lanes_of([event(4 + n / 100) for n in range(50)] + [event(12)]), rows=9)
        rows = lane_rows(page, 1)
        assert rows == ["    █", "    █", "    █", "    █", "    █ 50    ▇ 1"]

    @given(st.dictionaries(st.integers(0, 59), st.integers(1, 10**9), min_size=1), st.integers(1, 5))
    def test_more_is_never_lower(self, counts: dict[int, int], rows: int) -> None:
        lane = Lane("l", "l", "accent", {at_: Mark(count, "●", "accent") for at_, count in counts.items()}, dense=True)
        tracks = draw(lane, 60, rows).rows

        def height(column: int) -> int:
            return sum(HEIGHTS.find(track.signs[column]) + 1 for track in tracks if track.signs[column] in HEIGHTS)

        ordered = sorted(counts, key=lambda column: counts[column])
        heights = [height(column) for column in ordered]
        assert heights == sorted(heights)
        assert heights[0] >= 1
        assert heights[-1] == 8 * rows

    def test_numbers_take_at_most_four_cells(self) -> None:
        assert [short(number) for number in (7, 999, 1_204, 48_210, 999_999, 10_000_000)] == [
            "7", "999", "1.2k", "48k", "1000k", "10M",
        ]  # fmt: skip


class TestWhatLasts:
    def test_a_bar_from_beginning_to_end_with_its_name(self) -> None:
        shown = lane_text(drawn(lanes_of([incident(5, 30, "INC-42 checkout")])))["incidents"]
        assert shown == "     ■ INC-42 checkout ━━━━━━━┥"

    def test_a_short_one_has_its_name_behind_it(self) -> None:
        shown = lane_text(drawn(lanes_of([incident(5, 8, "INC-42 checkout")])))["incidents"]
        assert shown == "     ■━━┥ INC-42 checkout"

    def test_what_goes_on_and_what_began_earlier_point_out_of_sight(self) -> None:
        shown = lane_text(drawn(lanes_of([incident(-9, 8, "old"), incident(40, None, "still open now")])))
        assert shown["incidents"].startswith("◀ old ━━┥")
        assert shown["incidents"].endswith("■ still open now ━━▶")

    def test_those_at_the_same_time_lie_below_each_other(self) -> None:
        events = [incident(start, start + 20, f"INC-{start}") for start in (1, 5, 9, 40)]
        page = drawn(lanes_of(events))
        rows = lane_rows(page, 1)
        assert [row.split()[0] for row in rows] == ["■", "■", "■"]
        assert "INC-1" in rows[0]
        assert "INC-40" in rows[0]

    def test_those_without_room_are_counted(self) -> None:
        events = [incident(start, 59, f"INC-{start}") for start in range(1, 9)]
        text = "\n".join(text_of(line) for line in drawn(lanes_of(events), rows=5).lines)
        assert "+7" in text


class TestDrifts:
    def test_each_at_the_time_of_its_change_with_the_sign_of_its_severity(self) -> None:
        drifts = [
            make_drift("a", changed_at=at(3), detected_at=at(50)),
            make_drift("b", changed_at=at(30), detected_at=at(50), level=Level.LOW, score=5),
        ]
        shown = lane_text(drawn(lanes_of([], drifts)))["drifts"]
        assert shown == "   ◆ a" + " " * 24 + "○ b" + " " * 17 + "◇"

    def test_several_in_a_cell_show_the_worst_and_their_number(self) -> None:
        drifts = [
            make_drift(name, changed_at=at(3), level=level, score=score)
            for name, level, score in (("a", Level.LOW, 9), ("b", Level.HIGH, 60))
        ]
        assert lane_text(drawn(lanes_of([], drifts)))["drifts"].startswith("◇  ▲ 2 drifts")

    def test_the_chosen_one_has_a_lane_of_its_evidence_and_of_how_long_nobody_knew(self) -> None:
        evidence = (Evidence("e1", "trail", EventKind.COMMIT, at(2), 0.9, "the commit"),)
        drift = make_drift("a", changed_at=at(10), detected_at=at(55), evidence=evidence)
        shown = lane_text(drawn(lanes_of([], [drift], drift)))["this drift"]
        assert shown == "  ◆       ◆ a: 45 min until it was found ━━━━━━━━━━━━━━┥"

    def test_its_evidence_stands_out_among_the_events(self) -> None:
        known = event(5)
        drift = make_drift("a", evidence=(Evidence(known.id, "trail", EventKind.API_CALL, at(5), 0.9, "it"),))
        [lane] = [lane for lane in lanes_of([known, event(9)], [drift], drift) if lane.id == "source:trail"]
        assert {column: mark.tone for column, mark in lane.marks.items()} == {5: "strong", 9: "accent"}


class TestLanes:
    def test_by_any_field_and_the_rest_together(self) -> None:
        events = [event(1, actor=Actor("mia")), event(2, actor=Actor("ole")), event(3, actor=Actor())]
        assert list(lane_text(drawn(lanes_of(events, by="actor")))) == ["drifts", "mia", "ole", "unknown"]
        assert list(lane_text(drawn(lanes_of(events, by="actor", names=["ole"])))) == ["drifts", "ole", "others"]
        assert list(lane_text(drawn(lanes_of(events, by="kind")))) == ["drifts", "calls"]

    def test_scans_have_a_lane_that_says_what_they_saw_change(self) -> None:
        stretch = stretch_of([], scans=(3, 30), changes={30: 4})
        shown = lane_text(drawn(lanes(SCALE, stretch, by="source", drifts=DriftTimes())))
        assert shown["scans"] == "   ◇" + " " * 26 + "◇ 4 resources changed"

    def test_lanes_that_find_no_room_are_counted(self) -> None:
        events = [event(1, source=f"source{number}") for number in range(9)]
        page = drawn(lanes_of(events), rows=8)
        assert page.hidden == 5
        assert len(page.lines) == 8
        assert next(iter(lane_text(drawn(lanes_of(events), rows=8, top=5)))) == "source4"

    def test_a_moment_in_the_past_dims_what_came_later(self) -> None:
        page = drawn(lanes_of([event(2, summary=""), event(40, summary="")]), as_of=at(20))
        line = page.lines[page.lane_at.index(1)]
        assert [span.tone for span in line if "●" in span.text] == ["accent", "muted"]

    def test_the_line_above_tells_the_time_at_the_cursor_and_that_of_the_desktop(self) -> None:
        view = View(SCALE, at(30), (at(0), at(60)))
        assert text_of(flag(SCALE, at(5), view, 0)) == "     ┃ as of here             ▼ 2 Mar 12:30"
        assert text_of(flag(SCALE, at(-5), view.moved(25), 0)) == "◀ as of earlier" + " " * 28 + "2 Mar 12:55 ▼"
        assert text_of(flag(SCALE, None, view.marking().moved(4), 0)).strip() == "2 Mar 12:30 – 2 Mar 12:35, 5 min ▼"


class TestShownToARoom:
    def test_names_are_masked_before_they_are_cut(self) -> None:
        masker = Masker()
        events = [event(2, summary="Put by anna.keller@shop.example"), event(22), incident(5, 12, "anna.keller@shop")]
        with masked_with(masker):
            shown = "\n".join(text_of(line) for line in drawn(lanes_of(events)).lines)
        assert "anna" not in shown
        assert "Put by person-1" in shown

    def test_counts_beside_each_other_are_no_account(self) -> None:
        events = [event(minute + n / 10) for minute in range(12) for n in range(2)]
        with masked_with(Masker()):
            assert lane_text(drawn(lanes_of(events, most=3)))["trail"] == "2" * 12


def test_more_of_what_lasts_than_bars_can_show_is_told_by_how_many_begin() -> None:
    events = [incident(n % 40 + n / 1_000, 59, f"INC-{n}") for n in range(250)]
    assert lane_text(drawn(lanes_of(events), rows=5))["incidents"].startswith("█")
    assert "incidents" in lane_text(drawn(lanes_of(events, most=9), rows=5))
    assert "alerts" not in lane_text(drawn(lanes_of(events, most=9), rows=5))
