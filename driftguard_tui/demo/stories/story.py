"""What a story is: something that happened, what it did to the live estate, and the traces that it left."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from driftguard_tui.demo.company import Person
from driftguard_tui.demo.estate import Where
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.trail.call import Call


@dataclass(frozen=True)
class Altered:
    """The live resource differs from its declaration. `change` makes the one from the other."""

    where: Where
    change: Callable[[Any], Recorded]
    at: datetime | None = None


@dataclass(frozen=True)
class Gone:
    """The live resource is not there any more."""

    where: Where


@dataclass(frozen=True)
class Stray:
    """A live resource that no state declares."""

    thing: Recorded


@dataclass(frozen=True)
class Edit:
    """A new value of an argument in a block: `resource "aws_sqs_queue" "jobs"`, `module "tracking"`."""

    path: str
    block: str
    argument: str
    before: str
    after: str


@dataclass(frozen=True)
class Appended:
    """Text that is put at the end of a file."""

    path: str
    text: str


@dataclass(frozen=True)
class PullRequest:
    """A change of the code. `pending` says that the state does not know of it yet."""

    number: int
    author: Person
    at: datetime
    merged: datetime
    subject: str
    body: str = ""
    edits: tuple[Edit | Appended, ...] = ()
    pending: bool = False


@dataclass(frozen=True)
class Story:
    """One thing that happened, in the words of somebody who knows. `effect` is None where nothing was left."""

    name: str
    tells: str
    effect: Altered | Gone | Stray | None = None
    calls: tuple[Call, ...] = ()
    pull_requests: tuple[PullRequest, ...] = ()


def altered(where: Where, at: datetime | None, **facts: Any) -> Altered:
    """A live resource some of whose facts are now different."""
    return Altered(where, lambda thing: replace(thing, **facts), at)
