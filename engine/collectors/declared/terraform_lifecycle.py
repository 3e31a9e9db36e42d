"""What code says about the life of its resources: where they were before, and what of them may move freely."""

import re
from collections.abc import Iterable

from engine.collectors.declared.hcl.document import Block
from engine.model.change_path import path_of, steps_of

_MOST_MOVES = 20
_ENTRY = re.compile(r'[^\s,\[\]]+(?:\[(?:"[^"]*"|\d+)\][^\s,\[\]]*)*')


def earlier_addresses(address: str, moves: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The addresses that an instance had before, the newest first, by the (from, to) of `moved` blocks."""
    known = [address]
    moves = list(moves)
    for current in known:
        for source, target in moves:
            rest = current.removeprefix(target)
            if current.startswith(target) and rest[:1] in ("", ".", "[") and source + rest not in known:
                known.append(source + rest)
        if len(known) > _MOST_MOVES:
            break
    return tuple(known[1:])


def ignored_paths(block: Block) -> frozenset[str]:
    """The paths of `ignore_changes` as changes spell them; `*` for all."""
    paths: set[str] = set()
    for lifecycle in block.body.of("lifecycle"):
        stated = lifecycle.body.attributes.get("ignore_changes", "")
        entries = [str(item) for item in stated[0]] if isinstance(stated, list) else _entries(stated)
        paths.update("*" if entry in ("all", "*") else _path(entry) for entry in entries)
    return frozenset(paths)


def _entries(stated: str) -> list[str]:
    text = stated.strip()
    if text.startswith("["):
        text = text[1:-1]
    return [entry.strip('"') if entry.count('"') == 2 and entry[0] == '"' else entry for entry in _ENTRY.findall(text)]


def _path(entry: str) -> str:
    return path_of(steps_of(entry))
