"""Identities: the spellings of one resource's address that providers and code use."""

import pytest

from engine.compare.identity import lookup_form, same_google_path, spelled_like

LINK = "https://www.googleapis.com/compute/v1/projects/shop/zones/z/disks/web"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (LINK, "projects/shop/zones/z/disks/web"),
        (LINK, "//compute.googleapis.com/projects/shop/zones/z/disks/web"),
        (LINK, "https://compute.googleapis.com/compute/v1/projects/shop/zones/z/disks/web"),
        (LINK, "zones/z/disks/web"),
        (LINK, "web"),
        ("projects/4711/secrets/token", "projects/shop/secrets/token"),
        (
            "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/7",
            "projects/p/locations/l/keyRings/r/cryptoKeys/k",
        ),
        ("https://www.googleapis.com/auth/cloud-platform", "cloud-platform"),
    ],
)
def test_one_resource_in_two_spellings(left: str, right: str) -> None:
    assert same_google_path(left, right)
    assert same_google_path(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (LINK, LINK.replace("web", "other")),
        (LINK, LINK.replace("shop", "bank")),
        (LINK, "eb"),
        (LINK, ""),
        ("10.0.0.0/8", "8"),
        ("a/b", "b"),
    ],
)
def test_two_resources(left: str, right: str) -> None:
    assert not same_google_path(left, right)
    assert not same_google_path(right, left)


def test_addresses_are_looked_up_in_one_form() -> None:
    assert lookup_form(LINK) == lookup_form("projects/4711/zones/z/disks/web") == "projects/-/zones/z/disks/web"
    assert lookup_form("projects/p/zones/z/clusters/c") == lookup_form("projects/p/locations/z/clusters/c")
    assert lookup_form("https://sqs.eu-west-1.amazonaws.com/1/jobs") == "https://sqs.eu-west-1.amazonaws.com/1/jobs"
    assert lookup_form("/subscriptions/A/resourceGroups/B") == "/subscriptions/a/resourcegroups/b"


def test_a_live_address_is_shown_as_the_code_would_write_it() -> None:
    assert spelled_like("disk-1", LINK) == "web"
    assert spelled_like("projects/shop/zones/z/disks/a", LINK) == "projects/shop/zones/z/disks/web"
    assert spelled_like("https://www.googleapis.com/compute/v1/a", LINK) == LINK
    assert spelled_like(["disk-1"], [LINK]) == ["web"]
    assert spelled_like("", LINK) == spelled_like(None, LINK) == LINK
    assert spelled_like("anything", "https://shop.example/web") == "https://shop.example/web"
