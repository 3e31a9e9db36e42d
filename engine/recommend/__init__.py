"""What to do about a drift: ranked recommendations, each with its reason and ready commands."""

import hashlib

from engine.model import Action, Drift, DriftKind, Recommendation
from engine.recommend.commands import Commands
from engine.recommend.naming import printable, spoken_name, tool_of
from engine.recommend.patches import PATCHES
from engine.recommend.policies import Caution, Policy, PolicyTable, load_policies, own_policies
from engine.recommend.situation import Situation, situation_of

__all__ = ["PolicyTable", "Situation", "own_policies", "recommend", "situation_of"]


def recommend(
    drift: Drift, declared_in: str = "", *, situation: Situation | None = None, table: PolicyTable | None = None
) -> tuple[Recommendation, ...]:
    """The recommendations for a drift, the most confident first; one for each action at most.

    The drift comes without recommendations. `declared_in` is the file or stack that declares its resource, where
    nothing else is known of the situation. `table` holds the policies, the shipped ones without it. Same drift and
    situation, same recommendations, with the same ids.
    """
    return _Adviser(drift, situation or Situation(declared_in), table or load_policies()).advice()


class _Adviser:
    """One drift in one situation, under one table of policies."""

    def __init__(self, drift: Drift, situation: Situation, table: PolicyTable) -> None:
        self._drift = drift
        self._situation = situation
        self._table = table
        self._commands = Commands(drift, situation.declared_in)
        self._cautions = [caution for caution in table.cautions if caution.fits(drift, situation)]

    def advice(self) -> tuple[Recommendation, ...]:
        fitting = [policy for policy in self._table.policies if policy.fits(self._drift, self._situation)]
        # The sort is stable: of equals, the one that stands first in the table.
        ranked = sorted(((self._confidence(policy), policy) for policy in fitting), key=lambda pair: -pair[0])
        best: dict[Action, tuple[float, Policy]] = {}
        for confidence, policy in ranked:
            if confidence >= self._table.least:
                best.setdefault(policy.action, (confidence, policy))
        if not best and ranked:
            best[ranked[0][1].action] = ranked[0]
        return tuple(self._recommendation(policy, confidence) for confidence, policy in best.values())

    def _confidence(self, policy: Policy) -> float:
        confidence = policy.confidence(self._drift)
        for caution in self._cautions_on(policy):
            confidence *= caution.times
        return confidence

    def _cautions_on(self, policy: Policy) -> list[Caution]:
        return [caution for caution in self._cautions if policy.action in caution.actions]

    def _recommendation(self, policy: Policy, confidence: float) -> Recommendation:
        drift, words = self._drift, self._words(policy)
        patch = PATCHES[policy.patch](drift, self._situation.declared_in) if policy.patch else None
        sentences = [
            _sentence(policy.rationale.format_map(words)),
            self._note(policy),
            self._table.patches.get(policy.patch, "") if patch else "",
            *(caution.text.format_map(words) for caution in self._cautions_on(policy)),
        ]
        return Recommendation(
            id=hashlib.blake2b(f"{drift.id}\0{policy.id}".encode(), digest_size=6).hexdigest(),
            action=policy.action,
            title=_sentence(policy.title.format_map(words)),
            rationale=" ".join(filter(None, sentences)),
            confidence=round(confidence, 4),
            commands=self._commands.of(policy.commands),
            patch=patch,
            requires_role=policy.role,
            policy=policy.id,
        )

    def _note(self, policy: Policy) -> str:
        """What an apply does otherwise than the words suggest, where the tool reverts."""
        is_applied = self._drift.kind is DriftKind.MODIFIED and "revert" in policy.commands
        return self._table.notes.get(tool_of(self._drift.resource), "") if is_applied else ""

    def _words(self, policy: Policy) -> dict[str, str]:
        """What the sentences may name. The percentage is that of the causes that the policy is about."""
        drift, situation = self._drift, self._situation
        ref = drift.resource
        likely = policy.likelihood(drift) if policy.causes else drift.cause.confidence
        return {
            "what": spoken_name(ref),
            "who": drift.actor.principal or "somebody unknown",
            "paths": _paths([change.path for change in drift.changes]) or "it",
            "cause": drift.cause.category.replace("_", " "),
            "percent": f"{likely * 100:.0f}",
            "place": self._table.places.get(tool_of(ref), "the code"),
            "risk": f"{drift.risk.disruption_probability * 100:.0f}",
            "trouble": printable(situation.trouble),
            "keeper": printable(situation.keeper),
            "freeze": situation.freeze,
        }


def _paths(paths: list[str]) -> str:
    if len(paths) > 3:
        return f"{', '.join(paths[:2])} and {len(paths) - 2} more attributes"
    return " and ".join(filter(None, [", ".join(paths[:-1]), paths[-1]])) if paths else ""


def _sentence(text: str) -> str:
    """Text that begins with a capital when it begins with one of our own words."""
    return f"Somebody{text[len('somebody') :]}" if text.startswith("somebody unknown") else text
