"""Commands on a shared database: what one person records and asks for, another sees and decides."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from engine.store import open_stores
from engine.store.ledger import Ledger
from tests.support.command import Outcome, driftguard
from tests.support.people import fixable
from tests.support.postgres import Database
from tests.support.samples import make_report

As = Callable[..., Outcome]


@pytest.fixture
def run_as(tmp_path: Path, postgres: Database, monkeypatch: pytest.MonkeyPatch) -> As:
    """Runs a command on the machine of a person: a store of their own, and the shared database under their login."""

    def run(person: str, *arguments: str) -> Outcome:
        file = tmp_path / person / "driftguard.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text('[store]\npath = "store"\nshared = "env:LEDGER_URL"\n')
        monkeypatch.setenv("LEDGER_URL", postgres.url(person))
        return driftguard(*arguments, "--config", file)

    return run


def test_one_asks_and_another_decides(run_as: As, postgres: Database) -> None:
    with closing(Ledger.open(postgres.url("anna"))) as ledger:
        ledger.record(make_report("s1", 0, fixable("abc123")))

    status, _, err = run_as("anna", "requests", "create", "abc", "--by-hand", "--reason", "it is open")
    assert (status, err) == (0, "")
    [asked] = json.loads(run_as("dora", "requests", "list", "--format", "json").out)
    assert (asked["requested_by"], asked["status"]) == ("anna", "requested")

    assert "needs the role admin" in run_as("dora", "requests", "approve", asked["id"]).err
    assert run_as("ben", "requests", "approve", asked["id"]).status == 0
    [decision] = json.loads(run_as("anna", "requests", "show", asked["id"], "--format", "json").out)["decisions"]
    assert (decision["by"], decision["alone"]) == ("ben", False)
    assert "2 entries" in run_as("carl", "audit", "verify").out


def test_a_scan_is_told_to_those_who_share_it_by_whoever_may(tmp_path: Path, postgres: Database) -> None:
    for person, scan in (("anna", "s1"), ("dora", "s2")):
        with open_stores(tmp_path / person, postgres.url(person)) as stores:
            stores.record_scan(make_report(scan, 0, fixable()))
            assert stores.timeline.scan_ids() == [scan]
            assert stores.ledger.recorded_scans() == {"s1"}


def test_a_cut_off_scan_is_made_up_for_and_what_was_before_stays_ones_own(tmp_path: Path, postgres: Database) -> None:
    with open_stores(tmp_path) as alone:
        alone.record_scan(make_report("s1", 0, fixable("d-1")))
        alone.record_scan(make_report("s2", 1, fixable("d-2")))
    with open_stores(tmp_path, postgres.url("anna")) as stores:
        assert stores.ledger.recorded_scans() == {"s2"}


def test_who_names_a_store_works_in_that_alone(run_as: As, tmp_path: Path) -> None:
    with open_stores(tmp_path / "own"):
        pass
    assert run_as("dora", "audit", "list", "--store", str(tmp_path / "own")).out == "No entry matches.\n"


def test_a_database_out_of_reach_is_one_sentence(run_as: As, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run_as("dora", "audit", "list")
    monkeypatch.setenv("LEDGER_URL", f"postgresql://dora:hunter2@/nothing?host={tmp_path}")
    status, out, err = driftguard("audit", "list", "--config", tmp_path / "dora" / "driftguard.toml")

    assert (status, out) == (1, "")
    assert err.startswith("driftguard: the ledger postgresql://dora:***@/nothing cannot be opened")
    assert "hunter2" not in err


def test_the_doctor_says_as_whom_one_works_there(run_as: As, postgres: Database) -> None:
    assert f"postgresql://anna@/{postgres.name}, as anna with the role edit" in run_as("anna", "doctor").out

    postgres.execute("UPDATE alembic_version SET version_num = '0003'")
    assert "`driftguard db upgrade`" in run_as("anna", "doctor").out
