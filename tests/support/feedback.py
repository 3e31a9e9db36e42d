"""What people said of drifts, for tests of what is made of it."""

from datetime import datetime, timedelta
from typing import Any

from engine.model import Category, Feedback
from tests.support.samples import NOON

EMERGENCY, MANUAL, AUTOMATED, ROLLOUT, UNAUTHORIZED = Category


def surely(category: Category, confidence: float = 0.9) -> dict[Category, float]:
    """A distribution that gives a cause this much, and the others the rest in equal parts."""
    return dict.fromkeys(Category, (1 - confidence) / 4) | {category: confidence}


def said(
    category: Category = MANUAL,
    of: Category | None = None,
    *,
    confidence: float = 0.9,
    drift: str = "d-1",
    at: datetime = NOON,
    **more: Any,
) -> Feedback:
    """A person's word that a drift's cause is `category`, where the model had named `of` (by default the same)."""
    named = of or category
    given: dict[str, Any] = {
        "estate": "shop", "scope": "123456789012/eu-west-1", "model": "cause@1", "by": "anna",
        "distribution": surely(named, confidence),
    }  # fmt: skip
    return Feedback(drift_id=drift, category=category, named=named, at=at, **{**given, **more})


def many(count: int, category: Category, of: Category | None = None, **more: Any) -> list[Feedback]:
    """That often the same word, on one drift after the other, an hour apart."""
    return [
        said(category, of, drift=f"{category}-{index}", at=NOON + timedelta(hours=index), **more)
        for index in range(count)
    ]
