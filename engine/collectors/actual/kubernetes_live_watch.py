"""Keeps up with a cluster: every kind is listed, then watched, and listed anew when the server has lost the thread.

    for change in watch(settings, context):
        …  # Observed: it is there, and like this; Removed: it is gone; Coverage: this kind is now complete

A thread for each list, as each watch is a connection of its own. The consumer sets the pace.
"""

import random
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from queue import Empty, Full, Queue

import msgspec
import urllib3
from msgspec import Struct
from urllib3.exceptions import HTTPError

from engine.collectors.actual.kubernetes_live import observed, places
from engine.collectors.actual.kubernetes_live_cluster import ApiError, Cluster
from engine.collectors.actual.kubernetes_live_discovery import kinds_to_read
from engine.collectors.actual.kubernetes_live_lists import Item, Listing, Place, item_of
from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import CancelledError, Context
from engine.errors import SourceError
from engine.model import Coverage, Language, Observed

#: Seconds that the server keeps a watch open; spread, so that not all of them are renewed at once.
_LIFE = (240, 300)
#: Seconds beyond that in which nothing at all says that the connection is dead.
_GRACE = 30
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 60.0


class Removed(Struct, frozen=True):
    """An object that is no longer there. `key` is its identity, as in Observed.keys."""

    native: str
    scope: str
    key: str
    source: str


Change = Observed | Removed | Coverage


class _Event(Struct):
    type: str
    object: msgspec.Raw


class _Versioned(Struct):
    class _Metadata(Struct):
        version: str = msgspec.field(default="", name="resourceVersion")

    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Failure(Struct):
    code: int = 0


class _LostError(Exception):
    """The server no longer knows what happened since; only a new list tells how things are."""


def watch(settings: Settings, context: Context) -> Iterator[Change]:
    """Yields how everything is, then every change, until the scan is cancelled or the generator closed.

    Raises SourceError when the cluster cannot be reached or no longer accepts the credentials.
    """
    cluster = Cluster(settings, context)
    declared = context.declared(Language.KUBERNETES)
    try:
        kinds = [kind for kind in kinds_to_read(cluster, declared, context) if "watch" in kind.verbs]
        yield from _Watches(cluster, settings, context).run(places(kinds, settings))
    except CancelledError:
        return
    finally:
        cluster.close()


class Watcher:
    """One list, kept up to date. What it knows is the identities of what is there."""

    def __init__(self, cluster: Cluster, place: Place, source: str, context: Context) -> None:
        self._cluster = cluster
        self._place = place
        self._source = source
        self._context = context
        self._known: set[str] = set()
        self._version = ""
        self._response: urllib3.BaseHTTPResponse | None = None
        self._stopped = False

    def changes(self) -> Iterator[Change]:
        """Yields until it is stopped or the scan is cancelled.

        Raises ApiError and SourceError as Cluster.get does, but for what passes by itself.
        """
        failures = 0
        while not (self._stopped or self._context.cancelled):
            try:
                if not self._version:
                    yield from self._list()
                for change in self._watch():
                    failures = 0
                    yield change
            except CancelledError:
                return
            except _LostError:
                self._version = ""
            except ApiError as error:
                if error.code == 401:
                    self._version = ""  # a list finds out whether other credentials are to be had
                elif not error.is_transient:
                    raise
            except HTTPError:
                pass  # a connection that broke: goes on from the last version seen
            else:
                continue  # the server ended the watch in its time
            failures += 1
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**failures)
            self._context.wait(random.uniform(longest / 2, longest))  # noqa: S311 - no secret

    def stop(self) -> None:
        """Ends it from another thread, even where it waits for the next event."""
        self._stopped = True
        response = self._response
        if response is not None:
            with suppress(ValueError, RuntimeError, OSError):
                response.shutdown()

    def _list(self) -> Iterator[Change]:
        """All that is there, then what is there no longer, then that this was all."""
        listing = Listing(self._place)
        here: set[str] = set()
        while not listing.done:
            for item in listing.next_page(self._cluster):
                here.add(self._identity(item))
                yield self._observed(item)
        yield from (self._removed(key) for key in sorted(self._known - here))
        self._known = here
        self._version = listing.version
        yield Coverage("kubernetes", self._place.kind.native, self._cluster.name, self._source)

    def _watch(self) -> Iterator[Change]:
        life = random.randint(*_LIFE)  # noqa: S311 - no secret
        query = {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(life),
        }
        with closing(self._open(query, life)) as response:
            self._response = response
            if self._stopped:  # meanwhile, before there was anything to shut down
                return
            for line in _lines(response):
                change = self._change(line)
                if change is not None:
                    yield change

    def _open(self, query: dict[str, str], life: int) -> urllib3.BaseHTTPResponse:
        try:
            return self._cluster.stream(self._place.path, query, life + _GRACE)
        except ApiError as error:
            if error.code == 410:
                raise _LostError from error
            raise

    def _change(self, line: bytes) -> Change | None:
        try:
            event = msgspec.json.decode(line, type=_Event)
            if event.type == "ERROR":
                failure = msgspec.json.decode(event.object, type=_Failure)
                raise _LostError if failure.code == 410 else ApiError(failure.code or 500)
            self._version = msgspec.json.decode(event.object, type=_Versioned).metadata.version or self._version
        except msgspec.DecodeError as error:
            raise _LostError from error
        if event.type == "BOOKMARK":
            return None
        item = item_of(self._place.kind, event.object)
        if item is None:
            self._context.skip(str(self._place), "a change that is not one of an object with a name")
            return None
        key = self._identity(item)
        if event.type == "DELETED":
            self._known.discard(key)
            return self._removed(key)
        self._known.add(key)
        return self._observed(item)

    def _identity(self, item: Item) -> str:
        return self._place.kind.identity(item.namespace, item.name)

    def _observed(self, item: Item) -> Observed:
        return observed(self._place, item, self._cluster.name, self._source)

    def _removed(self, key: str) -> Removed:
        return Removed(self._place.kind.native, self._cluster.name, key, self._source)


class _Watches:
    """All watchers of a cluster, each on its thread, their changes in one row."""

    def __init__(self, cluster: Cluster, settings: Settings, context: Context) -> None:
        self._cluster = cluster
        self._source = settings.name
        self._context = context
        # Short, so that a consumer that is slow slows the connections and not the memory.
        self._row: Queue[Change | SourceError] = Queue(maxsize=100)
        self._closed = threading.Event()

    def run(self, wanted: list[Place]) -> Iterator[Change]:
        watchers = [Watcher(self._cluster, place, self._source, self._context) for place in wanted]
        for watcher, place in zip(watchers, wanted, strict=True):
            threading.Thread(target=self._run, args=(watcher, place), name=f"watch {place}", daemon=True).start()
        try:
            while not self._context.cancelled:
                with suppress(Empty):
                    change = self._row.get(timeout=0.2)
                    if isinstance(change, SourceError):
                        raise change
                    yield change
        finally:
            self._closed.set()
            for watcher in watchers:
                watcher.stop()

    def _run(self, watcher: Watcher, place: Place) -> None:
        try:
            for change in watcher.changes():
                if not self._put(change):
                    return
        except ApiError as error:
            self._context.skip(str(place), f"not watched: {error}", records=0)
        except SourceError as error:
            self._put(error)

    def _put(self, change: Change | SourceError) -> bool:
        """Whether somebody still wants it."""
        while not (self._closed.is_set() or self._context.cancelled):
            with suppress(Full):
                self._row.put(change, timeout=0.2)
                return True
        return False


def _lines(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    rest = b""
    for piece in response.stream():
        *whole, rest = (rest + piece).split(b"\n")
        yield from filter(None, whole)
