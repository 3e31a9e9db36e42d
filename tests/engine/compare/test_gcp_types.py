"""Google's types: a state and an inventory that agree show nothing, and each change shows as itself alone."""

import copy
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collectors.actual.gcp_records import Asset, observed
from engine.collectors.declared.statefile import Instance
from engine.collectors.declared.terraform_naming import Naming
from engine.compare import Comparison, Estate, compare
from engine.model import Coverage, Declared, Difference, DriftKind, Observed
from engine.providers import Knowledge, load_knowledge
from tests.support.gcp_samples import SAMPLES, Sample


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


def declared(resource_type: str, attributes: dict[str, Any]) -> Declared:
    instance = Instance(f"{resource_type}.it", resource_type, "", attributes)
    naming = Naming([instance])
    return Declared(naming.ref(instance), attributes, "state", naming.keys(instance))


def live(asset_type: str, path: str, data: dict[str, Any] | None = None, **more: Any) -> Observed:
    name = f"//{asset_type.partition('/')[0]}/{path}"
    content = {"resource": {"data": data}} if data is not None else {}
    asset = msgspec.convert({"name": name, "assetType": asset_type, **content, **more}, Asset)
    return observed(asset, "shop", "assets", "export.json")


def compared(
    knowledge: Knowledge, items: list[Declared], found: list[Observed], covers: tuple[str, ...] = ()
) -> Comparison:
    coverage = [Coverage("gcp", native, "shop", "assets") for native in covers]
    return compare(items, Estate(knowledge, found, coverage), knowledge)


def differences(knowledge: Knowledge, sample: Sample, data: dict[str, Any]) -> list[Difference]:
    result = compared(knowledge, [declared(sample.type, sample.attributes)], [live(*sample.asset, data)])
    assert result.not_compared == 0
    return list(result.differences)


def changed(sample: Sample) -> dict[str, Any]:
    data = copy.deepcopy(sample.data)
    place: Any = data
    for step in sample.changed[:-1]:
        place = place[step]
    place[sample.changed[-1]] = sample.to
    return data


def shuffled(value: Any, order: random.Random) -> Any:
    """The value with the items of its lists and the fields of its objects in another order."""
    if isinstance(value, dict):
        fields = list(value.items())
        order.shuffle(fields)
        return {name: shuffled(item, order) for name, item in fields}
    if isinstance(value, list):
        items = [shuffled(item, order) for item in value]
        order.shuffle(items)
        return items
    return value


BY_TYPE = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.type)


def test_there_are_samples_of_many_types() -> None:
    assert len({sample.type for sample in SAMPLES}) >= 30


@BY_TYPE
def test_what_agrees_shows_nothing(knowledge: Knowledge, sample: Sample) -> None:
    assert differences(knowledge, sample, sample.data) == []


@BY_TYPE
def test_a_change_shows_as_itself_alone(knowledge: Knowledge, sample: Sample) -> None:
    found = differences(knowledge, sample, changed(sample))
    assert [(item.kind, [change.path for change in item.changes]) for item in found] == [
        (DriftKind.MODIFIED, [sample.path])
    ]


@given(st.sampled_from(SAMPLES), st.randoms(use_true_random=False))
def test_order_says_nothing(sample: Sample, order: random.Random) -> None:
    assert differences(load_knowledge(), sample, shuffled(sample.data, order)) == []


@BY_TYPE
def test_what_is_gone_is_missing_where_its_type_was_listed(knowledge: Knowledge, sample: Sample) -> None:
    item = declared(sample.type, sample.attributes)
    native = knowledge.types[sample.type].native
    assert [d.kind for d in compared(knowledge, [item], [], (native,)).differences] == [DriftKind.MISSING]
    assert compared(knowledge, [item], []).not_compared == 1


class TestIdentity:
    RULE = SAMPLES[5]

    def test_a_namesake_in_another_region_is_not_meant(self, knowledge: Knowledge) -> None:
        elsewhere = live(self.RULE.asset[0], "projects/shop/regions/us-east1/addresses/web", {"name": "web"})
        item = declared(self.RULE.type, self.RULE.attributes)
        found = compared(knowledge, [item], [elsewhere], ("compute.googleapis.com/Address",)).differences
        assert sorted(difference.kind for difference in found) == [DriftKind.MISSING, DriftKind.UNMANAGED]

    def test_namesakes_in_two_regions_are_two_resources(self, knowledge: Knowledge) -> None:
        rules = [
            live(self.RULE.asset[0], f"projects/shop/regions/{region}/addresses/web", {"name": "web"})
            for region in ("us-east1", "us-west1")
        ]
        assert compared(knowledge, [], rules).actual == 2

    def test_code_that_knows_no_id_yet_is_found_by_its_name(self, knowledge: Knowledge) -> None:
        item = declared("google_pubsub_topic", {"name": "orders", "project": "shop", "labels": {"team": "web"}})
        topic = live("pubsub.googleapis.com/Topic", "projects/shop/topics/orders", {"labels": {"team": "ops"}})
        [difference] = compared(knowledge, [item], [topic]).differences
        assert [change.path for change in difference.changes] == ["labels.team"]


class TestAccess:
    """Who may do what in a project, declared piece by piece, found in the project's policy."""

    PROJECT = ("cloudresourcemanager.googleapis.com/Project", "projects/4711")
    MIA, OPS = "user:mia@shop.example", "group:ops@shop.example"

    def found(self, knowledge: Knowledge, items: list[Declared], bindings: list[dict[str, Any]]) -> list[Difference]:
        data = {"projectId": "shop", "projectNumber": "4711", "name": "shop"}
        project = live(*self.PROJECT, data, iamPolicy={"bindings": bindings, "etag": "x"})
        return list(compared(knowledge, items, [project]).differences)

    def member(self, member: str, **more: Any) -> Declared:
        return declared(
            "google_project_iam_member",
            {"id": f"shop/roles/viewer/{member}", "project": "shop", "role": "roles/viewer", "member": member, **more},
        )

    def test_a_member_who_is_there(self, knowledge: Knowledge) -> None:
        bindings = [{"role": "roles/viewer", "members": [self.OPS, "user:Mia@shop.example"]}]
        assert self.found(knowledge, [self.member(self.MIA), self.member(self.OPS)], bindings) == []

    def test_a_member_who_was_taken_out_is_missing(self, knowledge: Knowledge) -> None:
        [difference] = self.found(knowledge, [self.member(self.MIA)], [{"role": "roles/viewer", "members": [self.OPS]}])
        assert difference.kind is DriftKind.MISSING

    def test_a_condition_makes_another_grant(self, knowledge: Knowledge) -> None:
        conditional = {"title": "soon", "expression": "request.time < timestamp('2026-12-31T00:00:00Z')"}
        bindings = [{"role": "roles/viewer", "members": [self.MIA], "condition": conditional}]
        assert self.found(knowledge, [self.member(self.MIA, condition=[conditional])], bindings) == []
        assert len(self.found(knowledge, [self.member(self.MIA)], bindings)) == 1

    def test_a_binding_lists_everybody(self, knowledge: Knowledge) -> None:
        item = declared(
            "google_project_iam_binding",
            {"id": "shop/roles/owner", "project": "shop", "role": "roles/owner", "members": [self.OPS]},
        )
        assert self.found(knowledge, [item], [{"role": "roles/owner", "members": [self.OPS]}]) == []
        [difference] = self.found(knowledge, [item], [{"role": "roles/owner", "members": [self.OPS, self.MIA]}])
        assert [change.path for change in difference.changes] == ["members"]

    def test_a_grant_on_a_bucket(self, knowledge: Knowledge) -> None:
        item = declared(
            "google_storage_bucket_iam_member",
            {
                "id": "b/shop-assets/roles/storage.admin/x",
                "bucket": "b/shop-assets",
                "role": "roles/storage.admin",
                "member": self.MIA,
            },
        )
        link = "https://www.googleapis.com/storage/v1/b/shop-assets"
        data = {"name": "shop-assets", "selfLink": link}
        policy = {"bindings": [{"role": "roles/storage.admin", "members": [self.MIA]}]}
        bucket = live("storage.googleapis.com/Bucket", "shop-assets", data, iamPolicy=policy)
        assert [d.kind for d in compared(knowledge, [item], [bucket]).differences] == [DriftKind.UNMANAGED]


HIDDEN = [
    ("compute.googleapis.com/Firewall", "projects/shop/global/firewalls/default-allow-ssh", {}),
    ("compute.googleapis.com/Network", "projects/shop/global/networks/default", {}),
    ("compute.googleapis.com/Subnetwork", "projects/shop/regions/us-east1/subnetworks/default", {}),
    ("compute.googleapis.com/Route", "projects/shop/global/routes/default-route-1a", {}),
    ("compute.googleapis.com/Disk", "projects/shop/zones/us-east1-b/disks/web", {"users": ["an instance"]}),
    (
        "compute.googleapis.com/Instance",
        "projects/shop/zones/us-east1-b/instances/web-x1",
        {"metadata": {"items": [{"key": "created-by", "value": "projects/4711/zones/z/instanceGroupManagers/web"}]}},
    ),
    (
        "iam.googleapis.com/ServiceAccount",
        "projects/shop/serviceAccounts/1",
        {"displayName": "Compute Engine default service account"},
    ),
    ("iam.googleapis.com/ServiceAccountKey", "projects/shop/serviceAccounts/1/keys/k", {"keyType": "SYSTEM_MANAGED"}),
    ("logging.googleapis.com/LogSink", "projects/shop/sinks/_Default", {}),
    ("storage.googleapis.com/Bucket", "gcf-sources-4711-us-east1", {"name": "gcf-sources-4711-us-east1"}),
]


@pytest.mark.parametrize(("asset_type", "path", "data"), HIDDEN, ids=[path for _, path, _ in HIDDEN])
def test_what_google_makes_by_itself_is_no_news(
    knowledge: Knowledge, asset_type: str, path: str, data: dict[str, Any]
) -> None:
    result = compared(knowledge, [], [live(asset_type, path, data)])
    assert result.differences == ()
    assert len(result.hidden) == 1


def test_what_somebody_made_is_unmanaged(knowledge: Knowledge) -> None:
    rule = live("compute.googleapis.com/Firewall", "projects/shop/global/firewalls/open", {"name": "open"})
    [difference] = compared(knowledge, [], [rule]).differences
    assert (difference.kind, difference.resource.type) == (DriftKind.UNMANAGED, "google_compute_firewall")
    assert difference.resource.id == "projects/shop/global/firewalls/open"
