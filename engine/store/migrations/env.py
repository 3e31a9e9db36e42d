"""Runs the ledger's migrations on the connection that the ledger hands over."""

from alembic import context

from engine.store.ledger_tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite cannot alter most things in place
)
with context.begin_transaction():
    context.run_migrations()
