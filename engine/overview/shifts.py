"""Where a row of counts steps to another level, and stays there.

A metric's detector needs dozens of values, and takes each step of a count that mostly stands still for news. Here the
row is short and known as a whole: a step counts when it is larger than chance makes a count differ, and than the row
usually moves, so that a steady rise is no row of steps.
"""

import math
import statistics
from collections.abc import Sequence
from itertools import pairwise

#: The middle of so many counts is a level, so that one alone that stands out is none.
_SIDE = 3
#: So many must have come after a step for it to have lasted.
_LASTING = 2
#: A step is at least so many standard deviations of a count around its level,
_BY_CHANCE = 2.0
#: so many spreads of what the row moves by,
_UNUSUAL = 4.0
#: and this many in any case.
_LEAST = 3.0
#: The spread of a normal distribution, in median absolute deviations.
_SPREAD = 1.4826


def steps_of(counts: Sequence[int]) -> list[tuple[int, float, float]]:
    """The places at which another level begins, in order, each with the level before and after it."""
    if len(counts) < 2 * _LASTING:
        return []
    moves = [after - before for before, after in pairwise(counts)]
    usual = statistics.median(moves)
    spread = _SPREAD * statistics.median(abs(move - usual) for move in moves)
    places = range(_LASTING, len(counts) - _LASTING + 1)
    surprises = {place: _surprise(counts, place, usual, spread) for place in places}
    found: list[int] = []
    for surprising in sorted(places, key=lambda place: -surprises[place]):
        # A middle of three is another level from one place before the step to one behind it.
        near = [place for place in range(surprising - 1, surprising + 2) if surprises.get(place, 0.0) >= 1]
        place = max(near, key=lambda place: abs(moves[place - 1]), default=0)
        if near and all(abs(place - other) >= _SIDE for other in found):
            found.append(place)
    return [(place, *_levels(counts, place)) for place in sorted(found)]


def _surprise(counts: Sequence[int], place: int, usual: float, spread: float) -> float:
    """A step in parts of the least that counts as one; `usual` is what the row moves by from one count to the next."""
    before, after = _levels(counts, place)
    apart = (min(place, _SIDE) + min(len(counts) - place, _SIDE)) / 2
    least = max(_LEAST, _BY_CHANCE * math.sqrt(before), _UNUSUAL * spread)
    return abs(after - before - usual * apart) / least


def _levels(counts: Sequence[int], place: int) -> tuple[float, float]:
    before, after = counts[max(0, place - _SIDE) : place], counts[place : place + _SIDE]
    return statistics.median(before), statistics.median(after)
