"""What differences mean: why each came about, how bad that is, what it shares with others, and what to do about it."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import structs

from engine.correlate import groups_of, service_of
from engine.judging import Judging
from engine.learning.in_use import InUse
from engine.model import Attribution, CauseGroup, Difference, Drift
from engine.recommend import recommend, situation_of
from ml.cause import Explained, Known, explain_and_tell
from ml.features import Vector, feature_names
from ml.risk import assess_risk
from ml.severity import assess_severity
from ml.severity_rules import shipped_rules
from ml.surroundings import surroundings_of


class Explainer:
    """Explains the differences of one estate as of a time, by the tables and the model that it is given."""

    def __init__(self, estate: str, at: datetime, judging: Judging, learned: InUse | None = None) -> None:
        self._estate = estate
        self._at = at
        self._judging = judging
        self._book = judging.book or shipped_rules()
        self._learned = learned or InUse()
        self._seen: dict[str, Vector] = {}

    @property
    def features(self) -> dict[str, dict[str, float]]:
        """What the model saw of each explained drift, by its id: features by name, without those that are missing."""
        return {drift: _named(row) for drift, row in self._seen.items()}

    def explained(
        self, differences: Sequence[Difference], attributions: Sequence[Attribution]
    ) -> tuple[tuple[Drift, ...], tuple[CauseGroup, ...]]:
        """The drifts, the gravest first, with what to do about each; and which of them share one origin."""
        pairs = list(zip(differences, attributions, strict=True))
        services = {drift_id(each): service_of(each.resource, each.tags) for each in differences}
        causes = self._causes(differences, attributions)
        drifts = [self._drift(*pair, cause) for pair, cause in zip(pairs, causes, strict=True)]
        # Severity takes in how many drifts share an origin, which only shows when all of them are explained.
        reach = _reach(groups_of({self._estate: drifts}, services))
        drifts = [self._in_company(drift, *pair, reach) for drift, pair in zip(drifts, pairs, strict=True)]
        drifts = [self._advised(drift, *pair) for drift, pair in zip(drifts, pairs, strict=True)]
        ranked = tuple(sorted(drifts, key=lambda drift: (-drift.severity.score, drift.resource, drift.id)))
        return ranked, groups_of({self._estate: ranked}, services)

    def _causes(self, differences: Sequence[Difference], attributions: Sequence[Attribution]) -> list[Explained]:
        learned = self._learned
        known = [
            Known(
                difference,
                attribution,
                prior=learned.priors.of(difference.resource.scope),
                word=learned.words.get(drift_id(difference)),
            )
            for difference, attribution in zip(differences, attributions, strict=True)
        ]
        explained, rows = explain_and_tell(known, self._at, learned.ensemble)
        self._seen = {drift_id(each): row for each, row in zip(differences, rows, strict=True)}
        return explained

    def _drift(self, difference: Difference, attribution: Attribution, explained: Explained) -> Drift:
        judging = self._judging
        cause, ruled_out = explained
        surroundings = surroundings_of(difference, judging.surroundings)
        found = self._book.matches(difference)
        return Drift(
            id=drift_id(difference),
            resource=difference.resource,
            kind=difference.kind,
            changes=difference.changes,
            changed_at=attribution.changed_at,
            detected_at=self._at,
            actor=attribution.actor,
            cause=cause,
            severity=assess_severity(difference, cause, attribution, surroundings, self._book, found),
            risk=assess_risk(difference, cause, surroundings, self._book, found),
            ruled_out=ruled_out,
            evidence=attribution.evidence,
            origin=difference.origin,
            surroundings=surroundings,
        )

    def _in_company(
        self, drift: Drift, difference: Difference, attribution: Attribution, reach: dict[str, int]
    ) -> Drift:
        """The drift in view of those that share its origin."""
        if drift.id not in reach:
            return drift
        surroundings = structs.replace(drift.surroundings, shared_by=reach[drift.id])
        severity = drift.severity
        if any(0 < item.shared_from <= reach[drift.id] for item in self._book.scale.adjustments):
            severity = assess_severity(difference, drift.cause, attribution, surroundings, self._book)
        return structs.replace(drift, surroundings=surroundings, severity=severity)

    def _advised(self, drift: Drift, difference: Difference, attribution: Attribution) -> Drift:
        situation = situation_of(difference, attribution, drift, self._at, self._judging.freezes)
        return structs.replace(
            drift, recommendations=recommend(drift, situation=situation, table=self._judging.policies)
        )


def drift_id(difference: Difference) -> str:
    """Names a drift by its resource and its change: the same drift has the same id in every scan."""
    ref = difference.resource
    words = (ref.provider, ref.type, ref.scope, ref.id, ref.address, difference.kind)
    body = msgspec.json.encode(
        (words, [(change.path, change.declared, change.actual) for change in difference.changes])
    )
    return hashlib.blake2b(body, digest_size=6).hexdigest()


def _named(row: Vector) -> dict[str, float]:
    values = zip(feature_names(), row.tolist(), strict=True)
    return {name: value for name, value in values if not math.isnan(value)}


def _reach(groups: Iterable[CauseGroup]) -> dict[str, int]:
    """How many drifts share the origin of a drift, by its id."""
    return {drift: len(group.drifts) for group in groups if len(group.drifts) > 1 for drift in group.drifts}
