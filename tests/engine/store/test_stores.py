"""Both stores together: a scan is in both or in neither, whatever happens to the process."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import structs

from engine.errors import StoreError
from engine.model import Report
from engine.store import DriftStatus, open_stores
from tests.support import store_victim
from tests.support.forked import kill
from tests.support.paths import REPOSITORY
from tests.support.samples import at, make_drift, make_event, make_report, make_state


def test_a_scan_is_recorded_in_both(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        stores.record_scan(make_report("s1", 0, make_drift("d-1")), [make_state("sg-1", port=1)], [make_event()], "f")

        assert stores.timeline.scan_ids() == ["s1"]
        assert stores.ledger.recorded_scans() == {"s1"}
        assert stores.timeline.resources_as_of(at(0)) == [make_state("sg-1", port=1)]


def test_an_unchanged_scan_keeps_drifts_open(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        stores.record_scan(make_report("s1", 0, make_drift("d-1")), [], [], "f")
        stores.record_unchanged(make_report("s2", 9, make_drift("d-1")), "f")

        [record] = stores.ledger.drifts()
        assert (record.status, record.last_seen_at) == (DriftStatus.OPEN, at(9))


def test_two_estates_share_a_store_without_touching_each_other(tmp_path: Path) -> None:
    def of(estate: str, report: Report) -> Report:
        return structs.replace(report, scan=structs.replace(report.scan, estate=estate))

    with open_stores(tmp_path) as stores:
        stores.record_scan(of("shop", make_report("s1", 60, make_drift("a"))), [make_state("a", port=22)], [], "one")
        # Another estate, recorded later about an earlier time: nothing of the first vanishes, none of this is old.
        stores.record_scan(of("bank", make_report("s2", 0, make_drift("b"))), [make_state("b", port=80)], [], "two")

        assert {record.id: record.status for record in stores.ledger.drifts()} == {
            "a": DriftStatus.OPEN, "b": DriftStatus.OPEN,
        }  # fmt: skip
        assert [state.ref.id for state in stores.timeline.resources_as_of(at(90), "actual")] == ["b", "a"]
        known = stores.timeline.report_for("one")
        assert known is not None
        stores.record_unchanged(of("shop", make_report("s3", 61, make_drift("a"))), "one")
        again = stores.timeline.report_of("s3")
        assert again is not None
        assert [drift.id for drift in again.drifts] == ["a"]


def test_killed_at_any_moment_it_leaves_whole_scans(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    scans = 0
    for moment in range(20):
        signs = 1 + moment % 4  # while opening, and in the first, second and third scan
        kill(store_victim.record_for_ever, folder, signs=signs, seconds=moment * 0.003)
        with open_stores(folder) as stores:
            found = store_victim.check_consistent(stores)
        assert found >= scans + max(signs - 2, 0), "what was recorded before is there"
        scans = found


def test_killed_between_the_commits_it_leaves_the_scan_in_both(tmp_path: Path) -> None:
    for scans in (1, 2, 3):
        kill(store_victim.stop_between_the_commits, tmp_path)
        with open_stores(tmp_path) as stores:
            assert store_victim.check_consistent(stores) == scans


def test_a_lost_ledger_is_written_again_from_the_timeline(tmp_path: Path) -> None:
    with open_stores(tmp_path) as stores:
        for number in range(4):
            stores.record_scan(*store_victim.numbered_scan(number))
    for file in tmp_path.glob("ledger.sqlite*"):
        file.unlink()

    with open_stores(tmp_path) as stores:
        assert store_victim.check_consistent(stores) == 4


def test_a_damaged_ledger_does_not_keep_the_timeline_locked(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a database" * 1000)
    with pytest.raises(StoreError):
        open_stores(tmp_path)
    (tmp_path / "ledger.sqlite").unlink()

    open_stores(tmp_path).close()


def test_importing_the_stores_loads_no_database() -> None:
    code = "import sys, engine.store; print(*{'duckdb', 'sqlalchemy', 'alembic', 'numpy'} & sys.modules.keys())"
    result = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert result.stdout.strip() == ""
