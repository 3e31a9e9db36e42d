"""Exact commands for a drift, safe to paste into a shell, from the templates in `commands.toml`.

Every value is quoted; one that a program would take for an option or a file is not used.
"""

import re
import shlex
import string
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
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
    values = names_in(drift, declared_in, _region(drift.resource))
    found: list[str] = []
    for step in steps:
        commands = [_fill(template, values) for template in _templates(drift.resource, step)]
        # Half a step would apply what nobody looked at.
        if all(commands):
            found += filter(None, commands)
    return tuple(found)


def _templates(ref: ResourceRef, step: str) -> Iterator[str]:
    """What the type has for the step, else what declares it, else its provider."""
    if step not in STEPS:
        raise KeyError(step)
    table = _table()
    own = next((steps for name, steps in table.types.items() if fnmatchcase(ref.type, name) and step in steps), {})
    for steps in (own, *(table.steps.get(name, {}) for name in (tool_of(ref), ref.provider, "any"))):
        if step in steps:
            found = steps[step]
            yield from [found] if isinstance(found, str) else found
            return


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
    return whole.format_map({name: shlex.join(_words(value)) for name, value in values.items()})


def _all_known(template: str, values: Values) -> bool:
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
    return all(_usable(values.get(name, "")) for name in names)


def _usable(value: str | tuple[str, ...]) -> bool:
    return bool(value) and not any(word.startswith(_TAKEN_OTHERWISE) for word in _words(value))


def _words(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


@cache
def _table() -> _Table:
    return msgspec.toml.decode(files("engine.recommend").joinpath("commands.toml").read_bytes(), type=_Table)


#: The names of all steps.
STEPS = frozenset(name for steps in (*_table().steps.values(), *_table().types.values()) for name in steps)
