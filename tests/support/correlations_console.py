"""The console on two months of a shop in which things hang together: for tests and pictures of the heatmaps."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from msgspec import structs
from textual.pilot import Pilot

from driftguard_tui.workspaces.correlations import CorrelationsWorkspace
from engine.correlate import groups_of
from engine.model import Actor, ActorKind, Event, EventKind, Evidence, Level, Report, ResourceRef, Via
from engine.store import Stores, open_stores
from tests.support.console import console, press, settle
from tests.support.reports import RecordedEngine
from tests.support.samples import at, make_drift, make_event, make_report

ANNA = Actor("anna.keller@shop.example", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.24", "PlatformEngineer")
CI = Actor("ci-deploy", ActorKind.AUTOMATION, Via.TERRAFORM)
SCALER = Actor("autoscaling.amazonaws.com", ActorKind.SERVICE, Via.SDK)

A_DAY = 24 * 60
#: By how much goes on with them.
SERVICES = ("checkout", "orders", "search", "payments", "mail", "reviews", "returns", "loyalty", "images")
#: The day of the storm, before the last.
STORM = 3
_CALLS = ("UpdateService", "ModifyDBInstance", "PutParameter", "CreateTags", "PutScalingPolicy", "ModifyListener")


def history() -> Iterator[Event]:
    """Sixty days until noon, in minutes: alerts, what people do after them, what runs by itself, and a storm."""
    chance = Random(7)
    number = 0

    def event(minutes: float, service: str, **fields: Any) -> Event:
        nonlocal number
        number += 1
        return structs.replace(make_event(f"e{number}", minutes, **fields), touches=(f"{service}-svc",))

    for day in range(60):
        morning = -day * A_DAY - 180
        for place, service in enumerate(SERVICES):
            for _ in range(chance.randint(0, max(1, 5 - place))):
                operation = chance.choice(_CALLS)
                yield event(morning + chance.randint(-300, 300), service, operation=operation, actor=CI,
                            summary=f"{operation} {service}")  # fmt: skip
        if day % 2 == 0:
            service = SERVICES[day // 2 % len(SERVICES)]
            yield event(morning, service, source="prometheus", kind=EventKind.ALERT, operation="HighLatency",
                        actor=Actor(), summary=f"HighLatency {service}")  # fmt: skip
            if day % 8:
                yield event(morning + 9, service, operation="SetDesiredCapacity", actor=SCALER,
                            summary=f"SetDesiredCapacity {service}")  # fmt: skip
    for hour in range(8):
        for operation in (*_CALLS, "RebootInstances"):
            minutes = -STORM * A_DAY - hour * 60
            yield event(minutes, "payments", operation=operation, actor=ANNA, summary=f"{operation} payments")


def report() -> Report:
    """What the last scan found: two drifts of the storm, one from before, one without a time."""
    storm = -STORM * A_DAY
    because = Evidence("e0", "trail", EventKind.API_CALL, at(storm), 0.9, "the change")

    def of(service: str, name: str) -> ResourceRef:
        address = f"module.{service}.aws_lb.{name}"
        return ResourceRef("aws", "aws_lb", f"lb-{name}", "111122223333/eu-west-1", address, name)

    drifts = (
        make_drift("d-a", changed_at=at(storm), actor=ANNA, evidence=(because,), resource=of("payments", "front")),
        make_drift("d-b", changed_at=at(storm - 60), actor=ANNA, level=Level.HIGH, score=70, evidence=(),
                   resource=of("payments", "back")),
        make_drift("d-c", changed_at=at(-30 * A_DAY), actor=CI, level=Level.LOW, score=10, evidence=(),
                   resource=of("search", "index")),
        make_drift("d-d", changed_at=None, level=Level.MEDIUM, score=40, evidence=()),
    )  # fmt: skip
    found = make_report("last", 30, *drifts)
    scan = structs.replace(found.scan, estate="shop-prod")
    return structs.replace(found, scan=scan, groups=groups_of({"shop-prod": drifts}))


def recorded(folder: Path) -> Stores:
    """Stores that hold all of it."""
    stores = open_stores(folder)
    stores.record_scan(report(), events=list(history()))
    return stores


@asynccontextmanager
async def correlations(
    stores: Stores, size: tuple[int, int] = (120, 40), theme: str = "calm", **profile: Any
) -> AsyncIterator[tuple[Pilot[Any], CorrelationsWorkspace]]:
    """The console on the heatmaps of these stores."""
    engine = RecordedEngine(report())
    engine.stores = stores
    async with console(engine, size, theme, **profile) as pilot:
        await press(pilot, "4")
        await settle(pilot)
        workspace = pilot.app.screen
        assert isinstance(workspace, CorrelationsWorkspace)
        yield pilot, workspace
