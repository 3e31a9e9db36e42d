"""Recorded JSON as it is found on disks: in any encoding of Unicode, with bytes and halves of characters gone astray.

A strict reader refuses a whole document for one of those, and with it all that happened around it.
"""

import codecs
import re
from pathlib import Path

from engine.collectors.files import read_bytes

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Escapes that stand for halves of a character, in pairs and alone. An escaped backslash begins none.
_HALVES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<alone>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def read_json(path: Path) -> bytes:
    """The content of a file of JSON, decompressed and in UTF-8, without a mark or blanks at its ends.

    What is no character is replaced. Raises SourceError with the reason when the file cannot be read.
    """
    return mended(read_bytes(path))


def mended(data: bytes) -> bytes:
    """The same text in UTF-8, with what is no character replaced."""
    if data.startswith(_UTF16):  # as PowerShell writes what a command prints
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8).strip()
    if not data.isascii():
        data = data.decode(errors="replace").encode()
    if b"\\ud" in data or b"\\uD" in data:
        data = _HALVES.sub(_whole, data)
    return data


def _whole(match: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if match["alone"] else match[0]
