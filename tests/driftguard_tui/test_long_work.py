"""A scan that takes long: keys answer meanwhile, it can be given up, and the stores are then as they were."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from driftguard_tui.session import Session
from engine.config import Config, bundle_config, read_source
from engine.model import Report
from engine.pipeline import scan
from engine.store import open_stores
from tests.support.console import console, press, screen, until
from tests.support.silent_server import silent_server
from tests.support.small_bundle import write_bundle


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Config]:
    """A bundle with drift, and a source beside it that never answers."""
    config = bundle_config(write_bundle(tmp_path / "shop", live={"VisibilityTimeout": "900"}))
    with silent_server() as address:
        table = {"name": "hangs", "kind": "prometheus", "url": address}
        yield replace(config, sources=(*config.sources, read_source(table, config.base)))


def record(config: Config, store: Path) -> Report:
    """A scan without the source that hangs."""
    with open_stores(store) as stores:
        return asyncio.run(scan(replace(config, sources=config.sources[:-1]), stores=stores))


def test_keys_answer_while_a_source_hangs_and_giving_up_leaves_the_stores_as_they_were(
    shop: Config, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    before = record(shop, store)

    async def run() -> None:
        async with console(Session(shop, store)) as pilot:  # type: ignore[arg-type]
            await until(pilot, lambda: "2 of 3 read" in screen(pilot))
            assert "hangs" in screen(pilot)
            for key, shown in (("8", "⟳ reading"), ("2", "reading the sources"), ("question_mark", "─ Help ─")):
                assert shown in await press(pilot, key)
                assert pilot.app.scanning.is_running, "what is asked never answers, and the keys do"
            await press(pilot, "escape")
            await press(pilot, "X")
            await until(pilot, lambda: "it was cancelled; what was recorded before is unchanged" in screen(pilot))
            assert "No scan is running" in await press(pilot, "X")

    asyncio.run(run())
    with open_stores(store) as stores:
        assert stores.timeline.scan_ids() == [before.scan.id]
        assert stores.ledger.recorded_scans() == {before.scan.id}
        assert [record.id for record in stores.ledger.drifts()] == [drift.id for drift in before.drifts]
        asyncio.run(scan(replace(shop, sources=shop.sources[:-1]), stores=stores))


def test_a_scan_after_one_that_was_given_up_finds_everything(shop: Config, tmp_path: Path) -> None:
    async def run() -> None:
        session = Session(shop, tmp_path / "store")
        going_on = asyncio.create_task(session.scan(lambda _: None))
        await asyncio.sleep(0.5)
        going_on.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going_on
        session._config = replace(shop, sources=shop.sources[:-1])
        report = await session.scan(lambda _: None)
        assert len(report.drifts) == 1
        session.close()

    asyncio.run(run())


def test_a_check_of_a_source_that_hangs_can_be_left(shop: Config) -> None:
    async def run() -> None:
        checking = asyncio.create_task(Session(shop).check("hangs"))
        while not asking():
            await asyncio.wait({checking}, timeout=0.01)
        checking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await checking

    def asking() -> bool:
        return any(thread.name == "check" for thread in threading.enumerate())

    asyncio.run(run())
    assert asking(), "neither the check nor the loop's end waited for an answer"
