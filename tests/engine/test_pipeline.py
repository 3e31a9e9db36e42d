"""The whole sentence on a small bundle: collect → normalise → compare → correlate → explain → recommend → record."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.config import bundle_config, load_config
from engine.model import Category, DriftKind, Report, SourceStatus, Via
from engine.pipeline import Progress, scan
from engine.store import open_stores
from tests.support.estates import ACCOUNT, REGION, write_estate
from tests.support.report_schema import validate_report

GROUP = f"sg-{5:017x}"


def api_call(event_id: str, at: str, operation: str, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Engineer_0a1b/ana.lima@shop.example"
    return {
        "eventVersion": "1.10", "eventID": event_id, "eventTime": at, "eventSource": "ec2.amazonaws.com",
        "eventName": operation, "awsRegion": REGION, "sourceIPAddress": "198.51.100.7", "readOnly": False,
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0",
        "userIdentity": {"type": "AssumedRole", "arn": arn, "accountId": ACCOUNT,
                         "principalId": "AROAEXAMPLE:ana.lima@shop.example"},
        "requestParameters": request, "recipientAccountId": ACCOUNT, **more,
    }  # fmt: skip


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Twelve resources, six of them changed by hand: among them a security group that was opened to the world."""
    folder = write_estate(tmp_path / "bundle", resources=12, drifts=6)
    opened = {
        "groupId": GROUP,
        "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443,
                                     "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]},
    }  # fmt: skip
    records = [
        api_call("e-denied", "2026-03-14T03:05:00Z", "AuthorizeSecurityGroupIngress", opened, errorCode="AccessDenied"),
        api_call("e-open", "2026-03-14T03:12:00Z", "AuthorizeSecurityGroupIngress", opened),
        api_call("e-other", "2026-03-14T03:20:00Z", "AuthorizeSecurityGroupIngress", {**opened, "groupId": "sg-other"}),
    ]
    (folder / "cloudtrail").mkdir()
    (folder / "cloudtrail" / "trail.json").write_text(json.dumps({"Records": records}))
    return folder


def run(folder: Path, **options: Any) -> Report:
    return asyncio.run(scan(bundle_config(folder), **options))


def without_scan_times(report: Report) -> bytes:
    document = json.loads(msgspec.json.encode(report))
    for name in ("id", "started_at", "finished_at"):
        del document["scan"][name]
    return json.dumps(document).encode()


def test_a_drift_is_found_attributed_explained_rated_and_answered(bundle: Path) -> None:
    report = run(bundle)
    validate_report(msgspec.json.encode(report))
    assert (report.summary.declared, report.summary.modified, report.summary.in_sync) == (12, 6, 6)

    drift = next(drift for drift in report.drifts if drift.resource.id == GROUP)

    assert (drift.kind, drift.resource.type) == (DriftKind.MODIFIED, "aws_security_group")
    assert drift.resource.scope == f"{ACCOUNT}/{REGION}"
    [change] = drift.changes
    assert (change.path, change.declared, change.actual) == (
        "ingress[0].cidr_blocks", ["10.0.0.0/8"], ["10.0.0.0/8", "0.0.0.0/0"],
    )  # fmt: skip
    assert drift.changed_at == datetime(2026, 3, 14, 3, 12, tzinfo=UTC)
    assert drift.actor.principal is not None
    assert "ana.lima@shop.example" in drift.actor.principal
    assert drift.actor.via is Via.CONSOLE
    assert abs(sum(drift.cause.distribution.values()) - 1) < 1e-6
    assert drift.cause.category in (Category.MANUAL_TROUBLESHOOTING, Category.UNAUTHORIZED_CHANGE)
    assert drift.severity.level == "critical"
    assert {"e-open", "e-denied"} <= {evidence.event_id for evidence in drift.evidence}
    assert "e-other" not in {evidence.event_id for evidence in drift.evidence[:2]}
    assert drift.recommendations
    assert any("aws_security_group.r5" in command for item in drift.recommendations for command in item.commands)


def test_the_worst_comes_first(bundle: Path) -> None:
    scores = [drift.severity.score for drift in run(bundle).drifts]
    assert scores == sorted(scores, reverse=True)


def test_now_is_the_newest_recorded_time(bundle: Path) -> None:
    assert run(bundle).scan.as_of == datetime(2026, 3, 14, 4, tzinfo=UTC)


def test_as_of_an_earlier_time_later_events_do_not_count(bundle: Path) -> None:
    report = run(bundle, as_of=datetime(2026, 3, 14, 3, 10, tzinfo=UTC))
    drift = next(drift for drift in report.drifts if drift.resource.id == GROUP)
    assert (drift.changed_at, drift.actor.principal) == (None, None)


def test_the_same_bundle_gives_the_same_report(bundle: Path, tmp_path: Path) -> None:
    first, second = run(bundle), run(bundle)
    assert first.scan.id != second.scan.id
    assert without_scan_times(first) == without_scan_times(second)
    with open_stores(tmp_path / "store") as stores:
        stored = [run(bundle, stores=stores) for _ in range(2)]
    assert {without_scan_times(report) for report in stored} == {without_scan_times(first)}


def test_a_scan_with_nothing_changed_reads_no_source_again(bundle: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    with open_stores(tmp_path / "store") as stores:
        run(bundle, stores=stores)
        run(bundle, stores=stores, listener=heard.append)
    assert [progress for progress in heard if progress.step == "collect"] == []


def test_a_source_that_failed_is_tried_again_though_nothing_shows_a_change(bundle: Path, tmp_path: Path) -> None:
    (bundle / "aws" / "broken.json").write_text("{")
    heard: list[Progress] = []
    with open_stores(tmp_path / "store") as stores:
        run(bundle, stores=stores)
        run(bundle, stores=stores, listener=heard.append)
    assert "aws" in {progress.source for progress in heard if progress.step == "collect"}


def test_a_changed_source_is_read_again(bundle: Path, tmp_path: Path) -> None:
    with open_stores(tmp_path / "store") as stores:
        run(bundle, stores=stores)
        (bundle / "cloudtrail" / "trail.json").unlink()
        (bundle / "cloudtrail" / "other.json").write_text('{"Records": []}')
        report = run(bundle, stores=stores)
    assert all(drift.actor.principal is None for drift in report.drifts)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("terraform/broken.tfstate", "broken.tfstate"),
        ("cloudtrail/broken.json", "broken.json"),
        ("aws/broken.json", "broken.json"),
    ],
)
def test_a_broken_file_costs_itself_only(bundle: Path, broken: str, words: str) -> None:
    intact = {drift.id for drift in run(bundle).drifts}
    (bundle / broken).write_text('{"version": 4, "resour')
    report = run(bundle)
    [source] = [source for source in report.scan.sources if source.status is not SourceStatus.OK]
    assert (source.name, source.status) == (broken.split("/")[0], SourceStatus.PARTIAL)
    assert words in (source.error or "")
    assert {drift.id for drift in report.drifts} == intact


def test_broken_sources_leave_the_others(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "driftguard.toml").write_text(
        """
[[source]]
name = "good"
kind = "terraform_state"
path = "bundle/terraform"

[[source]]
name = "gone"
kind = "terraform_state"
path = "nowhere/*.tfstate"

[[source]]
name = "actual"
kind = "aws"
path = "bundle/aws"

[[source]]
name = "unreachable"
kind = "aws"
regions = ["eu-west-1"]
endpoint_url = "http://127.0.0.1:9"

[[source]]
name = "later"
kind = "jira"
path = "jira"
"""
    )
    report = asyncio.run(scan(load_config(tmp_path / "driftguard.toml")))
    health = {source.name: source for source in report.scan.sources}
    assert {name: source.status.value for name, source in health.items()} == {
        "good": "ok", "gone": "failed", "actual": "ok", "unreachable": "failed", "later": "failed",
    }  # fmt: skip
    assert all(source.error for source in health.values() if source.status is SourceStatus.FAILED)
    assert "nowhere/*.tfstate" in (health["gone"].error or "")
    assert report.summary.modified == 6


def test_progress_names_every_word_of_the_sentence(bundle: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    with open_stores(tmp_path / "store") as stores:
        run(bundle, stores=stores, listener=heard.append)
    steps = list(dict.fromkeys(progress.step for progress in heard))
    assert steps == ["collect", "compare", "correlate", "explain", "record"]
    assert {progress.source for progress in heard if progress.done} == {"terraform", "aws", "cloudtrail"}


def test_cancelling_leaves_the_stores_as_they_were(bundle: Path, tmp_path: Path) -> None:
    async def cancel_while_collecting() -> None:
        with open_stores(tmp_path / "store") as stores:
            started = asyncio.Event()
            loop = asyncio.get_running_loop()

            def heard(_: Progress) -> None:
                loop.call_soon_threadsafe(started.set)

            task = asyncio.create_task(scan(bundle_config(bundle), stores=stores, listener=heard))
            await started.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(cancel_while_collecting())
    with open_stores(tmp_path / "store") as stores:
        assert stores.timeline.last_report() is None
        assert stores.ledger.drifts() == []
