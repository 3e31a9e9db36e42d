"""Reading a live resource's attributes in the declaring tool's words.

The tables' rules are made ready once per type: paths compiled, conversions looked up, the fields of blocks nested.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from engine.compare.canonical import as_items, rule_of
from engine.compare.convert import CONVERTERS, FREE_MAPS
from engine.compare.paths import NOT_READ, compile_path
from engine.providers import AttributeRule, Knowledge

#: Attributes that a fuller one stands for: Terraform's `tags` lack the provider block's default tags, Google's `labels`
#: those and what others had labelled before.
FULLER = {
    "tags": "tags_all",
    "labels": "effective_labels",
    "resource_labels": "effective_labels",
    "annotations": "effective_annotations",
}


class Attribute:
    """One attribute of a type: its rule, and how it is read from a live resource and from a declaration."""

    __slots__ = ("_convert", "_fields", "_fuller", "_is_shaped", "_paths", "name", "rule")

    def __init__(self, name: str, rule: AttributeRule) -> None:
        self.name = name
        chosen = rule.convert in FREE_MAPS and rule.compare == "auto"
        self.rule = structs.replace(rule, compare="exact") if chosen else rule
        self._fuller = FULLER.get(name)
        self._paths = tuple(compile_path(text) for text in rule.paths if text)
        self._convert = CONVERTERS[rule.convert] if rule.convert else None
        fields = rule.block
        self._fields = None if fields is None else tuple(Attribute(key, rule_of(sub)) for key, sub in fields.items())
        self._is_shaped = self._convert is not None or self._fields is not None

    def declared(self, attributes: Mapping[str, Any]) -> Any:
        """The declared value: that of the fuller attribute where there is one."""
        if self._fuller is not None:
            value = attributes.get(self._fuller)
            if value:
                return value
        return attributes[self.name]

    def live(self, parts: Mapping[str, Any], declared: Any, attributes: Mapping[str, Any]) -> Any:
        """The live value in the declaring tool's shape; NOT_READ when no answer that would show it was read."""
        for path in self._paths:
            value = path.read(parts, attributes)
            if value is not NOT_READ:
                return self._shaped(value, declared, attributes) if self._is_shaped else value
        return NOT_READ

    def is_shown_by(self, parts: Mapping[str, Any]) -> bool:
        """Whether an answer that would show the attribute was read."""
        return any(path.part in parts for path in self._paths)

    def compared_part(self, declared: Any) -> Any:
        """A declared block's items limited to the fields that have rules; what has none is not compared."""
        fields = self.rule.block
        if fields is None:
            return declared
        return [
            {name: value for name, value in item.items() if name in fields} if isinstance(item, Mapping) else item
            for item in as_items(declared)
        ]

    def _shaped(self, value: Any, declared: Any, attributes: Mapping[str, Any]) -> Any:
        if self._convert is not None:
            value = self._convert(value, declared, attributes)
        if self._fields is None:
            return value
        # Each field as the first of the declared blocks has it: code leaves out what it does not say.
        blocks = [item for item in as_items(declared) if isinstance(item, Mapping)]
        twin: Mapping[str, Any] = blocks[0] if blocks else {}
        for block in blocks[1:]:
            if block.keys() - twin.keys():
                twin = {**block, **twin}
        return [self._block(item, twin, attributes) for item in as_items(value)]

    def _block(self, item: Any, twin: Mapping[str, Any], attributes: Mapping[str, Any]) -> Any:
        if not isinstance(item, dict):
            return item
        # A field that the declared blocks lack altogether is one that their provider's version does not know.
        return {
            field.name: field.field(item, twin.get(field.name), attributes)
            for field in self._fields or ()
            if not twin or field.name in twin
        }

    def field(self, item: Mapping[str, Any], declared: Any, attributes: Mapping[str, Any]) -> Any:
        """The live value of a block's field, read relative to the block's item."""
        value = None
        for path in self._paths:
            value = path.within(item, attributes)
            if value is not None:
                break
        return self._shaped(value, declared, attributes) if self._is_shaped else value


class Attributes:
    """The compared attributes of every type, made ready when a type is first asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._ready: dict[str, tuple[Attribute, ...]] = {}

    def of(self, declared_type: str) -> tuple[Attribute, ...]:
        """The attributes of a type that has a table."""
        ready = self._ready.get(declared_type)
        if ready is None:
            rules = self._knowledge.attribute_rules(declared_type)
            ready = tuple(Attribute(name, rule) for name, rule in rules)
            self._ready[declared_type] = ready
        return ready
