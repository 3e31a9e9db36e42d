"""The console on an evening of an incident, all of it in stores: for tests and pictures of the timeline."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import structs
from textual.pilot import Pilot

from driftguard_tui.workspaces.timeline import TimelineWorkspace
from engine.model import Actor, ActorKind, Event, EventKind, Evidence, Level, Report, Series, Via
from engine.store import Stores, open_stores
from engine.store.files import TIMELINE
from tests.support.console import console, press, settle
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_drift, make_event, make_report

ANNA = Actor("anna.keller@shop.example", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.24", "PlatformEngineer")
CI = Actor("ci-deploy", ActorKind.AUTOMATION, Via.TERRAFORM)
SCALER = Actor("autoscaling.amazonaws.com", ActorKind.SERVICE, Via.SDK)

#: The scan before the drift came about, and the one that found it.
BEFORE, AFTER = -300, 120


def an_evening() -> list[Event]:
    """What happened, in minutes after noon."""
    return [
        make_event("commit", -200, source="git", kind=EventKind.COMMIT, actor=ANNA, operation="Allow the office",
                   summary="Allow the office"),
        make_event("deploy", -150, source="ci", kind=EventKind.DEPLOY, actor=CI, operation="apply",
                   summary="shop-web 2026.3.14"),
        make_event("alert", -40, source="prometheus", kind=EventKind.ALERT, actor=Actor(), operation="HighLatency",
                   summary="HighLatency checkout", ended_at=at(20)),
        make_event("incident", -35, source="jira", kind=EventKind.INCIDENT, actor=ANNA, operation="INC-42",
                   summary="INC-42 checkout slow", ended_at=at(45)),
        make_event("refused", -31, actor=ANNA, operation="RevokeSecurityGroupIngress", error="AccessDenied",
                   summary="RevokeSecurityGroupIngress sg-a"),
        make_event("opened", -30, actor=ANNA, summary="AuthorizeSecurityGroupIngress sg-a",
                   original='{"eventName": "AuthorizeSecurityGroupIngress", "token": "(redacted)"}'),
        *(make_event(f"scaled{minute}", minute, actor=SCALER, operation="SetDesiredCapacity",
                     summary="SetDesiredCapacity web") for minute in range(-110, 110, 20)),
        *(make_event(f"tag{number}", -90 + number / 10, actor=CI, operation="CreateTags", summary="CreateTags")
          for number in range(40)),
        *(make_event(f"read{minute}", minute, actor=SCALER, operation="DescribeInstances", writes=False,
                     summary="DescribeInstances") for minute in range(-120, 120, 5)),
    ]  # fmt: skip


def reports() -> tuple[Report, Report]:
    """The estate before and after."""
    evidence = (
        Evidence("opened", "trail", EventKind.API_CALL, at(-30), 0.9, "the change: anna.keller opened port 22"),
        Evidence("incident", "jira", EventKind.INCIDENT, at(-35), 0.7, "INC-42 was open on checkout"),
        Evidence("alert", "prometheus", EventKind.ALERT, at(-40), 0.5, "HighLatency was firing"),
    )
    opened = make_drift("a", changed_at=at(-30), detected_at=at(AFTER), actor=ANNA, evidence=evidence)
    tagged = make_drift(
        "b", changed_at=at(-90), detected_at=at(AFTER), level=Level.LOW, score=10, actor=CI, evidence=()
    )
    old = make_drift("c", changed_at=at(-400), detected_at=at(BEFORE), level=Level.MEDIUM, score=40, evidence=())
    estate = {"estate": "shop-prod"}
    before, after = make_report("before", BEFORE, old), make_report("after", AFTER, opened, tagged)
    return (
        structs.replace(before, scan=structs.replace(before.scan, **estate)),
        structs.replace(after, scan=structs.replace(after.scan, **estate)),
    )


def latency() -> Series:
    """Slow for an hour."""
    minutes = range(-240, 121, 2)
    values = tuple(180.0 + minute % 7 + (420 if -42 <= minute <= 18 else 0) for minute in minutes)
    times = tuple(at(minute) for minute in minutes)
    return Series("prometheus", "latency", times, values, {"service": "checkout"}, "ms", touches=("checkout",))


def shift() -> Event:
    """That it was slow, as an event."""
    return make_event("shift", -42, source="prometheus", kind=EventKind.METRIC, operation="latency", actor=Actor(),
                      touches=("checkout",), summary="latency rose from 180 to 600 ms", ended_at=at(19))  # fmt: skip


@cache
def _prepared() -> TemporaryDirectory[str]:
    """A store that holds all of it: copying it is quicker than making one."""
    folder = TemporaryDirectory()
    before, after = reports()
    with open_stores(Path(folder.name)) as stores:
        stores.record_scan(before, events=[])
        stores.record_scan(after, events=[*an_evening(), shift()], series=[latency()])
    return folder


def recorded(folder: Path) -> Stores:
    """Stores that hold all of it, in this folder; those that are there already stay."""
    if not folder.joinpath(TIMELINE).exists():
        copytree(_prepared().name, folder, dirs_exist_ok=True)
    return open_stores(folder)


@asynccontextmanager
async def timeline(
    folder: Path, size: tuple[int, int] = (120, 40), theme: str = "calm", **profile: Any
) -> AsyncIterator[tuple[Pilot[Any], TimelineWorkspace]]:
    """The console on the timeline of the folder's stores, which are made when they are not there."""
    before, after = reports()
    engine = RecordedEngine(after, folder=folder)
    engine.past = [before, after]
    with recorded(folder) as stores:
        engine.stores = stores
        async with console(engine, size, theme, **profile) as pilot:
            await press(pilot, "3")
            await settle(pilot)
            workspace = pilot.app.screen
            assert isinstance(workspace, TimelineWorkspace)
            yield pilot, workspace
