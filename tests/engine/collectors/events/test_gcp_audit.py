"""Google Cloud's audit logs as they are exported."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.gcp_audit import Settings, Source
from engine.collectors.events.gcp_audit.records import NotAuditError, to_entry
from engine.errors import SourceError
from engine.model import Actor, ActorKind, Event, EventKind, Via
from tests.support.gcp_audit import FIREWALL, GCLOUD, TERRAFORM, entry

ROBOT = "tf-runner@shop-prod.iam.gserviceaccount.com"
PUBLIC = {"action": "ADD", "role": "roles/storage.objectViewer", "member": "allUsers"}


def read(folder: Path, context: Context | None = None) -> list[Event]:
    source = Source(Settings(name="gcp", kind="gcp_audit_logs", path=str(folder)))
    return [item for item in source.collect(context or Context()) if isinstance(item, Event)]


def event_of(*args: Any, **fields: Any) -> Event:
    return to_entry(json.dumps(entry(*args, **fields)).encode(), "gcp").event


def lines(*entries: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(item).encode() for item in entries)


def test_an_entry_says_who_did_what_when_and_where() -> None:
    event = event_of(request={"sourceRanges": ["0.0.0.0/0"]}, labels={"firewall_rule_id": "7908006313539891"})
    assert event.kind is EventKind.API_CALL
    assert event.at.isoformat() == "2026-03-14T09:01:00.123456+00:00"
    assert event.actor == Actor("mia@shop.example", ActorKind.HUMAN, Via.CONSOLE, "198.51.100.7")
    assert (event.operation, event.service, event.scope) == (
        "v1.compute.firewalls.patch",
        "compute.googleapis.com",
        "shop-prod",
    )
    assert (event.writes, event.error) == (True, None)
    assert event.touches == (FIREWALL, "web", "7908006313539891")
    assert event.request == '{"sourceRanges":["0.0.0.0/0"]}' or json.loads(event.request)
    assert event.summary == "v1.compute.firewalls.patch web by mia@shop.example via console"


FIRST, SECOND = entry(1), entry(2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ndjson", lines(FIRST, SECOND)),
        ("a.json", json.dumps([FIRST, SECOND], indent=2).encode()),
        ("a.json", json.dumps({"entries": [FIRST, SECOND], "nextPageToken": "x"}).encode()),
        ("a.ndjson.gz", gzip.compress(lines(FIRST, SECOND))),
        ("a.ndjson.zst", zstandard.compress(lines(FIRST, SECOND))),
        ("a.json", b"\xef\xbb\xbf" + lines(FIRST, SECOND)),
        ("pulled.json", json.dumps([
            {"ackId": "a", "message": {"data": base64.b64encode(json.dumps(item).encode()).decode()}}
            for item in (FIRST, SECOND)]).encode()),
        ("pulled.json", json.dumps({"receivedMessages": [
            {"message": {"data": base64.b64encode(json.dumps(item).encode()).decode(), "messageId": "1"}}
            for item in (FIRST, SECOND)]}).encode()),
        ("pushed.ndjson", lines(*(
            {"message": {"data": base64.b64encode(json.dumps(item).encode()).decode()}, "subscription": "s"}
            for item in (FIRST, SECOND)))),
    ],
)  # fmt: skip
def test_every_form_of_export_says_the_same(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    context = Context()
    events = read(tmp_path, context)
    assert [event.at.minute for event in events] == [1, 2]
    assert (context.skipped, context.problems) == (0, [])


def test_damaged_and_repeated_entries_are_counted_and_the_rest_is_used(tmp_path: Path) -> None:
    good = [json.dumps(entry(number)) for number in (1, 2)]
    other = json.dumps({"insertId": "x", "logName": "projects/p/logs/syslog", "textPayload": "hello", "timestamp": "t"})
    bad = ['{"insertId": "cut', '{"a": 1}', json.dumps({**entry(3), "timestamp": "yesterday"})]
    (tmp_path / "a.ndjson").write_text("\n".join([*good, other, *bad, good[0], ""]))
    (tmp_path / "cut.json.gz").write_bytes(gzip.compress(lines(FIRST, SECOND))[:40])
    (tmp_path / "cut.json").write_text(json.dumps([FIRST, SECOND])[:-9])
    context = Context()
    assert [event.at.minute for event in read(tmp_path, context)] == [1, 2, 1, 1], "the gatherer takes each once"
    assert context.skipped == 5


def test_a_broken_first_line_costs_one_entry(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b'17Z","x": "the end of an entry"}\n' + lines(FIRST, SECOND))
    context = Context()
    assert len(read(tmp_path, context)) == 2
    assert context.skipped == 1


def test_a_broken_message_costs_one_entry(tmp_path: Path) -> None:
    good = {"message": {"data": base64.b64encode(json.dumps(FIRST).encode()).decode()}}
    deep = "[" * 100_000
    messages = [
        good,
        {"message": {"data": "not base64!"}},
        {"message": {"data": base64.b64encode(b"{").decode()}},
        None,
    ]
    (tmp_path / "pulled.json").write_text(json.dumps({"receivedMessages": messages}))
    (tmp_path / "deep.json").write_text(deep)
    (tmp_path / "deep.ndjson").write_text("\n".join([json.dumps(SECOND), f'{{"insertId": "x", "protoPayload": {deep}']))
    context = Context()
    assert len(read(tmp_path, context)) == 2
    assert context.skipped == 5


def test_logs_without_anything_readable_are_a_failure_and_other_logs_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"insertId": ')
    nothing = r"nothing in the logs of source 'gcp' could be read: a\.json: an entry cannot"
    with pytest.raises(SourceError, match=nothing):
        read(tmp_path)
    (tmp_path / "b.json").write_text('{"insertId": "x", "logName": "projects/p/logs/syslog", "textPayload": "hello"}')
    assert read(tmp_path) == []


def test_two_entries_with_one_insert_id_in_two_logs_are_two_events() -> None:
    one, other = event_of(1), event_of(1, log="system_event")
    assert one.id != other.id
    assert event_of(1).id == one.id


OPERATION = {"id": "operation-17", "producer": "compute.googleapis.com"}
QUOTA = {"code": 8, "message": "Quota exceeded"}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize(("status", "error"), [({}, None), (QUOTA, "RESOURCE_EXHAUSTED")])
def test_the_start_and_the_end_of_an_operation_are_one_event(
    tmp_path: Path, order: tuple[int, int], status: dict[str, Any], error: str | None
) -> None:
    entries = [
        entry(1, operation={**OPERATION, "first": True}, request={"sourceRanges": ["0.0.0.0/0"]}),
        entry(2, operation={**OPERATION, "last": True}, status=status),
    ]
    (tmp_path / "a.ndjson").write_bytes(lines(*(entries[place] for place in order), entries[0]))
    context = Context()
    [event] = read(tmp_path, context)
    assert event.at.minute == 1
    assert event.error == error
    assert "0.0.0.0/0" in event.request
    assert event.recorded_at is not None
    assert event.recorded_at.minute == 2
    assert context.skipped == 1  # the start was there twice
    assert event.summary.endswith("(failed: RESOURCE_EXHAUSTED)") is (error is not None)


def test_an_operation_that_is_one_entry_is_an_event_like_others(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(
        lines(
            entry(1, operation={**OPERATION, "first": True, "last": True}),
            entry(2, operation={"id": "alone", "first": True}),
            entry(3, operation={"id": "end", "last": True}),
        )
    )
    assert [event.at.minute for event in read(tmp_path)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("method", "more", "writes"),
    [
        ("v1.compute.instances.list", {}, False),
        ("v1.compute.instances.aggregatedList", {}, False),
        ("google.container.v1.ClusterManager.GetCluster", {}, False),
        ("google.cloud.asset.v1.AssetService.BatchGetAssetsHistory", {}, False),
        ("google.iam.credentials.v1.IAMCredentials.GenerateAccessToken", {}, False),
        ("storage.objects.get", {}, False),
        ("beta.compute.instances.setMachineType", {}, True),
        ("SetIamPolicy", {}, True),
        ("google.api.serviceusage.v1.ServiceUsage.BatchEnableServices", {}, True),
        ("google.cloud.sql.v1beta4.SqlInstancesService.Update", {}, True),
        ("v1.compute.things.frobnicate", {"authorizationInfo": [{"permissionType": "ADMIN_READ"}]}, False),
        ("v1.compute.things.getOrMake", {"authorizationInfo": [{"permissionType": "ADMIN_WRITE"}]}, True),
    ],
)
def test_reads_are_told_from_writes(method: str, more: dict[str, Any], writes: bool) -> None:
    assert event_of(1, method, **more).writes is writes


@pytest.mark.parametrize(
    ("status", "error"),
    [({}, None), ({"code": 0}, None), ({"code": 7, "message": "no"}, "PERMISSION_DENIED"), ({"code": 5}, "NOT_FOUND"),
     ({"code": 403}, "PERMISSION_DENIED"), ({"code": 999}, "error 999")],
)  # fmt: skip
def test_what_failed_says_why(status: dict[str, Any], error: str | None) -> None:
    assert event_of(status=status).error == error


PERSON = {"principalEmail": "mia@shop.example", "principalSubject": "user:mia@shop.example"}
AGENT = "service-980675999748@container-engine-robot.iam.gserviceaccount.com"


def delegated(by: dict[str, Any]) -> dict[str, Any]:
    return {"principalEmail": ROBOT, "serviceAccountDelegationInfo": [by]}


@pytest.mark.parametrize(
    ("who", "principal", "kind", "role"),
    [
        (PERSON, "mia@shop.example", ActorKind.HUMAN, None),
        ({"principalEmail": ROBOT}, ROBOT, ActorKind.AUTOMATION, None),
        ({"principalEmail": ROBOT, "serviceAccountKeyName": f"//iam.googleapis.com/projects/p/serviceAccounts/{ROBOT}"},
         ROBOT, ActorKind.AUTOMATION, None),
        ({"principalEmail": "980675999748-compute@developer.gserviceaccount.com"},
         "980675999748-compute@developer.gserviceaccount.com", ActorKind.AUTOMATION, None),
        ({"principalEmail": "980675999748@cloudservices.gserviceaccount.com"},
         "980675999748@cloudservices.gserviceaccount.com", ActorKind.SERVICE, None),
        ({"principalEmail": AGENT}, AGENT, ActorKind.SERVICE, None),
        ({"principalEmail": "system:node:gke-1"}, "system:node:gke-1", ActorKind.SERVICE, None),
        ({"principalEmail": "ci-deploy@shop.example"}, "ci-deploy@shop.example", ActorKind.AUTOMATION, None),
        (delegated({"firstPartyPrincipal": {"principalEmail": "mia@shop.example"}}),
         "mia@shop.example", ActorKind.HUMAN, ROBOT),
        (delegated({"principalSubject": "user:mia@shop.example"}), "mia@shop.example", ActorKind.HUMAN, ROBOT),
        (delegated({"firstPartyPrincipal": {"principalEmail": AGENT}}), ROBOT, ActorKind.AUTOMATION, None),
        (delegated({"principalSubject": "serviceAccount:shop.svc.id.goog[web/front]"}),
         ROBOT, ActorKind.AUTOMATION, None),
        ({"principalSubject": "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/"
                              "mia@shop.example"}, "mia@shop.example", ActorKind.HUMAN, None),
        ({"principalSubject": "principal://iam.googleapis.com/projects/9/locations/global/workloadIdentityPools/gh/"
                              "subject/repo:shop/infra:ref:refs/heads/main"},
         "repo:shop/infra:ref:refs/heads/main", ActorKind.AUTOMATION, None),
        ({"thirdPartyPrincipal": {"thirdPartyClaims": {"sub": "partner-7"}}}, "partner-7", ActorKind.UNKNOWN, None),
        ({}, None, ActorKind.UNKNOWN, None),
    ],
)  # fmt: skip
def test_who_called(who: dict[str, Any], principal: str | None, kind: ActorKind, role: str | None) -> None:
    actor = event_of(who=who, agent=GCLOUD).actor
    assert (actor.principal, actor.kind, actor.role) == (principal, kind, role)


def test_what_googles_systems_do_themselves_is_a_service() -> None:
    event = event_of(1, "compute.instances.automaticRestart", who={}, log="system_event", agent="")
    assert event.actor.kind is ActorKind.SERVICE
    assert event.actor.principal == "cloudresourcemanager.googleapis.com"


@pytest.mark.parametrize(
    ("agent", "via"),
    [
        (GCLOUD, Via.CLI),
        (TERRAFORM, Via.TERRAFORM),
        ("google-cloud-sdk gsutil/5.27 (linux) analytics/disabled interactive/True,gzip(gfe)", Via.CLI),
        ("gl-python/3.11 grpc/1.60 gax/2.15 gapic/3.0", Via.SDK),
        ("google-api-go-client/0.5,gzip(gfe)", Via.SDK),
        ("gcloud-golang-bigquery/20160429,gzip(gfe)", Via.SDK),
        ("Mozilla/5.0 (X11) Firefox/125.0,gzip(gfe),gzip(gfe)", Via.CONSOLE),
        ("cluster-autoscaler", Via.CONTROLLER),
        ("", Via.UNKNOWN),
    ],
)
def test_through_what(agent: str, via: Via) -> None:
    assert event_of(agent=agent).actor.via is via


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"resource": "//compute.googleapis.com/projects/980675999748/global/firewalls/web"},
         {FIREWALL, "projects/980675999748/global/firewalls/web", "web"}),
        ({"resource": "projects/shop-prod/zones/z/clusters/main/nodePools/big"},
         {"projects/shop-prod/zones/z/clusters/main/nodePools/big", "projects/shop-prod/zones/z/clusters/main", "big"}),
        ({"resource": "projects/_/buckets/shop-data"}, {"projects/_/buckets/shop-data", "shop-data"}),
        ({"resource": "projects/shop-prod", "response": {
            "targetLink": "https://www.googleapis.com/compute/v1/projects/shop-prod/global/firewalls/web",
            "targetId": "790", "kind": "compute#operation", "name": "operation-1"}}, {FIREWALL, "web", "790"}),
        ({"resource": "projects/shop-prod", "method": "google.iam.admin.v1.CreateServiceAccount",
          "request": {"account_id": "x", "accountId": "robot"}, "response": {"email": ROBOT}}, {"robot", ROBOT}),
        ({"resource": "projects/shop-prod/topics/orders",
          "request": {"topic": {"name": "projects/shop-prod/topics/orders"}}},
         {"projects/shop-prod/topics/orders", "orders"}),
    ],
)  # fmt: skip
def test_a_resource_is_touched_by_every_name_it_goes_by(fields: dict[str, Any], names: set[str]) -> None:
    touches = set(event_of(**fields).touches)
    assert names <= touches
    assert "operation-1" not in touches


def test_a_policy_says_what_was_added_to_it() -> None:
    event = event_of(
        1,
        "storage.setIamPermissions",
        "projects/_/buckets/shop-data",
        serviceData={"@type": "type.googleapis.com/google.iam.v1.logging.AuditData",
                     "policyDelta": {"bindingDeltas": [PUBLIC]}},
    )  # fmt: skip
    assert json.loads(event.request)["policyDelta"] == {"bindingDeltas": [PUBLIC]}
    assert "b/shop-data/roles/storage.objectViewer/allUsers" in event.touches


def test_secrets_do_not_get_through() -> None:
    event = event_of(1, "cloudsql.users.update", request={"body": {"name": "app", "password": "hunter2-hunter2"}})
    assert "hunter2" not in msgspec.json.encode(event).decode()
    assert json.loads(event.request)["body"] == {"name": "app", "password": "(sensitive)"}


def test_only_what_came_since_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(lines(FIRST, SECOND, entry(3, operation={"id": "o", "first": True})))
    [first, *_] = read(tmp_path)
    assert len(read(tmp_path, Context(since=first.at))) == 3
    assert len(read(tmp_path, Context(since=read(tmp_path)[1].at))) == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 500) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["methodName", "serviceName", "resourceName", "status", "authenticationInfo", "authorizationInfo", "request",
     "requestMetadata", "response", "serviceData", "metadata", "@type"]
)  # fmt: skip


@given(st.dictionaries(FIELDS, VALUES, max_size=4))
def test_an_entry_is_read_or_refused_and_nothing_else(changed: dict[str, Any]) -> None:
    found = entry()
    found["protoPayload"] |= changed
    try:
        event = to_entry(json.dumps(found).encode(), "gcp").event
    except (msgspec.DecodeError, NotAuditError):
        return
    assert event.operation
    assert event.id


@given(st.binary(max_size=60))
def test_no_bytes_are_too_strange(data: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError, NotAuditError)):
        to_entry(data, "gcp")
