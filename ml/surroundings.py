"""What a drifted resource stands in, by the table `rules/surroundings.toml`: environment, exposure, data, reach."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain, pairwise

import msgspec
from msgspec import Struct, field

from engine.model import Difference, Environment, Surroundings
from ml.predicates import TESTS
from ml.vocabulary import types_of

#: What is longer is not a name.
_LONGEST = 400
_YES = frozenset({"true", "yes", "1", "y", "on"})


class Traits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What tells that a resource is of a certain sort; the table's head says what the fields mean."""

    types: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)

    def fits_tags(self, tags: dict[str, str]) -> bool:
        """Whether a tag says so; `tags` are as `_plain_tags` makes them."""
        return any(
            (_any_fits(self.tags, key) and _any_fits(self.values, value)) or (key in self.flags and value in _YES)
            for key, value in tags.items()
        )


class Sort(Traits, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One environment, or one class of data."""

    name: str = field(name="is")


class SurroundingsTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole table."""

    environments: list[Sort]
    exposed: Traits
    data: list[Sort]
    foundation: Traits


@cache
def load_surroundings() -> SurroundingsTable:
    """The shipped table."""
    return msgspec.toml.decode(files("ml").joinpath("rules", "surroundings.toml").read_bytes(), type=SurroundingsTable)


def surroundings_of(
    difference: Difference, table: SurroundingsTable | None = None, *, shared_by: int = 0
) -> Surroundings:
    """What the resource stands in; `shared_by` is how many drifts share its origin, itself included."""
    table = table or load_surroundings()
    tags = _plain_tags(difference.tags)
    types = types_of(difference.resource.type)
    return Surroundings(
        environment=_environment(difference, tags, table.environments),
        exposed=_is_exposed(difference, tags, types, table.exposed),
        data=next((sort.name for sort in table.data if sort.fits_tags(tags)), ""),
        foundation=_is_one_of(types, tuple(table.foundation.types)),
        dependents=difference.dependents,
        shared_by=shared_by,
    )


def _environment(difference: Difference, tags: dict[str, str], known: list[Sort]) -> Environment:
    """By scopes that were named, then tags, then the nearest name that tells."""
    ref = difference.resource
    named = (_words(text[:_LONGEST]) for text in (ref.name, ref.id, ref.scope, ref.address))
    told = chain(
        (sort for sort in known if _any_fits(sort.scopes, ref.scope)),
        (sort for sort in known if sort.fits_tags(tags)),
        (sort for words in named for sort in known if not words.isdisjoint(sort.words)),
    )
    found = next(told, None)
    return Environment(found.name) if found is not None else Environment.UNKNOWN


def _is_exposed(difference: Difference, tags: dict[str, str], types: tuple[str, ...], traits: Traits) -> bool:
    ref = difference.resource
    return (
        _is_one_of(types, tuple(traits.types))
        or traits.fits_tags(tags)
        or not _words((ref.name or ref.address)[:_LONGEST]).isdisjoint(traits.words)
        or _any_fits(traits.scopes, ref.scope)
        or any(_opens(change.path, change.declared, change.actual) for change in difference.changes)
    )


@lru_cache(maxsize=4096)
def _is_one_of(types: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    return any(_any_fits(patterns, name) for name in types)


def _opens(path: str, declared: object, actual: object) -> bool:
    """Whether the change itself lets the internet in."""
    opened = "egress" not in path.lower() and TESTS["opens_to_world"](declared, actual)
    return opened or TESTS["public_policy"](declared, actual)


def _plain_tags(tags: dict[str, str]) -> dict[str, str]:
    """`Data-Class: PII` is `dataclass: pii`; of a prefix (`example.com/env`) only the name is left."""
    return {_plain_key(key): value.lower() for key, value in tags.items()}


@lru_cache(maxsize=4096)
def _plain_key(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower().rpartition("/")[2])


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The words of a name, in small letters, and each two neighbours as one."""
    words = re.findall(r"[a-z]+|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).lower())
    return frozenset({*words, *map("".join, pairwise(words))})


def _any_fits(patterns: Iterable[str], text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
