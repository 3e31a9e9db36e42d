"""The session is the engine as the console sees it: on the demo's bundle, with a store."""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui.demo import build_demo
from driftguard_tui.session import Session
from engine.config import bundle_config
from engine.errors import StoreError
from engine.model import Category
from engine.pipeline import Progress


def test_it_scans_records_and_tells_what_happened_around_a_drift(tmp_path: Path) -> None:
    async def run() -> None:
        session = Session(bundle_config(build_demo(tmp_path / "demo")), tmp_path / "store")
        assert session.report is None
        assert {source.kind for source in session.sources} >= {"terraform_state", "aws", "cloudtrail"}
        told: list[Progress] = []
        report = await session.scan(told.append)
        assert session.report is report
        assert {progress.source for progress in told if progress.done} == {source.name for source in session.sources}
        drift = next(drift for drift in report.drifts if drift.changed_at is not None and drift.evidence)
        events = await session.events_around(drift)
        assert {item.event_id for item in drift.evidence[:1]} <= {event.id for event in events}
        assert [event.at for event in events] == sorted(event.at for event in events)
        given = await session.confirm(drift, Category.EMERGENCY_FIX)
        assert (given.drift_id, given.category) == (drift.id, Category.EMERGENCY_FIX)
        session.close()
        assert await session.events_around(drift) == ()

    asyncio.run(run())


def test_without_a_store_it_works_and_remembers_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        session = Session(bundle_config(build_demo(tmp_path / "demo")))
        report = await session.scan(lambda _: None)
        assert report.drifts
        assert await session.events_around(report.drifts[0]) == ()
        with pytest.raises(StoreError, match="nothing is recorded here"):
            await session.confirm(report.drifts[0], Category.EMERGENCY_FIX)
        session.close()

    asyncio.run(run())
