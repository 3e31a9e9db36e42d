"""How panes share a space."""

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from driftguard_tui.widgets.splits import LEAST_HEIGHT, LEAST_WIDTH, Split, Tree, grown, panes, place, with_share

THREE = Split(True, 0.4, "list", Split(False, 0.5, "detail", "events"))
WIDE = Region(0, 0, 200, 50)


def trees(names: list[str]) -> st.SearchStrategy[Tree]:
    if len(names) == 1:
        return st.just(names[0])
    return st.integers(1, len(names) - 1).flatmap(
        lambda at: st.builds(Split, st.booleans(), st.floats(0.1, 0.9), trees(names[:at]), trees(names[at:]))
    )


def test_two_beside_each_other_and_two_above() -> None:
    regions, borders = place(THREE, WIDE, "list")
    assert regions == {
        "list": Region(0, 0, 80, 50),
        "detail": Region(80, 0, 120, 25),
        "events": Region(80, 25, 120, 25),
    }
    assert [(border.path, border.across, border.at) for border in borders] == [((), True, 80), ((True,), False, 25)]


def test_where_there_is_no_room_for_two_the_one_with_the_keys_is_seen() -> None:
    narrow = Region(0, 0, 80, 24)
    assert place(THREE, narrow, "list")[0] == {"list": narrow}
    assert list(place(THREE, narrow, "events")[0]) == ["detail", "events"]
    assert place(THREE, Region(0, 0, 80, 2 * LEAST_HEIGHT - 1), "events")[0] == {"events": Region(0, 0, 80, 11)}


@given(trees(["a", "b", "c", "d"]), st.integers(10, 300), st.integers(4, 100), st.sampled_from(["a", "b", "c", "d"]))
def test_what_is_seen_fills_the_space_without_overlap(tree: Tree, width: int, height: int, focused: str) -> None:
    space = Region(0, 0, width, height)
    regions, _ = place(tree, space, focused)
    assert focused in regions
    assert sum(region.area for region in regions.values()) == space.area
    seen = list(regions.values())
    assert not any(one.overlaps(other) for at, one in enumerate(seen) for other in seen[:at])
    assert set(panes(tree)) >= set(regions)


@given(trees(["a", "b", "c"]), st.sampled_from(["a", "b", "c"]), st.integers(-30, 30))
def test_a_pane_grows_within_bounds_and_none_is_lost(tree: Tree, pane: str, steps: int) -> None:
    after = grown(tree, pane, steps * 0.05)
    assert list(panes(after)) == list(panes(tree))
    space = Region(0, 0, 4 * LEAST_WIDTH, 8 * LEAST_HEIGHT)
    before, now = place(tree, space, pane)[0][pane], place(after, space, pane)[0][pane]
    assert (now.area >= before.area) if steps > 0 else (now.area <= before.area) if steps < 0 else now == before


def test_dragging_a_border_moves_it_there() -> None:
    _, borders = place(THREE, WIDE, "list")
    border = borders[0]
    assert border.under(80, 10)
    assert border.under(79, 10)
    assert not border.under(70, 10)
    moved = with_share(THREE, border.path, border.share(120, 10))
    assert place(moved, WIDE, "list")[0]["list"].width == 120
    squeezed = with_share(THREE, border.path, border.share(0, 10))
    assert place(squeezed, WIDE, "list")[0]["list"].width >= 20, "no pane is squeezed to nothing"
