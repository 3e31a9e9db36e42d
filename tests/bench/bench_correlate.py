"""How long correlation takes over a long history: attribution, evidence, groups, links and a heatmap.

    python -m tests.bench.bench_correlate [--events 1000000] [--drifts 10000]

Prints seconds by step. The history is made up: resources of forty services, the calls of people, software and pipelines
over ninety days, tickets, alerts and commits among them.
"""

import argparse
import gc
import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from engine.correlate import attribute, groups_of, service_of
from engine.correlate.cooccurrence import lifts
from engine.correlate.history import History
from engine.correlate.matrix import over_time
from engine.model import (
    Actor,
    ActorKind,
    Attribution,
    Category,
    Cause,
    Change,
    Difference,
    Dimensions,
    Drift,
    DriftKind,
    Event,
    EventKind,
    Level,
    ResourceRef,
    Risk,
    Severity,
    Ticket,
    Via,
)
from engine.providers import load_knowledge

T = TypeVar("T")

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 90
SCOPE = "123456789012/eu-west-1"
SERVICES = [f"{first}{last}" for first in ("cart", "mail", "find", "bill", "ship", "view", "auth", "feed")
            for last in ("flow", "hub", "desk", "line", "works")]  # fmt: skip
PEOPLE = [Actor(f"p{number}@shop.example", ActorKind.HUMAN, Via.CONSOLE, role="Engineer") for number in range(200)]
SOFTWARE = [Actor(f"bot-{number}", ActorKind.AUTOMATION, Via.SDK) for number in range(20)]
PIPELINE = Actor("deploy", ActorKind.AUTOMATION, Via.TERRAFORM)
_NOBODY = Cause(Category.MANUAL_TROUBLESHOOTING, 0.5, (0.4, 0.6), {}, "bench@1")


def differences(count: int) -> list[Difference]:
    """Queues whose visibility timeout was changed by hand."""
    return [
        Difference(
            resource=ResourceRef("aws", "aws_sqs_queue", f"shop-{service}-jobs-{number}", SCOPE,
                                 f"module.{service}.aws_sqs_queue.jobs[{number}]"),
            kind=DriftKind.MODIFIED,
            changes=(Change("visibility_timeout_seconds", 30, 600 + number),),
            tags={"Service": service},
        )
        for number in range(count)
        for service in (SERVICES[number % len(SERVICES)],)
    ]  # fmt: skip


def history(found: list[Difference], count: int, chance: random.Random) -> list[Event]:
    """The events in order of time: one in a hundred explains a drift or is near it."""
    seconds = sorted(chance.uniform(0, DAYS * 86400) for _ in range(count))
    make = _maker(found, chance)
    return [make(number, START + timedelta(seconds=second)) for number, second in enumerate(seconds)]


def _maker(found: list[Difference], chance: random.Random) -> Callable[[int, datetime], Event]:
    operations = [f"Put{word}" for word in ("Rule", "Metric", "Item", "Record", "Policy", "Config", "Limit", "Flag")]
    targets = [
        f"shop-{service}-{kind}-{number}" for service in SERVICES for kind in ("db", "fn") for number in range(50)
    ]

    def make(number: int, at: datetime) -> Event:
        dice = chance.random()
        service = chance.choice(SERVICES)
        if dice < 0.02:
            difference = chance.choice(found)
            return _set_timeout(number, at, difference, chance.choice(PEOPLE))
        if dice < 0.04:
            return _alert(number, at, service, chance)
        if dice < 0.045:
            return _incident(number, at, service)
        actor = chance.choice(PEOPLE) if dice < 0.3 else PIPELINE if dice < 0.5 else chance.choice(SOFTWARE)
        return Event(
            id=f"e{number}", at=at, source="trail", kind=EventKind.API_CALL, operation=chance.choice(operations),
            actor=actor, service="sqs.amazonaws.com", scope=SCOPE, touches=(chance.choice(targets),),
            summary="a call",
        )  # fmt: skip

    return make


def _set_timeout(number: int, at: datetime, difference: Difference, actor: Actor) -> Event:
    queue, value = difference.resource.id, str(difference.changes[0].actual)
    request = {"queueUrl": queue, "attributes": {"VisibilityTimeout": value}}
    return Event(
        id=f"e{number}", at=at, source="trail", kind=EventKind.API_CALL, operation="SetQueueAttributes", actor=actor,
        service="sqs.amazonaws.com", scope=SCOPE, touches=(queue,), summary="a change", request=json.dumps(request),
    )  # fmt: skip


def _alert(number: int, at: datetime, service: str, chance: random.Random) -> Event:
    name = chance.choice(("HighErrorRate", "QueueDepthHigh", "SlowResponses", "PodCrashLooping"))
    ticket = Ticket(title=f"{name} on {service}", priority=chance.choice(("critical", "warning")))
    return Event(
        id=f"e{number}", at=at, source="prometheus", kind=EventKind.ALERT, operation=name, touches=(service,),
        summary=name, request=msgspec.json.encode(ticket).decode(), ended_at=at + timedelta(minutes=40),
    )  # fmt: skip


def _incident(number: int, at: datetime, service: str) -> Event:
    ticket = Ticket(title=f"{service} is slow for many", text="Seen by support. Looking into it.", priority="P2")
    return Event(
        id=f"e{number}", at=at, source="jira", kind=EventKind.INCIDENT, operation=f"OPS-{number}", touches=(service,),
        summary=f"OPS-{number}: slow", request=msgspec.json.encode(ticket).decode(), ended_at=at + timedelta(hours=3),
    )  # fmt: skip


def drifts_of(found: list[Difference], attributions: list[Attribution]) -> Iterator[Drift]:
    """The differences as drifts."""
    for difference, attribution in zip(found, attributions, strict=True):
        yield Drift(
            id=difference.resource.id, resource=difference.resource, kind=difference.kind, changes=difference.changes,
            changed_at=attribution.changed_at, detected_at=START + timedelta(days=DAYS), actor=attribution.actor,
            cause=_NOBODY, severity=Severity(Level.LOW, 10, Dimensions()), risk=Risk(0.0),
            evidence=attribution.evidence,
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--drifts", type=int, default=10_000)
    arguments = parser.parse_args()
    chance = random.Random(1)
    found = differences(arguments.drifts)
    events = history(found, arguments.events, chance)
    knowledge = load_knowledge()
    end = START + timedelta(days=DAYS)
    gc.disable()  # as during a scan
    total = time.perf_counter()

    attributions = _timed("attribution and evidence", lambda: attribute(found, events, end, knowledge))
    drifts = list(drifts_of(found, attributions))
    services = {each.resource.id: service_of(each.resource, each.tags) for each in found}
    groups = _timed("cause groups", lambda: groups_of({"bench": drifts}, services))
    recorded = _timed("history by kind", lambda: History.of(events, drifts))
    links = _timed("links", lambda: lifts(recorded.by_kind()))
    rows = recorded.kinds_of_services()
    matrix = _timed("heatmap", lambda: over_time("services", rows, START, end, timedelta(hours=12)))

    named = sum(attribution.change is not None for attribution in attributions)
    print(f"{'all':<26}{time.perf_counter() - total:8.2f} s")
    print(
        f"{len(events):,} events, {len(found):,} drifts: {named:,} attributed, {len(groups):,} groups, "
        f"{len(links):,} pairs, {len(matrix.cells):,} cells"
    )


def _timed(name: str, work: Callable[[], T]) -> T:
    began = time.perf_counter()
    done = work()
    print(f"{name:<26}{time.perf_counter() - began:8.2f} s", flush=True)
    return done


if __name__ == "__main__":
    main()
