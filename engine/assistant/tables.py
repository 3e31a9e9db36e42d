"""The assistant's tables: what its tools may return, and the words of questions."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

_FOLDER = Path(__file__).parent


class ToolTable(Struct, frozen=True, forbid_unknown_fields=True):
    """What a tool is for and what it returns at most; `parameters` says what each of them means."""

    about: str
    rows: int
    bytes: int
    parameters: dict[str, str] = {}


def read(name: str, kind: Any) -> Any:
    """A table of this folder, as the kind."""
    return msgspec.toml.decode((_FOLDER / name).read_bytes(), type=kind)


@cache
def tools() -> Mapping[str, ToolTable]:
    """The tools by their names."""
    table: Mapping[str, ToolTable] = read("tools.toml", dict[str, ToolTable])
    return table


@cache
def other_words() -> Mapping[str, tuple[str, ...]]:
    """What people say, and what the things are called that they mean."""
    table: Mapping[str, tuple[str, ...]] = read("things.toml", dict[str, tuple[str, ...]])
    return table
