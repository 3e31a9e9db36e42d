"""Values that mean the same have one canonical form; values that do not, do not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.canonical import EMPTY, canonical, canonical_by_rule
from engine.providers import AttributeRule


@pytest.mark.parametrize("nothing", [None, "", [], {}, False, 0, "false", "0", [None], {"a": ""}, {"a": {"b": []}}])
def test_everything_that_says_nothing_is_empty(nothing: Any) -> None:
    assert canonical(nothing) is EMPTY


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (30, "30"),
        (30.0, 30),
        (True, "true"),
        (True, "True"),
        (["a", "b"], ["b", "a"]),
        (["a", "a"], ["a"]),
        ('{"a": [1, 2]}', {"a": [2, 1]}),
        ("%7B%22a%22%3A1%7D", {"a": 1}),
        ({"a": 1, "b": None}, {"a": "1"}),
        ([{"x": 1}, {"y": 2}], [{"y": 2}, {"x": 1, "z": ""}]),
    ],
)
def test_same_meaning(left: Any, right: Any) -> None:
    assert canonical(left) == canonical(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (30, 31),
        (True, None),
        ("a", "A"),
        (["0"], []),
        ([80, 0], [80]),
        (["a"], ["a", "b"]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ("{not json", {"not": "json"}),
    ],
)
def test_different_meaning(left: Any, right: Any) -> None:
    assert canonical(left) != canonical(right)


def test_order_counts_where_the_table_says_so() -> None:
    assert canonical(["a", "b"], "ordered") != canonical(["b", "a"], "ordered")


def test_case_counts_unless_the_table_says_otherwise() -> None:
    assert canonical("Enabled", "caseless") == canonical("ENABLED", "caseless")
    assert canonical("1.0", "exact") != canonical("1", "exact")


def test_a_default_is_the_same_as_leaving_it_out() -> None:
    rule = AttributeRule(default=30)
    assert canonical_by_rule("30", rule) is canonical_by_rule(None, rule) is EMPTY
    assert canonical_by_rule(31, rule) == "31"


def test_a_block_of_defaults_is_no_block() -> None:
    rule = AttributeRule(block={"mode": AttributeRule(default="PassThrough"), "size": "Size"})
    assert canonical_by_rule([{"mode": "PassThrough", "size": None}], rule) is EMPTY
    assert canonical_by_rule([{"mode": "Active"}], rule) != EMPTY


POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::shop/*", "Sid": ""},
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::shop"],
         "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        json.dumps(POLICY),
        {**POLICY, "Statement": POLICY["Statement"][::-1]},
        {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["S3:putobject", "s3:getObject"], "Resource": ["arn:aws:s3:::shop/*"]},
            {"Effect": "Deny", "Principal": {"AWS": ["*"]}, "Action": ["s3:*"], "Resource": "arn:aws:s3:::shop",
             "Condition": {"Bool": {"AWS:SecureTransport": [False]}}},
        ]},
    ],
)  # fmt: skip
def test_policies_that_grant_the_same_are_the_same(other: Any) -> None:
    assert canonical(POLICY, "policy") == canonical(other, "policy") == canonical(other)


def test_a_policy_that_grants_more_is_not_the_same() -> None:
    wider = {**POLICY, "Statement": [*POLICY["Statement"], {"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    assert canonical(POLICY, "policy") != canonical(wider, "policy")


def test_an_account_and_its_root_user_are_one_principal() -> None:
    def trust(principal: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
        return {"Version": "2012-10-17", "Statement": statement}

    assert canonical(trust("123456789012")) == canonical(trust("arn:aws:iam::123456789012:root"))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_every_value_has_a_hashable_form_equal_to_itself(value: Any) -> None:
    assert hash(canonical(value)) == hash(canonical(value))
    assert canonical(value) == canonical(value)


@given(st.dictionaries(st.text(min_size=1, max_size=5), json_values, min_size=1, max_size=4))
def test_a_document_and_its_text_are_the_same(document: dict[str, Any]) -> None:
    assert canonical(json.dumps(document)) == canonical(document)


@given(st.lists(json_values, max_size=5), st.randoms())
def test_lists_are_sets(items: list[Any], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    assert canonical(shuffled) == canonical(items)
