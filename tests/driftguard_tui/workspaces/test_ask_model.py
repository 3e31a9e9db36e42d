"""The workspace Ask with Gemini behind it: ten conversations over the wire, and what becomes of each failure."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine.assistant.conversation import Backend
from engine.assistant.remote.answering import Elsewhere
from engine.assistant.remote.falling_back import Dependable
from engine.assistant.remote.gemini import Gemini
from engine.model import Actor, ActorKind, Report
from engine.store import open_stores
from tests.support.console import console, screen, settle
from tests.support.conversations import CONVERSATIONS
from tests.support.model_server import ModelServer, Says, model_server
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_drift, make_event, make_report

MIA = Actor("mia@example.org", ActorKind.HUMAN)


def a_report() -> Report:
    return make_report("s1", 20, make_drift("web0", changed_at=at(-30), actor=MIA))


def asking(server: ModelServer, folder: Path, run: Callable[[Pilot[Any]], Coroutine[Any, Any, None]]) -> None:
    def backend() -> Backend:
        return Dependable(Elsewhere(Gemini("gemini-2.5-flash", "k", url=server.url, silence=0.5), wait=lambda _: None))

    async def go() -> None:
        engine = RecordedEngine(a_report())
        engine.answers_with = backend
        with open_stores(folder) as stores:
            stores.record_scan(a_report(), (), [make_event("e1", -30, actor=MIA)])
            engine.stores = stores
            async with console(engine, (120, 40)) as pilot:
                await settle(pilot)
                await pilot.press("7")
                await settle(pilot)
                await run(pilot)

    asyncio.run(go())


async def typed(pilot: Pilot[Any], question: str) -> None:
    await pilot.press("a")
    await pilot.pause()
    pilot.app.screen.query_one(Input).insert_text_at_cursor(question)


async def answered(pilot: Pilot[Any], question: str, *, within: float = 20) -> str:
    await typed(pilot, question)
    await pilot.press("enter")
    async with asyncio.timeout(within):
        await pilot.pause()
        while pilot.app.workspace.interview.is_busy:  # type: ignore[attr-defined]
            await pilot.pause(0.02)
    await settle(pilot)
    return screen(pilot)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_ends_in_an_answer_whatever_happens(name: str, tmp_path: Path) -> None:
    says, told, failure = CONVERSATIONS[name]

    async def run(pilot: Pilot[Any]) -> None:
        shown = await answered(pilot, "who did it?")
        assert told in shown
        assert ("built-in analyst" in shown) == bool(failure)
        assert failure in " ".join(shown.split())
        assert ("tokens sent" in shown) == (not failure)
        assert ("unverified" in shown) == (name == "a claim without a source")

    with model_server(*says) as server:
        asking(server, tmp_path, run)


def test_the_desk_goes_on_while_a_model_is_silent(tmp_path: Path) -> None:
    hangs = threading.Event()

    async def run(pilot: Pilot[Any]) -> None:
        await typed(pilot, "who did it?")
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("2")
        await settle(pilot)
        assert "Ask" in screen(pilot)
        await pilot.press("7")
        assert "built-in analyst" in await answered(pilot, "why?")
        hangs.set()

    with model_server(reply=lambda _: Says(["late"], hangs=hangs)) as server:
        asking(server, tmp_path, run)


def test_what_would_be_sent_is_seen_before_it_is(tmp_path: Path) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await typed(pilot, "was it mia@example.org?")
        await pilot.press("ctrl+o")
        await settle(pilot)
        shown = screen(pilot)
        assert "What would be sent" in shown
        assert "was it person-1?" in shown
        await pilot.press("enter")
        await settle(pilot)

    with model_server(Says(["It was person-1 [f1]."])) as server:
        asking(server, tmp_path, run)
        [asked] = server.asked
    assert "was it person-1?" in json.dumps(asked.body)
    assert "mia@example.org" not in json.dumps(asked.body)
