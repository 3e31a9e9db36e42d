"""The ledger's tables: what was found, what it was taken for, what was decided. The same on SQLite and Postgres."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Double,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.model import (
    OPEN_STATUSES,
    Action,
    Category,
    DriftKind,
    Environment,
    EventKind,
    Level,
    RequestStatus,
    Role,
    Verdict,
)
from engine.store.records import DriftStatus, NotificationStatus

#: Stands for a NUL where a database keeps none.
NUL_MARK = "\N{REPLACEMENT CHARACTER}"

# SQLite numbers rows by itself only when their type is INTEGER.
ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on the way in, in UTC on the way out, whatever the database keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text from anywhere. Postgres keeps no NUL: one bad name must not cost a whole scan, so a mark stands for it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or dialect.name == "sqlite" else value.replace("\0", NUL_MARK)


def _words(words: type[StrEnum]) -> Enum:
    """A column for one of a fixed set of words, stored as text."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda kind: [w.value for w in kind],
    )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(),
        str: PlainText(),
        float: Double(),
        DriftStatus: _words(DriftStatus),
        RequestStatus: _words(RequestStatus),
        Verdict: _words(Verdict),
        NotificationStatus: _words(NotificationStatus),
        DriftKind: _words(DriftKind),
        Category: _words(Category),
        Level: _words(Level),
        EventKind: _words(EventKind),
        Action: _words(Action),
        Role: _words(Role),
        Environment: _words(Environment),
    }


class ScanRow(Base):
    """One scan whose report the ledger holds. `summary` and `sources` are the report's own."""

    __tablename__ = "scans"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime]
    version: Mapped[str]
    estate: Mapped[str]
    summary: Mapped[dict[str, Any]]
    sources: Mapped[list[Any]]


class DriftRow(Base):
    """One drift for as long as it is known. `body` is the drift as the last report that held it told it."""

    __tablename__ = "drift_events"
    __table_args__ = (
        Index(
            "ix_drift_events_appeared",
            *("estate", "first_detected_at", "level", "category", "confidence", "resolved_at", "changed_at"),
        ),
        Index("ix_drift_events_resolved", "estate", "resolved_at", "level", "first_detected_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    estate: Mapped[str]
    status: Mapped[DriftStatus] = mapped_column(index=True)
    kind: Mapped[DriftKind]
    provider: Mapped[str]
    type: Mapped[str]
    resource_id: Mapped[str]
    scope: Mapped[str]
    address: Mapped[str]
    name: Mapped[str]
    level: Mapped[Level]
    score: Mapped[int]
    category: Mapped[Category]
    confidence: Mapped[float]
    principal: Mapped[str | None]
    changed_at: Mapped[datetime | None]
    first_detected_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    last_scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id"), index=True)
    digest: Mapped[str] = mapped_column(String(32))
    body: Mapped[dict[str, Any]]


class PredictionRow(Base):
    """What a model took for a drift's cause and risk. A new row whenever what is said of the drift changes.

    `features` are what it saw, by name, without those that were missing.
    """

    __tablename__ = "ml_predictions"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    drift_id: Mapped[str] = mapped_column(ForeignKey("drift_events.id", ondelete="CASCADE"), index=True)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.id", ondelete="CASCADE"))
    predicted_at: Mapped[datetime]
    model: Mapped[str]
    category: Mapped[Category]
    confidence: Mapped[float]
    interval_low: Mapped[float]
    interval_high: Mapped[float]
    distribution: Mapped[dict[str, Any]]
    signals: Mapped[list[Any]]
    severity_score: Mapped[int]
    disruption_probability: Mapped[float]
    features: Mapped[dict[str, Any] | None]


class FeedbackRow(Base):
    """What a person said a drift's cause is, beside what a model took it for. See `engine.model.Feedback`."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    drift_id: Mapped[str] = mapped_column(ForeignKey("drift_events.id", ondelete="CASCADE"), index=True)
    estate: Mapped[str] = mapped_column(String(255), index=True)
    scope: Mapped[str]
    category: Mapped[Category]
    named: Mapped[Category]
    distribution: Mapped[dict[str, Any]]
    model: Mapped[str]
    features: Mapped[dict[str, Any] | None]
    by: Mapped[str]
    at: Mapped[datetime]
    comment: Mapped[str]


class EvidenceRow(Base):
    """An event that tells something about a drift's cause."""

    __tablename__ = "correlation_context"

    drift_id: Mapped[str] = mapped_column(ForeignKey("drift_events.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(index=True)
    source: Mapped[str]
    kind: Mapped[EventKind]
    at: Mapped[datetime]
    weight: Mapped[float]
    summary: Mapped[str]


class RecommendationRow(Base):
    """What was proposed for a drift. `position` is its rank, None once it is not proposed any more."""

    __tablename__ = "recommendations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    drift_id: Mapped[str] = mapped_column(ForeignKey("drift_events.id", ondelete="CASCADE"), index=True)
    position: Mapped[int | None]
    action: Mapped[Action]
    title: Mapped[str]
    rationale: Mapped[str]
    confidence: Mapped[float]
    commands: Mapped[list[Any]]
    patch: Mapped[str | None]
    requires_role: Mapped[Role]
    policy: Mapped[str]


class BaselineRow(Base):
    """One resource's accepted values: of properties that nobody declared, or of a resource that nobody did."""

    __tablename__ = "baselines"
    __table_args__ = (UniqueConstraint("estate", "type", "resource_id", "scope", "address"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    estate: Mapped[str] = mapped_column(String(255))
    provider: Mapped[str]
    type: Mapped[str] = mapped_column(String(255))
    resource_id: Mapped[str]
    scope: Mapped[str] = mapped_column(String(255))
    address: Mapped[str]
    name: Mapped[str]
    unmanaged: Mapped[bool]
    accepted: Mapped[dict[str, Any]]
    accepted_at: Mapped[datetime]
    accepted_by: Mapped[str]
    reason: Mapped[str]


class UserRow(Base):
    """A person who may act, under the name that the database or the login knows."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    email: Mapped[str | None]
    role: Mapped[Role]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class ChangeRequestRow(Base):
    """A recommendation on its way through the roles. `plan` is what is shown to those who decide."""

    __tablename__ = "change_requests"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    estate: Mapped[str] = mapped_column(String(255), index=True)
    drift_id: Mapped[str] = mapped_column(ForeignKey("drift_events.id"), index=True)
    recommendation_id: Mapped[str] = mapped_column(ForeignKey("recommendations.id"))
    status: Mapped[RequestStatus] = mapped_column(index=True)
    plan: Mapped[dict[str, Any]]
    plan_hash: Mapped[str] = mapped_column(String(64))
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    reason: Mapped[str]
    environment: Mapped[Environment] = mapped_column(server_default="unknown")
    terms: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    assignee: Mapped[str] = mapped_column(server_default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


# Two requests for one drift would be two plans for one resource.
Index(
    "uq_change_requests_open",
    ChangeRequestRow.drift_id,
    unique=True,
    sqlite_where=ChangeRequestRow.status.in_(OPEN_STATUSES),
    postgresql_where=ChangeRequestRow.status.in_(OPEN_STATUSES),
)


class ApprovalRow(Base):
    """One person's verdict on a change request. See `engine.model.Decision`."""

    __tablename__ = "approvals"
    __table_args__ = (UniqueConstraint("request_id", "by"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("change_requests.id", ondelete="CASCADE"))
    verdict: Mapped[Verdict]
    by: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role]
    at: Mapped[datetime]
    plan_hash: Mapped[str] = mapped_column(String(64))
    comment: Mapped[str]
    alone: Mapped[bool]


class RequestCommentRow(Base):
    """What a person remarked on a change request."""

    __tablename__ = "request_comments"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("change_requests.id", ondelete="CASCADE"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    text: Mapped[str]


class ExecutionRow(Base):
    """One time that a change request was carried out, or begun to be. See `engine.model.Execution`."""

    __tablename__ = "executions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("change_requests.id", ondelete="CASCADE"), index=True)
    by: Mapped[str] = mapped_column(String(255))
    owner: Mapped[str]
    started_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    broke: Mapped[str]
    applied_at: Mapped[datetime | None]
    said: Mapped[str]
    left: Mapped[list[Any]]
    ended_at: Mapped[datetime | None]


class AuditRow(Base):
    """One entry of the audit log. Each holds the hash of the one before it: see `engine.store.audit`."""

    __tablename__ = "audit_log"

    number: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class NotificationRow(Base):
    """A message to somebody outside. See `engine.store.records.Notification`."""

    __tablename__ = "notifications"

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    drift_id: Mapped[str | None] = mapped_column(ForeignKey("drift_events.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    target: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    status: Mapped[NotificationStatus] = mapped_column(index=True)
    attempts: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(server_default="")
    level: Mapped[Level] = mapped_column(server_default="critical")
    due_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]


class ModelRow(Base):
    """A trained classifier. `manifest` tells its data, features and measured quality."""

    __tablename__ = "models"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(ROW_NUMBER, primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    version: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    promoted_at: Mapped[datetime | None]
