"""The same Google resources from both sides, recorded by others: Terraform's state against the APIs' answers.

Nothing was changed between the two, so every difference is a false one, but for those in `REAL`.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from engine.collectors.actual.gcp_assets import Settings, Source
from engine.collectors.base import Context, Found
from engine.providers import load_knowledge
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.recorded_assets import assets
from tests.support.recorded_triples import Result, Triple, compare_triple, google_triples

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


def found_in(triple: Triple, folder: Path) -> list[Found]:
    """What an export of the recorded assets shows."""
    export = folder / f"{triple.name}.ndjson"
    export.write_text("\n".join(map(json.dumps, assets(triple.flight))))
    return list(Source(Settings(name="gcp", kind="gcp_assets", path=str(export))).collect(Context()))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    knowledge, folder = load_knowledge(), tmp_path_factory.mktemp("exports")
    triples = google_triples(SHARED_DATA / "c7n_triples")
    return [compare_triple(triple, found_in(triple, folder), knowledge) for triple in triples]


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
