"""The changes between a declared value and a live one, at the finest path that still reads well."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from msgspec import UNSET

from engine.compare.canonical import EMPTY, as_document, as_items, canonical, canonical_by_rule, rule_of
from engine.compare.identity import same_google_path, spelled_like
from engine.model import Change
from engine.model.change_path import joined
from engine.providers.tables import AttributeRule

_PLAIN = AttributeRule()
_NUMBER = re.compile(r"-?\d{1,18}(\.\d+)?")


def changes(path: str, declared: Any, actual: Any, rule: AttributeRule = _PLAIN) -> Iterator[Change]:
    """Yields one change per place where the two differ; nothing when they mean the same."""
    if same(declared, actual, rule):
        return
    if rule.block is not None:
        yield from _item_changes(path, as_items(declared), as_items(actual), rule)
        return
    declared_document, actual_document = as_document(declared), as_document(actual)
    if rule.compare != "policy":
        if isinstance(declared_document, Mapping) and isinstance(actual_document, Mapping):
            yield from _map_changes(path, declared_document, actual_document, rule)
            return
        if _are_item_lists(declared_document, actual_document):
            yield from _item_changes(path, as_items(declared_document), as_items(actual_document), rule)
            return
    yield Change(path, _shown(declared), _shown(_typed_like(declared, spelled_like(declared, actual))))


def same(declared: Any, actual: Any, rule: AttributeRule = _PLAIN) -> bool:
    """Whether the two values mean the same under the rule, or one of them says nothing."""
    if declared == actual or (rule.unset_is_unknown and _is_unset(declared)):
        return True
    if not declared and not actual and rule.default is UNSET:
        return True
    if rule.absent_is_unknown and (actual is None or (rule.block is not None and _is_unset(declared))):
        return True
    if actual in (0, "0") and rule.default not in (UNSET, None, 0) and canonical(declared) is not EMPTY:
        # A state may write zero for what was left out, which is then the default; a provider means what it says.
        return False
    left, right = canonical_by_rule(declared, rule), canonical_by_rule(actual, rule)
    return left == right or (rule.compare != "exact" and _same_names(left, right))


def _is_unset(value: Any) -> bool:
    """Whether a declared value may just be what a state holds for nothing: false is not, somebody said so."""
    return value is not False and canonical(value) is EMPTY


def _same_names(left: Hashable, right: Hashable) -> bool:
    """Whether an ARN or a path stands on one side and the name it ends in on the other, alone or in a set."""
    if isinstance(left, str) and isinstance(right, str):
        arn, name = (left, right) if left.startswith("arn:") else (right, left)
        if arn.startswith("arn:"):
            return not name.startswith("arn:") and arn.endswith((f"/{name}", f":{name}"))
        return ("/" in left or "/" in right) and same_google_path(left, right)
    if isinstance(left, frozenset) and isinstance(right, frozenset) and len(left) == len(right):
        rest = set(right - left)
        for item in left - right:
            match = next((other for other in rest if _same_names(item, other)), None)
            if match is None:
                return False
            rest.remove(match)
        return True
    return False


def _map_changes(
    path: str, declared: Mapping[str, Any], actual: Mapping[str, Any], rule: AttributeRule
) -> Iterator[Change]:
    plain = AttributeRule(compare=rule.compare)
    for key in sorted({*declared, *actual}, key=str):
        place, left, right = joined(path, str(key)), declared.get(key), actual.get(key)
        if rule.compare == "exact" and canonical({key: left}, "exact") != canonical({key: right}, "exact"):
            yield Change(place, left, right)
        else:
            yield from changes(place, left, right, plain)


def _item_changes(path: str, declared: list[Any], actual: list[Any], rule: AttributeRule) -> Iterator[Change]:
    """Pairs the items of two lists of blocks and yields what differs inside pairs, then what has no partner.

    An index is the item's place in the declaration; items that only live get the places behind it.
    """
    pairs, alone, extra = _pair(declared, actual, rule)
    for index, other in pairs:
        yield from _block_changes(f"{path}[{index}]", declared[index], other, rule)
    for index in alone:
        yield Change(f"{path}[{index}]", _kept(declared[index], rule), None)
    for offset, item in enumerate(extra):
        yield Change(f"{path}[{len(declared) + offset}]", None, _kept(item, rule))


def _block_changes(path: str, declared: Any, actual: Any, rule: AttributeRule) -> Iterator[Change]:
    if not (isinstance(declared, Mapping) and isinstance(actual, Mapping)):
        yield from changes(path, declared, actual, AttributeRule(compare=rule.compare))
        return
    if rule.block is None:
        yield from _map_changes(path, declared, actual, rule)
        return
    for name, sub_rule in rule.block.items():
        yield from changes(f"{path}.{name}", declared.get(name), actual.get(name), rule_of(sub_rule))


def _pair(
    declared: list[Any], actual: list[Any], rule: AttributeRule
) -> tuple[list[tuple[int, Any]], list[int], list[Any]]:
    """Pairs items that are the same, then those that agree in `key`, then the most alike.

    Returns (index in declared, live item) for unequal pairs, indices without partner, live items without partner.
    """
    single = len(declared) == 1 and len(actual) == 1
    if single and isinstance(declared[0], Mapping) and isinstance(actual[0], Mapping):
        return [(0, actual[0])], [], []
    forms = [canonical_by_rule([item], rule) for item in declared]
    waiting = [(canonical_by_rule([item], rule), item) for item in actual]
    open_indices: list[int] = []
    for index, form in enumerate(forms):
        twin = next((entry for entry in waiting if entry[0] == form), None)
        if twin is not None:
            waiting.remove(twin)
        elif form is not EMPTY:
            open_indices.append(index)
    rest = [item for form, item in waiting if form is not EMPTY]
    pairs: list[tuple[int, Any]] = []
    scored = sorted(
        (
            (-_likeness(declared[index], item, rule), index, place)
            for index in open_indices
            for place, item in enumerate(rest)
        ),
    )
    taken_indices: set[int] = set()
    taken_places: set[int] = set()
    for score, index, place in scored:
        if (-score >= 0.5 or single) and index not in taken_indices and place not in taken_places:
            taken_indices.add(index)
            taken_places.add(place)
            pairs.append((index, rest[place]))
    alone = [index for index in open_indices if index not in taken_indices]
    extra = [item for place, item in enumerate(rest) if place not in taken_places]
    return sorted(pairs, key=lambda pair: pair[0]), alone, extra


def _likeness(declared: Any, actual: Any, rule: AttributeRule) -> float:
    """The share of fields that agree, 0 to 1; all or nothing on the rule's `key` fields when it has some."""
    if not (isinstance(declared, Mapping) and isinstance(actual, Mapping)):
        return 0.0
    fields = {name: rule_of(sub) for name, sub in rule.block.items()} if rule.block is not None else {}
    if rule.key:
        agree = all(same(declared.get(name), actual.get(name), fields.get(name, _PLAIN)) for name in rule.key)
        return 1.0 if agree else 0.0
    names = fields or dict.fromkeys({*declared, *actual}, _PLAIN)
    # Fields that say nothing on both sides agree too cheaply to count.
    telling = [
        name
        for name, sub in names.items()
        if canonical_by_rule(declared.get(name), sub) is not EMPTY
        or canonical_by_rule(actual.get(name), sub) is not EMPTY
    ]
    if not telling:
        return 1.0
    return sum(same(declared.get(name), actual.get(name), names[name]) for name in telling) / len(telling)


def _are_item_lists(declared: Any, actual: Any) -> bool:
    both = [*as_items(declared), *as_items(actual)]
    return (
        bool(both) and all(isinstance(item, Mapping) for item in both) and isinstance(declared or actual, list | tuple)
    )


def _kept(item: Any, rule: AttributeRule) -> Any:
    """A block without the fields that say nothing, so that a new rule reads as what it is."""
    if isinstance(item, Mapping) and rule.block is not None:
        return {
            name: item.get(name)
            for name, sub in rule.block.items()
            if canonical_by_rule(item.get(name), rule_of(sub)) is not EMPTY
        }
    return item


def _shown(value: Any) -> Any:
    """A value as the report shows it: a policy or document as a document, not as text in text."""
    return as_document(value)


def _typed_like(declared: Any, actual: Any) -> Any:
    """A live number or truth value that the provider writes as text, as the kind of value that is declared."""
    if isinstance(declared, bool):
        return {"true": True, "false": False}.get(str(actual).lower(), actual)
    if isinstance(declared, int | float) and isinstance(actual, str) and _NUMBER.fullmatch(actual):
        return float(actual) if "." in actual else int(actual)
    return actual


def sort_changes(found: Iterable[Change]) -> tuple[Change, ...]:
    """Changes in a stable order, by path."""
    return tuple(sorted(found, key=lambda change: change.path))
