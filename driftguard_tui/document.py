"""Documents as lines, and two of them as the lines that differ with a little of what does not."""

import difflib
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import msgspec

#: Lines alike that are shown on each side of a difference.
_CONTEXT = 2


def opened(value: Any) -> Any:
    """The value; of a text that holds a JSON object or list, that."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value


def hunks(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a sign (`-` before, `+` after, a space for both, `⋯` for lines left out) and a line.

    A comma at the end of a line, which only says that more follows, makes no difference. Nothing differs, nothing
    comes.
    """
    groups = [(same, list(lines)) for same, lines in groupby(_aligned(before, after), lambda line: line[0] == " ")]
    if all(same for same, _ in groups):
        return
    for index, (same, lines) in enumerate(groups):
        if not same:
            yield from lines
            continue
        head = [] if index == 0 else lines[:_CONTEXT]
        tail = [] if index == len(groups) - 1 else lines[len(head) :][-_CONTEXT:]
        left_out = len(lines) - len(head) - len(tail)
        if left_out == 1:
            head, tail, left_out = lines, [], 0
        yield from head
        if left_out:
            yield "⋯", f"{left_out} lines alike"
        yield from tail


def _aligned(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    """(difflib's own ndiff looks inside lines, and takes minutes on long ones.)"""
    old, new = ([line.removesuffix(",") for line in lines] for lines in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, end in matcher.get_opcodes():
        if tag == "equal":
            yield from ((" ", line) for line in after[k:end])
        else:
            yield from (("-", line) for line in before[i:j])
            yield from (("+", line) for line in after[k:end])
