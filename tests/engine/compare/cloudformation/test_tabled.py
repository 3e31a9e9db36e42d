"""Templates held against AWS Config and describe answers, where Cloud Control was not asked."""

from typing import Any

import pytest

from engine.compare.cloudformation.properties import Properties
from engine.compare.estate import Estate
from engine.model import UNRESOLVED, Declared, Language, Observed, ResourceRef
from engine.providers import load_knowledge

KNOWLEDGE = load_knowledge()
SCOPE = "123456789012/eu-west-1"
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"


def changes(declared: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any] | None:
    ref = ResourceRef("aws", "AWS::SQS::Queue", URL, SCOPE, "shop/Jobs")
    item = Declared(ref, declared, "stacks", language=Language.CLOUDFORMATION)
    estate = Estate(KNOWLEDGE)
    estate.add(Observed("aws", "AWS::SQS::Queue", SCOPE, parts, "cloud"))
    comparer = Properties([item], KNOWLEDGE)
    live = comparer.find(item, estate)
    assert live is not None
    found = comparer.changes(item, live)
    return None if found is None else {change.path: (change.declared, change.actual) for change in found}


def answer(**attributes: str) -> dict[str, Any]:
    return {"ListQueues": {"QueueUrl": URL}, "GetQueueAttributes": {"QueueUrl": URL, "Attributes": attributes}}


def test_in_sync() -> None:
    declared = {"VisibilityTimeout": 30, "RedrivePolicy": {"maxReceiveCount": 3}, "QueueName": "jobs"}
    assert changes(declared, answer(VisibilityTimeout="30", RedrivePolicy='{"maxReceiveCount": 3}')) == {}


def test_a_moved_property_by_its_own_name() -> None:
    assert changes({"VisibilityTimeout": 30}, answer(VisibilityTimeout="5")) == {"VisibilityTimeout": (30, "5")}


def test_what_the_template_is_silent_about_or_nobody_could_resolve_is_not_compared() -> None:
    assert changes({"DelaySeconds": 0, "VisibilityTimeout": UNRESOLVED}, answer(VisibilityTimeout="5")) == {}


@pytest.mark.parametrize(("tags", "found"), [({"team": "shop", "x": "y"}, {}), ({"team": "bank"}, {"Tags"})])
def test_tags(tags: dict[str, str], found: Any) -> None:
    declared = {"Tags": [{"Key": "team", "Value": "shop"}]}
    assert set(changes(declared, {**answer(), "ListQueueTags": {"Tags": tags}}) or ()) == set(found)


def test_nothing_shown_is_not_compared() -> None:
    assert changes({"VisibilityTimeout": 30}, {"ListQueues": {"QueueUrl": URL}}) is None
