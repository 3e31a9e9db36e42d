"""What a drifted resource stands in: where it belongs, who can reach it, what it holds, what hangs on it."""

from datetime import UTC, date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from msgspec import Struct


class Environment(StrEnum):
    PRODUCTION = "production"
    STAGING = "staging"
    DEVELOPMENT = "development"
    UNKNOWN = "unknown"


class Surroundings(Struct, frozen=True):
    """As far as tags, names, types and the change itself tell; nothing of it is proof.

    exposed: it can be reached from the internet. data: the class of the data that it holds, by its tags (`personal`,
    `confidential`, …), empty where they are silent. foundation: much else usually hangs on such a resource.
    dependents: how many declared resources refer to it. shared_by: how many drifts share its origin, itself included;
    0 where it has none in common.
    """

    environment: Environment = Environment.UNKNOWN
    exposed: bool = False
    data: str = ""
    foundation: bool = False
    dependents: int = 0
    shared_by: int = 0


class Freeze(Struct, frozen=True, kw_only=True):
    """A time in which nothing is changed that can wait.

    It holds from `start` until `end`, and on the `days` of the week (`fri`, in UTC); one of them may be left out.
    environments, scopes: where it holds, everywhere when empty; scopes are patterns.
    """

    reason: str
    start: datetime | None = None
    end: datetime | None = None
    days: tuple[str, ...] = ()
    environments: tuple[Environment, ...] = ()
    scopes: tuple[str, ...] = ()

    def holds(self, environment: Environment, scope: str, at: datetime) -> bool:
        """Whether it forbids to touch what is in this environment and scope at this time."""
        within = (self.start is None or self.start <= at) and (self.end is None or at < self.end)
        # Where nothing tells the environment it may be the one that is frozen.
        here = not self.environments or environment in (*self.environments, Environment.UNKNOWN)
        there = not self.scopes or any(fnmatchcase(scope, pattern) for pattern in self.scopes)
        return within and here and there and (not self.days or weekday(at.astimezone(UTC).date()) in self.days)


#: The days of the week as freezes write them, Monday first.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekday(day: date) -> str:
    """`mon` to `sun`."""
    return WEEKDAYS[day.weekday()]
