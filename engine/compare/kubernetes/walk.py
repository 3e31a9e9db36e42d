"""Walking a manifest and a live object side by side.

Objects and maps are compared by what is declared. A list that is declared is declared as a whole: its items are
paired by their keys (the last one left on each side, by the rest of what they say), or by their likeness where they
have none, and an item on one side only is a difference. Where the schema calls a value atomic, or the tables a map
whole, what only lives in it is one as well.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import structs

from engine.compare.kubernetes.schema import NOTHING, Node
from engine.compare.kubernetes.values import as_map, same_loose, same_scalar, says_nothing
from engine.model import Change
from engine.model.change_path import path_of
from engine.redact import is_secret_name

Steps = tuple[str | int, ...]
Parents = tuple[Any, ...]

#: Fields by which the items of lists without a schema are told apart.
_LOOSE_KEYS = ("name", "key", "id", "type")
_METADATA_MAPS = ("labels", "annotations")
_IDENTITY = frozenset({"apiVersion", "kind", "status"})


class _Place(NamedTuple):
    """Where a value stands: the field `name` of `holder`, a live object of the type `owner`; its own type is `node`.

    parents: the live objects from the outermost down to the holder. strict: what only lives is a difference as well.
    """

    owner: Node
    node: Node
    name: str
    holder: Any
    steps: Steps
    parents: Parents
    strict: bool = False

    @property
    def default(self) -> Any:
        """What leaving the field out means."""
        return self.owner.default(self.name, self.holder, self.parents)

    @property
    def is_whole(self) -> bool:
        """Whether it is declared as one value, in which what only lives is a difference."""
        return self.node.atomic or self.name in self.owner.facts.whole


def _place(owner: Node, name: str, holder: Any, steps: Steps, parents: Parents, strict: bool) -> _Place:
    return _Place(owner, owner.field(name), name, holder, (*steps, name), parents, strict)


class Walk:
    """How objects are compared, given the patterns of annotations and labels that are bookkeeping, and added ones."""

    def __init__(self, bookkeeping: tuple[str, ...], added: tuple[str, ...]) -> None:
        self._is_kept = _matcher(bookkeeping)
        self._is_added = _matcher((*bookkeeping, *added))

    def changes(self, declared: Any, live: Any, applied: Any, node: Node) -> Iterator[Change]:
        """What differs, by the declaration's paths. `applied` is what was declared when it was last applied."""
        yield from self._object(declared, live, applied, node, (), (), strict=False)

    def undeclared(self, declared: Any, live: Any, node: Node) -> Iterator[tuple[str, Any]]:
        """The live values that the declaration is silent about, without defaults and what the server sets."""
        for steps, value in self._silent_object(declared, live, node, (), ()):
            yield path_of(steps), value

    # ---- what is declared ----

    def _object(
        self, declared: Any, live: Any, applied: Any, node: Node, steps: Steps, parents: Parents, *, strict: bool
    ) -> Iterator[Change]:
        applied = applied if isinstance(applied, dict) else {}
        inner = (*parents, live)
        for name, wanted in declared.items():
            actual = live.get(name)
            if (wanted == actual and not isinstance(wanted, bool)) or self._is_left_out(name, node, steps):
                continue
            found = self._field(wanted, actual, applied.get(name), _place(node, name, live, steps, inner, strict))
            yield from map(_hidden, found) if _is_secret(name, live) else found
        if strict or applied:
            yield from self._only_live(declared, live, applied, node, steps, inner, strict=strict)

    def _only_live(
        self, declared: Any, live: Any, applied: Any, node: Node, steps: Steps, parents: Parents, *, strict: bool
    ) -> Iterator[Change]:
        """What lives and is not declared, where it is one value with what is, or was declared before."""
        for name, actual in live.items():
            known = applied.get(name)
            if name in declared or (not strict and says_nothing(known)) or self._is_left_out(name, node, steps):
                continue
            place = _place(node, name, live, steps, parents, strict)
            if isinstance(known, dict) and isinstance(actual, dict) and not strict:
                yield from self._object({}, actual, known, place.node, place.steps, parents, strict=False)
            elif name not in node.facts.allocated and not self._is_default(actual, place):
                yield Change(path_of(place.steps), None, actual)

    def _field(self, wanted: Any, actual: Any, applied: Any, place: _Place) -> Iterator[Change]:
        facts, node = place.owner.facts, place.node
        unset = says_nothing(wanted) and (not isinstance(wanted, int) or place.name in facts.zero_is_unset)
        lost = wanted == {} and actual is None and node.kind == "object"  # an empty object is kept: `emptyDir: {}`
        if unset and not lost and (place.name in facts.allocated or self._is_default(actual, place)):
            return
        if actual is None:
            if not self._means_nothing(wanted, lost, place):
                yield Change(path_of(place.steps), wanted, None)
        elif wanted is None or (unset and node.kind not in ("object", "scalar", "loose")):
            if place.name not in _METADATA_MAPS:
                yield Change(path_of(place.steps), wanted, actual)
        else:
            yield from self._value(wanted, actual, applied, place)

    def _means_nothing(self, wanted: Any, lost: bool, place: _Place) -> bool:
        """Whether a declared value means the same as the field's absence."""
        default = place.default
        if default is NOTHING:
            return (says_nothing(wanted) and not lost) or _is_hollow(wanted, place.node)
        return self._same(wanted, default, place.node, place.parents) or _is_hollow(wanted, place.node)

    def _value(self, wanted: Any, actual: Any, applied: Any, place: _Place) -> Iterator[Change]:
        node = place.node
        if isinstance(wanted, dict) and isinstance(actual, dict) and node.kind != "any":
            strict = place.strict or place.is_whole
            yield from self._object(wanted, actual, applied, node, place.steps, place.parents, strict=strict)
        elif isinstance(wanted, list) and isinstance(actual, list) and node.kind in ("list", "loose"):
            yield from self._list(wanted, actual, applied, place)
        elif not self._same(wanted, actual, node, place.parents):
            yield Change(path_of(place.steps), wanted, actual)

    def _list(self, wanted: list[Any], actual: list[Any], applied: Any, place: _Place) -> Iterator[Change]:
        node, steps, item = place.node, place.steps, place.node.item
        ordered = place.name in place.owner.facts.ordered
        keys = node.keys or (_loose_keys(wanted, actual) if node.kind == "loose" else ())
        if not keys and not all(isinstance(one, dict) for one in (*wanted, *actual)):
            if not self._same_items(wanted, actual, node, place.parents, ordered or node.kind == "loose"):
                yield Change(path_of(steps), wanted, actual)
            return
        pairs, alone, extra = self._paired(wanted, actual, keys, place)
        strict = not keys and node.kind != "loose"
        before = {_key(one, keys, item): one for one in applied or () if isinstance(one, dict)} if keys else {}
        for index, live in pairs:
            known = before.get(_key(live, keys, item)) if keys else None
            yield from self._object(wanted[index], live, known, item, (*steps, index), place.parents, strict=strict)
        for index in alone:
            yield Change(path_of((*steps, index)), wanted[index], None)
        news = [one for one in extra if not _is_injected(one, place.owner, place.name)]
        for offset, one in enumerate(news):
            yield Change(path_of((*steps, len(wanted) + offset)), None, one)
        if ordered and keys and not alone and not news:
            names = [_key(one, keys, item) for one in wanted]
            if names != [key for one in actual if (key := _key(one, keys, item)) in names]:
                yield Change(path_of(steps), wanted, actual)

    def _paired(
        self, wanted: list[Any], actual: list[Any], keys: tuple[str, ...], place: _Place
    ) -> tuple[list[tuple[int, Any]], list[int], list[Any]]:
        """Pairs of (place in the declaration, live item), places without a live item, live items nobody declared."""
        if keys:
            pairs, alone, extra = _pair_by_key(wanted, actual, keys, place.node.item)
            if len(alone) == len(extra) == 1 and self._is_rekeyed(wanted[alone[0]], extra[0], keys, place):
                return [*pairs, (alone[0], extra[0])], [], []
            return pairs, alone, extra
        if place.node.kind == "loose":
            shared = min(len(wanted), len(actual))
            return list(enumerate(actual[:shared])), list(range(shared, len(wanted))), actual[shared:]
        return self._pair_alike(wanted, actual, place.node.item, place.parents)

    def _is_rekeyed(self, one: Any, other: Any, keys: tuple[str, ...], place: _Place) -> bool:
        """Whether an item is another's under a new key, as a port under a new number: the rest of it agrees."""
        if not isinstance(one, dict) or not isinstance(other, dict):
            return False
        rest = {name: value for name, value in one.items() if name not in keys}
        found = self._object(rest, other, None, place.node.item, (), place.parents, strict=False)
        return next(found, None) is None

    def _pair_alike(
        self, wanted: list[Any], actual: list[Any], item: Node, parents: Parents
    ) -> tuple[list[tuple[int, Any]], list[int], list[Any]]:
        """Items that are the same find each other first, then those in the same place, then the most alike."""
        waiting = list(actual)
        left: list[int] = []
        for index, one in enumerate(wanted):
            at = next((place for place, other in enumerate(waiting) if self._same(one, other, item, parents)), None)
            if at is None:
                left.append(index)
            else:
                del waiting[at]
        if len(left) == len(waiting):
            return list(zip(left, waiting, strict=True)), [], []
        pairs: list[tuple[int, Any]] = []
        for index in list(left):
            best = max(waiting, key=lambda other: _likeness(wanted[index], other), default=None)
            if best is not None and _likeness(wanted[index], best) >= 0.5:
                pairs.append((index, best))
                left.remove(index)
                waiting = [other for other in waiting if other is not best]
        return pairs, left, waiting

    def _same_items(self, wanted: list[Any], actual: list[Any], node: Node, parents: Parents, ordered: bool) -> bool:
        if len(wanted) != len(actual):
            return False
        if ordered or node.item.kind == "any":
            pairs = zip(wanted, actual, strict=True)
            return all(self._same(one, other, node.item, parents) for one, other in pairs)
        waiting = list(actual)
        for one in wanted:
            at = next((i for i, other in enumerate(waiting) if self._same(one, other, node.item, parents)), None)
            if at is None:
                return False
            del waiting[at]
        return True

    def _same(self, wanted: Any, actual: Any, node: Node, parents: Parents) -> bool:
        """Whether two values of a type mean the same, all of them."""
        if wanted == actual:
            return isinstance(wanted, bool) == isinstance(actual, bool)
        if node.kind == "any":
            return False
        if isinstance(wanted, dict) and isinstance(actual, dict):
            return next(self._object(wanted, actual, None, node, (), parents, strict=True), None) is None
        if isinstance(wanted, list) and isinstance(actual, list) and node.kind in ("list", "loose"):
            place = _Place(node, node, "", actual, (), parents, strict=True)
            return next(self._list(wanted, actual, None, place), None) is None
        return same_loose(wanted, actual) if node.kind == "loose" else same_scalar(wanted, actual, node.type)

    # ---- what is not declared ----

    def _silent_object(
        self, declared: Any, live: Any, node: Node, steps: Steps, parents: Parents
    ) -> Iterator[tuple[Steps, Any]]:
        inner = (*parents, live)
        for name, actual in live.items():
            wanted = declared.get(name)
            if (wanted == actual and wanted is not None) or self._is_silent_for_a_reason(
                name, live, declared, node, steps
            ):
                continue
            yield from self._silent(wanted, actual, _place(node, name, live, steps, inner, strict=False))

    def _silent(self, wanted: Any, actual: Any, place: _Place) -> Iterator[tuple[Steps, Any]]:
        node = place.node
        if isinstance(wanted, list) and wanted and isinstance(actual, list):
            pairs = _pair_by_key(wanted, actual, node.keys, node.item)[0] if node.keys else []
            for index, item in pairs:
                yield from self._silent_object(
                    as_map(wanted[index]), item, node.item, (*place.steps, index), place.parents
                )
            return
        if not says_nothing(wanted) and (not isinstance(wanted, dict) or place.is_whole):
            return
        if wanted is None and self._is_default(actual, place):
            return
        whole = wanted is None and node.atomic
        if isinstance(actual, dict) and node.kind in ("object", "map", "loose") and not whole:
            default = place.default
            if node.kind == "map" and wanted is None and isinstance(default, dict):
                actual = {key: value for key, value in actual.items() if default.get(key) != value}
            yield from self._silent_object(as_map(wanted), actual, node, place.steps, place.parents)
        elif wanted is None:
            yield place.steps, actual

    # ---- what is left out ----

    def _is_default(self, actual: Any, place: _Place) -> bool:
        """Whether the live value is what leaving the field out means."""
        default, node = place.default, place.node
        if default is not NOTHING and actual is not None:
            return self._same(default, actual, node, place.parents)
        if isinstance(actual, dict) and node.kind == "object" and not node.atomic:
            return next(self._silent_object({}, actual, node, ("",), place.parents), None) is None
        if isinstance(actual, list) and actual and place.name in place.owner.facts.injected:
            return all(_is_injected(item, place.owner, place.name) for item in actual)
        return says_nothing(actual)

    def _is_silent_for_a_reason(self, name: str, live: Any, declared: Any, node: Node, steps: Steps) -> bool:
        """Whether a live field is none that a person set and the declaration is silent about."""
        facts = node.facts
        return (
            name in facts.allocated
            or self._is_left_out(name, node, steps)
            or _is_secret(name, live)
            or (bool(steps) and steps[-1] in _METADATA_MAPS and self._is_added(name))
            or (name in facts.aliases and facts.aliases[name] in declared)
            or (name in declared and name not in _METADATA_MAPS and _is_cleared(declared[name], node.field(name)))
        )

    def _is_left_out(self, name: str, node: Node, steps: Steps) -> bool:
        if name in node.facts.server or (name in _IDENTITY and (not steps or node.field("metadata").kind == "object")):
            return True
        return bool(steps) and steps[-1] in _METADATA_MAPS and self._is_kept(name)


def _is_hollow(wanted: Any, node: Node) -> bool:
    """Whether a map holds nothing but values that vanish: `limits: {cpu: null}`."""
    return isinstance(wanted, dict) and bool(wanted) and node.kind == "map" and all(map(says_nothing, wanted.values()))


def _is_cleared(wanted: Any, node: Node) -> bool:
    """Whether a declaration says that a field is to be empty, rather than nothing about what is in it."""
    return says_nothing(wanted) and not (isinstance(wanted, dict) and node.kind == "object" and not node.atomic)


def _is_secret(name: str, owner: Any) -> bool:
    """Whether a field is the value of a pair whose name is a secret's: `{name: DB_PASSWORD, value: …}`."""
    return name == "value" and is_secret_name(str(owner.get("name") or ""))


def _hidden(change: Change) -> Change:
    return structs.replace(change, sensitive=True)


def _matcher(patterns: tuple[str, ...]) -> Any:
    @lru_cache(maxsize=4096)
    def fits(name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in patterns)

    return fits


def _key(item: Any, keys: tuple[str, ...], node: Node) -> tuple[str, ...]:
    defaults = node.defaults
    return (
        tuple(str(item.get(name, defaults.get(name, ""))) for name in keys) if isinstance(item, dict) else (str(item),)
    )


def _pair_by_key(
    wanted: list[Any], actual: list[Any], keys: tuple[str, ...], node: Node
) -> tuple[list[tuple[int, Any]], list[int], list[Any]]:
    """Pairs of (place in the declaration, live item), places without a live item, live items nobody declared."""
    waiting: dict[tuple[str, ...], list[Any]] = {}
    for item in actual:
        waiting.setdefault(_key(item, keys, node), []).append(item)
    pairs: list[tuple[int, Any]] = []
    alone: list[int] = []
    for index, item in enumerate(wanted):
        twins = waiting.get(_key(item, keys, node))
        if twins and isinstance(item, dict) and isinstance(twins[0], dict):
            pairs.append((index, twins.pop(0)))
        else:
            alone.append(index)
    return pairs, alone, [item for twins in waiting.values() for item in twins]


def _loose_keys(wanted: list[Any], actual: list[Any]) -> tuple[str, ...]:
    """The field that tells the items of both lists apart, if there is one."""
    items = (*wanted, *actual)
    if items and all(isinstance(item, dict) for item in items):
        for name in _LOOSE_KEYS:
            if all(isinstance(item.get(name), str) for item in items) and all(
                len({item[name] for item in side}) == len(side) for side in (wanted, actual)
            ):
                return (name,)
    return ()


def _is_injected(item: Any, owner: Node, name: str) -> bool:
    return isinstance(item, dict) and any(
        all(fnmatchcase(str(item.get(key, "")), pattern) for key, pattern in fields.items())
        for fields in owner.facts.injected.get(name, ())
    )


def _likeness(one: Any, other: Any) -> float:
    """The share of fields that agree."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0.0
    names = {*one, *other}
    return sum(one.get(name) == other.get(name) for name in names) / len(names) if names else 1.0
