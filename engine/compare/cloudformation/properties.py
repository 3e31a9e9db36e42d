"""CloudFormation's resources: a template's properties held against what Cloud Control reads."""

from collections.abc import Mapping
from typing import Any

from engine.compare.cloudformation.compare import Comparison
from engine.compare.cloudformation.identity import Finder
from engine.compare.cloudformation.pieces import PiecesOf
from engine.compare.cloudformation.places import Places
from engine.compare.cloudformation.tabled import TabledProperties
from engine.compare.cloudformation.undeclared import Undeclared
from engine.compare.convert import tags as as_tags
from engine.compare.estate import Estate, Live
from engine.compare.holes import filled, has_holes
from engine.compare.language import WholeResources
from engine.model import HEARSAY, Change, Declared
from engine.providers import Knowledge

#: The part that holds what CloudFormation's own drift detection saw.
_DETECTION = "CloudFormationDrift"
#: What properties are called that say what is to be put into another: `DefinitionSubstitutions`.
_SUBSTITUTIONS = "Substitutions"


class Properties(WholeResources):
    """The comparer of CloudFormation's language.

    A rule of a group that is declared on its own is a resource of its own here, with its own live record.
    """

    def __init__(self, declarations: list[Declared], knowledge: Knowledge) -> None:
        self._registry = knowledge.registry
        self._finder = Finder(self._registry)
        self._pieces = PiecesOf(declarations, self._registry)
        self._tabled = TabledProperties(knowledge)
        self._places: dict[str, Places] = {}

    def native(self, item: Declared) -> str | None:
        return item.ref.type if item.ref.type in self._registry else None

    def find(self, item: Declared, estate: Estate) -> Live | None:
        live = self._finder.find(item, estate)
        native, scope = item.ref.type, item.ref.scope
        if live is None and not estate.covers(native, scope):
            return estate.named(f"{HEARSAY}{native}", item.ref.id, scope)
        return live

    def would_show(self, item: Declared, native: str, estate: Estate) -> bool:
        return estate.covers(native, item.ref.scope)

    def is_gone(self, item: Declared, live: Live) -> bool:
        return bool(live.parts.get(_DETECTION, {}).get("Status") == "DELETED")

    def changes(self, item: Declared, live: Live) -> list[Change] | None:
        declared, shown = item.attributes, live.parts.get("CloudControl")
        if shown is None and (detected := live.parts.get(_DETECTION)):
            shown = detected.get("Actual")
            declared = {name: value for name, value in declared.items() if name in detected["Expected"]}
        places = self._places_of(item)
        if not isinstance(shown, Mapping):
            return self._tabled.changes(item.ref.type, declared, live.parts, places.unreadable)
        if not places.is_told(declared, shown):
            return None
        differing = {
            name: value
            for name, value in declared.items()
            if value != shown.get(name) and (name not in places.unreadable or name.endswith(_SUBSTITUTIONS))
        }
        comparison = Comparison(places, self._pieces.of(item))
        changes = list(comparison.changes(differing, shown))
        # What is left open matters only where something differs.
        if changes and (known := _known(differing, shown)) is not differing:
            changes = list(comparison.changes(known, shown))
        return changes

    def undeclared(self, item: Declared, live: Live) -> dict[str, Any]:
        shown = live.parts.get("CloudControl")
        if not isinstance(shown, Mapping):
            return {}
        undeclared = Undeclared(self._places_of(item), self._pieces.of(item))
        return undeclared.values(_known(item.attributes, shown), shown, item.ref.id)

    def tags(self, item: Declared, live: Live | None) -> dict[str, str]:
        name = self._places_of(item).tags
        sides = [item.attributes.get(name), _shown(live).get(name)]
        return {
            key: str(text)
            for side in sides
            if isinstance(side, Mapping | list)
            for key, text in as_tags(side, None, {}).items()
        }

    def _places_of(self, item: Declared) -> Places:
        known = self._places.get(item.ref.type)
        if known is None:
            known = self._places[item.ref.type] = Places(item.ref.type, self._registry)
        return known


def _known(declared: Mapping[str, Any], shown: Mapping[str, Any]) -> Mapping[str, Any]:
    """The declared properties, put in what is to be, and what nobody could resolve taken from the live ones."""
    declared = _substituted(declared)
    return filled(declared, shown) if has_holes(declared) else declared


def _substituted(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """The declared properties with the values of `DefinitionSubstitutions` put into `DefinitionString`."""
    for name in declared:
        stem, ends, _ = name.partition(_SUBSTITUTIONS)
        given = declared[name] if ends else None
        if isinstance(given, Mapping):
            declared = {
                other: _put_in(text, given) if isinstance(text, str) and other.startswith(stem) else text
                for other, text in declared.items()
            }
    return declared


def _put_in(text: str, given: Mapping[str, Any]) -> str:
    for name, value in given.items():
        text = text.replace(f"${{{name}}}", str(value))
    return text


def _shown(live: Live | None) -> Mapping[str, Any]:
    shown = live.parts.get("CloudControl") if live is not None else None
    return shown if isinstance(shown, Mapping) else {}
