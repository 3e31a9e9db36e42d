"""The workspace Ask: a question is typed, an answer comes with numbers, a number leads to what it stands for."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from driftguard_tui.widgets.ask_window import AskWindow
from driftguard_tui.workspaces.ask import AskWorkspace
from driftguard_tui.workspaces.timeline import TimelineWorkspace
from engine.errors import StoreError
from engine.model import Actor, ActorKind, Event, EventKind, Evidence, Report
from engine.store import Stores, open_stores
from tests.support.console import console, press, screen, settle
from tests.support.reports import RecordedEngine
from tests.support.sample_report import HOSTILE
from tests.support.samples import at, make_drift, make_event, make_report
from tests.support.snapshots import assert_snapshot

PICTURES = Path(__file__).parents[1] / "snapshots"
MIA = Actor("mia@example.org", ActorKind.HUMAN)
Run = Callable[[Pilot[Any]], Coroutine[Any, Any, None]]


def evidence_of(event: Event) -> tuple[Evidence, ...]:
    return (Evidence(event.id, event.source, event.kind, event.at, 0.9, event.summary),)


def an_estate(summary: str = "opened port 22") -> tuple[Report, list[Event]]:
    calls = [make_event(f"call-{n}", -30 - n, actor=MIA, summary=f"{summary} of web{n}") for n in range(2)]
    ticket = make_event("INC-7", -45, kind=EventKind.INCIDENT, operation="INC-7", summary="shop is slow", source="jira")
    drifts = [
        make_drift(f"web{n}", changed_at=at(-30 - n), actor=MIA, score=90 - n, evidence=evidence_of(call))
        for n, call in enumerate(calls)
    ]
    return make_report("s1", 20, *drifts), [*calls, ticket]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    report, events = an_estate()
    with open_stores(tmp_path / "store") as opened:
        opened.record_scan(report, (), events)
        yield opened


def at_the_desk(
    run: Run, stores: Stores | None, *, size: tuple[int, int] = (120, 40), folder: Path | None = None, **profile: Any
) -> None:
    async def go() -> None:
        engine = RecordedEngine(an_estate()[0], folder=folder)
        engine.stores = stores
        async with console(engine, size, **profile) as pilot:
            await settle(pilot)
            await pilot.press("7")
            await settle(pilot)
            await run(pilot)

    asyncio.run(go())


async def ask(pilot: Pilot[Any], question: str) -> str:
    await pilot.press("a")
    await pilot.pause()
    pilot.app.screen.query_one(Input).insert_text_at_cursor(question)
    await pilot.press("enter")
    await settle(pilot)
    return screen(pilot)


def workspace(pilot: Pilot[Any]) -> AskWorkspace:
    found = pilot.app.screen_stack[0]
    assert isinstance(found, AskWorkspace)
    return found


def test_it_says_what_answers_and_offers_questions_about_the_selected_drift(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        shown = screen(pilot)
        assert "built-in analyst: answers from local data, no model" in shown
        assert "web0" in shown
        assert "Who did it, and when?" in shown

    at_the_desk(run, stores)


def test_an_offered_question_is_asked_with_enter(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        await settle(pilot)
        assert workspace(pilot).interview.questions == ["What changed?"]
        assert "mia@example.org" in screen(pilot)

    at_the_desk(run, stores)


def test_an_answer_has_numbers_and_the_pane_beside_it_what_they_stand_for(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        shown = await ask(pilot, "who opened web1?")
        assert "[1]" in shown
        assert "● high" in shown or "critical" in shown
        shown = await press(pilot, "j")
        assert "trail" in shown
        assert "shows it on the timeline" in shown

    at_the_desk(run, stores)


def test_enter_on_a_number_opens_the_drift_or_shows_the_event(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "who opened web1?")
        await press(pilot, "enter")
        await settle(pilot)
        assert pilot.app.screen.NAME == "drifts"
        assert pilot.app.drift.id == "web1"
        await press(pilot, "7", "j", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, TimelineWorkspace)

    at_the_desk(run, stores)


def test_a_click_on_a_number_opens_it_too(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        shown = (await ask(pilot, "who opened web1?")).splitlines()
        row = next(row for row, line in enumerate(shown) if "[1]" in line)
        await pilot.click(offset=(shown[row].index("[1]") + 1, row))
        await settle(pilot)
        assert pilot.app.screen.NAME == "drifts"

    at_the_desk(run, stores)


def test_a_question_can_point_to_the_one_before_and_to_another_drift_once_it_is_selected(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "how bad is web1?")
        assert "web1" in str(workspace(pilot).interview.exchanges[-1].sentences[0].text)
        await ask(pilot, "and who did that?")
        assert "web1" in workspace(pilot).interview.exchanges[-1].sentences[0].text
        await press(pilot, "c")
        await ask(pilot, "who did that?")
        assert "web0" in workspace(pilot).interview.exchanges[-1].sentences[0].text

    at_the_desk(run, stores)


def test_brackets_go_from_question_to_question_though_all_is_in_view(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "how bad is web1?")
        await ask(pilot, "who changed web0?")
        assert "That is the last question" in await press(pilot, "right_square_bracket")
        assert "That is the first question" not in await press(pilot, "left_square_bracket")
        assert "That is the first question" in await press(pilot, "left_square_bracket")
        assert "That is the last question" not in await press(pilot, "right_square_bracket")

    at_the_desk(run, stores, size=(120, 60))


def test_what_was_asked_comes_back_with_the_arrow_keys(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "why?")
        await press(pilot, "a", "up")
        assert workspace(pilot).line.typed == "why?"
        await press(pilot, "down", "x", "escape")
        assert workspace(pilot).line.typed == "x"
        assert workspace(pilot).focused is workspace(pilot).talk

    at_the_desk(run, stores)


def test_a_torn_off_question_stays_in_a_window_over_other_workspaces(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "who opened web1?")
        await press(pilot, "o", "2")
        await settle(pilot)
        [window] = pilot.app.workspace.windows
        assert isinstance(window.pane, AskWindow)
        assert "who opened web1?" in screen(pilot)
        assert "mia@example.org" in window.pane.text

    at_the_desk(run, stores)


def test_the_answer_can_be_copied_with_its_sources(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        copied: list[str] = []
        pilot.app.copy_to_clipboard = copied.append
        await ask(pilot, "who opened web1?")
        workspace(pilot).do_copy_answer()
        await settle(pilot)
        assert "Copied the answer" in screen(pilot)

    at_the_desk(run, stores)


def test_escape_gives_up_an_answer_that_takes_long(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        held = threading.Event()

        async def slowly(query: Callable[[Any], Any]) -> Any:
            await asyncio.to_thread(held.wait, 10)
            return query(stores)

        pilot.app.engine.read = slowly
        await pilot.press("a", *"why?", "enter")
        await pilot.pause()
        assert "looking …" in screen(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "given up" in screen(pilot)
        held.set()
        await settle(pilot)
        assert workspace(pilot).interview.exchanges[0].sentences == []

    at_the_desk(run, stores)


def test_without_a_store_the_report_is_answered_from() -> None:
    async def run(pilot: Pilot[Any]) -> None:
        assert "mia@example.org" in await ask(pilot, "who opened web1?")

    at_the_desk(run, None)


def test_a_store_that_fails_is_said_in_the_answer(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        async def fails(_: object) -> None:
            raise StoreError("the timeline could not be read (disk full)")

        pilot.app.engine.read = fails
        assert "the timeline could not be read (disk full)" in await ask(pilot, "why?")

    at_the_desk(run, stores)


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        shown = await ask(pilot, "what happened in the last 2 hours?")
        assert not [character for character in shown if not character.isprintable() and character != "\n"]

    report, events = an_estate(HOSTILE)
    with open_stores(tmp_path / "hostile") as opened:
        opened.record_scan(report, (), events)
        at_the_desk(run, opened)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (240, 60)], ids=["80x24", "120x40", "240x60"])
def test_how_it_looks(size: tuple[int, int], stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "what should I do about web1?")
        await ask(pilot, "and who did that?")
        assert_snapshot(pilot.app, PICTURES, f"ask-{size[0]}x{size[1]}")

    at_the_desk(run, stores, size=size)


def test_what_is_under_the_cursor_is_explained_from_anywhere(stores: Stores) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await pilot.press("2", "Q")
        await settle(pilot)
        [window] = pilot.app.screen.query(AskWindow)
        shown = screen(pilot)
        assert "Analyse it" in shown
        assert "mia@example.org" in shown
        assert window.has_focus_within

    at_the_desk(run, stores)


def test_an_answer_is_noted_in_the_war_room(stores: Stores, tmp_path: Path) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await ask(pilot, "who changed web0?")
        await press(pilot, "n", "B")
        await settle(pilot)
        assert "who changed web0? mia@" in " ".join(screen(pilot).split())

    at_the_desk(run, stores, folder=tmp_path / "desk")
