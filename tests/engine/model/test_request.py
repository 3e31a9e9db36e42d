"""A plan's hash: the same for the same deed, another one for any other."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import Action, Change, DriftKind, Plan, ResourceRef, plan_of
from tests.support.people import fixable

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAF = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
JSON = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))
PLAN = plan_of(fixable(), fixable().recommendations[1])


@pytest.mark.parametrize(
    "change",
    [
        {"drift_id": "d-2"},
        {"resource": structs.replace(PLAN.resource, id="sg-other")},
        {"kind": DriftKind.MISSING},
        {"changes": ()},
        {"changes": (structs.replace(PLAN.changes[0], actual=["::/0"]),)},
        {"recommendation_id": "r-other"},
        {"action": Action.ADOPT},
        {"title": "Open it"},
        {"commands": ("terraform apply", "terraform apply")},
        {"commands": ("terraform apply ",)},
        {"patch": "+x\n"},
    ],
    ids=str,
)
def test_whatever_is_done_otherwise_is_another_plan(change: dict[str, Any]) -> None:
    assert structs.replace(PLAN, **change).hash != PLAN.hash


def test_another_word_about_it_is_not() -> None:
    assert structs.replace(PLAN, rationale="because").hash == PLAN.hash


@given(JSON)
def test_a_plan_comes_back_from_the_ledger_with_its_hash(value: Any) -> None:
    plan = Plan(
        drift_id="d", resource=ResourceRef("aws", "t", "i", "s"), kind=DriftKind.MODIFIED,
        changes=(Change("p", value, None),), recommendation_id="r", action=Action.REVERT, title="t",
    )  # fmt: skip
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan).hash == plan.hash
