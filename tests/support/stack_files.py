"""Writes what is recorded of a CloudFormation stack: its template and the answers about it."""

import json
from pathlib import Path
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"
QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders"


def arn_of(stack: str, region: str = REGION) -> str:
    return f"arn:aws:cloudformation:{region}:{ACCOUNT}:stack/{stack}/0a1b2c3d-0000-4000-8000-000000000001"


def made(logical_id: str, type_: str, physical_id: str, status: str = "CREATE_COMPLETE") -> dict[str, Any]:
    """A resource as `describe-stack-resources` has it, without its stack."""
    return {
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": type_,
        "Timestamp": "2026-03-02T12:00:00.000Z",
        "ResourceStatus": status,
    }


def write_stack(
    folder: Path,
    name: str,
    template: str | None,
    resources: list[dict[str, Any]],
    *,
    parameters: dict[str, str] | None = None,
    outputs: list[dict[str, str]] | None = None,
    drifts: list[dict[str, Any]] | None = None,
) -> None:
    """Writes `NAME.yaml`, `NAME.stack-resources.json` and, where asked for, the description and the drift answer."""
    folder.mkdir(parents=True, exist_ok=True)
    if template is not None:
        (folder / f"{name}.yaml").write_text(template)
    of_stack = {"StackName": name, "StackId": arn_of(name)}
    _write(folder / f"{name}.stack-resources.json", {"StackResources": [{**of_stack, **item} for item in resources]})
    if parameters is not None or outputs is not None:
        described = {
            **of_stack,
            "StackStatus": "CREATE_COMPLETE",
            "Parameters": [{"ParameterKey": key, "ParameterValue": text} for key, text in (parameters or {}).items()],
            "Outputs": outputs or [],
        }
        _write(folder / f"{name}.stack.json", {"Stacks": [described]})
    if drifts is not None:
        answers = [{"StackId": arn_of(name), "Timestamp": "2026-03-03T12:00:00Z", **item} for item in drifts]
        _write(folder / f"{name}.drifts.json", {"StackResourceDrifts": answers})


def _write(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content))
