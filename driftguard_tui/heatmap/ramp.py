"""From least to most in five steps, each a glyph and a tone: told apart without colour as well."""

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from math import log10
from typing import NamedTuple

from driftguard_tui.heatmap.grid import Grid
from engine.model import Cell

#: From least to most; the tone of the first is `heat-1`. The table of glyphs has them apart in ASCII, too.
GLYPHS = "∙░▒▓█"
STANDS_OUT = "◆"
#: Which looks fewer steps than five have: the most always looks like the most, and a few are easy to see.
_SPREAD: Sequence[Sequence[int]] = ((), (3,), (2, 5), (2, 3, 5), (2, 3, 4, 5), (1, 2, 3, 4, 5))
#: What is less than half again of what chance brings is nothing much; then threefold each time.
_LIFTS = (0.0, 1.5, 3.0, 10.0, 30.0)
#: By how many powers of ten it is rarer than certain, and how that is said.
_RARITIES = (0.0, 1.0, 2.0, 3.0, 4.0)
_ODDS = ("usual", "1 in 10", "1 in 100", "1 in 1,000", "rarer")
#: Smaller probabilities are all alike.
_LEAST = 1e-12


class Shade(StrEnum):
    """What a cell is shaded by."""

    COUNT = "count"
    LIFT = "times chance"
    RARITY = "rarity"

    @property
    def next(self) -> "Shade":
        """The one after it; after the last, the first."""
        every = list(Shade)
        return every[(every.index(self) + 1) % len(every)]


class Ramp(NamedTuple):
    """`bounds` are the least values of the steps, `levels` what they look like, 1 to 5."""

    shade: Shade
    bounds: tuple[float, ...]
    levels: tuple[int, ...]

    def level(self, cell: Cell) -> int:
        """How a cell looks, 1 to 5."""
        return self.levels[max(0, bisect_right(self.bounds, _value(cell, self.shade)) - 1)]

    def ranges(self) -> list[tuple[int, str]]:
        """Each step and its values: `4–7`, `16+`; `1.5–3×`; `1 in 100`."""
        if self.shade is Shade.RARITY:
            return list(zip(self.levels, _ODDS, strict=True))
        sign = "" if self.shade is Shade.COUNT else "×"
        found = []
        for place, (level, bound) in enumerate(zip(self.levels, self.bounds, strict=True)):
            following = self.bounds[place + 1] if place + 1 < len(self.bounds) else None
            found.append((level, _range(bound, following, is_whole=not sign) + sign))
        return found


def ramp(grid: Grid, shade: Shade) -> Ramp:
    """The ramp on which the cells of a grid are best told apart: counts grow by the same factor from step to step."""
    if shade is not Shade.COUNT:
        bounds_of = _LIFTS if shade is Shade.LIFT else _RARITIES
        return Ramp(shade, bounds_of, tuple(_SPREAD[len(bounds_of)]))
    most = max((cell.count for cell in grid.cells.values()), default=1)
    steps = len(GLYPHS)
    bounds = sorted({max(1, round(most ** (step / steps))) if most > steps else step + 1 for step in range(steps)})
    bounds = [bound for bound in bounds if bound <= most]
    return Ramp(shade, tuple(bounds), tuple(_SPREAD[len(bounds)]))


def tone(level: int) -> str:
    """The tone of a step of the ramp."""
    return f"heat-{level}"


def _value(cell: Cell, shade: Shade) -> float:
    if shade is Shade.COUNT:
        return cell.count
    if shade is Shade.LIFT:
        return cell.lift or 0.0
    return -log10(max(_LEAST, 1.0 if cell.p_value is None else cell.p_value))


def _range(bound: float, following: float | None, *, is_whole: bool) -> str:
    if following is None:
        return f"{bound:g}+"
    if not is_whole:
        return f"<{following:g}" if bound == 0 else f"{bound:g}–{following:g}"
    return f"{bound:g}" if following == bound + 1 else f"{bound:g}–{following - 1:g}"
