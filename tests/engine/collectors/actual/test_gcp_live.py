"""Cloud Asset Inventory read with the real SDK, over gRPC and REST, from a fake on loopback."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from engine.collectors.actual.gcp_assets import Settings, Source
from engine.collectors.base import Context, Found
from engine.errors import SourceError
from engine.model import Coverage, Observed
from tests.support.gcp_asset_server import FakeInventory, grpc_server, rest_server

PROJECT = {
    "name": "//cloudresourcemanager.googleapis.com/projects/4711",
    "assetType": "cloudresourcemanager.googleapis.com/Project",
    "ancestors": ["projects/4711", "organizations/1"],
    "resource": {"data": {"projectId": "shop-prod", "projectNumber": "4711"}},
    "iamPolicy": {"bindings": [{"role": "roles/viewer", "members": ["user:mia@shop.example"]}]},
}
BUCKET = {
    "name": "//storage.googleapis.com/shop-assets",
    "assetType": "storage.googleapis.com/Bucket",
    "ancestors": ["projects/4711", "organizations/1"],
    "resource": {"data": {"name": "shop-assets", "labels": {"team": "web"}, "projectNumber": "4711"}},
}


def firewall(number: int) -> dict[str, Any]:
    path = f"projects/shop-prod/global/firewalls/web-{number}"
    return {
        "name": f"//compute.googleapis.com/{path}",
        "assetType": "compute.googleapis.com/Firewall",
        "ancestors": ["projects/4711", "organizations/1"],
        "updateTime": "2026-03-16T12:00:00Z",
        "resource": {"data": {"name": f"web-{number}", "priority": 1000, "sourceRanges": ["10.0.0.0/8"]}},
    }


@pytest.fixture
def inventory() -> FakeInventory:
    return FakeInventory([BUCKET, PROJECT, *map(firewall, range(5))])


@pytest.fixture(params=["grpc", "rest"])
def endpoint(request: pytest.FixtureRequest, inventory: FakeInventory) -> Iterator[dict[str, str]]:
    serve = grpc_server if request.param == "grpc" else rest_server
    with serve(inventory) as address:
        yield {"endpoint": address, "transport": request.param}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.collectors.google_account._FIRST_WAIT", 0.01)


def read(endpoint: dict[str, str], context: Context | None = None, **settings: Any) -> list[Found]:
    wanted = {"scope": "projects/shop-prod", **endpoint, **settings}
    return list(Source(Settings(name="gcp", kind="gcp_assets", **wanted)).collect(context or Context()))


def resources(found: list[Found]) -> set[str]:
    return {item.parts["AssetInfo"]["shortName"] for item in found if isinstance(item, Observed)}


ALL = {"shop-assets", "4711", *(f"web-{number}" for number in range(5))}


def test_every_page_is_read(inventory: FakeInventory, endpoint: dict[str, str]) -> None:
    found = read(endpoint)
    assert resources(found) == ALL
    assert [request["token"] for request in inventory.requests if request["content"] == "RESOURCE"] == ["", "3", "6"]


def test_whose_asset_it_is_may_be_told_by_another_one(endpoint: dict[str, str]) -> None:
    bucket = next(item for item in read(endpoint) if isinstance(item, Observed) and "Bucket" in item.native)
    assert bucket.scope == "shop-prod"
    assert {"shop-assets"} <= set(bucket.keys)


def test_settings_and_access_come_as_parts(endpoint: dict[str, str]) -> None:
    found = [item for item in read(endpoint) if isinstance(item, Observed)]
    rule = next(item for item in found if item.native == "compute.googleapis.com/Firewall")
    assert rule.parts["Asset"] == {"name": "web-0", "priority": 1000, "sourceRanges": ["10.0.0.0/8"]}
    policies = [item.parts["IamPolicy"] for item in found if "IamPolicy" in item.parts]
    assert policies == [PROJECT["iamPolicy"]]


def test_a_complete_listing_covers_types_of_which_there_are_none(endpoint: dict[str, str]) -> None:
    covered = {(item.native, item.scope) for item in read(endpoint) if isinstance(item, Coverage)}
    assert ("compute.googleapis.com/Firewall", "shop-prod") in covered
    assert ("sqladmin.googleapis.com/Instance", "shop-prod") in covered


def test_limiting_the_types_limits_what_is_covered(endpoint: dict[str, str]) -> None:
    found = read(endpoint, asset_types=["storage.googleapis.com/Bucket"])
    assert {item.native for item in found if isinstance(item, Coverage)} == {"storage.googleapis.com/Bucket"}


@pytest.mark.parametrize("fault", ["RESOURCE_EXHAUSTED", "UNAVAILABLE", "DEADLINE_EXCEEDED", "BREAK"])
def test_what_passes_by_itself_slows_a_scan_and_ends_nothing(
    inventory: FakeInventory, endpoint: dict[str, str], fault: str
) -> None:
    inventory.faults = [fault, fault]
    context = Context()
    assert resources(read(endpoint, context)) == ALL
    assert not context.problems


def test_a_page_that_never_comes_is_asked_for_again(inventory: FakeInventory, endpoint: dict[str, str]) -> None:
    inventory.faults = [1.2]
    assert resources(read(endpoint, timeout=0.8)) == ALL


def test_throttling_that_does_not_end_is_said(inventory: FakeInventory, endpoint: dict[str, str]) -> None:
    inventory.faults = ["RESOURCE_EXHAUSTED"] * 7
    with pytest.raises(SourceError, match="still throttles source 'gcp'"):
        read(endpoint)


def test_expired_credentials_end_the_source_with_one_sentence(
    inventory: FakeInventory, endpoint: dict[str, str]
) -> None:
    inventory.faults = ["UNAUTHENTICATED"]
    with pytest.raises(SourceError, match="credentials of source 'gcp' have expired or are refused; log in again"):
        read(endpoint)


def test_where_listing_is_refused_a_search_tells_what_is_there(
    inventory: FakeInventory, endpoint: dict[str, str]
) -> None:
    inventory.denied = {"ListAssets"}
    context = Context()
    found = read(endpoint, context)
    assert resources(found) == ALL
    assert all("Asset" not in item.parts for item in found if isinstance(item, Observed))
    assert any("cloudasset.assets.listResource" in problem for problem in context.problems)


def test_nothing_allowed_is_one_error_with_the_permission(inventory: FakeInventory, endpoint: dict[str, str]) -> None:
    inventory.denied = {"ListAssets", "SearchAllResources"}
    with pytest.raises(SourceError, match=r"cloudasset\.assets\.searchAllResources"):
        read(endpoint)


def test_access_policies_that_may_not_be_read_cost_only_themselves(
    inventory: FakeInventory, endpoint: dict[str, str]
) -> None:
    inventory.denied = {"IAM_POLICY"}
    context = Context()
    assert resources(read(endpoint, context)) == ALL
    assert context.problems == [
        "access policies of projects/shop-prod: not allowed; grant cloudasset.assets.listIamPolicy"
    ]


def test_cancelling_ends_the_reading(inventory: FakeInventory, endpoint: dict[str, str]) -> None:
    cancelled = threading.Event()
    cancelled.set()
    assert read(endpoint, Context(cancelled=cancelled)) == []
    assert not inventory.requests


def test_doctor_is_told_what_may_be_read(inventory: FakeInventory, endpoint: dict[str, str]) -> None:
    inventory.denied = {"IAM_POLICY"}
    access = Source(Settings(name="gcp", kind="gcp_assets", scope="projects/shop-prod", **endpoint)).access(Context())
    assert access is not None
    assert access.may == ("resources of projects/shop-prod",)
    assert [lack.needs for lack in access.lacks] == ["cloudasset.assets.listIamPolicy"]


def test_without_a_scope_there_is_nothing_to_read() -> None:
    with pytest.raises(SourceError, match="set `scope` of source 'gcp'"):
        list(Source(Settings(name="gcp", kind="gcp_assets")).collect(Context()))


def test_nobody_listening_is_one_sentence(endpoint: dict[str, str]) -> None:
    dead = {"endpoint": "http://127.0.0.1:9", "transport": endpoint["transport"]}
    with pytest.raises(SourceError, match=r"cannot be reached at 127\.0\.0\.1:9"):
        read(dead, timeout=0.5)
