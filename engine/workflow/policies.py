"""The policies of change requests: their schema, the shipped table, a user's own laid over it, and change freezes."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from engine.checking import check
from engine.errors import ConfigError
from engine.model import Action, ChangeRequest, Environment, Freeze, Level, Role, Terms
from engine.overlay import lay_over, read_table

#: The file in a user's folder of tables.
FILE_NAME = "workflow.toml"


class Least(StrEnum):
    """The least role that may do something, or that nobody may."""

    EDIT = "edit"
    ADMIN = "admin"
    NOBODY = "nobody"

    @property
    def role(self) -> Role | None:
        """The role; None for nobody."""
        return None if self is Least.NOBODY else Role(self.value)


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked of some requests. The table's head says what the fields mean."""

    id: str
    approvals: int
    decides: Least
    executes: Least
    waits_hours: float
    lasts_hours: float
    breaks_freeze: Least
    breaks_glass: Least
    levels: list[Level] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    @property
    def fits_all(self) -> bool:
        """Whether it is for every request."""
        return not (self.levels or self.environments or self.actions)

    @property
    def waits(self) -> timedelta:
        """How long a request waits for a decision."""
        return timedelta(hours=self.waits_hours)

    @property
    def terms(self) -> Terms:
        """What it asks, as a request keeps it."""
        return Terms(
            policy=self.id,
            approvals=self.approvals,
            decides=self.decides.role or Role.ADMIN,
            executes=self.executes.role or Role.ADMIN,
            lasts=self.lasts_hours,
            breaks_freeze=self.breaks_freeze.role,
            breaks_glass=self.breaks_glass.role,
        )

    def fits(self, level: Level, environment: Environment, action: Action) -> bool:
        """Whether it is for such a request."""
        return (
            (not self.levels or level in self.levels)
            and (not self.environments or environment in self.environments)
            and (not self.actions or action in self.actions)
        )


class Policies(Struct, frozen=True):
    """Every policy, in the order in which they are tried, and the times in which nothing is changed that can wait."""

    rows: tuple[Policy, ...]
    freezes: tuple[Freeze, ...] = ()

    def policy(self, level: Level, environment: Environment, action: Action) -> Policy:
        """The first policy that is for such a request."""
        return next(row for row in self.rows if row.fits(level, environment, action))

    def terms(self, request: ChangeRequest) -> Terms:
        """What is asked of a request: what its policy asked when it was made, or what asks for more by now."""
        now = self.policy(request.level, request.environment, request.plan.action).terms
        return _stricter(request.terms, now)

    def freeze(self, request: ChangeRequest, at: datetime) -> str:
        """Why the request's resource is not to be changed at this time; empty when it may be."""
        scope, environment = request.plan.resource.scope, request.environment
        return next((freeze.reason for freeze in self.freezes if freeze.holds(environment, scope, at)), "")


class _Own(Struct, frozen=True, kw_only=True):
    policies: list[Any] = field(default_factory=list)


def load_policies(own: Path | None = None, freezes: Iterable[Freeze] = ()) -> Policies:
    """The shipped policies, with `workflow.toml` in a user's folder of tables over them.

    Raises ConfigError with one line per problem, each with file and key.
    """
    file = own / FILE_NAME if own is not None else None
    given = _Own()
    problems: list[str] = []
    if file is not None and file.is_file():
        given = check(read_table(file), _Own, "", problems) or given
    rows = lay_over(_shipped(), given.policies, "policies", Policy, problems, _mistakes)
    if not problems and not any(row.fits_all for row in rows):
        problems.append('policies: none is for every request; keep "elsewhere", or give one without conditions')
    if problems:
        raise ConfigError("\n".join(f"{FILE_NAME}: {problem}" for problem in problems))
    return Policies(tuple(rows), tuple(freezes))


def _mistakes(row: Policy, where: str) -> Iterator[str]:
    if row.approvals < 1:
        yield f"{where}.approvals: is {row.approvals}; give 1 or more"
    for name in ("decides", "executes"):
        if getattr(row, name) is Least.NOBODY:
            yield f'{where}.{name}: "nobody" would leave every request where it is; give "edit" or "admin"'
    for name in ("waits_hours", "lasts_hours"):
        if not getattr(row, name) > 0:
            yield f"{where}.{name}: is {getattr(row, name)}; give a number of hours above 0"


def _stricter(one: Terms, other: Terms) -> Terms:
    return Terms(
        policy=other.policy if other.approvals > one.approvals else one.policy,
        approvals=max(one.approvals, other.approvals),
        decides=_higher(one.decides, other.decides) or Role.ADMIN,
        executes=_higher(one.executes, other.executes) or Role.ADMIN,
        lasts=min(one.lasts, other.lasts),
        breaks_freeze=_higher(one.breaks_freeze, other.breaks_freeze),
        breaks_glass=_higher(one.breaks_glass, other.breaks_glass),
    )


def _higher(one: Role | None, other: Role | None) -> Role | None:
    """Of two roles the one that fewer people have; None, which nobody has, is above all."""
    return None if one is None or other is None else max(one, other, key=list(Role).index)


@cache
def _shipped() -> tuple[dict[str, Any], ...]:
    table = msgspec.toml.decode(files("engine.workflow").joinpath("policies.toml").read_bytes())
    return tuple(table["policies"])
