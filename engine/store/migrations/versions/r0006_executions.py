"""executions.

What a policy asked of a request, who is to see to it, and each time that it was carried out. A request that is a draft
or is being carried out is open too, so that a drift has no second one.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)
OPEN_BEFORE = sa.text("status IN ('requested', 'approved')")
OPEN = sa.text("status IN ('draft', 'requested', 'approved', 'executing')")


def upgrade() -> None:
    op.add_column("change_requests", sa.Column("environment", WORD, nullable=False, server_default="unknown"))
    op.add_column(
        "change_requests", sa.Column("terms", sa.JSON(none_as_null=True), nullable=False, server_default="{}")
    )
    op.add_column("change_requests", sa.Column("assignee", sa.Text(), nullable=False, server_default=""))
    _index_open(OPEN)
    op.create_table(
        "executions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("broke", sa.Text(), nullable=False),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_requests.id"], name=op.f("fk_executions_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
    )
    op.create_index(op.f("ix_executions_request_id"), "executions", ["request_id"])


def downgrade() -> None:
    op.drop_table("executions")
    # What the earlier version has no word for is over, as far as it is concerned.
    op.execute("UPDATE change_requests SET status = 'withdrawn' WHERE status NOT IN "
               "('requested', 'approved', 'rejected', 'expired', 'withdrawn')")  # fmt: skip
    _index_open(OPEN_BEFORE)
    for column in ("assignee", "terms", "environment"):
        op.drop_column("change_requests", column)


def _index_open(open_ones: sa.TextClause) -> None:
    op.drop_index("uq_change_requests_open", "change_requests")
    op.create_index(
        "uq_change_requests_open",
        "change_requests",
        ["drift_id"],
        unique=True,
        sqlite_where=open_ones,
        postgresql_where=open_ones,
    )
