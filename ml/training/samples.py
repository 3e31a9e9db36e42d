"""Drifts as rows of numbers, with their true causes: what models are trained on and measured with."""

import io
import zipfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from engine.errors import ModelError
from ml.ensemble.pooling import Table
from ml.features import Vector, feature_names

#: The file of a model that holds the drifts which others are held against.
EVALUATION = "evaluation.npz"

Texts = NDArray[np.str_]


class Samples(Struct, frozen=True):
    """One row for each drift.

    features: in the order of `feature_names`. evidence: the distribution that the evidence model gives. causes: places
    in `Category`. processes: by what process it came about. estates: of which estate it is. lacking: what the estate
    was not given of its evidence; empty where nothing. sittings: in which sitting it was made, if any other was too.
    complete: whether all that tells of this drift was given.
    """

    features: Vector
    evidence: Table
    causes: NDArray[np.int8]
    processes: Texts
    estates: Texts
    lacking: Texts
    sittings: Texts
    complete: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.causes)

    def where(self, chosen: NDArray[np.bool_]) -> "Samples":
        """The rows that are chosen."""
        return Samples(**{name: column[chosen] for name, column in structs.asdict(self).items()})

    def places_of_sittings(self) -> list[list[int]]:
        """The rows of each sitting of which several are here."""
        found: dict[tuple[str, str], list[int]] = {}
        for place in np.flatnonzero(self.sittings != "").tolist():
            found.setdefault((str(self.estates[place]), str(self.sittings[place])), []).append(place)
        return [places for places in found.values() if len(places) > 1]

    @property
    def digest(self) -> str:
        """The SHA-256 of all rows."""
        found = sha256()
        for column in structs.asdict(self).values():
            found.update(np.ascontiguousarray(column).tobytes())
        return found.hexdigest()


def joined(parts: list[Samples]) -> Samples:
    """The rows of all parts, in their order."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Samples.__struct_fields__}
    return Samples(**columns)


def encode_samples(samples: Samples) -> bytes:
    """The samples as the content of one compressed file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **structs.asdict(samples))
    return buffer.getvalue()


def decode_samples(content: bytes, where: str, features: Sequence[str] = ()) -> Samples:
    """Samples from a file's content. Raises ModelError, naming `where` it is from, when it holds none.

    `features` are those of its columns where they may be fewer than this version has; the others are missing.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as columns:
            known = {"sittings": np.full(len(columns["causes"]), ""), **columns}
            found: dict[str, Any] = {name: known[name] for name in Samples.__struct_fields__}
            if features:
                found["features"] = _widened(found["features"], features)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{where}: holds no samples ({error}); delete it, and they are made again") from error
    if len({len(column) for column in found.values()}) != 1:
        raise ModelError(f"{where}: holds columns of different lengths; delete it, and they are made again")
    return Samples(**found)


def _widened(matrix: Vector, names: Sequence[str]) -> Vector:
    """The rows with a column for each feature of this version. Raises ValueError for features that it lacks."""
    wide = np.full((len(matrix), len(feature_names())), np.nan, dtype=np.float32)
    wide[:, [feature_names().index(name) for name in names]] = matrix
    return wide


def write_samples(path: Path, samples: Samples) -> None:
    """Writes the samples as one compressed file, in whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(encode_samples(samples))
    unfinished.replace(path)


def read_samples(path: Path) -> Samples:
    """Samples from a file. Raises ModelError when it holds none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    return decode_samples(content, str(path))
