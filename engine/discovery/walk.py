"""A look over a folder that ends: links are not followed, and depth, number and time are bounded."""

import os
import time
from collections import deque
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

_DEPTH = 8
_ENTRIES = 60_000
_SECONDS = 4.0
#: Hidden things that tell something of the folder they are in.
_TELLING = frozenset({".git", ".terraform"})
_BARE = frozenset({"HEAD", "objects", "refs"})


class Tree(Struct, frozen=True):
    """What a folder holds, by paths relative to it, those nearest to it first.

    `repositories` and `initialised` (by `terraform init`) are folders. `stopped` says why not all was looked at.
    """

    root: Path
    files: tuple[PurePosixPath, ...]
    repositories: tuple[PurePosixPath, ...]
    initialised: tuple[PurePosixPath, ...]
    stopped: str = ""


def walk(root: Path, skip: Collection[str], *, entries: int = _ENTRIES, seconds: float = _SECONDS) -> Tree:
    """Looks over a folder, without the folders of these names and hidden ones."""
    files: list[PurePosixPath] = []
    repositories: list[PurePosixPath] = []
    initialised: list[PurePosixPath] = []
    ends_at = time.monotonic() + seconds
    ahead = deque([PurePosixPath()])
    stopped = ""
    while ahead:
        folder = ahead.popleft()
        found = list(_entries(root / folder, entries))
        entries -= len(found)
        if entries <= 0 or time.monotonic() > ends_at:
            stopped = f"stopped at {folder.as_posix()}: there is more here than is looked through"
            break
        names = {entry.name for entry in found}
        if ".git" in names or names >= _BARE:
            repositories.append(folder)
        if ".terraform" in names:
            initialised.append(folder)
        if names >= _BARE:
            continue
        for entry in found:
            if entry.name.startswith("."):
                continue
            if _is_folder(entry):
                if entry.name not in skip and len(folder.parts) < _DEPTH:
                    ahead.append(folder / entry.name)
            elif _is_file(entry):
                files.append(folder / entry.name)
    return Tree(root, tuple(files), tuple(repositories), tuple(initialised), stopped)


def _entries(folder: Path, limit: int) -> Iterator[os.DirEntry[str]]:
    """The entries of a folder in order; of one that may not be read, none."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry, _ in zip(entries, range(limit + 1), strict=False)]
    except OSError:
        return
    yield from sorted(
        (entry for entry in found if not entry.name.startswith(".") or entry.name in _TELLING),
        key=lambda entry: entry.name,
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False
