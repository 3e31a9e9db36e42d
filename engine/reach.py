"""How much refers to what drifted, by the identities that declarations hold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import structs

from engine.model import Declared, Difference, Language

#: Shorter texts, and those of one word, are not identities but words that anything may hold.
_SHORTEST = 6
_PARTS = frozenset("-:/_.")
#: How deep references stand: `network_configuration[0].subnets[1]`.
_DEPTH = 4


def with_dependents(differences: Sequence[Difference], declared: Iterable[Declared]) -> tuple[Difference, ...]:
    """The differences with the number of declared resources that refer to each, besides itself.

    Kubernetes' objects refer by mere names, which may be anything's, and are not counted.
    """
    owners: dict[str, set[int]] = {}
    for place, difference in enumerate(differences):
        for name in _identities(difference):
            owners.setdefault(name, set()).add(place)
    count: Counter[int] = Counter()
    for item in declared if owners else ():
        if item.language is not Language.KUBERNETES:
            found = {place for text in _texts(item.attributes) for place in owners.get(text, ())}
            count.update(place for place in found if not _is_same(differences[place], item))
    return tuple(
        structs.replace(difference, dependents=count[place]) if count[place] else difference
        for place, difference in enumerate(differences)
    )


def _identities(difference: Difference) -> set[str]:
    names = {difference.resource.id, *difference.keys}
    return {name for name in names if len(name) >= _SHORTEST and not _PARTS.isdisjoint(name)}


def _is_same(difference: Difference, item: Declared) -> bool:
    mine, other = difference.resource, item.ref
    return mine.address == other.address if mine.address else (mine.type, mine.id) == (other.type, other.id)


def _texts(value: Any, depth: int = _DEPTH) -> Iterator[str]:
    """The texts within a value that may be references. What is deeper is not one."""
    if isinstance(value, str):
        yield value
    elif depth:
        items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
        for item in items:
            if isinstance(item, str):
                yield item
            elif item:
                yield from _texts(item, depth - 1)
