"""CloudFormation: the real SDK against moto, which is told what the template is that the stack has left."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest

from engine.collectors.declared.cloudformation import Settings
from engine.errors import RemedyError
from engine.model import Action, DriftKind, Plan, ResourceRef
from engine.remediate import Remedy, Workplace, remedy_for
from tests.support.aws_gate import Gate, Refusal, open_gate
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures
from tests.support.remedies import interrupt

TEMPLATE = """
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: orders, VisibilityTimeout: %s}
"""


class Declared:
    """The template that moto takes for the stack's own, in place of the one by which it made the live resources.

    moto has no change sets that revert drift: to it a stack is always as its template says.
    """

    def __init__(self) -> None:
        self.timeout = 30

    @property
    def template(self) -> str:
        return TEMPLATE % self.timeout


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> Declared:
    from moto.cloudformation.models import CloudFormationBackend

    declared, create = Declared(), CloudFormationBackend.create_change_set

    def create_for_drift(self: Any, **asked: Any) -> Any:
        return create(self, **asked | {"template": declared.template})

    monkeypatch.setattr(CloudFormationBackend, "create_change_set", create_for_drift)
    return declared


@pytest.fixture
def gate(moto_endpoint: str, declared: Declared) -> Iterator[Gate]:  # noqa: F811
    with open_gate(moto_endpoint) as gate:
        client(gate, "cloudformation").create_stack(StackName="shop", TemplateBody=TEMPLATE % 60)
        yield gate


@cache
def _client(service: str, url: str) -> Any:
    return boto3.client(service, region_name="eu-west-1", endpoint_url=url)


def client(gate: Gate, service: str) -> Any:
    return _client(service, gate.url)


def remedy(gate: Gate, folder: Path, address: str = "shop/Queue") -> Remedy:
    ref = ResourceRef("aws", "AWS::SQS::Queue", "q", "123456789012/eu-west-1", address)
    plan = Plan(
        drift_id="d1",
        resource=ref,
        kind=DriftKind.MODIFIED,
        recommendation_id="r1",
        action=Action.REVERT,
        title="Revert it",
    )
    source = Settings(name="cfn", kind="cloudformation", endpoint_url=gate.url, regions=["eu-west-1"])
    return remedy_for(plan, Workplace(sources=(source,), base=folder, folder=folder / "kept"))


def change_sets(gate: Gate) -> list[str]:
    return [
        one["ExecutionStatus"] for one in client(gate, "cloudformation").list_change_sets(StackName="shop")["Summaries"]
    ]


def timeout(gate: Gate) -> str:
    sqs = client(gate, "sqs")
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["VisibilityTimeout"])


def test_a_change_set_is_made_described_and_executed(gate: Gate, tmp_path: Path) -> None:
    one = remedy(gate, tmp_path)
    prepared = one.prepare()
    assert prepared.summary == "1 to modify in stack shop"
    assert "LogicalResourceId: Queue" in prepared.shown
    assert (timeout(gate), change_sets(gate)) == ("60", ["AVAILABLE"])

    said: list[str] = []
    outcome = one.execute(prepared, said.append)
    assert outcome.done, outcome
    assert any("UPDATE_COMPLETE" in line for line in said)
    assert timeout(gate) == "30"
    assert one.execute(prepared, said.append) == outcome
    assert change_sets(gate) == ["EXECUTE_COMPLETE"]


def test_what_is_rejected_leaves_nothing_behind(gate: Gate, tmp_path: Path) -> None:
    one = remedy(gate, tmp_path)
    one.prepare()
    one.prepare()
    assert change_sets(gate) == ["AVAILABLE"]
    one.discard()
    assert change_sets(gate) == []
    assert not (tmp_path / "kept").exists()
    assert timeout(gate) == "60"


def test_a_world_that_changed_since_is_refused(gate: Gate, tmp_path: Path, declared: Declared) -> None:
    one = remedy(gate, tmp_path)
    prepared = one.prepare()
    declared.timeout = 60  # as it is live: nothing would be changed any more
    with pytest.raises(RemedyError, match="would change nothing in stack shop"):
        one.execute(prepared, print)
    assert change_sets(gate) == ["AVAILABLE"]


def test_who_may_not_is_told_what_to_be_granted(gate: Gate, tmp_path: Path) -> None:
    gate.refusals.append(Refusal("cloudformation", "CreateChangeSet", "AccessDenied", status=403))
    with pytest.raises(RemedyError, match="grant cloudformation:CreateChangeSet"):
        remedy(gate, tmp_path).prepare()


def test_a_refusal_while_it_is_executed_is_an_outcome(gate: Gate, tmp_path: Path) -> None:
    one = remedy(gate, tmp_path)
    prepared = one.prepare()
    gate.refusals.append(Refusal("cloudformation", "ExecuteChangeSet", "AccessDenied", status=403))
    outcome = one.execute(prepared, print)
    assert not outcome.done
    assert "grant cloudformation:ExecuteChangeSet" in outcome.said


def test_what_was_interrupted_is_looked_at_and_not_done_again(gate: Gate, tmp_path: Path) -> None:
    one = remedy(gate, tmp_path)
    prepared = one.prepare()
    interrupt(tmp_path / "kept", prepared)
    assert not one.execute(prepared, print).done
    assert change_sets(gate) == ["AVAILABLE"]
    summary = client(gate, "cloudformation").list_change_sets(StackName="shop")["Summaries"][0]
    client(gate, "cloudformation").execute_change_set(ChangeSetName=summary["ChangeSetId"])
    assert one.execute(prepared, print).done


def test_a_stack_within_another_is_left_to_people(gate: Gate, tmp_path: Path) -> None:
    with pytest.raises(RemedyError, match="which stack it is in cannot be told"):
        remedy(gate, tmp_path, "shop/Inner/Queue").prepare()
