"""How likely it is that leaving or reverting a drift disturbs a service, by the tables in `rules/`."""

import math

from engine.model import Cause, Difference, Risk
from ml.severity_rules import Rule, load_scale, matches

#: Nothing is certain.
_LEAST, _MOST = 0.01, 0.97


def assess_risk(difference: Difference, cause: Cause) -> Risk:
    """Takes the strongest rule of each change as a chance of its own, and moves the odds by the cause."""
    strongest: dict[str, Rule] = {}
    for match in matches(difference):
        known = strongest.get(match.path)
        if known is None or match.rule.disruption > known.disruption:
            strongest[match.path] = match.rule
    # Many changes under one rule are one thing that happened.
    calm = math.prod(1 - rule.disruption for rule in {rule.id: rule for rule in strongest.values()}.values())
    probability = min(max(1 - calm, _LEAST), _MOST)
    # Every cause counts by its own probability, so that an unsure diagnosis moves little.
    factor = sum(load_scale().disruption[category] * share for category, share in cause.distribution.items())
    odds = probability / (1 - probability) * (factor or 1.0)
    return Risk(disruption_probability=round(min(max(odds / (1 + odds), _LEAST), _MOST), 3))
