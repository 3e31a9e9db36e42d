"""What people say of a drift's cause: the only truth that models can be held against."""

from datetime import datetime

from msgspec import Struct, field

from engine.model.drift import Category


class Feedback(Struct, frozen=True, kw_only=True):
    """A person's word on the cause of a drift, beside what a model had taken it for at the time.

    `category` is the person's, `named` the model's, with its `distribution`. `features` are what the model saw, by
    name, and empty where that was not recorded. `scope` is the resource's.
    """

    drift_id: str
    estate: str
    scope: str
    category: Category
    named: Category
    distribution: dict[Category, float]
    model: str
    by: str
    at: datetime
    comment: str = ""
    features: dict[str, float] = field(default_factory=dict)

    @property
    def is_correction(self) -> bool:
        """Whether the person said something else than the model."""
        return self.category is not self.named
