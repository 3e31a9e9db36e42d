"""CloudTrail from files: every shape that it is kept in, and what becomes of a record."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail import Settings, Source
from engine.errors import SourceError
from engine.model import Event, Via
from tests.support.paths import SHARED_DATA, needs_shared_data
from tests.support.trail import ACCOUNT, record

CHANGE = record(request={"dBInstanceIdentifier": "shop-db", "multiAZ": True})


def read(path: Path, context: Context | None = None) -> list[Event]:
    settings = Settings(name="trail", kind="cloudtrail", path=str(path))
    return list(Source(settings).collect(context or Context()))


def event_of(**more: Any) -> Event:
    from engine.collectors.events.cloudtrail.records import to_event

    return to_event(json.dumps({**CHANGE, **more}).encode(), "trail")


@pytest.mark.parametrize(
    "content",
    [
        {"Records": [CHANGE]},
        [CHANGE],
        CHANGE,
        {"Events": [{"EventId": "x", "CloudTrailEvent": json.dumps(CHANGE)}], "NextToken": "n"},
        {"version": "0", "source": "aws.rds", "detail-type": "AWS API Call via CloudTrail", "detail": CHANGE},
        [{"detail": CHANGE}],
    ],
    ids=["delivered", "list", "single", "lookup-events", "EventBridge", "list of wrapped"],
)
def test_shapes(tmp_path: Path, content: Any) -> None:
    (tmp_path / "log.json").write_text(json.dumps(content, indent=2))
    [event] = read(tmp_path)
    assert event.id == CHANGE["eventID"]
    assert event.at == datetime(2026, 3, 14, 3, 12, tzinfo=UTC)
    assert json.loads(event.original) == CHANGE
    assert "\n" not in event.original


def test_one_record_a_line(tmp_path: Path) -> None:
    lines = [json.dumps(record(eventID=f"e{number}")) for number in range(3)]
    (tmp_path / "log.ndjson").write_text("\n".join(lines) + "\n\n")
    assert [event.id for event in read(tmp_path)] == ["e0", "e1", "e2"]


def test_folders_as_delivered_and_compressed(tmp_path: Path) -> None:
    day = tmp_path / "AWSLogs" / ACCOUNT / "CloudTrail" / "eu-west-1" / "2026" / "03" / "14"
    digest = tmp_path / "AWSLogs" / ACCOUNT / "CloudTrail-Digest" / "eu-west-1"
    day.mkdir(parents=True)
    digest.mkdir(parents=True)
    (day / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": [record(eventID="a")]}).encode()))
    (day / "b.json.zst").write_bytes(zstandard.compress(json.dumps({"Records": [record(eventID="b")]}).encode()))
    (digest / "d.json.gz").write_bytes(gzip.compress(b'{"digestS3Object": "x"}'))
    context = Context()
    assert [event.id for event in read(tmp_path, context)] == ["a", "b"]
    assert context.skipped == 0


def test_one_bad_file_and_one_bad_record_leave_the_rest(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"Records": [{"eventID": "x", ')
    (tmp_path / "good.json").write_text(json.dumps({"Records": [{"eventName": "NoId"}, CHANGE]}))
    context = Context()
    assert len(read(tmp_path, context)) == 1
    assert context.skipped == 2
    assert "cut.json: not JSON, or cut short" in context.problems[0]


def test_a_source_of_which_nothing_can_be_read_fails_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text("{")
    with pytest.raises(SourceError, match="'trail' could be read"):
        read(tmp_path)


def test_only_what_is_wanted_since(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text(json.dumps([CHANGE, record(eventID="old", eventTime="2026-03-01T00:00:00Z")]))
    assert len(read(tmp_path, Context(since=datetime(2026, 3, 10, tzinfo=UTC)))) == 1


def test_the_fingerprint_follows_the_files(tmp_path: Path) -> None:
    source = Source(Settings(name="trail", kind="cloudtrail", path=str(tmp_path)))
    (tmp_path / "a.json").write_text("[]")
    before = source.fingerprint()
    assert before == source.fingerprint()
    (tmp_path / "b.json").write_text("[]")
    assert source.fingerprint() != before
    assert Source(Settings(name="trail", kind="cloudtrail")).fingerprint() is None


def test_the_summary_is_one_plain_line() -> None:
    assert event_of().summary == "ModifyDBInstance shop-db by jana@shop.example via console"
    denied = event_of(errorCode="AccessDenied")
    assert denied.error == "AccessDenied"
    assert denied.summary.endswith("(failed: AccessDenied)")


def test_what_a_call_touches() -> None:
    arn = f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:shop-db"
    event = event_of(
        requestParameters={"dBInstanceIdentifier": "shop-db", "vpcSecurityGroupIds": ["sg-0a1b2c3d"], "multiAZ": True},
        responseElements={"dBInstanceArn": arn, "engine": "mysql 8"},
        resources=[{"ARN": "arn:aws:kms:eu-west-1:1:key/k-1", "accountId": "1"}],
    )
    assert set(event.touches) == {"shop-db", "sg-0a1b2c3d", arn, "arn:aws:kms:eu-west-1:1:key/k-1", "k-1"}


def test_versions_in_the_names_of_operations_are_left_out() -> None:
    assert event_of(eventName="UpdateFunctionConfiguration20150331v2").operation == "UpdateFunctionConfiguration"
    assert event_of(eventName="CreateFunction20150331").operation == "CreateFunction"


def test_reads_are_told_by_the_record_or_else_by_the_verb() -> None:
    assert event_of().writes
    assert not event_of(readOnly=True).writes
    assert not event_of(eventName="DescribeInstances", readOnly=None).writes
    assert event_of(eventName="DeleteQueue", readOnly=None).writes


def test_the_scope_is_the_account_that_received_the_call() -> None:
    assert event_of(recipientAccountId="210987654321").scope == "210987654321/eu-west-1"


def test_a_secret_as_long_as_what_replaces_it_leaves_no_trace_either() -> None:
    secret = "hunter2hunt"
    assert len(secret) == len("(sensitive)")
    event = event_of(requestParameters={"masterUserPassword": secret})
    assert secret not in repr(event)


def test_secrets_leave_no_trace() -> None:
    event = event_of(
        requestParameters={"dBInstanceIdentifier": "shop-db", "masterUserPassword": "hunter2"},
        responseElements={"credentials": {"sessionToken": "hunter2"}, "url": "https://me:hunter2@host/"},
    )
    assert "hunter2" not in repr(event)
    assert json.loads(event.request)["dBInstanceIdentifier"] == "shop-db"


def test_text_from_outside_is_kept_as_data() -> None:
    event = event_of(requestParameters={"dBInstanceIdentifier": "[red]x\x1b]52;c;eA==\x07"})
    assert "[red]x\x1b]52;c;eA==\x07" in event.touches


@needs_shared_data
def test_recorded_techniques() -> None:
    context = Context()
    folder = SHARED_DATA / "cloudtrail"
    events = read(folder, context)
    assert len(list(folder.glob("*.json"))) == 35
    assert (len(events), context.skipped) == (310, 0)
    reads = ("Describe", "Get", "List")
    assert not [
        event
        for event in events
        if event.operation.startswith(reads) and event.writes and "Federation" not in event.operation
    ]
    assert sum(event.writes for event in events) == 49
    people = {event.actor.principal for event in events if event.actor.principal == "christophe"}
    assert people == {"christophe"}
    assert all(event.actor.via is not Via.TERRAFORM for event in events)
