"""Terraform state files, format 4, as Terraform writes them."""

import re
from itertools import groupby
from typing import Any

from driftguard_tui.demo.company import CI_ROLE
from driftguard_tui.demo.estate import Placed, Stack
from driftguard_tui.demo.things.base import Thing

TERRAFORM_VERSION = "1.7.5"
_STEP = re.compile(r"\[(\d+)\]|\[([A-Za-z_]\w*)\]|(\w+)")


def state_of(stack: Stack) -> dict[str, Any]:
    """The state of one stack."""
    ordered = sorted(stack.placed, key=lambda placed: (placed.module, placed.type, placed.name))
    blocks = [list(group) for _, group in groupby(ordered, key=lambda placed: placed.block)]
    return {
        "version": 4,
        "terraform_version": TERRAFORM_VERSION,
        "serial": stack.serial,
        "lineage": stack.lineage,
        "outputs": {
            name: {
                "value": value,
                "type": _type_of(value),
                **({"sensitive": True} if sensitive else {}),
            }
            for name, (value, sensitive) in sorted(stack.outputs.items())
        },
        "resources": [*_data_sources(stack), *(_resource(block) for block in blocks)],
        "check_results": None,
    }


def _resource(block: list[Placed]) -> dict[str, Any]:
    first = block[0]
    module = {"module": first.module} if first.module else {}
    return {
        **module,
        "mode": "managed",
        "type": first.type,
        "name": first.name,
        "provider": _provider(first.type),
        "instances": [_instance(placed) for placed in block],
    }


def _instance(placed: Placed) -> dict[str, Any]:
    thing = placed.thing
    return {
        **({} if placed.index is None else {"index_key": placed.index}),
        "schema_version": thing.schema_version,
        "attributes": thing.attributes(),
        "sensitive_attributes": _sensitive(thing),
        "private": "bnVsbA==",
    }


def _sensitive(thing: Thing) -> list[list[dict[str, Any]]]:
    """Paths of secret attributes as the steps that Terraform writes."""
    paths = []
    for text in thing.sensitive:
        steps: list[dict[str, Any]] = []
        for position, key, attribute in _STEP.findall(text):
            if attribute:
                steps.append({"type": "get_attr", "value": attribute})
            elif key:
                steps.append({"type": "index", "value": {"value": key, "type": "string"}})
            else:
                steps.append({"type": "index", "value": {"value": int(position), "type": "number"}})
        paths.append(steps)
    return paths


def _data_sources(stack: Stack) -> list[dict[str, Any]]:
    account = stack.home.account
    session = f"arn:aws:sts::{account.number}:assumed-role/{CI_ROLE}/GitHubActions"
    sources = {
        "aws_caller_identity": {
            "account_id": account.number,
            "arn": session,
            "id": account.number,
            "user_id": "AROAEXAMPLE:GitHubActions",
        },
        "aws_region": {
            "description": "Europe (Ireland)" if stack.home.region == "eu-west-1" else "Europe (Frankfurt)",
            "endpoint": f"ec2.{stack.home.region}.amazonaws.com",
            "id": stack.home.region,
            "name": stack.home.region,
        },
    }
    return [
        {
            "mode": "data",
            "type": declared_type,
            "name": "current",
            "provider": _provider(declared_type),
            "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
        }
        for declared_type, attributes in sources.items()
    ]


def _provider(declared_type: str) -> str:
    return f'provider["registry.terraform.io/hashicorp/{declared_type.partition("_")[0]}"]'


def _type_of(value: Any) -> Any:
    return ["tuple", ["string"] * len(value)] if isinstance(value, list) else "string"
