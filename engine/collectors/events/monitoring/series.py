"""Collects what was measured, in any order and from several answers, into series."""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from engine.collectors.events.moments import in_utc, is_possible
from engine.collectors.events.monitoring.about import names_in
from engine.model import Series
from engine.redact import redact_prose, redact_value


class _Open(Struct):
    name: str
    labels: dict[str, str]
    unit: str
    scope: str
    touches: tuple[str, ...]
    samples: dict[datetime, float]


class SeriesBook:
    """The series of one read. Samples of one metric with the same labels are one series; a moment is kept once."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open: dict[tuple[str, tuple[tuple[str, str], ...]], _Open] = {}

    def add(
        self,
        name: str,
        labels: Mapping[str, str],
        samples: Iterable[tuple[datetime, float]],
        *,
        unit: str = "",
        scope: str = "",
        about: tuple[str, ...] = (),
    ) -> None:
        """Adds samples. Values that are not finite, and times that never are, say nothing and are left out."""
        known = dict(redact_value(dict(labels)))
        name, unit, scope = map(redact_prose, (name, unit, scope))
        about = tuple(text for text in about if redact_prose(text) == text)
        key = (name, tuple(sorted(known.items())))
        series = self._open.get(key)
        if series is None:
            touches = tuple(dict.fromkeys((*names_in(known), *about)))
            series = self._open[key] = _Open(name, known, unit, scope, touches, {})
        series.samples.update((at, value) for at, value in samples if math.isfinite(value) and is_possible(at))

    def found(self) -> Iterator[Series]:
        """The series that hold anything, oldest sample first."""
        for series in self._open.values():
            if series.samples:
                times = tuple(sorted(series.samples))
                yield Series(
                    source=self._source,
                    name=series.name,
                    times=times,
                    values=tuple(series.samples[at] for at in times),
                    labels=series.labels,
                    unit=series.unit,
                    scope=series.scope,
                    touches=series.touches,
                )


def moment(seconds: float) -> datetime:
    """A moment given in seconds since 1970. Raises ValueError when there is no such moment."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(f"{seconds} is no time") from error


def instant(text: object) -> datetime | None:
    """A moment in RFC 3339, with any number of digits behind the second, or in seconds since 1970.

    None for what is none, and for the year 1, by which programs say "never".
    """
    try:
        if isinstance(text, int | float) and not isinstance(text, bool):
            return moment(text)
        at = in_utc(datetime.fromisoformat(text.strip())) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and is_possible(at) else None
