"""What of a tree is on the screen: which nodes are open, and the rows that come of it. Plain data, no widgets."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from engine.inventory import Inventory, Node, NodeKind, Path

#: So many open nodes are remembered.
_REMEMBERED = 200
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(tuple[str | None, ...])


class Row(NamedTuple):
    """A node on the screen. `is_open` is None of one that nothing is below; `waits` of one whose resources are read."""

    node: Node
    is_open: bool | None
    waits: bool = False

    @property
    def depth(self) -> int:
        """How far from the estate."""
        return max(0, len(self.node.path) - 1)


class Outline:
    """An estate's tree as far as it is open. Resources are given to it when they have been read."""

    def __init__(self) -> None:
        self.inventory: Inventory | None = None
        self.open: set[Path] = set()
        self.drifted_only = False
        self._resources: dict[Path, Sequence[Node]] = {}

    def take(self, inventory: Inventory) -> None:
        """Shows another estate, or the same at another time; what was open stays so."""
        self.inventory = inventory
        self._resources = {}

    def give(self, path: Path, resources: Sequence[Node]) -> None:
        """The resources of a type."""
        self._resources[path] = resources

    def missing(self) -> list[Path]:
        """The types that are open and whose resources have not been read."""
        return [row.node.path for row in self.rows() if row.waits]

    def rows(self) -> list[Row]:
        """What is on the screen."""
        return list(self._below(())) if self.inventory is not None else []

    def open_to(self, path: Path) -> None:
        """Opens all that is above a node."""
        self.open |= {path[:depth] for depth in range(1, len(path))}

    def open_drifted(self) -> None:
        """Opens all that has drift in it, down to the types."""
        for path in self._drifted(()):
            self.open.add(path)

    def remember(self) -> list[str]:
        """The open nodes as texts."""
        return sorted(_encoder.encode(path).decode() for path in self.open)[:_REMEMBERED]

    def recall(self, texts: Sequence[str]) -> None:
        """The same; what is none is left."""
        for text in texts:
            try:
                self.open.add(_decoder.decode(text))
            except msgspec.MsgspecError:
                continue

    def children(self, path: Path) -> Sequence[Node] | None:
        """The nodes below one that are wanted; None where they have not been read."""
        if self.inventory is None:
            return None
        nodes = self._resources.get(path) if _is_type(path) else self.inventory.children(path)
        return nodes and [node for node in nodes if node.drifts or not self.drifted_only]

    def _below(self, path: Path) -> Iterator[Row]:
        for node in self.children(path) or ():
            if node.kind is NodeKind.RESOURCE:
                yield Row(node, None)
                continue
            is_open = node.path in self.open
            yield Row(node, is_open, is_open and self.children(node.path) is None)
            if is_open:
                yield from self._below(node.path)

    def _drifted(self, path: Path) -> Iterator[Path]:
        for node in self.inventory.children(path) if self.inventory is not None else ():
            if node.drifts and node.kind is not NodeKind.RESOURCE:
                yield node.path
                if node.kind is not NodeKind.TYPE:
                    yield from self._drifted(node.path)


def _is_type(path: Path) -> bool:
    return len(path) == list(NodeKind).index(NodeKind.TYPE)
