"""The console fits its terminal without being told, and does as it is told."""

import asyncio
from pathlib import Path

import pytest

from driftguard_tui.glyphs import Glyphs
from driftguard_tui.profiles import fitting_theme, profile
from engine.preferences import Preferences
from tests.support.console import console, press, screen, settle
from tests.support.reports import RecordedEngine

UTF8 = {"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"}


def test_a_common_terminal_gets_everything() -> None:
    found = profile(Preferences(), environ=UTF8, platform="linux")
    assert (found.theme, found.fitting_theme, found.glyphs) == ("", "calm", Glyphs.UNICODE)
    assert found.mouse
    assert not found.slow
    assert not found.read_only
    assert not found.presenter


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_TTY"])
def test_over_ssh_the_line_is_spared(name: str) -> None:
    assert profile(Preferences(), environ={**UTF8, name: "x"}).slow
    assert not profile(Preferences(ssh=False), environ={**UTF8, name: "x"}).slow
    assert profile(Preferences(ssh=True), environ=UTF8).slow


def test_ascii_where_the_locale_says_so_or_the_user() -> None:
    assert profile(Preferences(), environ={"LANG": "C"}, platform="linux").glyphs is Glyphs.ASCII
    assert profile(Preferences(ascii=False), environ={"LANG": "C"}).glyphs is Glyphs.UNICODE
    assert profile(Preferences(ascii=True), environ=UTF8).glyphs is Glyphs.ASCII
    assert profile(Preferences(), environ={**UTF8, "TERM": "linux"}, platform="linux").glyphs is Glyphs.LINUX


def test_the_command_line_goes_over_the_configuration() -> None:
    configured = Preferences(theme="dusk", mouse=False, keys={"rescan": "f5", "help": "f1"})
    given = Preferences(theme="paper", readonly=True, keys={"help": "H"})
    both = given.over(configured)
    assert (both.theme, both.mouse, both.readonly) == ("paper", False, True)
    assert both.keys == {"rescan": "f5", "help": "H"}
    assert Preferences(mouse=True).over(configured).mouse is True


def test_the_users_themes_go_over_the_shipped_and_named_ones_over_the_users() -> None:
    found = profile(Preferences(themes=Path("/b")), Path("/a"), UTF8)
    assert found.themes == (Path("/a"), Path("/b"))


@pytest.mark.parametrize(
    ("environ", "theme"),
    [
        ({"TERM": "xterm-256color"}, "calm"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "calm"),
        ({"TERM": "linux"}, "ansi"),
        ({"TERM": "xterm"}, "ansi"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "ansi"),
        ({"TERM": "xterm-kitty"}, "calm"),
        ({}, "ansi"),
    ],
)
def test_the_theme_fits_the_terminal(environ: dict[str, str], theme: str) -> None:
    assert fitting_theme(environ) == theme


def test_keys_of_ones_own_take_the_place_of_the_shipped_ones() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        async with console(engine, (120, 90), keys={"rescan": "f5"}) as pilot:
            await press(pilot, "r")
            await settle(pilot)
            assert engine.scans == 1
            await press(pilot, "f5")
            await settle(pilot)
            assert engine.scans == 2
            assert "f5 rescan" in screen(pilot)
            assert "f5" in next(row for row in (await press(pilot, "question_mark")).split("\n") if "Scan again" in row)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("keys", "says"), [({"recsan": "f5"}, "there is no action 'recsan'"), ({"help": "q"}, "q is the key of")]
)
def test_keys_that_cannot_be_are_told(keys: dict[str, str], says: str) -> None:
    async def run() -> None:
        async with console(keys=keys) as pilot:
            await pilot.pause()
            assert says in await press(pilot)

    asyncio.run(run())


def test_read_only_refuses_with_its_reason() -> None:
    async def run() -> None:
        async with console(read_only=True) as pilot:
            await press(pilot, "2")
            await settle(pilot)
            assert "read-only" in await press(pilot, "f")

    asyncio.run(run())
