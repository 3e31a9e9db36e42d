"""Drift and what is known about it: changes, evidence, cause, severity, risk, recommendations."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from engine.model.event import Actor, Event, EventKind
from engine.model.resource import ResourceRef
from engine.model.surroundings import Surroundings

SENSITIVE = "(sensitive)"

#: A cause that is less probable than this is not named.
UNDETERMINED = 0.5


class DriftKind(StrEnum):
    MODIFIED = "modified"
    MISSING = "missing"
    UNMANAGED = "unmanaged"


class Category(StrEnum):
    """The five causes, in the order in which ties are shown."""

    EMERGENCY_FIX = "emergency_fix"
    MANUAL_TROUBLESHOOTING = "manual_troubleshooting"
    AUTOMATED_PROCESS = "automated_process"
    INCOMPLETE_ROLLOUT = "incomplete_rollout"
    UNAUTHORIZED_CHANGE = "unauthorized_change"


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return list(Level).index(self)


class Role(StrEnum):
    VIEW = "view"
    EDIT = "edit"
    ADMIN = "admin"


class Action(StrEnum):
    REVERT = "revert"
    ADOPT = "adopt"
    IMPORT = "import"
    IGNORE = "ignore"
    INVESTIGATE = "investigate"
    ESCALATE = "escalate"


class Against(StrEnum):
    DECLARED = "declared"
    BASELINE = "baseline"


class Change(Struct, frozen=True):
    """One attribute that differs. `path` is in the declaring side's names: `ingress[0].cidr_blocks`."""

    path: str
    declared: Any
    actual: Any
    against: Against = Against.DECLARED
    sensitive: bool = False


class Evidence(Struct, frozen=True):
    """An event linked to a drift. `weight` (0 to 1) says how much it tells; `summary` says what, in a line."""

    event_id: str
    source: str
    kind: EventKind
    at: datetime
    weight: float
    summary: str


class RuledOut(Struct, frozen=True):
    category: Category
    because: str


class Signal(Struct, frozen=True):
    """One reason for or against a cause: what was seen, and by how much it moved each category (log-odds)."""

    name: str
    reason: str
    weights: dict[Category, float]


class Cause(Struct, frozen=True):
    """`confidence` is the probability of `category`, `interval` its 90 % bounds, `distribution` sums to 1.

    `possible` holds the causes that remain possible, the likeliest first: 95 % of such sets hold the true cause, on
    drifts like those it was measured on. It is empty where the model was never measured so. `learned_from` says
    what the model learned from, and is empty where people set its weights.
    """

    category: Category
    confidence: float
    interval: tuple[float, float]
    distribution: dict[Category, float]
    model: str
    signals: tuple[Signal, ...] = ()
    possible: tuple[Category, ...] = ()
    learned_from: str = ""


class Dimensions(Struct, frozen=True):
    """Scores from 0 to 100."""

    security: int = 0
    compliance: int = 0
    performance: int = 0
    cost: int = 0


class Severity(Struct, frozen=True):
    level: Level
    score: int
    dimensions: Dimensions
    reasons: tuple[str, ...] = ()


class Risk(Struct, frozen=True):
    """`disruption_probability` (0 to 1): that leaving or reverting it disturbs a service.

    `reasons` say what it comes from, the weightiest first; `model` is NAME@VERSION of what said so.
    """

    disruption_probability: float
    reasons: tuple[str, ...] = ()
    model: str = ""


class Recommendation(Struct, frozen=True):
    id: str
    action: Action
    title: str
    rationale: str
    confidence: float
    commands: tuple[str, ...] = ()
    patch: str | None = None
    requires_role: Role = Role.VIEW
    policy: str = ""


class Origin(Struct, frozen=True):
    """What is known of an unmanaged resource's making: whose it seems to be, since when, and within what.

    `parent` is the address or id of a declared resource that it lives in or belongs to.
    """

    owner: str = ""
    created_at: datetime | None = None
    parent: str = ""


class FieldWrite(Struct, frozen=True):
    """Who the live object itself says wrote a changed field last: a client's own name for itself, never proof.

    operation: `Apply` or `Update`. subresource: the door it came through (`scale`), empty for the object itself.
    """

    path: str
    manager: str
    operation: str
    at: datetime | None = None
    subresource: str = ""


class Difference(Struct, frozen=True):
    """What comparison finds: a resource and how it differs, before anything is known about why.

    `origin` is set for what nobody declares, `written` where the live object keeps note of who wrote its fields.
    `declared_in` is the file or stack that declares it, as the source named it. `items` says what the items of lists
    are called that the changes' paths lead into by their places (`spec.containers[0]` → `{"name": "web"}`), `keepers`
    who has charge of changed fields whatever is declared (`spec.replicas` → the autoscaler's user). `noted_at` is when
    the provider last noted that the resource had changed: in this way or another, some minutes before. `dependents`
    counts the declared resources that refer to it, as far as that was looked for.
    """

    resource: ResourceRef
    kind: DriftKind
    changes: tuple[Change, ...] = ()
    keys: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    declared_source: str = ""
    actual_source: str = ""
    declared_in: str = ""
    origin: Origin | None = None
    written: tuple[FieldWrite, ...] = ()
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    keepers: dict[str, str] = field(default_factory=dict)
    noted_at: datetime | None = None
    dependents: int = 0


class Relation(StrEnum):
    """How what went on around a change and the changed resource hang together."""

    RESOURCE = "resource"  # it names the resource
    SERVICE = "service"  # it is about the resource's service
    CALLER = "caller"  # it is about something else, but who made the change opened it or works on it
    NONE = "none"  # it only went on at the same time


class Circumstance(Struct, frozen=True):
    """What went on around a change: an incident, an alert, a planned change, a shift of a metric.

    `weight` (0 to 1) says how much it tells, by what it is, how closely it hangs together with the resource, and how
    far from the change in time it is. `says` tells the latter two in a few words.
    """

    event: Event
    relation: Relation
    weight: float
    says: str


class Unusual(Struct, frozen=True):
    """Why a call is unusual for who made it, or for what it changed.

    `score` goes from 0.5, unusual, towards 1; the reasons are sentences, the weightiest first. `surprises` says how
    surprising (in nats) each aspect is that is unusual: `newcomer`, `resource`, `place` (the address it came from),
    `client`, `operation`, `hour`, `rate`.
    """

    score: float
    reasons: tuple[str, ...]
    surprises: dict[str, float] = field(default_factory=dict)


class Attribution(Struct, frozen=True):
    """Who changed it and when, as far as the events tell.

    `change` is the event that made the two sides differ, None when no event explains it; `actor` and `changed_at` are
    then unknown rather than guessed. `evidence` begins with the change and goes on by weight. `related` holds the
    events behind it and around it (the same objects, oldest first) for models and timelines to look at; of what went
    on around the change, which is `context` (by weight), only what concerns the resource or its service. `unusual` is
    set where the change is unlike what the caller does, or what is done to the resource.
    """

    actor: Actor = Actor()
    changed_at: datetime | None = None
    change: Event | None = None
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Event, ...] = ()
    context: tuple[Circumstance, ...] = ()
    unusual: Unusual | None = None


class Drift(Struct, frozen=True):
    """A difference with everything known about it. `id` derives from the resource and the change."""

    id: str
    resource: ResourceRef
    kind: DriftKind
    changes: tuple[Change, ...]
    changed_at: datetime | None
    detected_at: datetime
    actor: Actor
    cause: Cause
    severity: Severity
    risk: Risk
    ruled_out: tuple[RuledOut, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    origin: Origin | None = None
    surroundings: Surroundings = Surroundings()
