"""States in S3, against a server on loopback."""

import gzip
import json
from typing import Any

import boto3
import pytest

from engine.collectors.base import Context, Lack
from engine.collectors.declared.terraform_state import Settings, Source
from engine.errors import SourceError
from tests.support.aws_gate import Refusal, open_gate


def state(identity: str) -> bytes:
    item = {"mode": "managed", "type": "aws_instance", "name": "a", "provider": "provider.aws"}
    instances = [{"attributes": {"id": identity}}]
    return json.dumps({"version": 4, "serial": 1, "resources": [item | {"instances": instances}]}).encode()


@pytest.fixture
def bucket(moto_endpoint: str) -> Any:
    s3 = boto3.resource("s3", endpoint_url=moto_endpoint, region_name="us-east-1")
    return s3.create_bucket(Bucket="states")


def source(path: str, endpoint: str, **settings: Any) -> Source:
    settings = {"region": "us-east-1", "endpoint_url": endpoint} | settings
    return Source(Settings(name="state", kind="terraform_state", path=path, **settings))


def test_one_object(bucket: Any, moto_endpoint: str) -> None:
    bucket.put_object(Key="prod/terraform.tfstate", Body=state("i-1"))

    (found,) = source("s3://states/prod/terraform.tfstate", moto_endpoint).collect(Context())

    assert (found.ref.id, found.origin) == ("i-1", "s3://states/prod/terraform.tfstate")


def test_a_prefix_takes_every_state_below_it(bucket: Any, moto_endpoint: str) -> None:
    bucket.put_object(Key="prod/a.tfstate", Body=state("i-1"))
    bucket.put_object(Key="prod/b/c.tfstate.gz", Body=gzip.compress(state("i-2")))
    bucket.put_object(Key="prod/notes.json", Body=b'{"a": 1}')
    bucket.put_object(Key="prod/notes.txt", Body=b"not looked at")
    bucket.put_object(Key="dev/a.tfstate", Body=state("i-3"))
    context = Context()

    found = list(source("s3://states/prod/", moto_endpoint).collect(context))

    assert [item.ref.id for item in found] == ["i-1", "i-2"]
    assert context.problems == []


@pytest.mark.parametrize("path", ["s3://states/a.tfstate", "s3://states/"])
def test_the_fingerprint_follows_the_content(bucket: Any, moto_endpoint: str, path: str) -> None:
    bucket.put_object(Key="a.tfstate", Body=state("i-1"))
    reader = source(path, moto_endpoint)
    before = reader.fingerprint()

    assert reader.fingerprint() == before
    bucket.put_object(Key="a.tfstate", Body=state("i-2"))
    assert reader.fingerprint() != before


@pytest.mark.parametrize(
    ("path", "settings", "reason"),
    [
        ("s3://states/absent.tfstate", {}, "s3://states: there is no such bucket or object"),
        ("s3://elsewhere/", {}, "s3://elsewhere: there is no such bucket"),
        ("s3:///key", {}, "a state in S3 is given as s3://BUCKET/KEY"),
        ("s3://states/a", {"profile": "nobody"}, "the AWS profile 'nobody' does not exist"),
        ("s3://states/a", {"endpoint_url": "http://127.0.0.1:9"}, "S3 cannot be reached"),
    ],
)
def test_refusals(bucket: Any, moto_endpoint: str, path: str, settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        list(source(path, moto_endpoint, **settings).collect(Context()))


def test_without_credentials(bucket: Any, moto_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(SourceError, match="no AWS credentials were found; log in, or set `profile`"):
        list(source("s3://states/a", moto_endpoint).collect(Context()))


def test_access_tells_as_whom_states_are_read_and_when_they_changed(bucket: Any, moto_endpoint: str) -> None:
    bucket.put_object(Key="a.tfstate", Body=state("i-1"))

    access = source("s3://states/a.tfstate", moto_endpoint).access(Context())

    assert access is not None
    assert access.identity.startswith("arn:aws:")
    assert access.may == ("s3://states/a.tfstate",)
    assert access.lacks == ()
    assert access.newest is not None


def test_access_names_the_permission_that_is_lacking(bucket: Any, moto_endpoint: str) -> None:
    with open_gate(moto_endpoint) as gate:
        gate.refusals.append(Refusal("s3", "a.tfstate", "AccessDenied", 403))
        access = source("s3://states/a.tfstate", gate.url).access(Context())

    assert access is not None
    assert access.lacks == (Lack("s3://states/a.tfstate", "s3:GetObject and s3:ListBucket"),)
