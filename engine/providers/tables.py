"""The schema of the type tables, and what they say together; `loading` reads them.

A table says, for one declared type, how its live counterpart is found and what each attribute corresponds to in
the provider's answers. An attribute without a rule is not compared: computed and write-only values need no rule.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from engine.providers.cloudformation import Registry, load_registry
from engine.providers.keepers import Keepers, load_keepers

#: How two values of an attribute are held against each other; see `engine.compare.canonical`.
Comparison = Literal["auto", "ordered", "policy", "caseless", "exact", "duration"]


class AttributeRule(Struct, frozen=True, forbid_unknown_fields=True):
    """How one declared attribute is read from the provider's answers and compared.

    path: where the live value is, `PART.field.field`, or several of which the first whose PART was read counts.
    compare: `auto` (lists are sets, scalars are loose, JSON text is a document), `ordered` (order means
        something), `policy` (an IAM policy document), `caseless`, `exact` (text, to the letter).
    convert: a named conversion of the live value (`engine.compare.convert`), for shapes that fields cannot say.
    block: for nested blocks, the rules of their attributes, read relative to each item that `path` gives.
    key: the fields that pair items of a list of blocks, when they differ otherwise.
    default: a value that means the same as leaving the attribute out.
    sensitive: values are compared but never shown.
    unset_is_unknown: nothing in the declaration (null, empty, zero) leaves the value to the provider (optional and
        computed). absent_is_unknown: an answer that was read and lacks the field says nothing, and neither does a
        declaration that lacks a block.
    """

    path: str | list[str] = ""
    compare: Comparison = "auto"
    convert: str | None = None
    block: "dict[str, str | list[str] | AttributeRule] | None" = None
    key: list[str] = field(default_factory=list)
    default: Any | UnsetType = UNSET
    sensitive: bool = False
    unset_is_unknown: bool = False
    absent_is_unknown: bool = False

    @property
    def paths(self) -> list[str]:
        """`path` as a list."""
        return [self.path] if isinstance(self.path, str) else self.path


class ChildRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A type that declares a piece of this one on its own (a rule of a security group, a bucket's versioning).

    by: the child's attribute that names the parent. owns: attributes of the parent that are compared on the
    child instead. into: a list attribute of the parent that the child's `value` belongs to as well, so that a
    declared piece is not taken for a stray one. value: an attribute of the child, or fields of an item and the
    child's attributes they come from (a text in quotes `'...'` is taken as it is; `[name]` puts the value in a list).
    where: child attributes that must have these values.
    """

    type: str
    by: str
    owns: list[str] = field(default_factory=list)
    into: str = ""
    value: str | dict[str, str] = ""
    where: dict[str, str] = field(default_factory=dict)


class HiddenRule(Struct, frozen=True, forbid_unknown_fields=True):
    """Live resources that are not reported as unmanaged, and why: what the provider makes by itself.

    `path` must be `equals` one of the values, start with one of `starts` or have one of `contains` in it; with none of
    them, being set is enough.
    """

    path: str
    reason: str
    equals: list[str] = field(default_factory=list)
    starts: list[str] = field(default_factory=list)
    contains: list[str] = field(default_factory=list)


class TypeRule(Struct, frozen=True, forbid_unknown_fields=True):
    """One declared type.

    native: the provider's name of the type, as CloudFormation and Cloud Control write it, and AWS Config unless
    config_type says how it calls it.
    service: what people call it in a sentence ("security group").
    id: the paths of the provider's own id, first found. keys: paths of every identity a declaration may use.
    join: the declared attributes that hold an identity, most exact first.
    name, tags: paths. config: the operation whose answer AWS Config's `configuration` looks like, so that the
    paths of that operation serve it too. config_names: its fields that differ from the operation's by more than
    the case of the first letter. config_optional: supplementary parts that AWS Config leaves out when unset.
    part_of: the type that this one is a piece of; then it is never unmanaged, and `exists` (a path) tells
    whether the piece is there. Paths may hold `{attribute}`, filled in from the declaration.
    exists_as: a named conversion of what `exists` gives (`engine.compare.convert`), for pieces without an id.
    unmanaged: whether live resources without a declaration are reported.
    derived: the script that derives tables (`derive/`) fills in attributes that have no rule here.
    like: another type whose rule this one shares, for types that declare the same thing under another name.
    compare: how the attributes compare whose own rules leave it at `auto`.
    absent_is_unknown: of none of the attributes does the lack of a field say that it is unset.
    when: of several types that declare the same native type, this one names the live resources that have one of the
    values (whatever their case) at each of these paths.
    """

    native: str
    service: str = ""
    id: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    join: list[str] = field(default_factory=lambda: ["arn", "id", "name"])
    name: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    config: str = ""
    config_type: str = ""
    config_names: dict[str, str] = field(default_factory=dict)
    config_optional: list[str] = field(default_factory=list)
    part_of: str = ""
    exists: list[str] = field(default_factory=list)
    exists_as: str = ""
    unmanaged: bool = True
    like: str = ""
    compare: Comparison = "auto"
    absent_is_unknown: bool = False
    when: dict[str, list[str]] = field(default_factory=dict)
    is_global: bool = False
    derived: bool = False
    children: list[ChildRule] = field(default_factory=list)
    hidden: list[HiddenRule] = field(default_factory=list)
    attributes: dict[str, str | list[str] | AttributeRule] = field(default_factory=dict)

    def rule(self, attribute: str) -> AttributeRule | None:
        """The rule of an attribute, or None when it is not compared."""
        rule = self.attributes.get(attribute)
        return rule if rule is None or isinstance(rule, AttributeRule) else AttributeRule(path=rule)


class Knowledge:
    """All tables together. `types` maps a declared type to its rule and its provider.

    `registry` holds CloudFormation's own types, which are compared by their schemas. `extra` is the folder of the
    user's own tables, for what is read from there when it is first needed.
    """

    def __init__(
        self,
        types: Mapping[str, TypeRule],
        providers: Mapping[str, str],
        registry: Registry | None = None,
        extra: Path | None = None,
        natives: Mapping[str, str] | None = None,
    ) -> None:
        """`natives` tells the native type of each declared one, where asking the rules for it would be slow."""
        self.registry = registry or load_registry()
        self.extra = extra
        self.types = types
        self.providers = providers
        self.by_native: dict[str, list[str]] = {}
        for name, native in (natives or {name: rule.native for name, rule in types.items()}).items():
            self.by_native.setdefault(native, []).append(name)
        self._owners: dict[str, list[str]] = {}
        self._attribute_rules: dict[str, tuple[tuple[str, AttributeRule], ...]] = {}

    @cached_property
    def keepers(self) -> Keepers:
        """Who else moves attributes of declared types. Raises ConfigError when a table of the user's is wrong."""
        return load_keepers(self.extra)

    @cached_property
    def config_types(self) -> dict[str, str]:
        """The native types that AWS Config calls otherwise, by its names for them."""
        return {rule.config_type: rule.native for rule in self.rules("aws") if rule.config_type}

    def rules(self, provider: str) -> Iterator[TypeRule]:
        """The rules of all types of a provider."""
        return (self.types[name] for name, known in self.providers.items() if known == provider)

    def provider_of(self, native: str) -> str | None:
        """The provider of a native type, when there is a table of it."""
        names = self.by_native.get(native)
        return self.providers[names[0]] if names else None

    def attribute_rules(self, declared_type: str) -> tuple[tuple[str, AttributeRule], ...]:
        """The attributes of a type that are compared, each with its rule written out."""
        known = self._attribute_rules.get(declared_type)
        if known is None:
            rule = self.types[declared_type]
            known = tuple((name, _spelled_out(sub, rule)) for name, sub in rule.attributes.items())
            self._attribute_rules[declared_type] = known
        return known

    def owner_of(self, native: str) -> str | None:
        """The declared type that stands for a native type (not one that declares a piece of it)."""
        return next(iter(self.owners_of(native)), None)

    def owners_of(self, native: str) -> list[str]:
        """All declared types that stand for a native type."""
        owners = self._owners.get(native)
        if owners is None:
            names = self.by_native.get(native, ())
            owners = self._owners[native] = [name for name in names if not self.types[name].part_of]
        return owners


def _spelled_out(rule: str | list[str] | AttributeRule, of: TypeRule) -> AttributeRule:
    """A rule as a struct down to the last field of its blocks, where the table may just name a path.

    What the type says of all its attributes is written into each.
    """
    if not isinstance(rule, AttributeRule):
        return AttributeRule(path=rule, compare=of.compare, absent_is_unknown=of.absent_is_unknown)
    return msgspec.structs.replace(
        rule,
        block=None if rule.block is None else {name: _spelled_out(sub, of) for name, sub in rule.block.items()},
        compare=of.compare if rule.compare == "auto" else rule.compare,
        absent_is_unknown=of.absent_is_unknown or rule.absent_is_unknown,
    )
