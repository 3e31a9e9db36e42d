"""The ledger's migrations: up, down, silent, and in agreement with the tables."""

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from engine.store.files import LEDGER
from engine.store.ledger import Ledger
from engine.store.ledger_open import HEAD, alembic_config, make_engine, url_of
from engine.store.ledger_tables import Base
from engine.store.shared.administer import clear_rules
from tests.support.postgres import Database
from tests.support.samples import make_drift, make_report

CORE_TABLES = {
    "scans", "drift_events", "ml_predictions", "correlation_context", "recommendations", "change_requests",
    "approvals", "request_comments", "executions", "audit_log", "notifications", "users", "models", "baselines",
    "feedback",
}  # fmt: skip

#: What only a shared database has.
SHARED_ONLY = ("audit_turn", "drift_history", "request_policy")


@pytest.fixture(params=["sqlite", "postgres"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """An empty database; the shared one as its owner has it, whose rules are away while the schema changes."""
    if request.param == "sqlite":
        engine = create_engine("sqlite://")
    else:
        engine = make_engine(url_of(request.getfixturevalue("postgres").url()))
    with engine.begin() as connection:
        if request.param == "postgres":
            connection.exec_driver_sql("SET LOCAL ROLE driftguard_owner")
            clear_rules(connection)
            command.downgrade(alembic_config(connection), "base")
        yield connection
    engine.dispose()


def tables(connection: Connection) -> set[str]:
    """All of them that are the same on both; what is a table on one may be a view on the other."""
    known = {*inspect(connection).get_table_names(), *inspect(connection).get_view_names()}
    return {name for name in known if not name.startswith(SHARED_ONLY)} - {"alembic_version"}


def is_on_both(_item: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """`users` is a view of the database's own roles where it is shared."""
    return kind != "table" or not str(name).startswith(("users", *SHARED_ONLY))


def test_upgrade_makes_the_core_tables_and_downgrade_takes_them_away(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
    assert tables(connection) == CORE_TABLES

    command.downgrade(alembic_config(connection), "base")
    assert tables(connection) == set()

    command.upgrade(alembic_config(connection), "head")
    assert tables(connection) == CORE_TABLES


def test_the_tables_and_the_migrations_agree(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")

    options = {"include_object": is_on_both}
    assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []


def test_the_known_head_is_the_newest_revision(connection: Connection) -> None:
    assert ScriptDirectory.from_config(alembic_config(connection)).get_heads() == [HEAD]


def test_a_migration_prints_nothing_and_leaves_logging_alone(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (list(logging.root.handlers), logging.root.level, logging.getLogger("alembic").level)
    command.upgrade(alembic_config(connection), "head")

    assert (list(logging.root.handlers), logging.root.level, logging.getLogger("alembic").level) == before
    assert capsys.readouterr() == ("", "")


def test_the_ledger_of_an_earlier_version_is_brought_forward_with_what_it_holds(tmp_path: Path) -> None:
    Ledger.open(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / LEDGER}")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0002")
        assert "feedback" not in tables(connection)
        assert "features" not in {column["name"] for column in inspect(connection).get_columns("ml_predictions")}
        connection.execute(text(
            "INSERT INTO scans VALUES ('s1', '2026-03-02', '2026-03-02', '2026-03-02', '0.1.0', 'shop', '{}', '[]')"
        ))  # fmt: skip
    engine.dispose()

    with closing(Ledger.open(tmp_path)) as ledger:
        assert ledger.recorded_scans() == {"s1"}
        ledger.record(make_report("s2", 10, make_drift("d-1")), {"d-1": {"by_person": 1.0}})
        assert ledger.confirm("d-1", by="anna").features == {"by_person": 1.0}


def test_a_step_down_keeps_what_the_earlier_version_knows(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        ledger.record(make_report("s1", 0, make_drift("d-1")), {"d-1": {"by_person": 1.0}})
        ledger.confirm("d-1", by="anna")
    engine = create_engine(f"sqlite:///{tmp_path / LEDGER}")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0002")
        assert connection.scalar(text("SELECT count(*) FROM ml_predictions")) == 1
        assert connection.scalar(text("SELECT count(*) FROM audit_log")) == 1
    engine.dispose()


def test_the_tables_exist_in_the_words_of_postgres_too() -> None:
    dialect = postgresql.dialect()
    statements = "\n".join(str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables)

    assert statements.count("CREATE TABLE") == len(CORE_TABLES)
    assert "last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL" in statements
    assert "id BIGSERIAL NOT NULL" in statements


def test_what_only_a_shared_database_has_comes_and_goes_with_it(postgres: Database) -> None:
    engine = make_engine(url_of(postgres.url()))
    with engine.begin() as connection:
        assert set(SHARED_ONLY) <= set(inspect(connection).get_table_names())
        assert inspect(connection).get_view_names() == ["users"]

        connection.exec_driver_sql("SET LOCAL ROLE driftguard_owner")
        clear_rules(connection)
        command.downgrade(alembic_config(connection), "0006")
        assert not set(SHARED_ONLY) & set(inspect(connection).get_table_names())
        assert "users" in inspect(connection).get_table_names()
    engine.dispose()
