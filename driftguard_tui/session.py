"""The one object through which the console talks to the engine."""

import asyncio
import getpass
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from engine.aside import on_a_thread
from engine.errors import DriftGuardError, StoreError
from engine.model import Category, ChangeRequest, Drift, Event, Feedback, Report, Role, SourceRole

if TYPE_CHECKING:
    from engine.assistant.conversation import Backend
    from engine.config import Config, SourceConfig
    from engine.doctor import Finding
    from engine.notify.telling import Telling
    from engine.pipeline import Progress
    from engine.store import Stores
    from engine.workflow.local import Workflow

Answer = TypeVar("Answer")


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

    @property
    def user(self) -> str:
        """Who is at the console."""
        ...

    @property
    def role(self) -> Role:
        """What they may do. Alone on a local store one person holds all roles."""
        ...

    @property
    def folder(self) -> Path | None:
        """The folder of the stores; None when nothing is recorded."""
        ...

    async def read(self, query: "Callable[[Stores], Answer]") -> "Answer | None":
        """Asks the stores, on a thread; None when there are none, or none yet. Raises DriftGuardError."""
        ...

    async def report_at(self, at: datetime) -> Report | None:
        """What the last scan before a time had found; None when there was none."""
        ...

    async def scan(self, listener: "Callable[[Progress], None]") -> Report:
        """Looks again. The listener is told of progress, on whatever thread. Raises DriftGuardError."""
        ...

    async def events_around(self, drift: Drift) -> Sequence[Event]:
        """What is recorded around the moment a drift came about, oldest first."""
        ...

    def settings(self, source: str) -> Mapping[str, str]:
        """How a source is set up: the settings that were given, as text, secrets as references."""
        ...

    async def check(self, source: str) -> "Finding":
        """Tries a source now, by itself: what works of it, and what does not."""
        ...

    async def confirm(self, drift: Drift, category: Category) -> Feedback:
        """Records that the person at the console says a drift's cause is this one. Raises DriftGuardError."""
        ...

    def workflow(self, stores: "Stores") -> "Workflow":
        """The change requests of the estate in these stores, by its policies. Raises ConfigError."""
        ...

    async def execute(
        self, request: ChangeRequest, say: "Callable[[str], None]", over: threading.Event
    ) -> ChangeRequest:
        """Carries out a request as it is and verifies it. What the tool says is told on whatever thread.

        `over` asks the tool to end what it is at. Raises DriftGuardError.
        """
        ...

    def backend(self) -> "Backend":
        """A new one of what answers questions: one conversation is held with it. Blocks while a key is looked up."""
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
        self.user = getpass.getuser()
        self.role = Role.ADMIN
        self.folder = store
        self._config = config
        self._stores: Stores | None = None
        self._opening = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._sending: asyncio.Task[None] | None = None

    async def read(self, query: "Callable[[Stores], Answer]") -> "Answer | None":
        """Runs the query on a thread, beside a scan that may be at work."""
        stores = await self._opened()
        return None if stores is None else await asyncio.to_thread(query, stores)

    async def report_at(self, at: datetime) -> Report | None:
        """The report of the estate's last scan that was about that time or before."""
        return await self.read(lambda stores: stores.timeline.report_at(at, self.estate))

    async def scan(self, listener: "Callable[[Progress], None]") -> Report:
        """Reads every source once and records what was found. Raises DriftGuardError when that cannot be done."""
        await asyncio.to_thread(import_module, "engine.pipeline")
        from engine import pipeline

        async with self._reading:
            stores = await self._opened()
            telling = await asyncio.to_thread(_telling, self._config, stores)
            self.report = report = await pipeline.scan(self._config, stores=stores, listener=listener)
            if stores is not None:
                with suppress(DriftGuardError):  # what cannot be settled now is at the next scan
                    await asyncio.to_thread(self.workflow(stores).settle, _unheard)
            with suppress(DriftGuardError):  # what was found is found, whoever can be told of it
                await asyncio.to_thread(telling.keep, report)
        if self._config.notify:
            self._sending = asyncio.create_task(_send(telling))
        return report

    async def events_around(self, drift: Drift) -> Sequence[Event]:
        """What the timeline holds around the drift; nothing while a scan is at work in it."""
        if self._stores is None or self._reading.locked():
            return ()
        from engine import pipeline

        async with self._reading:
            return (await asyncio.to_thread(pipeline.around, self._stores, drift)).events

    def settings(self, source: str) -> Mapping[str, str]:
        """Those of the configuration."""
        from engine.sources import settings_of

        return settings_of(self._configured(source))

    async def check(self, source: str) -> "Finding":
        """As doctor does. Given up, it ends as soon as the source notices."""
        from engine.doctor import examine_source

        cancelled = threading.Event()
        try:
            return await on_a_thread(lambda: examine_source(self._configured(source), self._config, cancelled), "check")
        except asyncio.CancelledError:
            cancelled.set()
            raise

    def _configured(self, source: str) -> "SourceConfig":
        return next(known for known in self._config.sources if known.name == source)

    async def confirm(self, drift: Drift, category: Category) -> Feedback:
        """Records it under the local user's name. Raises StoreError when nothing is recorded here at all."""
        if self._stores is None:
            raise StoreError("nothing is recorded here: open the console with a store to confirm causes")
        ledger = self._stores.ledger
        return await asyncio.to_thread(ledger.confirm, drift.id, by=ledger.person, category=category)

    def backend(self) -> "Backend":
        """As the configuration says; the built-in analyst where that cannot be asked."""
        from engine.assistant.choosing import backend_for

        return backend_for(self._config.assistant, self._config.resolve_secret, user=self.user)

    def workflow(self, stores: "Stores") -> "Workflow":
        """By the configuration's policies, for the person at the console."""
        from engine.workflow.local import Workflow

        return Workflow(self._config, stores.ledger, stores.folder)

    async def execute(
        self, request: ChangeRequest, say: "Callable[[str], None]", over: threading.Event
    ) -> ChangeRequest:
        """On a thread that nothing waits for: what it leaves half done is settled at the next start."""
        stores = await self._opened()
        if stores is None:
            raise StoreError("nothing is recorded here: open the console with a store to carry out requests")
        loop = asyncio.get_running_loop()

        def look() -> None:
            asyncio.run_coroutine_threadsafe(self.scan(_unheard), loop).result()

        fulfilment = self.workflow(stores).fulfilment(look, over)
        return await on_a_thread(
            lambda: fulfilment.execute(request.id, plan_hash=request.plan_hash, say=say), "execute"
        )

    async def _opened(self) -> "Stores | None":
        async with self._opening:
            if self._stores is None and self.folder is not None:
                self._stores = await asyncio.to_thread(_open, self.folder, self._config)
                self.user, self.role = await asyncio.to_thread(_who, self._stores)
        return self._stores

    def close(self) -> None:
        """Closes the stores. Nothing is pending in them: each scan is written whole or not at all."""
        if self._stores is not None:
            self._stores.close()
            self._stores = None


def _unheard(_said: object) -> None:
    """Takes what nobody listens to."""


def _open(folder: Path, config: "Config") -> "Stores":
    from engine.store import open_stores

    return open_stores(folder, config.shared_url(), config.encryption)


def _telling(config: "Config", stores: "Stores | None") -> "Telling":
    from engine.notify.telling import Telling

    return Telling(config, stores)


async def _send(telling: "Telling") -> None:
    """Sends what is due. What could not be sent is kept with its reason, and nobody waits for it."""
    with suppress(DriftGuardError):
        await on_a_thread(telling.deliver, "notify")


def _who(stores: "Stores") -> tuple[str, Role]:
    person = stores.ledger.person
    return person, stores.ledger.role_of(person)
