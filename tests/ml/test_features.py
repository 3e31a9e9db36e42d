"""The features: a documented table, computed from a difference and its attribution, missing where nothing was there."""

import math
from datetime import timedelta

import numpy as np
import pytest
from msgspec import structs

from engine.model import Difference, Event, EventKind, TicketType, Unusual
from ml.case import Case
from ml.evidence import vocabulary
from ml.features import feature_names, feature_table, features_of, matrix_of
from ml.measures import MEASURES
from ml.signals import SIGNALS
from ml.trouble import rank_of
from tests.support.cases import DB, JANA, NOW, OMAR, PIPELINE, attributed, call, commit, modified, report, set_multi_az

QUEUE = modified("aws_sqs_queue", "jobs", ("visibility_timeout_seconds", 30, 60), tags={"Service": "checkout"})


def of(difference: Difference, *events: Event) -> dict[str, float]:
    case = Case(difference, attributed(difference, *events), NOW, vocabulary())
    return dict(zip(feature_names(), map(float, features_of(case)), strict=True))


def set_timeout(at: str) -> Event:
    request = {"queueUrl": "jobs", "attributes": {"VisibilityTimeout": "60"}}
    return call(at, "SetQueueAttributes", request, service="sqs")


def test_the_table_documents_every_measure_and_nothing_else() -> None:
    assert list(feature_table()) == list(MEASURES)
    assert feature_names() == (*MEASURES, *SIGNALS)
    assert len(set(feature_names())) == len(feature_names())
    assert all(
        feature.meaning and feature.source and feature.range[0] < feature.range[1]
        for feature in feature_table().values()
    )


def test_a_person_in_an_incident() -> None:
    incident = report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="P1", people=("Jana",))
    found = of(QUEUE, incident, set_timeout("14 09:00"))
    assert found["by_human"] == found["by_person_via_console"] == found["has_role"] == found["incident_open"] == 1
    assert found["minutes_since_incident"] == 20
    assert found["priority"] == 1
    assert found["incident_on_service"] > 0.3
    assert found["grew"] == 1  # from 30 to 60 is doubled once


def test_what_is_not_there_is_missing_rather_than_zero() -> None:
    found = of(DB)
    assert all(math.isnan(found[name]) for name in ("minutes_since_incident", "declared_by_merge", "grew", "priority"))
    assert found["own_writes"] == found["by_human"] == 0


def test_refusals_before_the_change() -> None:
    refused = set_multi_az("14 08:50", False, error="AccessDenied")
    found = of(DB, refused, set_multi_az("14 09:00", False))
    assert found["refused_to_actor"] == 1
    assert found["minutes_since_refusal"] == 10


def test_the_merge_that_declared_what_is_not_live() -> None:
    found = of(
        DB, commit("13 09:00", "aws_db_instance.shop", multi_az=["false", "true"]), set_multi_az("14 09:00", False)
    )
    assert found["declared_by_merge"] == 24


GROUP = modified(
    "aws_security_group", "sg-0a1b2c3d", ("ingress[2].cidr_blocks", None, ["10.1.0.0/16"]), name="shop-db-sg",
    tags={"Service": "shop"},
)  # fmt: skip


def opened_port(at: str) -> Event:
    permission = {"fromPort": 22, "toPort": 22, "ipProtocol": "tcp", "ipRanges": [{"cidrIp": "10.1.0.0/16"}]}
    request = {"groupId": "sg-0a1b2c3d", "ipPermissions": [permission]}
    return call(at, "AuthorizeSecurityGroupIngress", request, service="ec2")


def wish(title: str, touches: tuple[str, ...], *, people: tuple[str, ...] = ()) -> Event:
    asked = {"type": TicketType.TASK, "title": title, "refused": True, "people": people}
    return report("12 08:00", EventKind.INCIDENT, touches, "12 15:00", **asked)


@pytest.mark.parametrize(
    ("title", "touches", "on_resource", "on_service"),
    [
        ("Please open shop-db-sg for our vendor", ("shop-db-sg",), True, False),
        ("Solicitud: abrir shop-db-sg al proveedor", ("shop-db-sg",), True, False),
        ("shop-db-sg", ("shop-db-sg",), True, False),
        ("Zugriff auf shop für Partner", ("shop",), False, True),
        ("More memory for shop-db-sg", ("shop-db-sg",), False, False),
        ("Something else about shop", ("shop",), False, False),
        ("Open the gate", ("billing",), False, False),
    ],
)
def test_what_had_been_asked_for_and_refused(
    title: str, touches: tuple[str, ...], on_resource: bool, on_service: bool
) -> None:
    found = of(GROUP, wish(title, touches), opened_port("14 09:00"))
    assert (found["refused_request_on_resource"] > 0.2) is on_resource
    assert (found["refused_request_on_service"] > 0.2) is on_service
    assert math.isnan(found["refused_request_of_caller"]) is not (on_resource or on_service)
    assert found["asked_and_refused"] == on_resource
    assert found["work_on_resource"] == found["minor_ticket"] == 0


def test_who_was_refused_knows_of_it() -> None:
    asked = wish("Open the ports of shop", ("shop",), people=("Jana",))
    found = of(GROUP, structs.replace(asked, actor=JANA), opened_port("14 09:00"))
    assert found["refused_request_of_caller"] == found["asked_and_refused"] == 1


def test_a_refused_request_says_nothing_of_code_that_was_not_applied() -> None:
    merged = commit("13 09:00", "aws_db_instance.shop", multi_az=["false", "true"])
    found = of(DB, wish("shop-db, please", ("shop-db",)), merged)
    assert found["merged_not_applied"] == 1
    assert found["refused_request_on_resource"] == 0


def test_an_incident_of_another_service_that_the_caller_is_at() -> None:
    elsewhere = report("14 08:40", EventKind.INCIDENT, ("billing",), priority="P1", people=("jana@shop.example",))
    found = of(QUEUE, elsewhere, set_timeout("14 09:00"))
    assert found["incident_of_caller"] > 0.2
    assert found["incident_on_service"] == found["incident_open"] == found["person_in_peace"] == 0
    stranger = report("14 08:40", EventKind.INCIDENT, ("billing",), priority="P1", people=("omar@shop.example",))
    assert of(QUEUE, stranger, set_timeout("14 09:00"))["incident_of_caller"] == 0


def test_how_near_in_time_the_work_is_that_names_the_caller() -> None:
    people = ("jana@shop.example",)
    fresh, old = (
        report(at, EventKind.INCIDENT, ("checkout",), type=TicketType.TASK, people=people)
        for at in ("14 08:00", "11 08:00")
    )
    found, days_later = (of(QUEUE, task, set_timeout("14 09:00")) for task in (fresh, old))
    assert found["work_names_actor"] == days_later["work_names_actor"] == 1
    assert found["work_of_caller"] > 5 * days_later["work_of_caller"] > 0
    assert (found["minor_ticket"], days_later["minor_ticket"]) == (1, 0)
    outage = report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="P1", people=people)
    assert of(QUEUE, outage, set_timeout("14 09:00"))["incident_here_of_caller"] > 0.3


def test_alerts_without_a_ticket_and_that_it_helped() -> None:
    first = report("14 08:50", EventKind.ALERT, ("checkout",), "14 09:10")
    second = structs.replace(report("14 08:55", EventKind.ALERT, ("checkout",)), operation="QueueGrows")
    found = of(QUEUE, first, second, set_timeout("14 09:00"))
    assert found["alerts_firing"] == found["alert_firings"] == 2
    assert found["alert_over_after"] == 10
    assert math.isnan(found["incident_over_after"])
    assert found["several_alerts"] == found["over_soon_after"] == 1


def test_an_alert_that_fires_again_and_again_is_one() -> None:
    flapping = [report(f"14 0{hour}:30", EventKind.ALERT, ("checkout",), f"14 0{hour}:45") for hour in (6, 7)]
    found = of(QUEUE, *flapping, report("14 08:50", EventKind.ALERT, ("checkout",)), set_timeout("14 09:00"))
    assert (found["alerts_firing"], found["alert_firings"], found["several_alerts"]) == (1, 3, 0)


def test_what_somebody_was_at_before_the_trouble_began() -> None:
    incident = report("14 08:40", EventKind.INCIDENT, ("checkout",), priority="P1")
    tried = {"queueUrl": "jobs", "attributes": {"VisibilityTimeout": "90"}}
    before = call("14 08:00", "SetQueueAttributes", tried, service="sqs")
    assert of(QUEUE, before, incident, set_timeout("14 09:00"))["at_it_before_trouble"] == 1
    assert of(QUEUE, incident, set_timeout("14 09:00"))["at_it_before_trouble"] == 0
    assert math.isnan(of(QUEUE, before, set_timeout("14 09:00"))["at_it_before_trouble"])


def test_what_is_unusual_of_a_call_is_told_apart() -> None:
    attribution = attributed(DB, set_multi_az("14 09:00", False))
    odd = Unusual(0.7, ("first call from 203.0.113.9",), {"place": 4.0, "hour": 2.5})
    case = Case(DB, structs.replace(attribution, unusual=odd), NOW, vocabulary())
    found = dict(zip(feature_names(), map(float, features_of(case)), strict=True))
    assert (found["unusual_place"], found["unusual_hour"], found["unusual_client"]) == (4.0, 2.5, 0)


def test_a_rhythm_tells_a_script_from_a_hand() -> None:
    nightly = [set_multi_az(f"{day} 02:00", day % 2 == 0) for day in range(10, 14)]
    assert of(DB, *nightly, set_multi_az("14 02:00", False))["rhythm"] == 0
    by_hand = [set_multi_az(at, value) for at, value in (("10 09:00", True), ("13 15:00", False), ("13 15:20", True))]
    assert of(DB, *by_hand, set_multi_az("14 09:00", False))["rhythm"] > 0.5
    assert math.isnan(of(DB, set_multi_az("13 09:00", True), set_multi_az("14 09:00", False))["rhythm"])


def test_of_others_writes_only_those_of_the_same_sort_count() -> None:
    started = call("13 10:00", "StartDBInstance", {"dBInstanceIdentifier": "shop-db"}, OMAR)
    found = of(DB, set_multi_az("13 09:00", True, OMAR), started, set_multi_az("14 09:00", False))
    assert found["others_writes"] == 1


def test_what_was_refused_only_afterwards_does_not_count() -> None:
    looked = [
        call(at, "DeleteDBSnapshot", {"dBSnapshotIdentifier": "old"}, error="AccessDenied")
        for at in ("14 08:50", "14 09:10")
    ]
    assert of(DB, *looked, set_multi_az("14 09:00", False))["refused_elsewhere"] == 1


def test_an_apply_that_failed() -> None:
    failed = set_multi_az("14 09:00", True, PIPELINE, error="InvalidParameter")
    assert of(DB, failed)["is_failed_apply"] == 1
    assert of(DB, set_multi_az("14 09:00", False))["is_failed_apply"] == 0


def test_only_what_was_merged_lately_is_on_its_way() -> None:
    lately = structs.replace(commit("13 09:00", "aws_db_instance.shop", multi_az=["false", "true"]), actor=JANA)
    long_ago = structs.replace(lately, at=lately.at - timedelta(days=20))
    back = structs.replace(commit("14 15:00", "aws_db_instance.shop", multi_az=["true", "false"]), actor=JANA)
    change = set_multi_az("14 09:00", False)
    fresh, old, afterwards = (of(DB, merge, change) for merge in (lately, long_ago, back))
    assert (fresh["merged_by_actor"], fresh["declared_by_merge"]) == (1, 24)
    assert old["merged_by_actor"] == afterwards["merged_by_actor"] == 0
    assert math.isnan(old["declared_by_merge"])


def test_priorities_in_anybodys_words() -> None:
    assert [rank_of(text) for text in ("P1", "2 - High", "critical", "Lowest", "Sev-3")] == [1, 2, 1, 5, 3]
    assert math.isnan(rank_of("whatever"))


def test_a_row_for_each_case() -> None:
    cases = [Case(QUEUE, attributed(QUEUE), NOW, vocabulary()), Case(DB, attributed(DB), NOW, vocabulary())]
    matrix = matrix_of(cases)
    assert matrix.dtype == np.float32
    assert matrix.shape == (2, len(feature_names()))
    assert matrix_of([]).shape == (0, len(feature_names()))
