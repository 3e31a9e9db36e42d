"""Exports of Cloud Asset Inventory and answers of `gcloud asset`, read from files.

An export holds the assets of some types within some projects. It does not say which types it was made of: those that
it names are taken to be listed completely in the projects that it names, any other type was perhaps not asked for.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Raw, Struct, field

from engine.collectors.actual.gcp_records import Asset, Projects, Record, coverage, observed
from engine.collectors.actual.gcp_settings import Settings
from engine.collectors.base import Context, Found
from engine.collectors.files import read_bytes
from engine.errors import SourceError


class _Answer(Struct):
    """An answer of the API: a page of a listing or of a search, or a batch."""

    assets: list[Raw] = field(default_factory=list)
    results: list[Raw] = field(default_factory=list)


_decode = msgspec.json.Decoder(Record).decode


def read_recorded(files: list[Path], settings: Settings, context: Context) -> Iterator[Found]:
    """Yields the assets of all files and what each file covers.

    Raises SourceError when no file could be read at all.
    """
    projects = Projects()
    waiting: list[tuple[Asset, str]] = []
    count = 0
    for file in files:
        kinds: set[str] = set()
        places: set[str] = set()
        try:
            records = _records(read_bytes(file))
            for number, record in enumerate(records, 1):
                asset = _asset(record, f"{file.name}:{number}", context)
                if asset is None:
                    continue
                count += 1
                project = projects.of(asset)
                if asset.data is not None or asset.policy is None:
                    kinds.add(asset.kind)
                    places.add(project)
                if project:
                    yield observed(asset, project, settings.name, file.name)
                else:
                    waiting.append((asset, file.name))
        except SourceError as error:
            context.skip(file.name, str(error))
            continue
        yield from coverage(kinds, places - {""}, settings.name)
    for asset, origin in waiting:
        yield observed(asset, projects.of(asset), settings.name, origin)
    if not count and context.problems:
        raise SourceError(f"{context.problems[0]}; nothing of source {settings.name!r} could be read")


def _records(content: bytes) -> Iterator[bytes | Raw]:
    """The records of a file: a JSON list, an answer with `assets` or `results`, one object, or one object a line."""
    text = content.removeprefix(b"\xef\xbb\xbf").strip()
    if text[:1] == b"[":
        try:
            yield from msgspec.json.decode(text, type=list[Raw])
        except msgspec.DecodeError as error:
            raise SourceError(f"not a JSON list: {error}") from error
        return
    try:
        answer = msgspec.json.decode(text, type=_Answer)
    except msgspec.DecodeError:
        yield from (line for line in text.splitlines() if line.strip())
        return
    found = [*answer.assets, *answer.results]
    yield from found if found or text[:1] != b"{" else [text]


def _asset(record: bytes | Raw, where: str, context: Context) -> Asset | None:
    """The asset of a record; None for one that was deleted, or is none, which is then reported."""
    try:
        read = _decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        context.skip(where, f"not an asset: {error}")
        return None
    asset = read.asset or read
    if read.deleted or asset.deleted:
        return None
    if "/" not in asset.kind:
        context.skip(where, "not an asset: it has no asset type")
        return None
    return asset
