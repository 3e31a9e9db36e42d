"""Why a drift came about: each category from its typical evidence, and the edges between them."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from engine.model import (
    Actor,
    ActorKind,
    Attribution,
    Category,
    Cause,
    Difference,
    DriftKind,
    Event,
    EventKind,
    TicketType,
    Via,
)
from ml.cause import explain
from ml.evidence import evidence_table
from ml.signals import SIGNALS
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
    report,
    set_multi_az,
)

BREAK_GLASS = structs.replace(JANA, role="break-glass")
ROOT = Actor("arn:aws:iam::123456789012:root", ActorKind.HUMAN, Via.CONSOLE)
RULE = {"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}
GROUP = modified("aws_security_group", "sg-0a1b2c3d", ("ingress[2]", None, RULE), tags={"Service": "checkout"})
QUEUE = modified("aws_sqs_queue", "jobs", ("visibility_timeout_seconds", 30, 45), tags={"Service": "checkout"})


def cause_of(difference: Difference, *events: Event) -> Cause:
    return explain(difference, attributed(difference, *events), NOW)[0]


def names(cause: Cause) -> set[str]:
    return {signal.name for signal in cause.signals}


def open_port(at: str, actor: Actor = JANA, **more: Any) -> Event:
    permission = {"fromPort": 22, "toPort": 22, "ipProtocol": "tcp", "ipRanges": [{"cidrIp": "0.0.0.0/0"}]}
    request = {"groupId": "sg-0a1b2c3d", "ipPermissions": [permission]}
    return call(at, "AuthorizeSecurityGroupIngress", request, actor, service="ec2", **more)


def set_timeout(at: str, value: int, actor: Actor = JANA) -> Event:
    request = {"queueUrl": "jobs", "attributes": {"VisibilityTimeout": str(value)}}
    return call(at, "SetQueueAttributes", request, actor, service="sqs")


INCIDENT = report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="P1")


def test_an_emergency_fix() -> None:
    cause = cause_of(QUEUE, INCIDENT, set_timeout("14 09:00", 45))
    assert cause.category is Category.EMERGENCY_FIX
    assert cause.confidence > 0.7
    assert {"incident_open", "soon_after_trouble"} <= names(cause)


def test_an_alert_speaks_for_an_emergency_too() -> None:
    alert = report("14 08:55", EventKind.ALERT, ("checkout",))
    with_alert = cause_of(QUEUE, alert, set_timeout("14 09:00", 45)).distribution[Category.EMERGENCY_FIX]
    without = cause_of(QUEUE, set_timeout("14 09:00", 45)).distribution[Category.EMERGENCY_FIX]
    assert with_alert > 4 * without


@pytest.mark.parametrize(
    "incident",
    [
        report("14 08:40", EventKind.INCIDENT, ("billing",), priority="P1"),
        report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="P1", ended="14 08:50"),
        report("12 08:40", EventKind.INCIDENT, ("checkout",), priority="P1"),
        report("14 11:40", EventKind.INCIDENT, ("checkout",), priority="P1"),
        report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="Low"),
    ],
    ids=["other service", "over by then", "long ago", "opened later", "of low priority"],
)
def test_incidents_that_do_not_make_it_an_emergency(incident: Event) -> None:
    cause = cause_of(QUEUE, incident, set_timeout("14 09:00", 45))
    assert "incident_open" not in names(cause)
    assert cause.category is Category.MANUAL_TROUBLESHOOTING


@pytest.mark.parametrize("priority", ["none", "info"])
def test_alerts_that_say_that_nothing_is_wrong_make_no_emergency(priority: str) -> None:
    alert = report("14 08:55", EventKind.ALERT, ("checkout",), priority=priority)
    assert "alert_firing" not in names(cause_of(QUEUE, alert, set_timeout("14 09:00", 45)))


def test_a_task_is_no_incident_whatever_its_priority() -> None:
    task = report("14 08:40", EventKind.INCIDENT, ("checkout",), type=TicketType.TASK, priority="P1")
    assert {"incident_open", "minor_ticket"} & names(cause_of(QUEUE, task, set_timeout("14 09:00", 45))) == {
        "minor_ticket"
    }


@pytest.mark.parametrize(
    ("at", "touches", "seen"),
    [("14 06:00", "checkout", True), ("13 06:00", "checkout", False), ("13 06:00", "jobs", True)],
    ids=["fresh on the service", "of yesterday on the service", "of yesterday on the resource"],
)
def test_which_tasks_somebody_may_have_been_at(at: str, touches: str, seen: bool) -> None:
    task = report(at, EventKind.INCIDENT, (touches,), type=TicketType.TASK)
    assert ("minor_ticket" in names(cause_of(QUEUE, task, set_timeout("14 09:00", 45)))) is seen


def test_manual_troubleshooting() -> None:
    cause = cause_of(QUEUE, set_timeout("14 08:00", 600), set_timeout("14 09:00", 45))
    assert cause.category is Category.MANUAL_TROUBLESHOOTING
    assert {"back_and_forth", "tuning_attribute", "person_in_peace"} <= names(cause)


def test_an_automated_process() -> None:
    asg = modified("aws_autoscaling_group", "web", ("desired_capacity", 2, 5))
    request = {"autoScalingGroupName": "web", "desiredCapacity": 5}
    cause = cause_of(asg, call("14 09:00", "SetDesiredCapacity", request, SCALER, service="autoscaling"))
    assert cause.category is Category.AUTOMATED_PROCESS
    assert cause.confidence > 0.9


def test_a_patch_by_the_provider_that_no_call_explains() -> None:
    cause = cause_of(modified("aws_db_instance", "shop-db", ("engine_version", "8.0.35", "8.0.36")))
    assert cause.category is Category.AUTOMATED_PROCESS
    assert "provider_patch" in names(cause)


def test_an_incomplete_rollout() -> None:
    merged = cause_of(DB, commit("14 09:00", DB.resource.address, multi_az=["false", "true"]))
    failed = cause_of(DB, set_multi_az("14 09:00", True, PIPELINE, error="InvalidDBInstanceState"))
    stale = cause_of(DB, set_multi_az("14 09:00", False, PIPELINE))
    assert {cause.category for cause in (merged, failed, stale)} == {Category.INCOMPLETE_ROLLOUT}
    assert "merged_not_applied" in names(merged)
    assert "apply_failed" in names(failed)


def test_doing_by_hand_what_was_refused_is_unauthorised() -> None:
    cause = cause_of(GROUP, open_port("14 08:00", error="AccessDenied"), open_port("14 09:00"))
    assert cause.category is Category.UNAUTHORIZED_CHANGE
    assert cause.confidence > 0.9


def test_long_lived_keys_that_open_a_port_to_the_world_are_unauthorised() -> None:
    keys = Actor("jana", ActorKind.HUMAN, Via.SDK, "203.0.113.9")
    cause = cause_of(GROUP, open_port("14 09:00", keys))
    assert cause.category is Category.UNAUTHORIZED_CHANGE
    assert {"long_lived_keys", "weaker_security"} <= names(cause)


@pytest.mark.parametrize("actor", [BREAK_GLASS, ROOT])
def test_root_or_break_glass_in_an_incident_is_an_emergency_fix(actor: Actor) -> None:
    assert cause_of(GROUP, INCIDENT, open_port("14 09:00", actor)).category is Category.EMERGENCY_FIX


def test_root_in_peace_is_unauthorised() -> None:
    assert cause_of(GROUP, open_port("14 09:00", ROOT)).category is Category.UNAUTHORIZED_CHANGE


def test_an_elevated_role_without_an_incident_is_troubleshooting_unless_calls_were_refused() -> None:
    elevated = structs.replace(OMAR, role="PowerUserAccess")
    change = set_timeout("14 09:00", 45, elevated)
    assert cause_of(QUEUE, change).category is Category.MANUAL_TROUBLESHOOTING
    refused = structs.replace(set_timeout("14 08:00", 45, elevated), error="AccessDenied")
    assert cause_of(QUEUE, refused, change).category is Category.UNAUTHORIZED_CHANGE


def test_a_hand_made_change_that_is_written_into_code_keeps_its_cause() -> None:
    queue = structs.replace(QUEUE, resource=structs.replace(QUEUE.resource, address="aws_sqs_queue.jobs"))
    back = commit("15 09:00", "aws_sqs_queue.jobs", visibility_timeout_seconds=["30", "45"])
    emergency = cause_of(queue, INCIDENT, set_timeout("14 09:00", 45), back)
    peace = cause_of(queue, set_timeout("14 09:00", 45), back)
    assert "written_into_code" in names(emergency)
    assert emergency.category is Category.EMERGENCY_FIX
    assert peace.category is Category.MANUAL_TROUBLESHOOTING


def test_thin_evidence_stays_undetermined() -> None:
    cause, ruled_out = explain(DB, Attribution(), NOW)
    assert cause.confidence < 0.4
    assert cause.interval[1] - cause.interval[0] > 0.4
    assert len(ruled_out) <= 1


def test_what_was_ruled_out_says_why() -> None:
    _, ruled_out = explain(QUEUE, attributed(QUEUE, set_timeout("14 09:00", 45)), NOW)
    because = {item.category: item.because for item in ruled_out}
    assert "no controller or service principal wrote to it" in because[Category.AUTOMATED_PROCESS]
    assert "no incident or alert on the service is known" in because[Category.EMERGENCY_FIX]


def test_a_resource_made_by_hand_for_trying_out() -> None:
    debug = modified("aws_sqs_queue", "https://sqs/1/export-debug", kind=DriftKind.UNMANAGED, name="export-debug")
    cause = cause_of(debug, call("14 09:00", "CreateQueue", {"queueName": "export-debug"}, service="sqs"))
    assert cause.category is Category.MANUAL_TROUBLESHOOTING
    assert "trial_resource" in names(cause)


def test_the_table_and_the_signals_know_each_other() -> None:
    table = evidence_table()
    assert set(table.signal) == set(SIGNALS)
    assert math.isclose(sum(table.prior.values()), 1)
    assert set(table.prior) == set(table.without) == set(table.unless) == set(Category)
    assert {name for names in table.unless.values() for name in names} <= set(SIGNALS)


def test_text_from_outside_is_no_template() -> None:
    hostile = structs.replace(JANA, principal="{detail}{0.__class__}[red]\x1b]52;c;eA==\x07")
    cause = cause_of(DB, set_multi_az("14 09:00", False, hostile))
    assert any("{0.__class__}[red]\x1b]52;c;eA==\x07" in signal.reason for signal in cause.signals)


_events = st.sampled_from(
    [
        INCIDENT, set_timeout("14 08:00", 600), set_timeout("14 09:00", 45), set_timeout("14 09:30", 45, OMAR),
        set_timeout("14 10:00", 45, SCALER), set_timeout("14 11:00", 45, PIPELINE),
        structs.replace(set_timeout("14 07:00", 45), error="AccessDenied"),
        commit("13 09:00", "aws_sqs_queue.jobs", visibility_timeout_seconds=["45", "30"]),
    ]
)  # fmt: skip


@given(st.lists(_events, max_size=6))
def test_it_is_always_a_distribution_and_the_same_for_the_same_input(events: list[Event]) -> None:
    cause, ruled_out = explain(QUEUE, attributed(QUEUE, *events), NOW)
    assert math.isclose(sum(cause.distribution.values()), 1, abs_tol=1e-9)
    assert cause.confidence == max(cause.distribution.values()) == cause.distribution[cause.category]
    assert 0 <= cause.interval[0] <= cause.confidence <= cause.interval[1] <= 1
    assert cause.category not in {item.category for item in ruled_out}
    assert (cause, ruled_out) == explain(QUEUE, attributed(QUEUE, *reversed(events)), NOW)


def test_a_firewall_rule_that_refuses_an_address_lets_none_in() -> None:
    def seen(access: str) -> set[str]:
        rule = {"source_address_prefix": "203.0.114.0/24", "access": access, "direction": "Inbound"}
        return names(cause_of(modified("azurerm_network_security_group", "front", ("security_rule[2]", None, rule))))

    assert "foreign_address" in seen("Allow")
    assert "foreign_address" not in seen("Deny")
