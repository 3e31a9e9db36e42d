"""Stacks read through the API: the real SDK against a server on loopback."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.declared.cloudformation import Settings, Source
from engine.errors import SourceError
from engine.model import Declared
from tests.support.aws_gate import Gate, Refusal, open_gate
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures

TEMPLATE = """
Parameters:
  Env: {Type: String, Default: dev}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub 'orders-${Env}', VisibilityTimeout: 30}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !GetAtt Queue.Arn}
"""


@pytest.fixture
def gate(moto_endpoint: str) -> Iterator[Gate]:  # noqa: F811
    with open_gate(moto_endpoint) as gate:
        client = boto3.client("cloudformation", region_name="eu-west-1", endpoint_url=gate.url)
        parameters = [{"ParameterKey": "Env", "ParameterValue": "prod"}]
        client.create_stack(StackName="shop-a", TemplateBody=TEMPLATE, Parameters=parameters)
        yield gate


def source(gate: Gate, **settings: Any) -> Source:
    given = {"regions": ["eu-west-1"], **settings}
    return Source(Settings(name="cfn", kind="cloudformation", endpoint_url=gate.url, **given))


def read(gate: Gate, **settings: Any) -> tuple[dict[str, Declared], Context]:
    context = Context()
    found = [item for item in source(gate, **settings).collect(context) if isinstance(item, Declared)]
    return {item.ref.address: item for item in found}, context


def test_stacks_are_read_with_the_parameters_they_have(gate: Gate) -> None:
    declared, context = read(gate)
    assert declared["shop-a/Queue"].attributes == {"QueueName": "orders-prod", "VisibilityTimeout": 30}
    assert declared["shop-a/Queue"].ref.scope == "123456789012/eu-west-1"
    topic = declared["shop-a/Topic"].attributes["DisplayName"]
    assert topic == "arn:aws:sqs:eu-west-1:123456789012:orders-prod"
    assert context.problems == []


def test_throttling_slows_and_does_not_end(gate: Gate) -> None:
    gate.refusals.append(Refusal("cloudformation", "ListStackResources", "Throttling", times=2))
    declared, context = read(gate)
    assert set(declared) == {"shop-a/Queue", "shop-a/Topic"}
    assert context.problems == []


def test_a_missing_permission_is_named_and_the_other_regions_are_read(gate: Gate) -> None:
    gate.refusals.append(Refusal("cloudformation", "GetTemplate", "AccessDenied", 403))
    declared, context = read(gate)
    assert declared == {}
    assert "not allowed to call GetTemplate; grant cloudformation:GetTemplate" in context.problems[0]


def test_an_account_whose_stacks_may_not_be_seen_is_an_error(gate: Gate) -> None:
    gate.refusals.append(Refusal("cloudformation", "DescribeStacks", "AccessDenied", 403))
    with pytest.raises(SourceError, match=r"no stack can be read .* grant cloudformation:DescribeStacks"):
        read(gate)


def test_credentials_that_ran_out_end_the_source_in_a_sentence(gate: Gate) -> None:
    gate.refusals.append(Refusal("cloudformation", "ListStackResources", "ExpiredToken", 403))
    with pytest.raises(SourceError, match="have expired"):
        read(gate)


def test_access_says_as_whom_and_what_is_lacking(gate: Gate) -> None:
    for operation in ("GetTemplate", "DescribeStackResourceDrifts"):
        gate.refusals.append(Refusal("cloudformation", operation, "AccessDenied", 403))
    access = source(gate).access(Context())
    assert access is not None
    assert access.identity.startswith("arn:aws:")
    assert access.may == ("stacks in eu-west-1",)
    assert access.lacks == (
        Lack("templates in eu-west-1", "cloudformation:GetTemplate"),
        Lack("CloudFormation's own drift answers in eu-west-1", "cloudformation:DescribeStackResourceDrifts"),
    )
