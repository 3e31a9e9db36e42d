"""Metrics: what was measured, over time."""

from datetime import datetime

from msgspec import Struct


class Series(Struct, frozen=True):
    """One metric of one thing: `values[i]` was measured at `times[i]`, oldest first, each moment once.

    `name` is the metric's or the query's name; `labels` tell its series apart (`{"service": "checkout"}`).
    `touches` holds the names of the services and resources that it is about. Values are finite.
    """

    source: str
    name: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    labels: dict[str, str] = {}
    unit: str = ""
    scope: str = ""
    touches: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells this series from others, the same in every read: source, name and labels."""
        labels = ",".join(f"{name}={value}" for name, value in sorted(self.labels.items()))
        return f"{self.source}:{self.name}{{{labels}}}"
