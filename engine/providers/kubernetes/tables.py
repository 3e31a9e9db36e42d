"""The schema of the tables about Kubernetes objects, and loading them.

`schema.json` is derived and says what fields every built-in kind has; `fields.toml` adds what the API server does to
them, `objects.toml` what holds whatever the kind, `managers.toml` who stands behind a field manager's name.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.errors import ConfigError


class Schema(Struct, frozen=True):
    """The derived table; `engine.providers.derive.kubernetes` explains its fields."""

    kinds: dict[str, str]
    cluster: frozenset[str]
    defaults: dict[str, dict[str, Any]]
    definitions: dict[str, dict[str, str]]


class Facts(Struct, frozen=True, forbid_unknown_fields=True):
    """What the API server, and the controllers around it, do to the fields of one definition.

    defaults: what it means to leave a field out, whether the server writes that or not.
    computed: fields whose default is worked out: the name of another field of the same object, or, with a colon
        before it, of a rule in `engine.compare.kubernetes.defaults` (`:requests`).
    aliases: fields that follow another one of the same object when the manifest gives only that.
    server: fields that only the server and controllers set. allocated: fields that the server fills in when the
        manifest leaves them out, with values of its own choice (addresses, ports).
    zero_is_unset: numbers that mean "use the default" when they are zero.
    ordered: lists in which order means something; in all others it means nothing.
    whole: maps that are declared as a whole, as lists are: contents, in which one key more is a difference.
    keys: the fields by which a list's items are told apart, where the schema does not say.
    injected: items that the cluster adds to a list: patterns (`*`) that the item's fields must fit.
    sensitive: fields whose values are never shown.
    like: another definition whose facts hold here too.
    """

    defaults: dict[str, Any] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    server: frozenset[str] = frozenset()
    allocated: frozenset[str] = frozenset()
    zero_is_unset: frozenset[str] = frozenset()
    ordered: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    injected: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    like: str = ""


class Owner(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind whose objects take charge of fields of another object, which `target` (a path) names.

    actor: the user under which the fields are then written, where that is always the same.
    """

    kind: str
    target: str
    owns: list[str]
    actor: str = ""


class HiddenObject(Struct, frozen=True, forbid_unknown_fields=True):
    """Objects that are no news when nobody declares them, and why.

    Everything that is given must fit, by patterns with `*`: kinds (`apps/ReplicaSet`), names, namespaces, types (of
    Secrets), labels and annotations (`*`: that it is there). owned: that another object controls it.
    """

    reason: str
    kinds: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    namespaces: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)
    owned: bool = False


class Manager(Struct, frozen=True, forbid_unknown_fields=True):
    """Who stands behind field managers whose names fit one of the patterns.

    kind and via are words of the model (`human`, `cli`); an empty kind says nothing about who it was.
    subresource: that the field was written through. actor: the user behind it, where it is always the same.
    """

    names: list[str]
    kind: str
    via: str
    subresource: str = ""
    actor: str = ""


class _General(Struct, frozen=True, forbid_unknown_fields=True):
    """`objects.toml`: bookkeeping annotations and labels are never compared, added ones are no news when undeclared.

    moved: kinds by the group they were served from before. older: versions of the API by the later one that has the
    same fields.
    """

    bookkeeping: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    older: dict[str, str] = field(default_factory=dict)
    cluster: list[str] = field(default_factory=list)
    owners: list[Owner] = field(default_factory=list)
    hidden: list[HiddenObject] = field(default_factory=list)


class Objects(Struct, frozen=True):
    """All that is known about Kubernetes objects."""

    schema: Schema
    facts: dict[str, Facts]
    bookkeeping: tuple[str, ...]
    added: tuple[str, ...]
    moved: dict[str, str]
    older: dict[str, str]
    cluster: frozenset[str]
    owners: tuple[Owner, ...]
    hidden: tuple[HiddenObject, ...]
    managers: tuple[Manager, ...]

    def definition(self, version_kind: str) -> str | None:
        """The definition of `group/version/Kind`, or None for kinds that are not built in."""
        return self.schema.kinds.get(self.older.get(version_kind, version_kind))

    def is_cluster_wide(self, native: str) -> bool | None:
        """Whether objects of `group/Kind` have no namespace; None for kinds that are not built in."""
        if native in self.cluster:
            return True
        return False if native in _natives(self.schema) else None


def split_kind(api_version: str, kind: str) -> tuple[str, str]:
    """The native type `group/Kind` and the version of an object's apiVersion and kind."""
    group, _, version = api_version.rpartition("/")
    return f"{group}/{kind}", version


def load_objects(extra: Path | None = None) -> Objects:
    """The shipped tables, and over them `fields.toml`, `objects.toml` and `managers.toml` of the folder `extra`.

    Facts about a definition replace the shipped ones; lists are added to, the folder's own first.

    Raises ConfigError that names the file and the field when a table does not fit the schema.
    """
    shipped = _shipped()
    if extra is None or not extra.is_dir():
        return shipped
    general = _table(extra / "objects.toml", _General) or _General()
    return msgspec.structs.replace(
        shipped,
        facts={**shipped.facts, **_written_out(_table(extra / "fields.toml", dict[str, Facts]) or {}, shipped.facts)},
        bookkeeping=(*general.bookkeeping, *shipped.bookkeeping),
        added=(*general.added, *shipped.added),
        moved={**shipped.moved, **general.moved},
        older={**shipped.older, **general.older},
        cluster=shipped.cluster | frozenset(general.cluster),
        owners=(*general.owners, *shipped.owners),
        hidden=(*general.hidden, *shipped.hidden),
        managers=(*(_table(extra / "managers.toml", _Managers) or _Managers()).managers, *shipped.managers),
    )


class _Managers(Struct, frozen=True, forbid_unknown_fields=True):
    managers: list[Manager] = field(default_factory=list)


@cache
def _shipped() -> Objects:
    folder = files("engine.providers.kubernetes")
    schema = msgspec.json.decode(folder.joinpath("schema.json").read_bytes(), type=Schema)
    general = msgspec.toml.decode(folder.joinpath("objects.toml").read_bytes(), type=_General)
    facts = msgspec.toml.decode(folder.joinpath("fields.toml").read_bytes(), type=dict[str, Facts])
    managers = msgspec.toml.decode(folder.joinpath("managers.toml").read_bytes(), type=_Managers)
    return Objects(
        schema=schema,
        facts=_written_out(facts, facts),
        bookkeeping=tuple(general.bookkeeping),
        added=tuple(general.added),
        moved=general.moved,
        older=general.older,
        cluster=schema.cluster | frozenset(general.cluster),
        owners=tuple(general.owners),
        hidden=tuple(general.hidden),
        managers=tuple(managers.managers),
    )


@cache
def _kinds_of(kinds: tuple[str, ...]) -> frozenset[str]:
    return frozenset(split_kind(*key.rsplit("/", 1))[0] for key in kinds)


def _natives(schema: Schema) -> frozenset[str]:
    return _kinds_of(tuple(schema.kinds))


def _written_out(facts: dict[str, Facts], known: dict[str, Facts]) -> dict[str, Facts]:
    """Facts that are `like` others, with everything the others say."""
    return {name: _merged(fact, {**facts, **known}) if fact.like else fact for name, fact in facts.items()}


def _merged(fact: Facts, known: dict[str, Facts]) -> Facts:
    if fact.like not in known:
        raise ConfigError(f"kubernetes/fields.toml: facts are like {fact.like!r}, which no table describes")
    other = known[fact.like]
    return Facts(
        defaults={**other.defaults, **fact.defaults},
        computed={**other.computed, **fact.computed},
        aliases={**other.aliases, **fact.aliases},
        server=other.server | fact.server,
        allocated=other.allocated | fact.allocated,
        zero_is_unset=other.zero_is_unset | fact.zero_is_unset,
        ordered=other.ordered | fact.ordered,
        whole=other.whole | fact.whole,
        keys={**other.keys, **fact.keys},
        injected={**other.injected, **fact.injected},
        sensitive=other.sensitive | fact.sensitive,
    )


def _table(file: Path, kind: Any) -> Any:
    if not file.is_file():
        return None
    try:
        return msgspec.toml.decode(file.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"kubernetes/{file.name}: {error}") from error
