"""Making text that others wrote safe to show, and measuring it in terminal cells.

Names, tags and log lines come from infrastructure that an attacker may control. They are shown as text: what a
terminal would obey, hide, reorder or stack is replaced by something visible.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.cells import cell_len

ELLIPSIS = "…"

_TAB_CELLS = 4
#: Combining marks above one letter; more would climb over the lines around it.
_MARKS = 2
_PRESENTATION = "\ufe0e\ufe0f"
_LETTERS = re.compile(r"[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u25ff]*")


def plain(text: str) -> str:
    """The text as it is shown: as one line that holds nothing but visible characters, identities masked if need be.

    It is not Rich markup: wrap it in Text.
    """
    return _mask(harmless(text))


def harmless(text: str) -> str:
    """As `plain`, with the identities in it as they are: for what is copied rather than shown.

    Control characters become their pictures (`\\x1b` → `␛`, a line break `␊`); bidirectional overrides,
    zero-width and other invisible characters, and lone surrogates, their code points (`⟨U+202E⟩`).
    """
    return "".join(_visible(text)) if not _LETTERS.fullmatch(text) else text


def plain_block(text: str) -> str:
    """As `plain`, for text of several lines: line breaks stay, tabs become spaces."""
    return _mask(harmless_block(text))


def harmless_block(text: str) -> str:
    """As `harmless`, for text of several lines."""
    lines = re.split(r"\r\n|\r|\n", text)
    return "\n".join(harmless(line.replace("\t", " " * _TAB_CELLS)) for line in lines)


def mask_with(mask: Callable[[str], str] | None) -> None:
    """From now on everything that is shown passes through the mask; through none at first, and with None."""
    global _mask
    _mask = mask or _unmasked


@contextmanager
def masked_with(mask: Callable[[str], str] | None) -> Iterator[None]:
    """Within it, as `mask_with`; afterwards as before."""
    global _mask
    before, _mask = _mask, mask or _unmasked
    try:
        yield
    finally:
        _mask = before


def width(text: str) -> int:
    """The number of terminal cells that the text takes."""
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, cells: int) -> str:
    """The text if it fits, else as much of it as leaves a cell for `…`."""
    if len(text) <= cells and width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    return head(text, cells - 1) + ELLIPSIS


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """The text cut or filled with spaces to exactly this many cells; at the right end when `right`."""
    shown = cut(text, cells)
    space = " " * max(0, cells - width(shown))
    return space + shown if right else shown + space


def head(text: str, cells: int) -> str:
    """The longest beginning of the text that takes at most this many cells. Keeps accents on their letter."""
    if text.isascii():
        return text[: max(0, cells)]
    taken = end = 0
    for character in text:
        taken += cell_len(character)
        if taken > cells:
            break
        end += 1
    return text[:end]


def wrap(text: str, cells: int, limit: int | None = None) -> list[str]:
    """The text in lines of at most this many cells, broken at spaces where there are any.

    With `limit`, at most so many lines; the last one then ends in `…`.
    """
    lines: list[str] = []
    rest = text
    while rest and (limit is None or len(lines) < limit):
        line = head(rest, max(1, cells)) or rest[0]
        if len(line) < len(rest) and rest[len(line)] != " ":
            space = line.rfind(" ")
            if space > 0:
                line = line[:space]
        lines.append(line.rstrip())
        rest = rest[len(line) :].lstrip(" ")
    if rest and lines:
        lines[-1] = head(lines[-1], max(0, cells - 1)) + ELLIPSIS
    return lines or [""]


def _unmasked(text: str) -> str:
    return text


_mask: Callable[[str], str] = _unmasked


def _visible(text: str) -> Iterator[str]:
    marks = _MARKS  # a mark with no letter before it would land on the border
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
            if character in _PRESENTATION:
                continue
            marks += 1
            yield character if marks <= _MARKS else _code_point(character)
            continue
        marks = 0
        yield character if character.isprintable() or character == "\u3000" else _picture(character)


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return " " if unicodedata.category(character) == "Zs" else _code_point(character)


def _code_point(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"
