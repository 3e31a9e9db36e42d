"""Exports of Cloud Asset Inventory in the shapes in which people keep them."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from engine.collectors.actual.gcp_assets import Settings, Source
from engine.collectors.base import Context, Found
from engine.errors import SourceError
from engine.model import Coverage, Observed

RULE = {
    "name": "//compute.googleapis.com/projects/shop/global/firewalls/web",
    "assetType": "compute.googleapis.com/Firewall",
    "ancestors": ["projects/4711", "organizations/1"],
    "updateTime": "2026-03-16T12:00:00Z",
    "resource": {"version": "v1", "data": {"name": "web", "sourceRanges": ["10.0.0.0/8"]}, "location": "global"},
}
BUCKET = {
    "name": "//storage.googleapis.com/shop-assets",
    "assetType": "storage.googleapis.com/Bucket",
    "ancestors": ["projects/4711", "organizations/1"],
    "updateTime": "2026-03-16T13:00:00Z",
    "resource": {"data": {"name": "shop-assets", "projectNumber": "4711"}},
}
SNAKE = {
    "name": RULE["name"],
    "asset_type": RULE["assetType"],
    "ancestors": RULE["ancestors"],
    "update_time": RULE["updateTime"],
    "resource": RULE["resource"],
}


def lines(*assets: Any) -> bytes:
    return b"\n".join(json.dumps(asset).encode() for asset in assets)


def read(folder: Path, context: Context | None = None, **files: bytes) -> list[Found]:
    for name, content in files.items():
        (folder / f"{name}.ndjson").write_bytes(content)
    settings = Settings(name="gcp", kind="gcp_assets", path=str(folder))
    return list(Source(settings).collect(context or Context()))


def observed(found: list[Found]) -> list[Observed]:
    return [item for item in found if isinstance(item, Observed)]


SHAPES: dict[str, Callable[[], bytes]] = {
    "a line each": lambda: lines(RULE, BUCKET),
    "a list": lambda: json.dumps([RULE, BUCKET], indent=2).encode(),
    "an answer": lambda: json.dumps({"readTime": "2026-03-16T14:00:00Z", "assets": [RULE, BUCKET]}).encode(),
    "as tables have it": lambda: lines(SNAKE, BUCKET),
    "as feeds have it": lambda: lines({"asset": RULE}, {"asset": BUCKET, "window": {}}),
    "gzip": lambda: gzip.compress(lines(RULE, BUCKET)),
    "zstd": lambda: zstandard.compress(lines(RULE, BUCKET)),
    "with a byte order mark": lambda: b"\xef\xbb\xbf" + lines(RULE, BUCKET) + b"\n\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_reads_alike(tmp_path: Path, shape: str) -> None:
    rule, bucket = observed(read(tmp_path, export=SHAPES[shape]()))
    assert (rule.native, rule.scope, rule.parts["Asset"]["name"]) == ("compute.googleapis.com/Firewall", "shop", "web")
    assert (bucket.native, bucket.scope) == ("storage.googleapis.com/Bucket", "shop")
    assert rule.observed_at is not None
    assert rule.observed_at.hour == 12


def test_one_asset_alone_is_read(tmp_path: Path) -> None:
    [rule] = observed(read(tmp_path, export=json.dumps(RULE, indent=2).encode()))
    assert rule.parts["AssetInfo"]["path"] == "projects/shop/global/firewalls/web"


def test_whose_an_asset_is_may_be_told_after_it_and_elsewhere(tmp_path: Path) -> None:
    found = observed(read(tmp_path, a=lines(BUCKET), b=lines(RULE)))
    assert {item.scope for item in found} == {"shop"}


def test_nothing_tells_whose_it_is(tmp_path: Path) -> None:
    found = read(tmp_path, export=lines(BUCKET))
    assert [item.scope for item in observed(found)] == [""]
    assert not [item for item in found if isinstance(item, Coverage)]


def test_an_export_covers_the_types_and_projects_that_it_names(tmp_path: Path) -> None:
    found = read(tmp_path, export=lines(RULE, BUCKET))
    assert {(item.native, item.scope) for item in found if isinstance(item, Coverage)} == {
        ("compute.googleapis.com/Firewall", "shop"),
        ("storage.googleapis.com/Bucket", "shop"),
    }


def test_access_policies_alone_cover_nothing(tmp_path: Path) -> None:
    policy = {"name": RULE["name"], "assetType": RULE["assetType"], "iamPolicy": {"bindings": []}}
    [item] = read(tmp_path, export=lines(policy))
    assert isinstance(item, Observed)
    assert item.parts["IamPolicy"] == {"bindings": []}
    assert "Asset" not in item.parts


def test_a_search_tells_that_it_is_there_and_not_how_it_is_set(tmp_path: Path) -> None:
    result = {"name": RULE["name"], "assetType": RULE["assetType"], "project": "projects/4711", "displayName": "web"}
    [item] = observed(read(tmp_path, export=json.dumps({"results": [result]}).encode()))
    assert item.parts["Search"] == {"displayName": "web", "labels": {}}


def test_what_was_deleted_is_not_there(tmp_path: Path) -> None:
    assert observed(read(tmp_path, export=lines({"asset": RULE, "deleted": True}))) == []


def test_global_and_regional_variants_are_one_type(tmp_path: Path) -> None:
    address = {**RULE, "name": "//compute.googleapis.com/projects/shop/global/addresses/web"}
    [item] = observed(read(tmp_path, export=lines({**address, "assetType": "compute.googleapis.com/GlobalAddress"})))
    assert item.native == "compute.googleapis.com/Address"


def test_one_bad_record_costs_one_record(tmp_path: Path) -> None:
    context = Context()
    content = lines(RULE) + b'\n{"name": 7}\nnot json\n{"name": "//x/y"}\n' + lines(BUCKET)
    assert len(observed(read(tmp_path, context, export=content))) == 2
    assert context.skipped == 3
    assert all(problem.startswith("export.ndjson:") for problem in context.problems)


def test_one_damaged_file_leaves_the_others(tmp_path: Path) -> None:
    context = Context()
    found = read(tmp_path, context, a=gzip.compress(lines(RULE) * 9)[:40], b=lines(RULE))
    assert len(observed(found)) == 1
    assert "damaged" in context.problems[0]


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing of source 'gcp' could be read"):
        read(tmp_path, export=b"[not a list")


def test_recorded_input_tells_doctor_nothing(tmp_path: Path) -> None:
    assert Source(Settings(name="gcp", kind="gcp_assets", path=str(tmp_path))).access(Context()) is None


def test_a_changed_file_changes_the_fingerprint(tmp_path: Path) -> None:
    source = Source(Settings(name="gcp", kind="gcp_assets", path=str(tmp_path)))
    (tmp_path / "export.json").write_bytes(lines(RULE))
    before = source.fingerprint()
    (tmp_path / "export.json").write_bytes(lines(RULE, BUCKET))
    assert before is not None
    assert source.fingerprint() != before
    assert Source(Settings(name="gcp", kind="gcp_assets", scope="projects/shop")).fingerprint() is None
