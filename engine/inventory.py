"""The estate as a tree: scope, then module, namespace or stack, then type, then resource; counted at every node.

What is declared comes from the timeline, what drifted from the report. The counts are made once; resources are only
read where a type is opened.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.model import Drift, DriftKind, Level, Report, ResourceRef, ResourceState
from engine.store.records import Matching, Place

if TYPE_CHECKING:
    from engine.store import Stores

__all__ = ["Inventory", "Matching", "Node", "NodeKind", "Path", "ResourceDetail", "inventory", "resource_detail"]

#: From the root to a node: scope, part, type, and the resource's address or id.
Path = tuple[str | None, ...]


class NodeKind(StrEnum):
    """What a node stands for. A `part` is a module, a namespace or a stack."""

    ESTATE = "estate"
    SCOPE = "scope"
    PART = "part"
    TYPE = "type"
    RESOURCE = "resource"


class Node(Struct, frozen=True):
    """A node with what is below it. `levels` counts its drifts from low to critical.

    `ref` and `drift` (its id) are a resource's; of several drifts of one resource it is the gravest.
    """

    path: Path
    kind: NodeKind
    declared: int = 0
    modified: int = 0
    missing: int = 0
    unmanaged: int = 0
    levels: tuple[int, int, int, int] = (0, 0, 0, 0)
    ref: ResourceRef | None = None
    drift: str = ""

    @property
    def name(self) -> str | None:
        """The last step of its path; None for what is in no code."""
        return self.path[-1] if self.path else ""

    @property
    def managed(self) -> int:
        """Declared, and not found missing."""
        return max(0, self.declared - self.missing)

    @property
    def drifts(self) -> int:
        """All of them, undeclared resources included."""
        return sum(self.levels)

    @property
    def coverage(self) -> float | None:
        """The share (0 to 1) of what is there that code declares; None where nothing is."""
        known = self.managed + self.unmanaged
        return self.managed / known if known else None

    @property
    def worst(self) -> Level | None:
        """The severity of the gravest drift."""
        found = [level for level, number in zip(Level, self.levels, strict=True) if number]
        return found[-1] if found else None


class Inventory:
    """An estate as of the time of a report, and of it what matches. Counts are in memory, resources in the stores."""

    def __init__(self, report: Report, matching: Sequence[Matching] = ()) -> None:
        self.estate = report.scan.estate
        self.at = report.scan.as_of
        self._matching = tuple(matching)
        self._tallies: dict[Path, _Tally] = {}
        self._below: dict[Path, dict[str | None, None]] = {}
        self._drifts: dict[Place, list[Drift]] = {}

    @property
    def root(self) -> Node:
        """The estate."""
        return self._node(())

    def children(self, path: Path = ()) -> list[Node]:
        """The nodes below one that is no type: what drifted worst first, then by name."""
        nodes = [self._node((*path, step)) for step in self._below.get(path, ())]
        return sorted(nodes, key=_worst_first)

    def resources(self, stores: "Stores", path: Path) -> list[Node]:
        """The resources of a type: those that drifted first, the gravest on top, then by name. Raises StoreError."""
        scope, part, type_ = path
        place = Place(str(scope), part, str(type_))
        drifts = self._drifts.get(place, ())
        declared = stores.timeline.declared_at(self.estate, self.at, place, _refs(drifts), self._matching)
        return sorted(_resources(path, declared, drifts), key=_worst_first)

    def path_of(self, drift: Drift) -> Path | None:
        """Where a drift's resource is; None when it is not in the tree."""
        for place, drifts in self._drifts.items():
            if any(drift.id == other.id for other in drifts):
                return (place.scope, place.part, place.type, drift.resource.address or drift.resource.id)
        return None

    def drifts_in(self, path: Path, most: int | None = None) -> list[Drift]:
        """The drifts at and below a node, or so many of them, the gravest first."""
        steps, name = path[:3], path[3] if len(path) > 3 else None
        found = (
            drift
            for place, drifts in self._drifts.items()
            if (place.scope, place.part, place.type)[: len(steps)] == steps
            for drift in drifts
            if name is None or name == (drift.resource.address or drift.resource.id)
        )
        if most is not None:
            return heapq.nlargest(most, found, key=lambda drift: drift.severity.score)
        return sorted(found, key=lambda drift: -drift.severity.score)

    def count(self, place: Place, declared: int, drifts: Sequence[Drift]) -> None:
        """Counts what is declared and what drifted at a place, there and at all nodes above it."""
        if drifts:
            self._drifts[place] = list(drifts)
        steps: Path = (place.scope, place.part, place.type)
        here = _Tally(declared, drifts)
        for depth in range(len(steps) + 1):
            if depth:
                self._below.setdefault(steps[: depth - 1], {})[steps[depth - 1]] = None
            self._tallies.setdefault(steps[:depth], _Tally()).add(here)

    def _node(self, path: Path) -> Node:
        tally = self._tallies.get(path) or _Tally()
        return tally.node(path, list(NodeKind)[len(path)])


class _Tally:
    """What has been counted at a node."""

    __slots__ = ("declared", "kinds", "levels")

    def __init__(self, declared: int = 0, drifts: Sequence[Drift] = ()) -> None:
        self.declared = declared
        self.kinds = dict.fromkeys(DriftKind, 0)
        self.levels = [0] * len(Level)
        for drift in drifts:
            self.kinds[drift.kind] += 1
            self.levels[drift.severity.level.rank] += 1

    def add(self, other: "_Tally") -> None:
        self.declared += other.declared
        self.kinds = {kind: number + other.kinds[kind] for kind, number in self.kinds.items()}
        self.levels = [mine + yours for mine, yours in zip(self.levels, other.levels, strict=True)]

    def node(self, path: Path, kind: NodeKind, ref: ResourceRef | None = None, drift: str = "") -> Node:
        modified, missing, unmanaged = (self.kinds[kind] for kind in DriftKind)
        low, medium, high, critical = self.levels
        return Node(path, kind, self.declared, modified, missing, unmanaged, (low, medium, high, critical), ref, drift)


def inventory(stores: "Stores", report: Report, matching: Sequence[Matching] = ()) -> Inventory:
    """The tree of a report's estate at the time it is about. Raises StoreError, also for what is no expression."""
    made = Inventory(report, matching)
    for found in stores.timeline.places(made.estate, made.at, _refs(report.drifts), matching):
        made.count(found.place, found.declared, [report.drifts[number] for number in found.given])
    return made


def _refs(drifts: Sequence[Drift]) -> list[tuple[ResourceRef, bool]]:
    """The resources of drifts, and whether nobody declares them."""
    return [(drift.resource, drift.kind is DriftKind.UNMANAGED) for drift in drifts]


def _resources(path: Path, declared: Sequence[ResourceRef], drifts: Sequence[Drift]) -> Iterator[Node]:
    """A node for each declared resource, with its drifts, and for each that is not declared."""
    by_name: dict[str, list[Drift]] = {}
    for drift in drifts:
        by_name.setdefault(drift.resource.address or drift.resource.id, []).append(drift)
    known = {ref.address or ref.id: ref for ref in declared}
    for name in [*known, *(name for name in by_name if name not in known)]:
        found = sorted(by_name.get(name, ()), key=lambda drift: -drift.severity.score)
        tally = _Tally(int(name in known), found)
        ref = known.get(name) or found[0].resource
        yield tally.node((*path, name), NodeKind.RESOURCE, ref, found[0].id if found else "")


def _worst_first(node: Node) -> tuple[Sequence[int], bool, str]:
    return [-number for number in reversed(node.levels)], node.name is None, node.name or ""


class ResourceDetail(Struct, frozen=True):
    """Both sides of a resource, each with its versions, oldest first; a version of None is when it was not there.

    `live` names the live resource where one is known by the id or name of the declared one.
    """

    ref: ResourceRef
    live: ResourceRef | None
    declared: tuple[tuple[datetime, ResourceState | None], ...] = ()
    actual: tuple[tuple[datetime, ResourceState | None], ...] = ()


def resource_detail(stores: "Stores", ref: ResourceRef, estate: str, at: datetime) -> ResourceDetail:
    """What was recorded of a resource up to a moment, without secrets, which are never recorded. Raises StoreError."""
    timeline = stores.timeline
    live = timeline.twin(ref, estate, at)
    anywhere = ResourceRef(ref.provider, ref.type, ref.id, "", ref.address, ref.name)
    sides = (timeline.history(anywhere, "declared"), timeline.history(live, "actual") if live else [])
    declared, actual = (tuple((moment, state) for moment, state in side if moment <= at) for side in sides)
    return ResourceDetail(ref, live, declared, actual)
