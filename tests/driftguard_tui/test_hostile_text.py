"""Text from infrastructure shows as text in every view: nothing in it is obeyed, hidden or out of place."""

import asyncio
import unicodedata

import pytest
from msgspec.structs import replace

from driftguard_tui.session import Source
from driftguard_tui.text import width
from driftguard_tui.widgets.detail_layout import as_text
from engine.errors import SourceError
from engine.model import SourceHealth, SourceRole, SourceStatus
from tests.support.console import console, press, screen, settle
from tests.support.reports import HOSTILE, RecordedEngine, a_report, hostile_drifts, sources


def assert_harmless(shown: str, cells: int) -> None:
    """Every line has its width, and no character that a terminal would obey."""
    for row in shown.split("\n"):
        assert width(row) == cells, row
        assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in row), row


@pytest.mark.parametrize("size", [(80, 220), (200, 160)])
def test_in_list_detail_and_sources(size: tuple[int, int]) -> None:
    """On screens so high that nothing is out of sight."""

    async def run() -> None:
        report = a_report(hostile_drifts())
        bad = [SourceHealth(text, text, SourceRole.EVENTS, SourceStatus.FAILED, 0, 0, text) for text in HOSTILE]
        report = replace(report, scan=replace(report.scan, sources=sources(*bad)))
        async with console(RecordedEngine(report, estate=HOSTILE[0]), size) as pilot:
            assert "[red]alert[/red]" in screen(pilot)
            assert_harmless(screen(pilot), size[0])
            await press(pilot, "enter")
            for _ in HOSTILE:
                assert_harmless(screen(pilot), size[0])
                await press(pilot, "n")
            shown = await press(pilot, "8")
            assert "[red]alert[/red]" in shown
            assert_harmless(shown, size[0])

    asyncio.run(run())


def test_what_is_shown_of_each() -> None:
    drifts = hostile_drifts()
    told = [as_text(drift) for drift in drifts]
    assert "[red]alert[/red] [@click=app.quit]x[/]" in told[0]
    assert "␛]52;c;ZXZpbA==␇␛[2J␛[31m" in told[1]
    assert "invoice⟨U+202E⟩gnp.exe⟨U+2066⟩⟨U+200B⟩" in told[2]
    assert "東京リージョン" in told[3]
    assert "line one" in told[5]
    assert "\x00" not in told[5]
    assert "10,000 characters in all" in told[6]
    assert max(len(row) for row in told[6].split("\n")[1:]) <= 100


@pytest.mark.parametrize("text", ["".join(HOSTILE[:-1]), HOSTILE[-1]], ids=["many", "long"])
def test_in_titles_while_scanning_and_when_it_fails(text: str) -> None:
    async def run() -> None:
        engine = RecordedEngine(SourceError(text), estate=text)
        engine.sources = (Source(text, text, SourceRole.ACTUAL),)
        engine.hold.clear()
        async with console(engine, (80, 24)) as pilot:
            assert_harmless(screen(pilot), 80)
            engine.hold.set()
            await settle(pilot)
            assert_harmless(screen(pilot), 80)

    asyncio.run(run())
