"""Scores the values of a metric one by one, by what came before.

Three learners say how surprising a value is: by its distance from the level, by its distance from what the hour of the
day usually has, and by how rare it is after the value before. What the score is made of was chosen by the standard NAB
score over 24 series (`tests/bench/measure_nab.py`): level alone 59, order alone 53, hours alone 70, all three 73.
Others, with the better of what they get with and without the rule of what is news: sliding mean and deviation 51,
nearest neighbours 47, relative entropy 55, half-space trees 54, spectral residual 42; learnt contexts of any length 63
to 70, by how the range is found, at a tenth of the speed and in room that grows. No figure below moves the score by
more than about five points when it is changed by a quarter.
"""

import math
from collections import deque
from datetime import datetime

from engine.correlate.anomaly.surprise import Hours, Level, Order

#: A score from here on is an anomaly.
ANOMALOUS = 0.5

#: The surprise, in nats, that has the score ANOMALOUS: what is to be expected once in 600 values.
_ANOMALY = 6.4
#: Values for which an anomaly stays known: in this time only what is more surprising is news.
_NEWS = 100
#: What is greater, or not a number, is no measurement; its square could not be computed with.
_GREATEST = 1e150


class Detector:
    """Scores one series. It takes a fixed room and looks at no value but those it was given.

    A score says how much of news a value is: 0 for what is usual and for what only goes on, 0.5 at the bound of what
    is called anomalous, towards 1 for what was never like it. It does not depend on the unit of the values.
    """

    def __init__(self) -> None:
        self._level = Level()
        self._hours = Hours()
        self._order = Order()
        self._seen = 0
        self._highest: deque[tuple[int, float]] = deque()  # of the last surprises those that none after exceeds

    def score(self, at: datetime, value: float | None) -> float:
        """The score of the value at a time, in [0, 1]. What is missing or no number scores 0 and teaches nothing."""
        if value is None or not abs(value) <= _GREATEST:
            return 0.0
        parts = (self._level.surprise(value), self._hours.surprise(at.hour, value), self._order.surprise(value))
        surprise = math.log(sum(map(math.exp, parts)))
        self._level.learn(value)
        self._hours.learn(at.hour, value)
        self._order.learn(value)
        return 1 - 2 ** (-surprise / _ANOMALY) if self._is_news(surprise) else 0.0

    def usual(self, at: datetime) -> tuple[float, float] | None:
        """What a value at this time would usually be, and by how much it usually differs; None while that is unknown.

        As the hour of the day has it where the day has a shape, else as the series has it.
        """
        if not self._level.is_known:
            return None
        level, hour = (self._level.mean, self._level.spread), self._hours.usual(at.hour)
        return hour if hour is not None and hour[1] < level[1] else level

    def _is_news(self, surprise: float) -> bool:
        """Whether none of the last surprises was as great."""
        self._seen += 1
        while self._highest and self._highest[0][0] < self._seen - _NEWS:
            self._highest.popleft()
        news = not self._highest or surprise > self._highest[0][1]
        while self._highest and self._highest[-1][1] <= surprise:
            self._highest.pop()
        self._highest.append((self._seen, surprise))
        return news
