"""outbox.

What a notification is about, so that nobody is told twice, when it is due, and until when a process has it in hand.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("notifications", sa.Column("key", sa.Text(), nullable=False, server_default=""))
    op.add_column("notifications", sa.Column("level", sa.String(32), nullable=False, server_default="critical"))
    op.add_column("notifications", sa.Column("due_at", MOMENT, nullable=True))
    op.add_column("notifications", sa.Column("claimed_until", MOMENT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notifications") as table:
        for column in ("claimed_until", "due_at", "level", "key"):
            table.drop_column(column)
