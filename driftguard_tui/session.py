"""The one object through which the console talks to the engine."""

import asyncio
import getpass
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.errors import StoreError
from engine.model import Category, Drift, Event, Feedback, Report, SourceRole

if TYPE_CHECKING:
    from engine.config import Config
    from engine.pipeline import Progress
    from engine.store import Stores


class Source(NamedTuple):
    """A configured source, before anything is known about how reading it goes."""

    name: str
    kind: str
    role: SourceRole


class Engine(Protocol):
    """What the console needs. `Session` is it; tests bring recorded ones."""

    @property
    def estate(self) -> str:
        """The estate's name."""
        ...

    @property
    def sources(self) -> Sequence[Source]:
        """What is configured, in the order of the configuration."""
        ...

    @property
    def report(self) -> Report | None:
        """What the last scan found; None before the first."""
        ...

    async def scan(self, listener: "Callable[[Progress], None]") -> Report:
        """Looks again. The listener is told of progress, on whatever thread. Raises DriftGuardError."""
        ...

    async def events_around(self, drift: Drift) -> Sequence[Event]:
        """What is recorded around the moment a drift came about, oldest first."""
        ...

    async def confirm(self, drift: Drift, category: Category) -> Feedback:
        """Records that the person at the console says a drift's cause is this one. Raises DriftGuardError."""
        ...

    def close(self) -> None:
        """Lets go of the stores."""
        ...


class Session:
    """The engine in this process. Everything heavy is imported when it is first used, on a thread.

    `store` is the folder of the stores; without one nothing is recorded and a timeline holds a drift's own
    evidence only.
    """

    def __init__(self, config: "Config", store: Path | None = None) -> None:
        self.estate = config.name
        self.sources = tuple(Source(source.name, source.kind, source.role) for source in config.sources)
        self.report: Report | None = None
        self._config = config
        self._folder = store
        self._stores: Stores | None = None
        self._reading = asyncio.Lock()

    async def scan(self, listener: "Callable[[Progress], None]") -> Report:
        """Reads every source once and records what was found. Raises DriftGuardError when that cannot be done."""
        await asyncio.to_thread(import_module, "engine.pipeline")
        from engine import pipeline

        async with self._reading:
            if self._stores is None and self._folder is not None:
                self._stores = await asyncio.to_thread(_open, self._folder)
            self.report = await pipeline.scan(self._config, stores=self._stores, listener=listener)
        return self.report

    async def events_around(self, drift: Drift) -> Sequence[Event]:
        """What the timeline holds around the drift; nothing while a scan is at work in it."""
        if self._stores is None or self._reading.locked():
            return ()
        from engine import pipeline

        async with self._reading:
            return (await asyncio.to_thread(pipeline.around, self._stores, drift)).events

    async def confirm(self, drift: Drift, category: Category) -> Feedback:
        """Records it under the local user's name. Raises StoreError when nothing is recorded here at all."""
        if self._stores is None:
            raise StoreError("nothing is recorded here: open the console with a store to confirm causes")
        ledger = self._stores.ledger
        return await asyncio.to_thread(ledger.confirm, drift.id, by=getpass.getuser(), category=category)

    def close(self) -> None:
        """Closes the stores. Nothing is pending in them: each scan is written whole or not at all."""
        if self._stores is not None:
            self._stores.close()
            self._stores = None


def _open(folder: Path) -> "Stores":
    from engine.store import open_stores

    return open_stores(folder)
