"""The workspace Sources: what is read, how it goes, why something cannot be read, and trying it."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual.pilot import Pilot

from driftguard_tui.session import Session
from driftguard_tui.widgets.source_list import SourceRow, freshness, rows
from driftguard_tui.workspaces.sources import SourcesWorkspace
from engine.collectors.base import Access, Lack
from engine.config import bundle_config
from engine.doctor import Finding, Verdict
from engine.model import Report
from tests.support.console import console, press, screen, settle
from tests.support.reports import AS_OF, RecordedEngine, a_report
from tests.support.small_bundle import write_bundle

AGES = (timedelta(hours=3), timedelta(days=12), timedelta(minutes=2), timedelta(0), timedelta(minutes=21), None)


def a_dated_report() -> Report:
    """A report of sources of which most tell how new they are."""
    report = a_report()
    dated = zip(report.scan.sources, AGES, strict=True)
    sources = tuple(replace(source, newest=AS_OF - age if age is not None else None) for source, age in dated)
    return replace(report, scan=replace(report.scan, sources=sources))


def workspace(pilot: Pilot[Any]) -> SourcesWorkspace:
    found = pilot.app.screen_stack[0]
    assert isinstance(found, SourcesWorkspace)
    return found


def detail(pilot: Pilot[Any]) -> str:
    """What the pane of the source under the cursor holds, whether it is seen or not."""
    found = workspace(pilot).detail
    return " ".join("".join(span.text for span in line) for line in found.draw(100))


async def on_source(pilot: Pilot[Any], name: str) -> None:
    await press(pilot, "8", "g")
    for _ in workspace(pilot).list.items:
        selected = workspace(pilot).list.selected
        if selected is not None and selected.source.name == name:
            return
        await press(pilot, "j")


def test_sources_are_listed_by_role_with_how_reading_them_went() -> None:
    async def run() -> None:
        async with console(RecordedEngine(a_dated_report())) as pilot:
            shown = await press(pilot, "8")
            lines = [" ".join(line.split()) for line in shown.split("\n")]
            assert "6 sources · 2 not in order" in shown
            assert any("declared ✓ ok terraform_state prod-state 287 ━━━━── 3 h" in line for line in lines)
            assert any("◐ partial aws billing us-east-1:" in line and "121 4 ━━━━━━ 0 s" in line for line in lines)
            assert any("✗ failed git platform-repo repos/p" in line for line in lines)

    asyncio.run(run())


def test_what_is_wrong_is_told_in_full_and_what_it_means() -> None:
    async def run() -> None:
        async with console(RecordedEngine(a_dated_report())) as pilot:
            await on_source(pilot, "platform-repo")
            told = detail(pilot)
            assert "no git repository there; correct `path` in driftguard.toml" in told
            assert "Who, when and why may be missing" in told
            assert "token  keyring:driftguard/token" in told, "a secret is shown as its reference"

    asyncio.run(run())


def test_a_source_is_tried_while_keys_go_on_answering() -> None:
    async def run() -> None:
        engine = RecordedEngine(a_dated_report())
        access = Access(may=("84 of 86 types",), lacks=(Lack("AWS::KMS::Key", "kms:DescribeKey"),))
        detail_text = "aws: reachable, as reader"
        engine.verdicts["billing"] = Finding("sources", "billing", Verdict.NOTE, detail_text, access)
        async with console(engine) as pilot:
            await on_source(pilot, "billing")
            engine.hold.clear()
            await press(pilot, "c")
            assert "being tried" in detail(pilot)
            await press(pilot, "g")
            assert "being tried" not in detail(pilot), "another source is shown meanwhile"
            engine.hold.set()
            await settle(pilot)
            await on_source(pilot, "billing")
            told = detail(pilot)
            assert "aws: reachable, as reader" in told
            assert "may read 84 of 86 types" in told
            assert "lacks AWS::KMS::Key needs kms:DescribeKey" in " ".join(told.split())

    asyncio.run(run())


def test_all_sources_are_tried_at_once() -> None:
    async def run() -> None:
        async with console(RecordedEngine(a_dated_report())) as pilot:
            await press(pilot, "8", "a")
            await settle(pilot)
            for name in ("prod-state", "trail"):
                await on_source(pilot, name)
                assert "✓ reachable" in detail(pilot)

    asyncio.run(run())


def test_a_scan_under_way_is_followed_source_by_source() -> None:
    async def run() -> None:
        engine = RecordedEngine(a_dated_report())
        engine.hold.clear()
        async with console(engine) as pilot:
            lines = [" ".join(line.split()) for line in (await press(pilot, "8")).split("\n")]
            assert any("✓ read terraform_state prod-state" in line and "1,204" in line for line in lines)
            assert any("· waiting git platform-repo" in line for line in lines)
            engine.hold.set()
            await settle(pilot)
            assert "✗ failed" in screen(pilot)

    asyncio.run(run())


def test_the_cursor_is_where_it_was_at_the_next_start(tmp_path: Path) -> None:
    async def run() -> None:
        async with console(RecordedEngine(a_dated_report(), folder=tmp_path)) as pilot:
            await on_source(pilot, "trail")
        async with console(RecordedEngine(a_dated_report(), folder=tmp_path)) as pilot:
            await press(pilot, "8")
            selected = workspace(pilot).list.selected
            assert selected is not None
            assert selected.source.name == "trail"

    asyncio.run(run())


def test_the_last_readings_and_the_settings_are_those_of_the_store_and_the_configuration(tmp_path: Path) -> None:
    async def run() -> None:
        bundle = write_bundle(tmp_path / "shop")
        session = Session(bundle_config(bundle), tmp_path / "store")
        async with console(session) as pilot:  # type: ignore[arg-type]
            await settle(pilot)
            while session.report is None:
                await pilot.pause(0.05)
            (bundle / "aws" / "broken.json").write_text("{")
            await press(pilot, "r")
            while session.report.scan.sources[1].error is None:
                await pilot.pause(0.05)
            await on_source(pilot, "aws")
            await press(pilot, "c")
            await settle(pilot)
            for _ in range(100):
                if "being tried" not in detail(pilot):
                    break
                await pilot.pause(0.05)
            told = detail(pilot)
            assert "path  aws" in told
            assert told.count("14 Mar 2026 09:00 UTC") >= 2, "two readings"
            assert "broken.json" in told

    asyncio.run(run())


def test_without_sources_it_says_how_to_begin() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        engine.sources = ()
        async with console(engine) as pilot:
            assert "No sources yet" in await press(pilot, "8")
            assert "There is no source" in await press(pilot, "a")

    asyncio.run(run())


def test_the_bar_is_full_for_what_is_new_and_empty_for_what_is_a_month_old() -> None:
    report = a_dated_report()
    engine = RecordedEngine(report)
    by_name = {row.source.name: row for row in rows(engine.sources, report, {}, None)}

    def filled(row: SourceRow) -> int:
        return sum(span.text.count("━") for span in freshness(row, 10))

    assert filled(by_name["prod"]) == 10
    assert 0 < filled(by_name["billing-state"]) < filled(by_name["prod-state"]) < 10
    assert filled(by_name["platform-repo"]) == 0
    health = by_name["prod"].health
    assert health is not None
    old = by_name["prod"]._replace(health=replace(health, newest=AS_OF - timedelta(days=90)))
    assert filled(old) == 0
