"""What a request that is in a provider's shape gives to the place of a change, and whether that is what is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from engine.compare.canonical import as_items, rule_of
from engine.compare.convert import CONVERTERS
from engine.compare.difference import same
from engine.compare.paths import NOT_READ, compile_path
from engine.correlate.operations.said import Said
from engine.correlate.values import words_of
from engine.model import SENSITIVE, Change
from engine.providers import AttributeRule

Steps = Sequence[str | int]


class Written(Struct, frozen=True):
    """A value that a request gives to a place.

    item: it is one of the list that the place is in. vague: what was written is there, and cannot be told.
    """

    value: Any
    item: bool = False
    vague: bool = False
    rule: AttributeRule = AttributeRule()


class Reader:
    """Reads what requests give to the place of one change.

    names: attributes of the declaration that the table's paths and conversions ask for, as far as they are known.
    """

    def __init__(self, change: Change, steps: Steps, names: Mapping[str, Any]) -> None:
        self._steps = steps
        self._names = names
        #: Conversions look at what is declared; its kind is what matters to them.
        self._declared = change.declared if change.declared is not None else change.actual

    def written(self, rule: AttributeRule, parts: Mapping[str, Any]) -> list[Written]:
        """What a request gives to the place below an attribute; nothing when it leaves it alone."""
        for path in rule.paths:
            value = compile_path(path).read(parts, self._names) if path else None
            if value is not None and value is not NOT_READ:
                return list(self._below(rule, value, self._steps))
        return []

    def _below(self, rule: AttributeRule, value: Any, steps: Steps) -> Iterator[Written]:
        converted = self._converted(rule, value, last=not steps)
        if converted is None:
            yield Written(None, vague=True)
        elif rule.block is None:
            yield from _plain(rule, converted, steps)
        else:
            yield from self._in_blocks(rule, as_items(converted), steps)

    def _in_blocks(self, rule: AttributeRule, items: list[Any], steps: Steps) -> Iterator[Written]:
        rest = steps[1:] if steps and isinstance(steps[0], int) else steps
        if not rest:
            yield from self._whole(rule, items, is_item=bool(steps))
            return
        field = (rule.block or {}).get(str(rest[0]))
        for item in items if field is not None else ():
            inner = rule_of(field) if field is not None else rule
            found = self._read(inner, item)
            if found is not None:
                yield from self._below(inner, found, rest[1:])
            elif item == {}:  # what is nothing is left out when a request is logged
                yield Written(None)
            elif not isinstance(item, Mapping | list):  # a block of one field, written as that
                yield Written(item)

    def _whole(self, rule: AttributeRule, items: list[Any], *, is_item: bool) -> Iterator[Written]:
        shaped = [self._shaped(rule, item) for item in items]
        if is_item:
            yield from (Written(item, item=True) for item in shaped or [None])
        else:
            yield Written(shaped, rule=rule)

    def _shaped(self, rule: AttributeRule, item: Any) -> Any:
        """An item of a list of blocks with the declaring tool's names, as far as it says something."""
        if not isinstance(item, Mapping) or rule.block is None:
            return item
        shaped = {}
        for name, sub in rule.block.items():
            inner = rule_of(sub)
            value = self._read(inner, item)
            if value is not None:
                value = self._converted(inner, value, last=False)
                shaped[name] = [self._shaped(inner, one) for one in as_items(value)] if inner.block else value
        return shaped

    def _read(self, rule: AttributeRule, item: Any) -> Any:
        found = (compile_path(path).within(item, self._names) for path in rule.paths if path)
        return next((value for value in found if value is not None), None)

    def _converted(self, rule: AttributeRule, value: Any, *, last: bool) -> Any:
        if isinstance(value, list) and value and all(_is_pair(item) for item in value) and rule.block is None:
            value = {item["key"]: item["value"] for item in value}
        if rule.convert is None:
            return value
        try:
            return CONVERTERS[rule.convert](value, self._declared if last else [{}], self._names)
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            return value  # conversions are made for answers, and a request may hold anything


def judged(found: Sequence[Written], change: Change, piece: bool) -> Said:
    """What it says about a change that these values were given to its place.

    piece: the request is about one of several, so that what it does not name stays as it was.
    """
    found = [one for one in found if one.value is not None or one.vague] if piece else found
    if not found:
        return Said.NOTHING
    if change.sensitive or change.actual == SENSITIVE or any(SENSITIVE in words_of(one.value) for one in found):
        return Said.MAYBE
    if found[0].item and change.actual is None:
        names_gone = any(_is_of(one.value, change.declared) for one in found)
        return Said.OTHERWISE if names_gone else Said.NOTHING if piece else Said.YES
    if any(_is_of(one.value, change.actual) if one.item else _is_same(one, change.actual) for one in found):
        return Said.YES
    if any(one.vague for one in found):
        return Said.MAYBE
    return Said.NOTHING if piece else Said.OTHERWISE


def native_names(rule: AttributeRule, steps: Steps) -> list[str]:
    """The provider's names on the way to a place: `networkInterfaces`, `accessConfigs`, `natIP`."""
    names = [name for path in rule.paths for name in path.replace("[]", "").split(".")]
    fields = [step for step in steps if isinstance(step, str)]
    if rule.block and fields and fields[0] in rule.block:
        names += native_names(rule_of(rule.block[fields[0]]), fields[1:])
    return names


def _plain(rule: AttributeRule, value: Any, steps: Steps) -> Iterator[Written]:
    for index, step in enumerate(steps):
        if value == []:  # emptied
            value = None
            break
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value[step] if step in value else _in_any_case(value, step)
        elif isinstance(value, list) and isinstance(step, int):
            if index == len(steps) - 1:
                yield from (Written(item, item=True) for item in value)
                return
            value = value[step] if step < len(value) else None
        else:
            return
    yield Written(value, rule=AttributeRule(compare=rule.compare))


def _in_any_case(value: Mapping[str, Any], name: str) -> Any:
    wanted = name.lower()
    return next((item for key, item in value.items() if str(key).lower() == wanted), None)


def _is_pair(item: Any) -> bool:
    return isinstance(item, Mapping) and item.keys() == {"key", "value"}


def _is_of(item: Any, whole: Any) -> bool:
    """Whether an item as it was written is one that is there, which may have more to it: what the provider adds."""
    if isinstance(item, Mapping) and isinstance(whole, Mapping):
        return bool(item) and all(_is_same(Written(value), whole.get(name)) for name, value in item.items())
    return item is not None and _is_same(Written(item), whole)


def _is_same(one: Written, actual: Any) -> bool:
    if same(actual, one.value, AttributeRule(compare=one.rule.compare, block=one.rule.block)):
        return not (one.vague and actual)
    if isinstance(actual, str) and isinstance(one.value, str) and one.rule.compare != "exact":
        longer, shorter = sorted((actual.lower(), one.value.lower()), key=len, reverse=True)
        return bool(shorter) and (longer == shorter or longer.endswith(f"/{shorter}"))
    words = words_of(one.value)
    return bool(words) and one.rule.compare != "exact" and words == words_of(actual)
