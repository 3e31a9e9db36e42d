"""The filter of the timeline."""

import pytest

from driftguard_tui.filters import FilterError
from driftguard_tui.timeline.choosing import completions, parse
from engine.store.stretches import Wanted

NAMES = {
    "source": {"trail": 9, "git": 3},
    "kind": {"api_call": 9, "commit": 3},
    "actor": {"anna@shop.example": 7, "ci-deploy": 4, "": 1},
    "operation": {"PutBucketPolicy": 2, "aws:sqs": 1},
    "service": {},
    "scope": {},
}
WRITES = Wanted()


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("", WRITES),
        ("source:git", WRITES.of("source", "git")),
        ("SOURCE", Wanted(among=((),))),
        ("!source:git", WRITES.of("source", "trail")),
        ("source:^t actor:anna", WRITES.of("source", "trail").of("actor", "anna@shop.example")),
        ("ci", Wanted(among=((("actor", ("ci-deploy",)), ("operation", ("PutBucketPolicy",))),))),
        ('actor:"anna@shop"', WRITES.of("actor", "anna@shop.example")),
        ("aws:sqs", WRITES.of("operation", "aws:sqs")),
        ("touches:sg-0a1 touches:sg-2", Wanted(touching=("sg-0a1", "sg-2"))),
    ],
)
def test_what_an_expression_asks_for(expression: str, wanted: Wanted) -> None:
    if expression == "ci":
        expression = "ci|policy"
    assert parse(expression, NAMES) == wanted


def test_calls_that_only_read_come_when_they_are_asked_for() -> None:
    assert parse("source:git", NAMES, every_call=True) == Wanted(only_writes=False).of("source", "git")


def test_what_is_not_wanted_in_any_field_is_wanted_in_none() -> None:
    wanted = parse("!ci-deploy", NAMES)
    assert dict(group[0] for group in wanted.among)["actor"] == ("anna@shop.example", "")


@pytest.mark.parametrize("expression", ["source:(", "*"])
def test_what_is_no_filter_is_told(expression: str) -> None:
    with pytest.raises(FilterError):
        parse(expression, NAMES)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("so", ["source:"]),
        ("source:", ["source:trail", "source:git"]),
        ("kind:commit !actor:an", ["kind:commit !actor:anna@shop\\.example"]),
        ("to", ["touches:"]),
        ("nothing", []),
    ],
)
def test_completing(typed: str, offered: list[str]) -> None:
    assert completions(typed, NAMES) == offered
