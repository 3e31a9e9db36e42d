"""Which declaration counts where several speak of the same resource.

A state says what was made when the code was last applied, a plan what Terraform knew then, the code what it says now.
Where code and state are both given the code is the declaration; the state lends it what only the provider knows.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct, structs

from engine.compare.holes import fill_references
from engine.compare.overlay import agrees, overlay
from engine.model import UNRESOLVED, Basis, Declared, Difference, Language

_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\]')
_REFERENCE = re.compile(
    r'((?:module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)*[\w-]+\.[\w-]+)(\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?(.*)'
)
_STEP = re.compile(r'\.([\w-]+)|\[(\d+)\]|\["([^"]*)"\]')
_EARLIEST = datetime.min.replace(tzinfo=UTC)

#: One state, or one plan: its source and where in it.
_Place = tuple[str, str]


def settle(declared: Iterable[Declared]) -> list[Declared]:
    """The declarations that count, one of each kind for each resource."""
    items = list({_identity(item): item for item in declared}.values())
    if all(item.basis is Basis.STATE and item.language is not Language.PLAN for item in items):
        return items
    code = [item for item in items if item.basis is Basis.CODE and item.written is not None]
    planned = [item for item in items if item.basis is Basis.PLANNED]
    ahead = {id(item) for item in (*code, *planned)}
    known = _follow_plans(_newest_plans(item for item in items if id(item) not in ahead))
    if not code:
        return known
    # What was settled is settled: were it done again, nothing would be left to do.
    settled = _settle_code(code, planned, known)
    return [structs.replace(item, written=None) if item.written else item for item in settled]


def merged(differences: Iterable[Difference]) -> list[Difference]:
    """Differences with those put together that a plan and a state tell of the same resource."""
    out: dict[tuple[Any, ...], Difference] = {}
    for item in differences:
        ref = item.resource
        key = (ref.provider, ref.type, ref.id, ref.address, item.kind)
        other = out.get(key) if ref.address and ref.id else None
        if other is None:
            out[key if ref.address and ref.id else (*key, len(out))] = item
            continue
        first, second = (other, item) if "/" in other.resource.scope else (item, other)
        paths = {change.path: change for change in (*second.changes, *first.changes)}
        out[key] = structs.replace(
            first,
            changes=tuple(paths[path] for path in sorted(paths)),
            keys=tuple(dict.fromkeys((*first.keys, *second.keys))),
            tags={**second.tags, **first.tags},
        )
    return list(out.values())


def _identity(item: Declared) -> tuple[Any, ...]:
    ref = item.ref
    if not ref.address:
        return (ref.provider, ref.type, ref.scope, ref.id)
    root = item.written.root if item.written else ""
    return (item.source, item.origin if item.basis is not Basis.CODE else root, ref.address, item.basis)


def _newest_plans(items: Iterable[Declared]) -> list[Declared]:
    """Several plans of one configuration tell of the same resources: the newest counts."""
    out: dict[Any, Declared] = {}
    for item in items:
        key: Any = len(out)
        if item.language is Language.PLAN:
            key = (item.ref.provider, item.ref.type, item.ref.id or item.origin, item.ref.address)
        other = out.get(key)
        if other is None or (item.known_at or _EARLIEST) >= (other.known_at or _EARLIEST):
            out[key] = item
    return list(out.values())


def _follow_plans(items: list[Declared]) -> list[Declared]:
    """States from before a `moved` block was applied, with the addresses that a plan gives their resources."""
    moved = {
        (item.ref.type, item.ref.id, was): item.ref.address
        for item in items
        if item.language is Language.PLAN and item.written
        for was in item.written.was
    }
    if not moved:
        return items

    def follow(item: Declared) -> Declared:
        address = moved.get((item.ref.type, item.ref.id, item.ref.address))
        return structs.replace(item, ref=structs.replace(item.ref, address=address)) if address else item

    return [item if item.language is Language.PLAN else follow(item) for item in items]


class _Family(Struct):
    """What one state or plan knows, by address."""

    place: _Place
    items: dict[str, Declared]

    @property
    def is_plan(self) -> bool:
        return next(iter(self.items.values())).language is Language.PLAN

    def get(self, reference: str) -> Any:
        """What a reference to a resource's attribute stands for; None when it is not known, or secret."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            return None
        item = self.items.get(match[1] + (match[2] or ""))
        rest = match[3]
        if item is None:
            item, rest = self.items.get(match[1]), (match[2] or "") + rest
        steps = [name or quoted or int(number) for name, number, quoted in _STEP.findall(rest)]
        if item is None or not steps or steps[0] in item.sensitive:
            return None
        value: Any = item.attributes
        for step in steps:
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value


def _settle_code(code: list[Declared], planned: list[Declared], known: list[Declared]) -> list[Declared]:
    families: dict[_Place, _Family] = {}
    out: list[Declared] = []
    for item in known:
        if item.ref.address and item.language in (Language.TERRAFORM, Language.PLAN):
            place = (item.source, item.origin)
            families.setdefault(place, _Family(place, {})).items[item.ref.address] = item
        else:
            out.append(item)
    roots: dict[_Place, list[Declared]] = defaultdict(list)
    for item in code:
        roots[item.source, item.written.root if item.written else ""].append(item)
    matches: dict[_Place, list[_Family]] = defaultdict(list)
    for family in families.values():
        root = _root_of(family, roots)
        if root is None:
            out.extend(family.items.values())
        else:
            matches[root].append(family)
    plans: dict[_Place, dict[str, Declared]] = defaultdict(dict)
    for item in planned:
        plans[item.source, item.origin][item.ref.address] = item
    for root, said in roots.items():
        ahead = {a: item for family in matches[root] for a, item in plans.get(family.place, {}).items()}
        out.extend(_settle_root(said, matches[root], ahead))
    return out


def _root_of(family: _Family, roots: Mapping[_Place, list[Declared]]) -> _Place | None:
    """The configuration that left this state: most of the smaller side's addresses are the other's, or so are some
    and the names agree. None when there is none, or several fit alike."""
    scores: list[tuple[tuple[bool, float], _Place]] = []
    own = {_base(address) for address in family.items}
    for place, said in roots.items():
        theirs = {_base(item.ref.address) for item in said}
        common = {_base(a) for item in said for a in (item.ref.address, *_was(item)) if _base(a) in own}
        named = _is_named_alike(family.place[1], place[1])
        share = len(common) / min(len(own), len(theirs))
        if common and share >= (0.2 if named else 0.5):
            scores.append(((named, len(common) / len(own | theirs)), place))
    scores.sort(reverse=True)
    if not scores or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return scores[0][1]


def _is_named_alike(state: str, root: str) -> bool:
    """`terraform/platform.tfstate`, `s3://states/platform/terraform.tfstate` and the folder `terraform/platform`."""
    file, folder = PurePosixPath(state), PurePosixPath(root)
    names = {file.name.split(".")[0], file.parent.name} - {"", "terraform", "default", "plan"}
    return folder.name in names or (folder.name != "" and file.parent == folder)


def _settle_root(said: list[Declared], families: list[_Family], ahead: Mapping[str, Declared]) -> Iterator[Declared]:
    states = [family for family in families if not family.is_plan]
    applied: set[str] = set()
    for family in families:
        rest = dict(family.items)
        for item in said:
            for address in _addresses(item, family):
                known = rest.pop(address, None)
                if known is not None:
                    applied.add(item.ref.address)
                    yield _with_plan(_with_code(known, item, family), item, ahead)
        yield from rest.values()
    for item in said:
        if item.ref.address not in applied and item.attributes:
            yield from _never_applied(item, states, ahead)


def _addresses(item: Declared, family: _Family) -> list[str]:
    """Where a state has the instances that an item of the code declares."""
    address = item.ref.address
    if UNRESOLVED in address:
        pattern = ".*".join(map(re.escape, address.split(f"[{UNRESOLVED}]")))
        return [own for own in family.items if _base(own) == _base(address) and re.fullmatch(pattern, own)]
    return [next((name for name in (address, *_was(item)) if name in family.items), "")]


def _with_code(known: Declared, item: Declared, family: _Family) -> Declared:
    references = item.written.references if item.written else ()
    return overlay(known, item, fill_references(item.attributes, references, family.get))


def _with_plan(known: Declared, item: Declared, ahead: Mapping[str, Declared]) -> Declared:
    """With what a plan worked out that the code means, if it was made from this code."""
    plan = ahead.get(known.ref.address)
    return overlay(known, plan, plan.attributes) if plan and agrees(item.attributes, plan.attributes) else known


def _never_applied(item: Declared, states: list[_Family], ahead: Mapping[str, Declared]) -> Iterator[Declared]:
    """What only the code has. Missing it is certain where the one state that should have it is known."""
    plan = ahead.get(item.ref.address)
    if plan is not None and not states:
        yield structs.replace(plan, basis=Basis.CODE)
        return
    scope = _scope(item, states)
    certain = len(states) == 1 and bool(scope) and UNRESOLVED not in item.ref.address
    attributes = item.attributes
    if states:
        references = item.written.references if item.written else ()
        attributes = fill_references(attributes, references, states[0].get)
    yield structs.replace(
        item,
        attributes=attributes,
        ref=structs.replace(item.ref, scope=item.ref.scope or scope),
        expected=item.expected and certain,
    )


def _scope(item: Declared, states: list[_Family]) -> str:
    """Where a resource that was never applied would be: where its siblings are, and in its provider's region."""
    scopes = {
        other.ref.scope
        for family in states
        for other in family.items.values()
        if other.ref.provider == item.ref.provider
    }
    owners = {scope.partition("/")[0] for scope in scopes if scope}
    if len(owners) != 1:
        return ""
    region = item.written.region if item.written else ""
    return f"{owners.pop()}/{region}" if region else owners.pop()


def _was(item: Declared) -> tuple[str, ...]:
    return item.written.was if item.written else ()


def _base(address: str) -> str:
    """An address without the keys of instances."""
    return _INDEX.sub("", address)
