"""What differs between two objects, leaf by leaf."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.events.git.structures import changed_leaves

scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab.", max_size=3)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1), inner, max_size=3)
)
objects = st.dictionaries(st.text("ab", min_size=1), values, max_size=4)


@given(objects)
def test_an_object_does_not_differ_from_itself(value: dict[str, Any]) -> None:
    assert changed_leaves(value, value) == {}


@given(objects, objects)
def test_the_other_way_round_old_and_new_are_swapped(one: dict[str, Any], other: dict[str, Any]) -> None:
    there, back = changed_leaves(one, other), changed_leaves(other, one)
    assert len(there) == len(back)
    assert sorted(map(repr, there.values())) == sorted(repr(leaf[::-1]) for leaf in back.values())


def test_true_is_not_one() -> None:
    assert changed_leaves({"a": True}, {"a": 1}) == {"a": [True, 1]}


def test_items_with_keys_are_paired_by_them() -> None:
    old = {"tags": [{"Key": "Owner", "Value": "a"}, {"Key": "Env", "Value": "x"}]}
    new = {"tags": [{"Key": "Env", "Value": "x"}, {"Key": "Owner", "Value": "b"}]}
    assert changed_leaves(old, new) == {"tags[1].Value": ["a", "b"]}


def test_a_scalar_that_became_an_object() -> None:
    assert changed_leaves({"a": "x"}, {"a": {"b": "y"}}) == {"a": ["x", None], "a.b": [None, "y"]}
