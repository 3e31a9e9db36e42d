"""Small, complete examples of the words: a drift, a report, an event, a resource's state."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.model import (
    Action,
    Actor,
    ActorKind,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    Event,
    EventKind,
    Evidence,
    Level,
    Recommendation,
    Report,
    ResourceRef,
    ResourceState,
    Risk,
    Role,
    RuledOut,
    Scan,
    Severity,
    Signal,
    SourceHealth,
    SourceRole,
    SourceStatus,
    Summary,
    Via,
)

if TYPE_CHECKING:
    from engine.store.timeline import Timeline

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """A moment, in minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def make_event(id_: str = "event-1", minutes: float = 0, **fields: Any) -> Event:
    given: dict[str, Any] = {
        "source": "trail",
        "kind": EventKind.API_CALL,
        "operation": "AuthorizeSecurityGroupIngress",
        "actor": Actor("mia@example.org", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.7", "Operators"),
        "service": "ec2.amazonaws.com",
        "scope": "111122223333/eu-west-1",
        "touches": ("sg-0a1",),
        "summary": "opened port 22",
        "request": '{"groupId":"sg-0a1"}',
        "original": '{"eventName":"AuthorizeSecurityGroupIngress"}',
    }
    return Event(id=id_, at=at(minutes), **{**given, **fields})


def events_between(timeline: "Timeline", start: datetime, end: datetime, **choice: Any) -> list[Event]:
    """The events that a timeline holds of a span, in full."""
    return list(timeline.window(start, end, full=True, **{"limit": 10_000, **choice}).events)


def make_drift(id_: str = "d-1", *, score: int = 90, level: Level = Level.CRITICAL, **fields: Any) -> Drift:
    distribution = dict.fromkeys(Category, 0.05) | {Category.UNAUTHORIZED_CHANGE: 0.8}
    given: dict[str, Any] = {
        "resource": ResourceRef(
            "aws", "aws_security_group", f"sg-{id_}", "111122223333/eu-west-1", f"aws_security_group.{id_}", id_
        ),
        "kind": DriftKind.MODIFIED,
        "changes": (Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"]),),
        "changed_at": at(-30),
        "detected_at": at(0),
        "actor": Actor("mia@example.org", ActorKind.HUMAN, Via.CONSOLE),
        "cause": Cause(
            Category.UNAUTHORIZED_CHANGE, 0.8, (0.6, 0.9), distribution, "rules@1",
            (Signal("no ticket", "no ticket names it", {Category.UNAUTHORIZED_CHANGE: 1.0}),),
        ),
        "severity": Severity(level, score, Dimensions(security=score)),
        "risk": Risk(0.3),
        "ruled_out": (RuledOut(Category.AUTOMATED_PROCESS, "no controller wrote to it"),),
        "evidence": (Evidence(f"event-of-{id_}", "trail", EventKind.API_CALL, at(-30), 0.9, "mia opened port 22"),),
        "recommendations": (
            Recommendation(
                f"r-{id_}", Action.REVERT, "Close it", "it is open", 0.9, ("terraform apply",), None, Role.EDIT
            ),
        ),
    }  # fmt: skip
    return Drift(id=id_, severity=given.pop("severity"), **{**given, **fields})


def make_report(scan_id: str, minutes: float = 0, *drifts: Drift, failed: tuple[str, ...] = ()) -> Report:
    """The report of a scan of the sources `states` and `account`, those in `failed` unread."""
    sources = tuple(
        SourceHealth(name, kind, role, SourceStatus.FAILED if name in failed else SourceStatus.OK)
        for name, kind, role in (
            ("states", "terraform_state", SourceRole.DECLARED),
            ("account", "aws", SourceRole.ACTUAL),
            ("trail", "cloudtrail", SourceRole.EVENTS),
        )
    )
    scan = Scan(scan_id, at(minutes), at(minutes + 0.5), at(minutes), "0.1.0", sources)
    return Report(scan=scan, summary=Summary(declared=3, actual=3, modified=len(drifts)), drifts=drifts)


def make_state(id_: str, side: str = "actual", **attributes: Any) -> ResourceState:
    """One side of a security group, from the source of that side."""
    address = f"aws_security_group.{id_}" if side == "declared" else ""
    ref = ResourceRef("aws", "aws_security_group", id_, "111122223333/eu-west-1", address, id_)
    return ResourceState(side, ref, attributes, "states" if side == "declared" else "account")
