"""Large made-up CloudTrail logs for the benchmarks, in the layout of those delivered to S3.

Operations and the names of their parameters are AWS's own, from the service models that botocore carries: how many
different shapes a log holds is what readers of JSON find hard.
"""

import gzip
import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape

SERVICES = (
    "ec2", "sts", "kms", "ssm", "s3", "iam", "lambda", "elbv2", "autoscaling", "rds", "dynamodb", "sqs", "sns", "logs",
    "cloudwatch", "ecs", "ecr", "cloudformation", "events", "secretsmanager",
)  # fmt: skip
ACCOUNTS = [f"{100000000000 + 1111 * number}" for number in range(1, 9)]
REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"]
START = datetime(2026, 3, 2, tzinfo=UTC)

_OPERATIONS_PER_SERVICE = 20
_READS = ("Get", "List", "Describe", "Assume", "Decrypt", "Batch", "Head")
_AGENTS = [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0",
    "aws-cli/2.15.30 Python/3.11.8 Linux/5.10.210 exe/x86_64.amzn.2023 prompt/off command/ec2.describe-instances",
    "APN/1.0 HashiCorp/1.0 Terraform/1.9.2 (+https://www.terraform.io) terraform-provider-aws/5.60.0",
    "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.10 md/arch#x86_64 lang/python#3.11.8",
    "aws-sdk-java/2.20.107 Linux/5.10.210-201.852.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.10 vendor/Amazon",
    "autoscaling.amazonaws.com",
]


def write_trails(folder: Path, records: int, per_file: int = 2_000, seed: int = 20260302) -> list[Path]:
    """Writes gzipped log files with this many records in all, the same for the same seed. Returns their paths."""
    chance = random.Random(seed)
    callers = [_caller(chance, number) for number in range(400)]
    operations = _operations(chance)
    reads = [operation for operation in operations if operation.name.startswith(_READS)]
    writes = [operation for operation in operations if operation not in reads]
    paths = []
    for start in range(0, records, per_file):
        account, region = chance.choice(ACCOUNTS), chance.choice(REGIONS)
        moment = START + timedelta(minutes=5 * (start // per_file))
        batch = []
        for _ in range(min(per_file, records - start)):
            operation = _some(chance, reads if chance.random() < 0.75 else writes)
            at = moment + timedelta(seconds=chance.random() * 300)
            batch.append(_record(chance, operation, chance.choice(callers), account, region, at))
        name = f"{account}_CloudTrail_{region}_{moment:%Y%m%dT%H%MZ}_{start:08d}.json.gz"
        path = folder / "AWSLogs" / account / "CloudTrail" / region / f"{moment:%Y/%m/%d}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps({"Records": batch}, separators=(",", ":")).encode(), 6, mtime=0))
        paths.append(path)
    return paths


def _operations(chance: random.Random) -> list[OperationModel]:
    loader = Loader()
    found = []
    for name in SERVICES:
        service = ServiceModel(loader.load_service_model(name, "service-2"), name)
        names = chance.sample(service.operation_names, min(_OPERATIONS_PER_SERVICE, len(service.operation_names)))
        found += [service.operation_model(name) for name in names]
    chance.shuffle(found)
    return found


def _some(chance: random.Random, operations: list[OperationModel]) -> OperationModel:
    """A few operations make most of the calls, and most are called now and then."""
    return operations[int(len(operations) * chance.random() ** 4)]


def _record(
    chance: random.Random,
    operation: OperationModel,
    caller: dict[str, Any],
    account: str,
    region: str,
    at: datetime,
) -> dict[str, Any]:
    reads = operation.name.startswith(_READS)
    service = operation.service_model.endpoint_prefix
    record = {
        "eventVersion": "1.10", **caller, "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": f"{service}.amazonaws.com", "eventName": operation.name, "awsRegion": region,
        "requestParameters": _sample(chance, operation.input_shape, account, 4),
        "responseElements": None if reads else _sample(chance, operation.output_shape, account, 3),
        "requestID": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "eventID": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "readOnly": reads, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": account,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{service}.{region}.amazonaws.com",
        },
    }  # fmt: skip
    if chance.random() < 0.03:
        arn = caller["userIdentity"]["arn"]
        message = f"User: {arn} is not authorized to perform: {service}:{operation.name}"
        record |= {"errorCode": "AccessDenied", "errorMessage": message, "responseElements": None}
    return record


def _caller(chance: random.Random, number: int) -> dict[str, Any]:
    """A session: who, from where and with what."""
    account = chance.choice(ACCOUNTS)
    role = chance.choice(["Operators", "ci-deploy", "shop-app", "ReadOnly", "AWSServiceRoleForAutoScaling"])
    session = chance.choice([f"person{number}@example.org", f"i-{chance.getrandbits(64):016x}", f"deploy-{number}"])
    key = f"AROA{number:017d}"
    identity = {
        "type": "AssumedRole", "principalId": f"{key}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}", "accountId": account,
        "accessKeyId": f"ASIA{number:016d}",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role", "principalId": key, "arn": f"arn:aws:iam::{account}:role/{role}",
                "accountId": account, "userName": role,
            },
            "attributes": {"creationDate": "2026-03-02T00:00:00Z", "mfaAuthenticated": "false"},
        },
    }  # fmt: skip
    address = f"198.51.100.{chance.randrange(1, 255)}"
    return {"userIdentity": identity, "sourceIPAddress": address, "userAgent": chance.choice(_AGENTS)}


def _sample(chance: random.Random, shape: Shape | None, account: str, depth: int) -> Any:
    """A value of a shape: of an object its required members and a fifth of the others, of a list one or two items."""
    if shape is None:
        return None
    if shape.type_name == "structure":
        return {
            name[:1].lower() + name[1:]: _sample(chance, member, account, depth - 1)
            for name, member in shape.members.items()
            if depth > 0 and (name in shape.required_members or chance.random() < 0.2)
        } or None
    if shape.type_name == "list":
        return [_sample(chance, shape.member, account, depth - 1) for _ in range(chance.randint(1, 2))]
    if shape.type_name == "map":
        return {"shop": _sample(chance, shape.value, account, depth - 1)}
    if shape.type_name == "boolean":
        return chance.random() < 0.5
    if shape.type_name in ("integer", "long", "float", "double"):
        return chance.randrange(100)
    if shape.type_name == "timestamp":
        return "Mar 2, 2026, 8:00:00 AM"
    return _text(chance, shape, account)


def _text(chance: random.Random, shape: Shape, account: str) -> str:
    if shape.metadata.get("sensitive"):
        return "HIDDEN_DUE_TO_SECURITY_REASONS"
    if getattr(shape, "enum", None):
        return str(chance.choice(shape.enum))
    if shape.name.lower().endswith("arn"):
        return f"arn:aws:ec2:eu-west-1:{account}:thing/shop-{chance.randrange(5000)}"
    if shape.name.lower().endswith("id"):
        return f"{shape.name[:3].lower()}-{chance.getrandbits(68):017x}"
    return f"shop-{chance.randrange(5000)}"
