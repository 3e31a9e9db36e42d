"""How Requests and Audit look. `UPDATE_SNAPSHOTS=1` accepts a new look; see tests/support/snapshots.py."""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui.widgets import request_list
from tests.support import company
from tests.support.console import console, press, settle
from tests.support.reports import AS_OF
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parent.parent / "snapshots"


def test_the_choice_of_a_fix_and_the_question_before_an_approval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_list, "now", lambda: AS_OF)

    async def run() -> None:
        with company.recorded(tmp_path) as stores:
            async with console(company.an_engine(stores), size=(80, 24), theme="ansi") as pilot:
                await press(pilot, "2", "f")
                await settle(pilot)
                assert_snapshot(pilot.app, PICTURES, "fix-80x24")
                await press(pilot, "escape", "6")
                await settle(pilot)
                await press(pilot, "enter", "a")
                await settle(pilot)
                assert_snapshot(pilot.app, PICTURES, "approve-80x24")

    asyncio.run(run())
