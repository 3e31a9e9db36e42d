"""What happens in an estate: calls, tickets, alerts and commits; and what is true of the drifts that come of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from engine.model import ActorKind, Category, DriftKind, Via
from ml.scenarios.organisation import Person
from ml.scenarios.thing import Thing


class Badge(StrEnum):
    """By what right somebody calls."""

    PERSON = "person"  # their usual login, or a role for people
    GLASS = "glass"  # the role for emergencies, under their own name
    ROOT = "root"  # the account's root user
    KEY = "key"  # long-lived keys of a machine's user
    MACHINE = "machine"  # a role or account of the organisation's software
    SERVICE = "service"  # the provider's own software


_KINDS = {
    Badge.PERSON: ActorKind.HUMAN,
    Badge.GLASS: ActorKind.HUMAN,
    Badge.ROOT: ActorKind.HUMAN,
    Badge.KEY: ActorKind.UNKNOWN,
    Badge.MACHINE: ActorKind.AUTOMATION,
    Badge.SERVICE: ActorKind.SERVICE,
}


class Who(Struct, frozen=True, kw_only=True):
    """Who calls, and through what.

    name: a login, a role, a service. agent: what the client calls itself. session: of an assumed role.
    """

    badge: Badge
    name: str
    via: Via
    agent: str
    ip: str
    person: Person | None = None
    session: str = ""

    @property
    def kind(self) -> ActorKind:
        """What sort of actor it is; unknown for stolen keys, which are a machine's in somebody's hand."""
        return _KINDS[self.badge]


class Act(Struct, frozen=True, kw_only=True):
    """One call of a provider's API.

    call: the operation, as in `Move.call`. target: the id that the log names. error: why it failed. reads: whether it
    only looks. twin: says that it is about a namesake of the thing in another place, by the two places' names.
    """

    at: datetime
    who: Who
    provider: str
    call: str
    request: Any = None
    response: Any = None
    thing: Thing | None = None
    target: str = ""
    error: str = ""
    reads: bool = False
    twin: tuple[str, str] | None = None


class Ticket(Struct, frozen=True, kw_only=True):
    """An incident, a planned change or other work. priority: 1 is the highest of five; refused: it was asked for, and
    declined.
    """

    number: int
    type: str
    title: str
    text: str
    priority: int
    opened: datetime
    closed: datetime | None
    reporter: Person
    assignee: Person
    service: str
    names: tuple[str, ...] = ()
    refused: bool = False


class Alarm(Struct, frozen=True, kw_only=True):
    """Trouble that a monitor saw. ended is None while it lasts.

    fires: an alert fired; is_felt: requests failed, and a metric shows it.
    """

    name: str
    service: str
    severity: str
    began: datetime
    ended: datetime | None
    summary: str = ""
    fires: bool = True
    is_felt: bool = True


class Commit(Struct, frozen=True, kw_only=True):
    """A commit on the default branch. `values` are slots of things that it set; without any it touches a text only.

    merged_by: who merged the branch it was made on, if it was; it then was made before `at`.
    """

    at: datetime
    author: Person
    message: str
    merged_by: Person | None = None
    values: tuple[tuple[Thing, str, Any], ...] = ()


class Answer(Struct, frozen=True, kw_only=True):
    """Who and when. names: texts of which one occurs in the principal."""

    names: tuple[str, ...]
    kind: ActorKind
    at: datetime


class Truth(Struct, frozen=True, kw_only=True):
    """What is true of one drift.

    answers: who made the two sides differ, and when; the first is best, any is right. mistakable: answers that are
    wrong, and to which the rest of the evidence points when that of the truth is withheld. needs: the sources without
    whose records nobody can tell who it was; withheld: those of them that are not given.
    """

    provider: str
    type: str
    id: str
    address: str
    kind: DriftKind
    paths: tuple[str, ...]
    answers: tuple[Answer, ...]
    via: Via
    cause: Category
    process: str
    needs: tuple[str, ...]
    sentence: str
    mistakable: tuple[Answer, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def changed_at(self) -> datetime:
        """When it was changed, by the best answer."""
        return self.answers[0].at

    @property
    def is_knowable(self) -> bool:
        """Whether the evidence that is given tells who it was."""
        return not self.withheld
