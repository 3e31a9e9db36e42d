"""The workspace Audit: who did what, newest first, and whether the record is whole."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from textual.pilot import Pilot

from driftguard_tui.workspaces.audit import AuditWorkspace
from engine.store import Stores, open_stores
from engine.workflow.requests import Requests
from tests.support.console import console, fill, press, screen, settle
from tests.support.people import fixable
from tests.support.reports import RecordedEngine
from tests.support.samples import make_report

REPORT = make_report("s1", 0, fixable("d-1"), fixable("d-2"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the scan in it: copying it is quicker than making one."""
    folder = tmp_path_factory.mktemp("prepared")
    with open_stores(folder) as stores:
        stores.record_scan(REPORT)
    return folder


@pytest.fixture
def stores(prepared: Path, tmp_path: Path) -> Iterator[Stores]:
    with open_stores(Path(copytree(prepared, tmp_path / "store"))) as stores:
        yield stores


@asynccontextmanager
async def desk(stores: Stores | None, **options: Any) -> AsyncIterator[Pilot[Any]]:
    engine = RecordedEngine(REPORT, estate="")
    engine.stores = stores
    async with console(engine, **options) as pilot:
        yield pilot


async def shown(pilot: Pilot[Any], *keys: str) -> str:
    await press(pilot, *keys)
    await settle(pilot)
    return screen(pilot)


def workspace(pilot: Pilot[Any]) -> AuditWorkspace:
    found = pilot.app.screen
    assert isinstance(found, AuditWorkspace)
    return found


def fill_log(stores: Stores) -> str:
    """A request of anna's that ben rejected, and a cause that mia confirmed; the id of the request."""
    request = Requests(stores.ledger, "anna").create("d-1", reason="it is open")
    Requests(stores.ledger, "ben").reject(request.id, comment="after the freeze")
    stores.ledger.confirm("d-2", by="mia")
    return request.id


def test_the_newest_entry_comes_first_and_is_read_beside_the_list(stores: Stores) -> None:
    fill_log(stores)

    async def run() -> None:
        async with desk(stores) as pilot:
            page = await shown(pilot, "9")
            rows = [line for line in page.split("\n") if "2026-" in line or ("202" in line and "request." in line)]
            assert ["drift.confirm" in rows[0], "request.reject" in rows[1], "request.create" in rows[2]] == [True] * 3
            assert "d-1" in rows[1]
            head = stores.ledger.verify_audit().head
            assert f"✓ verified 3 entries · head {head[:12]}…" in page
            assert "Entry 3" in page
            page = await shown(pilot, "j")
            for expected in ("Entry 2", "after the freeze", "ben  request.reject", "aws_security_group.d-1"):
                assert expected in page, expected

    asyncio.run(run())


def test_the_log_is_filtered_by_who_what_and_when(stores: Stores) -> None:
    fill_log(stores)

    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "9", "slash")
            assert "what:request.create" in await fill(pilot, "what:req")
            await fill(pilot, "uest who:BEN", "enter")
            await settle(pilot)
            assert [entry.action for entry in workspace(pilot).list.items] == ["request.reject"]
            assert "Audit · 1 match" in screen(pilot)
            await shown(pilot, "escape", "slash")
            await fill(pilot, "d-2", "enter")
            await settle(pilot)
            assert [entry.subject for entry in workspace(pilot).list.items] == ["d-2"]
            await shown(pilot, "escape", "slash")
            assert "is no time" in await fill(pilot, "since:yesterday", "enter")
            await fill(pilot, "", "escape")
            assert len(workspace(pilot).list.items) == 3

    asyncio.run(run())


def test_a_long_log_is_read_page_by_page(stores: Stores) -> None:
    with stores.ledger.request_book(writes=True) as book:
        for number in range(1, 1101):
            book.audit("anna", "request.comment", f"r-{number}", {}, REPORT.scan.as_of)

    async def run() -> None:
        async with desk(stores) as pilot:
            assert "verified 1,100 entries" in await shown(pilot, "9")
            sizes = [len(workspace(pilot).list.items)]
            for _ in range(3):
                await shown(pilot, "G")
                sizes.append(len(workspace(pilot).list.items))
            assert sizes == [500, 1000, 1100, 1100]
            assert "r-1 " in await shown(pilot, "G")

    asyncio.run(run())


def test_a_log_that_was_tampered_with_says_where(stores: Stores) -> None:
    fill_log(stores)
    connection = sqlite3.connect(stores.folder / "ledger.sqlite")
    with connection:
        connection.execute("DROP TRIGGER audit_log_no_update")
        connection.execute("UPDATE audit_log SET actor = 'ben' WHERE number = 2")
        connection.execute("UPDATE audit_log SET actor = 'nobody' WHERE number = 2")
    connection.close()

    async def run() -> None:
        async with desk(stores) as pilot:
            page = await shown(pilot, "9")
            assert "✗ the chain breaks at entry 2: entry 2 was altered" in page
            assert "1 entry before it hold together" in page

    asyncio.run(run())


def test_what_is_written_down_meanwhile_is_there_on_return_and_verified(stores: Stores) -> None:
    fill_log(stores)

    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "9", "2")
            stores.ledger.confirm("d-1", by="mia")
            page = await shown(pilot, "9")
            assert "verified 4 entries" in page
            assert "verified 4 entries" in await shown(pilot, "v")

    asyncio.run(run())


def test_the_log_is_written_into_a_new_file(stores: Stores, tmp_path: Path) -> None:
    fill_log(stores)
    plain, masked = tmp_path / "log.ndjson", tmp_path / "masked.ndjson"

    async def run() -> None:
        async with desk(stores, size=(200, 40)) as pilot:
            await shown(pilot, "9", "colon")
            await fill(pilot, f"export {plain}", "enter")
            await settle(pilot)
            assert f"Wrote 3 entries to {plain}" in screen(pilot)
            await press(pilot, "colon")
            await fill(pilot, f"export {plain}", "enter")
            await settle(pilot)
            assert "is there already: name another file" in screen(pilot)
            assert "audit-masked-" in await shown(pilot, "E")
            await press(pilot, "ctrl+u")
            await fill(pilot, str(masked), "enter")
            await settle(pilot)

    asyncio.run(run())
    assert [json.loads(line)["actor"] for line in plain.read_text().splitlines()] == ["anna", "ben", "mia"]
    assert plain.stat().st_mode & 0o777 == 0o600
    assert [json.loads(line)["actor"] for line in masked.read_text().splitlines()] == [
        "person-1", "person-2", "person-3",
    ]  # fmt: skip


def test_from_an_entry_to_what_it_is_about(stores: Stores) -> None:
    request = fill_log(stores)
    Requests(stores.ledger, "anna").create("d-2")

    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "9", "j", "o")
            assert pilot.app.current_mode == "drifts"
            assert "aws_security_group.d-2" in screen(pilot)
            page = await shown(pilot, "9", "j", "o")
            assert pilot.app.current_mode == "requests"
            assert request[:8] in page
            assert "✗ rejected" in page

    asyncio.run(run())


def test_in_the_past_only_what_had_been_written(stores: Stores) -> None:
    fill_log(stores)

    async def run() -> None:
        async with desk(stores) as pilot:
            await shown(pilot, "9")
            pilot.app.showing.as_of = REPORT.scan.as_of  # type: ignore[attr-defined]
            workspace(pilot).moved_in_time()
            await settle(pilot)
            assert "The audit log is empty" in screen(pilot)

    asyncio.run(run())


def test_without_a_store_there_is_no_log(stores: Stores) -> None:
    async def run() -> None:
        async with desk(None, size=(80, 24)) as pilot:
            assert "Nothing is recorded here" in await shown(pilot, "9")
            assert "No entry is selected" in await shown(pilot, "o")

    asyncio.run(run())
