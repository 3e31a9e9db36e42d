"""Running text is wrapped at spaces, and nowhere else while a word fits a line."""

from hypothesis import given
from hypothesis import strategies as st

from driftguard_tui.widgets.lines import Span, flow, line, packed, width

WORDS = st.lists(st.text("ab. ", min_size=1, max_size=9), max_size=8)


def written(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans).rstrip()


def test_what_follows_a_link_without_a_space_stays_with_it() -> None:
    told = line("it was opened ", ("[1]", "key"), ". Before it: a commit")
    assert [written(row) for row in flow(told, 17)] == ["it was opened", "[1]. Before it: a", "commit"]
    assert [written(row) for row in flow(told, 18)] == ["it was opened [1].", "Before it: a", "commit"]


@given(WORDS, st.integers(3, 20))
def test_nothing_is_lost_or_too_wide(words: list[str], cells: int) -> None:
    rows = flow([Span(word) for word in words], cells)
    assert all(width(row) <= cells for row in rows)
    assert "".join(written(row) for row in rows).replace(" ", "") == "".join(words).replace(" ", "")


def test_pieces_are_packed_and_none_is_broken() -> None:
    pieces = [line(("critical 100", "critical")), line("security 94"), line("disruption 1%")]

    def packed_in(cells: int) -> list[str]:
        return [written(row) for row in packed(pieces, cells)]

    assert packed_in(60) == ["critical 100   security 94   disruption 1%"]
    assert packed_in(30) == ["critical 100   security 94", "disruption 1%"]
    assert packed_in(10) == ["critical", "100", "security", "94", "disruption", "1%"]
