"""shared.

What only a database that people share has; nothing changes on SQLite. Who may do what is a matter of the database's
own roles there, so `users` becomes a view of them. What happened to each drift is kept by month.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from engine.store.shared import history

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

MOMENT = sa.DateTime(timezone=True)
ROW_NUMBER = sa.BigInteger()

# A superuser has every role, and is told as what they are.
USERS = """
CREATE VIEW users AS
SELECT person.oid::bigint AS id, person.rolname::varchar(255) AS name, NULL::text AS email,
       CASE WHEN pg_has_role(person.oid, 'driftguard_admin', 'MEMBER') THEN 'admin'
            WHEN pg_has_role(person.oid, 'driftguard_edit', 'MEMBER') THEN 'edit' ELSE 'view' END::varchar(32) AS role,
       NULL::timestamptz AS created_at,
       CASE WHEN person.rolvaliduntil < now() THEN person.rolvaliduntil END AS disabled_at
FROM pg_roles AS person
WHERE person.rolcanlogin AND pg_has_role(person.oid, 'driftguard_view', 'MEMBER')
"""

#: What the database insists on, whatever a request says: how many approve it, who carries it out, and whether an
#: emergency may do without approvals.
POLICY = """
INSERT INTO request_policy (level, approvals, executes, break_glass)
VALUES ('critical', 2, 'admin', false), ('high', 1, 'admin', false), ('medium', 1, 'admin', false),
       ('low', 1, 'admin', false)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_table("users")
    op.execute(USERS)
    for statement in history.creation(timescale=_has_timescale()):
        op.execute(statement)
    op.create_table(
        "request_policy",
        sa.Column("level", sa.String(32), primary_key=True),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("executes", sa.String(32), nullable=False),
        sa.Column("break_glass", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=True),
    )
    op.execute(POLICY)
    # Whoever adds to the audit log holds its only row for as long.
    op.create_table("audit_turn", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO audit_turn VALUES (1)")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TABLE audit_turn")
    op.execute("DROP TABLE request_policy")
    op.execute(f"DROP TABLE {history.TABLE}")
    op.execute("DROP VIEW users")
    op.create_table(
        "users",
        sa.Column("id", ROW_NUMBER, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )


def _has_timescale() -> bool:
    found = op.get_bind().scalar(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'"))
    return bool(found)
