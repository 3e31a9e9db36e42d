"""From declarations and observations to differences: found, missing, unmanaged, and what is left alone."""

from typing import Any

import msgspec
import pytest

from engine.compare import Comparison, Estate, compare
from engine.model import SENSITIVE, Basis, Coverage, Declared, DriftKind, Hidden, Observed, ResourceRef
from engine.providers import Knowledge, TypeRule

TABLES = """
[queue]
native = "Cloud::Queue"
id = ["GetQueue.Url"]
keys = ["GetQueue.Url", "GetQueue.Arn"]
join = ["arn", "id"]
name = ["GetQueue.Name"]
tags = ["ListTags.Tags"]
[[queue.children]]
type = "queue_policy"
by = "queue"
owns = ["policy"]
[[queue.hidden]]
path = "GetQueue.Owner"
equals = ["provider"]
reason = "made by the provider"
[queue.attributes]
delay = "GetQueue.Delay"
policy = { path = "GetQueue.Policy", compare = "policy" }
encryption = "GetEncryption.Algorithm"
tags = { path = "ListTags.Tags", convert = "tags" }
password = "GetQueue.Password"
environment = "GetQueue.Environment"

[queue_policy]
native = "Cloud::Queue"
part_of = "queue"
join = ["queue"]
exists = ["GetQueue.Policy"]
[queue_policy.attributes]
policy = { path = "GetQueue.Policy", compare = "policy" }

[group]
native = "Cloud::Group"
keys = ["DescribeGroups.Id"]
id = ["DescribeGroups.Id"]
[[group.children]]
type = "group_rule"
by = "group_id"
into = "rules"
value = { protocol = "protocol", from_port = "port", to_port = "port", description = "'by rule'", cidr_blocks = "cidrs" }
[group.attributes.rules]
path = "DescribeGroups.IpPermissions"
convert = "security_group_rules"
block = { protocol = "protocol", from_port = "from_port", to_port = "to_port", cidr_blocks = "cidr_blocks", self = "self" }
"""  # noqa: E501

SCOPE = "111111111111/eu-west-1"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    types = msgspec.toml.decode(TABLES, type=dict[str, TypeRule])
    return Knowledge(types, dict.fromkeys(types, "cloud"))


def declare(
    kind: str, identity: str, scope: str = SCOPE, sensitive: set[str] | None = None, **attributes: Any
) -> Declared:
    ref = ResourceRef("cloud", kind, identity, scope, f"{kind}.{identity.rpartition('/')[2]}")
    return Declared(ref, {"id": identity, **attributes}, "state", sensitive=frozenset(sensitive or ()))


def queue(url: str, scope: str = SCOPE, source: str = "cloud", **parts: Any) -> Observed:
    first = {"Url": url, **parts.pop("GetQueue", {})}
    return Observed("cloud", "Cloud::Queue", scope, {"GetQueue": first, **parts}, source)


def run(knowledge: Knowledge, declared: list[Declared], *observed: Observed, covered: str | None = SCOPE) -> Comparison:
    estate = Estate(knowledge)
    for item in observed:
        estate.add(item)
    if covered is not None:
        for native in ("Cloud::Queue", "Cloud::Group"):
            estate.cover(Coverage("cloud", native, covered, "cloud"))
    return compare(declared, estate, knowledge)


def test_equal_sides_are_in_sync(knowledge: Knowledge) -> None:
    result = run(knowledge, [declare("queue", "q/a", delay=30)], queue("q/a", GetQueue={"Delay": "30"}))
    assert (result.differences, result.in_sync, result.declared, result.actual) == ((), 1, 1, 1)


def test_a_changed_attribute_is_a_modified_drift(knowledge: Knowledge) -> None:
    [drift] = run(knowledge, [declare("queue", "q/a", delay=30)], queue("q/a", GetQueue={"Delay": "60"})).differences
    assert drift.kind is DriftKind.MODIFIED
    assert [(change.path, change.declared, change.actual) for change in drift.changes] == [("delay", 30, 60)]


def test_what_was_not_read_is_not_compared(knowledge: Knowledge) -> None:
    result = run(knowledge, [declare("queue", "q/a", delay=0, encryption="aes")], queue("q/a"))
    assert result.differences == ()


def test_what_no_answer_shows_at_all_is_not_called_in_sync(knowledge: Knowledge) -> None:
    bare = Observed("cloud", "Cloud::Queue", SCOPE, {"CloudControlId": "q/a"}, "cloud")
    result = run(knowledge, [declare("queue", "q/a", delay=5)], bare)
    assert (result.differences, result.in_sync, result.not_compared) == ((), 0, 1)


def test_what_was_read_and_is_unset_is_compared(knowledge: Knowledge) -> None:
    observed = queue("q/a", GetEncryption={})
    [drift] = run(knowledge, [declare("queue", "q/a", encryption="aes")], observed).differences
    assert drift.changes[0].path == "encryption"


def test_a_second_source_fills_in_what_the_first_cannot_show(knowledge: Knowledge) -> None:
    more = Observed(
        "cloud", "Cloud::Queue", SCOPE, {"GetQueue": {"Url": "q/a"}, "GetEncryption": {"Algorithm": "none"}}, "b"
    )
    result = run(knowledge, [declare("queue", "q/a", encryption="aes")], queue("q/a"), more)
    assert [drift.changes[0].actual for drift in result.differences] == ["none"]
    assert result.actual == 1


def written(name: str, **attributes: Any) -> Declared:
    ref = ResourceRef("cloud", "queue", "", SCOPE, f"queue.{name}", name)
    return Declared(ref, {"name": name, **attributes}, "code", basis=Basis.CODE, expected=False)


def test_what_only_code_declares_is_found_by_its_name(knowledge: Knowledge) -> None:
    live = [queue("q/a", GetQueue={"Name": "a", "Delay": 60}), queue("q/b", GetQueue={"Name": "b"})]
    result = run(knowledge, [written("a", delay=30)], *live)
    modified, unmanaged = sorted(result.differences, key=lambda difference: difference.kind)
    assert (modified.resource.id, modified.resource.address) == ("q/a", "queue.a")
    assert [change.path for change in modified.changes] == ["delay"]
    assert (unmanaged.kind, unmanaged.resource.id) == (DriftKind.UNMANAGED, "q/b")


def test_code_says_of_each_block_only_what_it_wants(knowledge: Knowledge) -> None:
    ref = ResourceRef("cloud", "group", "sg-1", SCOPE, "group.a")
    ping = {"protocol": "icmp", "from_port": -1, "to_port": -1, "cidr_blocks": ["10.0.0.0/8"]}
    peers = {"protocol": "tcp", "from_port": 1, "to_port": 1, "self": True}
    item = Declared(ref, {"id": "sg-1", "rules": [ping, peers]}, "code", basis=Basis.CODE)
    live = [
        {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": "sg-1"}]},
    ]
    parts = {"DescribeGroups": {"Id": "sg-1", "GroupId": "sg-1", "IpPermissions": live}}
    assert run(knowledge, [item], Observed("cloud", "Cloud::Group", SCOPE, parts, "cloud")).differences == ()


def test_of_namesakes_none_is_taken(knowledge: Knowledge) -> None:
    live = [queue("q/a", GetQueue={"Name": "a"}), queue("q/b", GetQueue={"Name": "a"})]
    assert len(run(knowledge, [written("a", delay=30)], *live).differences) == 2


def test_what_a_state_knows_is_not_found_by_its_name(knowledge: Knowledge) -> None:
    result = run(knowledge, [declare("queue", "q/a", name="a")], queue("q/b", GetQueue={"Name": "a"}))
    assert sorted(difference.kind for difference in result.differences) == [DriftKind.MISSING, DriftKind.UNMANAGED]


def test_missing_needs_a_source_that_looked_there(knowledge: Knowledge) -> None:
    declared = [declare("queue", "q/a"), declare("queue", "q/b", scope="111111111111/us-east-1")]
    result = run(knowledge, declared)
    assert [(drift.kind, drift.resource.id) for drift in result.differences] == [(DriftKind.MISSING, "q/a")]
    assert result.not_compared == 1


def test_a_type_without_a_table_is_not_compared(knowledge: Knowledge) -> None:
    result = run(knowledge, [declare("random_pet", "x")])
    assert (result.differences, result.not_compared) == ((), 1)


def test_a_live_resource_nobody_declares_is_unmanaged(knowledge: Knowledge) -> None:
    observed = queue("q/a", GetQueue={"Name": "jobs"}, ListTags={"Tags": {"Owner": "web", "aws:x": "y"}})
    [drift] = run(knowledge, [], observed).differences
    assert (drift.kind, drift.resource) == (
        DriftKind.UNMANAGED, ResourceRef("cloud", "queue", "q/a", SCOPE, "", "jobs"),
    )  # fmt: skip
    assert drift.tags == {"Owner": "web"}


def test_what_the_provider_makes_is_hidden_and_counted(knowledge: Knowledge) -> None:
    result = run(knowledge, [], queue("q/a", GetQueue={"Owner": "provider"}))
    assert (result.differences, result.hidden) == ((), (Hidden("made by the provider", "built in", 1),))


def test_the_same_name_in_another_account_is_another_resource(knowledge: Knowledge) -> None:
    other = queue("jobs", scope="222222222222/eu-west-1", GetQueue={"Delay": 99})
    result = run(knowledge, [declare("queue", "jobs", delay=5)], queue("jobs", GetQueue={"Delay": 5}), other)
    assert [drift.kind for drift in result.differences] == [DriftKind.UNMANAGED]


def test_default_tags_of_the_provider_count_as_declared(knowledge: Knowledge) -> None:
    item = declare("queue", "q/a", tags={"Name": "a"}, tags_all={"Name": "a", "Team": "web"})
    observed = queue("q/a", ListTags={"Tags": [{"Key": "Team", "Value": "web"}, {"Key": "Name", "Value": "b"}]})
    [drift] = run(knowledge, [item], observed).differences
    assert [change.path for change in drift.changes] == ["tags.Name"]


def test_a_tag_is_told_whatever_its_value(knowledge: Knowledge) -> None:
    item = declare("queue", "q/a", tags={"public": "false"}, tags_all={"public": "false"})
    observed = queue("q/a", ListTags={"Tags": [{"Key": "tmp", "Value": ""}]})
    [drift] = run(knowledge, [item], observed).differences
    assert [(change.path, change.declared, change.actual) for change in drift.changes] == [
        ("tags.public", "false", None),
        ("tags.tmp", None, ""),
    ]


def test_a_piece_declared_on_its_own_is_compared_there(knowledge: Knowledge) -> None:
    policy = {"Statement": [{"Effect": "Allow", "Action": "*"}]}
    declared = [declare("queue", "q/a", policy=""), declare("queue_policy", "p", queue="q/a", policy=policy)]
    assert run(knowledge, declared, queue("q/a", GetQueue={"Policy": policy})).differences == ()
    [drift] = run(knowledge, declared, queue("q/a", GetQueue={"Policy": ""})).differences
    assert (drift.resource.type, drift.kind) == ("queue_policy", DriftKind.MISSING)


def test_pieces_of_a_missing_resource_are_not_told_again(knowledge: Knowledge) -> None:
    declared = [declare("queue", "q/a"), declare("queue_policy", "p", queue="q/a", policy="x")]
    assert [drift.resource.type for drift in run(knowledge, declared).differences] == ["queue"]


def test_a_rule_declared_on_its_own_is_not_stray_in_its_group(knowledge: Knowledge) -> None:
    def group(*cidrs: str) -> Observed:
        ranges = [{"CidrIp": cidr, "Description": "by rule"} for cidr in cidrs]
        permissions = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}]
        return Observed(
            "cloud", "Cloud::Group", SCOPE, {"DescribeGroups": {"Id": "g", "IpPermissions": permissions}}, "c"
        )

    rule = declare("group_rule", "r", group_id="g", protocol="tcp", port=443, cidrs=["10.0.0.0/8"])
    declared = [declare("group", "g", rules=[]), rule]
    assert run(knowledge, declared, group("10.0.0.0/8")).differences == ()
    [drift] = run(knowledge, declared, group("10.0.0.0/8", "0.0.0.0/0")).differences
    assert [(change.path, change.actual) for change in drift.changes] == [
        ("rules[0].cidr_blocks", ["10.0.0.0/8", "0.0.0.0/0"])
    ]


@pytest.mark.parametrize(
    ("attributes", "live", "sensitive"),
    [
        ({"delay": "1"}, {"Delay": "2"}, {"delay"}),
        ({"password": "old"}, {"Password": "new"}, set()),
        ({"environment": {"DB_PASSWORD": "a"}}, {"Environment": {"DB_PASSWORD": "b"}}, set()),
        ({"environment": {"A": "x"}}, {"Environment": {"A": "y"}}, {"environment"}),
        ({"environment": ["a", "b"]}, {"Environment": ["c"]}, {"environment[0]"}),
    ],
)
def test_secrets_are_masked_on_both_sides(
    knowledge: Knowledge, attributes: dict[str, Any], live: dict[str, Any], sensitive: set[str]
) -> None:
    item = declare("queue", "q/a", sensitive=sensitive, **attributes)
    [drift] = run(knowledge, [item], queue("q/a", GetQueue=live)).differences
    [change] = drift.changes
    assert (change.declared, change.actual, change.sensitive) == (SENSITIVE, SENSITIVE, True)
