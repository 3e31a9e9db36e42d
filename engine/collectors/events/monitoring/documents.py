"""The JSON documents of recorded answers: one a file, a list of them, or one a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from engine.collectors.base import Context
from engine.collectors.json_files import UNREADABLE, decoded, read_json
from engine.errors import SourceError


def documents(paths: list[Path], context: Context) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every JSON object of the files, with the file it is in. What cannot be read is skipped with its reason."""
    for path in paths:
        if context.cancelled:
            return
        try:
            raw = read_json(path)
        except SourceError as error:
            context.skip(path.name, str(error).removeprefix(f"{path.name}: "))
            continue
        for document in _documents(raw, path.name, context):
            yield path, document


def _documents(raw: bytes, name: str, context: Context) -> Iterator[dict[str, Any]]:
    if not raw:
        return
    try:
        found = [msgspec.json.decode(raw)]
    except UNREADABLE:
        lines = [decoded(line) for line in raw.splitlines() if line.strip()]
        found = [line for line in lines if isinstance(line, dict)]
        lost = len(lines) - len(found) if found else 1
        context.skip(name, "not JSON, or cut short; check that the file is complete", lost)
    for document in found:
        for item in document if isinstance(document, list) else [document]:
            if isinstance(item, dict):
                yield item
            else:
                context.skip(name, "holds something that is no answer")
