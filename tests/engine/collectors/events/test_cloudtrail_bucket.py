"""CloudTrail's logs in the bucket they are delivered to, over S3's own protocol on loopback."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from engine.collectors.base import Context
from engine.collectors.events.cloudtrail import Settings, Source
from engine.errors import SourceError
from tests.support.trail import record

TODAY = datetime.now(UTC)
LONG_AGO = TODAY - timedelta(days=40)


class Bucket:
    """The bucket of a trail, with logs put in as CloudTrail delivers them."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint)
        self.client.create_bucket(Bucket="trail")

    def deliver(
        self, *records: dict[str, Any], day: datetime = TODAY, region: str = "eu-west-1", under: str = ""
    ) -> str:
        name = f"123456789012_CloudTrail_{region}_{day:%Y%m%d}T0000Z_{len(records)}{records[0]['eventID']}.json.gz"
        body = gzip.compress(json.dumps({"Records": records}).encode())
        return self.put(f"{under}AWSLogs/123456789012/CloudTrail/{region}/{day:%Y/%m/%d}/{name}", body)

    def put(self, key: str, body: bytes) -> str:
        self.client.put_object(Bucket="trail", Key=key, Body=body)
        return key

    def source(self, s3: str = "s3://trail", **settings: Any) -> Source:
        settings = {"regions": ["eu-west-1"], **settings}
        return Source(Settings(name="trail", kind="cloudtrail", s3=s3, endpoint_url=self.endpoint, **settings))


@pytest.fixture
def bucket(moto_endpoint: str) -> Bucket:
    return Bucket(moto_endpoint)


def ids(source: Source, context: Context | None = None) -> list[str]:
    return sorted(event.id for event in source.collect(context or Context()))


def test_the_logs_of_the_wanted_days_and_regions_are_read(bucket: Bucket) -> None:
    bucket.deliver(record(eventID="a"), record(eventID="b"))
    bucket.deliver(record(eventID="old"), day=LONG_AGO)
    bucket.deliver(record(eventID="elsewhere"), region="us-west-2")
    bucket.put(f"AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/{TODAY:%Y/%m/%d}/digest.json.gz", b"no log")

    assert ids(bucket.source()) == ["a", "b"]
    assert ids(bucket.source(days=90)) == ["a", "b", "old"]
    assert ids(bucket.source(regions=["us-west-2", "eu-west-1"])) == ["a", "b", "elsewhere"]


def test_an_organisation_s_trail_below_a_prefix(bucket: Bucket) -> None:
    bucket.deliver(record(eventID="a"), under="audit/")
    bucket.put(
        f"audit/AWSLogs/o-abc123/210987654321/CloudTrail/eu-west-1/{TODAY:%Y/%m/%d}/x.json",
        json.dumps({"Records": [record(eventID="b")]}).encode(),
    )

    assert ids(bucket.source("s3://trail/audit/")) == ["a", "b"]
    assert ids(bucket.source("s3://trail/other")) == []


def test_only_what_was_delivered_since_is_read_again(bucket: Bucket) -> None:
    bucket.deliver(record(eventID="a"))

    assert ids(bucket.source(), Context(since=datetime.now(UTC) + timedelta(minutes=5))) == []
    assert ids(bucket.source(), Context(since=datetime.now(UTC) - timedelta(minutes=5))) == ["a"]


def test_a_broken_log_costs_itself_only(bucket: Bucket) -> None:
    bucket.deliver(record(eventID="a"))
    folder = f"AWSLogs/123456789012/CloudTrail/eu-west-1/{TODAY:%Y/%m/%d}"
    bucket.put(f"{folder}/cut.json.gz", gzip.compress(b"{}" * 500)[:40])
    bucket.put(f"{folder}/half.json", b'{"Records": [{"eventID": "x"')
    bucket.put(f"{folder}/odd.json", b'{"Records": [{"eventID": "no time"}]}')
    context = Context()

    assert ids(bucket.source(), context) == ["a"]
    assert context.skipped == 3
    assert {problem.partition(":")[0] for problem in context.problems} == {"cut.json.gz", "half.json", "odd.json"}


def test_what_stands_in_the_way_is_one_sentence(bucket: Bucket) -> None:
    with pytest.raises(SourceError, match=r"s3://nothing/ cannot be listed: s3:ListObjectsV2 failed \(NoSuchBucket\)"):
        ids(bucket.source("s3://nothing"))
    with pytest.raises(SourceError, match="`s3` of source 'trail' is no address; write it as s3://BUCKET/PREFIX"):
        ids(bucket.source("trail"))


def test_what_may_be_read_is_known_beforehand(bucket: Bucket) -> None:
    bucket.deliver(record(eventID="a"))
    access = bucket.source().access(Context())

    assert access is not None
    assert access.may == ("logs in s3://trail",)
    assert access.newest is not None
    assert TODAY - access.newest < timedelta(minutes=5)


def test_a_bucket_has_no_fingerprint(bucket: Bucket) -> None:
    assert bucket.source().fingerprint() is None
