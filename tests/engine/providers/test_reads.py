"""The read tables: what ships is sound, and what a user adds is laid over it or refused by name."""

from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from engine.compare.paths import compile_path
from engine.errors import ConfigError
from engine.providers.reads import Call, Read, Reads, load_reads

READS = load_reads("aws")
CALLS = [(native, read, call) for native, read in READS.types.items() for call in read.calls]


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name="eu-west-1")


def test_every_call_is_one_that_the_sdk_knows(session: boto3.Session) -> None:
    clients = {}
    for native, read, call in CALLS:
        try:
            client = clients.setdefault(read.service, session.client(read.service))
        except UnknownServiceError:  # pragma: no cover - names the culprit
            pytest.fail(f"{native}: no service {read.service}")
        shape = client.meta.service_model.operation_model(call.operation)
        assert client.meta.method_to_api_mapping[xform_name(call.operation)] == call.operation
        wanted = {*call.params, *call.given, *([call.batch.parameter] if call.batch else [])}
        known = set(shape.input_shape.members) if shape.input_shape else set()
        assert wanted <= known, f"{native} {call.operation}: no such parameters: {wanted - known}"
        if not call.recorded and not call.match:
            required = set(shape.input_shape.required_members) if shape.input_shape else set()
            assert required <= wanted, f"{native} {call.operation} needs {required - wanted}"


def test_every_parameter_comes_from_an_earlier_call() -> None:
    for native, read in READS.types.items():
        parts: set[str] = set()
        for call in read.calls:
            sources = [*call.given.values(), *call.match.values(), *call.when, *([call.batch.of] if call.batch else [])]
            assert {compile_path(path).part for path in sources} <= parts, f"{native} {call.operation}"
            parts.add(call.part)


def test_a_service_without_a_quota_has_the_default_rate() -> None:
    reads = Reads(rates={"default": 5, "sqs": 40}, types={})
    assert (reads.rate("sqs"), reads.rate("unheard-of")) == (40, 5)


def test_own_reads_are_laid_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "reads.toml").write_text("""
[rates]
sqs = 1
[types."AWS::SQS::Queue"]
service = "sqs"
calls = [{ operation = "ListQueues", items = "QueueUrls", wrap = "QueueUrl" }]
""")
    own = load_reads("aws", tmp_path)
    assert len(own.types["AWS::SQS::Queue"].calls) == 1
    assert own.types["AWS::S3::Bucket"] == READS.types["AWS::S3::Bucket"]
    assert (own.rate("sqs"), own.rate("ec2")) == (1, READS.rate("ec2"))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('[types."X"]\nservice = "sqs"', "missing required field `calls`"),
        ('[types."X"]\nservice = "sqs"\ncalls = []', "the first call of X must list its resources"),
        (
            '[types."X"]\nservice = "sqs"\ncalls = [{ operation = "GetX", given = { Id = "ListX.Id" } }]',
            "the first call of X must list its resources",
        ),
        ("[types", "aws/reads.toml: "),
    ],
)
def test_a_table_that_does_not_fit_is_refused_by_name(tmp_path: Path, table: str, words: str) -> None:
    (tmp_path / "aws").mkdir()
    (tmp_path / "aws" / "reads.toml").write_text(table)
    with pytest.raises(ConfigError) as failure:
        load_reads("aws", tmp_path)
    assert words in str(failure.value)


def test_what_is_only_recorded_is_not_called() -> None:
    read = Read(service="x", calls=[Call(operation="ListX"), Call(operation="GetX", recorded=True)])
    assert (read.listing.operation, read.details) == ("ListX", [])
