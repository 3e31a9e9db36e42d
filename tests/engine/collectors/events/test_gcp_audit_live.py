"""Audit logs read from Cloud Logging by the real SDK, against a server on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.collectors.base import Context
from engine.collectors.events.gcp_audit import Settings, Source
from engine.errors import SourceError
from engine.model import Event
from tests.support.gcp_audit import FIREWALL, entry
from tests.support.gcp_logging_server import FakeLogging, serve

NOW = datetime.now(UTC)


def recent(number: int, **more: Any) -> dict[str, Any]:
    at = (NOW - timedelta(hours=24 - number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return entry(number, at=at, **more)


@pytest.fixture
def logging() -> FakeLogging:
    found = [recent(number, request={"sourceRanges": [f"10.{number}.0.0/16"]}) for number in range(1, 8)]
    read = recent(9, log="data_access", method="v1.compute.firewalls.list")
    return FakeLogging({"projects/shop-prod": [*found, read]})


@pytest.fixture
def endpoint(logging: FakeLogging) -> Iterator[str]:
    with serve(logging) as address:
        yield address


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.collectors.google_account._FIRST_WAIT", 0.01)
    monkeypatch.setattr("engine.collectors.events.gcp_audit.live._RATE", 1000.0)


def source(endpoint: str, *projects: str) -> Source:
    wanted = list(projects) or ["shop-prod"]
    return Source(Settings(name="gcp", kind="gcp_audit_logs", projects=wanted, endpoint=endpoint))


def read(endpoint: str, *projects: str, context: Context | None = None) -> list[Event]:
    return [item for item in source(endpoint, *projects).collect(context or Context()) if isinstance(item, Event)]


def test_all_pages_are_read_and_say_what_a_recorded_entry_says(logging: FakeLogging, endpoint: str) -> None:
    events = read(endpoint)
    assert len(events) == 7
    assert len(logging.requests) == 3
    assert events[0].touches[0] == FIREWALL
    assert events[0].actor.principal == "mia@shop.example"
    assert events[0].request == '{"sourceRanges":["10.1.0.0/16"]}'


def test_only_what_came_since_is_asked_for(logging: FakeLogging, endpoint: str) -> None:
    context = Context(since=NOW - timedelta(hours=20, minutes=30))
    assert len(read(endpoint, context=context)) == 4
    assert "timestamp>=" in logging.requests[0].filter


def test_an_end_without_its_start_is_told_when_it_failed(logging: FakeLogging, endpoint: str) -> None:
    failed = {"code": 8, "message": "out of quota"}
    logging.entries["projects/shop-prod"] = [
        recent(1, operation={"id": "op-1", "last": True}),
        recent(2, operation={"id": "op-2", "last": True}, status=failed),
        recent(3, operation={"id": "op-3", "first": True}),
        recent(4, operation={"id": "op-3", "last": True}, status=failed),
    ]
    known = read(endpoint, context=Context(since=NOW - timedelta(days=2)))
    assert [(event.id.split("/")[-2], event.error) for event in known] == [
        ("op-3", "RESOURCE_EXHAUSTED"),
        ("op-2", "RESOURCE_EXHAUSTED"),
    ]
    assert len(read(endpoint)) == 3


def test_what_passes_is_tried_again(logging: FakeLogging, endpoint: str) -> None:
    logging.faults = ["RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL"]
    assert len(read(endpoint)) == 7


def test_a_source_that_stays_throttled_says_so(logging: FakeLogging, endpoint: str) -> None:
    logging.faults = ["RESOURCE_EXHAUSTED"] * 7
    with pytest.raises(SourceError, match="Cloud Logging still throttles source 'gcp'"):
        read(endpoint)


def test_a_project_that_refuses_does_not_stop_the_others(logging: FakeLogging, endpoint: str) -> None:
    logging.denied = {"projects/secret"}
    context = Context()
    assert len(read(endpoint, "secret", "shop-prod", context=context)) == 7
    assert context.problems == ["projects/secret: not allowed; grant logging.logEntries.list"]
    with pytest.raises(SourceError, match=r"nothing of source 'gcp' can be read: projects/secret: not allowed"):
        read(endpoint, "secret")


def test_expired_credentials_are_named(logging: FakeLogging, endpoint: str) -> None:
    logging.faults = ["UNAUTHENTICATED"]
    with pytest.raises(SourceError, match="credentials of source 'gcp' have expired or are refused; log in again"):
        read(endpoint)


def test_nothing_to_read_is_named() -> None:
    with pytest.raises(SourceError, match="set `projects` of source 'gcp'"):
        list(Source(Settings(name="gcp", kind="gcp_audit_logs")).collect(Context()))


def test_the_policy_that_was_set_shows_what_it_changed(logging: FakeLogging, endpoint: str) -> None:
    delta = {"bindingDeltas": [{"action": "ADD", "role": "roles/owner", "member": "user:eve@else.example"}]}
    data = {"@type": "type.googleapis.com/google.iam.v1.logging.AuditData", "policyDelta": delta}
    logging.entries["projects/shop-prod"] = [
        recent(1, method="SetIamPolicy", resource="projects/shop-prod", serviceData=data)
    ]
    [event] = read(endpoint)
    assert '"role":"roles/owner"' in event.request
    assert "shop-prod/roles/owner/user:eve@else.example" in event.touches


def test_doctor_is_told_what_may_be_read(logging: FakeLogging, endpoint: str) -> None:
    logging.denied = {"projects/secret"}
    access = source(endpoint, "shop-prod", "secret").access(Context())
    assert access is not None
    assert access.may == ("audit logs of projects/shop-prod",)
    assert [(lack.what, lack.needs) for lack in access.lacks] == [
        ("audit logs of projects/secret", "logging.logEntries.list")
    ]
    assert access.newest is not None
    assert len(logging.requests) == 2
    with pytest.raises(SourceError, match=r"may read nothing; grant logging\.logEntries\.list on projects/secret"):
        source(endpoint, "secret").access(Context())


def test_a_cancelled_scan_asks_no_more(logging: FakeLogging, endpoint: str) -> None:
    context = Context()
    reading = source(endpoint).collect(context)
    next(reading)
    context._cancelled.set()
    assert len(list(reading)) < 6
    assert len(logging.requests) == 1
