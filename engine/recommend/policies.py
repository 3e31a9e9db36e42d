"""The recommendation policies: their schema, and which of them apply to a drift."""

from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct, field

from engine.model import Action, ActorKind, Against, Category, Drift, DriftKind, Level, Role
from engine.recommend.naming import tool_of


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recommendation and the drifts it is for. The table's head says what the fields mean."""

    id: str
    action: Action
    title: str
    rationale: str
    factor: float
    role: Role
    kinds: list[DriftKind]
    causes: list[Category] = field(default_factory=list)
    doubt: bool = False
    types: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    against: list[Against] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    actors: list[ActorKind] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    unless: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    patch: str = ""

    def applies(self, drift: Drift) -> bool:
        """Whether the drift is one that this policy is for, its cause left aside."""
        seen = {signal.name for signal in drift.cause.signals}
        return (
            drift.kind in self.kinds
            and (not self.types or any(fnmatchcase(drift.resource.type, pattern) for pattern in self.types))
            and (not self.tools or tool_of(drift.resource) in self.tools)
            and (not self.against or _against(drift) in self.against)
            and (not self.levels or drift.severity.level in self.levels)
            and (not self.actors or drift.actor.kind in self.actors)
            and seen.issuperset(self.signals)
            and seen.isdisjoint(self.unless)
        )

    def likelihood(self, drift: Drift) -> float:
        """How likely the causes that this policy is about are together, 0 to 1."""
        return sum(drift.cause.distribution.get(category, 0.0) for category in self.causes)

    def confidence(self, drift: Drift) -> float:
        """How likely it is that this is the right thing to do, 0 to 1."""
        if self.doubt:
            return self.factor * (1 - drift.cause.confidence)
        return self.factor * (self.likelihood(drift) if self.causes else 1.0)


class Caution(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence for reverts that are likely to disturb a service."""

    start: float = field(name="from")
    text: str


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    least: float
    places: dict[str, str]
    notes: dict[str, str]
    caution: Caution
    policies: list[Policy]


def _against(drift: Drift) -> Against:
    """The baseline when nothing of the drift is what the code says otherwise."""
    moved = drift.changes and all(change.against is Against.BASELINE for change in drift.changes)
    return Against.BASELINE if moved else Against.DECLARED


@cache
def load_policies() -> Table:
    """The shipped table."""
    return msgspec.toml.decode(files("engine.recommend").joinpath("policies.toml").read_bytes(), type=Table)
