"""Who changed a Kubernetes object: the API server's audit log held against what differs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.base import Context
from engine.collectors.events.kubernetes_audit import Settings, Source
from engine.model import SENSITIVE, Attribution, Change, Difference, DriftKind, FieldWrite, ResourceRef
from tests.support.cases import NOW, attributed
from tests.support.kubernetes_audit import AUTOSCALER, CONTROLLERS, JANA, KUBECTL, OMAR, account, record, write_log

Json = dict[str, Any]

WEB = "apps/Deployment/shop/web"
IMAGE = Change("spec.template.spec.containers[0].image", "web:1", "web:2")
REPLICAS = Change("spec.replicas", 2, 5)
FLUX = account("flux-system", "kustomize-controller")
FLUX_AGENT = "kustomize-controller/v1.3.0 (linux/amd64) kubernetes/$Format"


def drift(*changes: Change, identity: str = WEB, kind: DriftKind = DriftKind.MODIFIED, **more: Any) -> Difference:
    group, name, *_ = identity.split("/")
    ref = ResourceRef("kubernetes", f"{group}/v1/{name}" if group else f"v1/{name}", identity)
    return Difference(ref, kind, changes, keys=(identity,), **more)


def found(folder: Path, difference: Difference, *records: Json, cluster: str | None = None) -> Attribution:
    file = write_log(folder / "audit.log", *records)
    source = Source(Settings(name="audit", kind="kubernetes_audit", path=str(file), cluster=cluster))
    return attributed(difference, *source.collect(Context()), as_of=NOW)


def who(*args: Any, **more: Any) -> str | None:
    return found(*args, **more).actor.principal


def containers(*items: Json) -> Json:
    return {"spec": {"template": {"spec": {"containers": list(items)}}}}


def image(name: str) -> Json:
    return containers({"name": "web", "image": name})


def deployment(replicas: int = 2, name: str = "web:2", **labels: str) -> Json:
    """A whole Deployment as it is put."""
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "labels": labels}}
    return body | {"spec": {"replicas": replicas, "template": image(name)["spec"]["template"]}}


@pytest.mark.parametrize(
    "write",
    [
        record("patch", body=image("web:2")),
        record("update", body=deployment()),
        record("patch", body=deployment(), query="fieldManager=jana&force=true"),
        record("patch", body=[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "web:2"}]),
        record("patch", body=[{"op": "add", "path": "/spec", "value": deployment()["spec"]}]),
        record("update", body=deployment(name="web:x"), response=deployment()),
        record("patch"),
    ],
    ids=["strategic patch", "update", "apply", "JSON patch", "JSON patch above", "webhook's work", "body not logged"],
)
def test_every_form_of_write_is_read(write: Json, tmp_path: Path) -> None:
    attribution = found(tmp_path, drift(IMAGE), write)
    assert attribution.actor.principal == "jana@shop.example"
    assert attribution.changed_at == datetime(2026, 3, 14, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "write",
    [
        record("patch", body=image("web:1")),
        record("patch", body={"metadata": {"labels": {"a": "b"}}}),
        record("patch", body={}),
        record("patch", body=image("web:2"), code=403),
        record("patch", body=image("web:2"), query="dryRun=All"),
        record("patch", "apps/v1/deployments/scale"),
        record("update", "apps/v1/deployments/status", body=deployment()),
        record("patch", "apps/v1/deployments", "shop/api", image("web:2")),
        record("patch", "apps/v1/statefulsets", "shop/web", image("web:2")),
        record("patch", body=[{"op": "test", "path": "/spec/template/spec/containers/0/image", "value": "web:2"}]),
        record("patch", user=FLUX, agent=FLUX_AGENT),
        record("update", user=account("kube-system", "deployment-controller"), agent=CONTROLLERS),
    ],
    ids=[
        "another value", "another field", "nothing", "refused", "dry run", "scale hides no image", "status",
        "another object", "another kind", "JSON patch that tests", "an applier that hides it", "the cluster's books",
    ],
)  # fmt: skip
def test_what_is_not_the_change_names_nobody(write: Json, tmp_path: Path) -> None:
    assert found(tmp_path, drift(IMAGE), write).change is None


def test_a_scaling_is_of_the_replicas(tmp_path: Path) -> None:
    scale = record("update", "apps/v1/deployments/scale", body={"spec": {"replicas": 5}})
    assert who(tmp_path, drift(REPLICAS), scale) == "jana@shop.example"
    assert who(tmp_path, drift(REPLICAS), record("update", "apps/v1/deployments/scale")) == "jana@shop.example"
    other = record("update", "apps/v1/deployments/scale", body={"spec": {"replicas": 3}})
    assert found(tmp_path, drift(REPLICAS), other).change is None


def test_an_autoscaler_is_a_controller(tmp_path: Path) -> None:
    body = {"spec": {"replicas": 5}}
    scale = record("update", "apps/v1/deployments/scale", body=body, user=AUTOSCALER, agent=CONTROLLERS)
    actor = found(tmp_path, drift(REPLICAS), scale).actor
    assert (actor.principal, actor.kind, actor.via) == (AUTOSCALER["username"], "service", "controller")


def test_the_first_who_wrote_what_lasted(tmp_path: Path) -> None:
    writes = [
        record("patch", body=image("web:2"), at="2026-03-14T08:00:00Z", user=OMAR),
        record("patch", body=image("web:1"), at="2026-03-14T08:30:00Z", user=OMAR),
        record("patch", body=image("web:2"), at="2026-03-14T09:00:00Z"),
        record("update", body=deployment(label="x"), at="2026-03-14T10:00:00Z", user=account("shop", "operator")),
    ]
    attribution = found(tmp_path, drift(IMAGE), *writes)
    assert attribution.actor.principal == "jana@shop.example"
    assert attribution.changed_at == datetime(2026, 3, 14, 9, tzinfo=UTC)


def test_items_of_lists_are_told_apart_by_what_the_declaration_calls_them(tmp_path: Path) -> None:
    two = drift(IMAGE, items={"spec.template.spec.containers[0]": {"name": "web"}})
    mine = record("patch", body=image("web:2"), at="2026-03-14T09:00:00Z")
    sidecar = record("patch", body=containers({"name": "log", "image": "log:7"}), user=OMAR, at="2026-03-14T10:00:00Z")
    same = record("patch", body=containers({"name": "old", "image": "web:2"}), user=OMAR, at="2026-03-14T08:00:00Z")
    assert who(tmp_path, two, mine, sidecar, same) == "jana@shop.example"
    assert who(tmp_path, drift(IMAGE), mine, sidecar) == "jana@shop.example"


@pytest.mark.parametrize(
    ("change", "write"),
    [
        (Change('data["app.conf"]', "a", "b"), {"data": {"app.conf": "b"}}),
        (Change('data["app.conf"]', "a", None), {"data": {"app.conf": None}}),
        (Change('data["app.conf"]', "a", None), [{"op": "remove", "path": "/data/app.conf"}]),
        (
            Change('metadata.labels["a/b"]', "x", "y"),
            [{"op": "replace", "path": "/metadata/labels/a~1b", "value": "y"}],
        ),
        (Change("data", {"a": "1"}, {"a": "1", "b": "2"}), {"data": {"a": "1", "b": "2"}}),
        (
            Change("spec.ports[1]", None, {"port": 9, "protocol": "TCP"}),
            {"spec": {"ports": [{"port": 8}, {"port": 9}]}},
        ),
        (Change("spec.ports[1]", None, {"port": 9}), [{"op": "add", "path": "/spec/ports/-", "value": {"port": 9}}]),
        (Change("rules[1]", {"verbs": ["get"]}, None), {"rules": [{"verbs": ["list"]}]}),
        (Change("rules[0].verbs", ["get"], ["get", "*"]), {"rules": [{"verbs": ["get", "*"]}]}),
        (Change("rules[0].verbs", ["get"], ["get", "*"]), [{"op": "add", "path": "/rules/0/verbs/-", "value": "*"}]),
        (Change("spec.ingress[0]", {"from": [{"a": "b"}]}, None), {"spec": {"ingress": []}}),
        (Change("spec.minReplicas", 2, 6), {"spec": {"minReplicas": 6}}),
        (Change("spec.cpu", "500m", "2"), {"spec": {"cpu": "2000m"}}),
        (
            Change("spec.containers[1]", {"name": "log"}, None),
            {"spec": {"containers": [{"$patch": "delete", "name": "log"}]}},
        ),
    ],
)
def test_patches_of_any_shape(change: Change, write: Any, tmp_path: Path) -> None:
    config = drift(change, identity="/ConfigMap/shop/app")
    assert who(tmp_path, config, record("patch", "v1/configmaps", "shop/app", write)) == "jana@shop.example"


def test_what_a_whole_object_lacks_it_takes_away(tmp_path: Path) -> None:
    gone = drift(Change("data.a", "1", None), identity="/ConfigMap/shop/app")
    whole: Json = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "app"}, "data": {"b": "2"}}
    assert who(tmp_path, gone, record("update", "v1/configmaps", "shop/app", whole)) == "jana@shop.example"
    assert found(tmp_path, gone, record("patch", "v1/configmaps", "shop/app", {"data": {"b": "2"}})).change is None


def test_a_hidden_value_is_written_by_who_writes_its_field(tmp_path: Path) -> None:
    secret = drift(Change("data.key", SENSITIVE, SENSITIVE, sensitive=True), identity="/Secret/shop/db")
    body = {"data": {"key": "aHVudGVyMg=="}}
    attribution = found(tmp_path, secret, record("patch", "v1/secrets", "shop/db", body))
    assert attribution.actor.principal == "jana@shop.example"
    other = record("patch", "v1/secrets", "shop/db", {"metadata": {"labels": {"a": "b"}}})
    assert found(tmp_path, secret, other).change is None


# ---- bodies that were not logged, with the object's own note of who wrote the field ----

_NOTED = datetime(2026, 3, 14, 9, 0, 0, tzinfo=UTC)


def noted(
    manager: str = "kubectl-edit", at: datetime = _NOTED, subresource: str = "", change: Change = IMAGE
) -> Difference:
    return drift(change, written=(FieldWrite(change.path, manager, "Update", at, subresource),))


def test_the_call_of_the_noted_moment_is_the_change(tmp_path: Path) -> None:
    calls = [
        record("patch", query="fieldManager=kubectl-edit", at="2026-03-14T08:00:00Z", user=OMAR),
        record("patch", query="fieldManager=kubectl-edit", at="2026-03-14T08:59:59.6Z"),
        record("patch", query="fieldManager=k9s", at="2026-03-14T11:00:00Z", user=OMAR),
    ]
    attribution = found(tmp_path, noted(), *calls)
    assert attribution.actor.principal == "jana@shop.example"
    assert attribution.evidence[0].weight == 1.0


def test_a_job_with_kubectl_is_the_change_where_the_object_notes_it_at_that_moment(tmp_path: Path) -> None:
    job = record("patch", user=account("tools", "nightly"), agent="kubectl/v1.30.0 (linux/amd64) kubernetes/1")
    assert who(tmp_path, noted("kubectl"), job) == "system:serviceaccount:tools:nightly"
    later = noted("kubectl", _NOTED + timedelta(minutes=5))
    assert who(tmp_path, later, job) is None, "who only applies what is declared is no suspect"


def test_the_manager_is_the_clients_name_where_the_request_gives_none(tmp_path: Path) -> None:
    call = record("update", user=account("shop", "scaler"), agent="scaler/v1 (linux/amd64) kubernetes/$Format")
    assert who(tmp_path, noted("scaler"), call) == "system:serviceaccount:shop:scaler"


def test_a_note_that_no_call_fits_leaves_the_managers_word(tmp_path: Path) -> None:
    later = record("patch", query="fieldManager=kubectl-edit", at="2026-03-14T12:00:00Z")
    attribution = found(tmp_path, noted(), later)
    assert (attribution.change, attribution.changed_at) == (None, _NOTED)
    assert attribution.actor.principal is None


def test_who_puts_back_a_whole_object_did_not_write_what_was_noted_before(tmp_path: Path) -> None:
    put = record("update", body=deployment(), at="2026-03-14T12:00:00Z", user=OMAR)
    assert found(tmp_path, noted(), put).change is None


def test_servers_that_do_not_note_scalings_rule_out_none(tmp_path: Path) -> None:
    scale = record("patch", "apps/v1/deployments/scale", at="2026-03-14T12:00:00Z")
    assert who(tmp_path, noted(change=REPLICAS), scale) == "jana@shop.example"


# ---- objects that came and went ----


def test_who_made_an_object_that_nobody_declares(tmp_path: Path) -> None:
    stray = drift(kind=DriftKind.UNMANAGED)
    assert who(tmp_path, stray, record("create", body=deployment(), code=201)) == "jana@shop.example"
    assert who(tmp_path, stray, record("patch", body=deployment(), code=201)) == "jana@shop.example"
    assert found(tmp_path, stray, record("patch", body=deployment())).change is None
    assert found(tmp_path, stray, record("create", "apps/v1/deployments/scale", body={})).change is None


@pytest.mark.parametrize(
    "call",
    [
        record("delete"),
        record("deletecollection", "apps/v1/deployments", "shop/"),
        record("delete", "v1/namespaces", "shop/shop"),
    ],
)
def test_who_deleted_an_object(call: Json, tmp_path: Path) -> None:
    sweep = record(
        "deletecollection",
        "apps/v1/deployments",
        "shop/",
        user=account("kube-system", "namespace-controller"),
        at="2026-03-14T09:05:00Z",
    )
    assert who(tmp_path, drift(kind=DriftKind.MISSING), call, sweep) == "jana@shop.example"


def test_custom_objects_are_found_by_their_resource(tmp_path: Path) -> None:
    policy = drift(Change("spec.limit", 1, 2), identity="shop.example/RatePolicy/shop/api")
    call = record("patch", "shop.example/v1/ratepolicies", "shop/api", {"spec": {"limit": 2}})
    assert who(tmp_path, policy, call) == "jana@shop.example"


def test_the_log_of_another_cluster_tells_nothing(tmp_path: Path) -> None:
    here = drift(IMAGE)
    ref = ResourceRef("kubernetes", "apps/v1/Deployment", WEB, "prod")
    here = Difference(ref, DriftKind.MODIFIED, (IMAGE,), keys=(WEB,))
    assert who(tmp_path, here, record(body=image("web:2")), cluster="prod") == "jana@shop.example"
    assert found(tmp_path, here, record(body=image("web:2")), cluster="test").change is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["web:2", "a", "$patch", "delete"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["spec", "template", "containers", "op", "path", "value", "$patch"]), inner)
    ),
    max_leaves=10,
)


@given(_JSON, st.sampled_from(["create", "update", "patch"]), st.sampled_from([IMAGE, REPLICAS]))
def test_no_body_is_too_strange(tmp_path_factory: pytest.TempPathFactory, body: Any, verb: str, change: Change) -> None:
    assert found(tmp_path_factory.mktemp("log"), drift(change), record(verb, body=body, response=body)).related


_PEOPLE = (JANA, OMAR, account("shop", "operator"))


@given(
    st.lists(
        st.tuples(st.sampled_from(["web:1", "web:2", "web:3"]), st.sampled_from(_PEOPLE), st.sampled_from("psuj")),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_of_any_writes_the_first_of_the_lasting_value_counts(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, Json, str]], order: Any
) -> None:
    bodies = {
        "p": lambda name: record("patch", body=image(name)),
        "s": lambda name: record("patch", body=deployment(name=name), query="fieldManager=x&force=true"),
        "u": lambda name: record("update", body=deployment(name=name)),
        "j": lambda name: record(
            "patch", body=[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": name}]
        ),
    }
    log: list[Json] = []
    for number, (name, user, form) in enumerate(writes):
        made = bodies[form](name)
        at = f"2026-03-14T09:{number:02}:00Z"
        log.append({**made, "user": user, "userAgent": KUBECTL, "requestReceivedTimestamp": at, "stageTimestamp": at})
        log.append(
            record("patch", body={"metadata": {"labels": {"n": str(number)}}}, at=f"2026-03-14T09:{number:02}:30Z")
        )
    last = writes[-1][0]
    first = max((at for at, (name, *_) in enumerate(writes) if name != last), default=-1) + 1
    order.shuffle(log)
    difference = drift(Change(IMAGE.path, "web:0", last), items={"spec.template.spec.containers[0]": {"name": "web"}})
    assert found(tmp_path_factory.mktemp("log"), difference, *log).changed_at == datetime(
        2026, 3, 14, 9, first, tzinfo=UTC
    )


# ---- what was declared and did not come to be ----


@pytest.mark.parametrize("body", [image("web:1"), None], ids=["body logged", "body not logged"])
def test_a_failed_apply_left_the_object_as_it_was(body: Json | None, tmp_path: Path) -> None:
    refused = record("patch", body=body, user=FLUX, agent=FLUX_AGENT, code=403)
    attribution = found(tmp_path, drift(IMAGE), refused)
    assert attribution.actor.principal == FLUX["username"]
    assert attribution.change is not None
    assert attribution.change.error == "Forbidden"


def test_the_note_of_an_earlier_apply_does_not_speak_against_one_that_failed(tmp_path: Path) -> None:
    refused = record("patch", user=FLUX, agent=FLUX_AGENT, code=422)
    assert who(tmp_path, noted("kustomize-controller", datetime(2026, 3, 1, tzinfo=UTC)), refused) == FLUX["username"]


def test_a_person_who_was_refused_applied_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, drift(IMAGE), record("patch", body=image("web:1"), code=403)).change is None


def test_a_change_explains_more_than_an_apply_that_failed(tmp_path: Path) -> None:
    refused = record("patch", body=image("web:1"), user=FLUX, agent=FLUX_AGENT, code=403, at="2026-03-14T12:00:00Z")
    assert who(tmp_path, drift(IMAGE), record("patch", body=image("web:2")), refused) == "jana@shop.example"


def test_what_somebody_was_refused_to_look_at_belongs_to_what_they_did(tmp_path: Path) -> None:
    stolen = {"user": account("shop", "default"), "agent": "curl/8.5.0"}
    looked = record("list", "v1/secrets", "", code=403, at="2026-03-14T08:50:00Z", **stolen)
    attribution = found(tmp_path, drift(IMAGE), looked, record("patch", body=image("web:2"), **stolen))
    assert any("refused in the same session" in item.summary for item in attribution.evidence)


@pytest.mark.parametrize(
    "body",
    [{"stringData": {"key": "x"}}, {"data": {"key": "eA=="}}, [{"op": "add", "path": "/stringData/key", "value": "x"}]],
)
def test_what_is_written_as_text_to_a_secret_is_its_data(body: Any, tmp_path: Path) -> None:
    secret = drift(Change("data.key", SENSITIVE, SENSITIVE, sensitive=True), identity="/Secret/shop/db")
    assert who(tmp_path, secret, record("patch", "v1/secrets", "shop/db", body)) == "jana@shop.example"
