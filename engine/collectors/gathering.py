"""Reading all sources of a configuration side by side, so that none can stop or delay the others."""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from engine.collectors.base import Context, Declarations
from engine.config import Config, SourceConfig
from engine.errors import DriftGuardError
from engine.model import (
    Coverage,
    Declared,
    Event,
    Observed,
    SourceHealth,
    SourceRole,
    SourceStatus,
)

#: Sources read at once. Reading is bound by disks and networks, decoding by one core.
_WORKERS = 8
#: Records between two words of progress.
_STEP = 2_000

Tell = Callable[[str, int, bool], None]


class Gathered:
    """What the sources held, in the order of the configuration, and how reading each went."""

    def __init__(self) -> None:
        self.declared: list[Declared] = []
        self.observed: list[Observed] = []
        self.coverage: list[Coverage] = []
        self.events: list[Event] = []
        self.health: tuple[SourceHealth, ...] = ()
        self.live = False

    @property
    def newest(self) -> datetime | None:
        """The newest time at which a record was made, None when no record tells."""
        times = [event.at for event in self.events]
        times += [item.observed_at for item in self.observed if item.observed_at is not None]
        times += [item.known_at for item in self.declared if item.known_at is not None]
        return max(times, default=None)

    def events_until(self, at: datetime) -> list[Event]:
        """The events up to a moment, oldest first."""
        return [event for event in self.events if event.at <= at]


class _Reading:
    """One source while it is read, on its worker thread."""

    def __init__(self, source: SourceConfig, context: Context, tell: Tell) -> None:
        self.source = source
        self.context = context
        self.tell = tell
        self.found: list[Declared | Observed | Coverage | Event] = []
        self.error: str | None = None

    def run(self) -> None:
        if self.source.unsupported:
            self.error = self.source.unsupported
            return
        try:
            for count, item in enumerate(self.source.build().collect(self.context), 1):
                self.found.append(item)
                if count % _STEP == 0:
                    self.tell(self.source.name, count, False)
                    if self.context.cancelled:
                        self.error = "cancelled"
                        break
        except DriftGuardError as error:
            self.error = str(error)
        except Exception as error:  # noqa: BLE001 - whatever breaks in one source must not stop the others
            self.error = f"unexpected {type(error).__name__} while reading; please report this"
        self.tell(self.source.name, len(self.found), True)

    def health(self) -> SourceHealth:
        records = sum(not isinstance(item, Coverage) for item in self.found)
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
            records=records,
            skipped=self.context.skipped,
            error=self.error or _first_problem(self.context.problems),
        )


def gather(
    config: Config,
    *,
    tell: Tell,
    cancelled: threading.Event,
    since: datetime | None = None,
    live: Collection[str] = (),
) -> Gathered:
    """Reads every source. A source that fails keeps what it had read and says why in its health.

    `live` names the sources that have no fingerprint; what one of them told is told of this moment.
    """
    declarations = Declarations(sum(_is_declared(source) for source in config.sources))
    readings = [
        _Reading(
            source,
            Context(
                since=since,
                resolve_secret=config.resolve_secret,
                cancelled=cancelled,
                knowledge=config.knowledge,
                declarations=declarations,
            ),
            tell,
        )
        for source in config.sources
    ]

    def run(reading: _Reading) -> None:
        try:
            reading.run()
        finally:
            if _is_declared(reading.source):
                declarations.finished(item for item in reading.found if isinstance(item, Declared))

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="collect") as pool:
        # The declared first: others may wait for them, and must not take the last worker from one that is waited for.
        list(pool.map(run, sorted(readings, key=lambda reading: not _is_declared(reading.source))))
    gathered = Gathered()
    seen: set[str] = set()
    for reading in readings:
        gathered.live = gathered.live or (reading.source.name in live and (bool(reading.found) or not reading.error))
        for item in reading.found:
            if isinstance(item, Event):
                if item.id not in seen:
                    seen.add(item.id)
                    gathered.events.append(item)
            elif isinstance(item, Declared):
                gathered.declared.append(item)
            elif isinstance(item, Observed):
                gathered.observed.append(item)
            else:
                gathered.coverage.append(item)
    gathered.events.sort(key=lambda event: (event.at, event.id))
    gathered.health = tuple(reading.health() for reading in readings)
    return gathered


def _is_declared(source: SourceConfig) -> bool:
    return source.role is SourceRole.DECLARED


def _first_problem(problems: list[str]) -> str | None:
    if not problems:
        return None
    rest = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{rest}"
