"""Operational events: what happened, who did it and through what."""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

#: What events can be told apart and chosen by.
FIELDS = ("source", "kind", "actor", "operation", "service", "scope")


class ActorKind(StrEnum):
    HUMAN = "human"
    AUTOMATION = "automation"  # software run by the organisation: CI, a bot role, a script's user
    SERVICE = "service"  # software run by the provider: service-linked roles, managed services
    UNKNOWN = "unknown"


class Via(StrEnum):
    CONSOLE = "console"
    CLI = "cli"
    SDK = "sdk"
    TERRAFORM = "terraform"
    CONTROLLER = "controller"
    UNKNOWN = "unknown"


class Actor(Struct, frozen=True, gc=False):
    """Who acted. `principal` of a person is the person, never the shared role alone; the role is in `role`."""

    principal: str | None = None
    kind: ActorKind = ActorKind.UNKNOWN
    via: Via = Via.UNKNOWN
    source_ip: str | None = None
    role: str | None = None


class EventKind(StrEnum):
    API_CALL = "api_call"
    COMMIT = "commit"
    INCIDENT = "incident"
    ALERT = "alert"
    DEPLOY = "deploy"
    METRIC = "metric"
    AUDIT = "audit"


class Event(Struct, frozen=True, gc=False):
    """One thing that happened.

    `operation` is the provider's name of it (`AuthorizeSecurityGroupIngress`), or for a commit its subject.
    `service` is the part of the provider (`ec2.amazonaws.com`). `writes` is false for calls that only read.
    `error` is the provider's error code; a call with one changed nothing. `touches` holds every identifier
    found in the request, the answer and the named resources: ids, ARNs, names, for a commit the Terraform
    addresses whose blocks it changed; for incidents, alerts and metrics the services and resources they are about.
    `request` and `original` are redacted JSON text; the request of an incident, or of a planned change (a deploy), is
    a `Ticket`, that of a recorded change a list of `FieldChange`.
    `ended_at` is when what lasts (an incident, an alert) was over, None while it lasts and for what takes no time.
    `recorded_at` is when the record was last written, where that is later than `at`: of two records with one id the
    later one counts.
    """

    id: str
    at: datetime
    source: str
    kind: EventKind
    operation: str
    actor: Actor = Actor()
    service: str = ""
    scope: str = ""
    writes: bool = True
    error: str | None = None
    touches: tuple[str, ...] = ()
    summary: str = ""
    request: str = ""
    original: str = ""
    ended_at: datetime | None = None
    recorded_at: datetime | None = None


class TicketType(StrEnum):
    INCIDENT = "incident"
    CHANGE = "change"  # a planned change, with its window
    PROBLEM = "problem"
    TASK = "task"  # any other work


class Ticket(Struct, frozen=True, omit_defaults=True):
    """What a ticket or an alert says about itself.

    priority: in the tool's own words (`1`, `P1`, `high`, `critical`); status likewise. people: who opened it, works
    on it or wrote in it. planned_start, planned_end: the window of a planned change. refused: whether what it asks for
    was refused or called off. title and text are as written, without secrets.
    """

    type: TicketType = TicketType.INCIDENT
    title: str = ""
    text: str = ""
    priority: str = ""
    status: str = ""
    people: tuple[str, ...] = ()
    planned_start: datetime | None = None
    planned_end: datetime | None = None
    refused: bool = False


def ticket_of(event: Event) -> Ticket:
    """What a ticket or an alert says about itself; nothing where its request is something else."""
    return _ticket(event.request)


@lru_cache(maxsize=4096)
def _ticket(request: str) -> Ticket:
    """Many drifts have to do with one ticket, and several questions are put to it for each."""
    try:
        return msgspec.json.decode(request, type=Ticket) if request else Ticket()
    except msgspec.DecodeError:
        return Ticket()


class FieldChange(Struct, frozen=True):
    """One property that a provider recorded as changed (`properties.accessPolicy`), in the provider's words."""

    path: str
    before: Any = None
    after: Any = None


#: The operation of events by which a provider records that a resource changed, rather than that somebody called it.
RECORDED_CHANGE = "recorded change"
