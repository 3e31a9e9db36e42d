"""Drifts to give advice on."""

from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from engine.model import (
    Actor,
    ActorKind,
    Category,
    Cause,
    Change,
    Dimensions,
    Drift,
    DriftKind,
    Level,
    Recommendation,
    ResourceRef,
    Risk,
    Severity,
)

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
QUEUE = ResourceRef("aws", "aws_sqs_queue", "jobs", "123456789012/eu-west-1", "aws_sqs_queue.jobs", "jobs")


def drift_of(category: Category, confidence: float = 0.9, **more: Any) -> Drift:
    """A changed queue, most likely for this reason."""
    shares = dict.fromkeys(Category, (1 - confidence) / 4) | {category: confidence}
    plain = Drift(
        id="d1", resource=QUEUE, kind=DriftKind.MODIFIED, changes=(Change("visibility_timeout_seconds", 30, 90),),
        changed_at=NOON, detected_at=NOON, actor=Actor("jana@example.com", ActorKind.HUMAN),
        cause=Cause(category, confidence, (0.0, 1.0), shares, "test@1"),
        severity=Severity(Level.MEDIUM, 50, Dimensions(performance=50)), risk=Risk(0.1),
    )  # fmt: skip
    return structs.replace(plain, **more)


def by_policy(found: tuple[Recommendation, ...]) -> dict[str, Recommendation]:
    return {item.policy: item for item in found}
