"""What is known about CloudFormation's types: derived from the registry's schemas, and added to by hand.

`registry.jsonl` has a line for every type (`engine.providers.derive.cloudformation` writes it); the tables beside it
add what the schemas do not say. A type is decoded when it is first asked for.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from engine.errors import ConfigError

#: The table that speaks of all types, of properties by their last name.
COMMON = "*"

#: What the order and the further live items of a list mean, see `Fact.order`.
Order = Literal["", "set", "ordered", "settings"]


class Fact(Struct, frozen=True, forbid_unknown_fields=True):
    """What is known about one property.

    of: the definition that holds the facts about what is inside it.
    order: `set` (the order means nothing), `ordered` (it means something), `settings` (a set whose further live items
        are nobody's declaration: attributes with defaults, attachments that others make too); empty when not told.
    key: the fields that tell items of the list apart.
    free: its keys are anybody's choice: names of variables, a document.
    default: what the service sets when the property is left out.
    """

    of: str = ""
    order: Order = ""
    key: list[str] = field(default_factory=list)
    free: bool = False
    default: Any = None


Facts = Mapping[str, Fact]
NO_FACT = Fact()
NO_FACTS: Facts = {}


class RegistryType(Struct, frozen=True, forbid_unknown_fields=True):
    """What the registry's schema of a type says. Paths are dotted, `*` stands for each item of a list.

    id, other_ids: the properties that make its identifier. shape: facts by definition, "" for the resource itself.
    """

    type: str
    id: list[str] = field(default_factory=list)
    other_ids: list[list[str]] = field(default_factory=list)
    read_only: list[str] = field(default_factory=list)
    write_only: list[str] = field(default_factory=list)
    create_only: list[str] = field(default_factory=list)
    deprecated: list[str] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    tags: str = ""
    shape: dict[str, dict[str, Fact]] = field(default_factory=dict)


class Piece(Struct, frozen=True, forbid_unknown_fields=True):
    """Says that resources of a type are items of another resource's list.

    of: the other type. by: the property that names the other resource, or several. into: its property that holds the
    list. fields: the properties that such an item repeats, all but `by` when not told.
    """

    of: str
    by: str
    into: str
    fields: list[str] = field(default_factory=list)


class Supplement(Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a type beyond its schema, from `*.toml`.

    lists: what the order or the extra items of a list mean, by path. keys: the fields that tell its items apart.
    defaults: what the service sets by itself, by path; a list of values where several are usual.
    moving: paths of values that the service chooses or moves, so that they are no news when nobody declares them.
    shown: values that an answer never leaves out when they are set.
    same_as: other spellings of a value, by path: `{ "*.IpProtocol" = { "6" = "tcp" } }`.
    pieces: of which other resources' lists a resource of this type is an item.
    """

    lists: dict[str, Order] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    moving: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    same_as: dict[str, dict[str, str]] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)


class Registry:
    """The types of the registry, each decoded when first asked for."""

    def __init__(self, lines: Mapping[str, bytes], supplements: Mapping[str, Supplement]) -> None:
        self._lines = lines
        self._supplements = supplements
        self._types: dict[str, RegistryType] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._lines

    def names(self) -> list[str]:
        """All types, sorted."""
        return sorted(self._lines)

    def supplemented(self) -> set[str]:
        """The types that tables speak of."""
        return set(self._supplements)

    def type(self, name: str) -> RegistryType:
        """A type's schema facts; of an unknown type, nothing is known but its name."""
        known = self._types.get(name)
        if known is None:
            line = self._lines.get(name)
            known = RegistryType(name) if line is None else msgspec.json.decode(line, type=RegistryType)
            self._types[name] = known
        return known

    def supplement(self, name: str) -> Supplement:
        """What the tables add about a type."""
        return self._supplements.get(name, _NOTHING)

    def pieces(self) -> Iterator[tuple[str, Piece]]:
        """The types whose resources are items of another resource's list, with what makes them so."""
        for name, supplement in self._supplements.items():
            for piece in supplement.pieces:
                yield name, piece


_NOTHING = Supplement()
_START = b'{"type":"'


def load_registry(extra: Path | None = None) -> Registry:
    """The shipped knowledge, and over it the tables in the folder `extra`, fact by fact.

    Raises ConfigError that names the file and the field when a table does not fit the schema.
    """
    lines, supplements = _shipped()
    if extra is not None and extra.is_dir():
        supplements = dict(supplements)
        for file in sorted(extra.glob("*.toml")):
            _lay_over(supplements, _read(file))
    return Registry(lines, supplements)


@cache
def _shipped() -> tuple[Mapping[str, bytes], Mapping[str, Supplement]]:
    folder = files("engine.providers.cloudformation")
    lines = folder.joinpath("registry.jsonl").read_bytes().splitlines()
    supplements: dict[str, Supplement] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            _lay_over(supplements, _read(file))
    return {_name(line): line for line in lines}, supplements


def _name(line: bytes) -> str:
    start = len(_START)
    return line[start : line.index(b'"', start)].decode()


def _lay_over(supplements: dict[str, Supplement], more: Mapping[str, Supplement]) -> None:
    """Adds facts to what is known; of two that speak of the same path the later counts."""
    for name, added in more.items():
        known = supplements.get(name)
        supplements[name] = added if known is None else _together(known, added)


def _together(known: Supplement, added: Supplement) -> Supplement:
    facts: dict[str, Any] = {}
    for name in Supplement.__struct_fields__:
        first, second = getattr(known, name), getattr(added, name)
        facts[name] = {**first, **second} if isinstance(first, dict) else [*first, *second]
    return Supplement(**facts)


def _read(file: Traversable | Path) -> dict[str, Supplement]:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=dict[str, Supplement])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"cloudformation/{file.name}: {error}") from error
