"""Which live resource a CloudFormation resource is: its physical id against the identifiers of Cloud Control.

The physical id may be the identifier, a part of a compound one (`TABLE|INDEX`), or any other property that names the
resource: its ARN where the identifier is its name, its id where it is its ARN.
"""

import re
from collections.abc import Iterator, Mapping

from engine.compare.cloudformation.spelling import spelled_alike
from engine.compare.estate import Estate, Live
from engine.compare.paths import value_at
from engine.model import UNRESOLVED, Declared
from engine.providers.cloudformation import Registry, RegistryType

_NAME = re.compile(r"(\w*?)(?:Id|ID|Arn|ARN|Name|Url|Identifier)")


class Finder:
    """Finds live counterparts in one estate after the other."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._estate: Estate | None = None
        self._named: dict[tuple[str, str], list[Live]] = {}

    def find(self, item: Declared, estate: Estate) -> Live | None:
        """The one live resource that is the declared one, None when there is none or more than one may be it."""
        known = self._registry.type(item.ref.type)
        for key in _keys(item, known):
            live = estate.named(item.ref.type, key, item.ref.scope)
            if live is not None:
                return live
        self._index(estate)
        found = {
            id(live): live
            for key in (item.ref.id, *item.keys)
            for live in self._named.get((item.ref.type, key), ())
            if _agrees(item, live, known) and _is_in_scope(item, live, estate)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _index(self, estate: Estate) -> None:
        if self._estate is estate:
            return
        self._estate, self._named = estate, {}
        for live in estate.all:
            if live.native in self._registry:
                for name in dict.fromkeys(_names(live, self._registry.type(live.native))):
                    self._named.setdefault((live.native, name), []).append(live)


def _keys(item: Declared, known: RegistryType) -> Iterator[str]:
    yield item.ref.id
    yield from item.keys
    if len(known.id) > 1:
        values = [item.attributes.get(name, item.ref.id) for name in known.id]
        yield "|".join(str(value) for value in values)
    elif known.id and isinstance(value := item.attributes.get(known.id[0]), str) and UNRESOLVED not in value:
        yield value


def _names(live: Live, known: RegistryType) -> Iterator[str]:
    """The texts by which a live resource may be named."""
    identifier = live.parts.get("CloudControlId")
    if isinstance(identifier, str):
        yield from identifier.split("|")
    shown = live.parts.get("CloudControl")
    if isinstance(shown, Mapping):
        own = (name for name in shown if _is_own_name(name, known.type))
        for name in (*known.id, *(name for names in known.other_ids for name in names), *known.read_only, *own):
            value = value_at(shown, name)
            if isinstance(value, str) and value:
                yield value
                if value.startswith("arn:"):
                    yield from _tails(value)


def _is_own_name(name: str, native: str) -> bool:
    """Whether a property is what a resource of the type is itself called: `Id`, `GroupName` of a security group."""
    match = _NAME.fullmatch(name)
    return match is not None and match[1].casefold() in native.casefold().rpartition("::")[2]


def _tails(arn: str) -> Iterator[str]:
    """What an ARN names, in its service and last: `rule/BUS/NAME` gives `BUS/NAME`, `BUS|NAME` and `NAME`."""
    resource = arn.split(":", 5)[-1]
    yield re.split("[/:]", resource)[-1]
    below = re.split("[/:]", resource, maxsplit=1)[-1]
    yield below
    yield below.replace("/", "|")


def _agrees(item: Declared, live: Live, known: RegistryType) -> bool:
    """Whether the identifying properties that the template states are those of the live resource."""
    shown = live.parts.get("CloudControl", {})
    for name in known.id:
        wanted, found = item.attributes.get(name), value_at(shown, name)
        told = isinstance(wanted, str) and UNRESOLVED not in wanted and found is not None
        if told and not spelled_alike(name, wanted, found):
            return False
    return True


def _is_in_scope(item: Declared, live: Live, estate: Estate) -> bool:
    return any(estate.named(live.native, key, item.ref.scope) is live for key in live.keys)
