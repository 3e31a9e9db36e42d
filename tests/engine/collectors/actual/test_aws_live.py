"""Reading a live account: what comes back, and what happens when AWS throttles, refuses or is not there."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.collectors.actual.aws import Settings, Source
from engine.collectors.base import Context, Found
from engine.errors import ConfigError, SourceError
from engine.model import Coverage, Observed
from tests.support.aws_estate import ACCOUNT, REGION, clients, policy
from tests.support.aws_gate import Gate, Refusal, open_gate
from tests.support.moto_server import moto_endpoint, moto_server  # noqa: F401 - fixtures

LIVE = f"{ACCOUNT}/{REGION}"


@pytest.fixture
def gate(moto_endpoint: str) -> Iterator[Gate]:  # noqa: F811
    with open_gate(moto_endpoint) as gate:
        yield gate


def read(endpoint: str, *types: str, **settings: Any) -> tuple[list[Observed], list[Coverage], Context]:
    context = Context()
    source = Source(
        Settings(
            **{"name": "prod", "kind": "aws", "regions": [REGION], "endpoint_url": endpoint, **settings},
            types=list(types),
        )
    )
    found: list[Found] = list(source.collect(context))
    resources = [item for item in found if isinstance(item, Observed)]
    return resources, [item for item in found if isinstance(item, Coverage)], context


def test_a_resource_has_a_part_for_each_call(moto_endpoint: str) -> None:  # noqa: F811
    s3 = clients(moto_endpoint, "eu-central-1")("s3")
    s3.create_bucket(Bucket="shop-orders", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="shop-orders", VersioningConfiguration={"Status": "Enabled"})
    [bucket], coverage, context = read(moto_endpoint, "AWS::S3::Bucket")
    assert bucket.scope == f"{ACCOUNT}/eu-central-1"
    assert bucket.parts["ListBuckets"]["Name"] == "shop-orders"
    assert bucket.parts["GetBucketVersioning"]["Status"] == "Enabled"
    assert bucket.parts["GetBucketPolicy"] == {}, "not set is not the same as not read"
    assert [item.scope for item in coverage] == [f"{ACCOUNT}/*"]
    assert context.problems == []


def test_every_region_is_read_and_covered_on_its_own(moto_endpoint: str) -> None:  # noqa: F811
    queue = clients(moto_endpoint)("sqs").create_queue(QueueName="jobs", tags={"Team": "shop"})["QueueUrl"]
    resources, coverage, _ = read(moto_endpoint, "AWS::SQS::Queue", regions=[REGION, "us-east-1"])
    [found] = resources
    assert (found.scope, found.parts["ListQueues"]) == (LIVE, {"QueueUrl": queue})
    assert found.parts["GetQueueAttributes"]["Attributes"]["VisibilityTimeout"] == "30"
    assert found.parts["ListQueueTags"]["Tags"] == {"Team": "shop"}
    assert sorted(item.scope for item in coverage) == [LIVE, f"{ACCOUNT}/us-east-1"]


def test_identities_are_read_once_for_all_regions(moto_endpoint: str) -> None:  # noqa: F811
    iam = clients(moto_endpoint)("iam")
    for name in ("app", "web"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy("sts:AssumeRole"), MaxSessionDuration=7200)
    iam.put_role_policy(RoleName="app", PolicyName="queue", PolicyDocument=policy("sqs:*"))
    roles, coverage, _ = read(moto_endpoint, "AWS::IAM::Role", regions=[REGION, "us-east-1"])
    assert [item.scope for item in coverage] == [f"{ACCOUNT}/global"]
    inline = {
        role.parts["ListRoles"]["RoleName"]: role.parts["GetAccountAuthorizationDetails"]["RolePolicyList"]
        for role in roles
    }
    assert [item["PolicyName"] for item in inline["app"]] == ["queue"]
    assert inline["web"] == []


def test_long_lists_are_read_to_their_end(moto_endpoint: str) -> None:  # noqa: F811
    iam = clients(moto_endpoint)("iam")
    for number in range(120):
        iam.create_role(RoleName=f"role-{number:03}", AssumeRolePolicyDocument=policy("sts:AssumeRole"))
    roles, coverage, _ = read(moto_endpoint, "AWS::IAM::Role")
    assert len(roles) == 120
    assert all(role.parts["GetAccountAuthorizationDetails"]["Path"] == "/" for role in roles)
    assert len(coverage) == 1


def test_presigned_addresses_are_left_out(moto_endpoint: str) -> None:  # noqa: F811
    client = clients(moto_endpoint)
    client("iam").create_role(RoleName="app", AssumeRolePolicyDocument=policy("sts:AssumeRole"))
    client("lambda").create_function(
        FunctionName="app",
        Runtime="python3.12",
        Handler="a.b",
        Role=f"arn:aws:iam::{ACCOUNT}:role/app",
        Code={"ZipFile": b"x"},
    )
    [function], _, _ = read(moto_endpoint, "AWS::Lambda::Function")
    assert function.parts["GetFunction"]["Configuration"]["FunctionName"] == "app"
    assert "Code" not in function.parts["GetFunction"]
    assert function.parts["GetPolicy"] == {}


def test_a_throttled_call_is_tried_again(moto_endpoint: str, gate: Gate) -> None:  # noqa: F811
    clients(moto_endpoint)("sqs").create_queue(QueueName="jobs")
    gate.refusals.append(Refusal("sqs", "GetQueueAttributes", "ThrottlingException", times=2))
    [queue], coverage, context = read(gate.url, "AWS::SQS::Queue")
    assert gate.refusals[0].seen == 2
    assert "GetQueueAttributes" in queue.parts
    assert (len(coverage), context.problems) == (1, [])


def test_a_part_that_may_not_be_read_is_absent_and_its_permission_named(moto_endpoint: str, gate: Gate) -> None:  # noqa: F811
    s3 = clients(moto_endpoint)("s3")
    for name in ("shop-orders", "shop-logs"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    gate.refusals.append(Refusal("s3", "?encryption", "AccessDenied", status=403))
    buckets, coverage, context = read(gate.url, "AWS::S3::Bucket")
    assert len(buckets) == 2
    assert all("GetBucketEncryption" not in bucket.parts for bucket in buckets)
    assert all("GetBucketVersioning" in bucket.parts for bucket in buckets)
    assert len(coverage) == 1
    assert context.problems == [
        f"AWS::S3::Bucket in {REGION}: not allowed to call GetBucketEncryption; grant s3:GetEncryptionConfiguration"
    ]


def test_a_type_that_may_not_be_listed_is_not_covered(moto_endpoint: str, gate: Gate) -> None:  # noqa: F811
    gate.refusals.append(Refusal("ec2", "DescribeVpcs", "UnauthorizedOperation", status=403))
    resources, coverage, context = read(gate.url, "AWS::EC2::VPC", "AWS::EC2::Subnet")
    assert {item.native for item in resources} == {"AWS::EC2::Subnet"}
    assert {item.native for item in coverage} == {"AWS::EC2::Subnet"}
    assert context.problems == [f"AWS::EC2::VPC in {REGION}: not allowed to call DescribeVpcs; grant ec2:DescribeVpcs"]


def test_a_resource_deleted_on_the_way_is_left_out(moto_endpoint: str, gate: Gate) -> None:  # noqa: F811
    clients(moto_endpoint)("sqs").create_queue(QueueName="jobs")
    gate.refusals.append(Refusal("sqs", "GetQueueAttributes", "AWS.SimpleQueueService.NonExistentQueue"))
    resources, coverage, context = read(gate.url, "AWS::SQS::Queue")
    assert (resources, len(coverage), context.problems) == ([], 1, [])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("InvalidClientTokenId", "AWS refuses the credentials of source 'prod' (InvalidClientTokenId)"),
        ("SignatureDoesNotMatch", "AWS refuses the credentials of source 'prod' (SignatureDoesNotMatch)"),
        ("ExpiredToken", "the AWS credentials of source 'prod' have expired (ExpiredToken); log in again"),
    ],
)
def test_refused_credentials_fail_the_source_in_one_sentence(gate: Gate, code: str, words: str) -> None:
    gate.refusals.append(Refusal("sts", "GetCallerIdentity", code, status=403))
    with pytest.raises(SourceError) as failure:
        read(gate.url)
    assert str(failure.value).startswith(words)
    assert "testing" not in str(failure.value)


def test_credentials_that_run_out_on_the_way_fail_the_source_without_coverage(moto_endpoint: str, gate: Gate) -> None:  # noqa: F811
    clients(moto_endpoint)("sqs").create_queue(QueueName="jobs")
    gate.refusals.append(Refusal("sqs", "ListQueueTags", "ExpiredToken", status=403))
    found: list[Found] = []
    source = Source(
        Settings(name="prod", kind="aws", regions=[REGION], endpoint_url=gate.url, types=["AWS::SQS::Queue"])
    )
    with pytest.raises(SourceError, match="have expired"):
        found.extend(source.collect(Context()))
    assert found == [], "a queue that could not be read must not seem to be missing"


def test_an_unreachable_endpoint_fails_fast_in_one_sentence(moto_endpoint: str) -> None:  # noqa: F811
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"AWS cannot be reached at 127\.0\.0\.1:\d+"):
        read(url)
    assert time.monotonic() - started < 60, "however busy the machine is"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"profile": "nobody"}, "the AWS profile 'nobody' does not exist; check `profile` of source 'prod'"),
        ({"regions": []}, "no AWS region is known; set `regions` of source 'prod'"),
        ({"endpoint_url": "nonsense"}, "the AWS settings of source 'prod' cannot be used"),
        ({"types": ["aws_sqs_queue"]}, "'aws_sqs_queue' in `types` of source 'prod' is not a type"),
    ],
)
def test_wrong_settings_are_named(moto_endpoint: str, settings: dict[str, Any], words: str) -> None:  # noqa: F811
    with pytest.raises(SourceError) as failure:
        read(settings.pop("endpoint_url", moto_endpoint), *settings.pop("types", []), **settings)
    assert str(failure.value).startswith(words)


def test_without_credentials_it_says_so(moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SourceError, match="no AWS credentials were found for source 'prod'"):
        read(moto_endpoint)


def test_another_account_is_read_through_a_role(moto_endpoint: str) -> None:  # noqa: F811
    role = "arn:aws:iam::222222222222:role/reader"
    _, coverage, _ = read(moto_endpoint, "AWS::SQS::Queue", role_arn=role)
    assert [item.scope for item in coverage] == [f"222222222222/{REGION}"]


def test_a_cancelled_scan_ends(moto_endpoint: str) -> None:  # noqa: F811
    cancelled = threading.Event()
    settings = Settings(name="prod", kind="aws", regions=[REGION], endpoint_url=moto_endpoint)
    reading = Source(settings).collect(Context(cancelled=cancelled))
    next(reading)
    cancelled.set()
    left = [item for item in reading if isinstance(item, Coverage)]
    assert len(left) < 20, "of more than a hundred types"


def test_a_type_is_added_without_code(moto_endpoint: str, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "reads.toml").write_text("""
[types."AWS::SSM::Parameter"]
service = "ssm"
[[types."AWS::SSM::Parameter".calls]]
operation = "DescribeParameters"
items = "Parameters"
[[types."AWS::SSM::Parameter".calls]]
operation = "ListTagsForResource"
params = { ResourceType = "Parameter" }
given = { ResourceId = "DescribeParameters.Name" }
""")
    clients(moto_endpoint)("ssm").put_parameter(Name="/shop/limit", Value="5", Type="String")
    settings = Settings(
        name="prod", kind="aws", regions=[REGION], endpoint_url=moto_endpoint, types=["AWS::SSM::Parameter"]
    )
    found = list(Source(settings).collect(Context(knowledge=tmp_path)))
    assert [type(item) for item in found] == [Observed, Coverage]
    assert isinstance(found[0], Observed)
    assert found[0].parts["ListTagsForResource"]["TagList"] == []


def test_a_table_that_does_not_fit_is_named(moto_endpoint: str, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "reads.toml").write_text('[types."AWS::SSM::Parameter"]\nservise = "ssm"\n')
    source = Source(Settings(name="prod", kind="aws", regions=[REGION], endpoint_url=moto_endpoint))
    with pytest.raises(ConfigError, match=r"aws/reads\.toml: .*servise"):
        list(source.collect(Context(knowledge=tmp_path)))


def ecs_service(endpoint: str) -> str:
    ecs = clients(endpoint)("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}])
    made = ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web", desiredCount=2)
    return str(made["service"]["serviceArn"])


def test_what_is_listed_within_something_else_has_the_parts_of_both(moto_endpoint: str) -> None:  # noqa: F811
    arn = ecs_service(moto_endpoint)
    [service], [covered], _ = read(moto_endpoint, "AWS::ECS::Service")
    assert service.parts["ListClusters"]["clusterArn"].endswith("cluster/shop")
    assert service.parts["ListServices"] == {"serviceArn": arn}
    assert service.parts["DescribeServices"]["desiredCount"] == 2
    assert covered.native == "AWS::ECS::Service"


def test_what_could_not_be_looked_into_is_not_covered(gate: Gate) -> None:
    ecs_service(gate.url)
    gate.refusals.append(Refusal("ecs", "ListServices", "AccessDeniedException"))
    resources, coverage, context = read(gate.url, "AWS::ECS::Service")
    assert (resources, coverage) == ([], [])
    assert any("grant ecs:ListServices" in problem for problem in context.problems)


def test_names_and_ids_are_written_as_code_writes_them(moto_endpoint: str) -> None:  # noqa: F811
    route53 = clients(moto_endpoint)("route53")
    zone = route53.create_hosted_zone(Name="shop.test", CallerReference="1")["HostedZone"]["Id"]
    record = {"Name": "*.shop.test", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}]}
    changes = [{"Action": "CREATE", "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    records, _, _ = read(moto_endpoint, "AWS::Route53::RecordSet")
    assert {item.parts["ListHostedZones"]["Id"] for item in records} == {zone.removeprefix("/hostedzone/")}
    assert "*.shop.test" in {item.parts["ListResourceRecordSets"]["Name"] for item in records}


def test_slow_answers_and_broken_connections_only_take_longer(gate: Gate) -> None:
    clients(gate.url)("sns").create_topic(Name="alerts")
    gate.refusals += [
        Refusal("sns", "ListTopics", delay=0.5, times=1),
        Refusal("sns", "GetTopicAttributes", cut=True, times=1),
    ]
    [topic], [covered], context = read(gate.url, "AWS::SNS::Topic")
    assert topic.parts["GetTopicAttributes"]["Attributes"]["Owner"] == ACCOUNT
    assert (covered.scope, context.problems) == (LIVE, [])


def test_an_answer_that_is_none_costs_its_type_and_no_more(gate: Gate) -> None:
    clients(gate.url)("sns").create_topic(Name="alerts")
    gate.answers["sqs"] = b"<html>blocked</html>"
    resources, coverage, context = read(gate.url, "AWS::SNS::Topic", "AWS::SQS::Queue")
    assert [item.native for item in resources] == [item.native for item in coverage] == ["AWS::SNS::Topic"]
    assert any("ListQueues failed" in problem for problem in context.problems)
