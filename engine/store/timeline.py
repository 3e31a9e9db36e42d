"""The timeline: resource versions, events and reports in one DuckDB file, to be asked about any moment."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

import duckdb

from engine.errors import StoreError
from engine.model import Actor, Drift, Event, Report, ResourceRef, ResourceState, Series
from engine.store import timeline_estate
from engine.store import timeline_history as history
from engine.store import timeline_lanes as lanes
from engine.store import timeline_read as read
from engine.store.files import TIMELINE, make_private
from engine.store.records import Matching, Place, PlaceCount, Window
from engine.store.stretches import WRITES, Names, SeriesName, SeriesShape, Stretch, Wanted
from engine.store.timeline_columns import to_naive
from engine.store.timeline_events import events_touching, write_events
from engine.store.timeline_metrics import series_between, write_series
from engine.store.timeline_schema import NAME, open_database
from engine.store.timeline_window import window
from engine.store.timeline_write import write_resources, write_scan, write_watermarks

P = ParamSpec("P")
T = TypeVar("T")


class Timeline:
    """One process owns the file; its threads may share the object. Every method raises StoreError when the file fails.

    All datetimes are aware; those that come back are in UTC.
    """

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._path = path
        self._connection = connection
        self._writer = Lock()

    @classmethod
    def open(cls, folder: Path) -> "Timeline":
        """Opens `timeline.duckdb` in the folder, creating both when they are not there.

        Raises StoreError, naming the owner, when another process has it open, and when the file is damaged, not a
        timeline or of a newer version, and when it is encrypted and its key cannot be had or is another one.
        """
        path = folder / TIMELINE
        return cls(path, open_database(path))

    def record_scan(
        self,
        report: Report,
        resources: Iterable[ResourceState],
        events: Sequence[Event],
        fingerprint: str | None = None,
        *,
        series: Sequence[Series] = (),
        read_to: Mapping[str, datetime] | None = None,
    ) -> None:
        """Records a scan whole or not at all: its report, the resources that changed, the events not yet known.

        `fingerprint` stands for what the scan would read, so that `report_for` can save reading it again. `read_to`
        says up to when each source of events has been read whole.
        """
        with self._writing() as cursor:
            number = write_scan(cursor, report, fingerprint)
            write_resources(cursor, number, report, resources)
            write_events(cursor, events)
            write_series(cursor, series)
            write_watermarks(cursor, report.scan.estate, read_to or {})

    def record_unchanged(self, report: Report, fingerprint: str) -> None:
        """Records a scan that would find what the last one did: `report` is what `report_for` gave, with a new scan."""
        with self._writing() as cursor:
            write_scan(cursor, report, fingerprint, drifts_of=read.drifts_of_last_scan(cursor, report.scan.estate))

    def add_events(self, events: Iterable[Event]) -> int:
        """Adds events whose id is not there yet, all or none, and returns how many were new."""
        with self._writing() as cursor:
            return write_events(cursor, events)

    def resources_as_of(self, at: datetime, side: str | None = None) -> list[ResourceState]:
        """The estate as it was recorded at `at`; `side` is `declared`, `actual` or None for both."""
        return self._ask(read.resources_as_of, to_naive(at), side)

    def history(self, ref: ResourceRef, side: str = "actual") -> list[tuple[datetime, ResourceState | None]]:
        """The versions of a resource and since when each holds, oldest first; None from when it was gone.

        The resource is found by provider, type and id, and by its scope if it has one; without an id by its address.
        """
        return self._ask(read.history, ref, side)

    def window(
        self,
        start: datetime,
        end: datetime,
        *,
        as_of: datetime | None = None,
        sources: Sequence[str] | None = None,
        scope: str | None = None,
        kinds: Sequence[str] | None = None,
        touching: Sequence[str] | None = None,
        only_writes: bool = False,
        limit: int = 2_000,
        full: bool = False,
    ) -> Window:
        """Everything that happened from `start` to `end`, both included, as it was known at `as_of`, oldest first.

        That is the first `limit` events, the incidents and alerts under way when it begins among them, and the
        resources that scans saw change. `sources`, `kinds` and `touching` (identifiers) keep events that fit any of
        theirs, `scope` those of a scope (an account's of its regions too) and of none. `only_writes` leaves out calls
        that read, but for those that were refused. Without `full` the events come without their request and
        original, which is much faster.
        """
        return self._ask(
            window,
            start,
            end,
            as_of=as_of,
            sources=sources,
            scope=scope,
            kinds=kinds,
            touching=touching,
            only_writes=only_writes,
            limit=limit,
            full=full,
        )

    def stretch(
        self,
        start: datetime,
        width: timedelta,
        columns: int,
        *,
        by: str = "source",
        names: Sequence[str] = (),
        wanted: Wanted = WRITES,
        most: int = 2_000,
    ) -> Stretch:
        """What happened from `start` on, counted in `columns` columns of this width, however much it is.

        `by` is one of `event.FIELDS`; those of its values that are in `names` are told apart, all others counted
        together. The events themselves come along when they are no more than `most`, and so does what lasts.
        """
        return self._ask(lanes.stretch, start, width, columns, by=by, names=names, wanted=wanted, most=most)

    def names(self) -> Names:
        """What events can be chosen by: the values of each field, the most frequent first."""
        return self._ask(lanes.names)

    def actors(self) -> list[Actor]:
        """Who did anything that is recorded, by name and kind."""
        return self._ask(lanes.actors)

    def people(self) -> list[str]:
        """Whoever the recorded tickets and planned changes name."""
        return self._ask(lanes.people)

    def extent(self) -> tuple[datetime, datetime] | None:
        """The first and the last moment of which anything is recorded; None of an empty timeline."""
        return self._ask(lanes.extent)

    def events_within(
        self, start: datetime, end: datetime, wanted: Wanted = WRITES, *, limit: int = 500
    ) -> tuple[list[Event], int]:
        """The first events from `start` on and before `end`, without their long texts, and how many more there are."""
        return self._ask(lanes.events_within, start, end, wanted, limit)

    def event(self, id_: str, at: datetime) -> Event | None:
        """One event with its request and original; `at` is when it happened."""
        return self._ask(lanes.event, id_, at)

    def nearest(self, at: datetime, wanted: Wanted = WRITES, *, earlier: bool = False) -> datetime | None:
        """When the next wanted event after a moment happened, or the one before it; None when there is none."""
        return self._ask(lanes.nearest, at, wanted, earlier=earlier)

    def series_names(self, start: datetime, end: datetime) -> list[SeriesName]:
        """The metrics of which something was measured from `start` on and before `end`."""
        return self._ask(lanes.series_names, start, end)

    def series_shape(self, number: int, start: datetime, width: timedelta, columns: int) -> SeriesShape:
        """The bounds of a series in each of `columns` columns of this width."""
        return self._ask(lanes.series_shape, number, start, width, columns)

    def events_touching(self, names: Collection[str], *, sources: Sequence[str], until: datetime) -> list[Event]:
        """What these sources told of the resources with these names, and around what touched them, oldest first."""
        return self._ask(events_touching, names, sources=sources, until=to_naive(until))

    def events_alike(self, start: datetime, end: datetime, *, limit: int = 2_000_000) -> list[tuple[Event, list[int]]]:
        """The last `limit` of what was written or went on from start to end, alike ones together.

        An event that stands for all that differ in nothing but who exactly and when, and their moments in
        microseconds since 1970. It has what patterns are made of: kind, operation, source, what it touches, the kind
        of caller, whether it failed, and a ticket's request.
        """
        return self._ask(history.events_alike, to_naive(start), to_naive(end), limit)

    def drifts_of_history(self) -> list[Drift]:
        """Every drift that any scan found, once, as the last report that held it told it."""
        return self._ask(history.drifts_of_history)

    def last_reports(self) -> list[Report]:
        """The report of the last scan of each estate, by its name."""
        return self._ask(history.last_reports)

    def series_between(
        self, start: datetime, end: datetime, *, touching: Sequence[str] | None = None, most: int = 100_000
    ) -> list[Series]:
        """The metrics with what was measured from `start` to `end`, `most` samples in all."""
        return self._ask(series_between, to_naive(start), to_naive(end), touching=touching, most=most)

    def watermarks(self, estate: str) -> dict[str, datetime]:
        """Up to when each source of events of an estate has been read whole."""
        return self._ask(read.watermarks, estate)

    def last_report(self) -> Report | None:
        """The report of the scan recorded last."""
        return self._ask(read.last_report)

    def report_for(self, fingerprint: str) -> Report | None:
        """The report of the scan recorded last, if it had this fingerprint: reading again would find the same."""
        return self._ask(read.report_for, fingerprint)

    def report_of(self, scan_id: str) -> Report | None:
        """The report of one scan."""
        return self._ask(read.report_of, scan_id)

    def report_at(self, at: datetime | None, estate: str | None = None, *, most: int | None = None) -> Report | None:
        """The report of the estate's last scan that was about this time or an earlier one; of its last without a time.

        Without a name it is the estate that was scanned last. With `most`, it has so many of its gravest drifts only.
        """
        return self._ask(read.report_at, to_naive(at) if at else None, estate, most)

    def places(
        self,
        estate: str,
        at: datetime,
        given: Sequence[tuple[ResourceRef, bool]] = (),
        matching: Sequence[Matching] = (),
    ) -> list[PlaceCount]:
        """How much an estate declared at each place at a moment, and which of the given resources are there.

        With each given resource goes whether nobody declares it. Only what fits all of `matching` is looked at.
        """
        return self._ask(timeline_estate.places, estate, to_naive(at), given, matching)

    def declared_at(
        self,
        estate: str,
        at: datetime,
        place: Place,
        given: Sequence[tuple[ResourceRef, bool]] = (),
        matching: Sequence[Matching] = (),
    ) -> list[ResourceRef]:
        """What an estate declared at one place at a moment, by address and id; `given` are what drifted there."""
        return self._ask(timeline_estate.declared_at, estate, to_naive(at), place, given, matching)

    def twin(self, ref: ResourceRef, estate: str, at: datetime) -> ResourceRef | None:
        """The live resource that has a declared one's id or, where none has, its name; None when several have."""
        return self._ask(timeline_estate.twin, ref, estate, to_naive(at))

    def scan_ids(self) -> list[str]:
        """The ids of all recorded scans, in the order of recording."""
        return self._ask(read.scan_ids)

    def close(self) -> None:
        """Writes everything into the one file and lets it go."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction: committed when the block ends, undone when it raises."""
        with self._writer, self._cursor() as cursor:
            try:
                cursor.begin()
                yield cursor
                cursor.commit()
            except BaseException as error:
                with suppress(duckdb.Error):
                    cursor.rollback()
                if isinstance(error, duckdb.Error):
                    raise self._failed("written", error, ": nothing was changed") from error
                raise
            make_private(self._path)

    def _ask(
        self, question: Callable[Concatenate[duckdb.DuckDBPyConnection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            with self._cursor() as cursor:
                return question(cursor, *args, **kwargs)
        except duckdb.Error as error:
            raise self._failed("read", error) from error

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for one task. It begins where DuckDB does, which is not in an attached file."""
        cursor = self._connection.cursor()
        cursor.execute(f"USE {NAME}")
        return cursor

    def _failed(self, deed: str, error: duckdb.Error, outcome: str = "") -> StoreError:
        reason = str(error).partition("\n")[0]
        return StoreError(f"the timeline {self._path} could not be {deed} ({reason}){outcome}")
