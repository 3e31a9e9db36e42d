"""How surprising a value is to what was learnt from the values before it, in nats.

A surprise of n nats is what an event of probability exp(-n) deserves. Each learner says how surprising a value is first
and learns from it then; each forgets slowly and takes a fixed room, however long the series.
"""

import math
import sys

#: Values after which half of what was learnt of a level and its spread is forgotten.
_HALF_LIFE = 1000
#: The range of values is forgotten more slowly: the extremes are rare.
_RANGE_HALF_LIFE = 4000
#: Values before which a level says nothing.
_ENOUGH = 20
#: Degrees of freedom of Student's distribution: metrics have heavier tails than the normal distribution.
_FREEDOM = 3
#: What differs from a level by more spreads than this is no more surprising than this.
_FARTHEST = 100.0
#: What differs by less, in parts of the value, differs by rounding.
_ROUNDING = 1e-12


class Level:
    """The usual value and its spread; far from it is surprising."""

    def __init__(self) -> None:
        self.mean = 0.0
        self._variance = 0.0
        self._seen = 0

    @property
    def is_known(self) -> bool:
        """Whether enough values were seen to say what is usual."""
        return self._seen >= _ENOUGH

    @property
    def spread(self) -> float:
        """The standard deviation."""
        return math.sqrt(self._variance)

    def surprise(self, value: float) -> float:
        """The distance from the mean, as Student's distribution has it."""
        if not self.is_known:
            return 0.0
        distance = abs(value - self.mean)
        least = _ROUNDING * (abs(value) + abs(self.mean))
        if distance <= least:
            return 0.0
        away = min(distance / max(self.spread, least, sys.float_info.min), _FARTHEST)
        return (_FREEDOM + 1) / 2 * math.log1p(away * away / _FREEDOM)

    def learn(self, value: float) -> None:
        """Takes the value in."""
        self._seen += 1
        weight = max(1 - 0.5 ** (1 / _HALF_LIFE), 1 / self._seen)
        difference = value - self.mean
        self.mean += weight * difference
        if self._seen > 1:
            self._variance = (1 - weight) * (self._variance + weight * difference * difference)


class Hours:
    """What is usual at each hour of the day; a value that belongs to another hour is surprising."""

    _WEIGHT = 0.1  # of the newest value in its hour's mean

    def __init__(self) -> None:
        self._means: list[float | None] = [None] * 24
        self._errors = Level()

    def usual(self, hour: int) -> tuple[float, float] | None:
        """The hour's usual value, and how far values usually are from theirs; None while too few were seen."""
        mean = self._means[hour]
        return None if mean is None or not self._errors.is_known else (mean, self._errors.spread)

    def surprise(self, hour: int, value: float) -> float:
        """The distance from the hour's usual value, measured by how far values usually are from theirs."""
        mean = self._means[hour]
        return 0.0 if mean is None else self._errors.surprise(value - mean)

    def learn(self, hour: int, value: float) -> None:
        """Takes the value in."""
        mean = self._means[hour]
        if mean is None:
            self._means[hour] = value
            return
        self._errors.learn(value - mean)
        self._means[hour] = mean + self._WEIGHT * (value - mean)


class Order:
    """Which value follows which, in steps of the range; a step that is rare, or rare after the last, is surprising."""

    _STEPS = 16
    _MARGIN = 0.5  # steps on either side of the range seen, in parts of it: what leaves the range has steps of its own

    def __init__(self) -> None:
        self._low = math.inf
        self._high = -math.inf
        self._last = 0
        self._steps = _Counts(self._STEPS)
        self._after = [_Counts(self._STEPS) for _ in range(self._STEPS)]

    def surprise(self, value: float) -> float:
        """The greater of how rare the value's step is, and how rare it is after the last one."""
        step = self._step(value)
        return max(self._steps.surprise(step), self._after[self._last].surprise(step))

    def learn(self, value: float) -> None:
        """Takes the value in."""
        step = self._step(value)
        self._steps.add(step)
        self._after[self._last].add(step)
        self._last = step
        forgotten = (1 - 0.5 ** (1 / _RANGE_HALF_LIFE)) * max(0.0, self._high - self._low)
        self._low, self._high = min(self._low + forgotten, value), max(self._high - forgotten, value)

    def _step(self, value: float) -> int:
        width = self._high - self._low
        if width <= _ROUNDING * abs(value):
            return 0
        share = (value - self._low + self._MARGIN * width) / ((1 + 2 * self._MARGIN) * width)
        return int(min(1.0, max(0.0, share)) * (self._STEPS - 1))


class _Counts:
    """How often each step was seen, of late."""

    _MOST = 4000  # with so many, all are halved: the newer ones then count for more
    _UNSEEN = 0.5  # of a count, for a step that was never seen

    def __init__(self, steps: int) -> None:
        self._counts = [0.0] * steps
        self._total = 0.0
        self._different = 0

    def surprise(self, step: int) -> float:
        """How rare the step is, if one step more than those seen is possible."""
        possible = self._total + self._UNSEEN * (self._different + 1)
        return -math.log((self._counts[step] + self._UNSEEN) / possible)

    def add(self, step: int) -> None:
        self._different += self._counts[step] == 0
        self._counts[step] += 1
        self._total += 1
        if self._total >= self._MOST:
            self._counts = [count / 2 for count in self._counts]
            self._total /= 2
