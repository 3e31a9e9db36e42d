"""Recorded AWS input in every shape it comes in, each file known by its content."""

import gzip
import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.collectors.actual.aws import Settings
from engine.collectors.actual.aws_recorded import read_recorded
from engine.collectors.base import Context
from engine.collectors.files import find_files
from engine.errors import SourceError
from engine.model import Coverage, Observed

ACCOUNT = "111122223333"
GROUP = {"GroupId": "sg-1", "GroupName": "web", "OwnerId": ACCOUNT, "IpPermissions": []}


class Recorded:
    """What a folder of recorded files gave."""

    def __init__(self, folder: Path) -> None:
        self.context = Context()
        source = Settings(name="prod", kind="aws", path=str(folder))
        found = list(read_recorded(find_files(source), source, self.context))
        self.observed = [item for item in found if isinstance(item, Observed)]
        self.covered = {(item.native, item.scope) for item in found if isinstance(item, Coverage)}

    @property
    def only(self) -> Observed:
        [observed] = self.observed
        return observed


def write(folder: Path, **files: Any) -> None:
    for name, content in files.items():
        write_as(folder, f"{name}.json", content)


def write_as(folder: Path, name: str, content: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def config_item(**more: Any) -> dict[str, Any]:
    return {
        "configurationItemCaptureTime": "2025-01-10T12:00:00.000Z", "configurationItemStatus": "OK",
        "accountId": ACCOUNT, "awsRegion": "eu-west-1", "resourceType": "AWS::EC2::SecurityGroup", "resourceId": "sg-1",
        "arn": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/sg-1", "tags": {"Name": "web"},
        "configuration": {"groupId": "sg-1", "groupName": "web"}, "supplementaryConfiguration": {}, **more,
    }  # fmt: skip


# --- AWS Config ------------------------------------------------------------------------------------


def test_a_config_snapshot(tmp_path: Path) -> None:
    item = config_item()
    item["awsAccountId"], item["ARN"] = item.pop("accountId"), item.pop("arn")
    content = json.dumps({"fileVersion": "1.0", "configurationItems": [item]}).encode()
    write_as(tmp_path, "snapshot.json.gz", gzip.compress(content))
    recorded = Recorded(tmp_path)
    assert recorded.only.scope == f"{ACCOUNT}/eu-west-1"
    assert recorded.only.parts["DescribeSecurityGroups"] == {"groupId": "sg-1", "groupName": "web"}
    assert recorded.only.parts["ConfigItem"]["arn"].endswith("security-group/sg-1")
    assert recorded.only.parts["ConfigTags"] == {"Name": "web"}
    assert recorded.only.observed_at is not None
    assert recorded.only.observed_at.isoformat() == "2025-01-10T12:00:00+00:00"
    assert recorded.covered == {("AWS::EC2::SecurityGroup", f"{ACCOUNT}/eu-west-1")}


@pytest.mark.parametrize("key", ["configurationItems", "baseConfigurationItems"])
def test_answers_of_configservice_hold_documents_as_text(tmp_path: Path, key: str) -> None:
    item = config_item(
        configuration='{"groupId":"sg-1"}', supplementaryConfiguration={"Policy": '{"Statement":[]}', "Rotates": "true"}
    )
    write(tmp_path, answer={key: [item]})
    parts = Recorded(tmp_path).only.parts
    assert parts["DescribeSecurityGroups"] == {"groupId": "sg-1"}
    assert parts["Config:Policy"] == {"Statement": []}
    assert parts["Config:Rotates"] is True


def test_the_newest_item_of_a_resource_wins_whatever_the_order(tmp_path: Path) -> None:
    old = config_item(configurationItemCaptureTime="2025-01-09T00:00:00Z", configuration={"groupId": "old"})
    new = config_item(configuration={"groupId": "new"})
    write(tmp_path, a={"configurationItems": [new]}, b={"configurationItems": [old]})
    assert Recorded(tmp_path).only.parts["DescribeSecurityGroups"] == {"groupId": "new"}


def test_times_may_be_seconds_as_older_clients_print_them(tmp_path: Path) -> None:
    old = config_item(configurationItemCaptureTime=1736400000.5, configuration={"groupId": "old"})
    new = config_item(configurationItemCaptureTime=1736500000.0, configuration={"groupId": "new"})
    write(tmp_path, a={"configurationItems": [new, old]})
    assert Recorded(tmp_path).only.parts["DescribeSecurityGroups"] == {"groupId": "new"}


def test_a_deleted_resource_is_gone_and_its_type_covered(tmp_path: Path) -> None:
    deleted = config_item(
        configurationItemStatus="ResourceDeleted",
        configurationItemCaptureTime="2025-01-11T00:00:00Z",
        configuration=None,
    )
    write(tmp_path, a={"configurationItems": [config_item(), deleted]})
    recorded = Recorded(tmp_path)
    assert recorded.observed == []
    assert recorded.covered == {("AWS::EC2::SecurityGroup", f"{ACCOUNT}/eu-west-1")}


def test_names_that_config_spells_otherwise_and_parts_it_leaves_out(tmp_path: Path) -> None:
    group = config_item(
        resourceType="AWS::AutoScaling::AutoScalingGroup",
        resourceId="asg",
        configuration={"vpczoneIdentifier": "subnet-1"},
    )
    function = config_item(resourceType="AWS::Lambda::Function", resourceId="fn", configuration={"timeout": 3})
    write(tmp_path, a={"configurationItems": [group, function]})
    asg, fn = Recorded(tmp_path).observed
    assert asg.parts["DescribeAutoScalingGroups"] == {"VPCZoneIdentifier": "subnet-1"}
    assert fn.parts["Config:Concurrency"] is None


def test_results_of_an_advanced_query(tmp_path: Path) -> None:
    item = config_item(tags=[{"key": "Name", "value": "web", "tag": "Name=web"}])
    selected = [{"Name": "resourceId"}, {"Name": "configuration"}]
    write(tmp_path, a={"Results": [json.dumps(item)], "QueryInfo": {"SelectFields": selected}})
    assert Recorded(tmp_path).only.parts["ConfigTags"] == {"Name": "web"}


def test_a_query_for_some_fields_only_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    selected = [{"Name": "configuration.groupName"}]
    write(
        tmp_path,
        a={"Results": [json.dumps(config_item())], "QueryInfo": {"SelectFields": selected}},
        b={"configurationItems": [config_item(resourceId="sg-2")]},
    )
    recorded = Recorded(tmp_path)
    assert recorded.only.parts["ConfigItem"]["resourceId"] == "sg-2"
    assert "does not select the whole" in recorded.context.problems[0]


def test_a_broken_item_leaves_the_others(tmp_path: Path) -> None:
    write(
        tmp_path,
        a={
            "configurationItems": [
                {"resourceType": 3},
                config_item(resourceId="sg-2", configuration="{cut"),
                config_item(),
            ]
        },
    )
    recorded = Recorded(tmp_path)
    assert recorded.only.native == "AWS::EC2::SecurityGroup"
    assert recorded.context.skipped == 2


def test_a_broken_item_may_be_of_a_resource_that_is_not_missing(tmp_path: Path) -> None:
    queue = config_item(resourceType="AWS::SQS::Queue", resourceId="q")
    write(tmp_path, snapshot={"configurationItems": [config_item(configuration='{"groupId": '), queue]})
    assert Recorded(tmp_path).covered == {("AWS::SQS::Queue", f"{ACCOUNT}/eu-west-1")}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config-items-1.json", b""),
        ("x_ConfigSnapshot_y.json.gz", b"\x1f\x8b"),
        ("b.json", b'{"configurationItems": ['),
    ],
)
def test_without_one_of_its_files_a_snapshot_is_no_complete_list(tmp_path: Path, name: str, content: bytes) -> None:
    write(tmp_path, a={"configurationItems": [config_item()]})
    write_as(tmp_path, name, content)
    found = Recorded(tmp_path)
    assert (len(found.observed), found.covered) == (1, set())


def test_a_stray_broken_file_leaves_a_snapshot_complete(tmp_path: Path) -> None:
    write(tmp_path, a={"configurationItems": [config_item()]})
    write_as(tmp_path, "notes.json", b"{")
    assert Recorded(tmp_path).covered == {("AWS::EC2::SecurityGroup", f"{ACCOUNT}/eu-west-1")}


# --- Cloud Control ---------------------------------------------------------------------------------


@pytest.mark.parametrize("as_text", [True, False])
def test_cloud_control(tmp_path: Path, as_text: bool) -> None:
    properties = {
        "LogGroupName": "/app", "Arn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/app:*", "RetentionInDays": 30,
    }  # fmt: skip
    described = {"Identifier": "/app", "Properties": json.dumps(properties) if as_text else properties}
    write(tmp_path, a={"TypeName": "AWS::Logs::LogGroup", "ResourceDescriptions": [described]})
    recorded = Recorded(tmp_path)
    assert recorded.only.parts == {"CloudControlId": "/app", "CloudControl": properties}
    assert recorded.only.scope == f"{ACCOUNT}/eu-west-1"
    assert recorded.covered == {("AWS::Logs::LogGroup", f"{ACCOUNT}/eu-west-1")}


def test_one_cloud_control_resource_without_a_list_covers_nothing(tmp_path: Path) -> None:
    described = {"Identifier": "/app", "Properties": {"LogGroupName": "/app", "RetentionInDays": 1}}
    write(tmp_path, a={"TypeName": "AWS::Logs::LogGroup", "ResourceDescription": described})
    recorded = Recorded(tmp_path)
    assert recorded.only.parts["CloudControl"]["RetentionInDays"] == 1
    assert recorded.covered == set()


def test_a_list_of_bare_identifiers_says_nothing_of_the_properties(tmp_path: Path) -> None:
    described = {"Identifier": "i-1", "Properties": '{"InstanceId":"i-1"}'}
    write(tmp_path, a={"TypeName": "AWS::EC2::Instance", "ResourceDescriptions": [described]})
    assert Recorded(tmp_path).only.parts == {"CloudControlId": "i-1"}


def test_the_scope_of_properties_without_arns_comes_from_the_other_files(tmp_path: Path) -> None:
    described = {"Identifier": "vpc-1", "Properties": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/8"}}
    write(
        tmp_path,
        a={"TypeName": "AWS::EC2::VPC", "ResourceDescriptions": [described]},
        b={"configurationItems": [config_item()]},
    )
    assert {item.scope for item in Recorded(tmp_path).observed} == {f"{ACCOUNT}/eu-west-1"}


# --- answers of the API ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["describe-security-groups", "ec2.DescribeSecurityGroups_1", "groups", "DescribeSecurityGroups"]
)
def test_a_list_is_known_by_its_name_or_its_content(tmp_path: Path, name: str) -> None:
    write(tmp_path, **{name: {"SecurityGroups": [GROUP]}})
    assert Recorded(tmp_path).only.parts == {"DescribeSecurityGroups": GROUP}


def test_nested_items_and_the_zone_that_tells_the_region(tmp_path: Path) -> None:
    instance = {
        "InstanceId": "i-1", "State": {"Name": "running"}, "Placement": {"AvailabilityZone": "eu-west-1b"},
        "NetworkInterfaces": [{"OwnerId": ACCOUNT}],
    }  # fmt: skip
    gone = {**instance, "InstanceId": "i-2", "State": {"Name": "terminated"}}
    write(tmp_path, instances={"Reservations": [{"Instances": [instance, gone]}]})
    recorded = Recorded(tmp_path)
    assert recorded.only.parts["DescribeInstances"]["InstanceId"] == "i-1"
    assert recorded.covered == {("AWS::EC2::Instance", f"{ACCOUNT}/eu-west-1")}


def test_what_a_recorder_wraps(tmp_path: Path) -> None:
    moment = {"__class__": "datetime", "year": 2025, "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5}
    data = {"Buckets": [{"Name": "logs", "CreationDate": moment}], "ResponseMetadata": {}}
    write_as(tmp_path, "s3.ListBuckets_1.json", {"status_code": 200, "data": data})
    assert Recorded(tmp_path).only.parts["ListBuckets"] == {"Name": "logs", "CreationDate": "2025-01-02T03:04:05Z"}


def test_the_first_of_several_answers_is_the_state_before_the_recorders_own_change(tmp_path: Path) -> None:
    url = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs"
    arn = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"
    for number, delay in ((1, "0"), (2, "30"), (10, "60")):
        answer = {"Attributes": {"QueueArn": arn, "DelaySeconds": delay}}
        write_as(tmp_path, f"sqs.GetQueueAttributes_{number}.json", {"status_code": 200, "data": answer})
    write_as(tmp_path, "sqs.ListQueues_1.json", {"status_code": 200, "data": {"QueueUrls": [url]}})
    only = Recorded(tmp_path).only
    assert only.parts["ListQueues"] == {"QueueUrl": url}
    assert only.parts["GetQueueAttributes"]["Attributes"]["DelaySeconds"] == "0"
    assert only.scope == f"{ACCOUNT}/eu-west-1"


def test_old_addresses_of_queues_are_written_as_today(tmp_path: Path) -> None:
    write(tmp_path, a={"QueueUrls": [f"https://eu-west-1.queue.amazonaws.com/{ACCOUNT}/jobs"]})
    expected = f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs"
    assert Recorded(tmp_path).only.parts["ListQueues"] == {"QueueUrl": expected}


def test_an_answer_without_identity_is_told_by_the_id_in_its_name(tmp_path: Path) -> None:
    write(tmp_path, **{"list-buckets": {"Buckets": [{"Name": "logs"}, {"Name": "data"}]}})
    write_as(tmp_path, "get-bucket-versioning.data.json", {"Status": "Enabled"})
    logs, data = Recorded(tmp_path).observed
    assert "GetBucketVersioning" not in logs.parts
    assert data.parts["GetBucketVersioning"] == {"Bucket": "data", "Status": "Enabled"}


def test_a_bucket_that_no_list_tells_of(tmp_path: Path) -> None:
    write_as(tmp_path, "get-bucket-versioning.data.json", {"Status": "Enabled"})
    write_as(tmp_path, "get-bucket-location.data.json", {"LocationConstraint": "EU"})
    only = Recorded(tmp_path).only
    assert only.parts["ListBuckets"] == {"Name": "data"}
    assert only.parts["GetBucketVersioning"]["Status"] == "Enabled"


def test_an_answer_without_identity_is_about_the_only_resource(tmp_path: Path) -> None:
    write_as(tmp_path, "s3.ListBuckets_1.json", {"status_code": 200, "data": {"Buckets": [{"Name": "logs"}]}})
    write_as(tmp_path, "s3.GetBucketTagging_1.json", {"status_code": 200, "data": {"TagSet": []}})
    assert Recorded(tmp_path).only.parts["GetBucketTagging"] == {"Bucket": "logs", "TagSet": []}


def test_an_answer_that_may_be_about_either_of_two_is_skipped(tmp_path: Path) -> None:
    write_as(tmp_path, "s3.ListBuckets_1.json", {"Buckets": [{"Name": "logs"}, {"Name": "data"}]})
    write_as(tmp_path, "s3.GetBucketTagging_1.json", {"TagSet": []})
    recorded = Recorded(tmp_path)
    assert all("GetBucketTagging" not in item.parts for item in recorded.observed)
    assert "cannot be told which resource" in recorded.context.problems[0]


def test_a_refusal_that_says_not_set_is_an_empty_answer_and_others_are_none(tmp_path: Path) -> None:
    write_as(tmp_path, "s3.ListBuckets_1.json", {"status_code": 200, "data": {"Buckets": [{"Name": "logs"}]}})
    for operation, code in (("GetBucketPolicy", "NoSuchBucketPolicy"), ("GetBucketCors", "AccessDenied")):
        refusal = {"status_code": 404, "data": {"Error": {"Code": code, "Message": "…"}}}
        write_as(tmp_path, f"s3.{operation}_1.json", refusal)
    recorded = Recorded(tmp_path)
    assert recorded.only.parts["GetBucketPolicy"] == {"Bucket": "logs"}
    assert "GetBucketCors" not in recorded.only.parts
    assert recorded.context.problems == ["s3.GetBucketCors_1.json: the call was refused: AccessDenied"]


def test_attributes_that_are_told_one_at_a_time_are_parts_of_their_own(tmp_path: Path) -> None:
    answer = {"InstanceId": "i-1", "DisableApiStop": {"Value": True}}
    write_as(tmp_path, "ec2.DescribeInstanceAttribute_1.json", {"status_code": 200, "data": answer})
    assert set(Recorded(tmp_path).only.parts) == {"DescribeInstanceAttribute:disableApiStop"}


def test_answers_about_many_are_shared_out(tmp_path: Path) -> None:
    arns = [f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:loadbalancer/app/{name}/1" for name in "ab"]
    write(
        tmp_path,
        **{
            "describe-load-balancers": {"LoadBalancers": [{"LoadBalancerArn": arn} for arn in arns]},
            "describe-tags": {"TagDescriptions": [{"ResourceArn": arns[1], "Tags": [{"Key": "k", "Value": "v"}]}]},
        },
    )
    first, second = Recorded(tmp_path).observed
    assert "DescribeTags" not in first.parts
    assert second.parts["DescribeTags"]["Tags"] == [{"Key": "k", "Value": "v"}]


def test_an_empty_list_covers_the_region_that_its_path_tells(tmp_path: Path) -> None:
    write_as(tmp_path, f"{ACCOUNT}/eu-west-1/describe-security-groups.json", {"SecurityGroups": []})
    assert Recorded(tmp_path).covered == {("AWS::EC2::SecurityGroup", f"{ACCOUNT}/eu-west-1")}


def test_a_list_from_nobody_knows_where_covers_nothing(tmp_path: Path) -> None:
    write(tmp_path, a={"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web"}]})
    recorded = Recorded(tmp_path)
    assert recorded.only.scope == ""
    assert recorded.covered == set()


def test_a_file_named_like_a_list_that_holds_none_covers_nothing(tmp_path: Path) -> None:
    write_as(tmp_path, f"{ACCOUNT}/eu-west-1/describe-security-groups.json", {"Message": "rate exceeded"})
    write(tmp_path, z={"configurationItems": [config_item(resourceType="AWS::EC2::VPC")]})
    assert Recorded(tmp_path).covered == {("AWS::EC2::VPC", f"{ACCOUNT}/eu-west-1")}


# --- files that cannot be used ---------------------------------------------------------------------


def test_broken_and_unknown_files_are_skipped_with_their_reasons(tmp_path: Path) -> None:
    write_as(tmp_path, "a-empty.json", b"")
    write_as(tmp_path, "b-cut.json", b'{"SecurityGroups": [')
    write_as(tmp_path, "c-list.json", [1, 2])
    write_as(tmp_path, "d-unknown.json", {"Weather": "fine"})
    write_as(tmp_path, "e-binary.json.gz", b"\x1f\x8b\x08 cut")
    write_as(tmp_path, "sqs.SetQueueAttributes_1.json", {"status_code": 200, "data": {}})
    write(tmp_path, z={"SecurityGroups": [GROUP]})
    recorded = Recorded(tmp_path)
    assert recorded.only.native == "AWS::EC2::SecurityGroup"
    assert [problem.split(":")[0] for problem in recorded.context.problems] == [
        "a-empty.json", "b-cut.json", "c-list.json", "d-unknown.json", "e-binary.json.gz",
        "sqs.SetQueueAttributes_1.json",
    ]  # fmt: skip


def test_a_source_of_which_nothing_can_be_used_fails_with_the_first_reason(tmp_path: Path) -> None:
    write_as(tmp_path, "cut.json", b'{"SecurityGroups": [')
    with pytest.raises(SourceError, match=r"nothing in source 'prod' can be used; cut\.json: not usable JSON"):
        Recorded(tmp_path)


def test_the_same_files_give_the_same_finds_in_the_same_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        a={"configurationItems": [config_item(resourceId=f"sg-{number}") for number in (3, 1, 2)]},
        b={"SecurityGroups": [GROUP]},
    )
    assert [item.parts for item in Recorded(tmp_path).observed] == [item.parts for item in Recorded(tmp_path).observed]


def test_a_list_of_buckets_covers_every_region_of_its_account(tmp_path: Path) -> None:
    write(
        tmp_path, **{"list-buckets": {"Buckets": [{"Name": "logs"}]}, "config": {"configurationItems": [config_item()]}}
    )
    assert ("AWS::S3::Bucket", f"{ACCOUNT}/*") in Recorded(tmp_path).covered


_scalars = (
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "{", '{"a": 1}', "arn:aws:ec2:x:1:y"])
)
_names = st.sampled_from([
    "configurationItems", "baseConfigurationItems", "ConfigurationItem", "Results", "QueryInfo", "SelectFields",
    "TypeName", "ResourceDescriptions", "Identifier", "Properties", "Reservations", "Instances", "SecurityGroups",
    "GroupId", "Tags", "QueueUrls", "Attributes", "status_code", "data", "Error", "Code", "resourceType",
    "resourceId", "configuration", "tags", "supplementaryConfiguration", "configurationItemCaptureTime", "Buckets",
    "Name", "__class__",
])  # fmt: skip
_content = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=4), max_leaves=12
)
_files = st.sampled_from(["a", "describe-instances", "s3.GetBucketTagging_1", "describe-tags.x", "sqs.ListQueues_2"])


@given(st.dictionaries(_files, _content | st.dictionaries(_names, _content, max_size=4), min_size=1, max_size=3))
@settings(max_examples=150)
def test_whatever_a_file_holds_is_read_or_skipped_with_a_reason(contents: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder:
        write(Path(folder), **contents)
        with suppress(SourceError):
            Recorded(Path(folder))
