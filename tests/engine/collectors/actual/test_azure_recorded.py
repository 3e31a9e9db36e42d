"""Azure from recorded answers: every shape they come in, and what they cover."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import zstandard

from engine.collectors.actual.azure import Settings, Source
from engine.collectors.base import Context, Found
from engine.errors import SourceError
from engine.model import Coverage, Observed

SUBSCRIPTION = "0a1b2c3d-0000-4000-8000-00000000000a"
OTHER = "ffffffff-0000-4000-8000-00000000000b"


def row(
    native: str = "microsoft.keyvault/vaults", name: str = "kv", subscription: str = SUBSCRIPTION
) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}/resourceGroups/RG/providers/{native}/{name}",
        "name": name,
        "type": native,
        "tenantId": "t",
        "kind": "",
        "location": "westeurope",
        "resourceGroup": "rg",
        "subscriptionId": subscription,
        "sku": None,
        "tags": {"team": "shop"},
        "properties": {"enabled": True},
    }


def managed(name: str = "kv") -> dict[str, Any]:
    """A resource as the Resource Manager represents it."""
    full = row("Microsoft.KeyVault/vaults", name)
    return {key: full[key] for key in ("id", "name", "type", "location", "properties")}


def read(tmp_path: Path, *files: Any, context: Context | None = None) -> list[Found]:
    for number, content in enumerate(files):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (tmp_path / f"answer-{number}.json").write_bytes(data)
    settings = Settings(name="azure", kind="azure_resource_graph", path=str(tmp_path))
    return list(Source(settings).collect(context or Context()))


def observed(found: list[Found]) -> list[Observed]:
    return [item for item in found if isinstance(item, Observed)]


def covered(found: list[Found]) -> set[tuple[str, str]]:
    return {(item.native, item.scope) for item in found if isinstance(item, Coverage)}


@pytest.mark.parametrize(
    "content",
    [
        {"totalRecords": 1, "count": 1, "data": [row()], "facets": [], "resultTruncated": "false"},
        {"count": 1, "data": [row()], "skip_token": None, "total_records": 1},
        {"data": {"columns": [{"name": name} for name in row()], "rows": [list(row().values())]}},
        [row()],
        [{"data": [row()]}],
        json.dumps(row()).encode() + b"\n" + json.dumps(row(name="second")).encode() + b"\n",
        gzip.compress(json.dumps([row()]).encode()),
        zstandard.compress(json.dumps([row()]).encode()),
    ],
    ids=["rest", "cli", "table", "list", "answers", "lines", "gzip", "zstd"],
)
def test_every_shape_of_an_answer_is_read(tmp_path: Path, content: Any) -> None:
    found = read(tmp_path, content)
    first = observed(found)[0]
    assert first.native == "microsoft.keyvault/vaults"
    assert first.scope == SUBSCRIPTION
    assert first.keys == (row()["id"].lower(),)
    assert first.parts["properties"] == {"enabled": True}
    assert covered(found) == {("microsoft.keyvault/vaults", SUBSCRIPTION)}


def test_a_representation_lacks_only_what_is_not_set(tmp_path: Path) -> None:
    (one,) = observed(read(tmp_path, {"value": [managed()]}))
    assert one.parts["tags"] is None
    assert one.parts["properties"] == {"enabled": True}


def test_a_list_without_properties_does_not_say_that_they_are_not_set(tmp_path: Path) -> None:
    listed = {**managed(), "properties": None}
    (one,) = observed(read(tmp_path, [listed]))
    assert "properties" not in one.parts


def test_a_column_that_a_query_left_out_was_not_read(tmp_path: Path) -> None:
    projected = {key: row()[key] for key in ("id", "name", "type", "properties")}
    (one,) = observed(read(tmp_path, {"data": [projected]}))
    assert "tags" not in one.parts


def test_a_resource_group_is_the_same_from_both_services(tmp_path: Path) -> None:
    group = {"id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg", "name": "rg"}
    found = read(
        tmp_path,
        [{**group, "type": "Microsoft.Resources/resourceGroups", "location": "westeurope", "properties": {}}],
        {"data": [{**group, "type": "microsoft.resources/subscriptions/resourcegroups", "properties": {}}]},
    )
    assert {item.native for item in observed(found)} == {"microsoft.resources/subscriptions/resourcegroups"}


class TestCoverage:
    def test_an_answer_about_one_type_covers_that_type(self, tmp_path: Path) -> None:
        found = read(tmp_path, {"data": [row(), row(name="second")]})
        assert covered(found) == {("microsoft.keyvault/vaults", SUBSCRIPTION)}

    def test_the_whole_table_covers_what_it_does_not_show(self, tmp_path: Path) -> None:
        found = read(tmp_path, {"data": [row(), row("microsoft.storage/storageaccounts", "sa")]})
        assert ("microsoft.network/virtualnetworks", SUBSCRIPTION) in covered(found)
        assert ("microsoft.network/virtualnetworks", OTHER) not in covered(found)
        assert ("microsoft.authorization/roleassignments", SUBSCRIPTION) not in covered(found)

    def test_a_page_of_a_longer_answer_covers_nothing(self, tmp_path: Path) -> None:
        context = Context()
        found = read(tmp_path, {"totalRecords": 2, "data": [row()], "$skipToken": "x"}, context=context)
        assert covered(found) == set()
        assert "all its pages" in context.problems[0]

    def test_all_pages_together_cover(self, tmp_path: Path) -> None:
        found = read(
            tmp_path,
            {"totalRecords": 2, "data": [row()], "$skipToken": "x"},
            {"totalRecords": 2, "data": [row(name="second")]},
        )
        assert covered(found) == {("microsoft.keyvault/vaults", SUBSCRIPTION)}

    def test_a_truncated_answer_covers_nothing(self, tmp_path: Path) -> None:
        assert covered(read(tmp_path, {"data": [row()], "resultTruncated": "true"})) == set()

    def test_a_single_representation_says_nothing_of_others(self, tmp_path: Path) -> None:
        assert covered(read(tmp_path, managed())) == set()

    def test_a_list_with_a_next_link_covers_nothing(self, tmp_path: Path) -> None:
        assert covered(read(tmp_path, {"value": [managed()], "nextLink": "https://management.azure.com/x"})) == set()


class TestDamage:
    def test_a_damaged_line_costs_itself(self, tmp_path: Path) -> None:
        context = Context()
        lines = json.dumps(row()).encode() + b'\n{"id": "/sub\n' + json.dumps(row(name="third")).encode()
        assert len(observed(read(tmp_path, lines, context=context))) == 2
        assert context.skipped == 1

    def test_a_row_without_an_id_costs_itself(self, tmp_path: Path) -> None:
        context = Context()
        assert len(observed(read(tmp_path, {"data": [row(), {"count_": 4}, "x"]}, context=context))) == 1
        assert context.skipped == 2

    @pytest.mark.parametrize("data", [b"", b"not json", b"\x1f\x8bcut", b"3", b'{"a": 1}'])
    def test_a_file_that_cannot_be_used_is_told(self, tmp_path: Path, data: bytes) -> None:
        context = Context()
        assert len(observed(read(tmp_path, data, [row()], context=context))) == 1
        assert "answer-0.json" in context.problems[0]

    def test_nothing_usable_fails_the_source(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="azure"):
            read(tmp_path, b"not json")
