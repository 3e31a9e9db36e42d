"""Scanning again and again: what is news between two scans, and when the next one is made."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from msgspec import structs

from engine.config import load_config
from engine.errors import StoreError
from engine.model import Change, Report, SourceHealth, SourceRole, SourceStatus
from engine.store import Stores, open_stores
from engine.watching import News, What, news, watch
from tests.support.samples import make_drift, make_report
from tests.support.small_bundle import write_bundle, write_snapshot

WAIT = 60


def told(before: Report | None, after: Report) -> list[tuple[What, str]]:
    return [(one.what, one.drift.id) for one in news(before, after)]


def test_what_appears_changes_and_goes_is_news_and_what_stays_is_not() -> None:
    stays, changes, goes = make_drift("stays"), make_drift("changes"), make_drift("goes")
    other = structs.replace(changes, changes=(Change("x", 1, 2),))
    before = make_report("s1", 0, stays, changes, goes)
    after = make_report("s2", 5, stays, other, make_drift("comes"))
    assert told(before, after) == [
        (What.CHANGED, "changes"), (What.APPEARED, "comes"), (What.GONE, "goes"),
    ]  # fmt: skip
    assert told(None, before) == [(What.APPEARED, "stays"), (What.APPEARED, "changes"), (What.APPEARED, "goes")]


def test_what_was_not_looked_at_is_not_gone() -> None:
    before, after = make_report("s1", 0, make_drift("d")), make_report("s2", 5)
    failed = SourceHealth("aws", "aws_config", SourceRole.ACTUAL, SourceStatus.FAILED)
    assert told(before, structs.replace(after, scan=structs.replace(after.scan, sources=(failed,)))) == []


def an_estate(folder: Path) -> Path:
    write_bundle(folder)
    file = folder / "driftguard.toml"
    file.write_text(
        '[[source]]\nname = "code"\nkind = "terraform_state"\npath = "terraform/*.tfstate"\n'
        '[[source]]\nname = "aws"\nkind = "aws"\npath = "aws"\n'
    )
    return file


def watching(
    folder: Path, act: Callable[[int, asyncio.Event], None], stores: Stores | None = None, *, every: timedelta
) -> tuple[list[list[News]], list[str]]:
    """What is told while `act` is called after each scan with its number; it sets the event to end."""
    found: list[list[News]] = []
    failures: list[str] = []

    async def go() -> None:
        stop = asyncio.Event()

        def heard(_: Report, news: list[News]) -> None:
            found.append(news)
            asyncio.get_running_loop().call_later(0.2, act, len(found), stop)

        config = load_config(an_estate(folder))
        async with asyncio.timeout(WAIT):
            await watch(config, stores, heard, every=every, stop=stop, failed=failures.append)

    asyncio.run(go())
    return found, failures


def test_a_change_of_a_file_is_found_without_waiting_for_the_time(tmp_path: Path) -> None:
    def act(number: int, stop: asyncio.Event) -> None:
        if number == 1:
            write_snapshot(tmp_path / "aws" / "snapshot.json", VisibilityTimeout="900")
        else:
            stop.set()

    first, *rest = watching(tmp_path, act, every=timedelta(hours=1))[0]
    assert first == []
    assert [(one.what, one.drift.resource.name) for one in rest[-1]] == [(What.APPEARED, "orders")]


def test_it_scans_again_when_the_time_has_come(tmp_path: Path) -> None:
    def act(number: int, stop: asyncio.Event) -> None:
        if number == 3:
            stop.set()

    found, failures = watching(tmp_path, act, every=timedelta(seconds=0.3))
    assert (len(found), failures) == (3, [])


def test_a_scan_that_cannot_be_made_is_told_and_tried_again(tmp_path: Path) -> None:
    async def go() -> list[str]:
        stop = asyncio.Event()
        failures: list[str] = []

        def failed(sentence: str) -> None:
            failures.append(sentence)
            if len(failures) == 2:
                stop.set()

        def refuses(_: Report, __: list[News]) -> None:
            raise StoreError("the disk is full")

        config = load_config(an_estate(tmp_path))
        async with asyncio.timeout(WAIT):
            every = timedelta(seconds=0.05)
            with open_stores(tmp_path / "store") as stores:
                await watch(config, stores, refuses, every=every, stop=stop, failed=failed)
        return failures

    assert asyncio.run(go()) == ["the disk is full"] * 2
