"""The console as its users meet it: keys, panes, sizes, sources, errors."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from driftguard_tui.actions import ACTIONS
from driftguard_tui.workspaces import BY_NAME
from driftguard_tui.workspaces.drifts import DriftsWorkspace
from engine.errors import StoreError
from engine.model import SourceStatus
from tests.support.console import console, fill, press, screen, settle
from tests.support.reports import RecordedEngine, a_report
from themes import load_themes


def estate(pilot: Pilot[Any]) -> DriftsWorkspace:
    found = pilot.app.screen_stack[0]
    assert isinstance(found, DriftsWorkspace)
    return found


def selected(pilot: Pilot[Any]) -> str:
    drift = estate(pilot).list.selected
    assert drift is not None
    return drift.resource.address or drift.resource.id


async def ask(pilot: Pilot[Any], key: str, typed: str, *keys: str) -> str:
    await press(pilot, key)
    await fill(pilot, typed, *keys)
    if "enter" in keys:
        await settle(pilot)
    return screen(pilot)


def listed(pilot: Pilot[Any]) -> list[str]:
    return [drift.resource.address or drift.resource.id for drift in estate(pilot).list.drifts]


def test_it_opens_at_once_and_fills_when_the_scan_is_done() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        engine.hold.clear()
        async with console(engine) as pilot:
            waiting = screen(pilot)
            assert "Reading the sources" in waiting
            assert "✓ prod-state" in waiting
            assert "1,204 records" in waiting
            assert "5 of 6 read, 6,020 records" in waiting
            assert "platform-repo" in waiting
            assert "Confirm the cause" in await press(pilot, "question_mark"), "keys answer during a scan"
            await press(pilot, "escape")
            engine.hold.set()
            await settle(pilot)
            assert "invoices" in screen(pilot)
            assert "34 drifts in 1.4 s" in screen(pilot)

    asyncio.run(run())


def test_the_header_tells_weight_cause_coverage_time_and_sources() -> None:
    async def run() -> None:
        async with console() as pilot:
            header = screen(pilot).split("\n")[:3]
            assert "shop-prod" in header[0]
            assert "2 Drifts" in header[0]
            assert "◆ 3 critical" in header[1]
            assert "97% covered" in header[1]
            assert "as of 14 Mar 2026 14:05 UTC" in header[1]
            assert "unauthorized 2" in header[2]
            assert "undetermined 5" in header[2]
            assert "✗ 1 failed  ◐ 1 partial" in header[2]

    asyncio.run(run())


def test_the_cursor_moves_as_in_vi() -> None:
    async def run() -> None:
        async with console() as pilot:
            first, second, last = listed(pilot)[0], listed(pilot)[1], listed(pilot)[-1]
            for keys, expected in (
                (["j"], second), (["k"], first), (["down"], second), (["up"], first), (["up"], first),
                (["G"], last), (["j"], last), (["g"], first), (["end"], last), (["home"], first),
                (["n"], second), (["N"], first),
            ):  # fmt: skip
                await press(pilot, *keys)
                assert selected(pilot) == expected, keys
            await press(pilot, "pagedown")
            assert estate(pilot).list.cursor == estate(pilot).list.page
            await press(pilot, "pageup")
            assert estate(pilot).list.cursor == 0

    asyncio.run(run())


def test_the_detail_tells_the_whole_story() -> None:
    async def run() -> None:
        async with console(size=(200, 90)) as pilot:
            story = await press(pilot, "j")
            await settle(pilot)
            story = " ".join(screen(pilot).split())
            assert "chidi.okafor@shop.example" in story
            assert "through the web console" in story
            assert "Almost certainly an emergency fix" in story
            for expected in (
                '− ["10.0.0.0/8"]', '+ ["10.0.0.0/8", "0.0.0.0/0"]', "TEMP incident 4711", "91% 80–97%",
                "manual troubleshooting", "INC0004711 P1", "incidents", "alerts", "−24 min", "13:42:00",
                "Put the declared value back", "1 $ terraform plan", "the break-glass role was used",
                "Ruled out", "+ cidr_blocks",
            ):  # fmt: skip
                assert expected in story, expected

    asyncio.run(run())


def test_sensitive_values_stay_masked() -> None:
    async def run() -> None:
        async with console() as pilot:
            await ask(pilot, "slash", "orders", "enter", "enter")
            assert "− (sensitive)" in screen(pilot)

    asyncio.run(run())


def test_on_a_small_screen_list_and_detail_take_turns() -> None:
    async def run() -> None:
        async with console(size=(80, 24)) as pilot:
            assert "Why" not in screen(pilot)
            assert "resource" in screen(pilot)
            detail = await press(pilot, "enter")
            assert "What changed" in detail
            assert "▼" not in detail.split("\n")[4]
            await press(pilot, "n")
            await settle(pilot)
            assert "aws_security_group.front" in screen(pilot), "the next drift, without leaving the detail"
            assert "severity ▼" in await press(pilot, "escape")

    asyncio.run(run())


def test_the_layout_follows_the_size() -> None:
    async def run() -> None:
        async with console(size=(80, 24)) as pilot:
            await press(pilot, "enter")
            await pilot.resize_terminal(160, 48)
            await settle(pilot)
            assert "severity ▼" in screen(pilot)
            assert "What changed" in screen(pilot)
            await pilot.resize_terminal(60, 16)
            await settle(pilot)
            assert "severity ▼" not in screen(pilot)
            await pilot.resize_terminal(20, 6)
            await settle(pilot)
            await press(pilot, "escape", "j", "question_mark", "escape", "8", "2")

    asyncio.run(run())


def test_panes_zoom_and_sections() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "tab")
            assert pilot.app.focused is estate(pilot).detail
            assert "severity ▼" not in await press(pilot, "z")
            assert "severity ▼" in await press(pilot, "z")
            await press(pilot, "right_square_bracket")
            assert estate(pilot).detail.scroll_offset.y > 0
            await press(pilot, "left_square_bracket")
            assert estate(pilot).detail.scroll_offset.y == 0
            await press(pilot, "j", "j")
            assert (estate(pilot).detail.cursor, estate(pilot).detail.scroll_offset.y) == (2, 0)
            await press(pilot, "G")
            bottom = estate(pilot).detail.scroll_offset.y
            assert bottom > 10
            await press(pilot, "pageup", "k", "g")
            assert estate(pilot).detail.scroll_offset.y == 0
            await press(pilot, "shift+tab")
            assert pilot.app.focused is estate(pilot).list

    asyncio.run(run())


@pytest.mark.parametrize(
    ("key", "order", "first"),
    [
        ("S", "severity", "aws_lb"),
        ("R", "resource", "aws_cloudwatch_log_group.api"),
        ("C", "cause", "module.workers.aws_autoscaling_group.jobs"),
        ("T", "time", "module.workers.aws_autoscaling_group.jobs"),
        ("A", "actor", "module.billing.aws_s3_bucket.invoices"),
        ("K", "kind", "module.queue.aws_sqs_queue.mail"),
    ],
)
def test_shift_and_a_letter_sorts_and_once_more_turns_it_round(key: str, order: str, first: str) -> None:
    async def run() -> None:
        async with console() as pilot:
            before = selected(pilot)
            await press(pilot, key)
            assert first in listed(pilot)[0] or order == "severity"
            assert selected(pilot) == before, "the cursor stays on its drift"
            there = listed(pilot)
            await press(pilot, key)
            assert listed(pilot) != there

    asyncio.run(run())


def test_a_filter_shows_what_it_does_while_it_is_typed() -> None:
    async def run() -> None:
        async with console() as pilot:
            assert "severity:critical" in await ask(pilot, "slash", "severity:")
            typed = await press(pilot, "tab")
            assert "Drifts · 3 of 34" in typed
            assert "severity:critical" in typed
            kept = await press(pilot, "enter")
            assert "/ severity:critical" in kept
            await ask(pilot, "slash", " !cause:emergency", "enter")
            assert len(listed(pilot)) == 2
            assert "Drifts · " not in await press(pilot, "escape"), "escape takes the filter away"
            assert len(listed(pilot)) == 34

    asyncio.run(run())


def test_escape_leaves_the_filter_as_it_was() -> None:
    async def run() -> None:
        async with console() as pilot:
            await ask(pilot, "slash", "kind:missing", "enter")
            await ask(pilot, "slash", "xyz")
            assert "Nothing matches" in screen(pilot)
            await press(pilot, "escape")
            assert listed(pilot) == ["module.queue.aws_sqs_queue.mail"]

    asyncio.run(run())


def test_a_filter_that_is_none_says_why_and_changes_nothing() -> None:
    async def run() -> None:
        async with console() as pilot:
            assert "is not a regular expression" in await press(pilot, "slash", "left_parenthesis")
            assert "is not a regular expression" in await press(pilot, "enter"), "it stays open to be corrected"
            assert len(listed(pilot)) == 34

    asyncio.run(run())


def test_commands_are_typed_completed_and_refused() -> None:
    async def run() -> None:
        async with console() as pilot:
            assert "sort actor" in await ask(pilot, "colon", "sort ")
            await fill(pilot, "resource", "enter")
            assert "resource ▼" in screen(pilot)
            assert "is no command" in await ask(pilot, "colon", "frobnicate", "enter")
            assert ":so could be" in await press(pilot, "colon", "s", "o", "enter")
            await ask(pilot, "colon", "filter cause:rollout", "enter")
            await settle(pilot)
            assert len(listed(pilot)) == 5
            await ask(pilot, "colon", "go module.mail", "enter")
            await settle(pilot)
            assert selected(pilot).startswith("module.mail")
            assert "No listed drift begins" in await ask(pilot, "colon", "go nowhere", "enter")
            assert "There is no theme" in await ask(pilot, "colon", "theme pink", "enter")
            await ask(pilot, "colon", "them", "tab")
            await fill(pilot, " an", "tab", "enter")
            await settle(pilot)
            assert pilot.app.theme == "ansi"

    asyncio.run(run())


def test_sources_and_help_are_a_key_away() -> None:
    async def run() -> None:
        async with console() as pilot:
            sources = await press(pilot, "8")
            assert "✗ failed" in sources
            assert "platform-repo  repos/pl" in sources
            assert "no git repository there" in await press(pilot, "G", "enter")
            assert "nothing to filter here" in await press(pilot, "slash")
            await press(pilot, "question_mark")
            await settle(pilot)
            assert "The workspace before" in screen(pilot)
            await press(pilot, "j", "k", "pagedown", "pageup", "G", "g", "escape")
            assert len(pilot.app.screen_stack) == 1

    asyncio.run(run())


def test_the_help_lists_every_action_with_its_keys() -> None:
    async def run() -> None:
        async with console(size=(100, 300)) as pilot:
            shown = await press(pilot, "question_mark")
            for action in (action for action in ACTIONS if action.where in ("", *BY_NAME)):
                assert action.help in shown, action.id
                assert f":{action.name}" in shown, action.id

    asyncio.run(run())


def test_the_palette_finds_and_runs_an_action() -> None:
    async def run() -> None:
        async with console() as pilot:
            await press(pilot, "ctrl+p")
            await settle(pilot)
            await fill(pilot, "what is read")
            await settle(pilot)
            await press(pilot, "enter")
            await settle(pilot)
            assert pilot.app.current_mode == "sources"

    asyncio.run(run())


def test_a_rescan_keeps_the_cursor_and_refuses_to_run_twice() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        async with console(engine) as pilot:
            await press(pilot, "j", "j")
            chosen = selected(pilot)
            engine.hold.clear()
            assert "reading the sources" in await press(pilot, "r")
            assert "running already" in await press(pilot, "r")
            engine.hold.set()
            await settle(pilot)
            assert engine.scans == 2
            assert selected(pilot) == chosen

    asyncio.run(run())


def test_copying_says_what_and_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "here")

    async def run() -> None:
        async with console() as pilot:
            target = "module.billing.aws_s3_bucket.invoices"
            await press(pilot, "y")
            await settle(pilot)
            assert pilot.app.clipboard == f"terraform plan -target={target}"
            assert "Copied command 1 through the terminal (OSC 52)" in screen(pilot)
            await ask(pilot, "colon", "copy 2", "enter")
            await settle(pilot)
            assert pilot.app.clipboard == f"terraform apply -target={target}"
            await press(pilot, "Y")
            await settle(pilot)
            assert "Ruled out" in pilot.app.clipboard
            assert target in pilot.app.clipboard
            assert "There is no command 9" in await ask(pilot, "colon", "copy 9", "enter")

    asyncio.run(run())


def test_the_theme_changes_at_a_key() -> None:
    async def run() -> None:
        async with console() as pilot:
            themes = [(await press(pilot, "t"), pilot.app.theme)[1] for _ in load_themes()]
            assert sorted(themes) == sorted(theme.name for theme in load_themes())
            assert themes[-1] == "calm"

    asyncio.run(run())


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
def test_quitting_lets_go_of_the_stores(key: str) -> None:
    engine = RecordedEngine()

    async def run() -> None:
        async with console(engine) as pilot:
            await pilot.press(key)

    asyncio.run(run())
    assert engine.closed


def test_a_scan_that_fails_says_why_and_can_be_tried_again() -> None:
    async def run() -> None:
        engine = RecordedEngine(StoreError("the store /x is in use by process 7; stop it or give --store"))
        async with console(engine) as pilot:
            assert "The scan failed" in screen(pilot)
            assert "in use by process 7" in screen(pilot)
            engine.finds = a_report()
            await press(pilot, "r")
            await settle(pilot)
            assert "invoices" in screen(pilot)
            engine.finds = RuntimeError("password=hunter2")
            await press(pilot, "r")
            await settle(pilot)
            assert "unexpected RuntimeError" in screen(pilot)
            assert "hunter2" not in screen(pilot)
            assert "invoices" in screen(pilot), "what was found before stays"

    asyncio.run(run())


def test_without_sources_it_says_how_to_begin() -> None:
    async def run() -> None:
        engine = RecordedEngine()
        engine.sources = ()
        async with console(engine) as pilot:
            assert "No sources yet" in screen(pilot)
            assert "driftguard config init" in screen(pilot)
            assert engine.scans == 0
            assert "There is no source to scan" in await press(pilot, "r")
            await press(pilot, "j", "enter", "y", "S", "8", "minus", "question_mark", "escape")

    asyncio.run(run())


def test_in_sync_is_only_said_when_everything_was_read() -> None:
    async def run() -> None:
        report = a_report([])
        async with console(RecordedEngine(report)) as pilot:
            assert "In sync" in screen(pilot), "events failed, which says nothing about drift"
        broken = tuple(replace(source, status=SourceStatus.FAILED) for source in report.scan.sources)
        report = replace(report, scan=replace(report.scan, sources=broken))
        async with console(RecordedEngine(report)) as pilot:
            assert "In sync" not in screen(pilot)
            assert "not everything was read" in screen(pilot)

    asyncio.run(run())


def test_a_click_selects_and_a_double_click_opens() -> None:
    async def run() -> None:
        async with console(size=(80, 24)) as pilot:
            await pilot.click("#drifts", offset=(20, 4))
            await pilot.pause()
            assert estate(pilot).list.cursor == 2
            await pilot.click("#drifts", offset=(20, 3), times=2)
            await settle(pilot)
            assert "What changed" in screen(pilot)

    asyncio.run(run())


def test_a_hundred_thousand_drifts_are_listed_like_forty() -> None:
    async def run() -> None:
        some = a_report().drifts
        many = tuple(replace(some[index % len(some)], id=f"{index:012x}") for index in range(100_000))
        engine = RecordedEngine(replace(a_report([]), drifts=many))
        async with console(engine) as pilot:
            await settle(pilot)
            assert "100,000 of 100,000" in await press(pilot, "G")
            await press(pilot, "pageup", "pageup", "k")
            assert estate(pilot).list.cursor < 99_999 - 2

    asyncio.run(run())


class TestConfirming:
    def test_two_keys_confirm_the_named_cause(self) -> None:
        async def run() -> None:
            engine = RecordedEngine()
            async with console(engine) as pilot:
                drift = estate(pilot).list.selected
                assert drift is not None
                assert f"confirm {drift.cause.category}" in await press(pilot, "c")
                assert engine.confirmed == [], "one key alone says nothing"
                assert "Confirmed as" in await press(pilot, "enter")
                assert [(given.drift_id, given.is_correction) for given in engine.confirmed] == [(drift.id, False)]

        asyncio.run(run())

    def test_another_cause_corrects_it(self) -> None:
        async def run() -> None:
            engine = RecordedEngine()
            async with console(engine) as pilot:
                shown = await ask(pilot, "colon", "confirm incomplete_rollout", "enter")
                assert "Corrected to incomplete rollout; the next scan takes it into account" in shown
                [given] = engine.confirmed
                assert (given.category, given.is_correction) == ("incomplete_rollout", True)

        asyncio.run(run())

    def test_what_is_no_cause_and_what_cannot_be_recorded_is_said(self) -> None:
        async def run() -> None:
            engine = RecordedEngine()
            engine.refuses = StoreError("nothing is recorded here")
            async with console(engine) as pilot:
                assert "'boredom' is no cause; there are emergency_fix" in await ask(
                    pilot, "colon", "confirm boredom", "enter"
                )
                assert "nothing is recorded here" in await press(pilot, "c", "enter")
                assert engine.confirmed == []

        asyncio.run(run())
