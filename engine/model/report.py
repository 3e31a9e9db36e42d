"""The scan report: what one pass over the sources found."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from engine.model.correlation import CauseGroup
from engine.model.drift import Drift
from engine.model.ignore import Hidden

SCHEMA = "driftguard.report/1"


class SourceRole(StrEnum):
    DECLARED = "declared"
    ACTUAL = "actual"
    EVENTS = "events"


class SourceStatus(StrEnum):
    OK = "ok"
    STALE = "stale"
    FAILED = "failed"
    PARTIAL = "partial"


class SourceHealth(Struct, frozen=True):
    """How reading one source went. `skipped` counts records that could not be used; `error` says why.

    `newest` is when the newest of what it holds was made, None when no record tells.
    """

    name: str
    kind: str
    role: SourceRole
    status: SourceStatus
    records: int = 0
    skipped: int = 0
    error: str | None = None
    newest: datetime | None = None


class Scan(Struct, frozen=True):
    """`as_of` is the time the report is about: now for live sources, the newest record for a bundle.

    `estate` is what the configuration calls it; a store may hold several, each with a history of its own.
    """

    id: str
    started_at: datetime
    finished_at: datetime
    as_of: datetime
    version: str
    sources: tuple[SourceHealth, ...] = ()
    estate: str = ""

    @property
    def read_whole(self) -> bool:
        """Whether every source of resources was read, so that a drift that is not reported is not there."""
        return all(
            source.status in (SourceStatus.OK, SourceStatus.STALE)
            for source in self.sources
            if source.role is not SourceRole.EVENTS
        )


class Summary(Struct, frozen=True):
    """Counts of resources; `coverage` is the share (0 to 1) of live resources that code declares.

    `hidden` counts what rules kept out of the report: whole drifts, and single changes of drifts in it.
    """

    declared: int = 0
    actual: int = 0
    in_sync: int = 0
    modified: int = 0
    missing: int = 0
    unmanaged: int = 0
    not_compared: int = 0
    coverage: float = 0.0
    hidden: int = 0


class ScopeSummary(Struct, frozen=True):
    """One account and region, project, subscription or cluster. `managed` of its live resources are declared."""

    scope: str
    provider: str
    actual: int = 0
    managed: int = 0
    unmanaged: int = 0

    @property
    def coverage(self) -> float:
        """The share (0 to 1) of live resources, without those that are hidden, that code declares."""
        known = self.managed + self.unmanaged
        return self.managed / known if known else 0.0


class Report(Struct, frozen=True, kw_only=True):
    """Everything one scan found, as `--format json` prints it."""

    schema: str = SCHEMA
    scan: Scan
    summary: Summary
    drifts: tuple[Drift, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    scopes: tuple[ScopeSummary, ...] = ()
    groups: tuple[CauseGroup, ...] = ()
