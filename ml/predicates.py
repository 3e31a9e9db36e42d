"""Named tests of what became of a value, which the severity rules ask for in `when`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from ml.openings import is_every_port, lets_in, refuses

Test = Callable[[Any, Any], bool]

_WORLD = frozenset({"0.0.0.0/0", "::/0"})
_ON = frozenset({"true", "enabled", "on", "yes", "active"})
_NOTHING = frozenset({"", "none", "disabled", "false", "null"})
#: How firewalls write "from anywhere" where an address stands.
_ANYBODY = _WORLD | {"*", "internet", "any"}
#: The fields of a firewall rule that say where traffic comes from begin so.
_SOURCE_FIELDS = ("source_address", "source_ranges", "cidr", "ip_address")
#: The groups of subjects that everybody, or everybody with a token, belongs to.
_EVERYBODY = frozenset(
    {"allusers", "allauthenticatedusers", "system:anonymous", "system:unauthenticated", "system:authenticated"}
)


def new_leaves(declared: Any, actual: Any) -> set[str]:
    """The scalars, as text, that are somewhere in the actual value and nowhere in the declared one."""
    return set(_leaves(actual)) - set(_leaves(declared))


def _opens_to_world(declared: Any, actual: Any) -> bool:
    return _lets_something_in(actual) and not _WORLD.isdisjoint(new_leaves(declared, actual))


def _opens_to_anybody(declared: Any, actual: Any) -> bool:
    return _lets_something_in(actual) and any(
        leaf.lower() in _ANYBODY for leaf in new_leaves(_sources(declared), _sources(actual))
    )


def _opens_all_ports(declared: Any, actual: Any) -> bool:
    return _opens_to_world(declared, actual) and isinstance(actual, Mapping) and is_every_port(actual)


def _opens_every_way(declared: Any, actual: Any) -> bool:
    return _has_empty_rule(actual) and not _has_empty_rule(declared)


def _lets_through(declared: Any, actual: Any) -> bool:
    return _gained(declared, actual) and not refuses(actual)


def _no_longer_lets_through(declared: Any, actual: Any) -> bool:
    return _lost(declared, actual) and not refuses(declared) and not _opens_to_anybody(declared, actual)


def _refuses(declared: Any, actual: Any) -> bool:
    return refuses(actual) and not refuses(declared)


def _no_longer_refuses(declared: Any, actual: Any) -> bool:
    return refuses(declared) and not refuses(actual)


def _lets_everybody_use_it(declared: Any, actual: Any) -> bool:
    return any(leaf.rpartition("/")[2].lower() in _EVERYBODY for leaf in new_leaves(declared, actual))


def _turned_off(declared: Any, actual: Any) -> bool:
    return _is_on(declared) and not _is_on(actual)


def _turned_on(declared: Any, actual: Any) -> bool:
    return _is_on(actual) and not _is_on(declared)


def _increased(declared: Any, actual: Any) -> bool:
    before, after = _number(declared), _number(actual)
    return after is not None and after > (before or 0)


def _decreased(declared: Any, actual: Any) -> bool:
    before, after = _number(declared), _number(actual)
    return before is not None and (after or 0) < before


def _removed(declared: Any, actual: Any) -> bool:
    return _is_nothing(actual) and not _is_nothing(declared)


def _added(declared: Any, actual: Any) -> bool:
    return _is_nothing(declared) and not _is_nothing(actual)


def _replaced(declared: Any, actual: Any) -> bool:
    return declared != actual and not _is_nothing(declared) and not _is_nothing(actual)


def _gained(declared: Any, actual: Any) -> bool:
    return bool(new_leaves(declared, actual))


def _lost(declared: Any, actual: Any) -> bool:
    return bool(new_leaves(actual, declared))


def _public_policy(declared: Any, actual: Any) -> bool:
    return any(map(_is_public, _statements(actual))) and not any(map(_is_public, _statements(declared)))


def _grants_everything(declared: Any, actual: Any) -> bool:
    return any(map(_allows_all, _statements(actual))) and not any(map(_allows_all, _statements(declared)))


def _principals_added(declared: Any, actual: Any) -> bool:
    return not _allowed(actual, "Principal") <= _allowed(declared, "Principal")


def _actions_added(declared: Any, actual: Any) -> bool:
    return not _allowed(actual, "Action") <= _allowed(declared, "Action")


TESTS: dict[str, Test] = {
    "any": lambda _declared, _actual: True,
    "opens_to_world": _opens_to_world,  # an address range of the whole internet is new
    "opens_all_ports": _opens_all_ports,  # and the new rule is for every port
    "opens_to_anybody": _opens_to_anybody,  # the same, also where it is written `*` or `Internet`
    "opens_every_way": _opens_every_way,  # a rule without any condition is new, which fits everything
    "lets_through": _lets_through,  # a firewall rule lets through what is new
    "no_longer_lets_through": _no_longer_lets_through,
    "refuses": _refuses,  # a firewall rule that refuses traffic is new
    "no_longer_refuses": _no_longer_refuses,
    "lets_everybody_use_it": _lets_everybody_use_it,  # a group that everybody is in is new
    "turned_off": _turned_off,
    "turned_on": _turned_on,
    "increased": _increased,  # a number; nothing counts as zero
    "decreased": _decreased,
    "removed": _removed,  # there was a value, and there is none any more
    "added": _added,
    "replaced": _replaced,  # there was a value, and there is another one
    "gained": _gained,  # something is in it that was not
    "lost": _lost,
    "public_policy": _public_policy,  # a policy that now lets everybody in without a condition
    "grants_everything": _grants_everything,  # a policy that now allows every action on every resource
    "principals_added": _principals_added,
    "actions_added": _actions_added,
}


def _leaves(value: Any) -> Iterator[str]:
    value = _document(value)
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    elif value is not None and value != "":
        yield str(value)


def _statements(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every allowing statement of every policy within a value."""
    value = _document(value)
    if isinstance(value, Mapping):
        if "Statement" in value:
            for statement in _as_list(value["Statement"]):
                if isinstance(statement, Mapping) and statement.get("Effect", "Allow") == "Allow":
                    yield statement
        else:
            for item in value.values():
                yield from _statements(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _statements(item)


def _is_public(statement: Mapping[str, Any]) -> bool:
    principal = statement.get("Principal")
    if isinstance(principal, Mapping):
        principal = principal.get("AWS")
    return "*" in _as_list(principal) and not statement.get("Condition")


def _allows_all(statement: Mapping[str, Any]) -> bool:
    actions = _as_list(statement.get("Action"))
    return ("*" in actions or "*:*" in actions) and "*" in _as_list(statement.get("Resource"))


def _allowed(value: Any, element: str) -> set[str]:
    return {leaf.lower() for statement in _statements(value) for leaf in _leaves(statement.get(element))}


def _is_on(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_on, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_on, value))
    return value is True or (isinstance(value, str) and value.lower() in _ON)


def _is_nothing(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_nothing, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_nothing, value))
    return value is None or value is False or (isinstance(value, str) and value.lower() in _NOTHING)


def _lets_something_in(value: Any) -> bool:
    """Whether a value is anything but rules that let nothing in."""
    return any(not isinstance(item, Mapping) or lets_in(item) for item in _as_list(value))


def _sources(value: Any) -> Any:
    """Of a firewall rule, where its traffic comes from; any other value as it is."""
    if isinstance(value, Mapping):
        return [item for name, item in value.items() if str(name).lower().startswith(_SOURCE_FIELDS)]
    return value


def _has_empty_rule(value: Any) -> bool:
    return any(isinstance(item, Mapping) and not item for item in _as_list(value))


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _document(value: Any) -> Any:
    """A JSON document behind text; any other value as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
