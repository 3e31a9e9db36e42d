"""Audit logs of a Kubernetes API server: from the file to events."""

import gzip
import json
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.kubernetes_audit import Settings, Source
from engine.errors import SourceError
from engine.model import ActorKind, Event
from tests.support.kubernetes_audit import AUTOSCALER, CONTROLLERS, account, record, write_log
from tests.support.paths import SHARED_DATA, needs_shared_data

Json = dict[str, Any]


def collected(path: Path, context: Context | None = None, **settings: Any) -> list[Event]:
    source = Source(Settings(name="audit", kind="kubernetes_audit", path=str(path), **settings))
    return list(source.collect(context or Context()))


def one(folder: Path, item: Json) -> Event:
    (event,) = collected(write_log(folder / "audit.log", item))
    return event


def test_a_call_becomes_an_event(tmp_path: Path) -> None:
    path = write_log(tmp_path / "audit.log", record("patch", "apps/v1/deployments/scale", "shop/web", {"spec": {}}))
    (event,) = collected(path, cluster="shop-prod")
    assert event.operation == "patch deployments/scale"
    assert (event.service, event.scope, event.writes, event.error) == ("apps", "shop-prod", True, None)
    assert event.at == datetime(2026, 3, 14, 9, 0, 0, 123456, tzinfo=UTC)
    assert event.actor.principal == "jana@shop.example"
    assert event.actor.source_ip == "198.51.100.7"
    assert "apps/Deployment/shop/web" in event.touches
    assert json.loads(event.request) == {"spec": {}}
    assert event.summary == "patch deployments/scale shop/web by jana@shop.example via cli"


@pytest.mark.parametrize(
    ("resource", "place", "identity"),
    [
        ("v1/configmaps", "shop/app", "/ConfigMap/shop/app"),
        ("v1/endpoints", "shop/db", "/Endpoints/shop/db"),
        ("networking.k8s.io/v1/networkpolicies", "shop/web", "networking.k8s.io/NetworkPolicy/shop/web"),
        ("networking.k8s.io/v1/ingresses", "shop/web", "networking.k8s.io/Ingress/shop/web"),
        ("extensions/v1beta1/ingresses", "shop/web", "networking.k8s.io/Ingress/shop/web"),
        ("rbac.authorization.k8s.io/v1/clusterroles", "reader", "rbac.authorization.k8s.io/ClusterRole//reader"),
        ("v1/namespaces", "shop/shop", "/Namespace//shop"),
        ("gateway.networking.k8s.io/v1/gateways", "shop/front", "gateway.networking.k8s.io/gateways/shop/front"),
        ("shop.example/v1/policies", "shop/a", "shop.example/policies/shop/a"),
    ],
)
def test_it_touches_the_object_by_its_id(resource: str, place: str, identity: str, tmp_path: Path) -> None:
    assert identity in one(tmp_path, record("patch", resource, place)).touches


def test_bodies_tell_the_kind_of_custom_objects_and_the_names_of_new_ones(tmp_path: Path) -> None:
    body = {"apiVersion": "shop.example/v1", "kind": "Policy", "metadata": {"generateName": "a-"}}
    answer = {**body, "metadata": {"name": "a-x1", "namespace": "shop"}}
    event = one(tmp_path, record("create", "shop.example/v1/policies", "shop/", body, response=answer, code=201))
    assert event.touches == ("shop.example/Policy/shop/a-x1", "shop.example/policies/shop/a-x1")


def test_what_is_deleted_together_is_named_by_the_answer(tmp_path: Path) -> None:
    gone = {"kind": "ConfigMapList", "apiVersion": "v1", "items": [{"metadata": {"name": "a", "namespace": "shop"}}]}
    event = one(tmp_path, record("deletecollection", "v1/configmaps", "shop/", {"kind": "X"}, response=gone))
    assert event.touches[0] == "/ConfigMap/shop/a"
    assert "/configmaps/shop/*" in event.touches


@pytest.mark.parametrize(
    ("given", "writes"),
    [
        (record("update"), True),
        (record("patch", query="dryRun=All&fieldManager=kubectl"), False),
        (record("get"), False),
        (record("create", "authorization.k8s.io/v1/selfsubjectaccessreviews", ""), False),
        (record("create", "v1/pods/exec", "shop/web-1", code=101), True),
        (record("get", "v1/pods/exec", "shop/web-1", code=101), True),
        (record("get", "v1/pods/log", "shop/web-1"), False),
    ],
)
def test_writes_are_told_from_what_only_looks_like_one(given: Json, writes: bool, tmp_path: Path) -> None:
    assert one(tmp_path, given).writes is writes


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ({"code": 403, "reason": "Forbidden"}, "Forbidden"),
        ({"code": 409, "reason": "Conflict"}, "Conflict"),
        ({"code": 422}, "UnprocessableEntity"),
        ({"code": 599}, "599"),
        ({"code": 201}, None),
        (None, None),
    ],
)
def test_refused_and_failed_calls_say_why(status: Json | None, error: str | None, tmp_path: Path) -> None:
    assert one(tmp_path, record(responseStatus=status)).error == error


def test_the_stages_of_one_request_are_one_event(tmp_path: Path) -> None:
    item = record()
    stages = [{**item, "stage": stage} for stage in ("RequestReceived", "ResponseStarted", "ResponseComplete")]
    context = Context()
    assert len(collected(write_log(tmp_path / "audit.log", *stages), context)) == 1
    assert context.skipped == 0
    assert len(collected(write_log(tmp_path / "audit.log", {**item, "stage": "Panic"}))) == 1


def test_damaged_and_repeated_records_are_counted_and_cost_nothing_else(tmp_path: Path) -> None:
    good, other = record(), record(place="shop/api")
    whole = json.dumps(good)
    lines = [whole, whole[:200], "[1, 2]", "{}", whole, json.dumps({**other, "requestReceivedTimestamp": "then"})]
    file = tmp_path / "audit.log"
    file.write_text("\n".join([*lines, json.dumps({**other, "user": "jana"}), json.dumps(other), '{"auditID": "x']))
    context = Context()
    twice = [good["auditID"], good["auditID"]]
    assert [event.id for event in collected(file, context)] == [*twice, other["auditID"]], (
        "the gatherer takes each once"
    )
    assert context.skipped == 7, "of the list two"


def test_a_record_that_is_nested_too_deeply_costs_no_other(tmp_path: Path) -> None:
    deep = json.dumps(record(body="x")).replace('"x"', '{"a":' * 100_000 + "1" + "}" * 100_000)
    file = tmp_path / "audit.log"
    file.write_text(f"{deep}\n{json.dumps(record())}\n")
    context = Context()
    assert len(collected(file, context)) == 1
    assert context.skipped == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*record(body=1, response=1), "impersonatedUser", "items", "log"]), _JSON))
def test_no_record_is_too_strange(tmp_path_factory: pytest.TempPathFactory, strange: Json) -> None:
    good = record()
    file = write_log(tmp_path_factory.mktemp("log") / "audit.log", {**record(), **strange}, good)
    assert good["auditID"] in [event.id for event in collected(file)]


def test_a_log_of_nothing_but_damage_fails(tmp_path: Path) -> None:
    file = tmp_path / "audit.log"
    file.write_text('{"auditID": \n{"kind":')
    with pytest.raises(SourceError, match="could be read"):
        collected(file)


def test_logs_come_in_many_wrappings(tmp_path: Path) -> None:
    items = [record(place=f"shop/web-{number}") for number in range(8)]
    one_line = [json.dumps(item) for item in items]
    (tmp_path / "rotated").mkdir()
    write_log(tmp_path / "audit.log", items[0])
    (tmp_path / "list.json").write_text(json.dumps([items[1]], indent=2))
    (tmp_path / "batch.json").write_text(json.dumps({"kind": "EventList", "items": [items[2]]}))
    (tmp_path / "rotated" / "audit.log.1").write_text(one_line[3])
    (tmp_path / "rotated" / "audit-2026-03-13.log.gz").write_bytes(gzip.compress(one_line[4].encode()))
    (tmp_path / "audit.ndjson.zst").write_bytes(zstandard.compress(one_line[5].encode()))
    (tmp_path / "cloudwatch.json").write_text(json.dumps({"logEvents": [{"message": one_line[6]}]}))
    azure = {"category": "kube-audit", "properties": {"log": one_line[7]}}
    (tmp_path / "azure.json").write_text(json.dumps({"records": [azure]}))
    (tmp_path / "README.md").write_text("no log")
    context = Context()
    assert {event.id for event in collected(tmp_path, context)} == {item["auditID"] for item in items}
    assert context.problems == []


def test_older_versions_are_read(tmp_path: Path) -> None:
    item = {**record(), "apiVersion": "audit.k8s.io/v1beta1", "metadata": {"creationTimestamp": "2026-03-14T09:00:00Z"}}
    del item["requestReceivedTimestamp"]
    assert one(tmp_path, item).at == datetime(2026, 3, 14, 9, 0, 0, 123456, tzinfo=UTC)


def test_what_software_reads_and_keeps_books_of_is_left_out(tmp_path: Path) -> None:
    lock = record("update", "coordination.k8s.io/v1/leases", "shop/lock", user=account("shop", "app"), agent="app/v1")
    noise = [
        record("watch", "v1/pods", "shop/", user=account("shop", "app"), agent="app/v1"),
        record("update", "apps/v1/deployments/status", user=account("kube-system", "deployment-controller")),
        record("create", "v1/events", "shop/", user=account("shop", "app"), agent="app/v1", code=201),
        record("update", "v1/endpoints", user=account("kube-system", "endpoint-controller"), agent=CONTROLLERS),
        lock,
    ]
    told = [
        record("update", "v1/endpoints", user=account("shop", "app"), agent="app/v1"),
        record("get"),
        record("list", "v1/secrets", "shop/", user=account("shop", "app"), agent="app/v1", code=403),
        record("update", "apps/v1/deployments/scale", user=AUTOSCALER, agent=CONTROLLERS),
    ]
    found = collected(write_log(tmp_path / "audit.log", *noise, *told))
    assert {event.id for event in found} == {item["auditID"] for item in told}


def test_the_newest_record_tells_how_far_the_log_reaches(tmp_path: Path) -> None:
    lock = record("update", "coordination.k8s.io/v1/leases", user=account("shop", "app"), at="2026-03-15T00:00:00Z")
    found = collected(write_log(tmp_path / "audit.log", lock, record()))
    assert max(event.at for event in found) == datetime(2026, 3, 15, tzinfo=UTC)


def test_what_was_known_before_is_not_told_again(tmp_path: Path) -> None:
    file = write_log(tmp_path / "audit.log", record(), record(at="2026-03-15T00:00:00Z"))
    assert len(collected(file, Context(since=datetime(2026, 3, 14, 12, tzinfo=UTC)))) == 1
    assert collected(file, Context(since=datetime(2026, 3, 16, tzinfo=UTC))) == []


_SECRET = "aHVudGVyMi1pcy1ub3QtYS1wYXNzd29yZA=="


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "Secret", "apiVersion": "v1", "data": {"plain": _SECRET}},
        {"stringData": {"plain": _SECRET}},
        {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({"x": _SECRET})}}},
        [{"op": "add", "path": "/data/plain", "value": _SECRET}],
        [{"op": "replace", "path": "/data", "value": {"plain": _SECRET}}],
        [{"op": "add", "path": "/stringData", "value": {"plain": _SECRET}}],
        {"kind": "SecretList", "items": [{"data": {"plain": _SECRET}}]},
    ],
)
@pytest.mark.parametrize("side", ["requestObject", "responseObject"])
def test_what_secrets_hold_never_survives(body: Any, side: str, tmp_path: Path) -> None:
    event = one(tmp_path, record("patch", "v1/secrets", "shop/db", **{side: body}))
    assert _SECRET not in repr(event)
    assert "plain" in event.original or "last-applied" in event.original or "/data" in event.original


def test_tokens_and_passwords_elsewhere_never_survive(tmp_path: Path) -> None:
    review = {"kind": "TokenReview", "spec": {"token": "a-token-of-somebody"}}
    event = one(tmp_path, record("create", "authentication.k8s.io/v1/tokenreviews", "", review))
    assert "a-token-of-somebody" not in repr(event)
    env = {"spec": {"containers": [{"env": [{"name": "DB_PASSWORD", "value": "tr0ub4dor"}]}]}}
    assert "tr0ub4dor" not in repr(one(tmp_path, record("patch", "v1/pods", "shop/web-1", env)))


def test_why_the_server_let_somebody_in_is_kept(tmp_path: Path) -> None:
    assert 'ClusterRole \\"edit\\"' in one(tmp_path, record(body={"spec": {"password": "tr0ub4dor"}})).original


@needs_shared_data
@pytest.mark.parametrize("estate", ["estate-01", "estate-02"])
def test_recorded_logs_are_read_whole(estate: str, tmp_path: Path) -> None:
    with tarfile.open(SHARED_DATA / "bundles" / f"{estate}.tar.gz") as bundle:
        logs = [member for member in bundle if "kubernetes-audit" in member.name]
        bundle.extractall(tmp_path, logs, filter="data")
    context = Context()
    found = collected(tmp_path, context)
    assert context.skipped == 0
    assert all(event.actor.principal for event in found)
    assert not any(event.writes for event in found if event.operation.split()[0] in ("get", "list", "watch"))
    assert {event.actor.kind for event in found} >= {ActorKind.HUMAN, ActorKind.AUTOMATION, ActorKind.SERVICE}
