"""requests.

No earlier version wrote a change request or an approval: both tables are made anew, by people's names.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("status IN ('requested', 'approved')")


def upgrade() -> None:
    op.drop_table("approvals")
    op.drop_table("change_requests")
    op.create_table(
        "change_requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("estate", sa.String(length=255), nullable=False),
        sa.Column("drift_id", sa.String(length=64), nullable=False),
        sa.Column("recommendation_id", sa.String(length=64), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["drift_id"], ["drift_events.id"], name=op.f("fk_change_requests_drift_id")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendations.id"], name=op.f("fk_change_requests_recommendation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_requests")),
    )
    op.create_index(op.f("ix_change_requests_drift_id"), "change_requests", ["drift_id"])
    op.create_index(op.f("ix_change_requests_estate"), "change_requests", ["estate"])
    op.create_index(op.f("ix_change_requests_status"), "change_requests", ["status"])
    op.create_index(
        "uq_change_requests_open",
        "change_requests",
        ["drift_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "approvals",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_requests.id"], name=op.f("fk_approvals_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("request_id", "by", name=op.f("uq_approvals_request_id")),
    )
    op.create_table(
        "request_comments",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_requests.id"], name=op.f("fk_request_comments_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_comments")),
    )
    op.create_index(op.f("ix_request_comments_request_id"), "request_comments", ["request_id"])


def downgrade() -> None:
    for table in ("request_comments", "approvals", "change_requests"):
        op.drop_table(table)
    op.create_table(
        "change_requests",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("drift_id", sa.String(length=64), nullable=False),
        sa.Column("recommendation_id", sa.String(length=64), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("requested_by", ROW_NUMBER, nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("executed_by", ROW_NUMBER, nullable=True),
        sa.Column("executed_at", MOMENT, nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["drift_id"], ["drift_events.id"], name=op.f("fk_change_requests_drift_id")),
        sa.ForeignKeyConstraint(["executed_by"], ["users.id"], name=op.f("fk_change_requests_executed_by")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendations.id"], name=op.f("fk_change_requests_recommendation_id")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_change_requests_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_requests")),
    )
    op.create_index(op.f("ix_change_requests_drift_id"), "change_requests", ["drift_id"])
    op.create_index(op.f("ix_change_requests_status"), "change_requests", ["status"])
    op.create_table(
        "approvals",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("request_id", ROW_NUMBER, nullable=False),
        sa.Column("approver_id", ROW_NUMBER, nullable=False),
        sa.Column("decision", WORD, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["approver_id"], ["users.id"], name=op.f("fk_approvals_approver_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_requests.id"], name=op.f("fk_approvals_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("request_id", "approver_id", name=op.f("uq_approvals_request_id")),
    )
