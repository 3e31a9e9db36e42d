"""CloudFormation's resources: a template's properties held against what Cloud Control reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.compare.estate import Estate, Live
from engine.compare.holes import filled, has_holes
from engine.compare.properties_compare import Comparison
from engine.model import Change, Declared
from engine.providers import Knowledge


class Properties:
    """The comparer of CloudFormation's language."""

    def __init__(self, declarations: list[Declared], knowledge: Knowledge) -> None:
        self._registry = knowledge.registry
        self._comparisons: dict[str, Comparison] = {}

    def native(self, item: Declared) -> str | None:
        return item.ref.type if item.ref.type in self._registry else None

    def find(self, item: Declared, estate: Estate) -> Live | None:
        return estate.named(item.ref.type, item.ref.id, item.ref.scope)

    def is_piece(self, item: Declared) -> bool:
        return False

    def parents(self, item: Declared) -> Iterable[str]:
        return ()

    def is_gone(self, item: Declared, live: Live) -> bool:
        return False

    def changes(self, item: Declared, live: Live) -> list[Change] | None:
        shown = live.parts.get("CloudControl")
        if shown is None:
            return None
        declared = filled(item.attributes, shown) if has_holes(item.attributes) else item.attributes
        return list(self._comparison(item.ref.type).changes(declared, shown))

    def undeclared(self, item: Declared, live: Live) -> dict[str, Any]:
        return {}

    def tags(self, item: Declared, live: Live | None) -> dict[str, str]:
        return {}

    def _comparison(self, native: str) -> Comparison:
        known = self._comparisons.get(native)
        if known is None:
            known = self._comparisons[native] = Comparison(native, self._registry)
        return known
