"""A campaign of changes: a bundle is changed in one thing at a time, and what is told is held against what was done."""

import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from engine.collectors.gathering import gather
from engine.compare import Estate, compare
from engine.config import bundle_config
from engine.model import Difference
from engine.providers import load_knowledge
from engine.shelves import Shelves
from tests.support.changes import Turn, batches, dotted, made, rewritten
from tests.support.live_side import Copy, Record, twin

#: A resource that differs: kind, type, id, address.
Key = tuple[str, str, str, str]
#: What is told of each: paths and, as text, the live values.
Told = dict[Key, frozenset[tuple[str, str]]]


class Outcome(NamedTuple):
    """What came of one change: `told` as it was, `missed`, told of an other path (`elsewhere`) or as `many`."""

    native: str
    verdict: str
    what: str
    paths: tuple[str, ...] = ()


def told(bundle: Path) -> Told:
    """What a comparison of the bundle finds."""
    knowledge = load_knowledge()
    shelves = Shelves(knowledge)
    gathered = gather(bundle_config(bundle), tell=lambda *_: None, cancelled=threading.Event(), shelves=shelves)
    found: list[Difference] = []
    for group in shelves.groups():
        estate = Estate(knowledge, group.observed, gathered.coverage)
        found += compare(group.declared, estate, knowledge, parents=shelves.parents).differences
    return {
        (str(item.kind), item.resource.type, item.resource.id, item.resource.address): frozenset(
            (change.path, repr(change.actual)) for change in item.changes
        )
        for item in found
    }


def told_after(bundle: Path, change: Callable[[Copy], None]) -> Told:
    """What is found in a copy of the bundle once it was changed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(bundle, Path(folder) / "bundle")
        change(copy)
        copy.write()
        return told(copy.folder)


@cache
def _unchanged(bundle: Path) -> Told:
    return told_after(bundle, lambda copy: None)


def news(before: Told, after: Told) -> dict[Key, list[str]]:
    """The paths that are told now and were not before, by resource; the kind in brackets where there are none."""
    out = {}
    for key, found in after.items():
        added = found - before.get(key, frozenset())
        if key not in before or added:
            out[key] = sorted({path for path, _ in added}) or [f"({key[0]})"]
    return out


def apart(before: Told, after: Told) -> list[Key]:
    """The resources of which something else is told now, whatever values are shown for it."""
    return sorted(
        key
        for key in before.keys() | after.keys()
        if (key in before) != (key in after) or {p for p, _ in before[key]} != {p for p, _ in after[key]}
    )


def of_turns(bundle: Path, chosen: list[Turn]) -> Iterator[Outcome]:
    """What comes of each change, and the `extra` that is told beside them."""
    before = _unchanged(bundle)
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(bundle, Path(folder) / "bundle")
        records, declared = copy.records, copy.declared()
    for batch in batches(chosen):
        found = news(before, told_after(bundle, made(batch)))
        for turn in batch:
            record = records[turn.record]
            own = {(kind, address) for kind, address, _ in twin(record, declared)}
            mine = [key for key in found if _is_of(key, record, own)]
            paths = tuple(path for key in mine for path in found.pop(key))
            yield Outcome(record.native, _verdict(turn, paths, record), f"{turn.how} {dotted(turn.path)}", paths)
        yield from (Outcome(key[1], "extra", " ".join(key[2:]), tuple(paths)) for key, paths in found.items())


def of_rewrite(bundle: Path, rewrite: Callable[..., None]) -> list[Outcome]:
    """What is told of a rewrite that says nothing new: nothing, or else it is extra."""
    before, after = _unchanged(bundle), told_after(bundle, rewritten(rewrite))
    return [Outcome(key[1], "extra", " ".join(key[2:])) for key in apart(before, after)]


def of_absence(bundle: Path) -> Iterator[Outcome]:
    """What comes of taking out a live resource of each type at a time, and of adding a namesake of each."""
    before = _unchanged(bundle)
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(bundle, Path(folder) / "bundle")
        records, declared = copy.records, copy.declared()
    twins = {number: found for number, record in enumerate(records) if (found := twin(record, declared))}
    for numbers in _one_of_each(records, twins):
        after = news(before, told_after(bundle, _taken_out(numbers)))
        for number in numbers:
            for kind, address, _ in twins[number]:
                gone = [key for key in after if key[:2] == ("missing", kind) and key[3] == address]
                verdict = "told" if gone else "missed"
                yield Outcome(
                    records[number].native, verdict, f"removed {kind} {address or records[number].identities[0]}"
                )
    found = news(before, told_after(bundle, _doubled(list(twins))))
    for number in twins:
        name = f"{records[number].identities[-1].lower()}0c".rpartition("/")[2]
        ids = {f"{identity.lower()}0c" for identity in records[number].identities}
        strays = [key for key in found if key[0] == "unmanaged"]
        mine = [key for key in strays if key[2].lower() in ids]
        mine = mine or [key for key in strays if name in re.split("[/:]", key[2].lower())]
        yield Outcome(records[number].native, "told" if len(mine) == 1 else "missed", f"added {name}")
        for key in mine:
            del found[key]
    yield from (Outcome(key[1], "extra", " ".join(key[2:]), tuple(paths)) for key, paths in found.items())


def _one_of_each(records: list[Record], chosen: Iterable[int]) -> Iterator[list[int]]:
    """Groups with one record of a type each; the last of a type stays, since without it nobody had looked for it."""
    of_type: dict[str, list[int]] = {}
    for number in chosen:
        of_type.setdefault(records[number].native, []).append(number)
    for place in range(max(map(len, of_type.values()))):
        yield [numbers[place] for numbers in of_type.values() if place < len(numbers) and len(numbers) > 1]


def _taken_out(numbers: list[int]) -> Callable[[Copy], None]:
    def change(copy: Copy) -> None:
        records = copy.records
        for number in numbers:
            copy.remove(records[number])

    return change


def _doubled(numbers: list[int]) -> Callable[[Copy], None]:
    def change(copy: Copy) -> None:
        records = copy.records
        for number in numbers:
            copy.namesake(records[number])

    return change


def _is_of(key: Key, record: Record, own: set[tuple[str, str]]) -> bool:
    if record.folder == "kubernetes":
        return key[2] == record.identities[0]
    return (key[1], key[3]) in own or key[2] in record.identities


def _verdict(turn: Turn, paths: tuple[str, ...], record: Record) -> str:
    if len(paths) != 1:
        return "many" if paths else "missed"
    path = re.sub(r"\[\d+\]", "", paths[0])
    if record.folder == "kubernetes":
        wanted = dotted(turn.path)
        path = path.replace('["', ".").replace('"]', "")
        within = turn.how != "changed" and (wanted.startswith(path) or path.startswith(wanted))
        return "told" if path == wanted or within else "elsewhere"
    return "told" if path.partition(".")[0] in {attribute for *_, attribute in turn.declared} else "elsewhere"
