"""What the assistant's tools return: facts, each under a mark by which an answer cites it."""

import re
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from engine.model import ActorKind, DriftKind, EventKind, Level, RequestStatus, Role, SourceStatus, Via

#: What a mark may hold; an id with anything else in it is cited by its hash.
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/@+-]{0,79}")


def mark(kind: str, id_: str) -> str:
    """The mark of a thing: the letter of its kind and its id (`d:1a2b3c`)."""
    safe = id_ if _SAFE_ID.fullmatch(id_) else sha256(id_.encode()).hexdigest()[:16]
    return f"{kind}:{safe}"


class Fact(Struct, frozen=True, kw_only=True):
    """One thing that a tool returned.

    `mark` is how answers cite it, `label` says in a few words what it is. `at` is when it happened or was so, `drift`
    the id of the drift that it is about.
    """

    mark: str
    label: str
    at: datetime | None = None
    drift: str = ""


class DriftFact(Fact, frozen=True, kw_only=True):
    """A drift in brief. `at` is when it came about; `actor` is None where nobody is known to have made it.

    `cause` is the likeliest category in words; `determined` says whether it is likely enough to be named. `changed`
    has the paths that differ.
    """

    type: str
    resource: str
    scope: str
    kind: DriftKind
    level: Level
    score: int
    actor: str | None
    actor_kind: ActorKind
    detected_at: datetime
    cause: str
    confidence: float
    determined: bool
    changed: tuple[str, ...] = ()


class ChangeFact(Struct, frozen=True):
    """One attribute that differs, its values as text; of what is sensitive neither value."""

    path: str
    declared: str
    actual: str


class DriftDetail(DriftFact, frozen=True, kw_only=True):
    """A drift with what is known of it. `causes` has every category with its probability, the likeliest first.

    `for_it` are the reasons that speak for the likeliest cause, the weightiest first.
    """

    via: Via
    address: str | None
    role: str | None
    changes: tuple[ChangeFact, ...]
    causes: tuple[tuple[str, float], ...]
    for_it: tuple[str, ...]
    ruled_out: tuple[tuple[str, str], ...]
    severity_reasons: tuple[str, ...]
    dimensions: tuple[tuple[str, int], ...]
    disruption: float
    risk_reasons: tuple[str, ...]
    surroundings: tuple[str, ...]
    owner: str = ""


class EventFact(Fact, frozen=True, kw_only=True):
    """Something that happened. `weight` (0 to 1) says how much it tells of the drift that was asked about."""

    source: str
    kind: EventKind
    operation: str
    actor: str | None
    actor_kind: ActorKind
    scope: str
    error: str | None
    summary: str
    touches: tuple[str, ...]
    ended_at: datetime | None
    weight: float = 0.0


class ChangeSeen(Fact, frozen=True, kw_only=True):
    """A scan saw a resource new, changed or gone; it became so after the scan before."""

    what: str
    side: str
    source: str


class VersionFact(Fact, frozen=True, kw_only=True):
    """A resource as it was recorded from `at` on. `changed` differs from the version before; `gone`: it is no more."""

    changed: tuple[str, ...]
    gone: bool


class AdviceFact(Fact, frozen=True, kw_only=True):
    """A recommendation for a drift; `commands` are what would carry it out."""

    action: str
    title: str
    rationale: str
    confidence: float
    commands: tuple[str, ...]
    has_patch: bool
    requires_role: Role
    policy: str


class RequestFact(Fact, frozen=True, kw_only=True):
    """A change request (`request` is its id) and how it stands. `decided` says who decided what, oldest first."""

    request: str
    status: RequestStatus
    title: str
    requested_by: str
    expires_at: datetime
    reason: str
    decided: tuple[str, ...]
    outdated: str


class AuditFact(Fact, frozen=True, kw_only=True):
    """An entry of the audit log."""

    number: int
    actor: str
    action: str
    subject: str


class CoverageFact(Fact, frozen=True, kw_only=True):
    """How much of the live resources code declares, in a scope or in the whole estate (`scope` empty)."""

    scope: str
    actual: int
    managed: int
    unmanaged: int
    coverage: float


class StandingFact(Fact, frozen=True, kw_only=True):
    """How the estate stands: counts of resources, and of drifts by severity, the gravest first."""

    estate: str
    declared: int
    in_sync: int
    modified: int
    missing: int
    unmanaged: int
    not_compared: int
    hidden: int
    levels: tuple[tuple[Level, int], ...]


class SourceFact(Fact, frozen=True, kw_only=True):
    """How a source was read."""

    name: str
    kind: str
    status: SourceStatus
    records: int
    error: str | None


class GroupFact(Fact, frozen=True, kw_only=True):
    """Drifts of one origin. `drifts` are their ids, the gravest first."""

    origin: str
    drifts: tuple[str, ...]
    level: Level
    last_at: datetime | None


class MetricFact(Fact, frozen=True, kw_only=True):
    """A metric over the span that was asked for."""

    name: str
    unit: str
    source: str
    samples: int
    low: float
    high: float
    last: float
    last_at: datetime


class PersonFact(Fact, frozen=True, kw_only=True):
    """Somebody, or some software, that acted; `drifts` is how many of the report's drifts they made."""

    principal: str
    kind: ActorKind
    drifts: int
