"""Templates held against live properties: what is drift, what is not, and what the template is silent about."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compare.cloudformation.properties import Properties
from engine.compare.comparator import compare
from engine.compare.estate import Estate
from engine.model import UNRESOLVED, Coverage, Declared, DriftKind, Language, Observed, ResourceRef
from engine.providers import Knowledge

KNOWLEDGE = Knowledge({}, {})
SCOPE = "123456789012/eu-west-1"
ACCOUNT_KEY = "arn:aws:kms:eu-west-1:123456789012:key/76039e55-2469-4c94-95ab-e12d8615bb98"


def template(kind: str, properties: dict[str, Any], physical_id: str = "x1", address: str = "shop/It") -> Declared:
    ref = ResourceRef("aws", kind, physical_id, SCOPE, address)
    return Declared(ref, properties, "stacks", language=Language.CLOUDFORMATION)


def live(kind: str, properties: dict[str, Any], identifier: str = "x1") -> Observed:
    return Observed("aws", kind, SCOPE, {"CloudControlId": identifier, "CloudControl": properties}, "cloud")


def estate_of(*observed: Observed) -> Estate:
    estate = Estate(KNOWLEDGE)
    for item in observed:
        estate.add(item)
    return estate


def changes(kind: str, declared: dict[str, Any], actual: dict[str, Any], *others: Declared) -> dict[str, Any]:
    """The changes by path, each as declared and actual value."""
    item = template(kind, declared)
    estate = estate_of(live(kind, actual))
    comparer = Properties([item, *others], KNOWLEDGE)
    found = comparer.find(item, estate)
    assert found is not None
    return {change.path: (change.declared, change.actual) for change in comparer.changes(item, found) or ()}


def silent(kind: str, declared: dict[str, Any], actual: dict[str, Any], *others: Declared) -> dict[str, Any]:
    item = template(kind, declared)
    comparer = Properties([item, *others], KNOWLEDGE)
    return dict(comparer.undeclared(item, estate_of(live(kind, actual)).all[0]))


class TestDeclared:
    def test_a_moved_value(self) -> None:
        assert changes("AWS::Lambda::Function", {"MemorySize": 256}, {"MemorySize": 512}) == {"MemorySize": (256, 512)}

    def test_a_switch_that_is_off_and_was_turned_to_what_the_service_has_by_default(self) -> None:
        declared = {"PubliclyAccessible": False, "BackupRetentionPeriod": 0}
        actual = {"PubliclyAccessible": True, "BackupRetentionPeriod": 1}
        assert set(changes("AWS::RDS::DBInstance", declared, actual)) == set(declared)

    def test_only_what_is_stated_is_compared(self) -> None:
        assert changes("AWS::Lambda::Function", {"MemorySize": 256}, {"MemorySize": 256, "Timeout": 900}) == {}

    def test_a_nested_value_by_its_path(self) -> None:
        declared = {"VpcConfig": {"SubnetIds": ["a", "b"], "Ipv6AllowedForDualStack": True}}
        actual = {"VpcConfig": {"SubnetIds": ["b", "a"], "Ipv6AllowedForDualStack": False}}
        assert list(changes("AWS::Lambda::Function", declared, actual)) == ["VpcConfig.Ipv6AllowedForDualStack"]

    def test_what_is_written_only_is_not_compared(self) -> None:
        declared = {"Code": {"ZipFile": "x"}, "MemorySize": 128}
        assert changes("AWS::Lambda::Function", declared, {"MemorySize": 128}) == {}

    def test_what_nobody_could_resolve_is_not_compared(self) -> None:
        declared = {"Role": UNRESOLVED, "Handler": f"{UNRESOLVED}.main"}
        actual = {"Role": "arn:aws:iam::123456789012:role/app", "Handler": "shop.main"}
        assert changes("AWS::Lambda::Function", declared, actual) == {}

    def test_what_an_answer_lacks_is_gone_if_it_is_a_list_or_an_object(self) -> None:
        declared = {"Environment": {"Variables": {"A": "1"}}, "Handler": "app.main"}
        assert list(changes("AWS::Lambda::Function", declared, {"MemorySize": 128})) == ["Environment"]

    def test_a_single_value_that_an_answer_lacks_may_not_be_shown(self) -> None:
        assert changes("AWS::Redshift::Cluster", {"Port": 5439}, {"NodeType": "ra3.large"}) == {}

    def test_a_retention_that_was_taken_away(self) -> None:
        actual = {"LogGroupName": "x1", "LogGroupClass": "STANDARD"}
        assert list(changes("AWS::Logs::LogGroup", {"RetentionInDays": 7}, actual)) == ["RetentionInDays"]

    def test_a_variable_that_was_taken_away(self) -> None:
        declared = {"Environment": {"Variables": {"A": "1", "B": "2"}}}
        actual = {"Environment": {"Variables": {"A": "1"}}}
        assert changes("AWS::Lambda::Function", declared, actual) == {"Environment.Variables.B": ("2", None)}

    def test_what_people_chose_freely_counts_to_the_letter(self) -> None:
        declared = {"Environment": {"Variables": {"MODE": "debug"}}, "Tags": [{"Key": "team", "Value": "Shop"}]}
        actual = {"Environment": {"Variables": {"MODE": "DEBUG"}}, "Tags": [{"Key": "team", "Value": "shop"}]}
        assert set(changes("AWS::Lambda::Function", declared, actual)) == {
            "Environment.Variables.MODE",
            "Tags[0].Value",
        }

    def test_tags_of_the_provider_and_of_others_are_no_news(self) -> None:
        declared = {"Tags": [{"Key": "team", "Value": "shop"}]}
        actual = {"Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "s"}, {"Key": "x", "Value": "y"}]}
        assert list(changes("AWS::SQS::Queue", declared, actual)) == ["Tags[0]"]
        actual["Tags"].append({"Value": "shop", "Key": "team"})
        assert changes("AWS::SQS::Queue", declared, actual) == {}

    def test_tags_with_more_than_a_value(self) -> None:
        own = {"Key": "team", "Value": "shop", "PropagateAtLaunch": True}
        other = {"Key": "cost", "Value": "42", "PropagateAtLaunch": True}
        assert changes("AWS::AutoScaling::AutoScalingGroup", {"Tags": [own]}, {"Tags": [other, own]}) == {}

    def test_what_is_switched_off_need_not_be_shown(self) -> None:
        declared = {"ImageScanningConfiguration": {"ScanOnPush": False}, "EncryptionConfiguration": {"Mode": "NONE"}}
        assert changes("AWS::ECR::Repository", declared, {"RepositoryName": "x1"}) == {}

    def test_protocols_by_number(self) -> None:
        rule = {"IpProtocol": "6", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
        actual = {"SecurityGroupIngress": [{**rule, "IpProtocol": "tcp"}]}
        assert changes("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [rule]}, actual) == {}

    def test_documents_written_in_yaml(self) -> None:
        declared = {"Content": "schemaVersion: '2.2'\nmainSteps: []\n", "DocumentType": "Command"}
        assert (
            changes("AWS::SSM::Document", declared, {"Content": {"schemaVersion": "2.2"}, "DocumentType": "Command"})
            == {}
        )

    def test_settings_that_are_not_stated_have_their_defaults(self) -> None:
        kind = "AWS::ElasticLoadBalancingV2::LoadBalancer"
        declared = {"LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "120"}]}
        more = {"Key": "routing.http2.enabled", "Value": "true"}
        actual = {"LoadBalancerAttributes": [more, {"Key": "idle_timeout.timeout_seconds", "Value": "120"}]}
        assert changes(kind, declared, actual) == {}
        actual["LoadBalancerAttributes"][1]["Value"] = "300"
        assert changes(kind, declared, actual) == {"LoadBalancerAttributes[0].Value": ("120", "300")}

    def test_a_rule_that_somebody_added(self) -> None:
        ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
        https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}
        found = changes(
            "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [https]}, {"SecurityGroupIngress": [ssh, https]}
        )
        assert found == {"SecurityGroupIngress[1]": (None, ssh)}

    def test_a_rule_that_was_opened_to_somebody_else(self) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
        declared, actual = {**rule, "CidrIp": "10.0.0.0/8"}, {**rule, "SourcePrefixListId": "pl-1"}
        found = changes(
            "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [declared]}, {"SecurityGroupIngress": [actual]}
        )
        assert found == {"SecurityGroupIngress[0].CidrIp": ("10.0.0.0/8", None)}

    def test_an_item_that_became_another(self) -> None:
        declared = {
            "LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}, {"TransitionToArchive": "AFTER_90_DAYS"}]
        }
        actual = {"LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}, {"TransitionToArchive": "AFTER_7_DAYS"}]}
        assert changes("AWS::EFS::FileSystem", declared, actual) != {}
        assert changes("AWS::EFS::FileSystem", declared, declared) == {}

    def test_a_rule_that_another_resource_declares_is_not_stray(self) -> None:
        ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}
        piece = template("AWS::EC2::SecurityGroupIngress", {"GroupId": "x1", **ssh}, "sgr-1", "shop/Ssh")
        actual = {"SecurityGroupIngress": [ssh]}
        assert changes("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": []}, actual, piece) == {}
        assert silent("AWS::EC2::SecurityGroup", {}, actual, piece) == {}
        assert silent("AWS::EC2::SecurityGroup", {}, actual) == {"SecurityGroupIngress": [ssh]}

    def test_policies_in_any_writing(self) -> None:
        declared = {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}}
        statement = {"Resource": ["*"], "Action": ["SQS:*"], "Effect": "Allow"}
        assert changes("AWS::SQS::QueuePolicy", declared, {"PolicyDocument": {"Statement": [statement]}}) == {}
        statement["Effect"] = "Deny"
        found = changes("AWS::SQS::QueuePolicy", declared, {"PolicyDocument": {"Statement": [statement]}})
        assert list(found) == ["PolicyDocument"]

    def test_documents_written_as_text(self) -> None:
        assert (
            changes(
                "AWS::SQS::Queue",
                {"RedrivePolicy": {"maxReceiveCount": 3}},
                {"RedrivePolicy": '{"maxReceiveCount": "3"}'},
            )
            == {}
        )

    def test_stages_in_another_order_are_drift(self) -> None:
        stages = [{"Name": "Source", "Actions": []}, {"Name": "Deploy", "Actions": []}]
        assert changes("AWS::CodePipeline::Pipeline", {"Stages": stages}, {"Stages": stages[::-1]}) == {
            "Stages": (stages, stages[::-1])
        }

    def test_words_of_a_command_keep_their_places(self) -> None:
        declared = {"ContainerDefinitions": [{"Name": "web", "Command": ["serve", "--port", "80"]}]}
        actual = {"ContainerDefinitions": [{"Name": "web", "Command": ["serve", "80", "--port"]}]}
        assert list(changes("AWS::ECS::TaskDefinition", declared, actual)) == ["ContainerDefinitions[0].Command"]


class TestSilent:
    def test_what_somebody_set(self) -> None:
        assert silent("AWS::Lambda::Function", {}, {"ReservedConcurrentExecutions": 5}) == {
            "ReservedConcurrentExecutions": 5
        }

    def test_what_the_service_set_is_not_told(self) -> None:
        actual = {"MemorySize": 128, "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:x1", "FunctionName": "x1"}
        assert silent("AWS::Lambda::Function", {}, {**actual, "TracingConfig": {"Mode": "PassThrough"}}) == {}

    def test_a_variable_beside_declared_ones(self) -> None:
        declared = {"Environment": {"Variables": {"A": "1"}}}
        actual = {"Environment": {"Variables": {"A": "1", "DEBUG": "1"}}}
        assert silent("AWS::Lambda::Function", declared, actual) == {"Environment.Variables.DEBUG": "1"}

    def test_a_switch_in_something_that_somebody_added(self) -> None:
        actual = {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}
        assert silent("AWS::S3::Bucket", {}, actual) == actual

    def test_an_attachment_beside_declared_ones(self) -> None:
        assert silent("AWS::IAM::ManagedPolicy", {"Roles": ["a"]}, {"Roles": ["a", "b"]}) == {"Roles": ["b"]}


class TestIdentity:
    @pytest.mark.parametrize(
        ("kind", "physical_id", "declared", "identifier", "shown"),
        [
            ("AWS::SQS::Queue", "https://q", {}, "https://q", {"QueueName": "q"}),
            ("AWS::Glue::Table", "orders", {"DatabaseName": "shop"}, "shop|orders", {"DatabaseName": "shop"}),
            (
                "AWS::Events::Rule",
                "nightly",
                {},
                "arn:aws:events:eu-west-1:123456789012:rule/nightly",
                {"Arn": "arn:aws:events:eu-west-1:123456789012:rule/nightly"},
            ),
            ("AWS::EC2::SecurityGroup", "front", {}, "sg-1", {"Id": "sg-1", "GroupName": "front"}),
            (
                "AWS::ECS::Cluster",
                "arn:aws:ecs:eu-west-1:1:cluster/c",
                {},
                "c",
                {"Arn": "arn:aws:ecs:eu-west-1:1:cluster/c"},
            ),
        ],
    )
    def test_found(
        self, kind: str, physical_id: str, declared: dict[str, Any], identifier: str, shown: dict[str, Any]
    ) -> None:
        item = template(kind, declared, physical_id)
        estate = estate_of(live(kind, shown, identifier), live(kind, {"Name": "other"}, "other"))
        found = Properties([item], KNOWLEDGE).find(item, estate)
        assert found is estate.all[0]

    def test_of_two_that_may_be_it_none_is(self) -> None:
        kind = "AWS::Glue::Table"
        estate = estate_of(live(kind, {}, "shop|orders"), live(kind, {}, "bank|orders"))
        item = template(kind, {}, "orders")
        assert Properties([item], KNOWLEDGE).find(item, estate) is None

    def test_missing_where_the_type_was_listed(self) -> None:
        estate = estate_of()
        estate.cover(Coverage("aws", "AWS::SQS::Queue", SCOPE, "cloud"))
        items = [template("AWS::SQS::Queue", {}), template("Custom::Thing", {}, address="shop/Custom")]
        result = compare(items, estate, KNOWLEDGE)
        assert [(found.kind, found.resource.address) for found in result.differences] == [
            (DriftKind.MISSING, "shop/It")
        ]
        assert result.not_compared == 1


def test_a_list_that_only_names_the_resource_is_not_compared() -> None:
    declared = {"BucketName": "x1", "CorsConfiguration": {"CorsRules": [{"AllowedMethods": ["GET"]}]}}
    item, estate = template("AWS::S3::Bucket", declared), estate_of(live("AWS::S3::Bucket", {"BucketName": "x1"}))
    assert Properties([item], KNOWLEDGE).changes(item, estate.all[0]) is None


def test_tags_of_both_sides() -> None:
    item = template("AWS::SQS::Queue", {"Tags": [{"Key": "team", "Value": "shop"}]})
    estate = estate_of(
        live("AWS::SQS::Queue", {"Tags": [{"Key": "env", "Value": "prod"}, {"Key": "aws:x", "Value": "y"}]})
    )
    assert Properties([item], KNOWLEDGE).tags(item, estate.all[0]) == {"team": "shop", "env": "prod"}


# -- properties of the comparison -------------------------------------------------------------------------------------

_TEXTS = st.text("abcdefgh", min_size=3, max_size=8)
_SCALARS = st.one_of(_TEXTS, st.integers(1, 10**6), st.just(True))
_BUCKETS = st.fixed_dictionaries(
    {
        "BucketName": _TEXTS,
        "Tags": st.lists(_TEXTS, unique=True, min_size=1, max_size=4).map(
            lambda keys: [{"Key": key, "Value": f"of {key}"} for key in keys]
        ),
        "CorsConfiguration": st.lists(_TEXTS, unique=True, min_size=1, max_size=3).map(
            lambda names: {
                "CorsRules": [{"Id": name, "MaxAge": 60, "AllowedMethods": ["GET", "PUT"]} for name in names]
            }
        ),
        "VersioningConfiguration": st.just({"Status": "Enabled"}),
        "ObjectLockEnabled": st.just(True),
    }
)


def _as_a_service_writes_it(value: Any, chance: random.Random) -> Any:
    """The same value in another order and spelling, with more beside it."""
    if isinstance(value, dict):
        content = {key: _as_a_service_writes_it(item, chance) for key, item in value.items()}
        if content.keys() & {"Key", "Id"}:
            return content
        return {**content, "ServiceAdded": {"More": 1}}
    if isinstance(value, list):
        items = [_as_a_service_writes_it(item, chance) for item in value]
        chance.shuffle(items)
        return items
    if isinstance(value, bool):
        return chance.choice([value, str(value).lower()])
    return chance.choice([value, str(value)])


@given(declared=_BUCKETS, chance=st.randoms(use_true_random=False))
def test_order_spelling_and_what_stands_beside_are_never_a_change(
    declared: dict[str, Any], chance: random.Random
) -> None:
    assert changes("AWS::S3::Bucket", declared, _as_a_service_writes_it(declared, chance)) == {}


@given(declared=_BUCKETS, chance=st.randoms(use_true_random=False), data=st.data())
def test_a_moved_value_is_told_with_exactly_its_path(
    declared: dict[str, Any], chance: random.Random, data: st.DataObject
) -> None:
    actual = _as_a_service_writes_it(declared, chance)
    rules = actual["CorsConfiguration"]["CorsRules"]
    moved = data.draw(st.sampled_from(rules))
    moved["MaxAge"] = 61
    place = [rule["Id"] for rule in declared["CorsConfiguration"]["CorsRules"]].index(moved["Id"])
    assert list(changes("AWS::S3::Bucket", declared, actual)) == [f"CorsConfiguration.CorsRules[{place}].MaxAge"]


@given(kind=st.sampled_from(KNOWLEDGE.registry.names()), value=_SCALARS)
def test_any_readable_property_of_any_type_is_compared(kind: str, value: Any) -> None:
    known = KNOWLEDGE.registry.type(kind)
    name = "SomethingNew"
    assert changes(kind, {name: value}, {name: value}) == {}
    assert list(changes(kind, {name: value}, {name: f"{value} moved"})) == [name]
    for path in known.write_only:
        if "." not in path:
            assert changes(kind, {path: value}, {path: "other"}) == {}
