"""Generated estates whose truth is known: for training and choosing cause models, and for measuring attribution.

`generate` makes a scenario from a seed; `Scenario.write` tells it as a bundle, in the providers' own formats, so that
it is read like any other. One file for each idea:

    chance        choices that are the same again for the same seed
    organisation  who works there, which tools they use, how they name things; out of one of three disjoint pools
    kinds, thing  types of resources as data, and resources: what code, state and provider say of them
    estate        which resources there are
    story, stage  what happens; picking things, people and times and writing down what is true
    processes     the ways in which drifts come about, by cause
    circumstances why a change is made and who knows of it; trouble, work and plans that have nothing to do with it
    noise         ordinary traffic, and what may be mistaken for a cause
    withhold      evidence that is missing
    render        the wire formats
"""

from ml.scenarios.organisation import PoolName
from ml.scenarios.scenario import Scenario, generate
from ml.scenarios.story import Truth

__all__ = ["PoolName", "Scenario", "Truth", "generate"]
