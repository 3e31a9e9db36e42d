"""Stretches in which a metric was not as usual, as events."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct, structs

from engine.correlate.anomaly.detector import Detector
from engine.model import Event, EventKind, Series

#: An event asks for more than a mark in a table does: noise reaches this once in some thousands of values.
_CLEAR = 0.6
#: A value within so many spreads of the usual one is usual again.
_USUAL = 3.0
#: After so many values a new level is the usual one: the stretch goes on, and what comes then is compared with it.
_SETTLED = 100
#: The first values are what is compared with: what is new among them is no shift.
_FIRST = 50


class _Stretch(Struct, frozen=True):
    """What is known of a stretch. `farthest` is its value that is farthest from the usual one, `last` its last time."""

    start: datetime
    last: datetime
    usual: float
    spread: float
    farthest: float
    values: int = 1
    end: datetime | None = None

    def is_left_by(self, value: float) -> bool:
        return abs(value - self.usual) <= _USUAL * self.spread

    def with_value(self, at: datetime, value: float) -> "_Stretch":
        farthest = max(self.farthest, value, key=lambda one: abs(one - self.usual))
        return structs.replace(self, last=at, farthest=farthest, values=self.values + 1)


def shifts_of(series: Iterable[Series]) -> Iterator[Event]:
    """An event for each stretch of each series that is unlike what came before it, series by series, oldest first.

    A stretch begins where the detector finds a clear anomaly, and `ended_at` is when the value is as usual again; None
    when it stayed, or still is. Whether and when a stretch begins depends on earlier values alone; its end, and with
    it the summary, on later ones as well, which is why `recorded_at` is the time of the last value that counted: of
    two events with one id, the later tells more.
    """
    for one in series:
        for stretch in _stretches(one):
            yield _event(one, stretch)


def _stretches(series: Series) -> Iterator[_Stretch]:
    detector = Detector()
    current: _Stretch | None = None
    for number, (at, value) in enumerate(zip(series.times, series.values, strict=True)):
        usual = detector.usual(at)
        score = detector.score(at, value)
        if current is not None:
            if current.is_left_by(value):
                yield structs.replace(current, end=at)
            elif current.values < _SETTLED:
                current = current.with_value(at, value)
                continue
            else:
                yield current
            current = None
        if score >= _CLEAR and usual is not None and number >= _FIRST:
            current = _Stretch(at, at, *usual, farthest=value)
    if current is not None:
        yield current


def _event(series: Series, stretch: _Stretch) -> Event:
    digest = hashlib.blake2b(f"{series.scope}\0{series.key}\0{stretch.start.isoformat()}".encode(), digest_size=8)
    return Event(
        id=f"shift-{digest.hexdigest()}",
        at=stretch.start,
        source=series.source,
        kind=EventKind.METRIC,
        operation=series.name,
        scope=series.scope,
        writes=False,
        touches=series.touches,
        summary=_summary(series, stretch),
        ended_at=stretch.end,
        recorded_at=stretch.end or stretch.last,
    )


def _summary(series: Series, stretch: _Stretch) -> str:
    labels = ", ".join(f"{name}={value}" for name, value in sorted(series.labels.items()))
    metric = f"{series.name} ({labels})" if labels else series.name
    usual, farthest = f"{stretch.usual:.3g}", f"{stretch.farthest:.3g}"
    unit = f" {series.unit}" if series.unit else ""
    if abs(stretch.farthest - stretch.usual) <= _USUAL * stretch.spread:
        moved = f"was {farthest}{unit} at an unusual moment, where about {usual} is usual"
    else:
        word = "rose" if stretch.farthest > stretch.usual else "fell"
        moved = f"{word} from about {usual} to {farthest}{unit}"
    return f"{metric} {moved}, {_when(stretch)}"


def _when(stretch: _Stretch) -> str:
    start = stretch.start.astimezone(UTC)
    if stretch.end is None:
        return f"from {start:%Y-%m-%d %H:%M} UTC on"
    end = stretch.end.astimezone(UTC)
    return f"from {start:%Y-%m-%d %H:%M} to {end:{'%H:%M' if end.date() == start.date() else '%Y-%m-%d %H:%M'}} UTC"
