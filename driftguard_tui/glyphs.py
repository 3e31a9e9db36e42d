"""Drawing with fewer characters: in ASCII, or in those that the fonts of Linux' own console have."""

import os
import sys
import tomllib
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from driftguard_tui.text import width

_TABLE = Path(__file__).with_name("glyphs.toml")
_BRAILLE = range(0x2800, 0x2900)
_UNKNOWN = "?"


class Glyphs(StrEnum):
    """Which characters there are to draw with."""

    UNICODE = "unicode"
    LINUX = "linux"
    ASCII = "ascii"


def fitting(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Glyphs:
    """What this terminal can draw: ASCII where the locale says so, less than Unicode on Linux' own console.

    A terminal that says nothing of its locale is taken to know UTF-8, as all have for many years.
    """
    if platform != "win32" and not _is_utf8(environ):
        return Glyphs.ASCII
    term = environ.get("TERM", "")
    if term == "dumb":
        return Glyphs.ASCII
    return Glyphs.LINUX if term == "linux" else Glyphs.UNICODE


def drawn(text: str, glyphs: Glyphs) -> str:
    """The text in these characters. It takes as many cells as before."""
    if glyphs is Glyphs.UNICODE or text.isascii():
        return text
    if glyphs is Glyphs.LINUX:
        return text.translate(_stand_ins(glyphs))
    table = _stand_ins(glyphs)
    shown = "".join(table.get(ord(character)) or _plainest(character) for character in text)
    cells = width(text)
    return shown[:cells].ljust(cells, _UNKNOWN)


@cache
def table() -> Mapping[str, Mapping[str, str]]:
    """Every glyph with its stand-ins and its meaning."""
    sections = tomllib.loads(_TABLE.read_text("utf-8"))
    return {glyph: entry for name, section in sections.items() if name != "dots" for glyph, entry in section.items()}


@cache
def _stand_ins(glyphs: Glyphs) -> dict[int, str]:
    """By code point. A glyph that needs none in this set is not in it."""
    dots = tomllib.loads(_TABLE.read_text("utf-8"))["dots"][glyphs]
    found = {code: dots[(code - _BRAILLE.start).bit_count()] for code in _BRAILLE}
    return found | {ord(glyph): entry[glyphs] for glyph, entry in table().items() if glyphs in entry}


def _plainest(character: str) -> str:
    """A letter without its accents, a sign of doubt for what has no such letter, in as many cells."""
    if character.isascii():
        return character
    cells = width(character)
    bare = unicodedata.normalize("NFKD", character)[0]
    return bare if bare.isascii() and bare.isprintable() and cells == 1 else _UNKNOWN * cells


def _is_utf8(environ: Mapping[str, str]) -> bool:
    """Python itself sets LC_CTYPE to C.UTF-8 where it finds the C locale; what was said before then counts."""
    said = [environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if said[0] == "" and said[1] == "C.UTF-8" and said[2] in ("C", "POSIX"):
        return False
    locale = next((name for name in said if name), "")
    return not locale or "utf-8" in locale.lower() or "utf8" in locale.lower()
