"""What Google answers, in the shapes in which Terraform keeps it."""

import pytest

from engine.compare.convert.gcp import (
    attached_disks,
    bindings,
    bound_members,
    disk_made_with,
    enabled_block,
    labels,
    live_state,
    metadata,
)


def test_labels_of_google_s_own_are_left_out_unless_the_state_knows_them() -> None:
    live = {"team": "web", "goog-ops": "x", "goog-terraform-provisioned": "true"}
    assert labels(live, {"team": "web"}, {}) == {"team": "web"}
    assert labels(live, {"goog-ops": "x"}, {}) == {"team": "web", "goog-ops": "x"}
    assert labels(None, None, {}) is None


def test_metadata_is_a_map_without_the_script_that_is_declared_apart() -> None:
    live = {"items": [{"key": "a", "value": "1"}, {"key": "startup-script", "value": "apt update"}]}
    assert metadata(live, None, {"metadata_startup_script": "apt update"}) == {"a": "1"}
    assert metadata(live, {"startup-script": ""}, {}) == {"a": "1", "startup-script": "apt update"}
    assert metadata({}, None, {}) == {}


def test_a_block_that_is_switched_off_is_none() -> None:
    assert enabled_block({"enable": False, "metadata": "ALL"}, None, {}) is None
    assert enabled_block({"enable": True}, None, {}) == {"enable": True}


def test_only_disks_that_were_attached_are_told() -> None:
    disks = [{"boot": True}, {"type": "SCRATCH"}, {"source": "extra", "type": "PERSISTENT"}]
    assert attached_disks(disks, None, {}) == [{"source": "extra", "type": "PERSISTENT"}]
    assert attached_disks(None, None, {}) == []


def test_a_boot_disk_tells_its_size() -> None:
    assert disk_made_with("50", None, {}) == {"size": "50"}


@pytest.mark.parametrize(("live", "state"), [(None, "ANY"), (True, "LIVE"), (False, "ARCHIVED")])
def test_which_versions_a_rule_is_about(live: bool | None, state: str) -> None:
    assert live_state(live, None, {}) == state


def test_members_are_those_of_the_role_under_the_same_condition() -> None:
    condition = {"title": "soon", "expression": "request.time < x"}
    live = [
        {"role": "roles/viewer", "members": ["user:a@x.example"]},
        {"role": "roles/viewer", "members": ["user:b@x.example"], "condition": condition},
        {"role": "roles/owner", "members": ["user:c@x.example"]},
        "damaged",
    ]
    assert bound_members(live, None, {"role": "roles/viewer"}) == ["user:a@x.example"]
    assert bound_members(live, None, {"role": "roles/viewer", "condition": [condition]}) == ["user:b@x.example"]


def test_a_policy_is_its_bindings() -> None:
    assert bindings({"bindings": [{"role": "r"}], "etag": "x", "version": 1}, None, {}) == {"bindings": [{"role": "r"}]}
