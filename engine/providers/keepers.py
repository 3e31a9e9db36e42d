"""Who else moves what is declared: the provider's own software, where a resource is set up so (`keepers.toml`)."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, field

from engine.errors import ConfigError

FILE = "keepers.toml"


class KeeperRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Software that moves some attributes of some types by itself.

    types: declared types. of: the paths of what it moves. by: the name under which it works. moves: `up` where a number
    grows, `minor` where a version becomes a later one of the same release line, else anything. when: attributes with
    the values that they must have, in lower case; with none of them, being set is enough. window: the attribute that
    says when in the week it may (`tue:03:00-tue:04:00`, in UTC), empty where it may at any time.
    """

    types: list[str]
    of: list[str]
    by: str
    moves: Literal["any", "up", "minor"] = "any"
    when: dict[str, list[str]] = field(default_factory=dict)
    window: str = ""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    keeper: list[KeeperRule]


Keepers = Mapping[str, tuple[KeeperRule, ...]]


def load_keepers(extra: Path | None = None) -> Keepers:
    """The shipped rules by declared type, and with them those in the folder `extra` (`PROVIDER/keepers.toml`).

    Raises ConfigError that names the file and the field when a table does not fit the schema.
    """
    if extra is None:
        return _shipped()
    own = [rule for file in sorted(extra.glob(f"*/{FILE}")) for rule in _decoded(file, file.parent.name)]
    return _by_type([*own, *(rule for rules in _shipped().values() for rule in rules)]) if own else _shipped()


@cache
def _shipped() -> Keepers:
    folders = sorted(
        (entry for entry in files("engine.providers").iterdir() if entry.is_dir()), key=lambda each: each.name
    )
    tables = {folder.name: table for folder in folders if (table := folder.joinpath(FILE)).is_file()}
    return _by_type([rule for provider, table in tables.items() for rule in _decoded(table, provider)])


def _by_type(rules: list[KeeperRule]) -> Keepers:
    found: dict[str, list[KeeperRule]] = defaultdict(list)
    for rule in rules:
        for name in rule.types:
            if rule not in found[name]:
                found[name].append(rule)
    return {name: tuple(known) for name, known in found.items()}


def _decoded(file: Traversable | Path, provider: str) -> list[KeeperRule]:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=_Table).keeper
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{provider}/{file.name}: {error}") from error
