"""How the path of a change is written: `ingress[0].cidr_blocks`, `tags["a.b"]`."""

import re
from collections.abc import Iterable

#: What has to stand in quotes within a path.
_QUOTED = frozenset('.[]" ')
_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
_ESCAPED = re.compile(r"\\(.)")


def joined(path: str, key: str) -> str:
    """`tags` and `Owner` as `tags.Owner`; a key that holds dots, brackets, quotes or spaces, or nothing, in quotes."""
    if not key or not _QUOTED.isdisjoint(key):
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return f'{path}["{escaped}"]'
    return f"{path}.{key}" if path else key


def path_of(steps: Iterable[str | int]) -> str:
    """The path that leads by these names and places in lists."""
    path = ""
    for step in steps:
        path = f"{path}[{step}]" if isinstance(step, int) else joined(path, step)
    return path


def steps_of(path: str) -> list[str | int]:
    """The names and places in lists by which a path leads: what `path_of` made a path of."""
    return [
        int(number) if number else name or _ESCAPED.sub(r"\1", quoted) for quoted, number, name in _STEP.findall(path)
    ]


def leads_into(outer: str, inner: str) -> bool:
    """Whether a path is another one, or leads to something within what that one leads to."""
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def overlap(one: str, other: str) -> bool:
    """Whether two paths are the same, or one leads into the other."""
    return leads_into(one, other) or leads_into(other, one)
