"""Recorded input on disk: finding the files a path means, and reading them, compressed or not."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path

import zstandard

from engine.collectors.base import Settings
from engine.errors import SourceError


def find_files(settings: Settings, suffixes: tuple[str, ...] = ()) -> list[Path]:
    """The files that the source's `path` means, sorted. Folders are read recursively, hidden entries left out.

    `suffixes` limits what is taken from folders (`.tfstate`; `.gz` and `.zst` behind it are accepted too); a
    file that is named outright, or matched by a glob, is always taken.

    Raises SourceError when a path names nothing.
    """
    found: set[Path] = set()
    for text in settings.paths:
        path = Path(text).expanduser()
        path = path if path.is_absolute() else settings.base / path
        if path.is_dir():
            found.update(file for file in _walk(path) if not suffixes or _has_suffix(file, suffixes))
        elif path.is_file():
            found.add(path)
        else:
            anchor, pattern = split_glob(path)
            matches = [file for file in anchor.glob(pattern) if file.is_file()] if pattern else []
            if not matches:
                raise SourceError(f"{text}: no such file, folder or match; check `path` of source {settings.name!r}")
            found.update(matches)
    return sorted(found)


def read_bytes(path: Path) -> bytes:
    """The content of a file, decompressed if it is gzip or zstd (by content, not by name).

    Raises SourceError with the reason when it cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    return decompress(raw, path.name)


def read_lines(path: Path, start: int, end: int) -> bytes:
    """The lines that begin from byte `start` on and before byte `end` of a file that is not compressed.

    Raises SourceError with the reason when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            if start:
                file.seek(start - 1)
                file.readline()  # the end of a line that began before
            lines = file.read(max(0, end - file.tell()))
            return lines if not lines or lines.endswith(b"\n") else lines + file.readline()
    except OSError as error:
        raise _unreadable(path, error) from error


def decompress(raw: bytes, name: str) -> bytes:
    """What was compressed with gzip or zstd; other content as it is. `name` is for the error's sentence.

    Raises SourceError when the compressed content is damaged.
    """
    try:
        if raw[:2] == b"\x1f\x8b":
            return gzip.decompress(raw)
        if raw[:4] == b"\x28\xb5\x2f\xfd":
            with zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as reader:
                return bytes(reader.readall())
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise SourceError(f"{name}: the compressed file is damaged or cut short") from error
    return raw


def fingerprint(files: list[Path]) -> str:
    """A digest of names, sizes and modification times."""
    digest = hashlib.blake2b(digest_size=16)
    for path in files:
        stat = path.stat()
        digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}\n".encode())
    return digest.hexdigest()


def _unreadable(path: Path, error: OSError) -> SourceError:
    return SourceError(f"{path.name}: {error.strerror or 'cannot be read'}")


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry)
        elif entry.is_file():
            yield entry


def _has_suffix(path: Path, suffixes: tuple[str, ...]) -> bool:
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    return name.endswith(suffixes)


def split_glob(path: Path) -> tuple[Path, str]:
    """Splits `states/**/*.tfstate` into the folder before the first wildcard and the pattern behind it."""
    parts = path.parts
    for index, part in enumerate(parts):
        if any(char in part for char in "*?["):
            return Path(*parts[:index]), str(Path(*parts[index:]))
    return path, ""
