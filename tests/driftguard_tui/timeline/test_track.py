"""A row of cells."""

from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.timeline.track import Track
from driftguard_tui.widgets.lines import width
from tests.support.reports import HOSTILE
from tests.support.timeline_samples import text_of


def test_what_is_written_last_stays() -> None:
    track = Track(8)
    track.fill(1, 99, "━", "high")
    track.write(2, "abc", "muted")
    track.put(3, "●", "good")
    assert text_of(track.line()) == " ━a●c━━━"
    assert [span.tone for span in track.line()] == ["", "high", "muted", "good", "muted", "high"]


def test_room_is_what_is_free() -> None:
    track = Track(8)
    track.write(4, " x", "muted")
    assert [track.room(column) for column in (0, 3, 4, 6, 8)] == [4, 1, 0, 2, 0]
    assert track.room(0, 2) == 2


def test_wide_characters_take_two_cells_and_accents_none() -> None:
    track = Track(8)
    track.write(0, "東e\u0301!", "")
    track.put(5, "●", "")
    assert text_of(track.line()) == "東e\u0301! ●"


@given(st.text() | st.sampled_from(HOSTILE), st.integers(-20, 60))
def test_a_row_keeps_its_width(words: str, column: int) -> None:
    track = Track(40)
    track.write(column, words, "muted")
    assert width(track.line()) == 40
