"""What happened to each drift, kept by month in the shared database, and forgotten by month."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from engine.model import Level
from engine.store.ledger import Ledger
from engine.store.shared import administer, history
from tests.support.postgres import Database
from tests.support.samples import at, make_drift, make_report


@pytest.fixture
def anna(postgres: Database) -> Iterator[Ledger]:
    with closing(Ledger.open(postgres.url("anna"))) as ledger:
        yield ledger


def test_a_drift_appears_changes_goes_and_returns(postgres: Database, anna: Ledger) -> None:
    anna.record(make_report("s1", 0, make_drift("d-1", score=40)))
    anna.record(make_report("s2", 1, make_drift("d-1", score=40, detected_at=at(1))))  # the same, seen again
    anna.record(make_report("s3", 2, make_drift("d-1", score=90, level=Level.CRITICAL)))
    anna.record(make_report("s4", 3))
    anna.record(make_report("s5", 4, make_drift("d-1", score=90, level=Level.CRITICAL)))

    rows = postgres.execute("SELECT at, scan_id, happened, score FROM drift_history ORDER BY at")
    assert rows == [
        (at(0), "s1", "appeared", 40),
        (at(2), "s3", "changed", 90),
        (at(3), "s3", "resolved", 90),
        (at(4), "s5", "returned", 90),
    ]


def test_a_month_has_a_partition_of_its_own_and_any_other_time_is_kept_too(postgres: Database, anna: Ledger) -> None:
    now = datetime.now(UTC)
    this_month = history.months(now, 0)[0]
    postgres.execute(
        "INSERT INTO drift_history SELECT now() + make_interval(days => days), 'd', 'shop', 's', 'appeared', 'low', 1, "
        "'unknown', 0 FROM unnest(ARRAY[0, -9999, 99999]) AS days"
    )
    assert postgres.execute(f"SELECT count(*) FROM {this_month}") == [(1,)]
    assert postgres.execute(f"SELECT count(*) FROM {history.REST}") == [(2,)]


def test_what_is_older_is_forgotten_by_whole_months(postgres: Database) -> None:
    old, older = (datetime.now(UTC) - timedelta(days=days) for days in (100, 300))
    for moment in (old, older):
        postgres.execute(f"SET ROLE driftguard_owner; {history.partition(history.months(moment, 0)[0])}")
    postgres.execute(
        "INSERT INTO drift_history SELECT now() - make_interval(days => days), 'd', 'shop', 's', 'appeared', 'low', 1, "
        "'unknown', 0 FROM unnest(ARRAY[0, 100, 300, 9999]) AS days"
    )
    administer.upgrade(postgres.url(), keep=timedelta(days=200))

    assert postgres.execute("SELECT count(*) FROM drift_history") == [(2,)]
    months = administer.status(postgres.url()).months
    assert history.months(old, 0)[0] in months
    assert history.months(older, 0)[0] not in months
    assert postgres.execute("SELECT actor, action FROM audit_log") == [("postgres", "history.forget")]


def test_months_follow_each_other_over_the_years() -> None:
    assert history.months(datetime(2026, 11, 30, tzinfo=UTC), 2) == [
        "drift_history_2026_11", "drift_history_2026_12", "drift_history_2027_01",
    ]  # fmt: skip
    assert "FROM ('2026-12-01Z') TO ('2027-01-01Z')" in history.partition("drift_history_2026_12")


def test_where_timescaledb_is_installed_it_does_the_partitioning() -> None:
    """It is in no test's database: this is what it would be sent."""
    assert history.creation(timescale=True)[1] == (
        "SELECT create_hypertable('drift_history', by_range('at', INTERVAL '1 month'))"
    )
    assert "PARTITION" not in history.creation(timescale=True)[0]
    assert history.retention([], datetime(2026, 3, 14, tzinfo=UTC), timescale=True) == [
        "SELECT drop_chunks('drift_history', older_than => TIMESTAMPTZ '2026-03-01Z')"
    ]
