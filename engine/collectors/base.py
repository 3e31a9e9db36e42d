"""What a collector is.

A collector reads one configured source and yields what it found, in order, as it finds it. It is a plain
generator on a worker thread: it may block, and it imports its SDK inside `collect`. A record that cannot be
used is passed to `Context.skip` and the rest goes on; a source that cannot be read at all raises `SourceError`
with one sentence that says what, where and what to do.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from engine.errors import SourceError
from engine.model import Coverage, Declared, Event, Language, Observed, Series

#: So many reasons why something was skipped are kept.
_PROBLEMS = 20

Found = Declared | Observed | Coverage | Event | Series


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings every source has. A collector extends this struct with its own, each with a default.

    `path` names recorded input: a file, a folder (read recursively) or a glob, relative to `base`, which is
    the folder of the configuration file and is filled in when the configuration is read.
    """

    name: str
    kind: str
    path: str | list[str] | None = None
    base: Path = Path()

    @property
    def paths(self) -> list[str]:
        """`path` as a list, empty when there is none."""
        if self.path is None:
            return []
        return [self.path] if isinstance(self.path, str) else self.path


class Declarations:
    """What the declared sources of a scan hold, for the collectors that read just what is declared.

    `expected` sources have to finish before anybody may look.
    """

    def __init__(self, expected: int = 0) -> None:
        self._items: list[Declared] = []
        self._open = expected
        self._changed = threading.Condition()

    def finished(self, items: Iterable[Declared]) -> None:
        """One more declared source has been read, or has failed, with these items."""
        with self._changed:
            self._items.extend(items)
            self._open -= 1
            self._changed.notify_all()

    def wait(self, context: "Context") -> list[Declared]:
        """All items, once every declared source has finished; those there are when the scan is cancelled."""
        with self._changed:
            while self._open > 0 and not context.cancelled:
                self._changed.wait(0.2)
            return list(self._items)


class CancelledError(Exception):
    """The scan is no longer wanted; raised where a request would have been sent."""


class Context:
    """What a collector is given for one run: ways to report, to be cancelled and to resolve secrets.

    `since` bounds how far back events are wanted: what was recorded earlier is known already. None wants all that a
    recorded source holds, and of a live one as much as its settings say. `knowledge` is a folder of the user's own
    tables, laid over the shipped ones.
    """

    def __init__(
        self,
        *,
        since: datetime | None = None,
        resolve_secret: Callable[[str], str] | None = None,
        cancelled: threading.Event | None = None,
        knowledge: Path | None = None,
        declarations: Declarations | None = None,
    ) -> None:
        self.since = since
        self._declarations = declarations or Declarations()
        self.knowledge = knowledge
        self.resolve_secret = resolve_secret or _no_secrets
        self.skipped = 0
        self.problems: list[str] = []
        self._cancelled = cancelled or threading.Event()

    def skip(self, where: str, why: str, records: int = 1) -> None:
        """Counts records that could not be used. The first reasons are kept for the report."""
        self.add(records, [f"{where}: {why}"])

    def repeated(self, records: int = 1) -> None:
        """Counts records that are there already and have to be told from new ones before they come to anything.

        That is no fault of the source. What a collector yields twice, the gatherer counts.
        """
        self.skipped += records

    def add(self, skipped: int, problems: list[str]) -> None:
        """Counts what a part of the source was skipped for, as it was counted apart."""
        self.skipped += skipped
        self.problems += problems[: max(0, _PROBLEMS - len(self.problems))]

    def declared(self, language: Language) -> list[Declared]:
        """Everything the scan's declared sources declare in a language. Waits until the last of them has been read.

        For collectors of actual state only, so that they can read live what is declared and nothing else.
        """
        return [item for item in self._declarations.wait(self) if item.language is language]

    @property
    def cancelled(self) -> bool:
        """True once the scan is no longer wanted; a collector that waits or pages checks it."""
        return self._cancelled.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleeps, but wakes at once when cancelled. Returns `cancelled`."""
        return self._cancelled.wait(seconds)


class Collector(Protocol):
    """One configured source. Built from its settings; building it opens nothing."""

    def fingerprint(self) -> str | None:
        """A short text that changes when a read could give something else, or None when only reading tells.

        It must be far cheaper than `collect`: names, sizes and times of files, serials, ETags.
        """
        ...

    def collect(self, context: Context) -> Iterator[Found]:
        """Yields what the source holds. Blocking; called once, on a worker thread."""
        ...


class Lack(Struct, frozen=True):
    """Something that cannot be read: `what` it is, and what reading it `needs`, exactly.

    `Lack("queues in eu-west-1", "sqs:ListQueues")`, `Lack("deployments.apps", "the verb list")`.
    """

    what: str
    needs: str


class Access(Struct, frozen=True, kw_only=True):
    """What a live source lets itself be read of, as far as a few cheap requests tell.

    identity: as whom it is read, in the provider's words; empty where nobody is asked for.
    may: what can be read, one short text each (`86 kinds in all namespaces`); lacks: what cannot.
    newest: when the newest of what it holds was made; None where it is read as it is at the moment.
    """

    identity: str = ""
    may: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    newest: datetime | None = None


@runtime_checkable
class Accessible(Protocol):
    """A collector that can tell beforehand what it would be able to read. Live ones do, for `driftguard doctor`."""

    def access(self, context: Context) -> Access | None:
        """Tries a few requests, each as cheap as the provider has them; None when the input is recorded.

        Blocking, a matter of seconds. Raises SourceError when the source cannot be reached, or refuses everything.
        """
        ...


def _no_secrets(reference: str) -> str:
    raise SourceError(f"no secret store is available to resolve {reference.split(':')[0]!r}")
