"""Reads one Kubernetes cluster through its API server: every kind that can be listed, custom ones included.

A few lists are read at once, page by page, so that memory holds some pages and never a whole cluster. A list that
fails costs the coverage of its kind, and its reason is reported with the rule that is lacking.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from engine.collectors.actual.kubernetes import SECRET_PATHS
from engine.collectors.actual.kubernetes_live_cluster import WORKERS, ApiError, Cluster
from engine.collectors.actual.kubernetes_live_discovery import Kind, kinds_to_read
from engine.collectors.actual.kubernetes_live_dry_run import DryRun
from engine.collectors.actual.kubernetes_live_lists import Item, Listing, Place
from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import CancelledError, Context, Found
from engine.errors import SourceError
from engine.model import Coverage, Declared, Language, Observed

#: What must not be shown of a Secret, as it is and as a dry run would make it.
_SECRET = SECRET_PATHS | {path.replace("Object.", "DryRun.", 1) for path in SECRET_PATHS}


class _Read(Struct):
    """What a job brought back of a list: a page, or why there is none."""

    listing: Listing
    page: list[Observed]
    error: ApiError | None = None


def read_live(settings: Settings, context: Context) -> Iterator[Found]:
    """Yields every object of the cluster, and the coverage of each kind once all of it was listed.

    Raises SourceError when the cluster cannot be reached, does not accept the credentials, or lets nothing be listed.
    """
    declared = context.declared(Language.KUBERNETES)
    cluster = Cluster(settings, context)
    try:
        kinds = kinds_to_read(cluster, declared, context)
        yield from _Run(settings, context, cluster, declared).read(kinds)
    except ApiError as error:
        raise SourceError(
            f"the cluster {cluster.name} does not say what it serves: {error}; check what the user of source "
            f"{settings.name!r} may do"
        ) from error
    except CancelledError:
        return
    finally:
        cluster.close()


def places(kinds: list[Kind], settings: Settings) -> list[Place]:
    """The lists to read: each kind once, or once in each of the namespaces that the source is limited to."""
    if not settings.namespaces:
        return [Place(kind) for kind in kinds]
    return [Place(kind, namespace) for kind in kinds if kind.namespaced for namespace in settings.namespaces]


def observed(place: Place, item: Item, cluster: str, source: str, **more: Any) -> Observed:
    """An object as the engine takes it. `more` are further parts."""
    return Observed(
        provider="kubernetes",
        native=place.kind.native,
        scope=cluster,
        parts={"Object": item.body, **more},
        source=source,
        observed_at=datetime.now(UTC),
        keys=(place.kind.identity(item.namespace, item.name),),
        sensitive=_SECRET if place.kind.native == "/Secret" else frozenset(),
    )


class _Run:
    """One pass over all lists."""

    def __init__(self, settings: Settings, context: Context, cluster: Cluster, declared: list[Declared]) -> None:
        self._settings = settings
        self._context = context
        self._cluster = cluster
        self._dry_run = DryRun(cluster, declared if settings.dry_run else (), context)
        # By name alone, whatever the group: what is declared where nobody looks must not seem missing.
        self._elsewhere = {item.ref.id.split("/", 2)[1] for item in declared if _is_outside(item, settings.namespaces)}
        self._lists: dict[str, int] = {}
        self._denied = 0

    def read(self, kinds: list[Kind]) -> Iterator[Found]:
        waiting = deque(Listing(place) for place in places(kinds, self._settings))
        for listing in waiting:
            native = listing.place.kind.native
            self._lists[native] = self._lists.get(native, 0) + 1
        total = len(waiting)
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="kubernetes")
        running: set[Future[_Read]] = set()
        try:
            while waiting or running:
                # No more jobs than workers: a page that nobody has taken yet is all that is held.
                while waiting and len(running) < WORKERS:
                    running.add(pool.submit(self._next_page, waiting.popleft()))
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    result = future.result()
                    yield from result.page
                    if result.error is not None:
                        self._tell(result.listing.place, result.error)
                    elif result.listing.done:
                        yield from self._finish(result.listing)
                    else:
                        waiting.appendleft(result.listing)
        finally:
            pool.shutdown(cancel_futures=True)
        if total and self._denied == total:
            raise SourceError(
                f"nothing in the cluster {self._cluster.name} may be listed by the user of source "
                f"{self._settings.name!r}; grant the verb list, for example with the cluster role `view`"
            )

    def _next_page(self, listing: Listing) -> _Read:
        try:
            items = listing.next_page(self._cluster)
        except ApiError as error:
            return _Read(listing, [], error)
        return _Read(listing, [self._observed(listing.place, item) for item in items])

    def _observed(self, place: Place, item: Item) -> Observed:
        becomes = self._dry_run.of(place.kind, item)
        more = {} if becomes is None else {"DryRun": becomes}
        return observed(place, item, self._cluster.name, self._settings.name, **more)

    def _finish(self, listing: Listing) -> Iterator[Coverage]:
        """Coverage comes after the last list of a kind, so that nothing seems missing if the scan breaks."""
        native = listing.place.kind.native
        if listing.damaged:
            self._context.skip(str(listing.place), "not an object with a name", records=listing.damaged)
            return
        self._lists[native] -= 1
        if self._lists[native] == 0 and listing.place.kind.name not in self._elsewhere:
            yield Coverage("kubernetes", native, self._cluster.name, self._settings.name)

    def _tell(self, place: Place, error: ApiError) -> None:
        if error.code == 403:
            self._denied += 1
            self._context.skip(str(place), f"may not be listed; {rule_for(place)}", records=0)
        elif error.code not in (404, 405):  # 404: its definition was removed since it was discovered
            self._context.skip(str(place), f"not read: {error}", records=0)


def rule_for(place: Place) -> str:
    """What to grant, so that a list may be read."""
    kind = place.kind
    role = f"a Role in {place.namespace}" if place.namespace else "a ClusterRole"
    return f'grant the verb list on {kind.resource} by {role} (apiGroups ["{kind.group}"], resources ["{kind.plural}"])'


def _is_outside(item: Declared, namespaces: list[str]) -> bool:
    """Whether it is declared in another namespace than those that are read."""
    return bool(namespaces) and item.ref.id.split("/", 3)[2] not in namespaces
