"""CloudFormation's functions: what a value in a template comes to in one stack.

What cannot be known is UNRESOLVED, alone or within a text. Where a secret flowed in, the path is noted.
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Protocol

import msgspec

from engine.model import UNRESOLVED
from engine.model.change_path import joined

#: Texts that functions build beyond this are no settings any more.
_MAX_TEXT = 1_000_000
_REFERENCE = re.compile(r"\{\{resolve:[^{}]*\}\}")
_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")
_ITEM = re.compile(r"(.*)\[\d+\]")
_LITERAL = re.compile(r"\$\{!([^{}]*)\}")


class Nothing(Enum):
    """What AWS::NoValue stands for: the property is not there."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING


class Names(Protocol):
    """What the names in a template stand for. A value that is not known is UNRESOLVED."""

    def reference(self, name: str) -> Any:
        """What `Ref` gives."""
        ...

    def attribute(self, name: str, attribute: str) -> Any:
        """What `Fn::GetAtt` gives."""
        ...

    def imported(self, name: str) -> Any:
        """The value that another stack exports under a name."""
        ...

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds; None when that cannot be known."""
        ...

    def mapped(self, mapping: str, key: str, name: str) -> Any:
        """What a mapping has under two keys, NOTHING when it has nothing."""
        ...

    def is_secret(self, name: str) -> bool:
        """Whether a reference gives what the template wants kept secret."""
        ...


class Resolver:
    """Resolves values. `sensitive` collects the paths at which secrets flowed in.

    Where that is within a list, it is the whole list: which of its items is live where is not known.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.sensitive: set[str] = set()

    def properties(self, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The properties of a resource, those that come to nothing left out."""
        found = self.value({key: value for key, value in properties.items() if key != "Fn::Transform"}, "")
        return found if isinstance(found, dict) else {}

    def value(self, node: Any, path: str) -> Any:
        """What stands at a path comes to. Arguments of functions are at the path of the function."""
        if isinstance(node, str):
            return self._text(node, path)
        if isinstance(node, Mapping):
            if len(node) == 1:
                name, argument = next(iter(node.items()))
                if name in _FUNCTIONS:
                    return _FUNCTIONS[name](self, argument, path)
                if name.startswith("Fn::"):
                    return UNRESOLVED
            pairs = ((key, self.value(value, joined(path, str(key)))) for key, value in node.items())
            return {key: value for key, value in pairs if value is not NOTHING}
        if isinstance(node, list):
            items: list[Any] = []
            for item in node:
                value = self.value(item, f"{path}[{len(items)}]")
                if value is not NOTHING:
                    items.append(value)
            return items
        return node

    def truth(self, node: Any) -> bool | None:
        """Whether a condition's definition holds; None when that cannot be known."""
        if isinstance(node, Mapping) and len(node) == 1:
            name, argument = next(iter(node.items()))
            if name == "Condition":
                return self.names.holds(str(argument))
            if name == "Fn::Equals" and isinstance(argument, list) and len(argument) == 2:
                return _equal(*(self.value(item, "") for item in argument))
            parts = [self.truth(part) for part in argument] if isinstance(argument, list) else []
            if name == "Fn::Not" and len(parts) == 1:
                return None if parts[0] is None else not parts[0]
            if name == "Fn::And" and parts:
                return False if False in parts else None if None in parts else True
            if name == "Fn::Or" and parts:
                return True if True in parts else None if None in parts else False
        return None

    def arguments(self, argument: Any, path: str) -> list[Any] | None:
        """The arguments of a function, resolved; None when they are no list or come to none."""
        items = argument if isinstance(argument, list) else self.value(argument, path)
        if not isinstance(items, list):
            return None
        values = (self.value(item, path) for item in items)
        return [value for value in values if value is not NOTHING]

    def name(self, name: str, path: str) -> Any:
        """What a name stands for, `Queue` or `Queue.Arn`."""
        if self.names.is_secret(name):
            self._note_secret(path)
        resource, _, attribute = name.partition(".")
        return self.names.attribute(resource, attribute) if attribute else self.names.reference(name)

    def _note_secret(self, path: str) -> None:
        in_list = _ITEM.match(path)
        self.sensitive.add(in_list[1] if in_list else path)

    def _text(self, text: str, path: str) -> str:
        """A text with its dynamic references taken out: they name secrets and settings kept elsewhere."""
        if "{{resolve:" not in text:
            return text
        without, count = _REFERENCE.subn(UNRESOLVED, text)
        if count:
            self._note_secret(path)
        return without


def as_text(value: Any) -> str:
    """A value within a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return UNRESOLVED


def is_open(value: Any) -> bool:
    """Whether a value, or a part of a text, is not known."""
    return isinstance(value, str) and UNRESOLVED in value


def _equal(left: Any, right: Any) -> bool | None:
    if left == UNRESOLVED or right == UNRESOLVED or is_open(left) or is_open(right):
        return None
    scalars = isinstance(left, str | int | float) and isinstance(right, str | int | float)
    return as_text(left) == as_text(right) if scalars else left == right


def _ref(resolver: Resolver, argument: Any, path: str) -> Any:
    return resolver.name(argument, path) if isinstance(argument, str) else UNRESOLVED


def _get_att(resolver: Resolver, argument: Any, path: str) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else resolver.arguments(argument, path)
    if not parts or len(parts) != 2 or any(is_open(part) for part in parts):
        return UNRESOLVED
    return resolver.name(f"{parts[0]}.{parts[1]}", path)


def _sub(resolver: Resolver, argument: Any, path: str) -> Any:
    text, given = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], Mapping):
        text = argument[0]
        given = {key: resolver.value(value, path) for key, value in argument[1].items()}
    if not isinstance(text, str):
        return UNRESOLVED

    def stands_for(match: re.Match[str]) -> str:
        name = match[1].strip()
        return as_text(given[name] if name in given else resolver.name(name, path))

    # References in the template's own text are taken out before others' texts come in, and again behind it.
    filled = _VARIABLE.sub(stands_for, text)
    return _bounded(resolver.value(_LITERAL.sub(r"${\1}", filled), path))


def _join(resolver: Resolver, argument: Any, path: str) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        return UNRESOLVED
    items = resolver.arguments(argument[1], path)
    if items is None:
        return UNRESOLVED
    return _bounded(resolver.value(argument[0].join(map(as_text, items)), path))


def _split(resolver: Resolver, argument: Any, path: str) -> Any:
    parts = resolver.arguments(argument, path)
    if (
        not parts
        or len(parts) != 2
        or not parts[0]
        or any(is_open(part) or not isinstance(part, str) for part in parts)
    ):
        return UNRESOLVED
    return parts[1].split(parts[0])


def _select(resolver: Resolver, argument: Any, path: str) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        return UNRESOLVED
    index, items = as_text(resolver.value(argument[0], path)), resolver.arguments(argument[1], path)
    if items is None or not index.isdecimal() or int(index) >= len(items):
        return UNRESOLVED
    return items[int(index)]


def _if(resolver: Resolver, argument: Any, path: str) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        return UNRESOLVED
    holds = resolver.names.holds(str(argument[0]))
    return UNRESOLVED if holds is None else resolver.value(argument[1 if holds else 2], path)


def _find_in_map(resolver: Resolver, argument: Any, path: str) -> Any:
    parts = resolver.arguments(argument, path)
    if not parts or len(parts) < 3:
        return UNRESOLVED
    keys = [as_text(part) for part in parts[:3]]
    if any(map(is_open, keys)):
        return UNRESOLVED
    found = resolver.names.mapped(*keys)
    if found is NOTHING and len(parts) == 4 and isinstance(parts[3], Mapping):
        return parts[3].get("DefaultValue", UNRESOLVED)
    return UNRESOLVED if found is NOTHING else resolver.value(found, path)


def _base64(resolver: Resolver, argument: Any, path: str) -> Any:
    text = resolver.value(argument, path)
    return base64.b64encode(text.encode()).decode() if isinstance(text, str) and not is_open(text) else UNRESOLVED


def _cidr(resolver: Resolver, argument: Any, path: str) -> Any:
    parts = [as_text(part) for part in resolver.arguments(argument, path) or ()]
    try:
        network = ipaddress.ip_network(parts[0], strict=False)
        count, bits = int(parts[1]), int(parts[2]) if len(parts) > 2 else 8
        subnets = network.subnets(new_prefix=network.max_prefixlen - bits)
        found = [str(subnet) for subnet, _ in zip(subnets, range(min(count, 256)), strict=False)]
    except (IndexError, ValueError):
        return UNRESOLVED
    return found if len(found) == count else UNRESOLVED


def _import_value(resolver: Resolver, argument: Any, path: str) -> Any:
    name = as_text(resolver.value(argument, path))
    return UNRESOLVED if is_open(name) else resolver.names.imported(name)


def _to_json(resolver: Resolver, argument: Any, path: str) -> Any:
    value = resolver.value(argument, path)
    return UNRESOLVED if value is NOTHING else msgspec.json.encode(value).decode()


def _length(resolver: Resolver, argument: Any, path: str) -> Any:
    items = resolver.arguments(argument, path)
    return UNRESOLVED if items is None or UNRESOLVED in items else len(items)


def _bounded(text: Any) -> Any:
    return UNRESOLVED if isinstance(text, str) and len(text) > _MAX_TEXT else text


_FUNCTIONS: dict[str, Callable[[Resolver, Any, str], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::ImportValue": _import_value,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
}
