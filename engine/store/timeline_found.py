"""What a scan found, kept small until all of it is known and can be held against the versions that are stored.

Two million rows of text would need more memory than the resources that are compared at a time.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
import zstandard
from msgspec import Struct
from numpy.typing import NDArray

from engine.model import ResourceState
from engine.store.timeline_columns import Columns

#: What repeats from row to row, and what does not.
_KIND = ("side", "provider", "type", "scope", "source")
_TEXTS = ("id", "address", "name", "hash")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[list[str]])


class _Block(Struct, frozen=True):
    """Rows: the number of each one's kind, a hash of its identity, and its texts by column, packed."""

    kinds: NDArray[Any]
    identities: NDArray[Any]
    texts: bytes


class Found:
    """The rows of one scan. Of several with one identity the last counts."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, ...], int] = {}
        self._blocks: list[_Block] = []

    def add(self, states: Sequence[ResourceState], hashes: Iterable[str]) -> None:
        """Takes states in, with the hashes of their contents."""
        kinds, identities = [], []
        for state in states:
            ref = state.ref
            kind = (state.side, ref.provider, ref.type, ref.scope, state.source)
            kinds.append(self._kinds.setdefault(kind, len(self._kinds)))
            identities.append(hash((kind[:4], ref.id, ref.address)))
        refs = [state.ref for state in states]
        texts = [[ref.id for ref in refs], [ref.address for ref in refs], [ref.name for ref in refs], list(hashes)]
        packed = zstandard.compress(_encoder.encode(texts), 1)
        self._blocks.append(_Block(np.array(kinds, np.int32), np.array(identities, np.int64), packed))

    def columns(self) -> Columns:
        """All rows by column."""
        kinds = _joined([block.kinds for block in self._blocks], np.int32)
        columns = {
            name: np.array([kind[place] for kind in self._kinds], dtype=object)[kinds]
            for place, name in enumerate(_KIND)
        }
        columns |= {name: np.empty(len(kinds), dtype=object) for name in _TEXTS}
        start = 0
        for block in self._blocks:
            end = start + len(block.kinds)
            for name, texts in zip(_TEXTS, _decoder.decode(zstandard.decompress(block.texts)), strict=True):
                columns[name][start:end] = texts
            start = end
        again = self._superseded(columns)
        return {name: np.delete(column, again) for name, column in columns.items()} if again else columns

    def _superseded(self, columns: Columns) -> list[int]:
        """The rows behind which others of the same identity come."""
        identities = _joined([block.identities for block in self._blocks], np.int64)
        hashes, counts = np.unique(identities, return_counts=True)
        last: dict[tuple[str, ...], int] = {}
        again = []
        for row in np.flatnonzero(np.isin(identities, hashes[counts > 1])).tolist():
            identity = tuple(columns[name][row] for name in (*_KIND[:4], "id", "address"))
            if identity in last:
                again.append(last[identity])
            last[identity] = row
        return again


def _joined(arrays: list[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)
