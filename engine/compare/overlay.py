"""Laying what code says over what the state knows of the same resource.

The state has every attribute, in the provider's spelling; code has some, in its own. So the state's value stays
wherever the two may mean the same, and only a plain disagreement lets the code have its way.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import structs

from engine.compare.difference import same
from engine.compare.holes import filled, has_holes
from engine.compare.terraform.reading import FULLER
from engine.model import UNRESOLVED, Declared


def overlay(known: Declared, said: Declared, attributes: Mapping[str, Any]) -> Declared:
    """What is known of a resource with those attributes of the code, or of a plan, that say otherwise."""
    assumed = said.written.assumed if said.written else {}
    over = dict(_differing(known.attributes, {**attributes, **assumed}))
    return structs.replace(
        known,
        ref=structs.replace(known.ref, address=said.ref.address) if UNRESOLVED not in said.ref.address else known.ref,
        attributes={**known.attributes, **over} if over else known.attributes,
        sensitive=known.sensitive | said.sensitive,
        ignored=known.ignored | said.ignored,
        basis=said.basis if over else known.basis,
        written=said.written or known.written,
    )


def agrees(said: Mapping[str, Any], planned: Mapping[str, Any]) -> bool:
    """Whether a plan can have been made from this code: nothing that the code says differs from what is planned."""
    return not dict(_differing(planned, said))


def _differing(known: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, wanted in said.items():
        if name not in known or wanted is None or wanted == UNRESOLVED or name.endswith("_wo"):
            continue
        value = _told(_with_inherited(wanted, known[name], said.get("tags_all")), known[name])
        if value is not None:
            yield name, value
            if name in FULLER and FULLER[name] not in said and isinstance(value, Mapping):
                yield from _fuller(FULLER[name], known, name, value)


def _with_inherited(wanted: Any, known: Any, tags: Any) -> Any:
    """Blocks of tags (`tag { key, value }`) with those that the state has from the provider's default tags."""
    if not (isinstance(tags, Mapping) and _are_blocks(wanted) and _are_blocks(known)):
        return wanted
    if not all("key" in item for item in (*wanted, *known)):
        return wanted
    stated = {item.get("key") for item in wanted}
    return [
        *wanted,
        *(item for item in known if item["key"] not in stated and tags.get(item["key"]) == item.get("value")),
    ]


def _fuller(full: str, known: Mapping[str, Any], name: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """All tags together, when those of the resource itself change: what the provider's block adds stays."""
    every, own = known.get(full), known.get(name)
    if isinstance(every, Mapping):
        added = {key: tag for key, tag in every.items() if key not in (own or {})}
        yield full, {**added, **value}


def _told(wanted: Any, known: Any) -> Any:
    """What the code says instead of what is known; None when both may mean the same."""
    if _means(wanted, known):
        return None
    if _are_blocks(wanted) and _are_blocks(known or []):
        return _blocks(wanted, known or [])
    return filled(wanted, known) if has_holes(wanted) else wanted


def _means(wanted: Any, known: Any) -> bool:
    """Whether code may mean what the state knows."""
    if has_holes(wanted):
        wanted = filled(wanted, known)
    if _are_blocks(wanted) and _are_blocks(known):
        waiting = list(known)
        return len(wanted) == len(waiting) and all(_take_twin(item, waiting) is not None for item in wanted)
    if isinstance(wanted, Mapping) and isinstance(known, Mapping) and not _is_plain_map(known):
        return all(item is None or _means(item, known.get(name)) for name, item in wanted.items())
    if same(wanted, known):
        return True
    if isinstance(wanted, list) != isinstance(known, list):
        wanted, known = _only(wanted), _only(known)
    return isinstance(wanted, str | int | float) and isinstance(known, str) and _is_spelling(str(wanted), known)


def _is_spelling(wanted: str, known: str) -> bool:
    """Whether a provider may have written a text this way: in another case, more exactly, as its hash."""
    if wanted.strip().lower() == known.strip().lower() or known.startswith(f"{wanted}."):
        return True
    raw = wanted.encode()
    if len(known) in (40, 64):
        return known in (hashlib.sha1(raw, usedforsecurity=False).hexdigest(), hashlib.sha256(raw).hexdigest())
    return base64.b64encode(raw).decode() == known


def _blocks(wanted: list[Any], known: list[Any]) -> list[Any]:
    """The code's blocks, each with what the state knows of it where that is certain."""
    waiting = list(known)
    out: list[Any] = []
    for item in wanted:
        twin = _take_twin(item, waiting)
        out.append(item if twin is None else twin)
    alone = [place for place, item in enumerate(wanted) if out[place] is item]
    if len(alone) == len(waiting) == 1 and isinstance(waiting[0], Mapping):
        rest, item = waiting[0], out[alone[0]]
        out[alone[0]] = {**rest, **dict(_differing(rest, item))}
    return out


def _take_twin(item: Any, waiting: list[Any]) -> Any:
    """Takes the block out of those that wait that has everything which the code's block says; None if there is none."""
    for place, other in enumerate(waiting):
        if isinstance(other, Mapping) and all(v is None or _means(v, other.get(name)) for name, v in item.items()):
            return waiting.pop(place)
    return None


def _are_blocks(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _is_plain_map(value: Mapping[str, Any]) -> bool:
    """A map of texts, whose keys people choose; an object has other values too, and keys that its type gives it."""
    return all(isinstance(item, str) for item in value.values())


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
