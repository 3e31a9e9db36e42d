"""The console before a room: large, and without anybody's name on it."""

import asyncio
from itertools import pairwise

import pytest

from driftguard_tui import text
from driftguard_tui.workspaces import WORKSPACES
from engine.model import ActorKind
from tests.support.console import console, press, screen, settle
from tests.support.reports import RecordedEngine, a_report


def names() -> set[str]:
    """Everybody in the report, as they would be found on a screen; addresses and accounts as well."""
    drifts = a_report().drifts
    people = {drift.actor.principal for drift in drifts if drift.actor.kind is ActorKind.HUMAN}
    found = {person for person in people if person}
    found |= {person.partition("@")[0] for person in found}
    found |= {drift.actor.source_ip for drift in drifts if drift.actor.source_ip}
    return found | {"210987654321"}


@pytest.mark.parametrize("size", [(80, 24), (160, 60)])
def test_nobody_is_named_in_any_workspace(size: tuple[int, int]) -> None:
    async def run() -> None:
        async with console(size=size, presenter=True) as pilot:
            shown = [screen(pilot)]
            for _ in range(3):
                shown.append(await press(pilot, "enter", "pagedown"))
                shown.append(await press(pilot, "escape", "j"))
            for place in WORKSPACES:
                await press(pilot, place.key)
                await pilot.pause()
                shown.append(await press(pilot, "j", "enter"))
            shown.append(await press(pilot, "question_mark"))
            for picture in shown:
                assert [name for name in names() if name in picture] == []
            assert any("person-" in picture for picture in shown)

    asyncio.run(run())
    assert text.plain("anna.keller@shop.example") == "anna.keller@shop.example", "afterwards all is as it was"


def test_what_is_copied_is_what_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "here")

    async def run() -> None:
        drift = a_report().drifts[0]
        async with console(RecordedEngine(), presenter=True) as pilot:
            await press(pilot, "2", "y")
            await settle(pilot)
            assert pilot.app.clipboard == drift.recommendations[0].commands[0]

    asyncio.run(run())


def test_a_banner_names_the_workspace_and_text_has_air() -> None:
    async def run() -> None:
        async with console(size=(120, 40), presenter=True) as pilot:
            await press(pilot, "2", "enter", "z")
            await settle(pilot)
            shown = screen(pilot)
            assert "D R I F T S" in shown
            rows = [row.strip(" │") for row in shown.split("\n")[8:-4]]
            assert not any(one and other for one, other in pairwise(rows))

    asyncio.run(run())
