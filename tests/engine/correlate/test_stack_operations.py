"""Calls say of CloudFormation's properties what they say of Terraform's attributes."""

from typing import Any

import pytest

from engine.correlate.operations import Said, operations_of
from engine.model import Change, ResourceRef
from engine.providers import load_knowledge
from tests.support.cases import call

GROUP, ROLE, BUCKET = "AWS::EC2::SecurityGroup", "AWS::IAM::Role", "AWS::S3::Bucket"
RULE = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "198.51.100.7/32"}
PERMISSION = {
    "groupId": "sg-1",
    "ipPermissions": {
        "items": [
            {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": {"items": [{"cidrIp": "198.51.100.7/32"}]}}
        ]
    },
}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
BLOCK = {"BlockPublicAcls": True, "BlockPublicPolicy": True}


@pytest.mark.parametrize(
    ("type_", "operation", "request_", "path", "declared", "actual", "said"),
    [
        (GROUP, "AuthorizeSecurityGroupIngress", PERMISSION, "SecurityGroupIngress[1]", None, RULE, Said.YES),
        (GROUP, "RevokeSecurityGroupIngress", PERMISSION, "SecurityGroupIngress[1]", RULE, None, Said.YES),
        (GROUP, "RevokeSecurityGroupIngress", PERMISSION, "SecurityGroupIngress[1]", None, RULE, Said.OTHERWISE),
        (GROUP, "AuthorizeSecurityGroupIngress", PERMISSION, "SecurityGroupEgress[1]", None, RULE, Said.NOTHING),
        (ROLE, "AttachRolePolicy", {"policyArn": ADMIN}, "ManagedPolicyArns", [], [ADMIN], Said.YES),
        (ROLE, "DetachRolePolicy", {"policyArn": ADMIN}, "ManagedPolicyArns", [ADMIN], None, Said.YES),
        (ROLE, "UpdateRole", {"maxSessionDuration": 7200}, "MaxSessionDuration", 3600, 7200, Said.YES),
        (BUCKET, "DeleteBucketPublicAccessBlock", {}, "PublicAccessBlockConfiguration", BLOCK, None, Said.YES),
        (
            BUCKET, "PutBucketPublicAccessBlock", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": False}},
            "PublicAccessBlockConfiguration.BlockPublicAcls", True, False, Said.YES,
        ),
        (
            BUCKET, "PutBucketVersioning", {"VersioningConfiguration": {"Status": "Suspended"}},
            "VersioningConfiguration.Status", "Enabled", "Suspended", Said.YES,
        ),
        (
            "AWS::SQS::Queue", "SetQueueAttributes", {"attributes": {"VisibilityTimeout": "60"}},
            "VisibilityTimeout", 30, 60, Said.YES,
        ),
    ],
)  # fmt: skip
def test_what_a_call_says(
    type_: str, operation: str, request_: dict[str, Any], path: str, declared: Any, actual: Any, said: Said
) -> None:
    operations = operations_of("aws", load_knowledge())
    event = call("14 09:30", operation, request_)
    assert operations.says(event, Change(path, declared, actual), ResourceRef("aws", type_, "thing")) is said
