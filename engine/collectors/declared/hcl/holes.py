"""What cannot be known while code is evaluated: holes within texts, each with the reference it stands for.

A hole is a text between two marks, which no text that people write holds and JSON leaves as they are. The text names
an attribute that the state may know (`module.net.aws_vpc.main.id`) or is empty.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.model import UNRESOLVED

#: U+FFFF, which Unicode reserves for uses like this.
MARK = "\uffff"
#: Something of which nothing can be said.
HOLE = MARK * 2
#: Values larger than this are taken for a trap; a local that doubles another sixty times is one.
_LIMIT = 100_000


class UnsureError(Exception):
    """The value cannot be told with certainty."""


def hole(reference: str) -> str:
    """A value that only the state can tell."""
    return f"{MARK}{reference}{MARK}"


def is_hole(value: Any) -> bool:
    """Whether the whole value is one hole."""
    return isinstance(value, str) and value[:1] == MARK and value.find(MARK, 1) == len(value) - 1


def holds_hole(value: Any) -> bool:
    """Whether there is a hole anywhere in a value. Raises UnsureError when the value is too large to look."""
    return any(MARK in text for text in _texts(value, [_LIMIT]))


def export(value: Any) -> tuple[Any, tuple[str, ...]]:
    """The value with UNRESOLVED for holes, and the reference of each UNRESOLVED in it, in order."""
    if sum(1 for _ in _texts(value, [_LIMIT])) == 0:
        return value, ()
    references: list[str] = []
    return _export(value, references), tuple(references)


def _export(value: Any, references: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {_export(key, references): _export(item, references) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_export(item, references) for item in value]
    if not isinstance(value, str) or (MARK not in value and UNRESOLVED not in value):
        return value
    out = []
    for place, piece in enumerate(value.split(MARK)):
        if place % 2:
            references.append(piece)
            out.append(UNRESOLVED)
        else:
            references.extend([""] * piece.count(UNRESOLVED))
            out.append(piece)
    return "".join(out)


def _texts(value: Any, left: list[int]) -> Iterator[str]:
    left[0] -= 1
    if left[0] < 0:
        raise UnsureError
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item, left)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, left)
