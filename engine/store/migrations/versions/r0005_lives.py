"""lives.

Indexes for questions about all drifts of an estate: what was open at a moment, and when drifts appeared and went.
They hold what is asked, so that the long rows themselves are not read.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APPEARED = ["estate", "first_detected_at", "level", "category", "confidence", "resolved_at", "changed_at"]
RESOLVED = ["estate", "resolved_at", "level", "first_detected_at"]


def upgrade() -> None:
    op.create_index("ix_drift_events_appeared", "drift_events", APPEARED)
    op.create_index("ix_drift_events_resolved", "drift_events", RESOLVED)


def downgrade() -> None:
    op.drop_index("ix_drift_events_resolved", "drift_events")
    op.drop_index("ix_drift_events_appeared", "drift_events")
