"""Scanning again and again: when the time has come, and at once when a recorded input or the code changed."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.errors import DriftGuardError
from engine.model import Drift, Report

if TYPE_CHECKING:
    from engine.config import Config
    from engine.store import Stores

#: After failures in a row one waits longer, up to so many times as long.
_LONGEST = 8


class What(StrEnum):
    APPEARED = "appeared"
    CHANGED = "changed"  # it differs in another way than before
    GONE = "gone"


class News(Struct, frozen=True):
    """What became of a drift between two scans."""

    what: What
    drift: Drift


def news(before: Report | None, after: Report) -> Iterator[News]:
    """What the later report tells that the earlier one did not; without an earlier one every drift is new.

    Drifts are gone only where every source of resources could be read: what was not looked at may still be there.
    """
    known = {drift.id: drift for drift in before.drifts} if before is not None else {}
    for drift in after.drifts:
        old = known.pop(drift.id, None)
        if old is None:
            yield News(What.APPEARED, drift)
        elif (old.kind, old.changes) != (drift.kind, drift.changes):
            yield News(What.CHANGED, drift)
    if after.scan.read_whole:
        for drift in known.values():
            yield News(What.GONE, drift)


async def watch(
    config: "Config",
    stores: "Stores | None",
    told: Callable[[Report, list[News]], object],
    *,
    every: timedelta,
    stop: asyncio.Event,
    failed: Callable[[str], object],
    before: Report | None = None,
) -> None:
    """Scans until `stop` is set. `told` is given each report, and what is new in it since the one `before`.

    A scan under way is finished first. One that cannot be made is told to `failed` in a sentence, and tried again
    later.
    """
    from engine.pipeline import scan

    changed = asyncio.Event()
    looking = asyncio.create_task(_look(config, changed))  # from before the first scan on: nothing falls between
    failures = 0
    try:
        while not stop.is_set():
            changed.clear()
            try:
                report = await scan(config, stores=stores)
                told(report, list(news(before, report)))
                before, failures = report, 0
            except DriftGuardError as error:
                failures += 1
                failed(str(error))
            await _either(stop, changed, every * min(2**failures, _LONGEST))
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _either(one: asyncio.Event, other: asyncio.Event, most: timedelta) -> None:
    """Until one of them is set, or it has taken so long."""
    waits = [asyncio.create_task(one.wait()), asyncio.create_task(other.wait())]
    try:
        await asyncio.wait(waits, timeout=most.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def _look(config: "Config", changed: asyncio.Event) -> None:
    """Sets the event whenever a local input changed. A folder that goes away ends it: the next scan says so."""
    from watchfiles import awatch

    folders, files = _places(config)
    watched = {folder for folder in (*folders, *(file.parent for file in files)) if folder.is_dir()}
    store = config.store.absolute()

    def concerns(_: object, name: str) -> bool:
        path = Path(name)
        # What a scan writes itself is no reason for another.
        is_ours = store in path.parents
        return not is_ours and (path in files or any(folder in path.parents for folder in folders))

    if watched:
        with contextlib.suppress(OSError):
            async for _ in awatch(*sorted(watched), watch_filter=concerns, ignore_permission_denied=True):
                changed.set()


def _places(config: "Config") -> tuple[set[Path], set[Path]]:
    """The folders that the sources read here, those of patterns as well, in which files may yet appear; the files."""
    from engine.collectors.files import split_glob

    folders, files = set[Path](), set[Path]()
    for source in config.sources:
        for text in source.settings.paths:
            if "://" not in text:
                place, pattern = split_glob((source.settings.base / Path(text).expanduser()).absolute())
                (folders if pattern or place.is_dir() else files).add(place)
    return folders, files
