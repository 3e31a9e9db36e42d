"""A scan of two stacks, one nested in the other: exactly what moved by hand is found."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import driftguard
from tests.support.stack_files import ACCOUNT, REGION, arn_of, made, write_stack

SHOP = """
Parameters:
  Env: {Type: String, Default: dev}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Store:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://templates.s3.amazonaws.com/store.yaml
      Parameters: {Env: !Ref Env}
  Handler:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub 'shop-${Env}'
      Runtime: python3.12
      Handler: app.main
      Role: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop'
      Code: {S3Bucket: code, S3Key: shop.zip}
      MemorySize: !If [IsProd, 512, 128]
      Timeout: 30
      Environment: {Variables: {TABLE: !GetAtt Store.Outputs.Table}}
"""

STORE = """
Parameters:
  Env: {Type: String, Default: dev}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Join ['-', [orders, !Ref Env]]
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      DeletionProtectionEnabled: true
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub 'orders-${Env}', VisibilityTimeout: 30, Tags: [{Key: env, Value: !Ref Env}]}
Outputs:
  Table: {Value: !Ref Orders}
"""

NESTED = "shop-Store-1K2L3M"
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders-prod"
FUNCTION = {
    "FunctionName": "shop-prod",
    "Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-prod",
    "Runtime": "python3.12",
    "Handler": "app.main",
    "Role": f"arn:aws:iam::{ACCOUNT}:role/shop",
    "MemorySize": 512,
    "Timeout": 30,
    "Environment": {"Variables": {"TABLE": "orders-prod"}},
}
TABLE = {
    "TableName": "orders-prod",
    "Arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders-prod",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "DeletionProtectionEnabled": True,
}
QUEUE = {
    "QueueName": "orders-prod",
    "QueueUrl": URL,
    "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-prod",
    "VisibilityTimeout": 30,
    "Tags": [{"Key": "env", "Value": "prod"}],
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Both stacks, and the drift answers that CloudFormation gave when nothing had moved."""
    folder = tmp_path / "bundle" / "cloudformation"
    in_sync = {
        "LogicalResourceId": "Queue",
        "PhysicalResourceId": URL,
        "ResourceType": "AWS::SQS::Queue",
        "StackResourceDriftStatus": "IN_SYNC",
        "ExpectedProperties": json.dumps({"QueueName": "orders-prod", "VisibilityTimeout": 30}),
        "ActualProperties": json.dumps({"QueueName": "orders-prod", "VisibilityTimeout": 30}),
        "PropertyDifferences": [],
    }
    handler = made("Handler", "AWS::Lambda::Function", "shop-prod")
    store = made("Store", "AWS::CloudFormation::Stack", arn_of(NESTED))
    write_stack(folder, "shop", SHOP, [handler, store], parameters={"Env": "prod"})
    resources = [made("Orders", "AWS::DynamoDB::Table", "orders-prod"), made("Queue", "AWS::SQS::Queue", URL)]
    write_stack(folder, NESTED, None, resources, drifts=[in_sync])
    (folder / "store.yaml").write_text(STORE)
    return tmp_path / "bundle"


def scan(bundle: Path, *, function: Any = (), table: Any = (), queue: Any = ()) -> dict[str, Any]:
    """The report on the bundle with these properties live otherwise."""
    for native, identifier, properties in (
        ("AWS::Lambda::Function", "shop-prod", {**FUNCTION, **dict(function)}),
        ("AWS::DynamoDB::Table", "orders-prod", {**TABLE, **dict(table)}),
        ("AWS::SQS::Queue", URL, {**QUEUE, **dict(queue)}),
    ):
        answer = {
            "TypeName": native,
            "ResourceDescriptions": [{"Identifier": identifier, "Properties": json.dumps(properties)}],
        }
        file = bundle / "aws" / f"{native.rpartition('::')[2]}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(answer))
    done = driftguard("scan", "--bundle", bundle, "--store", bundle.parent / "store", "--format", "json")
    assert done.status in (0, 2), done.err
    report: dict[str, Any] = json.loads(done.out)
    assert [source["error"] for source in report["scan"]["sources"]] == [None, None]
    return report


def test_what_agrees_is_in_sync(bundle: Path) -> None:
    report = scan(bundle)
    assert report["drifts"] == []
    assert (report["summary"]["declared"], report["summary"]["in_sync"]) == (3, 3)
    assert report["summary"]["actual"] == 3


def test_what_moved_is_found_also_where_cloudformation_saw_nothing(bundle: Path) -> None:
    report = scan(bundle, function={"Timeout": 900}, queue={"VisibilityTimeout": 5})
    found = {
        drift["resource"]["address"]: [
            (change["path"], change["declared"], change["actual"]) for change in drift["changes"]
        ]
        for drift in report["drifts"]
    }
    assert found == {
        "shop/Handler": [("Timeout", 30, 900)],
        "shop/Store/Queue": [("VisibilityTimeout", 30, 5)],
    }
    assert {drift["resource"]["scope"] for drift in report["drifts"]} == {f"{ACCOUNT}/{REGION}"}


def test_a_deleted_resource_is_missing(bundle: Path) -> None:
    scan(bundle)
    listing = bundle / "aws" / "Table.json"
    listing.write_text(json.dumps({"TypeName": "AWS::DynamoDB::Table", "ResourceDescriptions": []}))
    done = driftguard("scan", "--bundle", bundle, "--store", bundle.parent / "store", "--format", "json")
    assert [(drift["resource"]["address"], drift["kind"]) for drift in json.loads(done.out)["drifts"]] == [
        ("shop/Store/Orders", "missing")
    ]


class TestSecondVoice:
    """Without a read of the resource itself, CloudFormation's own drift answer is what is known of it."""

    def answer(self, status: str, actual: dict[str, Any]) -> dict[str, Any]:
        return {
            "LogicalResourceId": "Queue",
            "PhysicalResourceId": URL,
            "ResourceType": "AWS::SQS::Queue",
            "StackResourceDriftStatus": status,
            "ExpectedProperties": json.dumps({"QueueName": "orders-prod", "VisibilityTimeout": 30}),
            "ActualProperties": json.dumps(actual),
        }

    def scan(
        self, folder: Path, answer: dict[str, Any], template: str | None = None, resources: Any = ()
    ) -> list[dict[str, Any]]:
        write_stack(folder / "bundle" / "cloudformation", "shop", template, list(resources), drifts=[answer])
        done = driftguard("scan", "--bundle", folder / "bundle", "--store", folder / "store", "--format", "json")
        drifts: list[dict[str, Any]] = json.loads(done.out)["drifts"]
        return drifts

    def test_modified(self, tmp_path: Path) -> None:
        drifts = self.scan(tmp_path, self.answer("MODIFIED", {"QueueName": "orders-prod", "VisibilityTimeout": 90}))
        assert [change["path"] for drift in drifts for change in drift["changes"]] == ["VisibilityTimeout"]

    def test_what_the_detection_passes_over_is_not_compared(self, tmp_path: Path) -> None:
        queue = made("Queue", "AWS::SQS::Queue", URL)
        template = "Resources: {Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30, DelaySeconds: 5}}}"
        answer = self.answer("IN_SYNC", {"QueueName": "orders-prod", "VisibilityTimeout": 30})
        assert self.scan(tmp_path, answer, template, [queue]) == []

    def test_deleted(self, tmp_path: Path) -> None:
        drifts = self.scan(tmp_path, self.answer("DELETED", {}))
        assert [(drift["kind"], drift["resource"]["address"]) for drift in drifts] == [("missing", "shop/Queue")]
