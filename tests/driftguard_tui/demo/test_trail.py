"""The API calls: the stories' calls are there, on the right resources, in the noise of ten days."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from driftguard_tui.demo.company import FIRST_CALL, NOW
from driftguard_tui.demo.estate import build_company
from driftguard_tui.demo.kit import iso, when
from driftguard_tui.demo.stories import Altered, Gone, Stray, tell_stories
from driftguard_tui.demo.things.base import Recorded
from driftguard_tui.demo.truth import EXPLAINED

COMPANY = build_company()
STORIES = {story.name: story for story in tell_stories(COMPANY)}


@pytest.fixture(scope="module")
def records(bundle: Path) -> list[dict[str, Any]]:
    found = []
    for path in sorted(bundle.glob("cloudtrail/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz")):
        found += json.loads(gzip.decompress(path.read_bytes()))["Records"]
    return found


def test_there_is_as_much_noise_as_in_real_life(records: list[dict[str, Any]]) -> None:
    assert 3000 <= len(records) <= 6000
    reads = sum(record["readOnly"] for record in records)
    assert reads > 0.9 * len(records)
    kinds = Counter(record["userIdentity"]["type"] for record in records)
    assert {"AssumedRole", "AWSService", "IAMUser", "Root"} <= set(kinds)
    assert sum("errorCode" in record for record in records) > 15


def test_ids_are_unique_and_times_lie_in_the_ten_days(records: list[dict[str, Any]]) -> None:
    assert len({record["eventID"] for record in records}) == len(records)
    assert iso(FIRST_CALL) <= min(record["eventTime"] for record in records)
    assert max(record["eventTime"] for record in records) <= iso(NOW)


def test_files_hold_the_calls_of_their_account_region_and_day(bundle: Path) -> None:
    for path in bundle.glob("cloudtrail/AWSLogs/*/CloudTrail/*/*/*/*/*.json.gz"):
        account, _, region, year, month, day = path.relative_to(bundle / "cloudtrail/AWSLogs").parts[:6]
        assert path.name.startswith(f"{account}_CloudTrail_{region}_{year}{month}{day}T")
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]:
            assert record["recipientAccountId"] == account
            assert record["awsRegion"] == region
            assert record["eventTime"].startswith(f"{year}-{month}-{day}")


def test_calls_of_global_services_are_recorded_in_virginia(records: list[dict[str, Any]]) -> None:
    regions = {record["awsRegion"] for record in records if record["eventSource"] == "iam.amazonaws.com"}
    assert "us-east-1" in regions
    attach = next(record for record in records if record["eventName"] == "AttachRolePolicy")
    assert attach["awsRegion"] == "us-east-1"


@pytest.mark.parametrize("truth", EXPLAINED, ids=lambda truth: truth.story)
def test_the_call_behind_a_drift_is_recorded(truth, records: list[dict[str, Any]]) -> None:  # type: ignore[no-untyped-def]
    story = STORIES[truth.story]
    match story.effect:
        case Altered(where, _, _) | Gone(where):
            thing = COMPANY.estate.thing(where, Recorded)
        case Stray(thing):
            pass
    times = {iso(call.at) for call in story.calls}
    calls = [
        record
        for record in records
        if record["eventTime"] in times and any(name in json.dumps(record) for name in names_of(thing))
    ]
    assert calls
    done = [record for record in calls if record["eventTime"] == iso(when(truth.at)) and "errorCode" not in record]
    if truth.story in ("payments-backups", "label-renderer-memory"):
        # Merged, and refused when it was applied: nothing was done.
        assert done == []
        assert any("errorCode" in record for record in calls)
    else:
        [call] = done
        assert not call["readOnly"]
        assert truth.who is not None
        assert truth.who in json.dumps(call["userIdentity"])


def names_of(thing: Recorded) -> set[str]:
    attributes = thing.attributes()
    named = ("id", "arn", "name", "identifier", "bucket", "function_name", "key_id")
    return {str(attributes[key]) for key in named if attributes.get(key)}
