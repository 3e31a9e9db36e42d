"""States that older versions of a provider wrote: what they do not know yet is not compared, the rest is."""

import json
from typing import Any

import pytest

from engine.collectors.declared.statefile import decode_state
from engine.collectors.declared.terraform_naming import Naming
from engine.compare import Estate, compare
from engine.model import Coverage, Declared, Observed
from engine.providers import load_knowledge

SCOPE = "123456789012/eu-west-1"
IDENTITY = "i-0123456789abcdef0"
LIVE = {
    "InstanceId": IDENTITY, "ImageId": "ami-1", "InstanceType": "m5.large",
    "MetadataOptions": {
        "HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 2,
        "InstanceMetadataTags": "enabled",
    },
}  # fmt: skip
OPTIONS = {"http_endpoint": "enabled", "http_tokens": "required", "http_put_response_hop_limit": 2}


def state(schema_version: int, options: dict[str, Any], **attributes: Any) -> list[Declared]:
    """A state with one instance, by a provider that wrote it in this version of the type's schema."""
    arn = f"arn:aws:ec2:eu-west-1:123456789012:instance/{IDENTITY}"
    known = {"id": IDENTITY, "arn": arn, "ami": "ami-1", "instance_type": "m5.large", "metadata_options": [options]}
    resource = {
        "mode": "managed", "type": "aws_instance", "name": "web",
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{"schema_version": schema_version, "attributes": {**known, **attributes}}],
    }  # fmt: skip
    instances = decode_state(json.dumps({"version": 4, "serial": 1, "lineage": "l", "resources": [resource]}).encode())
    naming = Naming(instances)
    return [
        Declared(naming.ref(item), item.attributes, "state", keys=naming.keys(item), origin="state")
        for item in instances
    ]


def changes(declared: list[Declared]) -> list[tuple[str, Any, Any]]:
    knowledge = load_knowledge()
    live = Observed("aws", "AWS::EC2::Instance", SCOPE, {"DescribeInstances": LIVE}, "live")
    estate = Estate(knowledge, [live], [Coverage("aws", "AWS::EC2::Instance", SCOPE, "live")])
    return [
        (change.path, change.declared, change.actual)
        for difference in compare(declared, estate, knowledge).differences
        for change in difference.changes
    ]


def test_a_field_that_the_older_schema_lacks_is_not_compared() -> None:
    assert changes(state(0, OPTIONS)) == []


def test_the_same_resource_in_the_newer_schema_is_in_sync() -> None:
    assert changes(state(1, {**OPTIONS, "instance_metadata_tags": "enabled"})) == []


@pytest.mark.parametrize("schema_version", [0, 1])
def test_what_both_schemas_know_is_compared_in_both(schema_version: int) -> None:
    found = changes(state(schema_version, {**OPTIONS, "http_tokens": "optional"}))
    assert found == [("metadata_options[0].http_tokens", "optional", "required")]


def test_a_field_that_the_newer_schema_has_is_compared() -> None:
    found = changes(state(1, {**OPTIONS, "instance_metadata_tags": "disabled"}))
    assert found == [("metadata_options[0].instance_metadata_tags", "disabled", "enabled")]


def test_what_a_newer_provider_writes_and_no_table_knows_is_no_drift() -> None:
    assert changes(state(2, {**OPTIONS, "http_shoe_size": 44}, brand_new_attribute="x")) == []
