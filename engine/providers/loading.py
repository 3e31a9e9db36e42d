"""Loads the type tables: which there are at once, what they say when one of their types is first asked for.

A scan needs a few of the tables, and reading TOML is slow. So the names of the types and what they stand for are picked
out of the text of the files, and a file is decoded when it is needed.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.errors import ConfigError
from engine.providers.cloudformation import load_registry
from engine.providers.derived import derived, laid_over
from engine.providers.keepers import FILE as KEEPERS
from engine.providers.tables import Knowledge, TypeRule

_HEADER = re.compile(r"^\[(\w+)\]\s*$", re.MULTILINE)
_NATIVE = re.compile(r'^native = "([^"]+)"', re.MULTILINE)


class Place(Struct, frozen=True):
    """Where the table of a type is: in a file by hand, or without one among those that were derived."""

    provider: str
    native: str
    file: str = ""


class Types(Mapping[str, TypeRule]):
    """The rules by declared type: the user's own, and the shipped ones, which are decoded when first asked for."""

    def __init__(self, own: Mapping[str, TypeRule]) -> None:
        self._own = own
        self._places = shipped()
        self._known: dict[str, TypeRule] = {}

    def __getitem__(self, name: str) -> TypeRule:
        rule = self._known.get(name)
        if rule is None:
            rule = self._known[name] = self._written_out(self._own.get(name) or _rule(name, self._places[name]))
        return rule

    def __contains__(self, name: object) -> bool:
        return name in self._own or name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter({**self._places, **self._own})

    def __len__(self) -> int:
        return len({**self._places, **self._own})

    def _written_out(self, rule: TypeRule) -> TypeRule:
        """A rule that is `like` another one, with everything the other says."""
        if not rule.like:
            return rule
        if rule.like not in self:
            raise ConfigError(f"a type table is like {rule.like!r}, which no table describes")
        other = self[rule.like]
        return msgspec.structs.replace(other, service=rule.service or other.service)


def load_knowledge(extra: Path | None = None) -> Knowledge:
    """The shipped tables, and over them those in the folder `extra` (same layout: PROVIDER/NAME.toml).

    Raises ConfigError that names the file and the field when a table does not fit the schema.
    """
    own: dict[str, TypeRule] = {}
    providers = {name: place.provider for name, place in shipped().items()}
    natives = {name: place.native for name, place in shipped().items()}
    if extra is not None and extra.is_dir():
        for file in sorted(extra.glob("*/*.toml")):
            if file.name not in ("reads.toml", KEEPERS) and file.parent.name not in ("cloudformation", "kubernetes"):
                tables = _decoded(file, file.parent.name)
                own |= tables
                providers |= dict.fromkeys(tables, file.parent.name)
                natives |= {name: rule.native for name, rule in tables.items()}
    types = Types(own)
    for name in own:
        types[name]  # Whoever wrote a table hears at once what is wrong with it.
    registry = load_registry(extra / "cloudformation" if extra is not None else None)
    return Knowledge(types, providers, registry, extra, natives)


@cache
def shipped() -> dict[str, Place]:
    """The shipped tables by declared type."""
    places: dict[str, Place] = {}
    for folder in sorted(files("engine.providers").iterdir(), key=lambda entry: entry.name):
        if folder.is_dir() and not folder.name.startswith(("_", ".")):
            lines = derived(folder.name)
            for file in _written(folder):
                for name, native in _headers(file):
                    places[name] = Place(folder.name, native or lines[name].native, file.name)
            for name, line in lines.items():
                places.setdefault(name, Place(folder.name, line.native))
    return places


def _written(folder: Traversable) -> list[Traversable]:
    tables = folder.joinpath("types")
    entries = sorted(tables.iterdir(), key=lambda entry: entry.name) if tables.is_dir() else []
    return [entry for entry in entries if entry.name.endswith(".toml")]


def _headers(file: Traversable) -> Iterator[tuple[str, str]]:
    """The types that a file has tables of, with what each stands for, where it says so."""
    text = file.read_text(encoding="utf-8")
    found = list(_HEADER.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        native = _NATIVE.search(text, match.end(), end)
        yield match[1], native[1] if native else ""


def _rule(name: str, place: Place) -> TypeRule:
    if place.file:
        return _shipped_file(place.provider, place.file)[name]
    return msgspec.json.decode(derived(place.provider)[name].rule, type=TypeRule)


@cache
def _shipped_file(provider: str, name: str) -> dict[str, TypeRule]:
    return _decoded(files("engine.providers").joinpath(provider, "types", name), provider)


def _decoded(file: Traversable | Path, provider: str) -> dict[str, TypeRule]:
    try:
        tables = msgspec.toml.decode(file.read_bytes(), type=dict[str, dict[str, Any]])
        return msgspec.convert(
            {name: _over(_common(provider), laid_over(provider, name, table)) for name, table in tables.items()},
            dict[str, TypeRule],
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{provider}/{file.name}: {error}") from error


@cache
def _common(provider: str) -> dict[str, Any]:
    """What every type of a provider begins with: `common.toml` of its folder, if there is one."""
    file = files("engine.providers").joinpath(provider, "common.toml")
    return msgspec.toml.decode(file.read_bytes(), type=dict[str, Any]) if file.is_file() else {}


def _over(common: dict[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """A type's table over what its provider's types have in common; attributes and hidden rules are added to those."""
    attributes = {**common.get("attributes", {}), **table.get("attributes", {})}
    hidden = [*table.get("hidden", ()), *common.get("hidden", ())]
    return {**common, **table, "attributes": attributes, "hidden": hidden}
