"""Reads one AWS account through its API, as the read tables say.

Work is cut into jobs on a bounded pool of threads: one lists a type in a region, then others add the details to
some dozens of its resources each. A call that fails costs its part of the observations, and its reason is
reported; a listing that fails costs the coverage of its type in that region.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from queue import SimpleQueue
from typing import Any

import msgspec

from engine.collectors.actual.aws_calls import Caller, Parts
from engine.collectors.actual.aws_config_live import read_config
from engine.collectors.actual.aws_control_live import ControlReader
from engine.collectors.actual.aws_settings import Settings
from engine.collectors.aws_account import FAILURES, WORKERS, Account
from engine.collectors.base import CancelledError, Context, Found
from engine.errors import SourceError
from engine.model import Coverage, Observed
from engine.providers import Knowledge, load_knowledge
from engine.providers.reads import Read, Reads, load_reads

#: Resources whose details one job reads.
_CHUNK = 25


class Listing:
    """One type in one region. It is covered once it was listed completely and `pending` jobs are done.

    `is_complete` turns false when something that may hold resources could not be looked into.
    """

    def __init__(self, native: str, read: Read, region: str, account: str) -> None:
        self.native = native
        self.read = read
        self.region = region
        self.account = account
        self.pending = 0
        self.is_complete = True

    @property
    def scope(self) -> str:
        """What the listing covers."""
        if not self.read.is_global:
            return f"{self.account}/{self.region}"
        return f"{self.account}/*" if self.read.region else f"{self.account}/global"

    def scope_of(self, region: str) -> str:
        """The scope of a resource that was found to live in `region`."""
        return f"{self.account}/{region}" if self.read.region else self.scope


class Result(msgspec.Struct):
    """What a job brought back: observations, or resources still without details, and what went wrong."""

    listing: Listing
    observed: list[Observed] = msgspec.field(default_factory=list)
    listed: list[Parts] | None = None
    problems: list[str] = msgspec.field(default_factory=list)
    is_complete: bool = True


def read_live(settings: Settings, context: Context) -> Iterator[Found]:
    """Yields every resource of the account that the read tables name, and the coverage of each type.

    Raises SourceError when the account cannot be read at all, or its credentials run out on the way.
    """
    reads = load_reads("aws", context.knowledge)
    chosen = _chosen(reads, settings, load_knowledge(context.knowledge))
    account = Account(settings, reads, context)
    listings = [
        Listing(native, read, region, account.number)
        for native, read in chosen.items()
        for region in (account.regions[:1] if read.is_global else account.regions)
    ]
    yield from _Run(settings, context, account).read(listings)
    if settings.config_query or settings.config_aggregator:
        yield from read_config(account, settings, context)
    yield from ControlReader(account, settings, reads, context).read()


class _Run:
    """One pass over the listings."""

    def __init__(self, settings: Settings, context: Context, account: Account) -> None:
        self._source = settings.name
        self._context = context
        self._account = account
        self._done: SimpleQueue[Future[Result]] = SimpleQueue()
        self._told: set[str] = set()
        self._running = 0

    def read(self, listings: list[Listing]) -> Iterator[Found]:
        pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="aws")
        try:
            for listing in listings:
                self._start(pool, self._list, listing)
            while self._running:
                result = self._done.get().result()
                self._running -= 1
                self._tell(result)
                yield from result.observed
                yield from self._go_on(pool, result)
        except CancelledError:
            return
        finally:
            pool.shutdown(cancel_futures=True)

    def _start(self, pool: ThreadPoolExecutor, job: Callable[..., Result], *arguments: Any) -> None:
        self._running += 1
        pool.submit(job, *arguments).add_done_callback(self._done.put)

    def _go_on(self, pool: ThreadPoolExecutor, result: Result) -> Iterator[Coverage]:
        """Starts what follows from a result. Coverage comes last, so that nothing seems missing if the scan breaks."""
        listing = result.listing
        listing.is_complete = listing.is_complete and result.is_complete
        if result.listed is None:
            listing.pending = max(0, listing.pending - 1)
        else:
            chunks = [result.listed[start : start + _CHUNK] for start in range(0, len(result.listed), _CHUNK)]
            listing.pending = len(chunks)
            for chunk in chunks:
                self._start(pool, self._detail, listing, chunk)
        if listing.pending == 0 and listing.is_complete:
            yield Coverage("aws", listing.native, listing.scope, self._source)

    def _tell(self, result: Result) -> None:
        """Reports each problem once, however many resources it met."""
        for problem in result.problems:
            if problem not in self._told:
                self._told.add(problem)
                self._context.skip(f"{result.listing.native} in {result.listing.region}", problem, records=0)

    def _list(self, listing: Listing) -> Result:
        caller = Caller(self._account, listing.read, listing.region)
        try:
            listed = caller.listing()
        except FAILURES as error:
            return Result(listing, problems=[caller.problem(listing.read.listing, error)], is_complete=False)
        return Result(listing, listed=listed, problems=caller.problems)

    def _detail(self, listing: Listing, resources: list[Parts]) -> Result:
        caller = Caller(self._account, listing.read, listing.region)
        details = caller.details(resources)
        observed = [
            Observed(
                provider="aws",
                native=listing.native,
                scope=listing.scope_of(region),
                # Moments and bytes become text, so that every part is plain JSON.
                parts=msgspec.to_builtins(parts),
                source=self._source,
                observed_at=datetime.now(UTC),
            )
            for parts, region in details
        ]
        return Result(listing, observed=observed, problems=caller.problems, is_complete=caller.is_complete)


def _chosen(reads: Reads, settings: Settings, knowledge: Knowledge) -> dict[str, Read]:
    known = (reads.types, knowledge.registry)
    unknown = [native for native in settings.types if not any(native in types for types in known)]
    if unknown:
        raise SourceError(
            f"{unknown[0]!r} in `types` of source {settings.name!r} is not a type that can be read; "
            f"write it as AWS does, for example 'AWS::S3::Bucket'"
        )
    return {native: read for native, read in reads.types.items() if not settings.types or native in settings.types}
