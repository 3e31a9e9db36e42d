"""Paths into provider answers.

    GetQueueAttributes.Attributes.VisibilityTimeout      a field of a part
    DescribeInstances.SecurityGroups[].GroupId           a field of every item, as a list
    DescribeTags.Tags[Key=Name].Value                    a field of the first item that fits, else nothing
    GetRolePolicy[PolicyName={name}].PolicyDocument      `{name}` is filled in from the declaration

The first segment is the part. A field is found whatever the case of its first letter, since AWS Config writes
`imageId` where the API writes `ImageId`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, Final


class Absence(Enum):
    """Why a path gave no value."""

    NOT_READ = "the part was not read"


#: The part was not read: nothing can be said. A field that a read part lacks is None, which says "unset".
NOT_READ: Final = Absence.NOT_READ

_SEGMENT = re.compile(r"(?P<name>[^.\[\]]*)(?:\[(?P<filter>[^\]]*)\])?(?:\.|$)")


class Path:
    """A compiled path. `part` is its first segment."""

    __slots__ = ("_below_part", "_names", "_steps", "part", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        steps = list(_steps(text))
        if not steps or steps[0][0] != "field":
            raise ValueError(f"a path starts with the name of a part: {text!r}")
        self.part = steps[0][1]
        self._steps = steps
        # Most paths are fields only; they are read a million times in a scan, so without the machinery of filters.
        plain = all(kind == "field" for kind, *_ in steps)
        self._names = tuple((name, other) for _, name, other, _ in steps) if plain else None
        self._below_part = self._names[1:] if self._names is not None else None

    def read(self, parts: Mapping[str, Any], declared: Mapping[str, Any] | None = None) -> Any:
        """The value, None when the part says nothing about it, or NOT_READ when the part is absent."""
        value = parts.get(self.part, NOT_READ)
        if value is NOT_READ:
            return value
        return self._select(value, declared, 1) if self._below_part is None else _follow(value, self._below_part)

    def within(self, value: Any, declared: Mapping[str, Any] | None = None) -> Any:
        """The value at this path below `value`; for paths relative to an item, where no part is named."""
        return self._select(value, declared, 0) if self._names is None else _follow(value, self._names)

    def _select(self, value: Any, declared: Mapping[str, Any] | None, start: int) -> Any:
        for index in range(start, len(self._steps)):
            kind, name, other, wanted = self._steps[index]
            if value is None:
                return None
            if kind == "field":
                if not isinstance(value, dict):
                    return None
                value = value[name] if name in value else value.get(other)
            elif not isinstance(value, list):
                return None
            elif kind == "each":
                items = (self._select(item, declared, index + 1) for item in value)
                return [item for item in items if item is not None]
            else:
                wanted = _fill(wanted, declared or {}) if "{" in wanted else wanted
                value = next((item for item in value if _fits(item, name, other, wanted)), None)
        return value


def value_at(value: Any, names: str) -> Any:
    """What stands below a JSON value at `one.two.three`, every name to the letter; None when that is not there."""
    for name in names.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


@lru_cache(maxsize=8192)
def compile_path(text: str) -> Path:
    """A path from its text; the same object for the same text."""
    return Path(text)


@lru_cache(maxsize=8192)
def compile_identity(template: str) -> Callable[[Mapping[str, Any]], str | None]:
    """Reads an identity, by one path or put together of several, from the parts of a resource."""
    if "{" in template:
        return lambda parts: put_together(template, lambda text: compile_path(text).read(parts))
    path = compile_path(template)

    def read(parts: Mapping[str, Any]) -> str | None:
        value = path.read(parts)
        return value if isinstance(value, str) and value else None

    return read


def first_value(paths: list[str], parts: Mapping[str, Any], declared: Mapping[str, Any] | None = None) -> Any:
    """What the first path whose part was read gives; NOT_READ when no part was."""
    for text in paths:
        value = compile_path(text).read(parts, declared)
        if value is not NOT_READ:
            return value
    return NOT_READ


def put_together(template: str, read: Callable[[str], Any]) -> str | None:
    """An identity made of several: `{zone_id}|{name}`, each read by what stands in the braces; None without the first.

    A template without braces is read as it is.
    """
    if "{" not in template:
        value = read(template)
        return value if isinstance(value, str) and value else None
    names = re.findall(r"\{([^}]+)\}", template)
    values = {name: value for name in names if isinstance(value := read(name), str | int)}
    if names[0] not in values:
        return None
    return re.sub(r"\{([^}]+)\}", lambda match: str(values.get(match[1], "")), template)


def _follow(value: Any, names: tuple[tuple[str, str], ...]) -> Any:
    for name, other in names:
        if value.__class__ is not dict:
            return None
        found = value.get(name)
        value = value.get(other) if found is None else found
    return value


def _fill(template: str, declared: Mapping[str, Any]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: str(declared.get(match[1], "")), template)


def _steps(text: str) -> Iterator[tuple[str, str, str, str]]:
    """The steps of a path: (kind, name, the name with the other first letter, the wanted value)."""
    position = 0
    while position < len(text):
        match = _SEGMENT.match(text, position)
        if match is None or match.end() == position or match.group().startswith("."):
            raise ValueError(f"not a path: {text!r}")
        position = match.end()
        name, wanted = match["name"], match["filter"]
        if name:
            yield "field", name, name[0].swapcase() + name[1:], ""
        if wanted == "":
            yield "each", "", "", ""
        elif wanted is not None:
            key, _, value = wanted.partition("=")
            yield "where", key, key[0].swapcase() + key[1:], value


def _fits(item: Any, name: str, other: str, wanted: str) -> bool:
    return isinstance(item, dict) and str(item.get(name, item.get(other))) == wanted
