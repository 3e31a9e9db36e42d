"""A live cluster over loopback, read by the real client: what is read, and what happens when it goes wrong."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.collectors.actual.kubernetes_live import read_live
from engine.collectors.actual.kubernetes_live_access import read_access
from engine.collectors.actual.kubernetes_live_discovery import is_left_out
from engine.collectors.actual.kubernetes_settings import Settings
from engine.collectors.base import Access, Context, Declarations, Lack
from engine.errors import SourceError
from engine.model import Coverage, Declared, Language, Observed, ResourceRef
from tests.support.kubernetes_server.access import EVERYTHING, Rule
from tests.support.kubernetes_server.catalog import Resource
from tests.support.kubernetes_server.objects import (
    config_map,
    custom_definition,
    deployment,
    of_every_kind,
    secret,
)
from tests.support.kubernetes_server.server import KubernetesServer
from tests.support.kubernetes_server.wire import Answer, Fault

Json = dict[str, Any]


class Reading:
    """What one pass over the cluster gave."""

    def __init__(self, found: list[Any], context: Context) -> None:
        self.observed = {item.keys[0]: item for item in found if isinstance(item, Observed)}
        self.covered = {item.native for item in found if isinstance(item, Coverage)}
        self.found = found
        self.problems = context.problems

    def names(self, native: str) -> set[str]:
        return {key.rpartition("/")[2] for key, item in self.observed.items() if item.native == native}


@pytest.fixture
def server() -> Iterator[KubernetesServer]:
    with KubernetesServer() as running:
        yield running


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.collectors.actual.kubernetes_live_cluster._FIRST_PAUSE", 0.01)


Read = Callable[..., Reading]


@pytest.fixture
def read(server: KubernetesServer, tmp_path: Path) -> Read:
    def read(*declared: Declared, token: str = "admin-token", **settings: Any) -> Reading:
        context = context_with(*declared)
        return Reading(list(read_live(settings_of(server, tmp_path, token, **settings), context)), context)

    return read


def settings_of(server: KubernetesServer, folder: Path, token: str = "admin-token", **more: Any) -> Settings:
    kubeconfig = str(server.kubeconfig(folder, token))
    return Settings(**{"name": "prod", "kind": "kubernetes", "kubeconfig": kubeconfig, "qps": 1000.0, **more})


def context_with(*declared: Declared) -> Context:
    declarations = Declarations(1)
    declarations.finished(declared)
    return Context(declarations=declarations)


def declare(manifest: Json) -> Declared:
    group = manifest["apiVersion"].rpartition("/")[0]
    metadata = manifest["metadata"]
    identity = f"{group}/{manifest['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"
    ref = ResourceRef("kubernetes", f"{manifest['apiVersion']}/{manifest['kind']}", identity)
    return Declared(ref, manifest, "manifests", language=Language.KUBERNETES)


def fill(server: KubernetesServer, count: int) -> None:
    for number in range(count):
        server.apply(config_map(f"page-{number:04}"))


class TestWhatIsRead:
    def test_every_kind_in_discovery_but_what_only_machines_write(self, server: KubernetesServer, read: Read) -> None:
        of_every_kind(server)
        reading = read()
        served = {f"{item.group}/{item.kind}" for item in server.api.catalog if "list" in item.verbs}
        assert reading.covered == {native for native in served if not is_left_out(native)}
        assert {item.native for item in reading.observed.values()} == reading.covered
        assert len(reading.covered) >= 35
        assert reading.problems == []

    @pytest.mark.parametrize("aggregated", [True, False])
    def test_custom_resources_whichever_way_discovery_is_served(
        self, server: KubernetesServer, read: Read, aggregated: bool
    ) -> None:
        server.api.aggregates = aggregated
        server.apply(custom_definition())
        server.apply(
            {
                "apiVersion": "shop.example.org/v1",
                "kind": "Widget",
                "metadata": {"name": "w", "namespace": "default"},
                "spec": {"color": "red"},
            }
        )
        reading = read()
        widget = reading.observed["shop.example.org/Widget/default/w"]
        assert widget.parts["Object"]["spec"] == {"color": "red", "size": 3}
        assert "shop.example.org/Widget" in reading.covered

    def test_objects_as_they_are_with_the_kind_that_lists_leave_out(self, server: KubernetesServer, read: Read) -> None:
        live = server.apply(deployment("front"))
        front = read().observed["apps/Deployment/default/front"]
        assert (front.provider, front.native, front.scope) == ("kubernetes", "apps/Deployment", "shop")
        assert front.parts["Object"] == live
        assert front.parts["Object"]["metadata"]["managedFields"][0]["manager"] == "deploy"

    def test_the_cluster_is_called_what_the_settings_say(self, read: Read) -> None:
        assert {item.scope for item in read(cluster="shop-prod").observed.values()} == {"shop-prod"}

    def test_only_the_namespaces_that_were_asked_for(self, server: KubernetesServer, read: Read) -> None:
        server.apply(config_map("here"))
        server.apply(config_map("there", namespace="kube-system"))
        reading = read(namespaces=["default"])
        assert reading.names("/ConfigMap") == {"here"}
        assert "/ConfigMap" in reading.covered
        assert "/Namespace" not in reading.covered

    def test_what_is_declared_in_other_namespaces_cannot_seem_missing(self, read: Read) -> None:
        reading = read(declare(config_map("there", namespace="kube-system")), namespaces=["default"])
        assert "/ConfigMap" not in reading.covered
        assert "/Secret" in reading.covered

    def test_a_kind_that_only_machines_write_is_read_once_somebody_declares_it(
        self, server: KubernetesServer, read: Read
    ) -> None:
        endpoints = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "db", "namespace": "default"}}
        server.apply(endpoints)
        assert read().names("/Endpoints") == set()
        assert read(declare(endpoints)).names("/Endpoints") == {"db"}

    def test_the_version_that_the_code_is_written_in(self, server: KubernetesServer, read: Read) -> None:
        scaler = {
            "apiVersion": "autoscaling/v1",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "front", "namespace": "default"},
            "spec": {"maxReplicas": 3},
        }
        server.apply(scaler)
        key = "autoscaling/HorizontalPodAutoscaler/default/front"
        assert read().observed[key].parts["Object"]["apiVersion"] == "autoscaling/v2"
        assert read(declare(scaler)).observed[key].parts["Object"]["apiVersion"] == "autoscaling/v1"

    def test_what_two_groups_serve_is_read_once(self, server: KubernetesServer, read: Read) -> None:
        server.api.catalog.add(Resource("extensions", "v1beta1", "Ingress", "ingresses", True))
        ingress = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "front", "namespace": "default"},
        }
        server.apply(ingress)
        reading = read(declare(ingress))
        assert [key for key in reading.observed if "Ingress/" in key] == ["networking.k8s.io/Ingress/default/front"]
        older = {**ingress, "apiVersion": "extensions/v1beta1"}
        assert not [request for request in server.requests if request.path == "/apis/extensions/v1beta1/ingresses"]
        read(declare(older))
        assert [request for request in server.requests if request.path == "/apis/extensions/v1beta1/ingresses"]

    def test_what_a_secret_holds_is_marked(self, server: KubernetesServer, read: Read) -> None:
        server.apply(secret("db", password="hunter2"))
        marked = read().observed["/Secret/default/db"].sensitive
        assert {"Object.data", "DryRun.data"} <= marked

    def test_credentials_from_a_plugin(self, server: KubernetesServer, read: Read, tmp_path: Path) -> None:
        server.allow("from-plugin", "ci", EVERYTHING)
        given = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}
        given["status"] = {"token": "from-plugin"}
        plugin = {"apiVersion": given["apiVersion"], "command": "echo", "args": [json.dumps(given)]}
        kubeconfig = server.kubeconfig(tmp_path)
        config = yaml.safe_load(kubeconfig.read_text())
        config["users"][0]["user"] = {"exec": {**plugin, "interactiveMode": "Never"}}
        other = tmp_path / "with-plugin"
        other.write_text(yaml.safe_dump(config))
        assert "/ConfigMap" in read(kubeconfig=str(other)).covered
        assert {request.token for request in server.requests} == {"from-plugin"}


class TestPages:
    @pytest.fixture(autouse=True)
    def small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("engine.collectors.actual.kubernetes_live_lists.PAGE", 10)

    def test_a_long_list_comes_in_pages(self, server: KubernetesServer, read: Read) -> None:
        fill(server, 35)
        assert len(read().names("/ConfigMap")) == 35
        pages = [request for request in server.requests if request.path == "/api/v1/configmaps"]
        assert [request.query["limit"] for request in pages] == ["10"] * 4

    def test_a_list_whose_place_has_expired_goes_on_behind_it(self, server: KubernetesServer, read: Read) -> None:
        fill(server, 35)
        served = iter(range(100))

        def expire(_: Any) -> None:
            if next(served) == 1:
                server.api.store.put(("", "configmaps", "default", "zz"), config_map("zz"))
                server.api.store.compact()

        server.api.before_list = expire
        reading = read()
        assert reading.names("/ConfigMap") == {f"page-{number:04}" for number in range(35)} | {"zz"}
        assert "/ConfigMap" in reading.covered
        assert reading.problems == []

    def test_a_list_that_lost_its_place_for_good_starts_anew(self, server: KubernetesServer, read: Read) -> None:
        fill(server, 15)
        gone = Answer(410, {"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410})
        server.fail(Fault("/api/v1/configmaps?limit=10&continue", answer=gone))
        reading = read()
        assert len(reading.names("/ConfigMap")) == 15
        assert "/ConfigMap" in reading.covered

    def test_a_connection_that_breaks_within_a_page_is_tried_again(self, server: KubernetesServer, read: Read) -> None:
        fill(server, 15)
        server.fail(Fault("/api/v1/configmaps?limit=10&continue", cut=500))
        reading = read()
        assert len(reading.names("/ConfigMap")) == 15
        assert reading.problems == []

    def test_a_slow_page_is_waited_for(self, server: KubernetesServer, read: Read) -> None:
        fill(server, 15)
        server.fail(Fault("/api/v1/configmaps?limit=10&continue", delay=0.5))
        assert len(read().names("/ConfigMap")) == 15


class TestWhatGoesWrong:
    def test_throttling_slows_and_never_ends_a_scan(self, server: KubernetesServer, read: Read) -> None:
        server.apply(config_map("a"))
        busy = Answer(429, {"kind": "Status", "reason": "TooManyRequests", "code": 429}, {"retry-after": "0"})
        server.fail(Fault("/api/v1/", times=6, answer=busy))
        reading = read()
        assert "a" in reading.names("/ConfigMap")
        assert reading.problems == []

    def test_as_long_as_the_server_says(self, server: KubernetesServer, read: Read) -> None:
        busy = Answer(429, {"kind": "Status", "code": 429}, {"retry-after": "1"})
        server.fail(Fault("/configmaps", answer=busy))
        reading = read()
        times = [at for at, request in zip(server.times, server.requests, strict=True) if "/configmaps" in request.path]
        assert times[1] - times[0] >= 1
        assert "/ConfigMap" in reading.covered

    def test_a_kind_that_may_not_be_listed_is_not_covered_and_the_rule_is_named(
        self, server: KubernetesServer, read: Read
    ) -> None:
        server.apply(deployment("front"))
        others = Rule(("list",), ("", "networking.k8s.io"), ("*",))
        server.allow("reader", "reader", others)
        reading = read(token="reader")
        assert "/ConfigMap" in reading.covered
        assert "apps/Deployment" not in reading.covered
        [told] = [problem for problem in reading.problems if problem.startswith("deployments.apps")]
        assert told == (
            "deployments.apps in all namespaces: may not be listed; grant the verb list on deployments.apps by a "
            'ClusterRole (apiGroups ["apps"], resources ["deployments"])'
        )

    def test_a_user_who_may_list_nothing_is_told_so_once(self, server: KubernetesServer, read: Read) -> None:
        server.allow("nobody", "nobody")
        with pytest.raises(SourceError, match="nothing in the cluster shop may be listed by the user of source 'prod'"):
            read(token="nobody")

    def test_credentials_that_are_not_accepted_end_the_source(self, read: Read) -> None:
        with pytest.raises(
            SourceError, match=r"does not accept the credentials of source 'prod'.*log in again"
        ) as told:
            read(token="wrong-secret")
        assert "wrong-secret" not in str(told.value)

    def test_credentials_that_run_out_on_the_way_end_the_source(self, server: KubernetesServer, read: Read) -> None:
        server.allow("short", "short", EVERYTHING)
        server.api.before_list = lambda request: server.api.users.pop("short", None)
        with pytest.raises(SourceError, match="or they have expired"):
            read(token="short")

    def test_fresh_credentials_are_looked_for_before_giving_up(
        self, server: KubernetesServer, read: Read, tmp_path: Path
    ) -> None:
        server.allow("old", "ci", EVERYTHING)
        server.allow("new", "ci", EVERYTHING)

        def rotate(_: Any) -> None:
            if "old" in server.api.users:
                del server.api.users["old"]
                server.kubeconfig(tmp_path, "new")

        server.api.before_list = rotate
        reading = read(token="old")
        assert "/ConfigMap" in reading.covered
        assert reading.problems == []

    def test_a_server_that_is_not_there(self, server: KubernetesServer, read: Read) -> None:
        server.close()
        with pytest.raises(SourceError, match=r"the Kubernetes API server at 127\.0\.0\.1:\d+ cannot be reached"):
            read()

    def test_a_group_whose_own_server_is_down_costs_that_group(self, server: KubernetesServer, read: Read) -> None:
        server.api.catalog.silent.add("policy")
        for server.api.aggregates in (True, False):
            reading = read()
            assert "/ConfigMap" in reading.covered
            assert "policy/PodDisruptionBudget" not in reading.covered
            assert any(problem.startswith("policy/v1: ") for problem in reading.problems)

    def test_an_error_that_stays_costs_its_kind(self, server: KubernetesServer, read: Read) -> None:
        broken = Answer(500, {"kind": "Status", "message": "etcdserver: no leader", "code": 500})
        server.fail(Fault("/secrets", times=99, answer=broken))
        reading = read()
        assert "/Secret" not in reading.covered
        assert "/ConfigMap" in reading.covered
        assert reading.problems == ["secrets in all namespaces: not read: the server answers 500"]

    def test_one_damaged_object_costs_one_object(self, server: KubernetesServer, read: Read) -> None:
        items = [{"metadata": {"namespace": "default"}}, {"metadata": {"name": "ok", "namespace": "default"}}]
        page = {"kind": "ConfigMapList", "metadata": {"resourceVersion": "9"}, "items": items}
        server.fail(Fault("/configmaps", answer=Answer(200, page)))
        reading = read()
        assert reading.names("/ConfigMap") == {"ok"}
        assert "/ConfigMap" not in reading.covered

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"context": "elsewhere"}, "has no usable context 'elsewhere'; check `context` of source 'prod'"),
            (
                {"kubeconfig": "/nowhere/config"},
                "/nowhere/config: no such kubeconfig; set `kubeconfig` of source 'prod'",
            ),
        ],
    )
    def test_settings_that_cannot_be_used(self, read: Read, settings: Json, sentence: str) -> None:
        with pytest.raises(SourceError) as told:
            read(**settings)
        assert str(told.value).endswith(sentence)

    def test_a_cancelled_scan_stops(self, server: KubernetesServer, tmp_path: Path) -> None:
        context = context_with()
        context._cancelled.set()
        assert list(read_live(settings_of(server, tmp_path), context)) == []


class TestDryRun:
    def test_a_declared_object_comes_with_what_its_manifest_would_make_of_it(
        self, server: KubernetesServer, read: Read
    ) -> None:
        manifest = deployment("front", replicas=2, cpu="1000m")
        server.apply(manifest)
        server.patch(manifest, {"spec": {"replicas": 5}})
        before = server.api.store.revision
        parts = read(declare(manifest), dry_run=True).observed["apps/Deployment/default/front"].parts
        assert parts["Object"]["spec"]["replicas"] == 5
        assert parts["DryRun"]["spec"]["replicas"] == 2
        same = ({**parts[part]["spec"], "replicas": 0} for part in ("Object", "DryRun"))
        assert next(same) == next(same)
        assert server.api.store.revision == before

    def test_nothing_is_patched_unless_asked_for(self, server: KubernetesServer, read: Read) -> None:
        manifest = deployment("front")
        server.apply(manifest)
        before = len(server.requests)
        read(declare(manifest))
        assert {request.method for request in server.requests[before:]} == {"GET"}

    def test_without_the_verb_patch_everything_else_is_read(self, server: KubernetesServer, read: Read) -> None:
        for name in ("a", "b"):
            server.apply(config_map(name))
        server.allow("reader", "reader", Rule(("list",), ("*",), ("*",)))
        reading = read(declare(config_map("a")), declare(config_map("b")), dry_run=True, token="reader")
        assert set(reading.observed["/ConfigMap/default/a"].parts) == {"Object"}
        assert reading.problems == [
            "configmaps: not compared by dry run: grant the verb patch on configmaps, or set `dry_run = false`"
        ]

    def test_a_refused_manifest_does_not_show_its_values(self, server: KubernetesServer, read: Read) -> None:
        server.apply(secret("db", password="old"))
        refusal = {"kind": "Status", "message": "invalid: hunter2", "reason": "Invalid", "code": 422}
        refusal["details"] = {"causes": [{"field": "data", "message": "hunter2"}]}
        server.fail(Fault("/secrets/db", answer=Answer(422, refusal), method="PATCH"))
        reading = read(declare(secret("db", password="hunter2")), dry_run=True)
        assert reading.problems == [
            "/Secret/default/db: not compared by dry run: the server answers 422 Invalid about data"
        ]


class TestAccess:
    def access(self, server: KubernetesServer, folder: Path, token: str, **settings: Any) -> Access:
        return read_access(settings_of(server, folder, token, **settings), context_with())

    def test_an_administrator_may_read_all_with_few_requests(self, server: KubernetesServer, tmp_path: Path) -> None:
        access = self.access(server, tmp_path, "admin-token", dry_run=True)
        assert access.identity == "admin in shop"
        served = {(item.group, item.kind) for item in server.api.catalog if "list" in item.verbs}
        count = sum(not is_left_out(f"{group}/{kind}") for group, kind in served)
        assert access.may == (f"{count} kinds in all namespaces",)
        assert access.lacks == ()
        assert len([request for request in server.requests if request.method == "POST"]) == 3

    def test_a_reader_hears_what_is_lacking(self, server: KubernetesServer, tmp_path: Path) -> None:
        server.allow("reader", "reader", Rule(("list",), ("",), ("*",)))
        access = self.access(server, tmp_path, "reader")
        assert access.identity == "reader in shop"
        assert Lack("deployments.apps in all namespaces", "the verb list") in access.lacks
        assert not any("configmaps" in lack.what for lack in access.lacks)

    def test_within_namespaces_one_review_tells_all(self, server: KubernetesServer, tmp_path: Path) -> None:
        server.allow("reader", "reader", Rule(("list",), ("",), ("configmaps", "secrets"), ("default",)))
        access = self.access(server, tmp_path, "reader", namespaces=["default"])
        assert access.may == ("2 kinds in namespaces default",)
        assert Lack("deployments.apps in namespace default", "the verb list") in access.lacks
        assert len([request for request in server.requests if request.method == "POST"]) == 2
