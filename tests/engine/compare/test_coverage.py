"""Missing is said only where somebody looked, and where it is plain what was looked for."""

import pytest

from engine.compare import Estate, compare
from engine.model import Coverage, Declared, DriftKind, Language, Observed, ResourceRef
from engine.providers import load_knowledge

KNOWLEDGE = load_knowledge()


def manifest(namespace: str, cluster: str = "") -> Declared:
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": namespace}, "spec": {}}
    ref = ResourceRef("kubernetes", "v1/Service", f"/Service/{namespace}/web", cluster, name="web")
    return Declared(ref, body, "manifests", language=Language.KUBERNETES)


def live(namespace: str, cluster: str) -> Observed:
    body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": namespace}, "spec": {}}
    return Observed("kubernetes", "/Service", cluster, {"Object": body}, "cluster", keys=(f"/Service/{namespace}/web",))


@pytest.mark.parametrize(
    ("covered", "missing"),
    [("prod", True), ("prod/shop", True), ("prod/other", False), ("staging", True), ("", True), ("/other", False)],
)
def test_a_list_of_one_namespace_says_nothing_of_others(covered: str, missing: bool) -> None:
    estate = Estate(KNOWLEDGE, [], [Coverage("kubernetes", "/Service", covered, "cluster")])

    found = compare([manifest("shop")], estate, KNOWLEDGE)

    assert [drift.kind for drift in found.differences] == ([DriftKind.MISSING] if missing else [])
    assert found.not_compared == (0 if missing else 1)


def test_a_manifest_of_a_named_cluster_is_looked_for_there_only() -> None:
    estate = Estate(KNOWLEDGE, [], [Coverage("kubernetes", "/Service", "staging", "cluster")])

    assert compare([manifest("shop", "prod")], estate, KNOWLEDGE).not_compared == 1


def test_an_object_in_two_clusters_is_not_missing_where_nobody_says_which_is_meant() -> None:
    coverage = [Coverage("kubernetes", "/Service", cluster, "cluster") for cluster in ("prod", "staging")]
    estate = Estate(KNOWLEDGE, [live("shop", "prod"), live("shop", "staging")], coverage)

    found = compare([manifest("shop")], estate, KNOWLEDGE)

    assert DriftKind.MISSING not in [drift.kind for drift in found.differences]
    assert found.not_compared == 1


def test_a_queue_that_two_accounts_may_have_is_not_missing() -> None:
    places = ("111111111111/eu-west-1", "222222222222/eu-west-1")
    queues = [
        Observed("aws", "AWS::SQS::Queue", place, {"ListQueues": {"QueueUrl": "jobs"}}, "aws") for place in places
    ]
    coverage = [Coverage("aws", "AWS::SQS::Queue", place, "aws") for place in places]
    item = Declared(ResourceRef("aws", "aws_sqs_queue", "jobs", address="aws_sqs_queue.jobs"), {"id": "jobs"}, "state")

    found = compare([item], Estate(KNOWLEDGE, queues, coverage), KNOWLEDGE)

    assert DriftKind.MISSING not in [drift.kind for drift in found.differences]
