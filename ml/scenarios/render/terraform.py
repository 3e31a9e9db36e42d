"""Terraform: state files of format 4, and code for the stack whose code is given."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ml.scenarios.chance import Chance
from ml.scenarios.estate import WITH_CODE
from ml.scenarios.render.kit import encode
from ml.scenarios.thing import Thing, Values

if TYPE_CHECKING:
    from ml.scenarios.scenario import Scenario

_PROVIDERS = {"aws": "aws", "gcp": "google", "azure": "azurerm"}
#: Resources of the state that no provider is asked about.
_VERSIONS = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}
"""


def files(scenario: "Scenario") -> Iterator[tuple[str, bytes]]:
    """The states of all stacks, and the code of one."""
    chance = Chance(f"terraform-{scenario.seed}")
    stacks: dict[str, list[Thing]] = {}
    for thing in scenario.things:
        if thing.stack and thing.declared:
            stacks.setdefault(thing.stack, []).append(thing)
    for name, things in sorted(stacks.items()):
        state = {
            "version": 4,
            "terraform_version": "1.8.5",
            "serial": chance.number(20, 900),
            "lineage": chance.uuid(),
            "outputs": {},
            "resources": [_resource(thing) for thing in things],
            "check_results": None,
        }
        yield f"terraform/{name}.tfstate", encode(state, indent=2)
    for path, text in code_of(scenario.things, {}).items():
        yield f"terraform/{WITH_CODE}/{path}", text.encode()


def _resource(thing: Thing) -> Values:
    *module, _, label = thing.address.split(".")
    resource = {
        "mode": "managed",
        "type": thing.kind.type,
        "name": label,
        "provider": f'provider["registry.terraform.io/hashicorp/{_PROVIDERS[thing.provider]}"]',
        "instances": [{"schema_version": 0, "attributes": thing.state(thing.stated), "sensitive_attributes": []}],
    }
    return {"module": ".".join(module), **resource} if module else resource


def code_of(things: list[Thing], changed: dict[int, Values]) -> dict[str, str]:
    """The code of the stack that has some, by file; `changed` holds other values of things' slots, by their place."""
    texts: dict[str, list[str]] = {}
    for place, thing in enumerate(things):
        if thing.stack == WITH_CODE and thing.declared:
            state = thing.state(changed.get(place, thing.written))
            _, label = thing.address.split(".")
            body = _block({name: state[name] for name in thing.kind.code if state.get(name) not in (None, "", {}, [])})
            texts.setdefault(f"{thing.service}.tf", []).append(f'resource "{thing.kind.type}" "{label}" {body}')
    return {"versions.tf": _VERSIONS, **{name: "\n".join(blocks) for name, blocks in texts.items()}}


def _block(arguments: Values, depth: int = 1) -> str:
    pad = "  " * depth
    plain = {name: value for name, value in arguments.items() if not _is_blocks(value)}
    width = max(map(len, plain), default=0)
    text = [f"{pad}{name:<{width}} = {_value(value, depth)}\n" for name, value in plain.items()]
    for name, value in arguments.items():
        if _is_blocks(value):
            text += [f"\n{pad}{name} {_block(item, depth + 1)}" for item in value]
    return "{\n" + "".join(text) + "  " * (depth - 1) + "}\n"


def _is_blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _value(value: Any, depth: int) -> str:
    if isinstance(value, dict):
        pad = "  " * depth
        inner = "".join(f"{pad}  {json.dumps(name)} = {_value(item, depth + 1)}\n" for name, item in value.items())
        return "{\n" + inner + pad + "}"
    return json.dumps(value, ensure_ascii=False)
