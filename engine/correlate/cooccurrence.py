"""Which kinds of events occur together more often than by chance.

Two things would make everything hang together with everything, and are taken out. A burst of one kind (an alert that
fires again every minute) counts once, as an episode. And what is done in the same hours of the day is no link: what
is expected by chance is worked out from how much of the time around each occurrence the other kind covers.
"""

import heapq
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from msgspec import Struct

from engine.correlate.significance import (
    LEAST_LIFT,
    LEVEL,
    Floats,
    Integers,
    benjamini_hochberg,
    binomial_tail,
)
from engine.model import Lift

#: How far apart two events may be to have occurred together, where nothing else is asked for.
WINDOW = timedelta(minutes=30)
#: Chance is measured over so many windows before and after each occurrence.
_NEIGHBOURHOOD = 6
#: Kinds with fewer episodes cannot be told from chance, and are not looked at.
_FEWEST = 5
#: The commonest so many are.
_MOST = 250
_MICROSECOND = timedelta(microseconds=1)


class Episodes(Struct, frozen=True):
    """The occurrences of a kind, those within a window of each other as one. Microseconds since 1970."""

    starts: Integers
    ends: Integers


def episodes(times: Integers, window: timedelta) -> Episodes:
    """The episodes of occurrences that are in order of time."""
    if not len(times):
        return Episodes(times, times)
    apart = np.flatnonzero(np.diff(times) > window // _MICROSECOND)
    return Episodes(times[np.r_[0, apart + 1]], times[np.r_[apart, len(times) - 1]])


def lifts(kinds: Mapping[str, Integers], window: timedelta = WINDOW) -> tuple[Lift, ...]:
    """For each pair of kinds, how often the second occurs within the window after the first, the surest link first.

    `kinds` holds the moments of each kind's occurrences, in microseconds since 1970 and in order. Pairs that occur
    together never are left out.
    """
    every = {name: episodes(times, window) for name, times in sorted(kinds.items())}
    often = heapq.nlargest(_MOST, every, key=lambda name: len(every[name].starts))
    told = {name: every[name] for name in sorted(often) if len(every[name].starts) >= _FEWEST}
    if len(told) < 2:
        return ()
    names = list(told)
    counts = np.array([len(found.starts) for found in told.values()])
    pairs = _Pairs(told, window // _MICROSECOND)
    together, expected = (np.array(column) for column in zip(*map(pairs.with_second, told.values()), strict=True))
    p_values = binomial_tail(together, counts[None, :], expected / counts[None, :])
    np.fill_diagonal(p_values, 1.0)
    aside = ~np.eye(len(names), dtype=bool)
    q_values = np.ones_like(p_values)
    q_values[aside] = benjamini_hochberg(p_values[aside])
    found = [
        _lift(names[first], names[second], int(counts[first]), together[second, first], expected[second, first],
              p_values[second, first], q_values[second, first])
        for second, first in np.argwhere(aside & (together > 0))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda lift: (lift.q_value, -lift.lift, lift.first, lift.second)))


def followed(first: Integers, second: Integers, window: timedelta = WINDOW) -> list[tuple[int, int]]:
    """The moments of the first's episodes that have the second within the window after them, and of that second.

    Microseconds since 1970, in order of time, as both are given.
    """
    starts = episodes(first, window).starts
    place = np.searchsorted(second, starts, side="left")
    starts, place = starts[place < len(second)], place[place < len(second)]
    near = second[place] - starts <= window // _MICROSECOND
    return list(zip(starts[near].tolist(), second[place[near]].tolist(), strict=True))


class _Pairs:
    """The beginnings of all kinds' episodes in order of time, to be held against one kind after another."""

    def __init__(self, told: Mapping[str, Episodes], window: int) -> None:
        self._window = window
        self._count = len(told)
        starts = np.concatenate([found.starts for found in told.values()])
        kinds = np.repeat(np.arange(len(told)), [len(found.starts) for found in told.values()])
        order = np.argsort(starts, kind="stable")
        self._starts, self._kinds = starts[order], kinds[order]
        first, last = self._starts[0], max(found.ends.max() for found in told.values())
        self._from = np.maximum(self._starts - _NEIGHBOURHOOD * window, first - window)
        self._to = np.maximum(np.minimum(self._starts + _NEIGHBOURHOOD * window, last), self._from + 1)

    def with_second(self, second: Episodes) -> tuple[Floats, Floats]:
        """For each kind as the first: how many of its episodes have the second within the window, and would by chance.

        The second follows within the window just where an episode begins in one of the spans that end with the
        second's episodes and begin a window before them.
        """
        begins, ends = second.starts - self._window, second.ends
        inside = np.zeros(len(self._starts) + 1, dtype=np.int32)
        np.add.at(inside, np.searchsorted(self._starts, begins, side="left"), 1)
        np.add.at(inside, np.searchsorted(self._starts, ends, side="right"), -1)
        hit = np.cumsum(inside)[:-1] > 0
        knots = np.column_stack([begins, ends]).ravel()
        covered = np.repeat(np.concatenate([[0], np.cumsum(ends - begins)]), 2)[1:-1]
        share = np.interp(self._to, knots, covered) - np.interp(self._from, knots, covered)
        return self._by_kind(hit), self._by_kind(share / (self._to - self._from))

    def _by_kind(self, values: Any) -> Floats:
        return np.bincount(self._kinds, weights=values, minlength=self._count).astype(np.float64)


def _lift(
    first: str, second: str, count: int, together: float, expected: float, p_value: float, q_value: float
) -> Lift:
    lift = float(together / expected)
    return Lift(
        first=first,
        second=second,
        count=count,
        together=int(together),
        expected=round(float(expected), 3),
        lift=round(lift, 3),
        p_value=float(p_value),
        q_value=float(q_value),
        significant=bool(q_value <= LEVEL) and lift >= LEAST_LIFT,
    )
