"""The ledger's words, and a drift as its listings show it. Light: no database library behind them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import Struct

from engine.model import Category, DriftKind, Event, Level, ResourceRef


class DriftStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class NotificationStatus(StrEnum):
    """A failed one was given up."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Notification(Struct, frozen=True, kw_only=True):
    """A message to a target, or to nobody yet while `target` is empty. Its texts hold no secrets.

    `channel` is the rule that it comes of, and `key` what it is about, a line for each thing: nobody is told of that
    again for a while.
    `id` is 0 before it is kept. `due_at` is from when on it may be sent (None: at once), `error` why it could not.
    """

    channel: str
    key: str
    level: Level
    target: str
    subject: str
    body: str
    created_at: datetime
    drift_id: str | None = None
    status: NotificationStatus = NotificationStatus.PENDING
    attempts: int = 0
    error: str | None = None
    due_at: datetime | None = None
    sent_at: datetime | None = None
    id: int = 0


class DriftRecord(Struct, frozen=True):
    """A line of the ledger: a drift, how grave, why, and its life so far.

    `first_detected_at` is from the first report that held it, `last_seen_at` and `resolved_at` are the times that
    the reports are about (`as_of`). `score` is 0 to 100, `confidence` 0 to 1.
    """

    id: str
    status: DriftStatus
    resource: ResourceRef
    kind: DriftKind
    level: Level
    score: int
    category: Category
    confidence: float
    principal: str | None
    changed_at: datetime | None
    first_detected_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None


class ModelRecord(Struct, frozen=True):
    """A registered model. `sha256` is its manifest's; it is in use since `promoted_at`, unless another one came later.

    `manifest` is what `ml.registry.Manifest` has, as JSON values.
    """

    name: str
    version: str
    sha256: str
    manifest: Mapping[str, Any]
    created_at: datetime
    promoted_at: datetime | None = None

    @property
    def label(self) -> str:
        """`name@version`, as reports name a model."""
        return f"{self.name}@{self.version}"


class ResourceChange(Struct, frozen=True):
    """A resource that two scans saw differently. `what`: new, changed or gone. `side`: declared or actual.

    `at` is the time that the later scan is about: it changed before that, and after the scan before.
    """

    at: datetime
    resource: ResourceRef
    side: str
    source: str
    what: str


class Window(Struct, frozen=True):
    """What the timeline holds of a span of time, oldest first. `more` events than these are in it."""

    events: tuple[Event, ...] = ()
    changes: tuple[ResourceChange, ...] = ()
    more: int = 0


class Place(Struct, frozen=True, order=True):
    """Where a resource is in its estate.

    `part` is a module, a namespace or a stack, empty for what is in none of them, None for what no code declares.
    `scope` is the provider's name where no scope is known.
    """

    scope: str
    part: str | None
    type: str


class PlaceCount(Struct, frozen=True):
    """So many resources are declared at a place; `given` are the numbers of those asked about that are there."""

    place: Place
    declared: int
    given: tuple[int, ...]


class Matching(Struct, frozen=True):
    """A regular expression (RE2) that a resource matches in a field, in any without one, or with `inverse` does not.

    Fields are `scope`, `module` (also namespace and stack) and `type`.
    """

    pattern: str
    field: str = ""
    inverse: bool = False


class Turn(Struct, frozen=True):
    """A moment at which drifts of a severity appeared, or went, and how many."""

    at: datetime
    level: Level
    drifts: int


class Lives(Struct, frozen=True):
    """When the drifts of an estate appeared and went.

    `scans` are the times that its scans are about. `detected_after` is from the change to the scan that found it, in
    seconds, of what was detected within `reach` before the moment asked about; `resolved_after` from there to the scan
    that found it gone, of what was resolved in that time. `appeared_since` has what appeared after `since` and is
    still open.
    """

    scans: tuple[datetime, ...]
    appeared: tuple[Turn, ...]
    resolved: tuple[Turn, ...]
    reach: timedelta
    detected_after: tuple[float, ...] = ()
    resolved_after: tuple[float, ...] = ()
    since: datetime | None = None
    appeared_since: tuple[Turn, ...] = ()
