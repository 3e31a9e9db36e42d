"""Incident Manager declares incidents through its API: CloudTrail then holds incidents, not only calls."""

import json
from typing import Any

from engine.collectors.events.cloudtrail.records import to_event
from engine.model import Event, EventKind

PLAN = "arn:aws:ssm-incidents::123456789012:response-plan/checkout"


def record(**fields: Any) -> Event:
    body = {
        "eventID": "1",
        "eventTime": "2026-03-14T02:31:12Z",
        "eventName": "StartIncident",
        "eventSource": "ssm-incidents.amazonaws.com",
        "awsRegion": "eu-west-1",
        "recipientAccountId": "123456789012",
        "userIdentity": {"type": "AWSService", "invokedBy": "cloudwatch.amazonaws.com"},
        "requestParameters": {"responsePlanArn": PLAN, "title": "Checkout is slow"},
        "readOnly": False,
        **fields,
    }
    return to_event(json.dumps(body).encode(), "trail")


def test_a_declared_incident_is_an_incident_on_the_service_of_its_response_plan() -> None:
    event = record()
    assert event.kind is EventKind.INCIDENT
    assert "checkout" in event.touches
    assert event.summary == "Checkout is slow"


def test_an_incident_without_a_title_is_told_as_the_call() -> None:
    assert record(requestParameters={"responsePlanArn": PLAN}).summary.startswith("StartIncident")


def test_one_that_was_refused_is_only_a_call() -> None:
    assert record(errorCode="AccessDeniedException").kind is EventKind.API_CALL


def test_other_calls_of_the_service_are_calls() -> None:
    assert record(eventName="UpdateIncidentRecord").kind is EventKind.API_CALL
