"""The ledger's migrations: up, down, silent, and in agreement with the tables."""

import logging
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from engine.store.ledger_open import HEAD, alembic_config
from engine.store.ledger_tables import Base

CORE_TABLES = {
    "scans", "drift_events", "ml_predictions", "correlation_context", "recommendations", "change_requests",
    "approvals", "audit_log", "notifications", "users", "models", "baselines",
}  # fmt: skip


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_upgrade_makes_the_core_tables_and_downgrade_takes_them_away(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
    assert tables(connection) == CORE_TABLES

    command.downgrade(alembic_config(connection), "base")
    assert tables(connection) == set()

    command.upgrade(alembic_config(connection), "head")
    assert tables(connection) == CORE_TABLES


def test_the_tables_and_the_migrations_agree(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")

    assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_known_head_is_the_newest_revision(connection: Connection) -> None:
    assert ScriptDirectory.from_config(alembic_config(connection)).get_heads() == [HEAD]


def test_a_migration_prints_nothing_and_leaves_logging_alone(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (list(logging.root.handlers), logging.root.level, logging.getLogger("alembic").level)
    command.upgrade(alembic_config(connection), "head")

    assert (list(logging.root.handlers), logging.root.level, logging.getLogger("alembic").level) == before
    assert capsys.readouterr() == ("", "")


def test_the_tables_exist_in_the_words_of_postgres_too() -> None:
    dialect = postgresql.dialect()
    statements = "\n".join(str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables)

    assert statements.count("CREATE TABLE") == len(CORE_TABLES)
    assert "last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL" in statements
    assert "id BIGSERIAL NOT NULL" in statements
