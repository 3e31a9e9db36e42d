"""feedback."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(32)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("drift_id", sa.String(length=64), nullable=False),
        sa.Column("estate", sa.String(length=255), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("category", WORD, nullable=False),
        sa.Column("named", WORD, nullable=False),
        sa.Column("distribution", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("features", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drift_id"], ["drift_events.id"], name=op.f("fk_feedback_drift_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_drift_id"), "feedback", ["drift_id"])
    op.create_index(op.f("ix_feedback_estate"), "feedback", ["estate"])
    op.add_column("ml_predictions", sa.Column("features", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("ml_predictions") as table:
        table.drop_column("features")
    op.drop_table("feedback")
