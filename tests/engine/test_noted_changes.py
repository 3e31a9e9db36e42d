"""What no log tells of is known by when the provider noted it."""

import asyncio
from pathlib import Path

from engine.config import bundle_config
from engine.pipeline import scan
from tests.support.small_bundle import write_bundle


def test_a_change_that_no_log_tells_of_has_the_time_of_its_record(tmp_path: Path) -> None:
    (drift,) = asyncio.run(scan(bundle_config(write_bundle(tmp_path, live={"VisibilityTimeout": "900"})))).drifts
    assert drift.changed_at is not None
    assert drift.changed_at.isoformat() == "2026-03-14T09:00:00+00:00"
    assert drift.actor.principal is None
