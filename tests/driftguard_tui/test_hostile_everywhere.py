"""Hostile text in every workspace, in windows and in menus: lines keep their width, and nothing in them is obeyed."""

import asyncio
import unicodedata
from pathlib import Path

import pytest
from msgspec import structs

from driftguard_tui.app import DriftGuardApp
from driftguard_tui.text import width
from driftguard_tui.workspaces import BY_NAME
from engine.model import (
    Actor,
    ActorKind,
    EventKind,
    Report,
    ResourceState,
    Series,
    SourceHealth,
    SourceRole,
    SourceStatus,
    Via,
)
from engine.store import Stores, open_stores
from engine.workflow.requests import Requests
from tests.support.console import console, screen, settle
from tests.support.reports import AS_OF, HOSTILE, RecordedEngine, a_report, hostile_drifts
from tests.support.samples import make_event

#: What a store takes: its columns are UTF-8.
_STORABLE = tuple(text.encode(errors="replace").decode() for text in HOSTILE)


def assert_harmless(shown: str, cells: int, where: str) -> None:
    """Every line has its width, and no character that a terminal would obey."""
    for row in shown.split("\n"):
        assert width(row) == cells, (where, row)
        obeyed = [ascii(one) for one in row if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
        assert obeyed == [], (where, row)


def a_hostile_report() -> Report:
    """Hostile drifts of a hostile estate, from sources that are called so and failed with such words."""
    drifts = []
    for number, (drift, text) in enumerate(zip(hostile_drifts(), _STORABLE, strict=True)):
        advice = tuple(
            structs.replace(one, title=text, rationale=text, commands=(text,), patch=f"-{text}\n+{text}")
            for one in drift.recommendations
        )
        if "\udcff" not in drift.resource.id:
            drifts.append(structs.replace(drift, id=f"d-{number}", recommendations=advice))
    report = a_report(drifts)
    bad = tuple(SourceHealth(text, text, SourceRole.EVENTS, SourceStatus.FAILED, error=text) for text in _STORABLE[:-1])
    return structs.replace(report, scan=structs.replace(report.scan, sources=bad, estate=_STORABLE[0]))


def recorded(folder: Path) -> tuple[Report, Stores]:
    """A store in which everything is called so: resources, events, metrics, people, what they ask for and why."""
    report, stores = a_hostile_report(), open_stores(folder)
    events = [
        structs.replace(
            make_event(f"e{number}-{text[:20]}", number, kind=kind), at=AS_OF, source=text, service=text, scope=text,
            actor=Actor(text, ActorKind.HUMAN, Via.CLI, text, text), summary=text, operation=text, touches=(text,),
            request=text, original=text, error=text,
        )
        for number, text in enumerate(_STORABLE)
        for kind in (EventKind.API_CALL, EventKind.INCIDENT)
    ]  # fmt: skip
    states = [
        ResourceState(side, drift.resource, {text: [text, {text: text}]}, text)
        for drift, text in zip(report.drifts, _STORABLE, strict=False)
        for side in ("declared", "actual")
    ]
    series = [Series(text, text, (AS_OF,), (1.0,), {text: text}, text) for text in _STORABLE]
    stores.record_scan(report, states, events, series=series)
    for drift, text in zip(report.drifts, _STORABLE, strict=False):
        asking = Requests(stores.ledger, text[:100])
        asking.comment(asking.create(drift.id, reason=text[:500]).id, text[:500])
    return report, stores


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_in_every_workspace(size: tuple[int, int], tmp_path: Path) -> None:
    async def run() -> None:
        report, stores = recorded(tmp_path / "store")
        with stores:
            engine = RecordedEngine(report, estate=_STORABLE[0])
            engine.stores, engine.user = stores, _STORABLE[1]
            async with console(engine, size) as pilot:
                assert isinstance(pilot.app, DriftGuardApp)
                shown_in = set()
                for workspace in BY_NAME:
                    await pilot.app.do_workspace(workspace)
                    await settle(pilot)
                    assert_harmless(screen(pilot), size[0], workspace)
                    for action in ("down", "down", "open", "next_pane", "bottom", "layout"):
                        await pilot.app.action_do(action)
                        await pilot.pause()
                        assert_harmless(screen(pilot), size[0], f"{workspace} {action}")
                        if "[red]" in screen(pilot).partition("\n")[2]:  # the first line names the estate
                            shown_in.add(workspace)
                assert shown_in == set(BY_NAME)

    asyncio.run(run())


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
def test_in_windows_menus_questions_and_messages(size: tuple[int, int], tmp_path: Path) -> None:
    async def run() -> None:
        report, stores = recorded(tmp_path / "store")
        with stores:
            engine = RecordedEngine(report, estate=_STORABLE[0])
            engine.stores = stores
            async with console(engine, size) as pilot:
                app = pilot.app
                assert isinstance(app, DriftGuardApp)
                await settle(pilot)
                for action in (
                    "tear_off",
                    "down",
                    "request",
                    "back",
                    "menu",
                    "back",
                    "jump",
                    "back",
                    "note",
                    "copy_drift",
                ):
                    await app.action_do(action)
                    await settle(pilot)
                    assert_harmless(screen(pilot), size[0], action)
                for text in HOSTILE:
                    app.say(text)
                    await pilot.pause()
                    assert_harmless(screen(pilot), size[0], "message")

    asyncio.run(run())
