"""Models on disk: a folder with a manifest that names every file and its SHA-256. No pickle, nothing that runs.

Nothing is parsed before it was checked: the manifest against its own hash where one is known, a file against the
manifest.
"""

import os
import re
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field, structs

from engine.errors import ModelError

MANIFEST = "manifest.json"

#: Larger than any model that is trained here: what does not fit is no model of ours.
_MOST_BYTES = 32 * 1024 * 1024
_MOST_FILES = 64
#: Follows no link, and does not wait at a pipe.
_PLAINLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}")


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be known of a model before it is used.

    `features` are the inputs in their order. `trained_on` says in words what it has learned from, `data_hash` names
    that data and `seed` what chance was drawn from. `metrics` are what evaluation measured (accuracy, macro_f1, ece,
    brier; confusion as a list of rows). `code_version` is the DriftGuard that trained it. `files` maps each file's
    name to its SHA-256.
    """

    name: str
    version: str
    created_at: datetime
    seed: int
    data_hash: str
    features: tuple[str, ...]
    metrics: dict[str, Any]
    code_version: str
    trained_on: str
    files: dict[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """`name@version`, as reports name a model."""
        return f"{self.name}@{self.version}"


def save(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> Manifest:
    """Writes a model to a folder that does not exist yet, in whole or not at all; returns the manifest with hashes.

    Raises ModelError when the folder exists, cannot be written, or a name is none.
    """
    manifest = structs.replace(manifest, files={name: sha256(content).hexdigest() for name, content in files.items()})
    _check_names(manifest, folder)
    if folder.exists():
        raise ModelError(f"{folder}: there is a model already; give the new one another version")
    unfinished = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        for name, content in {**files, MANIFEST: encoded(manifest)}.items():
            _write(unfinished / name, content)
        unfinished.rename(folder)
    except OSError as error:
        with suppress(OSError):
            shutil.rmtree(unfinished)
        raise ModelError(f"{folder}: the model cannot be written ({error.strerror})") from error
    return manifest


def load(folder: Path, *, expected: str | None = None) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest of a model and its files' contents, each checked against its hash. Other files are not read.

    `expected` is the SHA-256 of the manifest itself, where it is known from elsewhere. Raises ModelError when
    anything is missing, altered, too large or not what a model has.
    """
    manifest = load_manifest(folder, expected=expected)
    contents = {}
    for name, digest in manifest.files.items():
        contents[name] = _read(folder / name)
        if sha256(contents[name]).hexdigest() != digest:
            raise ModelError(f"{folder / name}: was altered since the model was made; train or install it again")
    return manifest, contents


def load_manifest(folder: Path, *, expected: str | None = None) -> Manifest:
    """The manifest alone, checked as by `load`. Raises ModelError."""
    path = folder / MANIFEST
    body = _read(path)
    if expected is not None and sha256(body).hexdigest() != expected:
        raise ModelError(f"{path}: is not the manifest that was registered; train or install the model again")
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except msgspec.DecodeError as error:
        raise ModelError(f"{path}: is no manifest of a model ({error}); train or install it again") from error
    _check_names(manifest, folder)
    return manifest


def fingerprint(folder: Path) -> str:
    """The SHA-256 of a model's manifest, and by it of the whole model. Raises ModelError."""
    return sha256(_read(folder / MANIFEST)).hexdigest()


def encoded(manifest: Manifest) -> bytes:
    """The manifest as its file has it: the same for the same manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=2)


def _check_names(manifest: Manifest, folder: Path) -> None:
    names = [manifest.name, manifest.version, *manifest.files]
    wrong = next((name for name in names if not _NAME.fullmatch(name)), None)
    if wrong is not None or MANIFEST in manifest.files:
        raise ModelError(f"{folder}: {wrong or MANIFEST!r} cannot be the name of a model, a version or a file of one")
    if len(manifest.files) > _MOST_FILES:
        raise ModelError(f"{folder}: names {len(manifest.files)} files; a model has at most {_MOST_FILES}")


def _read(path: Path) -> bytes:
    """A plain file's content; neither what a link leads to nor more than a model can hold."""
    try:
        with os.fdopen(os.open(path, _PLAINLY), "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); train or install the model again") from error
    if len(content) > _MOST_BYTES:
        raise ModelError(f"{path}: is larger than a model can be ({_MOST_BYTES // 1024**2} MB)")
    return content


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
