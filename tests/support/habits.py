"""A made-up organisation's API calls over weeks: people on working days, a pipeline and a nightly job."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from engine.model import Actor, ActorKind, Event, EventKind, Via

#: A Monday.
START = datetime(2026, 1, 5, tzinfo=UTC)
PEOPLE = ("anna@example.com", "bert@example.com", "carla@example.com", "dai@example.com")
_READS = ("DescribeInstances", "DescribeSecurityGroups", "GetBucketPolicy", "ListRoles")
_WRITES = ("ModifyInstanceAttribute", "CreateTags", "AuthorizeSecurityGroupIngress", "PutBucketPolicy")


def call(
    at: datetime,
    principal: str,
    operation: str = "CreateTags",
    resource: str = "sg-1",
    *,
    address: str = "198.51.100.10",
    via: Via = Via.CONSOLE,
    kind: ActorKind = ActorKind.HUMAN,
    writes: bool = True,
) -> Event:
    """One call."""
    return Event(
        id=f"{at.isoformat()} {principal} {operation} {resource}",
        at=at,
        source="cloudtrail",
        kind=EventKind.API_CALL,
        operation=operation,
        actor=Actor(principal, kind, via, address),
        writes=writes,
        touches=(resource,),
    )


def weeks_of_work(days: int, seed: int = 1) -> list[Event]:
    """What an organisation does from START on, in the order of time."""
    chance = random.Random(seed)
    calls = [event for day in range(days) for event in _day(START + timedelta(days=day), chance)]
    return sorted(calls, key=lambda event: event.at)


def _day(day: datetime, chance: random.Random) -> Iterator[Event]:
    if day.weekday() < 5:
        for number, person in enumerate(PEOPLE):
            yield from _work(day + timedelta(hours=chance.choice((8, 9, 10, 13, 14, 15))), person, number, chance)
        for run in range(chance.randint(1, 3)):
            start = day + timedelta(hours=9 + 2 * run, minutes=chance.randint(0, 59))
            yield from _run(start, "pipeline", chance.randint(3, 12), Via.TERRAFORM, f"10.0.{chance.randint(0, 200)}.7")
    yield from _run(day + timedelta(hours=2), "nightly", chance.randint(20, 40), Via.SDK, "203.0.113.5")


def _work(start: datetime, person: str, number: int, chance: random.Random) -> Iterator[Event]:
    """An hour or two of looking around and of changing one's own things."""
    for step in range(chance.randint(5, 20)):
        at = start + timedelta(minutes=5 * step, seconds=chance.randint(0, 59))
        address = f"198.51.100.{10 + number}"
        if chance.random() < 0.7:
            yield call(at, person, chance.choice(_READS), address=address, writes=False)
        else:
            yield call(at, person, chance.choice(_WRITES), f"sg-{number}{chance.randint(0, 3)}", address=address)


def _run(start: datetime, who: str, calls: int, via: Via, address: str) -> Iterator[Event]:
    for step in range(calls):
        resource = f"sg-{step % 4}{step % 3}" if via is Via.TERRAFORM else f"snap-{start.date()}-{step}"
        operation = _WRITES[step % 4] if via is Via.TERRAFORM else "CreateSnapshot"
        at = start + timedelta(seconds=20 * step)
        yield call(at, who, operation, resource, address=address, via=via, kind=ActorKind.AUTOMATION)
