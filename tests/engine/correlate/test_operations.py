"""The table of operations holds together."""

from importlib.resources import files

import msgspec
import pytest

from engine.compare.paths import compile_path
from engine.correlate.operations import operations_of
from engine.correlate.operations.aws import _Table, same_service
from engine.correlate.operations.said import Said
from engine.model import Change, ResourceRef
from engine.providers import load_knowledge
from tests.support.cases import call

TABLE = msgspec.toml.decode(files("engine.correlate.operations").joinpath("aws.toml").read_bytes(), type=_Table)
PROMISED = [
    "aws_security_group", "aws_security_group_rule", "aws_instance", "aws_s3_bucket", "aws_iam_role", "aws_iam_policy",
    "aws_db_instance", "aws_lambda_function", "aws_autoscaling_group", "aws_sqs_queue", "aws_sns_topic",
    "aws_dynamodb_table", "aws_kms_key", "aws_lb", "aws_cloudwatch_log_group", "aws_route_table",
    "aws_cloudwatch_event_rule",
]  # fmt: skip


@pytest.mark.parametrize("name", PROMISED)
def test_the_promised_types_are_covered(name: str) -> None:
    operations = TABLE.types[name]
    assert operations.create
    assert operations.delete
    assert operations.write or operations.use


def test_every_path_is_one_and_every_group_exists() -> None:
    tables = [attributes for known in TABLE.types.values() for attributes in known.write.values()]
    tables += [attributes for group in TABLE.shared.values() for attributes in group.values()]
    for where in (where for attributes in tables for where in attributes.values()):
        if where.startswith("="):
            msgspec.json.decode(where[1:])
        elif where.lstrip("+-~"):
            compile_path(where.lstrip("+-~"))
    assert {group for known in TABLE.types.values() for group in known.use} == set(TABLE.shared)


def test_attributes_are_those_that_the_types_have() -> None:
    knowledge = load_knowledge()
    for name in PROMISED:
        rule = knowledge.types[name]
        known = TABLE.types[name]
        tables = [*known.write.values(), *(table for group in known.use for table in TABLE.shared[group].values())]
        written = {attribute.split(".")[0] for table in tables for attribute in table}
        assert written & set(rule.attributes) or rule.part_of, name


def test_services_and_verbs() -> None:
    assert same_service("AWS::RDS::DBInstance", "rds.amazonaws.com")
    assert same_service("AWS::ElasticLoadBalancingV2::LoadBalancer", "elasticloadbalancing.amazonaws.com")
    assert not same_service("AWS::RDS::DBInstance", "ec2.amazonaws.com")
    assert same_service("", "ec2.amazonaws.com")
    operations = operations_of("aws", load_knowledge())
    assert operations.deletes(call("14 09:30", "ScheduleKeyDeletion", {}), ResourceRef("aws", "aws_kms_key", "k"))
    assert not operations.deletes(call("14 09:30", "DeleteMessage", {}), ResourceRef("aws", "aws_sqs_queue", "q"))
    assert operations.creates(call("14 09:30", "CreateThing", {}), ResourceRef("aws", "aws_unheard_of", "t"))


def test_a_value_of_several_that_is_put_back_to_what_is_declared() -> None:
    topic = ResourceRef("aws", "aws_sns_topic", "arn:aws:sns:eu-west-1:1:events")
    change = Change("display_name", "Events", "Test")
    operations = operations_of("aws", load_knowledge())

    def says(value: str) -> Said:
        request = {"attributeName": "DisplayName", "attributeValue": value}
        return operations.says(call("14 09:30", "SetTopicAttributes", request), change, topic)

    assert [says("Test"), says("Events"), says("Other")] == [Said.YES, Said.OTHERWISE, Said.NOTHING]
