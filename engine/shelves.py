"""What a scan has collected, sorted by what has to be compared together, and packed away when it is much.

A resource is compared with its counterpart and its pieces, never with one of another kind. So a large estate need not
be in memory as a whole: it is kept in compressed blocks, and unpacked kind by kind.
"""

import threading
from binascii import crc32
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec
import zstandard
from msgspec import Struct

from engine.compare import as_parent, settle
from engine.model import HEARSAY, Basis, Declared, Language, Observed
from engine.providers import Knowledge

Item = TypeVar("Item", Declared, Observed)

#: Resources kept as they are; beyond this, what comes is packed. About 400 MB of objects.
_LOOSE = 50_000

_NAMESPACE_SHELVES = 32

_encoder = msgspec.msgpack.Encoder()
_declared = msgspec.msgpack.Decoder(list[Declared])
_observed = msgspec.msgpack.Decoder(list[Observed])


class Group(Struct, frozen=True):
    """What has to be compared together."""

    declared: list[Declared]
    observed: list[Observed]


class _Block(Struct, Generic[Item], frozen=True):
    """Consecutive items of one source. `place` keeps the order of the configuration, whoever was read first."""

    place: tuple[int, int]
    items: list[Item] | bytes


class Shelves:
    """Collectors put batches in from their threads; afterwards the groups are taken out one by one.

    `parents` holds the addresses of declared resources that others live in, by their identities.
    """

    def __init__(self, knowledge: Knowledge, loose: int = _LOOSE) -> None:
        self._families = _Families(knowledge)
        self._declared: dict[str, list[_Block[Declared]]] = {}
        self._observed: dict[str, list[_Block[Observed]]] = {}
        self.parents: dict[str, str] = {}
        self._left = loose
        self._by_code = False
        self._lock = threading.Lock()

    @property
    def packed(self) -> bool:
        """Whether it was so much that groups are unpacked each time they are asked for."""
        return self._left <= 0

    def put(self, source: int, number: int, items: Sequence[Declared | Observed]) -> None:
        """Takes the batch with this number of the source with this place in the configuration."""
        declared: dict[str, list[Declared]] = {}
        observed: dict[str, list[Observed]] = {}
        for item in items:
            if isinstance(item, Declared):
                declared.setdefault(self._families.of_declared(item), []).append(item)
                self._by_code = self._by_code or item.basis is not Basis.STATE or item.language is Language.PLAN
                self.parents.update(as_parent(item))
            else:
                observed.setdefault(self._families.of_observed(item), []).append(item)
        with self._lock:
            packs = self._left <= 0
            self._left -= len(items)
        for shelf, batches in ((self._declared, declared), (self._observed, observed)):
            for family, batch in batches.items():
                block = _Block((source, number), _packed(batch) if packs else batch)
                with self._lock:
                    shelf.setdefault(family, []).append(block)

    def groups(self) -> Iterator[Group]:
        """Everything, group by group, each in the order of the configuration; the same each time."""
        if self._by_code:
            # Code refers to resources of other kinds, and takes the place of their states: it is settled as a whole.
            settled: dict[str, list[Declared]] = {}
            for item in settle(item for blocks in self._declared.values() for item in _unpacked(blocks, _declared)):
                settled.setdefault(self._families.of_declared(item), []).append(item)
            self._declared = {family: [_Block((0, 0), items)] for family, items in settled.items()}
            self._by_code = False
        for family in sorted({*self._declared, *self._observed}):
            yield Group(
                list(_unpacked(self._declared.get(family, []), _declared)),
                list(_unpacked(self._observed.get(family, []), _observed)),
            )


class _Families:
    """What belongs together: native types with those of their pieces, objects of a cluster by namespace."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._types = knowledge.types
        self._root: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._providers: set[str] = set()
        self._lock = threading.Lock()
        for piece_type, piece_rule in knowledge.registry.pieces():
            self._belongs(piece_type, piece_rule.of)

    def _of_terraform(self, declared_type: str) -> str:
        rule = self._types.get(declared_type)
        return self.of_native(rule.native) if rule else declared_type

    def of_native(self, native: str) -> str:
        known = self._known.get(native)
        if known is None:
            plain = native.removeprefix(HEARSAY)
            provider = self._knowledge.provider_of(plain)
            if provider is not None and provider not in self._providers:
                self._learn(provider)
            known = self._known[native] = self._of_native(plain)
        return known

    def _learn(self, provider: str) -> None:
        """Looks at the pieces of a provider's types, when its first resource arrives."""
        with self._lock:
            if provider in self._providers:
                return
            for rule in self._knowledge.rules(provider):
                for child in rule.children:
                    piece = self._types.get(child.type)
                    if piece is not None:
                        self._belongs(piece.native, rule.native)
            self._providers.add(provider)

    def _belongs(self, piece: str, whole: str) -> None:
        first, second = self._of_native(piece), self._of_native(whole)
        if first != second:
            self._root[first] = second

    def _of_native(self, native: str) -> str:
        if native.startswith("terraform:"):
            return self._of_terraform(native.removeprefix("terraform:"))
        root = native
        while (parent := self._root.get(root, root)) != root:
            root = parent
        return root

    def of_observed(self, item: Observed) -> str:
        if item.provider == "kubernetes" and item.keys:
            return _of_namespace(item.keys[0])
        return self.of_native(item.native)

    def of_declared(self, item: Declared) -> str:
        ref = item.ref
        if item.language in (Language.TERRAFORM, Language.PLAN):
            return self._of_terraform(ref.type)
        if item.language is Language.KUBERNETES:
            return _of_namespace(ref.id)
        return self.of_native(ref.type)


def _of_namespace(identity: str) -> str:
    """Objects of a namespace own and scale each other, and may change their API group; namespaces share shelves."""
    namespace = identity.split("/", 3)[2:3] or [""]
    return f"namespaces {crc32(namespace[0].encode()) % _NAMESPACE_SHELVES:02d}"


def _packed(items: list[Item]) -> list[Item] | bytes:
    try:
        return zstandard.compress(_encoder.encode(items), 1)
    except (OverflowError, TypeError, msgspec.EncodeError):
        # A number beyond 64 bits has no place in a block. Such a batch stays as it is.
        return items


def _unpacked(blocks: Iterable[_Block[Item]], decoder: "msgspec.msgpack.Decoder[list[Item]]") -> Iterator[Item]:
    for block in sorted(blocks, key=lambda block: block.place):
        yield from decoder.decode(zstandard.decompress(block.items)) if isinstance(block.items, bytes) else block.items
