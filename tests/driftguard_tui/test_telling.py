"""A scan from the console tells people outside, and has whoever is at the console look up."""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui.session import Session
from engine.config import load_config
from tests.driftguard_tui.cli.test_notifications import CONFIG, RULES
from tests.support.console import console, press, screen, settle
from tests.support.inbox import webhook
from tests.support.reports import RecordedEngine
from tests.support.sample_report import missing_queue, opened_port, report
from tests.support.small_bundle import write_snapshot, write_state


def test_people_outside_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "driftguard.toml").write_text(CONFIG)
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "notifications.toml").write_text(RULES)
    write_state(tmp_path / "orders.tfstate")
    write_snapshot(tmp_path / "snapshot.json", VisibilityTimeout="900")

    async def run() -> list[str]:
        with webhook() as hook:
            monkeypatch.setenv("OPS_URL", hook.url)
            session = Session(load_config(tmp_path / "driftguard.toml"), tmp_path / "store")
            await session.scan(lambda _: None)
            await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
            session.close()
            return [each["title"] for each in hook.got]

    assert asyncio.run(run()) == ["Critical drift: aws_sqs_queue.orders"]


def test_whoever_is_at_the_console_looks_up_for_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[int] = []
    monkeypatch.setattr("driftguard_tui.app.DriftGuardApp.bell", lambda _: rung.append(1))

    async def run() -> None:
        engine = RecordedEngine(report(missing_queue()))
        async with console(engine) as pilot:
            await settle(pilot)
            assert rung == [], "at first everything is new"
            engine.finds = report(missing_queue(), opened_port())
            await press(pilot, "r")
            await settle(pilot)
            assert rung == [1]
            assert "Critical drift: module.web" in screen(pilot)
            await press(pilot, "r")
            await settle(pilot)
            assert rung == [1], "it was told"

    asyncio.run(run())
