"""The war room as its people meet it: notes, pins, decisions, the board, and all of it again."""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui.widgets.board import Board
from engine.warroom import Kind, Session, folder_of, sessions
from tests.support.console import console, fill, press, screen, settle
from tests.support.reports import RecordedEngine, a_report
from tests.support.rooms import a_session


def an_engine(store: Path) -> RecordedEngine:
    engine = RecordedEngine()
    engine.folder = store
    return engine


def recorded(store: Path) -> Session:
    [session] = sessions(folder_of(store))
    return session


def test_a_note_opens_a_room_and_is_kept_with_its_drift(tmp_path: Path) -> None:
    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await press(pilot, "2", "j")
            assert "what is to be remembered" in await press(pilot, "I")
            await fill(pilot, "the door was never closed", "enter")
            await settle(pilot)
            assert "Recorded as a note, on front" in screen(pilot)
            assert "● war room" in screen(pilot), "a room is open"

    asyncio.run(run())
    [note] = recorded(tmp_path).of(Kind.NOTE)
    assert (note.text, note.by, note.workspace) == ("the door was never closed", "anna", "drifts")
    assert note.title == "module.web.aws_security_group.front"
    assert note.body == a_report().drifts[1]


def test_pins_are_set_and_taken_away_at_the_same_key(tmp_path: Path) -> None:
    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await press(pilot, "2", "P")
            await settle(pilot)
            assert "Pinned: module.billing.aws_s3_bucket.invoices" in screen(pilot)
            await press(pilot, "j", "P")
            await settle(pilot)
            await press(pilot, "k", "P")
            await settle(pilot)
            assert "No longer pinned" in screen(pilot)
            await press(pilot, "colon")
            await fill(pilot, "pin 13:42", "enter")
            await settle(pilot)
            assert "Pinned: 14 Mar 2026 13:42 UTC" in screen(pilot)
            await press(pilot, "colon")
            await fill(pilot, "pin yesterday", "enter")
            await settle(pilot)
            assert "'yesterday' is no time" in screen(pilot)

    asyncio.run(run())
    kinds = [entry.kind for entry in recorded(tmp_path).entries if entry.kind is not Kind.LOOKED]
    assert kinds == [Kind.PIN, Kind.PIN, Kind.UNPIN, Kind.PIN]


def test_decisions_are_recorded_however_they_are_taken(tmp_path: Path) -> None:
    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await press(pilot, "2", "D")
            await fill(pilot, "revert at 15:00", "enter")
            await settle(pilot)
            await press(pilot, "colon")
            await fill(pilot, "confirm emergency_fix", "enter")
            await settle(pilot)

    asyncio.run(run())
    assert [entry.text.partition(";")[0] for entry in recorded(tmp_path).of(Kind.DECISION)] == [
        "revert at 15:00",
        "Corrected to emergency fix",
    ]


def test_the_board_shows_what_was_said_and_leads_there(tmp_path: Path) -> None:
    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await press(pilot, "2", "j", "P", "g", "B")
            await settle(pilot)
            assert "Notes, pins and decisions" in screen(pilot)
            assert isinstance(pilot.app.focused, Board)
            await press(pilot, "enter")
            await settle(pilot)
            assert pilot.app.drift.resource.address == "module.web.aws_security_group.front"  # type: ignore[attr-defined]

    asyncio.run(run())


def test_what_stays_on_the_screen_was_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driftguard_tui.warroom.desk._SETTLED", 0.1)

    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await press(pilot, "2", "colon")
            await fill(pilot, "warroom INC-4711", "enter")
            await settle(pilot)
            assert "● INC-4711" in screen(pilot)
            await press(pilot, "j")
            await settle(pilot)
            await press(pilot, "8")
            await settle(pilot)

    asyncio.run(run())
    looks = [(entry.workspace, entry.title) for entry in recorded(tmp_path).of(Kind.LOOKED)]
    assert ("drifts", "module.web.aws_security_group.front") in looks
    assert looks[-1][0] == "sources"


def test_after_a_crash_the_room_is_gone_on_with_and_after_its_end_it_is_not(tmp_path: Path) -> None:
    async def say(words: str, *commands: str) -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await settle(pilot)
            await press(pilot, "2", "I")
            await fill(pilot, words, "enter")
            await settle(pilot)
            for command in commands:
                await press(pilot, "colon")
                await fill(pilot, command, "enter")
                await settle(pilot)

    asyncio.run(say("one"))
    asyncio.run(say("two", "warroom-end"))
    assert [entry.text for entry in recorded(tmp_path).of(Kind.NOTE)] == ["one", "two"]
    assert recorded(tmp_path).is_over
    asyncio.run(say("three"))
    assert len(sessions(folder_of(tmp_path))) == 2


def test_a_replay_moves_the_desktop_to_what_was_looked_at(tmp_path: Path) -> None:
    a_session(folder_of(tmp_path)).close()

    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            await press(pilot, "8", "colon")
            await fill(pilot, "replay 0.001", "enter")
            await settle(pilot)
            assert "▶ 1 of 7  14:10:00  anna.keller@shop.example: looked at" in screen(pilot)
            assert pilot.app.current_mode == "drifts"
            await press(pilot, "right_curly_bracket", "right_curly_bracket")
            await settle(pilot)
            assert "▶ 3 of 7" in screen(pilot)
            assert "note opened for the outage" in screen(pilot)
            assert pilot.app.drift.resource.address == "module.web.aws_security_group.front"  # type: ignore[attr-defined]
            assert "▶ 2 of 7" in await press(pilot, "left_curly_bracket")
            assert "is held" in await press(pilot, "backslash")
            assert "goes on" in await press(pilot, "backslash")
            assert "is over" in await press(pilot, "vertical_line")
            assert "Nothing is being replayed" in await press(pilot, "right_curly_bracket")
            await press(pilot, "colon")
            assert "is no speed" in await fill(pilot, "replay fast", "enter") or "is no speed" in await press(pilot)

    asyncio.run(run())
    assert len(recorded(tmp_path).entries) == 7, "a replay records nothing"


def test_a_report_can_be_written_from_the_desk(tmp_path: Path) -> None:
    a_session(folder_of(tmp_path)).close()
    file = tmp_path / "report.md"

    async def run() -> None:
        async with console(an_engine(tmp_path)) as pilot:
            for name, says in (
                (file, f"{file} written"),
                (file, "is there already"),
                ("report.pdf", "end it in .html"),
            ):
                await press(pilot, "colon")
                await fill(pilot, f"warroom-export {name}", "enter")
                await settle(pilot)
                assert says[-20:] in screen(pilot).replace("\n", "")

    asyncio.run(run())
    assert file.read_text("utf-8").startswith("# INC-4711")


def test_without_a_store_it_says_why_nothing_is_kept() -> None:
    async def run() -> None:
        async with console(RecordedEngine()) as pilot:
            await press(pilot, "2", "P")
            await settle(pilot)
            assert "nothing is recorded here" in screen(pilot)

    asyncio.run(run())
