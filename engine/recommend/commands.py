"""Exact commands for a drift, safe to paste into a shell, from the templates in `commands.toml`.

Every value is quoted; one that a program would take for an option or a file is not used.
"""

import re
import shlex
import string
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, cached_property, lru_cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

from engine.model import Drift, ResourceRef
from engine.recommend.naming import Values, names_in, printable, tool_of

#: A part of a template that may be left out, with the space behind it.
_OPTIONAL = re.compile(r"\[[^\]]*\] ")

#: What programs take for something else than a name: an option, or (the AWS command line) a file to read.
_TAKEN_OTHERWISE = ("-", "file://", "fileb://")

Templates = str | list[str]


class _Global(Struct, frozen=True, forbid_unknown_fields=True):
    region: str
    types: list[str]


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    steps: dict[str, dict[str, Templates]]
    types: dict[str, dict[str, Templates]]
    everywhere: _Global = field(name="global")


def build_commands(drift: Drift, steps: Iterable[str], declared_in: str = "") -> tuple[str, ...]:
    """The commands of the named steps with this drift filled in. A step that cannot be filled in is left out.

    `declared_in` is the file or stack that declares the resource. Raises KeyError for an unknown step.
    """
    return Commands(drift, declared_in).of(steps)


class Commands:
    """The commands for one drift."""

    def __init__(self, drift: Drift, declared_in: str = "") -> None:
        self._drift = drift
        self._declared_in = declared_in

    def of(self, steps: Iterable[str]) -> tuple[str, ...]:
        """Those of the named steps, as `build_commands` gives them."""
        ref = self._drift.resource
        found: list[str] = []
        for step in steps:
            commands = [
                _fill(template, self._values) for template in _templates(ref.type, ref.provider, tool_of(ref), step)
            ]
            # Half a step would apply what nobody looked at.
            if all(commands):
                found += filter(None, commands)
        return tuple(found)

    @cached_property
    def _values(self) -> Values:
        return names_in(self._drift, self._declared_in, _region(self._drift.resource))


@lru_cache(maxsize=4096)
def _templates(type_: str, provider: str, tool: str, step: str) -> tuple[str, ...]:
    """What the type has for the step, else what declares it, else its provider."""
    if step not in STEPS:
        raise KeyError(step)
    table = _table()
    own = next((steps for name, steps in table.types.items() if fnmatchcase(type_, name) and step in steps), {})
    for steps in (own, *(table.steps.get(name, {}) for name in (tool, provider, "any"))):
        if step in steps:
            found = steps[step]
            return (found,) if isinstance(found, str) else tuple(found)
    return ()


def _region(ref: ResourceRef) -> str:
    everywhere = _table().everywhere
    if any(fnmatchcase(ref.type, pattern) for pattern in everywhere.types):
        return everywhere.region
    region = printable(ref.scope.partition("/")[2])
    return "" if region in ("global", "*") else region


def _fill(template: str, values: Values) -> str | None:
    """The template with each value quoted; None when a value is missing or looks like an option."""
    whole = _OPTIONAL.sub(lambda match: match[0][1:-2] + " " if _all_known(match[0], values) else "", template)
    if not whole or not _all_known(whole, values):
        return None
    return whole.format_map({name: shlex.join(_words(values[name])) for name in _named(whole)})


def _all_known(template: str, values: Values) -> bool:
    return all(_usable(values.get(name, "")) for name in _named(template))


@lru_cache(maxsize=1024)
def _named(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


def _usable(value: str | tuple[str, ...]) -> bool:
    return bool(value) and not any(word.startswith(_TAKEN_OTHERWISE) for word in _words(value))


def _words(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


@cache
def _table() -> _Table:
    return msgspec.toml.decode(files("engine.recommend").joinpath("commands.toml").read_bytes(), type=_Table)


#: The names of all steps.
STEPS = frozenset(name for steps in (*_table().steps.values(), *_table().types.values()) for name in steps)
