"""The habits of an estate: how what people confirmed there moves what a model says of its next drifts.

A prior holds two Dirichlet distributions over the five causes. One counts what people confirmed, the other what the
models had expected of the same drifts; both begin with the same `STRENGTH` made-up observations. Their ratio is what
the estate has more of, or less, than models expect, and by it a model's probabilities are multiplied. So it does not
matter which drifts people choose to confirm: confirming only emergencies that were named emergencies moves nothing,
while every correction moves the odds from the cause that was named to the one that it was.

A scope (account, project, subscription, cluster) begins with the habits of the rest of its estate in place of even
shares, and leaves them as its own confirmations grow.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from engine.model import Category, Feedback

#: How many made-up observations a prior begins with, evenly shared: 20 for each cause. Five corrections the same way
#: then move the odds by half, fifty by ten times.
STRENGTH = 100.0
#: With fewer confirmations than this a prior is provisional: 5 of 5 may still be 62 %.
PROVISIONAL_BELOW = 50
#: No habit makes a cause more than this many times likelier or less likely: strong evidence always outweighs it, and
#: labels given in bad faith do no worse.
MOST = 5.0

Shares = Mapping[Category, float]


def _even() -> Shares:
    return dict.fromkeys(Category, 1 / len(Category))


class Prior(Struct, frozen=True):
    """What an estate has more or less of than models expect.

    `confirmed` and `expected` are shares that sum to 1; `confirmations` is how many a prior rests on.
    """

    confirmed: Shares = field(default_factory=_even)
    expected: Shares = field(default_factory=_even)
    confirmations: int = 0

    @property
    def is_provisional(self) -> bool:
        """Whether too few confirmations carry it to rely on it."""
        return self.confirmations < PROVISIONAL_BELOW

    def factor(self, category: Category) -> float:
        """How many times likelier the cause is here than models expect, from 1 / `MOST` to `MOST`."""
        return min(max(self.confirmed[category] / self.expected[category], 1 / MOST), MOST)

    def moved(self, distribution: Shares) -> dict[Category, float]:
        """A model's distribution with the habits of the estate taken into account. It sums to 1."""
        weighted = {category: distribution[category] * self.factor(category) for category in Category}
        total = sum(weighted.values())
        return {category: weight / total for category, weight in weighted.items()}


class Priors:
    """The priors of one estate's scopes, from what was confirmed in it."""

    def __init__(self, feedback: Iterable[Feedback] = ()) -> None:
        self._by_place: dict[str, list[Feedback]] = defaultdict(list)
        for given in feedback:
            self._by_place[place_of(given.scope)].append(given)
        self._known: dict[str, Prior] = {}

    def of(self, scope: str) -> Prior:
        """The prior of a scope. Where nothing was confirmed in it, that of the estate."""
        place = place_of(scope)
        if place not in self._known:
            self._known[place] = self._prior(place)
        return self._known[place]

    def _prior(self, place: str) -> Prior:
        elsewhere = [given for other, those in self._by_place.items() if other != place for given in those]
        return _updated(_updated(Prior(), elsewhere), self._by_place.get(place, ()))


def place_of(scope: str) -> str:
    """The account, project, subscription or cluster of a scope: `123456789012` of `123456789012/eu-west-1`."""
    return scope.partition("/")[0]


def _updated(prior: Prior, feedback: Sequence[Feedback]) -> Prior:
    count = len(feedback)
    confirmed = {each: sum(given.category is each for given in feedback) for each in Category}
    expected = {each: sum(given.distribution.get(each, 0.0) for given in feedback) for each in Category}
    return Prior(
        confirmed={
            each: (STRENGTH * prior.confirmed[each] + confirmed[each]) / (STRENGTH + count) for each in Category
        },
        expected={each: (STRENGTH * prior.expected[each] + expected[each]) / (STRENGTH + count) for each in Category},
        confirmations=prior.confirmations + count,
    )
