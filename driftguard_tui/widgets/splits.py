"""How panes share a space: a tree of splits, and the regions that come of it. Plain data, no widgets."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from textual.geometry import Region

#: A pane gets no fewer cells than these; where a split has no room for two, it shows the one with the focus.
LEAST_WIDTH = 54
LEAST_HEIGHT = 6
_LEAST_SHARE = 0.1
#: What a pane must keep while a border is dragged.
_DRAGGED_WIDTH = 24


class Split(Struct, frozen=True):
    """Two parts beside each other (`across`) or one above the other; the first has `share` of the space.

    A part is the id of a pane, or another split.
    """

    across: bool
    share: float
    first: "str | Split"
    second: "str | Split"


Tree = str | Split
#: From the root to a split: for each step whether the second part is taken.
Path = tuple[bool, ...]


class Border(NamedTuple):
    """The line between the parts of a split, which can be dragged. `space` is what the split has in all."""

    path: Path
    across: bool
    at: int
    space: Region

    def under(self, x: int, y: int) -> bool:
        """Whether a point is on it: on the last cell of the first part, or the first of the second."""
        along = x if self.across else y
        return self.space.contains(x, y) and self.at - 1 <= along <= self.at

    def share(self, x: int, y: int) -> float:
        """The share of the first part, were the border here."""
        size = self.space.width if self.across else self.space.height
        start = self.space.x if self.across else self.space.y
        least = min(0.45, (_DRAGGED_WIDTH if self.across else LEAST_HEIGHT) / max(1, size))
        return min(1 - least, max(least, ((x if self.across else y) - start) / max(1, size)))


def panes(tree: Tree) -> Iterator[str]:
    """The ids of the panes, in reading order."""
    if isinstance(tree, str):
        yield tree
    else:
        yield from panes(tree.first)
        yield from panes(tree.second)


def place(tree: Tree, space: Region, focused: str, path: Path = ()) -> tuple[dict[str, Region], list[Border]]:
    """Where each pane that can be seen is, and the borders between them."""
    if isinstance(tree, str):
        return {tree: space}, []
    size, least = (space.width, LEAST_WIDTH) if tree.across else (space.height, LEAST_HEIGHT)
    if size < 2 * least:
        second = focused in panes(tree.second)
        return place(tree.second if second else tree.first, space, focused, (*path, second))
    cells = round(size * tree.share)
    first, rest = _divide(space, cells, across=tree.across)
    regions, borders = place(tree.first, first, focused, (*path, False))
    others, more = place(tree.second, rest, focused, (*path, True))
    at = rest.x if tree.across else rest.y
    return regions | others, [Border(path, tree.across, at, space), *borders, *more]


def with_share(tree: Tree, path: Path, share: float) -> Tree:
    """The tree with another share for the first part of the split at this path."""
    if isinstance(tree, str):
        return tree
    if not path:
        return replace(tree, share=min(1 - _LEAST_SHARE, max(_LEAST_SHARE, share)))
    if path[0]:
        return replace(tree, second=with_share(tree.second, path[1:], share))
    return replace(tree, first=with_share(tree.first, path[1:], share))


def grown(tree: Tree, pane: str, by: float) -> Tree:
    """The tree with this pane larger by that share of the nearest split that holds it."""
    if isinstance(tree, str):
        return tree
    for part, sign in (("first", 1), ("second", -1)):
        inner: Tree = getattr(tree, part)
        if inner == pane:
            return with_share(tree, (), tree.share + sign * by)
        if pane in panes(inner):
            return replace(tree, **{part: grown(inner, pane, by)})
    return tree


def _divide(space: Region, cells: int, *, across: bool) -> tuple[Region, Region]:
    if across:
        return space.split_vertical(cells)
    return space.split_horizontal(cells)
