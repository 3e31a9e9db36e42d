"""What to do about a drift: ranked recommendations, each with its reason and ready commands."""

import hashlib

from engine.model import Action, Drift, DriftKind, Recommendation
from engine.recommend.commands import build_commands, import_block
from engine.recommend.naming import spoken_name, tool_of
from engine.recommend.policies import Policy, load_policies

__all__ = ["recommend"]

_PATCHES = {"import_block": import_block}


def recommend(drift: Drift, declared_in: str = "") -> tuple[Recommendation, ...]:
    """The recommendations for a drift, the most confident first; one for each action at most.

    The drift comes without recommendations; `declared_in` is the file or stack that declares its resource. Same
    drift, same recommendations, with the same ids.
    """
    table = load_policies()
    weighed = [(policy.confidence(drift), policy) for policy in table.policies if policy.applies(drift)]
    # The sort is stable: of equals, the one that stands first in the table.
    ranked = sorted(weighed, key=lambda pair: -pair[0])
    best: dict[Action, tuple[float, Policy]] = {}
    for confidence, policy in ranked:
        if confidence >= table.least:
            best.setdefault(policy.action, (confidence, policy))
    if not best and ranked:
        best[ranked[0][1].action] = ranked[0]
    return tuple(_recommendation(drift, policy, confidence, declared_in) for confidence, policy in best.values())


def _recommendation(drift: Drift, policy: Policy, confidence: float, declared_in: str) -> Recommendation:
    words = _words(drift, policy)
    rationale = policy.rationale.format_map(words)
    table = load_policies()
    caution, note = table.caution, table.notes.get(tool_of(drift.resource), "")
    if note and drift.kind is DriftKind.MODIFIED and "revert" in policy.commands:
        rationale = f"{rationale} {note}"
    if policy.action is Action.REVERT and drift.risk.disruption_probability >= caution.start:
        rationale = f"{rationale} {caution.text.format_map(words)}"
    return Recommendation(
        id=hashlib.blake2b(f"{drift.id}\0{policy.id}".encode(), digest_size=6).hexdigest(),
        action=policy.action,
        title=_sentence(policy.title.format_map(words)),
        rationale=_sentence(rationale),
        confidence=round(confidence, 4),
        commands=build_commands(drift, policy.commands, declared_in),
        patch=_PATCHES[policy.patch](drift) if policy.patch else None,
        requires_role=policy.role,
        policy=policy.id,
    )


def _words(drift: Drift, policy: Policy) -> dict[str, str]:
    """What the sentences of a policy may name. The percentage is that of the causes that the policy is about."""
    ref = drift.resource
    likely = policy.likelihood(drift) if policy.causes else drift.cause.confidence
    return {
        "what": spoken_name(ref),
        "who": drift.actor.principal or "somebody unknown",
        "paths": _paths([change.path for change in drift.changes]) or "it",
        "cause": drift.cause.category.replace("_", " "),
        "percent": f"{likely * 100:.0f}",
        "place": load_policies().places.get(tool_of(ref), "the code"),
        "risk": f"{drift.risk.disruption_probability * 100:.0f}",
    }


def _paths(paths: list[str]) -> str:
    if len(paths) > 3:
        return f"{', '.join(paths[:2])} and {len(paths) - 2} more attributes"
    return " and ".join(filter(None, [", ".join(paths[:-1]), paths[-1]])) if paths else ""


def _sentence(text: str) -> str:
    """Text that begins with a capital when it begins with one of our own words."""
    return f"Somebody{text[len('somebody') :]}" if text.startswith("somebody unknown") else text
