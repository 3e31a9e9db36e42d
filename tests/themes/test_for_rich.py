"""What the shell's commands print has its colours from the same tables."""

import re
from pathlib import Path

import pytest
from rich.style import Style

import driftguard_tui
from driftguard_tui.formats import Paper
from themes.for_rich import rich_style
from themes.palette import tones


@pytest.mark.parametrize("tone", tones())
def test_every_tone_is_a_style_of_richs(tone: str) -> None:
    style = Style.parse(rich_style(tone))
    assert style.color is None or style.color.is_system_defined


def test_tones_look_as_in_the_console_on_sixteen_colours() -> None:
    assert rich_style("critical") == "bold bright_red"
    assert rich_style("strong") == "bold"
    assert rich_style("muted") == "dim"


def test_paper_is_painted_where_there_is_colour() -> None:
    assert Paper(color=True).paint("x", "removed") == "\x1b[31mx\x1b[0m"
    assert Paper(color=True).paint("x", "") == "x"
    assert Paper().paint("x", "removed") == "x"


def test_only_tones_are_painted_with() -> None:
    root = Path(driftguard_tui.__file__).parent
    painted = {
        tone
        for file in root.rglob("*.py")
        for call in re.findall(r"\bpaint\(.*", file.read_text("utf-8"))
        for tone in re.findall(r", ['\"]([a-z -]+)['\"](?: if .*)?\)", call)
    }
    assert {"strong", "bad"} <= painted <= set(tones())
