"""What a policy or a caution asks of a drift: what is given has to fit, what is left out asks for nothing."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct, field, structs

from engine.model import (
    ActorKind,
    Against,
    Category,
    Dimensions,
    Drift,
    DriftKind,
    Environment,
    Level,
    Via,
)
from engine.recommend.naming import plain_path, tool_of
from engine.recommend.situation import Situation


class Condition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The fields by which tables choose drifts; the head of `policies.toml` says what they mean."""

    kinds: list[DriftKind] = field(default_factory=list)
    providers: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    against: list[Against] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    scores: Dimensions = Dimensions()
    risk_from: float = 0.0
    environments: list[Environment] = field(default_factory=list)
    exposed: bool | None = None
    likeliest: list[Category] = field(default_factory=list)
    confidence_from: float = 0.0
    confidence_below: float | None = None
    actors: list[ActorKind] = field(default_factory=list)
    vias: list[Via] = field(default_factory=list)
    principals: list[str] = field(default_factory=list)
    actor_roles: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    unless: list[str] = field(default_factory=list)
    trouble: bool | None = None
    kept: bool | None = None
    freeze: bool | None = None

    def fits(self, drift: Drift, situation: Situation) -> bool:
        """Whether the drift, in this situation, is one of those that are meant."""
        if self.kinds and drift.kind not in self.kinds:
            return False
        return (
            self._fits_resource(drift)
            and self._fits_actor(drift)
            and self._fits_cause(drift)
            and self._fits_gravity(drift)
            and _agrees(self.trouble, situation.trouble)
            and _agrees(self.kept, situation.keeper)
            and _agrees(self.freeze, situation.freeze)
        )

    def _fits_resource(self, drift: Drift) -> bool:
        ref, surroundings = drift.resource, drift.surroundings
        return (
            _within(tool_of(ref), self.tools)
            and _like(ref.provider, self.providers)
            and _like(ref.type, self.types)
            and _within(_against(drift), self.against)
            and (not self.paths or any(_like(plain_path(change.path), self.paths) for change in drift.changes))
            and _within(surroundings.environment, self.environments)
            and self.exposed in (None, surroundings.exposed)
        )

    def _fits_actor(self, drift: Drift) -> bool:
        actor = drift.actor
        return (
            _within(actor.kind, self.actors)
            and _within(actor.via, self.vias)
            and _like(actor.principal or "", self.principals)
            and _like(actor.role or "", self.actor_roles)
        )

    def _fits_cause(self, drift: Drift) -> bool:
        cause = drift.cause
        seen = {signal.name for signal in cause.signals}
        return (
            _within(cause.category, self.likeliest)
            and cause.confidence >= self.confidence_from
            and (self.confidence_below is None or cause.confidence < self.confidence_below)
            and seen.issuperset(self.signals)
            and seen.isdisjoint(self.unless)
        )

    def _fits_gravity(self, drift: Drift) -> bool:
        reached = zip(structs.astuple(drift.severity.dimensions), structs.astuple(self.scores), strict=True)
        return (
            _within(drift.severity.level, self.levels)
            and all(score >= least for score, least in reached)
            and drift.risk.disruption_probability >= self.risk_from
        )


def _within(value: object, wanted: Iterable[object]) -> bool:
    return not wanted or value in wanted


def _like(text: str, patterns: list[str]) -> bool:
    return not patterns or any(fnmatchcase(text, pattern) for pattern in patterns)


def _agrees(wanted: bool | None, text: str) -> bool:
    return wanted is None or wanted is bool(text)


def _against(drift: Drift) -> Against:
    """The baseline when nothing of the drift is what the code says otherwise."""
    moved = drift.changes and all(change.against is Against.BASELINE for change in drift.changes)
    return Against.BASELINE if moved else Against.DECLARED
