"""Reading all sources of a configuration side by side, so that none can stop or delay the others."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from engine.collectors.base import Context, Declarations, Found
from engine.collectors.events.moments import is_possible
from engine.collectors.last_look import without_secrets
from engine.config import Config, SourceConfig
from engine.errors import DriftGuardError
from engine.model import (
    Coverage,
    Declared,
    Event,
    Observed,
    Series,
    SourceHealth,
    SourceRole,
    SourceStatus,
)
from engine.providers import load_knowledge
from engine.redact import redact_prose
from engine.shelves import Shelves

#: Sources read at once. Reading is bound by disks and networks, decoding by one core.
_WORKERS = 8
#: Records that are put away together, and between two words of progress.
_STEP = 2_000

_RESOURCES = (Declared, Observed)

#: Records reach the providers' logs up to this long after the fact, so much is read again each time.
_LATE = timedelta(hours=2)

Tell = Callable[[str, int, bool], None]


class Gathered:
    """What the sources held, in the order of the configuration, and how reading each went."""

    def __init__(self, shelves: Shelves) -> None:
        self.resources = shelves
        self.coverage: list[Coverage] = []
        self.events: list[Event] = []
        self.series: list[Series] = []
        self.health: tuple[SourceHealth, ...] = ()
        self.live = False
        self.newest: datetime | None = None
        """The newest time at which a record was made, None when no record tells."""
        self.read_to: dict[str, datetime] = {}
        """Up to when each live source of events has been read whole."""

    def events_until(self, at: datetime) -> list[Event]:
        """The events up to a moment, oldest first."""
        return [event for event in self.events if event.at <= at]


class _Reading:
    """One source while it is read, on its worker thread. Resources go to the shelves as they come."""

    def __init__(self, place: int, source: SourceConfig, context: Context, shelves: Shelves, tell: Tell) -> None:
        self.source = source
        self.context = context
        self.events: list[Event] = []
        self.series: list[Series] = []
        self.coverage: list[Coverage] = []
        self.records = 0
        self.newest: datetime | None = None
        self.error: str | None = None
        self._place = place
        self._shelves = shelves
        self._tell = tell

    def run(self, keep: list[Declared] | None = None) -> None:
        """Reads the source. What it declares is added to `keep`, for those who ask."""
        self._tell(self.source.name, 0, False)
        try:
            self._read(iter(self.source.build().collect(self.context)), keep)
        except DriftGuardError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - whatever breaks in one source must not stop the others
            self.error = f"unexpected {type(error).__name__} while reading; please report this"
        self._tell(self.source.name, self.records, True)

    def _read(self, found: Iterator[Found], keep: list[Declared] | None) -> None:
        number, batch = 0, list[Found]()
        try:
            for item in found:
                batch.append(item)
                if len(batch) == _STEP:
                    self._put(number, batch, keep)
                    number, batch = number + 1, []
                    self._tell(self.source.name, self.records, False)
                    if self.context.cancelled:
                        self.error = "cancelled"
                        break
        finally:
            self._put(number, batch, keep)

    def _put(self, number: int, batch: list[Found], keep: list[Declared] | None) -> None:
        resources = [item for item in batch if isinstance(item, _RESOURCES)]
        events = [without_secrets(item) for item in batch if isinstance(item, Event) and self._can_be(item)]
        self.coverage += [item for item in batch if isinstance(item, Coverage)]
        series = [item for item in batch if isinstance(item, Series)]
        self.events += events
        self.series += series
        self.records += len(resources) + len(events) + sum(len(item.times) for item in series)
        times = [self.newest, *(event.recorded_at or event.at for event in events)]
        times += [item.times[-1] for item in series if item.times]
        times += [item.known_at if isinstance(item, Declared) else item.observed_at for item in resources]
        now = datetime.now(UTC)  # what was recorded later was not: a clock was wrong, or somebody lied
        self.newest = max((at for at in times if at is not None and at <= now), default=None)
        if keep is not None:
            keep += [item for item in resources if isinstance(item, Declared)]
        self._shelves.put(self._place, number, resources)

    def _can_be(self, event: Event) -> bool:
        """Whether the event happened at a time that there is; if not, it is counted as skipped."""
        times = (event.at, event.ended_at, event.recorded_at)
        wrong = next((at for at in times if at is not None and not is_possible(at)), None)
        if wrong is not None:
            self.context.skip(self.source.name, f"an event's time cannot be right ({wrong:%Y-%m-%d})")
        return wrong is None

    def is_complete(self, live: Collection[str]) -> bool:
        """Whether it was a live source of events, and nothing of it was refused or skipped."""
        is_live = self.source.role is SourceRole.EVENTS and self.source.name in live
        return is_live and self.error is None and not self.context.problems

    def health(self) -> SourceHealth:
        error = self.error or _first_problem(self.context.problems)
        if self.error is not None:
            status = SourceStatus.FAILED
        elif self.context.problems:
            status = SourceStatus.PARTIAL
        else:
            status = SourceStatus.OK
        return SourceHealth(
            name=self.source.name,
            kind=self.source.kind,
            role=self.source.role,
            status=status,
            records=self.records,
            skipped=self.context.skipped,
            error=error and redact_prose(error),
            newest=self.newest,
        )


def fingerprints(config: Config) -> dict[str, str | None]:
    """What changes for each source, by name, when reading it could give something else; None where only reading tells.

    All are asked side by side: a store that answers late delays none of the others.
    """
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="fingerprint") as pool:
        marks = pool.map(SourceConfig.fingerprint, config.sources)
        return {source.name: mark for source, mark in zip(config.sources, marks, strict=True)}


def gather(
    config: Config,
    *,
    tell: Tell,
    cancelled: threading.Event,
    since: Mapping[str, datetime] | None = None,
    live: Collection[str] = (),
    shelves: Shelves | None = None,
) -> Gathered:
    """Reads every source. A source that fails keeps what it had read and says why in its health.

    `since` says up to when sources of events were read before; a little earlier than that is read again, for what came
    late. `live` names the sources that have no fingerprint; what one of them told is told of this moment. `shelves`
    take the resources, new ones if none are given.
    """
    declarations = Declarations(sum(_is_declared(source) for source in config.sources))
    gathered = Gathered(shelves or Shelves(load_knowledge(config.knowledge)))
    readings = [
        _Reading(
            place,
            source,
            Context(
                since=_since(source, since or {}),
                resolve_secret=config.resolve_secret,
                cancelled=cancelled,
                knowledge=config.knowledge,
                declarations=declarations,
            ),
            gathered.resources,
            tell,
        )
        for place, source in enumerate(config.sources)
    ]

    is_asked = any(source.asks_provider for source in config.sources)

    def run(reading: _Reading) -> None:
        # Only who asks a provider asks what is declared.
        keep: list[Declared] | None = [] if is_asked and _is_declared(reading.source) else None
        try:
            reading.run(keep)
        finally:
            if _is_declared(reading.source):
                declarations.finished(keep or ())

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="collect") as pool:
        # The declared first: others may wait for them, and must not take the last worker from one that is waited for.
        list(pool.map(run, sorted(readings, key=lambda reading: not _is_declared(reading.source))))
    latest: dict[str, Event] = {}
    for reading in readings:
        told = reading.records or reading.coverage or not reading.error
        gathered.live = gathered.live or bool(reading.source.name in live and told)
        gathered.coverage += reading.coverage
        gathered.series += reading.series
        ids = set[str]()
        for event in reading.events:
            if event.id in ids:
                reading.context.skipped += 1
            ids.add(event.id)
            known = latest.get(event.id)
            if known is None or _is_later(event, known):
                latest[event.id] = event
    gathered.events = sorted(latest.values(), key=lambda event: (event.at, event.id))
    gathered.read_to = {
        reading.source.name: reading.newest for reading in readings if reading.newest and reading.is_complete(live)
    }
    gathered.health = tuple(reading.health() for reading in readings)
    gathered.newest = max((reading.newest for reading in readings if reading.newest), default=None)
    return gathered


def _since(source: SourceConfig, read_to: Mapping[str, datetime]) -> datetime | None:
    return read_to[source.name] - _LATE if source.name in read_to else None


def _is_later(event: Event, known: Event) -> bool:
    """Whether of two records with one id this was written later: a ticket that was closed since, a resolved alert."""
    return event.recorded_at is not None and (known.recorded_at is None or event.recorded_at > known.recorded_at)


def _is_declared(source: SourceConfig) -> bool:
    return source.role is SourceRole.DECLARED


def _first_problem(problems: list[str]) -> str | None:
    if not problems:
        return None
    rest = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{rest}"
