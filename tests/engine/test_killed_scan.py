"""A scan that is killed, at whatever moment, leaves both stores open to the next one and no half of itself."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from engine.store import open_stores
from tests.support.estates import write_estate
from tests.support.forked import kill
from tests.support.scan_victim import scan

RESOURCES, DRIFTS, KILLS = 600, 30, 12


def test_kills_leave_no_half_scan(tmp_path: Path) -> None:
    bundle, store = write_estate(tmp_path / "bundle", resources=RESOURCES, drifts=DRIFTS), tmp_path / "store"
    kill(scan, bundle, tmp_path / "before", signs=2)
    started = time.monotonic()
    kill(scan, bundle, store, signs=2)
    duration = time.monotonic() - started
    whole_scans = 0
    for moment in range(KILLS):
        # The file's time moves, so that each scan reads and records instead of recalling the last one.
        (bundle / "aws" / f"extra-{moment}.json").write_text('{"configurationItems": []}')
        kill(scan, bundle, store, seconds=duration * moment / KILLS)
        with open_stores(store) as stores:
            report = stores.timeline.last_report()
            assert report is not None
            assert (len(report.drifts), report.summary.modified) == (DRIFTS, DRIFTS)
            assert {record.id for record in stores.ledger.drifts()} == {drift.id for drift in report.drifts}
            assert set(stores.timeline.scan_ids()) == stores.ledger.recorded_scans()
            assert len(stores.timeline.resources_as_of(report.scan.as_of, "actual")) == RESOURCES
            whole_scans = len(stores.ledger.recorded_scans())
        with closing(sqlite3.connect(store / "ledger.sqlite")) as ledger:
            assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert 1 <= whole_scans <= KILLS + 1
