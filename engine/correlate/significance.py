"""Whether a count is more than chance: exact tails, and what is left of them when many are looked at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The share of what is called significant that may be chance.
LEVEL = 0.01
#: What is certain and less than this times chance helps nobody.
LEAST_LIFT = 1.5

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def binomial_tail(found: Any, tries: Any, chance: Any) -> Floats:
    """The probability of at least `found` successes in `tries`, each with this chance; elementwise."""
    from scipy.special import bdtrc

    found = np.asarray(found, dtype=np.float64)
    return np.where(found > 0, bdtrc(np.maximum(found - 1, 0), tries, np.clip(chance, 0.0, 1.0)), 1.0)


def poisson_tail(found: Any, expected: Any) -> Floats:
    """The probability of at least `found` where so many are expected; elementwise."""
    from scipy.special import pdtrc

    found = np.asarray(found, dtype=np.float64)
    return np.where(found > 0, pdtrc(np.maximum(found - 1, 0), expected), 1.0)


def benjamini_hochberg(p_values: Any, tests: int | None = None) -> Floats:
    """The smallest false discovery rate at which each would be called significant.

    `tests` is how many were looked at, where those that are not given found nothing at all.
    """
    p_values = np.asarray(p_values, dtype=np.float64)
    count = tests or len(p_values)
    order = np.argsort(p_values)
    raised = p_values[order] * count / np.arange(1, len(p_values) + 1)
    q_values: Floats = np.empty_like(raised)
    q_values[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return np.clip(q_values, 0.0, 1.0)
