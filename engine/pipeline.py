"""One pass: collect → normalise → compare → correlate → explain → recommend → record."""

import asyncio
import gc
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, structs

from engine import __version__
from engine.aside import on_a_thread
from engine.collectors.gathering import Gathered, fingerprints, gather
from engine.compare import Baseline, Comparison, Estate, Ignoring, combined, compare
from engine.config import Config
from engine.happened import add_shifts, earlier_series, with_earlier
from engine.model import (
    Accepted,
    Attribution,
    Declared,
    Difference,
    Drift,
    DriftKind,
    Report,
    Scan,
    Series,
    SourceStatus,
    Summary,
)
from engine.providers import Knowledge, load_knowledge
from engine.reach import with_dependents
from engine.recording import states
from engine.shelves import Group, Shelves

if TYPE_CHECKING:
    from engine.learning.in_use import InUse
    from engine.store import Stores, Window


class Progress(Struct, frozen=True):
    """Where a scan is. `step` is a word of the pipeline; `source` is set while collecting."""

    step: str
    source: str = ""
    records: int = 0
    done: bool = False


Listener = Callable[[Progress], None]
#: Is shown each difference with what is known about it, as the models are; and the moment that the scan is about.
Witness = Callable[[Difference, Attribution, datetime], None]

_Group = tuple[list[Declared], Estate]

#: Objects that are looked through for garbage at a time while a scan is at work.
_NEW_OBJECTS = 50_000
_NEVER = 2**31 - 1


async def scan(
    config: Config,
    *,
    as_of: datetime | None = None,
    stores: "Stores | None" = None,
    listener: Listener | None = None,
    show_hidden: bool = False,
    witness: Witness | None = None,
) -> Report:
    """Reads every source of the configuration once, reports the drift and records it in the stores, if given.

    `as_of` is the time the scan is about: later events do not count. Without it, it is now when a source is live,
    and the newest recorded time otherwise. When nothing changed since the stores' last scan, its findings are
    returned again without reading a source. `show_hidden` reports also what rules would keep out. `witness` sees what
    the models see, for those who train them.

    Raises ConfigError when the tables cannot be used. A source that fails is reported, never raised.
    """
    tell = _Teller(listener)
    with _old_garbage_left():
        try:
            return await on_a_thread(lambda: _scan(config, as_of, stores, tell, show_hidden, witness), "scan")
        except asyncio.CancelledError:
            tell.cancelled.set()
            # A source that never answers is not waited for, but the stores are: whoever cancelled may close them now.
            await asyncio.to_thread(tell.leave_stores)
            raise


class _CancelledError(Exception):
    """The scan is no longer wanted."""


class _Teller:
    """Tells the listener where the scan is, and the scan whether it is still wanted."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self.cancelled = threading.Event()
        self._stores = threading.Lock()

    @contextmanager
    def in_stores(self) -> Iterator[None]:
        """While the scan reads or writes the stores; not entered any more once it is cancelled."""
        with self._stores:
            if self.cancelled.is_set():
                raise _CancelledError
            yield

    def leave_stores(self) -> None:
        """Returns once the scan is out of the stores; after a cancellation it does not go in again."""
        with self._stores:
            pass

    def step(self, name: str) -> None:
        if self.cancelled.is_set():
            raise _CancelledError
        if self._listener is not None:
            self._listener(Progress(name))

    def collected(self, source: str, records: int, done: bool) -> None:
        if self._listener is not None:
            self._listener(Progress("collect", source, records, done))


def _scan(
    config: Config,
    as_of: datetime | None,
    stores: "Stores | None",
    tell: _Teller,
    show_hidden: bool,
    witness: Witness | None,
) -> Report:
    started_at = datetime.now(UTC)
    knowledge = load_knowledge(config.knowledge)
    marks = fingerprints(config)
    baseline: list[Accepted] = []
    learned: InUse | None = None
    if stores is not None:
        with tell.in_stores():
            baseline = stores.ledger.baseline(config.name)
            learned = _learned(stores, config.name)
    fingerprint = None if show_hidden else _fingerprint(config, as_of, marks, baseline, learned)
    if stores is not None and fingerprint is not None:
        with tell.in_stores():
            known = stores.timeline.report_for(fingerprint)
            if known is not None and _was_read_whole(known):
                report = _again(known, started_at)
                stores.record_unchanged(report, fingerprint)
                return report

    from engine.correlate import attribute
    from engine.explaining import Explainer
    from engine.judging import load_judging

    judging = load_judging(config.knowledge, config.freezes)
    live = [name for name, mark in marks.items() if mark is None]
    shelves = Shelves(knowledge)
    gathered, since = _collect(config, live, shelves, stores, tell)
    at = as_of or (datetime.now(UTC) if gathered.live else gathered.newest or started_at)
    tell.step("compare")
    ignoring = Ignoring(config.ignore, at.date(), shows_all=show_hidden)
    groups = _Groups(gathered, knowledge)
    accepted = Baseline(baseline)

    def compare_group(group: _Group) -> Comparison:
        return compare(*group, knowledge, baseline=accepted, ignoring=ignoring, parents=shelves.parents)

    # A map, unlike a loop, lets go of a group before it asks for the next.
    comparison = combined(list(map(compare_group, groups)), ignoring)
    if not shelves.packed:
        declared = (item for group, _ in groups for item in group)
        comparison = structs.replace(comparison, differences=with_dependents(comparison.differences, declared))

    events = gathered.events_until(at)
    if stores is not None and since:
        with tell.in_stores():
            events = with_earlier(events, comparison.differences, since, at, stores)
    tell.step("correlate")
    attributions = attribute(comparison.differences, events, at, knowledge)
    if witness is not None:
        for difference, attribution in zip(comparison.differences, attributions, strict=True):
            witness(difference, attribution, at)
    tell.step("explain")
    explainer = Explainer(config.name, at, judging, learned)
    drifts, cause_groups = explainer.explained(comparison.differences, attributions)
    report = Report(
        scan=Scan(
            id=secrets.token_hex(8),
            started_at=started_at,
            finished_at=datetime.now(UTC),
            as_of=at,
            version=__version__,
            sources=gathered.health,
            estate=config.name,
        ),
        summary=_summary(comparison),
        drifts=drifts,
        hidden=comparison.hidden,
        scopes=comparison.scopes,
        groups=cause_groups,
    )
    tell.step("record")
    if stores is not None:
        with tell.in_stores():
            stores.record_scan(
                report,
                states(groups, knowledge),
                gathered.events,
                fingerprint,
                series=gathered.series,
                read_to=gathered.read_to,
                features=explainer.features,
            )
    return report


def _collect(
    config: Config, live: Sequence[str], shelves: Shelves, stores: "Stores | None", tell: _Teller
) -> tuple[Gathered, Mapping[str, datetime]]:
    """What the sources hold, and since when those that were read before were asked."""
    since: dict[str, datetime] = {}
    if stores is not None and live:
        with tell.in_stores():
            known_to = stores.timeline.watermarks(config.name)
        since = {name: known_to[name] for name in live if name in known_to}
    gathered = gather(config, tell=tell.collected, cancelled=tell.cancelled, since=since, live=live, shelves=shelves)
    if gathered.series:
        earlier: list[Series] = []
        if stores is not None and since:
            with tell.in_stores():
                earlier = earlier_series(gathered, stores)
        add_shifts(gathered, earlier)
    return gathered, since


def _learned(stores: "Stores", estate: str) -> "InUse":
    """The model in use, and the habits of the estate."""
    from engine.learning.in_use import in_use

    return in_use(stores.folder, stores.ledger, estate)


class _Groups:
    """Each group's declarations and what of it is live; made anew each time it is much."""

    def __init__(self, gathered: Gathered, knowledge: Knowledge) -> None:
        self._gathered = gathered
        self._knowledge = knowledge
        self._made: list[_Group] | None = None

    def __iter__(self) -> Iterator[_Group]:
        if self._made is not None:
            return iter(self._made)
        groups = map(self._made_ready, self._gathered.resources.groups())
        if self._gathered.resources.packed:
            return groups
        self._made = list(groups)
        return iter(self._made)

    def _made_ready(self, group: Group) -> _Group:
        return group.declared, Estate(self._knowledge, group.observed, self._gathered.coverage)


@contextmanager
def _old_garbage_left() -> Iterator[None]:
    """A scan holds millions of objects without cycles; looking for some again and again costs a third of its time.

    New objects are looked through once: what else the process does meanwhile may well make garbage.
    """
    before = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, _NEVER, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def around(stores: "Stores", drift: Drift, within: timedelta = timedelta(hours=2), **choice: Any) -> "Window":
    """What was recorded around the moment a drift came about; see `Timeline.window` for what may be chosen."""
    moment = drift.changed_at or drift.detected_at
    return stores.timeline.window(moment - within, moment + within, **choice)


def _summary(comparison: Comparison) -> Summary:
    kinds = [difference.kind for difference in comparison.differences]
    unmanaged = kinds.count(DriftKind.UNMANAGED)
    known = comparison.managed + unmanaged
    return Summary(
        declared=comparison.declared,
        actual=comparison.actual,
        in_sync=comparison.in_sync,
        modified=kinds.count(DriftKind.MODIFIED),
        missing=kinds.count(DriftKind.MISSING),
        unmanaged=unmanaged,
        not_compared=comparison.not_compared,
        coverage=round(comparison.managed / known, 4) if known else 0.0,
        hidden=sum(hidden.count for hidden in comparison.hidden),
    )


def _fingerprint(
    config: Config,
    as_of: datetime | None,
    marks: Mapping[str, str | None],
    baseline: Sequence[Accepted],
    learned: "InUse | None",
) -> str | None:
    """Changes when a scan could find something else; None when only a scan can tell. `marks` are the sources'."""
    digest = hashlib.blake2b(f"{__version__}\0{config.name}\0{as_of}".encode(), digest_size=16)
    for path in sorted(config.knowledge.rglob("*.toml")) if config.knowledge else ():
        digest.update(path.read_bytes())
    digest.update(msgspec.json.encode((config.ignore, config.freezes, baseline, learned.mark if learned else "")))
    for source in config.sources:
        mark = marks[source.name]
        if mark is None:
            return None
        digest.update(f"{source.name}\0{source.kind}\0{mark}\n".encode())
    return digest.hexdigest()


def _was_read_whole(known: Report) -> bool:
    """Whether every source was: a failure may pass without a trace in names, sizes and times."""
    return all(source.status is SourceStatus.OK for source in known.scan.sources)


def _again(known: Report, started_at: datetime) -> Report:
    """A known report as the result of a new scan."""
    scan = structs.replace(known.scan, id=secrets.token_hex(8), started_at=started_at, finished_at=datetime.now(UTC))
    return structs.replace(known, scan=scan)
