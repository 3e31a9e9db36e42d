"""What commits say about drifts of Kubernetes objects and of stacks: merged and not applied, or written back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.correlate import attribute
from engine.model import (
    Actor,
    Change,
    Difference,
    DriftKind,
    Event,
    EventKind,
    ResourceRef,
)
from engine.providers import load_knowledge

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
CART = ResourceRef("kubernetes", "apps/v1/Deployment", "apps/Deployment/shop/cart", name="cart")
QUEUE = ResourceRef("aws", "AWS::SQS::Queue", "https://sqs/jobs", address="shop-jobs-prod/Queue", name="Queue")


def difference(ref: ResourceRef, path: str, declared: Any, actual: Any) -> Difference:
    return Difference(resource=ref, kind=DriftKind.MODIFIED, changes=(Change(path, declared, actual),))


def commit(addresses: dict[str, Any], hours: float = 2, *, landed: bool = True, author: str = "jana") -> Event:
    at = NOW - timedelta(hours=hours)
    return Event(
        id=f"git:{hours}{author}",
        at=at,
        source="code",
        kind=EventKind.COMMIT,
        operation="x",
        actor=Actor(author),
        touches=tuple(addresses),
        request=json.dumps({"landed": landed, "addresses": addresses}),
    )


def manifest(**attributes: Any) -> dict[str, Any]:
    return {"apps/Deployment/shop/cart": {"language": "kubernetes", "attributes": attributes}}


def template(path: str, hints: list[str], type_: str = "AWS::SQS::Queue") -> dict[str, Any]:
    attributes = {"VisibilityTimeout": [30, 60]}
    return {f"{path}#Queue": {"language": "cloudformation", "type": type_, "hints": hints, "attributes": attributes}}


def actor(drift: Difference, *commits: Event) -> str | None:
    [found] = attribute([drift], commits, NOW, load_knowledge())
    return found.actor.principal


def test_a_manifest_that_was_merged_and_not_applied() -> None:
    drift = difference(CART, "spec.replicas", 3, 2)
    assert actor(drift, commit(manifest(**{"spec.replicas": [2, 3]}))) == "jana"
    assert actor(drift, commit(manifest(**{"spec.replicas": [2, 3]}), landed=False)) is None
    assert actor(drift, commit(manifest(**{"spec.replicas": [3, 2]}))) is None


def test_another_attribute_of_the_object_is_no_reason() -> None:
    drift = difference(CART, 'data["a.conf"]', "new", "old")
    assert actor(drift, commit(manifest(**{'data["b.conf"]': ["old", "new"]}))) is None
    assert actor(drift, commit(manifest(**{'data["a.conf"]': ["old", "new"]}))) == "jana"


def test_a_text_that_looks_like_a_call_is_what_it_is_in_code_too() -> None:
    rule = ResourceRef("aws", "aws_cloudwatch_event_rule", "nightly", address="aws_cloudwatch_event_rule.nightly")
    drift = difference(rule, "schedule_expression", "rate(15 minutes)", "cron(0 3 * * ? *)")
    texts = {"schedule_expression": ["cron(0 3 * * ? *)", "rate(15 minutes)"]}
    assert actor(drift, commit({rule.address: {"attributes": texts}})) == "jana"
    assert (
        actor(
            drift, commit({rule.address: {"attributes": {"schedule_expression": texts["schedule_expression"][::-1]}}})
        )
        is None
    )


def test_an_item_that_was_taken_out_of_a_list() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"name": "shop"}}}
    drift = difference(CART, "spec.ingress[0].from[1]", None, peer)
    path = "spec.ingress[0].from[1].namespaceSelector.matchLabels.name"
    assert actor(drift, commit(manifest(**{path: ["shop", None]}))) == "jana"


def test_a_new_manifest_moved_nothing() -> None:
    drift = difference(CART, "spec.replicas", 3, 2)
    assert actor(drift, commit(manifest(**{"spec.replicas": [None, 3], "kind": [None, "Deployment"]}))) is None


def test_what_was_taken_out_of_the_code_and_is_there_still() -> None:
    drift = Difference(resource=CART, kind=DriftKind.UNMANAGED)
    gone = manifest(**{"kind": ["Deployment", None], "spec.replicas": [2, None]})
    assert actor(drift, commit(gone)) == "jana"
    assert actor(drift, commit(gone, landed=False)) is None
    assert actor(drift, commit(manifest(**{"spec.replicas": [2, None], "kind": ["a", "b"]}))) is None


def test_a_template_that_was_merged_and_not_applied() -> None:
    drift = difference(QUEUE, "VisibilityTimeout", 60, 30)
    assert actor(drift, commit(template("cfn/jobs.yaml", ["cfn", "jobs"]))) == "jana"
    assert actor(drift, commit(template("cfn/jobs.yaml", ["cfn", "jobs"], "AWS::SNS::Topic"))) is None


@pytest.mark.parametrize(("hints", "named"), [(["shop-jobs"], "jana"), (["billing"], None)])
def test_of_several_templates_the_one_that_is_called_like_the_stack(hints: list[str], named: str | None) -> None:
    drift = difference(QUEUE, "VisibilityTimeout", 60, 30)
    other = commit(template("cfn/mails.yaml", ["mails"]), 1, author="ben")
    assert actor(drift, commit(template("cfn/x.yaml", hints)), other) == named


def test_code_that_followed_reality_is_told() -> None:
    drift = difference(CART, "spec.replicas", 3, 2)
    [found] = attribute([drift], [commit(manifest(**{"spec.replicas": [3, 2]}))], NOW, load_knowledge())
    assert any(
        "merged before the change" in item.summary or "written into code" in item.summary for item in found.evidence
    )
