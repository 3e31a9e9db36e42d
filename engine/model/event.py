"""Operational events: what happened, who did it and through what."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


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


class Actor(Struct, frozen=True):
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


class Event(Struct, frozen=True):
    """One thing that happened.

    `operation` is the provider's name of it (`AuthorizeSecurityGroupIngress`), or for a commit its subject.
    `service` is the part of the provider (`ec2.amazonaws.com`). `writes` is false for calls that only read.
    `error` is the provider's error code; a call with one changed nothing. `touches` holds every identifier
    found in the request, the answer and the named resources: ids, ARNs, names, for a commit the Terraform
    addresses whose blocks it changed. `request` and `original` are redacted JSON text.
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
