"""Recorded JSON as it is found on disks: in any encoding of Unicode, with bytes and halves of characters gone astray.

A strict reader refuses a whole document for one of those, and with it all that happened around it.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import re2
from msgspec import Raw

from engine.collectors.files import read_bytes

#: Gives the records within a document.
Unwrap = Callable[[bytes], Iterable[bytes]]
#: What decoders raise for a document that is damaged, or not what it should be.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

#: The first look for them: many times as fast as Python's `re`, or as looking for a text of two bytes.
_HALF = re2.compile(rb"\\u[dD][89a-fA-F]")
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
    if _HALF.search(data):
        data = _HALVES.sub(_whole, data)
    return data


def records(data: bytes, unwrap: Unwrap, skip: Callable[[str], None]) -> list[bytes]:
    """The records of a log of one JSON document, or of one to a line, each as JSON still to be decoded.

    `unwrap` gives the records within a document, or the document itself, and raises one of UNREADABLE for what is none.
    A line that it cannot open is among the records, for whoever decodes it to say so. What is no JSON, or was cut
    short, is skipped with that reason; the objects before the cut are used.
    """
    try:
        return list(unwrap(data)) if data else []
    except UNREADABLE:
        pass
    lines = [line for line in data.splitlines() if line and not line.isspace()]
    if len(lines) > 1 and any(map(_is_object, lines)):
        return [record for line in lines for record in opened(line, unwrap)]
    skip("not JSON, or cut short; check that the file is complete")
    return list(_before_the_cut(data.decode(errors="replace")))


def opened(data: bytes, unwrap: Unwrap) -> list[bytes]:
    """The records within a document; itself where it cannot be opened."""
    try:
        return list(unwrap(data))
    except UNREADABLE:
        return [data]


def items(data: bytes) -> list[bytes]:
    """The items of a JSON list, still to be decoded."""
    return [bytes(item) for item in _list(data)]


def decoded(line: bytes) -> Any:
    """What a line of JSON holds; None for one that is no JSON."""
    try:
        return msgspec.json.decode(line)
    except UNREADABLE:
        return None


def is_document(data: bytes) -> bool:
    """Whether a text is one JSON document. Raises one of UNREADABLE when it is not."""
    return bool(_document(data))


def without(text: bytes, name: bytes, value: bytes) -> bytes:
    """JSON text without a field, where it has that field with that value; `name` is in quotes."""
    at = text.find(name)
    begin = text.find(value[:1], at)
    return text[:at] + text[begin + len(value) :] if at >= 0 and text.startswith(value, begin) else text


def reason(error: Exception) -> str:
    """What was wrong with a record, without the place in it."""
    return str(error).split(" - at")[0].lower()


def _whole(match: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if match["alone"] else match[0]


_list = msgspec.json.Decoder(list[Raw]).decode
_document = msgspec.json.Decoder(Raw).decode


def _is_object(line: bytes) -> bool:
    """Whether a line is a JSON object by itself."""
    try:
        return line[:1] == b"{" and bool(_document(line))
    except UNREADABLE:
        return False


def _before_the_cut(text: str) -> Iterator[bytes]:
    """The complete objects of a list whose end is missing."""
    decode, at = json.JSONDecoder().raw_decode, text.find("[") + 1
    while at and (begin := text.find("{", at)) > 0:
        try:
            _, at = decode(text, begin)
        except (ValueError, RecursionError):
            return
        yield text[begin:at].encode()
