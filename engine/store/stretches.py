"""What a drawing of time asks of the timeline, and what it is answered. Light: no database library behind it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct, structs

from engine.model import Event

#: Field → its values → how many events have each.
Names = Mapping[str, Mapping[str, int]]
#: Column → how many are in it; those without any are left out.
Counts = Mapping[int, int]


#: Fields, and the values of which an event has one in at least one of them.
Alternatives = tuple[tuple[str, tuple[str, ...]], ...]


class Wanted(Struct, frozen=True):
    """Which events are wanted: those for which each of `among` holds.

    `touching` are identifiers, any of which an event must touch. `only_writes` leaves out calls that read, but for
    those that were refused.
    """

    among: tuple[Alternatives, ...] = ()
    touching: tuple[str, ...] = ()
    only_writes: bool = True

    def of(self, field: str, *values: str) -> "Wanted":
        """Of these only those that have one of the values in the field."""
        return structs.replace(self, among=(*self.among, ((field, values),)))


#: What changed something, or was to.
WRITES = Wanted()


class ScanMark(Struct, frozen=True):
    """A scan, and the time that it is about."""

    id: str
    as_of: datetime


class Stretch(Struct, frozen=True):
    """What happened in a stretch of time that is cut into `columns` of equal `width`, counted by column.

    `lanes` has the values of one field, those that were asked for; `others` all the rest together. What lasts, the
    incidents and alerts, is not among them: `begun` counts it by kind where it begins. `events` are the events of the
    lanes, and `lasting` what was under way at any time of the stretch, both oldest first: None when they are more than
    was asked for. `changes` are the resources that scans saw change.
    """

    start: datetime
    width: timedelta
    columns: int
    lanes: Mapping[str, Counts]
    others: Counts
    begun: Mapping[str, Counts]
    events: tuple[Event, ...] | None = None
    lasting: tuple[Event, ...] | None = None
    changes: Counts = {}
    scans: tuple[ScanMark, ...] = ()

    @property
    def end(self) -> datetime:
        """The end of the last column, which is not part of it."""
        return self.start + self.width * self.columns


class SeriesName(Struct, frozen=True):
    """A metric of which something was measured within a span; `samples` times."""

    number: int
    source: str
    name: str
    labels: Mapping[str, str]
    unit: str
    touches: tuple[str, ...]
    samples: int


class SeriesShape(Struct, frozen=True):
    """The least and the greatest of what was measured in each column that has anything."""

    low: Mapping[int, float]
    high: Mapping[int, float]
