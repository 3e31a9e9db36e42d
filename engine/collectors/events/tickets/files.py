"""Recorded answers of ticket tools: pages, lists of pages, single records, one answer or record a line."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine.collectors.base import Context
from engine.collectors.json_files import UNREADABLE, decoded, read_json
from engine.errors import SourceError

_BETWEEN = re.compile(r"[\s,]*")

Opened = Iterator[tuple[dict[str, Any], dict[str, Any]]]


def answers(
    files: list[Path], holder: str, is_record: Callable[[dict[str, Any]], bool], context: Context
) -> Iterator[tuple[Path, list[tuple[dict[str, Any], dict[str, Any]]]]]:
    """The records of each file, each with the answer it came in (empty for one that stands alone).

    `holder` is the field of an answer that holds its records. What cannot be read is skipped with its reason; of a
    file that was cut short, the records before the cut are used.
    """
    for path in files:
        if context.cancelled:
            return

        def skip(why: str, name: str = path.name) -> None:
            context.skip(name, why)

        try:
            raw = read_json(path)
        except SourceError as error:
            skip(str(error).removeprefix(f"{path.name}: "))
            continue
        yield path, list(_records(raw, holder, is_record, skip))


def _records(
    raw: bytes, holder: str, is_record: Callable[[dict[str, Any]], bool], skip: Callable[[str], None]
) -> Opened:
    for document in _documents(raw, holder, skip):
        yield from _opened(document, {}, holder, is_record, skip)


def _opened(
    document: Any,
    answer: dict[str, Any],
    holder: str,
    is_record: Callable[[dict[str, Any]], bool],
    skip: Callable[[str], None],
) -> Opened:
    if isinstance(document, list):
        for item in document:
            yield from _opened(item, answer, holder, is_record, skip)
    elif isinstance(document, dict) and holder in document:
        outer = {name: value for name, value in document.items() if name != holder}
        yield from _opened(document[holder], outer, holder, is_record, skip)
    elif isinstance(document, dict) and is_record(document):
        yield answer, document
    else:
        skip("holds something that is no ticket")


def _documents(text: bytes, holder: str, skip: Callable[[str], None]) -> Iterator[Any]:
    if not text:
        return
    try:
        yield msgspec.json.decode(text)
        return
    except UNREADABLE:
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    found = [decoded(line) for line in lines]
    if len(lines) > 1 and any(isinstance(item, dict) for item in found):
        for item in found:
            if item is None:
                skip("a line is not JSON")
            else:
                yield item
        return
    skip("not JSON, or cut short; check that the file is complete")
    yield list(_before_the_cut(text.decode(errors="replace"), holder))


def _before_the_cut(text: str, holder: str) -> Iterator[Any]:
    """The complete records at the beginning of a list whose end is missing."""
    start = re.search(rf'"{holder}"\s*:\s*\[|^\s*\[', text)
    position = start.end() if start else len(text)
    decoder = json.JSONDecoder()
    while position < len(text):
        try:
            record, position = decoder.raw_decode(text, _BETWEEN.match(text, position).end())  # type: ignore[union-attr]
        except (ValueError, RecursionError):
            return
        yield record
