"""Records of times that never were cost themselves, and move neither the present nor any drift's story."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.config import bundle_config
from engine.model import Report
from engine.pipeline import scan
from tests.support import jira_server, trail
from tests.support.small_bundle import URL, write_bundle


def _scanned(folder: Path, when: str) -> Report:
    """A queue that was changed at ten to nine, among records of another time."""
    bundle = write_bundle(folder, live={"VisibilityTimeout": "900"})
    calls = [
        trail.record(
            "SetQueueAttributes",
            {"queueUrl": URL, "attributes": {"VisibilityTimeout": "900"}},
            eventID=at,
            eventTime=at,
            eventSource="sqs.amazonaws.com",
        )
        for at in (when, "2026-03-14T08:50:00Z")
    ]
    alert = {"labels": {"alertname": "Slow", "service": "orders"}, "activeAt": when, "state": "firing"}
    for name, content in {
        "cloudtrail": {"Records": calls},
        "jira": {"issues": [jira_server.issue("OPS-1", "orders is slow", when)]},
        "prometheus": {"data": [alert]},
    }.items():
        (bundle / name).mkdir()
        (bundle / name / "log.json").write_text(json.dumps(content))
    return asyncio.run(scan(bundle_config(bundle)))


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_what_stands_for_never_is_counted_and_left_out(tmp_path: Path, when: str) -> None:
    report = _scanned(tmp_path, when)
    assert [drift.changed_at for drift in report.drifts] == [datetime(2026, 3, 14, 8, 50, tzinfo=UTC)]
    assert report.scan.as_of == datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
    skipped = {source.kind: source.skipped for source in report.scan.sources}
    assert (skipped["cloudtrail"], skipped["jira"], skipped["prometheus"]) == (1, 1, 1)


def test_what_is_yet_to_come_does_not_move_the_present(tmp_path: Path) -> None:
    report = _scanned(tmp_path, "2999-01-01T00:00:00Z")
    assert report.scan.as_of == datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
    assert report.drifts[0].changed_at == datetime(2026, 3, 14, 8, 50, tzinfo=UTC)
