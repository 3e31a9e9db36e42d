"""Which files of a folder could be read as a source, by the table in files.toml."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import translate
from functools import cache
from importlib.resources import files as resources
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec
from msgspec import Struct

from engine.discovery.proposal import Sureness
from engine.discovery.walk import Tree

#: The beginning of a file that is looked at, and how many files are opened.
_HEAD = 64 * 1024
_MOST_HEADS = 4_000


class _Files(Struct, frozen=True):
    names: tuple[str, ...]
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    not_below: tuple[str, ...] = ()


class FileKind(Struct, frozen=True):
    """A kind of source whose input is known by its files; see files.toml."""

    kind: str
    name: str
    comment: str
    sure: Sureness
    given: Literal["patterns", "folders", "files"]
    files: tuple[_Files, ...]


class _Table(Struct, frozen=True):
    skip: frozenset[str]
    kind: tuple[FileKind, ...]


@cache
def table() -> _Table:
    """The shipped table."""
    return msgspec.toml.decode((resources(__package__) / "files.toml").read_bytes(), type=_Table)


def recognised(tree: Tree) -> dict[str, list[PurePosixPath]]:
    """The files of each kind of source, in the order of the tree."""
    found: dict[str, list[PurePosixPath]] = {}
    heads = _Heads(tree.root)
    marked = _Marked(tree)
    for file in tree.files:
        for kind in table().kind:
            if any(_fits(row, file, heads, marked) for row in kind.files):
                found.setdefault(kind.kind, []).append(file)
                break
    return found


class _Marked:
    """Folders that hold a file of a certain name, and all below them."""

    def __init__(self, tree: Tree) -> None:
        self._folders: Mapping[str, set[PurePosixPath]] = {
            name: {file.parent for file in tree.files if file.name == name}
            for kind in table().kind
            for row in kind.files
            for name in row.not_below
        }

    def covers(self, file: PurePosixPath, names: tuple[str, ...]) -> bool:
        return any(not self._folders[name].isdisjoint(file.parents) for name in names)


class _Heads:
    """The beginnings of files, each read at most once and not beyond a number of files."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._left = _MOST_HEADS
        self._last: tuple[PurePosixPath, str] = (PurePosixPath(), "")

    def of(self, file: PurePosixPath) -> str:
        """The beginning as text; nothing of what cannot be read, or was too much."""
        if self._last[0] != file:
            self._last = file, self._read(file)
        return self._last[1]

    def _read(self, file: PurePosixPath) -> str:
        self._left -= 1
        if self._left < 0:
            return ""
        try:
            with (self._root / file).open("rb") as opened:
                return opened.read(_HEAD).decode(errors="replace")
        except OSError:
            return ""


def _fits(row: _Files, file: PurePosixPath, heads: _Heads, marked: _Marked) -> bool:
    if not _pattern(row.names).match(file.name) or marked.covers(file, row.not_below):
        return False
    if not row.holds:
        return True
    head = heads.of(file)
    return all(_expression(text).search(head) for text in row.holds) and not any(
        _expression(text).search(head) for text in row.lacks
    )


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, names)))


@cache
def _expression(text: str) -> re.Pattern[str]:
    return re.compile(text)


def tops(folders: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The folders that are below no other of them, in order."""
    every = set(folders)
    return sorted(folder for folder in every if every.isdisjoint(folder.parents))
