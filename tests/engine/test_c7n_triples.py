"""The same resources from both sides, recorded by others: Terraform's state against the API's answers.

Nothing was changed between the two, so every difference is a false one, but for those in `REAL`.
"""

from collections import Counter

import pytest

from engine.collectors.actual.aws import Settings
from engine.collectors.actual.aws_recorded import read_recorded
from engine.collectors.base import Context, Found
from engine.collectors.files import find_files
from engine.errors import SourceError
from engine.providers import load_knowledge
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.recorded_triples import Result, Triple, aws_triples, compare_triple

_OTHER_RUN = "state and answers are of different runs of the fixture, whose names differ"
#: Differences that the recordings really hold: what was changed between the state and the first answer.
REAL = {
    ("test_cloudtrail_fail_log_metric_filter_no_alarm", "missing"): _OTHER_RUN,
    ("test_cloudtrail_fail_log_metric_filter_no_sns", "missing"): _OTHER_RUN,
    ("test_cloudtrail_fail_include_management_events", "missing"): _OTHER_RUN,
    ("test_efs_client_error", "missing"): _OTHER_RUN,
    ("test_cwe_bus_xaccount", "missing"): _OTHER_RUN,
    ("test_cwe_bus_kms_filter", "missing"): _OTHER_RUN,
    ("test_aws_asg_update", "tag[1]"): "the account tags new resources with their creator by itself",
    ("test_aws_asg_update", "tag[2]"): "an earlier run of the policy had marked the group",
}
#: Coverage must not shrink unseen.
MINIMUM = {"resources": 92, "attributes": 820}


def found_in(triple: Triple) -> list[Found]:
    """What the recorded answers show; nothing of types that no table describes."""
    settings, found = Settings(name="flight", kind="aws", path=str(triple.flight)), list[Found]()
    try:
        found += read_recorded(find_files(settings), settings, Context())
    except SourceError:
        return []
    return found


@pytest.fixture(scope="module")
def results() -> list[Result]:
    knowledge = load_knowledge()
    triples = aws_triples(SHARED_DATA / "c7n_triples")
    return [compare_triple(triple, found_in(triple), knowledge) for triple in triples]


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
