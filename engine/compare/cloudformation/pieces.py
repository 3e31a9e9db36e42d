"""Items of a resource's lists that templates declare as resources of their own: a rule of a group, a role's policy."""

from collections.abc import Mapping
from typing import Any

from engine.compare.canonical import as_items
from engine.model import Declared
from engine.providers.cloudformation import Registry


class PiecesOf:
    """The declared pieces of each resource, by the resource's type and physical id."""

    def __init__(self, declarations: list[Declared], registry: Registry) -> None:
        self._pieces: dict[tuple[str, str], dict[str, list[Mapping[str, Any]]]] = {}
        for item in declarations:
            rules = registry.supplement(item.ref.type).pieces
            parents = {rule.by for rule in rules}
            for rule in rules:
                content = {
                    name: value
                    for name, value in item.attributes.items()
                    if name not in parents and (not rule.fields or name in rule.fields)
                }
                for parent in as_items(item.attributes.get(rule.by)):
                    lists = self._pieces.setdefault((rule.of, str(parent)), {})
                    lists.setdefault(rule.into, []).append(content)

    def of(self, item: Declared) -> Mapping[str, list[Mapping[str, Any]]]:
        """The pieces of a resource, by the property that holds them."""
        return self._pieces.get((item.ref.type, item.ref.id), {})
