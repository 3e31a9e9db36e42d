"""A change request: a recommendation on its way through the roles, with exactly what was asked for and decided."""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct, structs

from engine.model.drift import Action, Change, Drift, DriftKind, Level, Recommendation, Role
from engine.model.resource import ResourceRef
from engine.model.surroundings import Environment

_canonical_json = msgspec.json.Encoder(order="deterministic")

#: What is told about a plan and does not act: another percentage in it makes no other plan.
_REMARKS = frozenset({"rationale"})


class RequestStatus(StrEnum):
    """Where a request stands.

    A draft is being prepared: nobody decides on it yet. What nobody decided in time is expired; what was taken back is
    withdrawn. What is executing is being carried out, or was and waits to be verified; a scan then finds the drift gone
    (verified) or not (failed). Closed: somebody took note of how it ended.
    """

    DRAFT = "draft"
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    EXECUTING = "executing"
    VERIFIED = "verified"
    FAILED = "failed"
    CLOSED = "closed"


#: A drift has one request at most that is one of these.
OPEN_STATUSES = (RequestStatus.DRAFT, RequestStatus.REQUESTED, RequestStatus.APPROVED, RequestStatus.EXECUTING)

#: These are over when their time is.
WAITING_STATUSES = (RequestStatus.DRAFT, RequestStatus.REQUESTED, RequestStatus.APPROVED)


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class Prepared(Struct, frozen=True, kw_only=True):
    """What a tool will do, worked out and kept before anybody approves it.

    `shown` is what people read before they decide: the tool's plan or a diff, without secrets. `artifact` is the kept
    file that is applied, relative to the request's private folder, and `artifact_hash` the SHA-256 of all that is.
    `world` changes when what it was made for does, declared or live.
    """

    tool: str
    summary: str
    shown: str
    artifact: str
    artifact_hash: str
    world: str
    commands: tuple[str, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be done about a drift, as it is shown to those who decide: a recommendation and what it is for.

    Without `prepared` no tool of ours can carry it out: people do.
    """

    drift_id: str
    resource: ResourceRef
    kind: DriftKind
    changes: tuple[Change, ...] = ()
    recommendation_id: str
    action: Action
    title: str
    rationale: str = ""
    commands: tuple[str, ...] = ()
    patch: str | None = None
    prepared: Prepared | None = None

    @property
    def hash(self) -> str:
        """Another one, in hexadecimal, for whatever differs in what is done or in what it is done to."""
        from hashlib import sha256  # which loads a library that nothing else here needs

        acting = {name: getattr(self, name) for name in self.__struct_fields__ if name not in _REMARKS}
        if self.prepared is None:
            del acting["prepared"]  # so that plans have the hashes that they had before anything was prepared
        return sha256(_canonical_json.encode(acting)).hexdigest()

    @property
    def unprepared(self) -> "Plan":
        """The same as it was recommended, before a tool worked it out."""
        return structs.replace(self, prepared=None)


class Terms(Struct, frozen=True, kw_only=True):
    """What a policy asks of a request: how many approve it, who decides, who carries it out, and what an emergency may.

    `lasts` is how many hours an approval holds. `breaks_freeze` and `breaks_glass` are the least roles that may, giving
    a reason, carry it out in a change freeze and without the approvals; None: nobody may.
    """

    policy: str = ""
    approvals: int = 1
    decides: Role = Role.ADMIN
    executes: Role = Role.ADMIN
    lasts: float = 72.0
    breaks_freeze: Role | None = Role.ADMIN
    breaks_glass: Role | None = None


class Execution(Struct, frozen=True, kw_only=True):
    """One time that a plan was carried out, or was begun to be.

    `owner` is the process that does it and has it until `lease_until`. `broke` is the reason for which approvals or a
    freeze were passed over, empty where none was. `applied_at` is when the tool was done, with what it `said` last and
    what is `left` to do; `ended_at` when that was verified, had failed or was given up.
    """

    id: str
    by: str
    owner: str
    started_at: datetime
    lease_until: datetime
    broke: str = ""
    applied_at: datetime | None = None
    said: str = ""
    left: tuple[str, ...] = ()
    ended_at: datetime | None = None


class Decision(Struct, frozen=True, kw_only=True):
    """A person's verdict on the plan with this hash. `alone`: nobody else was there to decide; one holds all roles."""

    verdict: Verdict
    by: str
    role: Role
    at: datetime
    plan_hash: str
    comment: str = ""
    alone: bool = False


class Comment(Struct, frozen=True):
    """What a person remarked on a request."""

    by: str
    at: datetime
    text: str


class ChangeRequest(Struct, frozen=True, kw_only=True):
    """A plan that a person asks for. `plan_hash` is the hash that `plan` had when it was asked for.

    `level` is how grave the drift is, `environment` where it is. `expires_at` is until when it waits for a decision,
    and once it is approved for being carried out. `closed_at` and `closed_by` tell when and by whom it was rejected,
    withdrawn or closed, or when it expired. `assignee` is who is to see to it. `outdated` says, of one that is open,
    why its plan is no longer what would be done; it is empty while it still is.
    """

    id: str
    estate: str
    status: RequestStatus
    level: Level
    plan: Plan
    plan_hash: str
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    reason: str = ""
    environment: Environment = Environment.UNKNOWN
    terms: Terms = Terms()
    assignee: str = ""
    closed_at: datetime | None = None
    closed_by: str | None = None
    decisions: tuple[Decision, ...] = ()
    comments: tuple[Comment, ...] = ()
    executions: tuple[Execution, ...] = ()
    outdated: str = ""

    @property
    def execution(self) -> Execution | None:
        """The last time that it was carried out or begun to be, if it ever was."""
        return self.executions[-1] if self.executions else None

    @property
    def is_open(self) -> bool:
        """Whether it waits, for a decision or for being carried out."""
        return self.status in OPEN_STATUSES


def plan_of(drift: Drift, recommendation: Recommendation) -> Plan:
    """What following a recommendation for a drift would do."""
    return Plan(
        drift_id=drift.id,
        resource=drift.resource,
        kind=drift.kind,
        changes=drift.changes,
        recommendation_id=recommendation.id,
        action=recommendation.action,
        title=recommendation.title,
        rationale=recommendation.rationale,
        commands=recommendation.commands,
        patch=recommendation.patch,
    )
