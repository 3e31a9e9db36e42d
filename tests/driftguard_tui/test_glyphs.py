"""Whatever the terminal can draw, the console finds something to draw with."""

import io
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import driftguard_tui
from driftguard_tui import labels
from driftguard_tui.glyphs import Glyphs, drawn, fitting, table
from driftguard_tui.text import plain, width
from engine.model import Level

#: What code page 437 has beside what Python's codec knows: the signs in place of control characters.
_SIGNS = "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
#: What the demo writes is data, as it would come from infrastructure.
_NOT_DRAWN = "demo"


def sources() -> Iterator[Path]:
    root = Path(driftguard_tui.__file__).parent
    return (file for file in root.rglob("*.py") if _NOT_DRAWN not in file.relative_to(root).parts)


def glyphs_in(file: Path) -> set[str]:
    """What is beyond ASCII in the strings of a file, docstrings aside."""
    tokens = list(tokenize.generate_tokens(io.StringIO(file.read_text("utf-8")).readline))
    found: set[str] = set()
    for before, token in pairwise(tokens):
        is_string = token.type == tokenize.STRING or tokenize.tok_name[token.type] == "FSTRING_MIDDLE"
        is_docstring = before.type in (tokenize.INDENT, tokenize.NEWLINE, tokenize.NL, tokenize.ENCODING)
        if is_string and not (is_docstring and token.string.lstrip("rR").startswith('"""')):
            found |= {character for character in token.string if not character.isascii()}
    return found


def test_every_glyph_that_is_drawn_is_in_the_table() -> None:
    unknown = {glyph: file.name for file in sources() for glyph in glyphs_in(file) if glyph not in table()}
    assert unknown == {}


def test_every_stand_in_takes_one_cell_and_every_glyph_has_a_meaning() -> None:
    for glyph, entry in table().items():
        assert set(entry) <= {"ascii", "linux", "means"}, glyph
        assert entry["means"], glyph
        for text in (glyph, entry["ascii"], entry.get("linux", glyph)):
            assert len(text) == width(text) == 1, (glyph, text)
        assert " " < entry["ascii"] <= "\x7e", glyph


def test_linux_console_fonts_have_what_is_drawn_there() -> None:
    known = bytes(range(0x20, 0x100)).decode("cp437") + _SIGNS
    braille = "".join(map(chr, range(0x2800, 0x2900)))
    shown = drawn("".join(table()) + braille, Glyphs.LINUX)
    assert [glyph for glyph in shown if glyph not in known] == []


@pytest.mark.parametrize("glyphs", Glyphs)
def test_severities_keep_signs_of_their_own(glyphs: Glyphs) -> None:
    assert len({drawn(sign, glyphs) for sign in labels.LEVEL_SIGNS.values()}) == len(Level)
    assert len({drawn(sign, glyphs) for sign, _ in labels.STATUS_SIGNS.values()}) == len(labels.STATUS_SIGNS)


@pytest.mark.parametrize("glyphs", Glyphs)
def test_shades_stay_steps(glyphs: Glyphs) -> None:
    assert len(set(drawn("∙░▒▓█", glyphs))) == 5


def test_heights_stay_steps_in_ascii() -> None:
    assert len(set(drawn("▁▂▃▄▅▆▇█", Glyphs.ASCII))) == 8


def test_a_line_in_ascii() -> None:
    assert drawn("╭─ Drifts ─╮ ◆ critical … ⣿⡀ café 東京", Glyphs.ASCII) == "+- Drifts -+ ! critical ~ @. cafe ????"


@given(st.text())
def test_ascii_is_ascii_and_as_wide(text: str) -> None:
    shown = plain(text)
    asciified = drawn(shown, Glyphs.ASCII)
    assert all(" " <= character <= "\x7e" for character in asciified)
    assert len(asciified) == width(shown)


@given(st.text(alphabet=st.characters(max_codepoint=0x2FFF)))
def test_other_sets_are_as_wide(text: str) -> None:
    shown = plain(text)
    assert drawn(shown, Glyphs.UNICODE) == shown
    assert width(drawn(shown, Glyphs.LINUX)) == width(shown)


@pytest.mark.parametrize(
    ("environ", "platform", "glyphs"),
    [
        ({"LANG": "en_GB.UTF-8", "TERM": "xterm-256color"}, "linux", Glyphs.UNICODE),
        ({"LANG": "de_DE.utf8"}, "linux", Glyphs.UNICODE),
        ({}, "linux", Glyphs.UNICODE),
        ({"LANG": "C"}, "linux", Glyphs.ASCII),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "linux", Glyphs.ASCII),
        ({"LC_CTYPE": "C.UTF-8"}, "linux", Glyphs.UNICODE),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, "linux", Glyphs.UNICODE),
        ({"LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"}, "linux", Glyphs.ASCII),
        ({"LANG": "de_DE.ISO-8859-1"}, "linux", Glyphs.ASCII),
        ({"LANG": "en_GB.UTF-8", "TERM": "linux"}, "linux", Glyphs.LINUX),
        ({"LANG": "en_GB.UTF-8", "TERM": "dumb"}, "linux", Glyphs.ASCII),
        ({"LANG": "C"}, "win32", Glyphs.UNICODE),
    ],
)
def test_what_the_terminal_can_draw_is_known(environ: dict[str, str], platform: str, glyphs: Glyphs) -> None:
    assert fitting(environ, platform) is glyphs
