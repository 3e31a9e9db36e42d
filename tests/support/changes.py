"""Changes to the live side of a bundle: rewrites that say nothing new, and changes of one value each.

What a scan should tell of them is known beforehand: of the first nothing, of the others exactly what was changed.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tests.support.live_side import Copy, Leaf, Record, containers, leaves, twin

Rewrite = Callable[[Record, random.Random], None]

#: Lists whose order means something.
_ORDERED = {"command", "args", "keyschema"}
#: Objects whose keys are chosen by people: a further one is a change.
_FREE = re.compile(
    r"tags|labels|annotations|data|matchlabels|variables|metadata|stringdata|statement.*|.*policy.*|limits"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_MARKS = re.compile(
    r"etag|resourceversion|generation|observedgeneration|fingerprint|labelfingerprint|revisionid|configurationstateid"
    r"|lastmodifiedtimestamp|uid|metageneration|settingsversion|changedtime|createdtimestamp"
)
_OPPOSITES = {"enabled": "Disabled", "disabled": "Enabled", "allow": "Deny", "deny": "Allow", "suspended": "Enabled"}


# Rewrites that say nothing new


def _maps_reordered(record: Record, chance: random.Random) -> None:
    for _, holder in containers(record.body):
        if isinstance(holder, dict):
            pairs = list(holder.items())
            chance.shuffle(pairs)
            holder.clear()
            holder.update(pairs)


def _sets_reordered(record: Record, chance: random.Random) -> None:
    for path, holder in containers(record.body):
        if isinstance(holder, list) and not _ORDERED & {plain(step) for step in path}:
            chance.shuffle(holder)


def _moments_moved(record: Record, _chance: random.Random) -> None:
    for leaf in leaves(record.body):
        if isinstance(leaf.value, str) and _MOMENT.match(leaf.value):
            leaf.value = leaf.value.replace(leaf.value[:4], str(int(leaf.value[:4]) + 1), 1)
        elif _MARKS.fullmatch(plain(leaf.name)) and isinstance(leaf.value, str | int):
            leaf.value = type(leaf.value)(int(leaf.value) + 7) if str(leaf.value).isdigit() else f"{leaf.value}7"


def _unknown_fields(record: Record, _chance: random.Random) -> None:
    if record.folder == "kubernetes":
        record.body["metadata"]["selfLink"] = "/somewhere"
        record.body.setdefault("status", {})["aNewField"] = {"said": "nothing", "often": [1, 2]}
        return
    for path, holder in list(containers(record.matter)):
        if isinstance(holder, dict) and path and not any(_FREE.fullmatch(plain(step)) for step in path):
            holder["aFieldOfTomorrow"] = None if len(path) > 2 else {"said": "nothing"}


def _empties_dropped(record: Record, _chance: random.Random) -> None:
    for _, holder in containers(record.matter):
        if isinstance(holder, dict) and holder is not record.matter:
            for key in [key for key, item in holder.items() if item is None or item == ""]:
                del holder[key]


def _numbers_as_texts(record: Record, _chance: random.Random) -> None:
    if record.folder not in ("aws", "gcp"):
        return
    for leaf in leaves(record.matter):
        if isinstance(leaf.value, int) and not isinstance(leaf.value, bool):
            leaf.value = str(leaf.value)
        elif record.folder == "aws" and isinstance(leaf.value, bool):
            leaf.value = str(leaf.value).lower()


def _ids_in_other_case(record: Record, _chance: random.Random) -> None:
    if record.folder != "azure":
        return
    for leaf in leaves(record.body):
        if isinstance(leaf.value, str) and leaf.value.startswith("/subscriptions/"):
            leaf.value = leaf.value.lower()
    record.body["type"] = record.body["type"].title()


#: What an object is called; were it changed, it would be another.
_NAMES = {("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"), ("resourceGroup",), ("name",)}

#: What may be done to every live record without saying anything new.
NEUTRAL: dict[str, Rewrite] = {
    "maps reordered": _maps_reordered,
    "sets reordered": _sets_reordered,
    "moments and marks moved": _moments_moved,
    "fields of tomorrow": _unknown_fields,
    "empty fields left out": _empties_dropped,
    "numbers as texts": _numbers_as_texts,
    "ids in another case": _ids_in_other_case,
}


def rewritten(rewrite: Rewrite) -> Callable[[Copy], None]:
    """The rewrite of every record of a copy."""

    def change(copy: Copy) -> None:
        chance = random.Random(7)
        for record in copy.records:
            rewrite(record, chance)

    return change


# Changes of one value each


class Turn(NamedTuple):
    """One value of a live resource to be changed: where it stands, and which declared attributes show it."""

    record: int
    path: tuple[Any, ...]
    how: str
    declared: tuple[tuple[str, str, str], ...]  # type, address (or name) and top attribute


def turns(copy: Copy) -> Iterator[Turn]:
    """Every value of the live side that a declaration states too, by its value and the sound of its name.

    Items of lists are also taken out and added to.
    """
    declared = copy.declared()
    for number, record in enumerate(copy.records):
        twins = twin(record, declared)
        identities = {name.lower() for name in record.identities}
        for leaf in leaves(record.matter):
            if leaf.value in (None, "") or leaf.path in _NAMES or _names(str(leaf.value).lower(), identities):
                continue
            shown = tuple(
                (kind, address, attribute)
                for kind, address, attributes in twins
                for attribute in _stating(attributes, leaf, record)
            )
            if shown:
                plural = (
                    _is_contents(leaf, record)
                    if record.folder == "kubernetes"
                    else any(isinstance(step, int) or _FREE.fullmatch(plain(step)) for step in leaf.path[:-1])
                )
                for how in ("changed", "removed", "added") if plural else ("changed",):
                    yield Turn(number, leaf.path, how, shown)


def _names(value: str, identities: set[str]) -> bool:
    """Whether a value is what the resource is called, in whole or as the end of it."""
    return any(value == name or name.endswith((f"/{value}", f":{value}")) for name in identities)


def _is_contents(leaf: Leaf, record: Record) -> bool:
    """Whether one more beside it would be a change: in a list or in what a ConfigMap holds, not among labels."""
    return leaf.path[0] == "data" or any(isinstance(step, int) for step in leaf.path[:-1])


def _stating(attributes: Mapping[str, Any], leaf: Leaf, record: Record) -> list[str]:
    if record.folder == "kubernetes":
        return [dotted(leaf.path)] if _at(attributes, leaf.path) == leaf.value else []
    names = {plain(step) for step in leaf.path if isinstance(step, str)}
    out = []
    for other in leaves(attributes):
        top = str(other.path[0])
        if top in ("id", "arn") or top.endswith("_all") or str(other.value).lower() != str(leaf.value).lower():
            continue
        own = plain(leaf.name)
        if (
            plain(top) in names
            or any(_sound_alike(own, plain(step)) for step in (other.name, top))
            or (len(str(leaf.value)) > 4 and any(_sound_alike(name, plain(top)) for name in names))
        ):
            out.append(top)
    return sorted(set(out))


def _sound_alike(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 3 and (one in other or other in one))


def turned(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    text = str(value)
    if text in ("true", "false"):
        return "false" if text == "true" else "true"
    if text.isdigit():
        return str(int(text) + 1)
    if text.lower() in _OPPOSITES:
        return _OPPOSITES[text.lower()]
    if re.fullmatch(r"[\d.]+/\d+", text):
        return "203.0.113.0/24"
    if re.fullmatch(r"\d+(\.\d+)+", text):
        return "99.9"
    if re.fullmatch(r"\d+m", text):
        return f"{int(text[:-1]) + 10}m"
    if re.fullmatch(r"\d+[KMG]i?", text):
        return f"9{text}"
    return f"{text}x"


def made(batch: list[Turn]) -> Callable[[Copy], None]:
    """The changes of a batch, at most one for each record."""

    def change(copy: Copy) -> None:
        records = copy.records
        for turn in batch:
            record = records[turn.record]
            found = next(leaf for leaf in leaves(record.matter) if leaf.path == turn.path)
            for leaf in reversed(_copies(record, found)):
                if turn.how == "changed":
                    leaf.value = turned(leaf.value)
                elif turn.how == "removed":
                    leaf.remove()
                else:
                    leaf.add_beside(turned)

    return change


def _copies(record: Record, found: Leaf) -> list[Leaf]:
    """All places of a value: a tag stands in up to three of an item of AWS Config."""
    if record.folder != "aws" or not _is_tag(found.path):
        return [found]
    return [leaf for leaf in leaves(record.body) if _is_tag(leaf.path) and leaf.value == found.value]


def batches(items: list[Turn]) -> Iterator[list[Turn]]:
    """The changes in as few batches as there may be, each with at most one for a resource."""
    waiting = list(items)
    while waiting:
        taken: dict[int, Turn] = {}
        rest = []
        for item in waiting:
            if taken.setdefault(item.record, item) is not item:
                rest.append(item)
        yield list(taken.values())
        waiting = rest


def _is_tag(path: tuple[Any, ...]) -> bool:
    return any(plain(step) in ("tags", "labels") for step in path)


def plain(step: Any) -> str:
    """A name without what spellings differ in."""
    return re.sub(r"[^a-z0-9]", "", str(step).lower())


def dotted(path: tuple[Any, ...]) -> str:
    """A path of steps as reports write it, without the numbers of items."""
    return ".".join(step for step in path if isinstance(step, str))


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
