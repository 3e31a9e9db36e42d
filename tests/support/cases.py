"""Differences and the events around them, for tests of attribution and of causes."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.correlate import attribute
from engine.model import (
    Actor,
    ActorKind,
    Attribution,
    Change,
    Difference,
    DriftKind,
    Event,
    EventKind,
    ResourceRef,
    Ticket,
    Via,
)
from engine.providers import load_knowledge

SCOPE = "123456789012/eu-west-1"
NOW = datetime(2026, 3, 16, 12, 0, tzinfo=UTC)

JANA = Actor("jana@shop.example", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.7", "Engineer")
OMAR = Actor("omar@shop.example", ActorKind.HUMAN, Via.CLI, "198.51.100.8", "Engineer")
PIPELINE = Actor("gitlab-runner-deploy", ActorKind.AUTOMATION, Via.TERRAFORM, "192.0.2.1", "gitlab-runner-deploy")
SCALER = Actor("autoscaling.amazonaws.com", ActorKind.SERVICE, Via.CONTROLLER)


def moment(text: str) -> datetime:
    """`14 09:30` is that day and time in March 2026."""
    return datetime.strptime(f"2026-03-{text}+0000", "%Y-%m-%d %H:%M%z")


def call(
    at: str, operation: str, request: dict[str, Any], actor: Actor = JANA, *, service: str = "rds", **more: Any
) -> Event:
    """An API call. What it touches are the texts of its request, unless told otherwise."""
    touches = tuple(text for text in request.values() if isinstance(text, str))
    fields = {"touches": touches, "scope": SCOPE, **more}
    return Event(
        id=f"{at} {operation} {actor.principal}",
        at=moment(at),
        source="trail",
        kind=EventKind.API_CALL,
        operation=operation,
        actor=actor,
        service=f"{service}.amazonaws.com",
        summary=f"{operation} by {actor.principal}",
        request=json.dumps(request),
        **fields,
    )


def commit(at: str, address: str, *, landed: bool = True, **attributes: list[str | None]) -> Event:
    """A commit that changes attributes of one block, each from its old to its new text."""
    request = {"landed": landed, "files": ["main.tf"], "addresses": {address: {"attributes": attributes}}}
    return Event(
        id=f"git:{at}",
        at=moment(at),
        source="code",
        kind=EventKind.COMMIT,
        operation="change it",
        actor=Actor("mia@shop.example", ActorKind.HUMAN),
        touches=(address, "main.tf"),
        summary="change it by mia@shop.example",
        request=json.dumps(request),
    )


def report(at: str, kind: EventKind, touches: tuple[str, ...], ended: str = "", **ticket: Any) -> Event:
    """An incident, an alert or the like, with what its ticket says; over at `ended`, if it is."""
    return Event(
        id=f"{kind} {at}",
        at=moment(at),
        source="ops",
        kind=kind,
        operation="checkout is down",
        touches=touches,
        summary="checkout is down",
        request=msgspec.json.encode(Ticket(**ticket)).decode(),
        ended_at=moment(ended) if ended else None,
    )


def modified(type_: str, id_: str, *changes: tuple[str, Any, Any], address: str = "", **more: Any) -> Difference:
    """A resource with changes given as (path, declared, actual)."""
    return Difference(
        resource=ResourceRef("aws", type_, id_, SCOPE, address, more.pop("name", "")),
        kind=more.pop("kind", DriftKind.MODIFIED),
        changes=tuple(Change(*change) for change in changes),
        **more,
    )


def attributed(difference: Difference, *events: Event, as_of: datetime = NOW) -> Attribution:
    """The attribution of one difference."""
    [found] = attribute([difference], events, as_of, load_knowledge())
    return found


DB = modified("aws_db_instance", "shop-db", ("multi_az", True, False), address="aws_db_instance.shop")


def set_multi_az(at: str, value: bool, actor: Actor = JANA, **more: Any) -> Event:
    """A call that sets `multi_az` of the database `DB`."""
    return call(at, "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "multiAZ": value}, actor, **more)
