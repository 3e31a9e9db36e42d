"""Terraform's resources: attributes held against the provider's answers, by the tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from engine.compare.canonical import EMPTY, canonical, canonical_by_rule
from engine.compare.convert import CONVERTERS
from engine.compare.difference import changes, same
from engine.compare.estate import Estate, Live, same_scope
from engine.compare.holes import filled, has_holes
from engine.compare.identity import declared_identity
from engine.compare.paths import NOT_READ, first_value
from engine.compare.terraform.keepers import keeper_of, value_by
from engine.compare.terraform.reading import Attribute, Attributes
from engine.compare.terraform.siblings import Siblings
from engine.model import UNRESOLVED, Change, Declared
from engine.model.change_path import steps_of
from engine.providers import Knowledge, TypeRule


class Tabled:
    """The comparer of Terraform's language."""

    def __init__(self, declarations: list[Declared], knowledge: Knowledge) -> None:
        self._types = knowledge.types
        self._siblings = Siblings(declarations, knowledge)
        self._attributes = Attributes(knowledge)
        self._keepers = knowledge.keepers
        #: The live resources of a type by name, once somebody asks.
        self._named: dict[str, dict[str, list[Live]]] = {}

    def native(self, item: Declared) -> str | None:
        rule = self._types.get(item.ref.type)
        return rule.native if rule else None

    def find(self, item: Declared, estate: Estate) -> Live | None:
        rule = self._types[item.ref.type]
        live = estate.find(item, rule)
        if live is None and item.has_no_id and not rule.part_of:
            return self._called(item, rule, estate)
        return live

    def _called(self, item: Declared, rule: TypeRule, estate: Estate) -> Live | None:
        """The only live resource that is called as the code, which does not know its id, calls it."""
        name = self._name(item, rule)
        if not name or UNRESOLVED in name:
            return None
        if rule.native not in self._named:
            named = self._named[rule.native] = defaultdict(list)
            for live in estate.all:
                if live.native == rule.native:
                    named[str(first_value(rule.name, live.parts))].append(live)
        found = [live for live in self._named[rule.native][name] if same_scope(live.scope, item.ref.scope)]
        return found[0] if len(found) == 1 and not found[0].declared else None

    def _name(self, item: Declared, rule: TypeRule) -> str:
        """The declared name: the attribute of that name, what is shown where the live name is, or the tag `Name`."""
        tags = item.attributes.get("tags_all") or item.attributes.get("tags")
        shown = (
            item.attributes.get(attribute.name)
            for attribute in self._attributes.of(item.ref.type)
            if not set(attribute.rule.paths).isdisjoint(rule.name)
        )
        tagged = tags.get("Name") if isinstance(tags, Mapping) else None
        found = (value for value in (item.attributes.get("name"), *shown, tagged) if isinstance(value, str) and value)
        return next(found, "")

    def would_show(self, item: Declared, native: str, estate: Estate) -> bool:
        return estate.covers(native, item.ref.scope) and not estate.is_ambiguous(item, self._types[item.ref.type])

    def is_piece(self, item: Declared) -> bool:
        rule = self._types.get(item.ref.type)
        return bool(rule and rule.part_of)

    def parents(self, item: Declared) -> Iterable[str]:
        return (name for key in self._types[item.ref.type].join if (name := declared_identity(item.attributes, key)))

    def is_gone(self, item: Declared, live: Live) -> bool:
        rule = self._types[item.ref.type]
        if not rule.exists:
            return False
        found = first_value(rule.exists, live.parts, item.attributes)
        if found is NOT_READ:
            return False
        if rule.exists_as:
            found = CONVERTERS[rule.exists_as](found, None, item.attributes)
        return canonical(found) is EMPTY

    def changes(self, item: Declared, live: Live) -> list[Change] | None:
        rule, attributes = self._types[item.ref.type], self._attributes.of(item.ref.type)
        joined = self._siblings.join(item, rule)
        found = [
            own
            for attribute in attributes
            if attribute.name in joined.attributes and attribute.name not in joined.owned
            for change in _changes(attribute, joined.attributes, live)
            if (own := joined.own(change)) is not None
        ]
        return found if found or _is_shown(rule, attributes, live) else None

    def undeclared(self, item: Declared, live: Live) -> dict[str, Any]:
        """What is optional and computed and left to the provider; of what nobody declares at all, every attribute."""
        out = {}
        for attribute in self._attributes.of(item.ref.type):
            name, rule = attribute.name, attribute.rule
            if item.attributes.get(name) is None and (rule.unset_is_unknown or not item.attributes):
                value = attribute.live(live.parts, None, item.attributes)
                if value is not NOT_READ and canonical_by_rule(value, rule) is not EMPTY:
                    out[name] = value
        return out

    def tags(self, item: Declared, live: Live | None) -> dict[str, str]:
        value = item.attributes.get("tags_all") or item.attributes.get("tags")
        declared = {str(key): str(text) for key, text in value.items()} if isinstance(value, Mapping) else {}
        return declared | (live_tags(self._types[item.ref.type], live) if live else {})

    def keepers(self, item: Declared, live: Live, changed: Iterable[Change]) -> Mapping[str, str]:
        rules = self._keepers.get(item.ref.type, ())
        if not rules:
            return {}

        def read(path: str) -> Any:
            return self._value(item, live, path)

        return {change.path: keeper_of(change, rules, read, live.changed_at) for change in changed}

    def _value(self, item: Declared, live: Live, path: str) -> Any:
        """The value at a path, as it is live, or where no answer shows it, as it is declared."""
        name, *steps = steps_of(path)
        declared = item.attributes.get(str(name))
        found = (attribute for attribute in self._attributes.of(item.ref.type) if attribute.name == name)
        live_values = (attribute.live(live.parts, declared, item.attributes) for attribute in found)
        return value_by(next((value for value in live_values if value is not NOT_READ), declared), steps)


def live_tags(rule: TypeRule, live: Live) -> dict[str, str]:
    """A live resource's tags by its type's table."""
    value = first_value(rule.tags, live.parts)
    if value is NOT_READ:
        return {}
    return {key: str(text) for key, text in CONVERTERS["tags"](value, None, {}).items()}


def _changes(attribute: Attribute, declared: Mapping[str, Any], live: Live) -> Iterable[Change]:
    rule = attribute.rule
    wanted = attribute.declared(declared)
    if wanted is None and rule.unset_is_unknown:
        return ()
    actual = attribute.live(live.parts, wanted, declared)
    if actual is NOT_READ or wanted == actual or same(wanted, actual, rule):
        return ()
    if has_holes(wanted):
        wanted = filled(wanted, actual)
    found = changes(attribute.name, attribute.compared_part(wanted), actual, rule)
    return (Change(c.path, c.declared, c.actual, sensitive=True) for c in found) if rule.sensitive else found


def _is_shown(rule: TypeRule, attributes: tuple[Attribute, ...], live: Live) -> bool:
    """Whether the answers that were read show anything of the declaration; what they do not show is not in sync."""
    return any(attribute.is_shown_by(live.parts) for attribute in attributes) or (
        first_value(rule.exists, live.parts) is not NOT_READ
    )
