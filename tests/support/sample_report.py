"""A small report with a drift of each kind, for tests of how reports are shown and kept."""

from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from engine.model import (
    SENSITIVE,
    Action,
    Actor,
    ActorKind,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    EventKind,
    Evidence,
    Level,
    Recommendation,
    Report,
    ResourceRef,
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

#: Markup of terminals, of Rich, of Markdown and of HTML, a bidirectional override and a clipboard write.
HOSTILE = "\x1b]52;c;ZXZpbA==\x07[red]x[/red] \x9b31m \u202eevil` | <img src=x> @team **b** [a](http://x.test)"

NIGHT = datetime(2026, 3, 14, 3, 12, 5, tzinfo=UTC)
MORNING = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)

ADDRESS = 'module.web["blue"].aws_security_group.front'


def cause(category: Category, confidence: float) -> Cause:
    rest = (1 - confidence) / 4
    return Cause(
        category=category,
        confidence=confidence,
        interval=(max(0.0, confidence - 0.1), min(1.0, confidence + 0.1)),
        distribution={each: confidence if each is category else rest for each in Category},
        model="evidence@1",
        signals=(Signal("break_glass", "the break-glass role was used", {category: 1.5}),),
    )


def opened_port(**changes: Any) -> Drift:
    """A port opened to the world at night, as an emergency fix."""
    drift = Drift(
        id="a1b2c3d4e5f6",
        resource=ResourceRef("aws", "aws_security_group", "sg-0a1", "123456789012/eu-west-1", ADDRESS, "front"),
        kind=DriftKind.MODIFIED,
        changes=(
            Change("ingress[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"]),
            Change("auth_token", SENSITIVE, SENSITIVE, sensitive=True),
        ),
        changed_at=NIGHT,
        detected_at=MORNING,
        actor=Actor("jana@shop.example", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.7", "BreakGlass"),
        cause=cause(Category.EMERGENCY_FIX, 0.82),
        severity=Severity(
            Level.CRITICAL, 95, Dimensions(security=95, compliance=60), ("the port is open to the world",)
        ),
        risk=Risk(0.35),
        ruled_out=(RuledOut(Category.AUTOMATED_PROCESS, "no service principal wrote to it in the window"),),
        evidence=(
            Evidence("e-1", "cloudtrail", EventKind.API_CALL, NIGHT, 0.9, "AuthorizeSecurityGroupIngress by jana"),
            Evidence("git:1f", "git", EventKind.COMMIT, MORNING, 0.3, "front: narrow the ingress"),
        ),
        recommendations=(
            Recommendation(
                id="r-1",
                action=Action.ADOPT,
                title="Write the change into code",
                rationale="It was made to end an incident.",
                confidence=0.7,
                commands=("terraform plan -target='module.web[\"blue\"].aws_security_group.front'",),
                patch="--- a/front.tf\n+++ b/front.tf\n@@ -1 +1 @@\n-cidr = 1\n+cidr = 2\n",
                requires_role=Role.EDIT,
                policy="emergency-adopt",
            ),
        ),
    )
    return structs.replace(drift, **changes)


def missing_queue() -> Drift:
    return structs.replace(
        opened_port(),
        id="b2c3d4e5f6a7",
        resource=ResourceRef(
            "aws", "aws_sqs_queue", "orders", "123456789012/eu-west-1", "aws_sqs_queue.orders", "orders"
        ),
        kind=DriftKind.MISSING,
        changes=(),
        actor=Actor(),
        changed_at=None,
        cause=cause(Category.UNAUTHORIZED_CHANGE, 0.31),
        severity=Severity(Level.HIGH, 70, Dimensions(performance=70)),
        evidence=(),
        recommendations=(),
    )


def stray_bucket() -> Drift:
    return structs.replace(
        missing_queue(),
        id="c3d4e5f6a7b8",
        resource=ResourceRef("aws", "aws_s3_bucket", "scratch-東京", "123456789012", "", "scratch-東京"),
        kind=DriftKind.UNMANAGED,
        severity=Severity(Level.LOW, 20, Dimensions(cost=20)),
        cause=cause(Category.MANUAL_TROUBLESHOOTING, 0.6),
    )


def hostile_drift() -> Drift:
    """Every text that comes from infrastructure is hostile."""
    drift = opened_port()
    return structs.replace(
        drift,
        id="d4e5f6a7b8c9",
        resource=ResourceRef("aws", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE),
        changes=(Change(HOSTILE, HOSTILE, {HOSTILE: [HOSTILE]}),),
        actor=structs.replace(drift.actor, principal=HOSTILE, source_ip=HOSTILE, role=HOSTILE),
        ruled_out=(RuledOut(Category.AUTOMATED_PROCESS, HOSTILE),),
        evidence=(structs.replace(drift.evidence[0], event_id=HOSTILE, source=HOSTILE, summary=HOSTILE),),
        recommendations=(
            structs.replace(
                drift.recommendations[0], title=HOSTILE, rationale=HOSTILE, commands=(HOSTILE,), patch=HOSTILE
            ),
        ),
        severity=structs.replace(drift.severity, reasons=(HOSTILE,)),
    )


def report(*drifts: Drift, sources: tuple[SourceHealth, ...] | None = None) -> Report:
    """A report with these drifts, by default one of each kind."""
    drifts = drifts or (opened_port(), missing_queue(), stray_bucket())
    if sources is None:
        sources = (
            SourceHealth("state", "terraform_state", SourceRole.DECLARED, SourceStatus.OK, 120),
            SourceHealth("prod", "aws", SourceRole.ACTUAL, SourceStatus.PARTIAL, 118, 2, "config.json: no such key"),
            SourceHealth("tickets", "jira", SourceRole.EVENTS, SourceStatus.FAILED, error="the token was refused"),
        )
    kinds = [drift.kind for drift in drifts]
    return Report(
        scan=Scan("5ca0", MORNING, MORNING, MORNING, "0.1.0", sources),
        summary=Summary(
            declared=120,
            actual=119,
            in_sync=117,
            modified=kinds.count(DriftKind.MODIFIED),
            missing=kinds.count(DriftKind.MISSING),
            unmanaged=kinds.count(DriftKind.UNMANAGED),
            not_compared=1,
            coverage=0.99,
        ),
        drifts=drifts,
    )
