"""The live properties that a template is silent about, and that somebody could have set.

Left out is what nobody could have changed (read-only, fixed at creation, named by the service) and what says no more
than that nobody did: nothing, switched off, the service's default.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.compare.canonical import as_document
from engine.compare.cloudformation.compare import Comparison, Pieces
from engine.compare.cloudformation.places import (
    Place,
    Places,
    are_pairs,
    is_at_rest,
    is_providers_own,
    says_nothing,
)
from engine.compare.cloudformation.policy import is_policy
from engine.model.change_path import joined

#: Services' own keys and resources.
_MANAGED = re.compile(r"(?:arn:[\w-]+:[\w-]+:[\w-]*:\w*:)?(?:alias/aws/|[\w-]*/?aws-service-role/|default[:./]).*")


class Undeclared:
    """Reads what the templates of one type are silent about."""

    def __init__(self, places: Places, pieces: Pieces | None = None) -> None:
        self._root = places.root
        self._comparison = Comparison(places, pieces)

    def values(self, declared: Mapping[str, Any], actual: Mapping[str, Any], identity: str) -> dict[str, Any]:
        """The values by path. `identity` is the resource's own id; what is named after it was named by the service."""
        return dict(self._within(self._root, "", declared, actual, identity))

    def _within(
        self, place: Place, at: str, declared: Mapping[str, Any], actual: Mapping[str, Any], identity: str
    ) -> Iterator[tuple[str, Any]]:
        for name, found in actual.items():
            if str(name).startswith("aws:"):
                continue
            below, within = place.below(str(name)), joined(at, str(name))
            wanted = declared.get(name)
            if wanted is None:
                kept = self._kept(below, found, identity)
                if not says_nothing(kept):
                    yield within, kept
            else:
                yield from self._beside(below, within, as_document(wanted), as_document(found), identity)

    def _beside(self, place: Place, at: str, wanted: Any, found: Any, identity: str) -> Iterator[tuple[str, Any]]:
        """What stands beside the declared parts of a value."""
        if isinstance(wanted, dict) and isinstance(found, dict) and not is_policy(found):
            yield from self._within(place, at, wanted, found, identity)
        elif isinstance(wanted, list) and isinstance(found, list) and not place.is_fixed:
            yield from self._items(place, at, wanted, found, identity)

    def _items(
        self, place: Place, at: str, wanted: list[Any], found: list[Any], identity: str
    ) -> Iterator[tuple[str, Any]]:
        if not all(isinstance(item, dict) for item in (*wanted, *found)):
            if place.order == "settings":
                more = [item for item in found if item not in wanted]
                if more:
                    yield at, more
            return
        names = place.names(wanted, found)
        if len(names) != 1:
            return
        own = {str(item.get(names[0])): item for item in wanted}
        is_open = place.order == "settings" or are_pairs(names, wanted, found)
        for item in found:
            name = str(item.get(names[0]))
            if name in own:
                yield from self._beside(place.item(), joined(at, name), own[name], item, identity)
            elif is_open and not is_providers_own(item) and not _is_setting_at_default(place, name, item):
                yield joined(at, name), item

    def _kept(self, place: Place, found: Any, identity: str) -> Any:
        """What of an undeclared value somebody could have set, None when it is nothing."""
        if place.is_fixed or says_nothing(found) or _is_default(place, found):
            return None
        if isinstance(found, dict):
            if is_policy(found):
                return found
            below = ((key, self._kept(place.below(str(key)), part, identity)) for key, part in found.items())
            return {key: part for key, part in below if not says_nothing(part)}
        if isinstance(found, list):
            return self._kept_items(place, found, identity)
        return None if _is_at_rest(place, found, identity) else found

    def _kept_items(self, place: Place, found: list[Any], identity: str) -> list[Any]:
        if not all(isinstance(item, dict) for item in found):
            return found
        items = self._comparison.nobodys(place, [item for item in found if not is_providers_own(item)])
        names = place.names([], items)
        if are_pairs(names, [], items):
            return [item for item in items if not _is_setting_at_default(place, str(item.get(names[0])), item)]
        inside = place.item()
        return [kept for item in items if not says_nothing(kept := self._kept(inside, item, identity))]


def _is_setting_at_default(place: Place, name: str, item: Mapping[str, Any]) -> bool:
    value = next((text for field, text in item.items() if field.endswith("Value")), None)
    if value is None or len(item) > 2:
        return len(item) < 2
    return says_nothing(value) or place.below(name).is_default(value)


def _is_default(place: Place, found: Any) -> bool:
    if found is True and "." in place.pattern and not place.has_known_default:
        # A switch within something undeclared is on by default only once somebody has added that something.
        return False
    return place.is_default(found)


def _is_at_rest(place: Place, found: Any, identity: str) -> bool:
    if not isinstance(found, str):
        return False
    if is_at_rest(found) or _MANAGED.fullmatch(found):
        return not place.fact.free
    return _is_named_after(found, identity)


def _is_named_after(text: str, identity: str) -> bool:
    """Whether a text is, or ends in, a name of the resource's own: `/aws/lambda/NAME`."""
    own = {identity, *identity.split("|"), *re.split(r"[/:|]", identity)[-2:]}
    last = re.split(r"[/:]", text)[-1]
    return any(name.casefold() in (text.casefold(), last.casefold()) for name in own if name)
