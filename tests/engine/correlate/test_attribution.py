"""Who made a difference and when: the last call that wrote what is there, and nobody on a guess."""

from datetime import timedelta
from itertools import groupby
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.correlate import attribute
from engine.model import (
    RECORDED_CHANGE,
    SENSITIVE,
    Actor,
    ActorKind,
    Attribution,
    Change,
    DriftKind,
    Event,
    EventKind,
    FieldChange,
    Via,
)
from engine.providers import load_knowledge
from tests.support.cases import (
    DB,
    JANA,
    NOW,
    OMAR,
    PIPELINE,
    SCALER,
    attributed,
    call,
    commit,
    modified,
    moment,
    set_multi_az,
)
from tests.support.habits import START, weeks_of_work


def who_and_when(found: Attribution) -> tuple[str | None, Any]:
    return found.actor.principal, found.changed_at


def test_the_call_that_wrote_the_live_value() -> None:
    found = attributed(DB, set_multi_az("14 09:00", False))
    assert who_and_when(found) == ("jana@shop.example", moment("14 09:00"))
    assert found.evidence[0].weight == 1.0


def test_the_first_of_several_that_wrote_it_made_the_difference() -> None:
    found = attributed(DB, set_multi_az("14 09:00", False), set_multi_az("14 10:00", False, OMAR))
    assert who_and_when(found) == ("jana@shop.example", moment("14 09:00"))


def test_a_later_call_that_set_another_value_rules_out_an_earlier_one() -> None:
    assert attributed(DB, set_multi_az("14 09:00", False), set_multi_az("14 10:00", True, OMAR)).change is None


def test_terraform_applying_what_is_declared_is_not_the_change() -> None:
    applied = set_multi_az("14 08:00", True, PIPELINE)
    assert attributed(DB, applied).change is None
    assert attributed(DB, applied, set_multi_az("14 09:00", False)).actor == JANA


def test_terraform_that_hides_the_value_is_no_suspect() -> None:
    secret = modified("aws_db_instance", "shop-db", ("password", SENSITIVE, SENSITIVE))
    request = {"dBInstanceIdentifier": "shop-db", "masterUserPassword": SENSITIVE}
    assert attributed(secret, call("14 09:00", "ModifyDBInstance", request, PIPELINE)).change is None
    by_hand = attributed(secret, call("14 09:00", "ModifyDBInstance", request))
    assert by_hand.actor == JANA
    assert by_hand.evidence[0].weight == 0.6


def test_nobody_is_named_on_a_guess() -> None:
    found = attributed(DB, call("14 09:00", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "iops": 3000}))
    assert found == Attribution(actor=Actor(), related=found.related)


@pytest.mark.parametrize(
    "event",
    [
        set_multi_az("14 09:00", False, error="AccessDenied"),
        set_multi_az("17 09:00", False),
        set_multi_az("14 09:00", False, scope="210987654321/eu-west-1"),
        set_multi_az("14 09:00", False, scope="123456789012/us-east-1"),
        set_multi_az("14 09:00", False, service="redshift"),
        set_multi_az("14 09:00", False, touches=("other-db",)),
        set_multi_az("14 09:00", False, writes=False),
    ],
    ids=["denied", "after as_of", "other account", "other region", "other service", "other resource", "a read"],
)
def test_calls_that_are_not_the_change(event: Event) -> None:
    assert attributed(DB, event).change is None


def test_the_call_that_explains_most_of_the_changes_is_the_change() -> None:
    two = modified("aws_db_instance", "shop-db", ("multi_az", True, False), ("iops", 1000, 3000), ("port", 1, 2))
    both = call("14 09:00", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "multiAZ": False, "iops": 3000})
    one = call("14 10:00", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "dBPortNumber": 2}, OMAR)
    found = attributed(two, both, one)
    assert found.actor == JANA
    assert [item.summary.split(":")[0] for item in found.evidence] == [
        "the change",
        "another of the changes, 60 min after",
    ]


ROLE = "shop-role"
READ, ADMIN = "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"


def attach(at: str, operation: str, policy: str, **more: Any) -> Event:
    return call(at, operation, {"roleName": ROLE, "policyArn": policy}, service="iam", **more)


def test_what_was_added_to_a_list() -> None:
    difference = modified("aws_iam_role", ROLE, ("managed_policy_arns", [READ], [READ, ADMIN]))
    events = attach("14 09:00", "AttachRolePolicy", ADMIN), attach("14 10:00", "AttachRolePolicy", READ)
    assert attributed(difference, *events).changed_at == moment("14 09:00")
    # Taken away again afterwards: then this call does not explain that it is there.
    assert attributed(difference, *events, attach("14 11:00", "DetachRolePolicy", ADMIN)).change is None


def test_what_was_taken_from_a_list() -> None:
    difference = modified("aws_iam_role", ROLE, ("managed_policy_arns", [READ, ADMIN], [READ]))
    assert attributed(difference, attach("14 09:00", "DetachRolePolicy", READ)).change is None
    assert attributed(difference, attach("14 09:00", "DetachRolePolicy", ADMIN)).change is not None


def test_a_rule_of_a_security_group() -> None:
    rule = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
    difference = modified("aws_security_group", "sg-0a1b2c3d", ("ingress[2]", None, rule))

    def authorize(at: str, port: int) -> Event:
        permission = {
            "ipProtocol": "tcp",
            "fromPort": port,
            "toPort": port,
            "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
        }
        request = {"groupId": "sg-0a1b2c3d", "ipPermissions": {"items": [permission]}}
        return call(at, "AuthorizeSecurityGroupIngress", request, service="ec2")

    assert attributed(difference, authorize("14 09:00", 22), authorize("14 10:00", 443)).changed_at == moment(
        "14 09:00"
    )


def test_a_tag_is_found_by_its_key_and_value() -> None:
    difference = modified("aws_instance", "i-0123456789abcdef0", ("tags.Owner", "shop", "jana"))

    def tag(at: str, key: str, value: str) -> Event:
        request = {"resourcesSet": {"items": []}, "tagSet": {"items": [{"key": key, "value": value}]}}
        return call(at, "CreateTags", request, service="ec2", touches=("i-0123456789abcdef0",))

    assert attributed(difference, tag("14 09:00", "Other", "jana")).change is None
    assert attributed(difference, tag("14 09:00", "Owner", "jana")).change is not None


def test_a_policy_is_compared_as_a_document() -> None:
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}
    difference = modified("aws_s3_bucket", "shop-data", ("policy", {"Statement": []}, policy))
    request = {"bucketName": "shop-data", "bucketPolicy": policy}
    assert attributed(difference, call("14 09:00", "PutBucketPolicy", request, service="s3")).actor == JANA


def test_operations_that_set_a_fixed_value() -> None:
    difference = modified("aws_kms_key", "k-1", ("enable_key_rotation", True, False))
    disable = call("14 09:00", "DisableKeyRotation", {"keyId": "k-1"}, service="kms")
    enable = call("14 10:00", "EnableKeyRotation", {"keyId": "k-1"}, service="kms")
    assert attributed(difference, disable).actor == JANA
    assert attributed(difference, disable, enable).change is None


def test_types_without_a_table_go_by_name_and_value() -> None:
    difference = modified(
        "aws_sfn_state_machine", "flow", ("tracing_enabled", False, True), ("note", "", "see ticket 9")
    )
    named = call("14 09:00", "UpdateStateMachine", {"name": "flow", "tracingEnabled": True}, service="states")
    other = call("14 10:00", "UpdateStateMachine", {"name": "flow", "loggingEnabled": True}, service="states")
    assert attributed(difference, named, other).changed_at == moment("14 09:00")


def test_what_is_missing_was_deleted() -> None:
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"
    difference = modified("aws_sqs_queue", url, kind=DriftKind.MISSING)
    purge = call("14 10:00", "PurgeQueue", {"queueUrl": url}, OMAR, service="sqs")
    assert (
        attributed(difference, call("14 09:00", "DeleteQueue", {"queueUrl": url}, service="sqs"), purge).actor == JANA
    )


def test_what_is_unmanaged_was_created() -> None:
    difference = modified("aws_sqs_queue", "https://sqs/1/debug", kind=DriftKind.UNMANAGED, name="debug")
    create = call("14 09:00", "CreateQueue", {"queueName": "debug"}, service="sqs")
    tag = call("14 10:00", "TagQueue", {"queueUrl": "https://sqs/1/debug"}, OMAR, service="sqs")
    assert attributed(difference, create, tag).actor == JANA


def test_what_was_merged_and_not_applied() -> None:
    merge = commit("14 09:00", DB.resource.address, multi_az=["false", "true"])
    found = attributed(DB, set_multi_az("10 09:00", False, PIPELINE), merge)
    assert found.change == merge
    assert found.evidence[0].summary.startswith("merged and not applied")


def test_what_was_merged_and_applied_is_not_the_change() -> None:
    merge = commit("14 09:00", DB.resource.address, multi_az=["false", "true"])
    applied = set_multi_az("14 09:20", True, PIPELINE)
    assert attributed(DB, merge, applied).change is None, "somebody moved it back, and no record tells who"
    by_hand = set_multi_az("14 10:00", False)
    assert attributed(DB, merge, applied, by_hand).change == by_hand


def test_who_merged_under_a_name_is_called_by_the_login_of_other_logs() -> None:
    merge = commit("14 09:00", DB.resource.address, multi_az=["false", "true"])
    merge = structs.replace(merge, actor=Actor("Jana Novak", ActorKind.HUMAN))
    assert attributed(DB, merge).actor.principal == "Jana Novak"
    other = call("13 09:00", "ModifyDBInstance", {"dBInstanceIdentifier": "till"}, Actor("novak.jana@shop.example"))
    found = attributed(DB, other, merge)
    assert found.actor == Actor("novak.jana@shop.example", ActorKind.HUMAN)
    assert found.change == merge


def test_what_no_call_explains_changed_when_the_provider_noted_it() -> None:
    noted = structs.replace(DB, noted_at=moment("14 09:05"))
    refused = set_multi_az("14 09:01", False, error="AccessDenied")
    assert who_and_when(attributed(noted, refused)) == (None, moment("14 09:05"))
    other = call("14 09:01", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "iops": 3000})
    assert who_and_when(attributed(noted, other)) == (None, None), "it was noted for another call"
    assert who_and_when(attributed(noted, set_multi_az("14 09:01", False))) == (JANA.principal, moment("14 09:01"))


def test_a_branch_that_did_not_land_changes_nothing() -> None:
    assert (
        attributed(DB, commit("14 09:00", DB.resource.address, landed=False, multi_az=["false", "true"])).change is None
    )


def test_an_apply_that_failed_where_no_merge_is_known() -> None:
    failed = set_multi_az("14 09:00", True, PIPELINE, error="InvalidDBInstanceState")
    assert who_and_when(attributed(DB, failed)) == ("gitlab-runner-deploy", moment("14 09:00"))


def test_of_an_apply_that_fails_again_and_again_the_first_counts() -> None:
    tries = [set_multi_az(at, True, PIPELINE, error="InvalidState") for at in ("14 09:00", "14 09:10", "14 09:20")]
    assert attributed(DB, *tries).change == tries[0]


def test_an_apply_that_failed_before_one_that_did_not_is_not_the_change() -> None:
    failed = [set_multi_az(at, True, PIPELINE, error="InvalidState") for at in ("14 09:00", "14 11:00")]
    applied = set_multi_az("14 10:00", True, PIPELINE)
    assert attributed(DB, failed[0], applied).change is None
    assert attributed(DB, failed[0], applied, failed[1]).change == failed[1]


def test_a_change_written_into_code_afterwards_keeps_its_actor() -> None:
    back = commit("15 09:00", DB.resource.address, multi_az=["true", "false"])
    found = attributed(DB, set_multi_az("14 09:00", False), back)
    assert found.actor == JANA
    assert any(item.summary.startswith("written into code afterwards") for item in found.evidence)


def test_refused_calls_are_evidence() -> None:
    refused = set_multi_az("14 08:00", False, error="AccessDenied")
    others = set_multi_az("14 08:30", False, OMAR, error="Client.UnauthorizedOperation")
    found = attributed(DB, refused, others, set_multi_az("14 09:00", False))
    weights = {item.event_id: item.weight for item in found.evidence}
    assert weights[refused.id] == 0.7
    assert weights[others.id] == 0.4


def test_what_the_same_person_did_in_the_same_sitting_is_evidence() -> None:
    near = call("14 09:10", "StopDBInstance", {"dBInstanceIdentifier": "other"})
    far = call("14 11:00", "StopDBInstance", {"dBInstanceIdentifier": "far"})
    found = attributed(DB, set_multi_az("14 09:00", False), near, far)
    assert [item.event_id for item in found.evidence[1:]] == [near.id]


def test_evidence_is_in_descending_weight_and_events_in_order() -> None:
    found = attributed(DB, set_multi_az("14 09:00", False), set_multi_az("14 08:00", False, error="AccessDenied"))
    weights = [item.weight for item in found.evidence]
    assert weights == sorted(weights, reverse=True)
    assert [event.at for event in found.related] == sorted(event.at for event in found.related)


def test_a_scaler_that_moved_it_last() -> None:
    asg = modified("aws_autoscaling_group", "web", ("desired_capacity", 2, 5))

    def move(at: str, size: int) -> Event:
        request = {"autoScalingGroupName": "web", "desiredCapacity": size}
        return call(at, "SetDesiredCapacity", request, SCALER, service="autoscaling")

    moves = [move("14 01:00", 5), move("14 02:00", 3), move("14 03:00", 5)]
    assert attributed(asg, *moves).changed_at == moment("14 03:00")


@given(st.lists(st.tuples(st.integers(0, 23), st.booleans(), st.sampled_from([JANA, OMAR, PIPELINE])), max_size=8))
def test_whatever_happened_who_first_wrote_what_lasted_is_named(writes: list[tuple[int, bool, Actor]]) -> None:
    events = [set_multi_az(f"14 {hour:02}:00", value, actor) for hour, value, actor in writes]
    unique = {event.id: event for event in events}
    ordered = sorted(unique.values(), key=lambda event: (event.at, event.id))
    runs = [list(run) for _, run in groupby(ordered, key=lambda event: event.request)]
    [found] = attribute([DB], list(unique.values()), NOW, load_knowledge())
    if not runs or '"multiAZ": true' in runs[-1][0].request:
        assert found.change is None
    else:
        assert found.change == runs[-1][0]


def test_one_attribution_per_difference_in_order() -> None:
    other = modified("aws_db_instance", "other", ("port", 1, 2))
    found = attribute([other, DB], [set_multi_az("14 09:00", False)], NOW, load_knowledge())
    assert [item.change is not None for item in found] == [False, True]
    assert Change("port", 1, 2) in other.changes


def test_what_is_unusual_of_the_call_is_told_right_behind_it() -> None:
    usual = weeks_of_work(42)
    theft = Actor("anna@example.com", JANA.kind, Via.CLI, "203.0.113.66")
    change = structs.replace(set_multi_az("14 03:00", False, theft), at=START + timedelta(days=42, hours=3))
    [found] = attribute([DB], [*usual, change], NOW, load_knowledge())

    assert found.unusual is not None
    assert found.unusual.score >= 0.5
    first, second = found.evidence[:2]
    assert (first.event_id, second.event_id, second.kind) == (change.id, change.id, EventKind.AUDIT)
    assert "unusual: first call by anna@example.com from 203.0.113.66, a new network" in second.summary


def test_of_a_short_log_nothing_is_called_unusual() -> None:
    assert attributed(DB, set_multi_az("14 09:00", False)).unusual is None


def test_who_made_what_nobody_declared_is_whoever_created_it_last_not_who_wrote_it_again() -> None:
    stray = structs.replace(modified("aws_sqs_queue", "jobs"), kind=DriftKind.UNMANAGED, changes=())
    events = [
        call("14 08:00", "CreateQueue", {"queueName": "jobs"}, OMAR, service="sqs"),
        call("14 09:00", "DeleteQueue", {"queueUrl": "jobs"}, OMAR, service="sqs"),
        call("14 10:00", "CreateQueue", {"queueName": "jobs"}, JANA, service="sqs"),
        call("14 11:00", "CreateQueue", {"queueName": "jobs"}, OMAR, service="sqs"),
    ]
    assert who_and_when(attributed(stray, *events)) == ("jana@shop.example", moment("14 10:00"))


def test_a_pipeline_whose_client_no_log_names_failed_to_apply() -> None:
    robot = Actor("deploy-bot", ActorKind.AUTOMATION, Via.UNKNOWN)
    found = attributed(DB, set_multi_az("14 09:00", True, robot, error="InvalidParameter"))
    assert who_and_when(found) == ("deploy-bot", moment("14 09:00"))
    assert attributed(DB, set_multi_az("14 09:00", True, OMAR, error="InvalidParameter")).change is None


def test_a_record_that_something_changed_leads_to_the_call_that_did_it() -> None:
    def recorded(at: str, since: str) -> Event:
        changes = (FieldChange("configuration.multiAZ", True, False),)
        return Event(
            id=f"record {at}",
            at=moment(at),
            source="config",
            kind=EventKind.AUDIT,
            operation=RECORDED_CHANGE,
            writes=True,
            touches=("shop-db",),
            request=msgspec.json.encode(changes).decode(),
            original=msgspec.json.encode({"changed_after": moment(since)}).decode(),
        )

    hidden = call("14 09:00", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "multiAZ": False})
    assert who_and_when(attributed(DB, hidden, recorded("15 02:00", since="14 02:00"))) == (
        "jana@shop.example", moment("14 09:00"),
    )  # fmt: skip
    repeated = set_multi_az("14 11:00", False, OMAR)
    assert who_and_when(attributed(DB, hidden, repeated, recorded("15 02:00", since="14 02:00"))) == (
        "jana@shop.example", moment("14 09:00"),
    )  # fmt: skip
    alone = attributed(DB, recorded("15 02:00", since="14 02:00"))
    assert who_and_when(alone) == (None, moment("15 02:00"))


def test_what_the_same_caller_did_to_it_before_is_told() -> None:
    tried = call("14 06:00", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "iops": 3000})
    other = call("14 06:30", "ModifyDBInstance", {"dBInstanceIdentifier": "shop-db", "iops": 5000}, OMAR)
    found = attributed(DB, tried, other, set_multi_az("14 09:00", False))
    assert [(item.event_id, item.summary) for item in found.evidence[1:]] == [
        (tried.id, f"written by the same caller 3 h before: {tried.summary}")
    ]


def test_a_merge_before_the_change_was_applied_as_far_as_anybody_knows() -> None:
    merged = commit("13 09:00", DB.resource.address, multi_az=["false", "true"])
    found = attributed(DB, merged, set_multi_az("14 09:00", False))
    assert [item.summary.partition(":")[0] for item in found.evidence] == [
        "the change", "a commit on this resource 24 h before (merged)",
    ]  # fmt: skip
