"""Changes are reported at the finest path that still reads well."""

from typing import Any

import pytest

from engine.compare.difference import changes, same
from engine.providers import AttributeRule

BLOCKS = AttributeRule(block={"from_port": "FromPort", "to_port": "ToPort", "cidr_blocks": "Cidrs", "description": "D"})
PLAIN = AttributeRule()


def found(declared: Any, actual: Any, rule: AttributeRule = PLAIN) -> list[tuple[str, Any, Any]]:
    return [(change.path, change.declared, change.actual) for change in changes("it", declared, actual, rule)]


def test_no_difference_gives_no_change() -> None:
    assert found({"a": 1, "b": []}, {"a": "1"}) == []


def test_a_map_is_told_key_by_key() -> None:
    assert found({"Owner": "web", "Env": "prod"}, {"Owner": "web", "Env": "dev", "a.b": "x"}) == [
        ("it.Env", "prod", "dev"),
        ('it["a.b"]', None, "x"),
    ]


@pytest.mark.parametrize("value", ["false", "0", "", "x"])
def test_under_a_key_that_somebody_chose_any_text_is_a_value(value: str) -> None:
    tags = AttributeRule(compare="exact")
    assert found({"public": value}, {}, tags) == [("it.public", value, None)]
    assert found({}, {"public": value}, tags) == [("it.public", None, value)]
    assert found({"public": value}, {"public": value}, tags) == []


def test_code_may_write_the_values_of_tags_as_they_are() -> None:
    tags = AttributeRule(compare="exact")
    assert found({"a": False, "b": 0, "c": 5, "d": None}, {"a": "false", "b": "0", "c": "5"}, tags) == []


@pytest.mark.parametrize(
    ("declared", "actual", "shown"), [(30, "45", 45), (0.5, "0.75", 0.75), (True, "false", False), ("30", "45", "45")]
)
def test_a_live_value_is_shown_as_the_declared_kind(declared: Any, actual: Any, shown: Any) -> None:
    [(_, _, value)] = found(declared, actual)
    assert (value, type(value)) == (shown, type(shown))


def test_a_set_of_scalars_is_told_whole() -> None:
    assert found(["a", "b"], ["b", "c"]) == [("it", ["a", "b"], ["b", "c"])]


def test_a_changed_block_is_told_by_its_field() -> None:
    declared = [{"from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}, {"from_port": 22, "to_port": 22}]
    actual = [{"from_port": 22, "to_port": 22}, {"from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}]
    assert found(declared, actual, BLOCKS) == [("it[0].cidr_blocks", ["10.0.0.0/8"], ["0.0.0.0/0"])]


def test_an_added_block_takes_the_place_behind_the_declared_ones() -> None:
    declared = [{"from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}]
    extra = {"from_port": 5432, "to_port": 5432, "cidr_blocks": ["0.0.0.0/0"], "description": "tmp"}
    assert found(declared, [*declared, extra], BLOCKS) == [("it[1]", None, extra)]


def test_a_removed_block_is_told_whole() -> None:
    gone = {"from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"]}
    assert found([gone, {"from_port": 443}], [{"from_port": 443}], BLOCKS) == [("it[0]", gone, None)]


def test_fields_without_a_rule_are_not_compared() -> None:
    assert found([{"from_port": 22, "owner": "x"}], [{"from_port": 22, "owner": "y"}], BLOCKS) == []


def test_a_policy_is_told_whole_as_a_document() -> None:
    rule = AttributeRule(compare="policy")
    [(path, declared, actual)] = found('{"Statement": []}', '{"Statement": [{"Effect": "Allow"}]}', rule)
    assert (path, declared, actual) == ("it", {"Statement": []}, {"Statement": [{"Effect": "Allow"}]})


@pytest.mark.parametrize(
    ("arn", "name", "equal"),
    [
        ("arn:aws:kms:eu-west-1:123456789012:key/abc", "abc", True),
        ("arn:aws:sns:eu-west-1:123456789012:alerts", "alerts", True),
        ("arn:aws:sns:eu-west-1:123456789012:alerts", "other", False),
        ("arn:aws:sns:eu-west-1:123456789012:alerts", "arn:aws:sns:eu-west-1:123456789012:other", False),
    ],
)
def test_an_arn_and_the_name_it_ends_in_are_the_same(arn: str, name: str, equal: bool) -> None:
    assert same(arn, name) is equal
    assert same([arn, "x"], ["x", name]) is equal


@pytest.mark.parametrize(
    ("default", "declared", "live", "alike"),
    [
        (True, True, None, True),
        (True, None, True, True),
        (True, True, False, False),
        (True, None, False, False),
        (True, False, False, True),
        (5, 5, None, True),
        (5, 5, 0, False),
        (5, 5, "0", False),
        (5, 0, 0, True),
        (5, 0, None, True),
        (False, None, False, True),
        ("", None, 0, True),
    ],
)
def test_zero_and_false_are_values_where_something_else_is_the_default(
    default: Any, declared: Any, live: Any, alike: bool
) -> None:
    assert same(declared, live, AttributeRule(default=default)) is alike
