"""The same Google resources from both sides, recorded by others: Terraform's state against the APIs' answers.

Nothing was changed between the two, so every difference is a false one, but for those in `REAL`.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from msgspec import Struct, field

from engine.collectors.actual.gcp_assets import Settings, Source
from engine.collectors.base import Context
from engine.compare import Estate, compare
from engine.compare.paths import NOT_READ, first_value
from engine.model import Coverage, DriftKind, Observed
from engine.providers import Knowledge, load_knowledge
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.recorded_assets import assets
from tests.support.recorded_triples import Triple, google_triples

_OTHER_RUN = "state and answers are of different runs of the fixture, whose names differ"
#: Differences that the recordings really hold.
REAL = {
    **{
        (f"firestore-{what}", "missing"): _OTHER_RUN
        for what in (
            "database-query",
            "database-filter-location",
            "backup-schedule-query",
            "backup-schedule-filter",
            "backup-schedule-get",
        )
    },
    ("vertexai-dataset-multi-location", "missing"): _OTHER_RUN,
    ("redis-cluster-query", "deletion_protection_enabled"): "switched on between the state and the recording",
}
#: Coverage must not shrink unseen.
MINIMUM = {"resources": 46, "attributes": 430}


class Result(Struct):
    """What comparing one triple gave."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str, str, str]] = field(default_factory=list)


def compare_triple(triple: Triple, knowledge: Knowledge, folder: Path) -> Result:
    export, result = folder / f"{triple.name}.ndjson", Result()
    export.write_text("\n".join(map(json.dumps, assets(triple.flight))))
    found = list(Source(Settings(name="gcp", kind="gcp_assets", path=str(export))).collect(Context()))
    estate = Estate(
        knowledge,
        (item for item in found if isinstance(item, Observed)),
        (item for item in found if isinstance(item, Coverage)),
    )
    for declared in triple.declared:
        rule = knowledge.types.get(declared.ref.type)
        live = estate.find(declared, rule) if rule else None
        if live is not None:
            read = [
                name
                for name, attribute in knowledge.attribute_rules(declared.ref.type)
                if name in declared.attributes
                and first_value(attribute.paths, live.parts, declared.attributes) is not NOT_READ
            ]
            result.counts += Counter(resources=1, attributes=len(read))
    for difference in compare(triple.declared, estate, knowledge).differences:
        if difference.kind is not DriftKind.UNMANAGED:
            paths = [change.path for change in difference.changes] or [difference.kind.value]
            result.differences += [
                (triple.name, path, difference.resource.type, difference.resource.id) for path in paths
            ]
    return result


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    knowledge, folder = load_knowledge(), tmp_path_factory.mktemp("exports")
    return [compare_triple(triple, knowledge, folder) for triple in google_triples(SHARED_DATA / "c7n_triples")]


@needs_shared_data
def test_nothing_differs_that_nobody_changed(results: list[Result]) -> None:
    found = [difference for result in results for difference in result.differences]
    assert [difference for difference in found if difference[:2] not in REAL] == []
    assert {difference[:2] for difference in found} == set(REAL)


@needs_shared_data
def test_the_comparison_covers_what_it_is_meant_to(results: list[Result]) -> None:
    counts: Counter[str] = sum((result.counts for result in results), Counter())
    print(f"compared: {dict(counts)}; differences that are real: {len(REAL)}")  # noqa: T201
    assert counts["resources"] >= MINIMUM["resources"], counts
    assert counts["attributes"] >= MINIMUM["attributes"], counts
